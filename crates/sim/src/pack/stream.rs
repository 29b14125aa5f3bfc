//! Pods as they arrive, one at a time.

use std::time::Instant;

use compute::packing::{Admission, Packer, Policy, Shape};

use super::PackSpec;
use crate::random::Random;

/// Arrivals after which devices and parts are priced anew.
const PRICED_EVERY: usize = 200;
/// Thousandths of a device that a pod may be worth less than the best use of what it takes.
const SLACK_MILLI: f64 = 5.0;

/// What was counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) placed: usize,
    pub(super) refused: usize,
    /// Of each arrival.
    pub(super) nanoseconds: Vec<u64>,
}

/// A pool that pods come to.
#[derive(Debug)]
pub(super) struct Stream<'a> {
    packer: Packer,
    pods: &'a [Shape],
    policy: Policy,
    admission: Option<Admission>,
    /// Refused for now, oldest first.
    held: Vec<u32>,
    window: usize,
    random: Random,
    arrived: usize,
    seen: Seen,
}

impl<'a> Stream<'a> {
    pub(super) fn new(packer: Packer, pods: &'a [Shape], spec: &PackSpec, random: Random) -> Self {
        let chooses = spec.policy == Policy::Jingwei && !spec.admit_all;
        let admission = chooses.then(|| Admission::new(pods, SLACK_MILLI));
        Self {
            packer,
            pods,
            policy: spec.policy,
            admission,
            held: Vec::new(),
            window: spec.window,
            random,
            arrived: 0,
            seen: Seen::default(),
        }
    }

    /// One pod comes; so many thousandths of devices are asked for by it and all after it.
    pub(super) fn arrive(&mut self, pod: u32, to_come: f64) {
        let began = Instant::now();
        if self.arrived.is_multiple_of(PRICED_EVERY) {
            self.price(to_come);
        }
        if self.admits(pod) {
            self.place(pod);
        } else {
            self.hold(pod);
        }
        self.arrived += 1;
        self.seen.nanoseconds.push(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }

    /// All have come: what is still held takes what is left.
    pub(super) fn end(mut self) -> (Packer, Seen) {
        for pod in std::mem::take(&mut self.held) {
            self.seen.refused += usize::from(!self.place(pod));
        }
        (self.packer, self.seen)
    }

    fn price(&mut self, to_come: f64) {
        let Some(admission) = &mut self.admission else { return };
        admission.price(self.packer.pool().free_milli() as f64, to_come);
        let held = std::mem::take(&mut self.held);
        let stay = held.into_iter().filter(|pod| !self.admits(*pod) || !self.place(*pod));
        self.held = stay.collect();
    }

    fn admits(&self, pod: u32) -> bool {
        let shape = self.pods.get(pod as usize);
        self.admission.as_ref().zip(shape).is_none_or(|(admission, shape)| admission.admits(shape))
    }

    fn hold(&mut self, pod: u32) {
        self.held.push(pod);
        if self.held.len() >= self.window {
            self.held.remove(0);
            self.seen.refused += 1;
        }
    }

    fn place(&mut self, pod: u32) -> bool {
        let Some(shape) = self.pods.get(pod as usize).and_then(|it| self.packer.known(it)) else {
            return false;
        };
        let placed = match self.policy {
            Policy::Random => self.packer.place_any(shape, self.random.unit()),
            _ => self.packer.place(shape),
        }
        .is_some();
        self.seen.placed += usize::from(placed);
        placed
    }
}
