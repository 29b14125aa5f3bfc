//! What unlike machines can do for work: packing of nodes, shares of unlike processors, the kind of a task.
//!
//! Knows nodes, shapes and speeds; does not know where a node is, what it costs, nor how a task is started.

pub mod packing;
pub mod recognise;
pub mod shares;
