//! Experiments: instances by a rule, planned and measured, and the files that hold them.
//!
//! Plans nothing itself: it asks `planner`. The same seed gives the same instance and the same plan on every machine;
//! only what is measured of the machine differs.

pub mod auction;
pub mod energy;
pub mod files;
pub mod flows;
pub mod hetero;
pub mod import;
pub mod joint;
pub mod pack;
pub mod random;
pub mod scenario;
pub mod steer;
pub mod traffic;

pub use files::SimError;
