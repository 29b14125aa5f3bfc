//! The production control under virtual time, with sites that are only as reliable as the test makes them.

mod bids;
mod calls;
mod data;
mod engines;
mod estimates;
mod faults;
mod grid;
mod ledger;
mod money;
mod paths;
mod pauses;
mod quotes;
mod steering;
mod story;
mod supply;
mod usage;
