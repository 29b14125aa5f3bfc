//! What is done at once where a link or node fails: repairs installed ahead, and drills that prove them.
//!
//! Every node that sees its next hop fail pushes a list of segments that takes the packet along the way it will have
//! once all know (TI-LFA, RFC 9855); all others go on forwarding as before the failure.

mod ahead;
mod doubles;
mod drill;
mod grade;
mod marks;
mod segments;
mod tables;
#[cfg(test)]
mod tests;

pub use ahead::{Ahead, Repair, Step};
pub use doubles::doubles;
pub use drill::{Drill, Kept, Tally, drill};
pub use grade::{Grade, Resilience};
