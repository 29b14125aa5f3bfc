//! What an operator says of this machine: the text of `--config`.

use std::path::PathBuf;

use serde::Deserialize;
use units::Span;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Left out: no task gets a container.
    pub(crate) containers: Option<Containers>,
}

/// Which images may be run, and how they come here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Containers {
    /// How the full names of images that may be run begin: "docker.io/library/", "oci-archive:/srv/images/".
    pub(crate) images: Vec<String>,
    /// Folders below which a job may name a root file system.
    pub(crate) roots: Vec<PathBuf>,
    /// Where unpacked images are kept; left out: in the driver's own folder.
    pub(crate) store: Option<PathBuf>,
    pub(crate) pull: Pull,
    /// The longest that fetching and unpacking one image may take.
    pub(crate) pull_limit: Span,
    /// Who we are to registries, as `docker login` and `skopeo login` write it.
    pub(crate) credentials: Option<PathBuf>,
    /// Registries, as "host:port", that are spoken to without TLS.
    pub(crate) insecure: Vec<String>,
    /// Images that are kept; of more, those go first that were not used for longest. At least 1.
    pub(crate) most: usize,
}

impl Default for Containers {
    fn default() -> Self {
        Self {
            images: Vec::new(),
            roots: Vec::new(),
            store: None,
            pull: Pull::Missing,
            pull_limit: Span::seconds(600),
            credentials: None,
            insecure: Vec::new(),
            most: 32,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Pull {
    /// What is not here is fetched.
    Missing,
    /// No registry is asked; archives and folders of this machine are still read.
    Never,
}

impl Config {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_saphyr::from_str(text).map_err(|error| error.to_string())
    }
}
