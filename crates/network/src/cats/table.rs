//! What an ingress is to do, until it hears more. A plain value: pushed by the centre or made at the edge, it is the
//! same, and so is what follows from it.

use serde::{Deserialize, Serialize};
use units::Span;

use super::{CsId, CsciId, PathId, slots::Slots, view::Way};

/// One instance as an ingress sees it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub instance: CsciId,
    /// None where it cannot be used from here: it is gone, or no path leads there.
    pub way: Option<Way>,
}

/// One service at one ingress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub service: CsId,
    /// In the order of the service's instances.
    pub choices: Vec<Choice>,
    pub slots: Slots,
}

/// All services at one ingress.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Table {
    /// Rises with every decision, also over restarts of who decides.
    pub generation: u64,
    /// For so long after it came its shares hold; after that new flows go to the nearest instance.
    pub keep: Span,
    /// By service, each once, in order.
    rows: Vec<Row>,
}

/// Where a flow goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    pub instance: CsciId,
    pub path: PathId,
}

/// Why a flow goes nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no service has this address, protocol and port")]
    NoService,
    #[error("the table has nothing of this service")]
    Unknown,
    #[error("no instance of this service can be reached from here")]
    NoInstance,
}

impl Table {
    /// Of rows for the same service the first counts.
    #[must_use]
    pub fn new(generation: u64, keep: Span, mut rows: Vec<Row>) -> Self {
        rows.sort_by_key(|row| row.service);
        rows.dedup_by_key(|row| row.service);
        Self { generation, keep, rows }
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    fn row(&self, service: CsId) -> Option<&Row> {
        // Services are mostly numbered from zero without gaps.
        let at = self.rows.get(service.0 as usize).filter(|row| row.service == service);
        at.or_else(|| {
            let found = self.rows.binary_search_by_key(&service, |row| row.service).ok()?;
            self.rows.get(found)
        })
    }

    /// Where a new flow with this hash goes: by shares where they are fresh, else to the nearest.
    ///
    /// # Errors
    /// The table says nothing of the service, or none of its instances can be used.
    pub fn pick(&self, service: CsId, hash: u64, is_fresh: bool) -> Result<Pick, Refusal> {
        let row = self.row(service).ok_or(Refusal::Unknown)?;
        let shared = if is_fresh { row.by_share(hash) } else { None };
        shared.or_else(|| row.nearest()).ok_or(Refusal::NoInstance)
    }

    /// By which path a flow stays with its instance; none where the instance cannot be used from here any more.
    #[must_use]
    pub fn stay(&self, service: CsId, instance: CsciId) -> Option<Pick> {
        let choices = &self.row(service)?.choices;
        choices.iter().find(|it| it.instance == instance)?.usable()
    }

    pub(super) fn leave_out(&mut self, instance: CsciId) {
        let choices = self.rows.iter_mut().flat_map(|row| &mut row.choices);
        choices.filter(|it| it.instance == instance).for_each(|it| it.way = None);
    }
}

impl Choice {
    fn usable(&self) -> Option<Pick> {
        self.way.map(|way| Pick { instance: self.instance, path: way.path })
    }
}

/// Slots that are looked at before the nearest is taken.
const PROBES: u32 = 16;
/// Odd, so that no hash is lost; its high bits are even (Steele and Vigna, 2021).
const PROBE: u64 = 0xd134_2543_de82_ef95;

impl Row {
    /// By its slot; where that one's owner has been left out, by other slots that follow from the hash, so that its
    /// flows go to all others by their shares.
    fn by_share(&self, hash: u64) -> Option<Pick> {
        let probes = (0..PROBES).map(|n| hash.wrapping_mul(PROBE.wrapping_pow(n)));
        probes.filter_map(|hash| self.choices.get(self.slots.owner(hash)?)?.usable()).next()
    }

    /// The usable one of least delay; of equals the first.
    fn nearest(&self) -> Option<Pick> {
        let usable = self.choices.iter().filter_map(|it| Some((it.way?.delay_s, it)));
        usable.min_by(|a, b| a.0.total_cmp(&b.0))?.1.usable()
    }
}
