//! Which node of a pool a task goes to.
//!
//! A [`Pool`] holds nodes by state: free CPU, free memory, and a row of the [`Book`] of free devices. A [`Packer`]
//! chooses by a [`Policy`]; for every shape of pod it keeps the states in order of their scores, so that the work of a
//! choice does not grow with the nodes.
//! Knows no clock, no files, and no pool but its own.

mod admission;
mod book;
mod mix;
mod packer;
mod policy;
mod pool;
mod shape;
mod states;
mod table;
#[cfg(test)]
mod tests;

pub use admission::Admission;
pub use book::Book;
pub use mix::Mix;
pub use packer::{Packer, Placed};
pub use policy::Policy;
pub use pool::Pool;
pub use shape::{DEVICES_MOST, Devices, MODELS_MOST, Node, PackingError, Shape, WHOLE};
