//! Jobs of unlike speeds on unlike accelerators, in rounds, as Gavel's simulator runs them (Narayanan et al.,
//! OSDI'20): in each round of six minutes a policy says who runs on what; stopping and going on cost nothing.

mod guard;
mod makespan;
mod policy;
mod read;
mod run;
mod scale;
#[cfg(test)]
mod tests;
mod turns;

pub use policy::Policy;
pub use read::{Cluster, Job, Speeds, Trace, cluster, speeds, trace};
pub use run::{HeteroReport, run};
pub use scale::{ScaleReport, scale};

/// Length of a round in seconds.
pub const ROUND_S: f64 = 360.0;
