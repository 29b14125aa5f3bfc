//! Work shared between cores.

use std::{num::NonZero, ops::Range};

/// Threads, at most.
const THREADS_MOST: usize = 8;

/// Does work on ranges that together are `0..count`; the results stand in the order of the ranges, one a thread.
pub(crate) fn over<T: Send>(count: u32, work: impl Fn(Range<u32>) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MOST);
    let size = count.div_ceil(u32::try_from(threads).unwrap_or(1)).max(1);
    let ranges: Vec<Range<u32>> = (0..count)
        .step_by(size as usize)
        .map(|from| from..from.saturating_add(size).min(count))
        .collect();
    if let [range] = ranges.as_slice() {
        return vec![work(range.clone())];
    }
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> =
            ranges.into_iter().map(|range| scope.spawn(move || work(range))).collect();
        running.into_iter().filter_map(|it| it.join().ok()).collect()
    })
}
