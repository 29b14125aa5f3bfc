//! Work shared between cores.

use std::{
    num::NonZero,
    ops::Range,
    panic::resume_unwind,
    sync::atomic::{AtomicU32, Ordering},
};

/// Threads, at most.
const THREADS_MOST: usize = 8;
/// Parts of a work, at most: enough that a thread which got easy ones takes more.
const PARTS_MOST: u32 = 64;

/// Does work on ranges that together are `0..count`; the results stand in the order of the ranges, which are the same
/// on every machine. A panic in the work goes on in the caller.
pub(crate) fn over<T: Send>(count: u32, work: impl Fn(Range<u32>) -> T + Sync) -> Vec<T> {
    let size = count.div_ceil(PARTS_MOST).max(1);
    let parts = count.div_ceil(size);
    let next = AtomicU32::new(0);
    let take = || {
        let taken = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let range = |part: u32| part * size..(part * size).saturating_add(size).min(count);
        let done = taken.take_while(|part| *part < parts).map(|part| (part, work(range(part))));
        done.collect::<Vec<(u32, T)>>()
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MOST);
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(parts as usize)).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|cause| resume_unwind(cause)));
        }
        done
    });
    done.sort_by_key(|(part, _)| *part);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_order_and_nothing_is_left_out() {
        for count in [0, 1, 63, 64, 65, 1_000] {
            let found: Vec<u32> = over(count, Iterator::collect::<Vec<u32>>).concat();
            assert_eq!(found, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "the last one")]
    fn what_panics_is_not_left_out_in_silence() {
        let _parts = over(100, |range| assert!(!range.contains(&99), "the last one"));
    }
}
