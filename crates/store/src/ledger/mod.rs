//! The ledger: accounts, transactions that are only added, holds.

mod read;
mod verify;
pub(crate) mod write;

pub use verify::{VIOLATIONS_MOST, Verified, Violation};
