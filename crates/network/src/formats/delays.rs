//! What a connection's delay is where its text does not say it.

use model::great_circle_m;
use units::Delay;

use super::Topology;
use crate::NodeId;

/// Metres that light goes through fibre in a microsecond: 200 km in a millisecond.
const METRES_PER_US: u64 = 200;

/// How a delay is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Said,
    /// By the length that is said, at 200 km a millisecond.
    Length,
    /// By the great circle between both ends, at 200 km a millisecond.
    Distance,
}

impl Topology {
    /// The delay of a connection, one way: what is said, else by its length, else by the places of its ends. None
    /// where neither is known.
    #[must_use]
    pub fn delay(
        &self,
        ends: [NodeId; 2],
        said: Option<Delay>,
        length_m: Option<u64>,
    ) -> Option<(Delay, Source)> {
        let place = |end: NodeId| self.nodes.get(end as usize)?.place;
        let distance = || {
            let [a, b] = ends.map(place);
            Some(great_circle_m(a?, b?).ceil() as u64)
        };
        let by_length = || Some((along(length_m?), Source::Length));
        let by_distance = || Some((along(distance()?), Source::Distance));
        said.map(|delay| (delay, Source::Said)).or_else(by_length).or_else(by_distance)
    }
}

/// Of light in fibre, one way, in whole microseconds, rounded up.
fn along(metres: u64) -> Delay {
    Delay::new(metres.div_ceil(METRES_PER_US)).saturating_mul(1_000)
}
