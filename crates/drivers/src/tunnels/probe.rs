//! Probes each path, decides, and keeps sessions alive.

use std::{thread, time::SystemTime};

use super::{Shared, stamp};

/// Probes between two decisions.
const DECIDES: u64 = 5;
/// Probes between two looks at the sessions' clocks.
const TICKS: u64 = 100;

pub(super) fn run(shared: &Shared) {
    let mut nth = 0_u64;
    while !shared.is_over() {
        for path in &shared.paths {
            let sequence = path.window().send(shared.now());
            path.put(&stamp::probe(sequence, SystemTime::now()));
            if nth.is_multiple_of(TICKS) {
                path.tick();
            }
        }
        if nth.is_multiple_of(DECIDES) {
            shared.decide();
        }
        nth += 1;
        let due = shared.interval.saturating_mul(u32::try_from(nth).unwrap_or(u32::MAX));
        thread::sleep(due.saturating_sub(shared.now()));
    }
}
