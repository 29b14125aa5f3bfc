//! The control plane as a process: HTTP in, engine behind it. Decides nothing.

mod clock;
mod command;
mod engine;
mod feeds;
mod http;
mod metrics;
mod start;

pub use command::{Answer, Command, MarketCommand, Once, PowerCommand};
pub use engine::{Engine, EngineConfig, EngineError};
pub use http::App;
pub use start::{Server, ServerConfig, ServerError};
