//! The openb protocol: pods arrive until demand is more than there is.

mod arrivals;
mod read;
mod report;
mod stream;
#[cfg(test)]
mod tests;

pub use arrivals::arrivals;
pub use read::{Cluster, read};
pub use report::{PackReport, PackSpec, run};
