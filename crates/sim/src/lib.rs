//! Experiments under virtual time: traces and worlds in, reports out.
//!
//! Runs the production control and planner, and holds no scheduler of its own. Knows files of traces and
//! topologies; the same seed gives the same report to the byte, except for what is measured of the machine.

pub mod files;
pub mod hetero;
pub mod import;
pub mod joint;
pub mod pack;
pub mod random;
pub mod scenario;

pub use files::SimError;
