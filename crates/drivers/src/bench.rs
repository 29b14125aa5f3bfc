//! Measured throughput of one core: real arithmetic, counted operation by operation.
//!
//! - `int64`, `fp64`, `fp32`: 32 independent lanes, each round `x = x * a + b` on every lane: two operations a lane
//!   and round, a multiplication and an addition. The lanes stay in registers and first-level cache, and the compiler
//!   may use the vector unit that the build's target allows, as it may for any program.
//! - memory: copying 64 MiB, farther than the caches reach; each byte counts twice, once read and once written.
//!
//! A build without optimisation measures that build, not the machine.

use std::{
    collections::BTreeMap,
    hint::black_box,
    time::{Duration, Instant},
};

use model::Precision;
use serde::{Deserialize, Serialize};
use units::Throughput;

/// What a core of this machine does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Of one core.
    pub throughput: BTreeMap<Precision, Throughput>,
    /// Bytes per second read and written by one core.
    pub memory_bandwidth: u64,
}

const LANES: usize = 32;
const ROUNDS: u64 = 2_000;
const PER_ROUND: u64 = 2 * LANES as u64;
const COPY: usize = 64 << 20;
const FOR: Duration = Duration::from_millis(200);

/// Takes about a second of one core.
#[must_use]
pub fn bench() -> Measured {
    let throughput = [
        (Precision::Fp64, arithmetic(1.0_f64, |x| x * 0.999_999 + 1e-6)),
        (Precision::Fp32, arithmetic(1.0_f32, |x| x * 0.999_9 + 1e-4)),
        (Precision::Int64, arithmetic(1_i64, |x| x.wrapping_mul(0x9E37_79B9).wrapping_add(0x7F4A))),
    ];
    Measured { throughput: throughput.into(), memory_bandwidth: copying() }
}

fn arithmetic<T: Copy>(start: T, round: impl Fn(T) -> T) -> Throughput {
    let mut lanes = [start; LANES];
    let operations = per_second(ROUNDS * PER_ROUND, || {
        for _ in 0..ROUNDS {
            for lane in &mut lanes {
                *lane = round(*lane);
            }
        }
        black_box(&mut lanes);
    });
    Throughput::new(operations / 1_000_000)
}

fn copying() -> u64 {
    let from = vec![1_u8; COPY];
    let mut to = vec![0_u8; COPY];
    per_second(2 * COPY as u64, || {
        to.copy_from_slice(black_box(&from));
        black_box(&mut to);
    })
}

/// The best of three rates: whatever else runs on the machine only ever slows it.
fn per_second(amount: u64, mut work: impl FnMut()) -> u64 {
    (0..3).map(|_| rate(amount, &mut work)).max().unwrap_or(0)
}

fn rate(amount: u64, work: &mut impl FnMut()) -> u64 {
    let begin = Instant::now();
    let mut done = 0_u128;
    while begin.elapsed() < FOR / 3 {
        work();
        done += u128::from(amount);
    }
    u64::try_from(done * 1_000_000_000 / begin.elapsed().as_nanos().max(1)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_measured() {
        let measured = bench();
        let kinds: Vec<Precision> = measured.throughput.keys().copied().collect();
        assert_eq!(kinds, [Precision::Fp64, Precision::Fp32, Precision::Int64]);
        assert!(measured.throughput.values().all(|rate| !rate.is_zero()), "{measured:?}");
        assert!(measured.memory_bandwidth > 0);
    }
}
