//! The ledger: accounts, transactions that are only added, holds.

mod bench;
mod read;
mod verify;
pub(crate) mod write;

pub use bench::{LedgerBench, LedgerSpeed, Quantiles};
pub use verify::{VIOLATIONS_MOST, Verified, Violation};
