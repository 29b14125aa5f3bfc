//! The order in which pods arrive.
#![expect(clippy::indexing_slicing, reason = "a pod is drawn below the number of pods")]

use compute::packing::Shape;

use crate::random::Random;

/// Pods shuffled by the seed, then drawn again at random until they ask for `load` times the capacity; if the list alone
/// asks for more, its head only. Gives places in `pods`.
#[must_use]
pub fn arrivals(pods: &[Shape], capacity_milli: u64, load: f64, seed: u64) -> Vec<u32> {
    let mut random = Random::new(seed);
    let mut order: Vec<u32> = (0..pods.len() as u32).collect();
    random.shuffle(&mut order);
    let most = capacity_milli as f64 * load;
    let mut asked = 0.0;
    let mut arrived = Vec::new();
    let mut shuffled = order.into_iter();
    while asked < most {
        let next = shuffled.next().unwrap_or_else(|| random.below(pods.len() as u64) as u32);
        asked += f64::from(pods[next as usize].device_milli());
        arrived.push(next);
    }
    arrived
}
