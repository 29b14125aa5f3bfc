//! The agent of one site: tells the centre what the site has, and makes the site have what the centre says.
//!
//! Knows two conversations with the centre (report and target), a driver, and when contact has been lost for too
//! long. Does not know what runs, where else it might run, or what it costs. Nothing at the site listens: the agent
//! dials out.
//!
//! - `target`: waits for a newer target, hands it to the driver.
//! - `report`: looks at the driver, sends logs, then what changed; renews the lease by the answer, fences without.
//! - `logs`: which part of which log has been sent.
//! - `data`: what is fetched and dropped, laid out for jobs, and saved of what they leave.

use std::{
    fs::File,
    future::Future,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use drivers::{Driver, Measured};
use model::Name;
use units::Span;

mod centre;
mod clock;
mod data;
mod lease;
mod logs;
mod report;
mod target;

pub use centre::{Centre, CentreError};
pub use data::DataSetup;

/// What an agent needs.
#[derive(Debug)]
pub struct AgentConfig {
    pub site: Name,
    /// For what must outlive the process. One agent at a time uses it.
    pub state: PathBuf,
    /// Open on a folder of its own, by custom `<state>/driver`.
    pub driver: Box<dyn Driver>,
    /// As in the table of drivers.
    pub driver_name: String,
    pub centre: Arc<dyn Centre>,
    /// Work is stopped this much before the time ends that it may go on for.
    pub margin: Span,
    /// Measure the machine's throughput, once, and report it.
    pub bench: bool,
    /// Where data is kept; none: nowhere.
    pub data: Option<DataSetup>,
}

impl AgentConfig {
    /// Half a second of margin, no measuring.
    #[must_use]
    pub fn new(
        site: Name,
        state: PathBuf,
        driver: Box<dyn Driver>,
        centre: Arc<dyn Centre>,
    ) -> Self {
        Self {
            site,
            state,
            driver,
            driver_name: String::new(),
            centre,
            margin: Span::new(500),
            bench: false,
            data: None,
        }
    }
}

/// Why an agent cannot run. All are for a human.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// Stop that one, or give this one a folder of its own.
    #[error("process {holder} is the agent in {}: stop it or use another folder", folder.display())]
    Taken { folder: PathBuf, holder: String },
    #[error("{}: {source}", path.display())]
    Disk {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> AgentError {
    let path = path.to_path_buf();
    move |source| AgentError::Disk { path, source }
}

/// Serves the site until `shutdown`. What runs then keeps running, until its lease ends or the next agent of the
/// site adopts it. An unreachable centre is no error: it is tried again for ever.
pub async fn run(
    config: AgentConfig,
    shutdown: impl Future<Output = ()>,
) -> Result<(), AgentError> {
    std::fs::create_dir_all(&config.state).map_err(disk(&config.state))?;
    let _lock = lock(&config.state)?;
    let measured = if config.bench { measured(&config.state).await? } else { None };
    let site = Arc::new(report::Site::new(config, measured));
    tracing::info!(site = %site.name, sandbox = site.driver.sandbox().as_str(), "agent starts");
    let data = site.data.clone();
    let data = async {
        match data {
            Some(data) => data::run(data).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = report::run(Arc::clone(&site)) => {}
        () = target::run(Arc::clone(&site)) => {}
        () = data => {}
        () = shutdown => {}
    }
    tracing::info!(site = %site.name, "agent stops; what runs keeps running until its lease ends");
    Ok(())
}

/// Held as long as the file is open, and gone with the process. The holder's number is inside.
fn lock(state: &Path) -> Result<File, AgentError> {
    let path = state.join("agent.lock");
    let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = opened.map_err(disk(&path))?;
    if file.try_lock().is_err() {
        let mut holder = String::new();
        file.read_to_string(&mut holder).map_err(disk(&path))?;
        return Err(AgentError::Taken {
            folder: state.to_path_buf(),
            holder: holder.trim().to_owned(),
        });
    }
    let written = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()));
    written.map_err(disk(&path))?;
    Ok(file)
}

/// Measured once for a folder; delete the file to have it measured again.
async fn measured(state: &Path) -> Result<Option<Measured>, AgentError> {
    let path = state.join("measured.json");
    if let Some(known) =
        std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
    {
        return Ok(Some(known));
    }
    let Ok(measured) = tokio::task::spawn_blocking(drivers::bench).await else { return Ok(None) };
    let text = serde_json::to_vec_pretty(&measured).map_err(io::Error::other);
    text.and_then(|text| std::fs::write(&path, text)).map_err(disk(&path))?;
    Ok(Some(measured))
}
