//! Slurm batch scripts.

mod array;
mod options;
mod order;
mod program;
mod shape;
mod values;
mod when;
mod words;

pub use options::help;
pub use order::{Setting, Submission, submission};
pub use words::CommandLine;

#[cfg(test)]
mod tests;
