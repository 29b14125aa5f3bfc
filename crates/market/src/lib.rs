//! Money: from the lines of a decision to charges, and from charges to what each owner is paid.
//!
//! Invoices are rounded once; charges are also told as FOCUS has them. Auctions of bundles clear at shadow prices.
//!
//! Knows prices and owners; knows nothing of how work runs.

pub mod auction;
pub mod focus;
mod invoice;
pub mod ledger;
pub mod shapley;
pub mod usage;

use std::collections::BTreeMap;

use model::{Charge, JobKey, Name, PriceLine};
use units::{Money, Share, Time};

pub use invoice::{Billed, STEP, included, invoice};

/// The charges for one run: every billed line as it is priced, none rounded again. `booked` is the transaction.
#[must_use]
pub fn charges(
    (key, attempt): (&JobKey, u32),
    lines: &[PriceLine],
    (start, end): (Time, Time),
    booked: Option<&str>,
) -> Vec<Charge> {
    let billed = lines.iter().filter(|line| line.kind.is_billed());
    let charge = |line: &PriceLine| Charge {
        job: key.clone(),
        project: key.project.clone(),
        line: line.clone(),
        start,
        end,
        attempt,
        metered: usage::metered(line),
        booked: booked.map(str::to_owned),
        tax: Share::ZERO,
        corrects: None,
    };
    billed.map(charge).collect()
}

/// What each owner is paid. The parts sum to the whole; what nobody is named for stands under none.
#[must_use]
pub fn shares(lines: &[PriceLine]) -> BTreeMap<Option<&Name>, Money> {
    let mut shares: BTreeMap<Option<&Name>, Money> = BTreeMap::new();
    for line in lines {
        let share = shares.entry(line.provider.as_ref()).or_default();
        *share = share.saturating_add(line.amount);
    }
    shares
}

#[cfg(test)]
mod tests;
