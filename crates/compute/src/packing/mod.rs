//! Which node of a pool a task goes to.
//!
//! A [`Pool`] holds nodes as columns: free CPU, free memory, and a row of the [`Book`] of free devices. A [`Packer`]
//! chooses by a [`Policy`], and keeps the scores of every shape of pod until a node changes.
//! Knows no clock, no files, and no pool but its own.

mod admission;
mod book;
mod mix;
mod packer;
mod policy;
mod pool;
mod shape;

pub use admission::Admission;
pub use book::Book;
pub use mix::Mix;
pub use packer::Packer;
pub use policy::Policy;
pub use pool::Pool;
pub use shape::{DEVICES_MOST, Devices, MODELS_MOST, Node, PackingError, Shape, WHOLE};
