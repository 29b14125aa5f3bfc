//! What unlike machines can do for work: which node of a pool a task goes to, and shares of unlike
//! processors.
//!
//! Knows nodes, shapes and speeds; does not know where a node is, what it costs, nor how a task is started.

pub mod packing;
pub mod shares;
