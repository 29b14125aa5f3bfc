//! Shares followed in rounds as Gavel does it (OSDI'20, section 5, and its published simulator).
#![expect(clippy::indexing_slicing, reason = "types and active jobs are numbers given out here")]

use std::collections::BTreeMap;

use super::{
    ROUND_S,
    policy::{Active, Round, Runs},
};

/// Shares are computed anew so long after the last time at the earliest, as there.
const ANEW_S: f64 = 1_920.0;
/// What everybody counts as having had on every type since then, so that a first turn is no infinite part.
const HAD_S: f64 = ROUND_S / 2.0;

/// Parts of the time by place in the trace and type.
pub(super) type Parts = BTreeMap<(usize, usize), f64>;

/// Who had how much since the shares were last computed.
#[derive(Debug)]
pub(super) struct Turns {
    types: usize,
    parts: Parts,
    /// Seconds on a type since then.
    had: BTreeMap<(usize, usize), f64>,
    /// Seconds that were due before and not had.
    owed: BTreeMap<(usize, usize), f64>,
    /// When shares were last computed, and for whom.
    computed_s: Option<f64>,
    ids: Vec<usize>,
}

impl Turns {
    pub(super) const fn new(types: usize) -> Self {
        Self {
            types,
            parts: Parts::new(),
            had: BTreeMap::new(),
            owed: BTreeMap::new(),
            computed_s: None,
            ids: Vec::new(),
        }
    }

    /// The next round. Type by type, in the order of the cluster, whoever has had least of his share goes first; what
    /// is free then goes to those without a share there.
    pub(super) fn choose(
        &mut self,
        active: &[Active],
        now_s: f64,
        free: &[u32],
        shares: impl FnOnce(&[Active]) -> Parts,
    ) -> Runs {
        self.share(active, now_s, shares);
        let mut round = Round::new(active, free);
        for on in 0..self.types {
            for at in self.order(active, on) {
                if round.put(at, on) {
                    *self.had.entry((active[at].id, on)).or_insert(HAD_S) += ROUND_S;
                }
            }
        }
        round.runs
    }

    /// Places among the active.
    fn order(&self, active: &[Active], on: usize) -> Vec<usize> {
        let had = |job: &Active| self.had.get(&(job.id, on)).copied().unwrap_or(HAD_S);
        let all: f64 = active.iter().map(had).sum();
        let rank = |job: &Active| {
            let part = self.parts.get(&(job.id, on)).copied().unwrap_or(0.0);
            let owed = self.owed.get(&(job.id, on)).copied().unwrap_or(0.0);
            (part * all / had(job), owed, part)
        };
        let ranks: Vec<_> = active.iter().map(rank).collect();
        let mut order: Vec<usize> = (0..active.len()).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&ranks[*a], &ranks[*b]);
            b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then(b.2.total_cmp(&a.2))
        });
        order
    }

    /// Whether nobody came or went, or it is too soon after the last time: else the caller decides anew now.
    pub(super) fn is_early(&mut self, active: &[Active], now_s: f64) -> bool {
        let is_early = self.is_same(active) || !self.is_time(now_s);
        if !is_early {
            self.ids = active.iter().map(|job| job.id).collect();
            self.computed_s = Some(now_s);
        }
        is_early
    }

    fn is_time(&self, now_s: f64) -> bool {
        self.computed_s.is_none_or(|then| now_s - then >= ANEW_S)
    }

    fn is_same(&self, active: &[Active]) -> bool {
        self.ids.len() == active.len()
            && active.iter().zip(&self.ids).all(|(job, id)| job.id == *id)
    }

    /// Anew once somebody came or went, and not too often.
    fn share(&mut self, active: &[Active], now_s: f64, shares: impl FnOnce(&[Active]) -> Parts) {
        if self.is_same(active) || !self.is_time(now_s) {
            return;
        }
        let passed = now_s - self.computed_s.unwrap_or(now_s);
        for id in &self.ids {
            for on in 0..self.types {
                let due = self.parts.get(&(*id, on)).copied().unwrap_or(0.0) * passed;
                let had = self.had.get(&(*id, on)).copied().unwrap_or(HAD_S) - HAD_S;
                *self.owed.entry((*id, on)).or_default() += due - had;
            }
        }
        self.had.clear();
        self.ids = active.iter().map(|job| job.id).collect();
        self.owed.retain(|(id, _), _| self.ids.binary_search(id).is_ok());
        self.computed_s = Some(now_s);
        self.parts = shares(active);
    }
}
