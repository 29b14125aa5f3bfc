//! An instance as it really is: so many servers, one line in front of them.

use std::{cmp::Reverse, collections::BinaryHeap};

#[derive(Debug, Clone)]
pub(super) struct Station {
    /// When each server is free of all flows that have arrived, in nanoseconds.
    free: BinaryHeap<Reverse<u64>>,
    servers: usize,
    pub(super) speed: f64,
    /// None while it is gone; else how often it has been back.
    pub(super) life: Option<u32>,
    lives: u32,
    /// Flows that have arrived and not ended.
    pub(super) inside: usize,
    /// Flows that are on their way here.
    pub(super) coming: usize,
    /// Since the last look: time served and work done, in nanoseconds.
    served_ns: u64,
    worked_ns: u64,
    /// Time served for work done, at the last look with any.
    stretch: f64,
}

/// When a flow is done and how long it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) end_ns: u64,
    pub(super) served_ns: u64,
}

impl Station {
    pub(super) fn new(servers: usize) -> Self {
        Self {
            free: std::iter::repeat_n(Reverse(0), servers).collect(),
            servers,
            speed: 1.0,
            life: Some(0),
            lives: 0,
            inside: 0,
            coming: 0,
            served_ns: 0,
            worked_ns: 0,
            stretch: 1.0,
        }
    }

    /// Takes a flow that is there now.
    pub(super) fn take(&mut self, now_ns: u64, work_ns: u64) -> Service {
        let free = self.free.pop().map_or(now_ns, |Reverse(at)| at);
        let served_ns = (work_ns as f64 / self.speed) as u64;
        let end_ns = free.max(now_ns) + served_ns;
        self.free.push(Reverse(end_ns));
        self.inside += 1;
        Service { end_ns, served_ns }
    }

    pub(super) fn end(&mut self, work_ns: u64, served_ns: u64) {
        self.inside -= 1;
        self.served_ns += served_ns;
        self.worked_ns += work_ns;
    }

    pub(super) fn gone(&mut self) {
        self.life = None;
        self.inside = 0;
    }

    pub(super) fn back(&mut self, now_ns: u64) {
        if self.life.is_none() {
            self.lives += 1;
            self.life = Some(self.lives);
            self.free = std::iter::repeat_n(Reverse(now_ns), self.servers).collect();
        }
    }

    pub(super) fn busy(&self) -> usize {
        self.inside.min(self.servers)
    }

    pub(super) fn queue(&self) -> usize {
        self.inside - self.busy()
    }

    pub(super) const fn servers(&self) -> usize {
        self.servers
    }

    /// Time served over work done since the last look: an agent knows what its instance did.
    pub(super) fn stretch(&mut self) -> f64 {
        if self.worked_ns > 0 {
            self.stretch = self.served_ns as f64 / self.worked_ns as f64;
        }
        (self.served_ns, self.worked_ns) = (0, 0);
        self.stretch
    }

    /// When a flow that leaves now and needs `mean_ns` at usual speed, after those on their way, would begin.
    pub(super) fn begins_ns(&self, mean_ns: f64, scratch: &mut Vec<u64>) -> u64 {
        let (rounds, rank) = (self.coming / self.servers, self.coming % self.servers);
        let more_ns = (rounds as f64 * mean_ns / self.speed) as u64;
        if rank == 0 {
            return self.free.peek().map_or(0, |Reverse(at)| *at) + more_ns;
        }
        scratch.clear();
        scratch.extend(self.free.iter().map(|Reverse(at)| *at));
        let (_, at, _) = scratch.select_nth_unstable(rank);
        *at + more_ns
    }
}
