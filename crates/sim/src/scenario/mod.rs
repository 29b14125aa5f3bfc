//! A world, its jobs and what goes wrong, under virtual time: the control and the planner of production decide.

mod event;
mod file;
mod forecast;
mod grid;
mod jobs;
mod oracle;
mod report;
mod rivals;
mod signals;
mod site;
mod supply;
#[cfg(test)]
mod tests;
mod world;

pub use file::{Scenario, read};
pub use grid::run;
pub use report::{Report, Spread};
pub use rivals::Rule;
pub use signals::{CoursePart, SignalPart};
pub use supply::{Asked, Island, Supplied, Supply};
