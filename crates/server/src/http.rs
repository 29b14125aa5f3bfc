//! HTTP: every endpoint of `api::ENDPOINTS`, with the same way in for all (`http/way.rs`) and one handler each.
//!
//! Checks the form of a request, who asks and whether the policy permits it; then asks the engine or reads the
//! store. Decides nothing itself.

mod app;
mod auth;
mod body;
mod console;
mod denials;
mod etag;
mod handlers;
mod input;
mod once;
mod permit;
mod query;
mod reads;
mod reply;
mod usage;
mod way;

pub use app::App;
pub(crate) use app::serve;
pub(crate) use auth::{hash, new_secret};
