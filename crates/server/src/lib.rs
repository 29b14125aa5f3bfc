//! The control plane as a process: HTTP in, engine behind it. Decides nothing.

mod command;
mod engine;

pub use command::{Answer, Command, Once};
pub use engine::Engine;
