//! A gateway: its tunnels to other gateways, kept up, measured and reported. By a file of its own, or as an edge that
//! joined the platform and is told what to do.

mod config;
mod desired;
mod follow;
mod join;
mod key;
mod report;
mod store;
mod worker;

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use drivers::tunnels::{Tunnel, TunnelError};

pub use config::{Config, PathSpec, TunnelSpec};
pub use follow::follow;
pub use join::{Joined, Server, join};
pub use key::make_key;
pub use report::Seen;

/// Between two reports.
const REPORTS: Duration = Duration::from_millis(500);

#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    #[error("{}: {what}", file.display())]
    Invalid { file: PathBuf, what: String },
    #[error("{}: {error}", file.display())]
    Io { file: PathBuf, error: std::io::Error },
    #[error("tunnel `{device}`: {error}")]
    Tunnel { device: String, error: TunnelError },
    #[error("{0}")]
    Server(String),
    #[error("{0}")]
    Kernel(String),
}

impl EdgeError {
    fn io(file: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.to_owned();
        move |error| Self::Io { file, error }
    }

    fn invalid(file: &Path, what: impl Into<String>) -> Self {
        Self::Invalid { file: file.to_owned(), what: what.into() }
    }
}

/// Keeps all tunnels of a gateway until somebody says or hangs up on `stop`. Then they are gone, as their devices are.
pub fn run(config: &Config, stop: &Receiver<()>) -> Result<(), EdgeError> {
    let private = config.private()?;
    let tunnels = config.tunnels.iter().map(|spec| {
        let started = Tunnel::start(&config.tunnel(spec, &private)?);
        started.map_err(|error| EdgeError::Tunnel { device: spec.device.clone(), error })
    });
    let tunnels = tunnels.collect::<Result<Vec<Tunnel>, EdgeError>>()?;
    tracing::info!(edge = %config.name, tunnels = tunnels.len(), "started");
    let file = report::file(&config.name);
    let mut ways = Vec::new();
    let began = Instant::now();
    while stop.recv_timeout(REPORTS) == Err(RecvTimeoutError::Timeout) {
        let reports: Vec<_> = tunnels.iter().map(Tunnel::report).collect();
        let now: Vec<_> = reports.iter().map(|it| it.classes.clone()).collect();
        if now != ways {
            tracing::info!(edge = %config.name, ?now, "paths of classes changed");
            ways = now;
        }
        report::write(&file, &Seen::new(config.name.clone(), began.elapsed(), reports))?;
    }
    tracing::info!(edge = %config.name, "stopped");
    report::remove(&file)
}
