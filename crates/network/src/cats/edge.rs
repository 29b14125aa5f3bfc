//! An ingress: it sends packets by the last table that it got.

use units::Time;

use super::{
    CsId, CsciId,
    classify::Classifier,
    flows::{Flows, Tuple},
    table::{Pick, Refusal, Table},
};

/// Where a packet goes and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steered {
    pub service: CsId,
    pub pick: Pick,
    pub why: Why,
    /// False where the table is too old for its shares to hold: new flows go to the nearest instance.
    pub is_fresh: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its flow is there.
    Stays,
    /// A new flow.
    New,
    /// A new flow for which there is no room to remember it: it follows its hash.
    Unkept,
    /// Its flow was at an instance that cannot be used any more.
    Gone { from: CsciId },
}

/// The table that came is older than the one in use, or the same: nothing is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a table of generation {came}: generation {used} is in use")]
pub struct Stale {
    pub came: u64,
    pub used: u64,
}

/// A table, and the flows that go on.
#[derive(Debug, Clone)]
pub struct Edge {
    table: Table,
    /// When the table came.
    came: Option<Time>,
    flows: Flows,
    key: u64,
}

impl Edge {
    /// Without a table yet. The key is of the hash of flows, [`Tuple::hash`].
    #[must_use]
    pub fn new(flows: Flows, key: u64) -> Self {
        Self { table: Table::default(), came: None, flows, key }
    }

    pub const fn table(&self) -> &Table {
        &self.table
    }

    /// Uses a table from `now` on.
    ///
    /// # Errors
    /// It is not newer than the one in use, which stays.
    pub fn install(&mut self, table: Table, now: Time) -> Result<(), Stale> {
        let (came, used) = (table.generation, self.table.generation);
        if self.came.is_some() && came <= used {
            return Err(Stale { came, used });
        }
        (self.table, self.came) = (table, Some(now));
        Ok(())
    }

    /// Whether the table's shares still hold.
    #[must_use]
    pub fn is_fresh(&self, now: Time) -> bool {
        self.came.is_some_and(|came| now.since(came) <= self.table.keep)
    }

    /// An ingress that sees for itself that an instance is gone need not wait to be told.
    pub fn leave_out(&mut self, instance: CsciId) {
        self.table.leave_out(instance);
    }

    /// Where a packet goes. A flow stays with its instance, whatever tables say of shares, until it ends or the
    /// instance cannot be used.
    ///
    /// # Errors
    /// It is no service's, or none of the service's instances can be used.
    pub fn steer(
        &mut self,
        classifier: &Classifier,
        packet: &Tuple,
        now: Time,
    ) -> Result<Steered, Refusal> {
        let service = classifier.service(packet).ok_or(Refusal::NoService)?;
        let (hash, now_ms, is_fresh) = (packet.hash(self.key), now.as_millis(), self.is_fresh(now));
        let had = self.flows.seen(hash, service, now_ms);
        if let Some(pick) = had.and_then(|instance| self.table.stay(service, instance)) {
            return Ok(Steered { service, pick, why: Why::Stays, is_fresh });
        }
        let pick = self.table.pick(service, hash, is_fresh)?;
        let is_kept = self.flows.keep(hash, service, pick.instance, now_ms);
        let why = match had {
            Some(from) => Why::Gone { from },
            None if is_kept => Why::New,
            None => Why::Unkept,
        };
        Ok(Steered { service, pick, why, is_fresh })
    }

    /// The flow of a packet has ended.
    pub fn end(&mut self, packet: &Tuple) {
        self.flows.end(packet.hash(self.key));
    }
}
