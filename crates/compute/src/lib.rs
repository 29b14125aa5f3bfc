//! What unlike machines can do for work: which node of a pool a task goes to, shares of unlike processors, and the kind
//! of a task and how long it will take.
//!
//! Knows nodes, shapes and speeds; does not know where a node is, what it costs, nor how a task is started.

pub mod packing;
pub mod recognise;
pub mod shares;
