//! The network as a graph: places, links, and the paths between them that are worth having.
//!
//! Knows price, delay and jitter; knows neither names nor who asks, nor what is held on a link (the caller says
//! which links it may use). A path's price, delay and jitter are the sums of its links'. [`formats`] reads how others
//! have described networks, with the names they gave.

pub mod cats;
pub mod contours;
pub mod directed;
pub mod formats;
mod graph;
mod nearest;
pub mod overlay;
pub mod paths;
pub mod repair;
mod route;
mod search;
mod share;
pub mod structure;
pub mod traffic;

pub use graph::{Graph, Link, LinkId, NodeId};
pub use nearest::Nearest;
pub use route::{Criteria, Frontier, LABELS_MOST, Limits, Path, Reach, Routes, SEARCH_LABELS_MOST};

#[cfg(test)]
mod tests;
