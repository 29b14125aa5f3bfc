//! Paths between two gateways over networks of others: how good each is by its probes, and which one each class of traffic
//! takes.

mod choice;
mod window;

pub use choice::{CLASSES, Chooser, Class, Facts, Ways};
pub use window::{Quality, Window};
