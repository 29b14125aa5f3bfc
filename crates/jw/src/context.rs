//! What every command has at hand: the options, the output, and the way to the server.

use std::path::{Path, PathBuf};

use client::Client;
use model::{JobKey, Name};

use crate::{
    args::{Global, JobName},
    failure::Failure,
    output::Output,
};

#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) out: Output,
    state: Option<PathBuf>,
}

impl Context {
    pub(crate) fn new(global: Global, state: Option<PathBuf>) -> Self {
        let out = Output::new(&global);
        Self { global, out, state }
    }

    /// A client that speaks with the token of `JW_TOKEN`, of the token file, or of this machine's own server.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let client = Client::new(&self.global.server, self.token()?, self.global.insecure)?;
        let file =
            self.global.token_file.clone().filter(|_| std::env::var_os("JW_TOKEN").is_none());
        Ok(match file {
            Some(file) => client.with_token_file(file),
            None => client,
        })
    }

    /// The project of a job that names none.
    pub(crate) fn project(&self) -> Name {
        self.global.project.clone().unwrap_or_else(|| "default".parse().expect("it is a name"))
    }

    pub(crate) fn key(&self, job: &JobName) -> JobKey {
        job.key(&self.project())
    }

    /// What was asked for, else `jingwei` in the user's data directory (XDG base directory specification).
    pub(crate) fn state_dir(&self) -> PathBuf {
        let variable = |name: &str| {
            std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
        };
        let data = || variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
        let home = || variable("HOME").map(|home| home.join(".local/share"));
        let default = || data().or_else(home).unwrap_or_else(std::env::temp_dir).join("jingwei");
        self.state.clone().unwrap_or_else(default)
    }

    pub(crate) fn token(&self) -> Result<Option<String>, Failure> {
        if let Some(token) = std::env::var("JW_TOKEN").ok().filter(|token| !token.is_empty()) {
            return Ok(Some(token));
        }
        match &self.global.token_file {
            Some(path) => read_token(path)
                .map(Some)
                .map_err(|error| Failure::file("read the token from", path, &error)),
            // Without a server on this machine there is no such file, and the server says that a token is needed.
            None => Ok(read_token(&self.state_dir().join("admin.token")).ok()),
        }
    }
}

fn read_token(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path).map(|text| text.trim().to_owned())
}
