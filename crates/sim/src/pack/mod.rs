//! The openb protocol: pods arrive until demand is more than there is. And a crowd of pods that come and go on very
//! many nodes.

mod arrivals;
mod read;
mod report;
mod scale;
mod stream;
#[cfg(test)]
mod tests;

pub use arrivals::arrivals;
pub use read::{Cluster, read};
pub use report::{PackReport, PackSpec, run};
pub use scale::{PackScaleReport, PackScaleSpec, scale};
