//! Slurm clusters of a test's own, whose parts it may kill.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::site::Site;

/// Gone with this.
#[derive(Debug)]
pub(crate) struct Cluster {
    name: String,
    port: u32,
    pub(crate) conf: String,
}

impl Cluster {
    /// One node. Ports from `port` to 100 above are its own.
    pub(crate) fn new(name: &str, port: u32) -> Self {
        let name = format!("{name}{}", std::process::id());
        let told = slurm_sh(&["up", &name, &port.to_string(), "1"]);
        Self { name, port, conf: told.trim().to_owned() }
    }

    /// A site that speaks to it by Slurm's commands.
    pub(crate) fn site(&self, more: &str) -> Site {
        site(&format!("conf: {}\n{more}", self.conf))
    }

    /// Address and token file of its `slurmrestd`, started anew.
    pub(crate) fn rest(&self) -> (String, String) {
        let told = slurm_sh(&["rest", &self.name, &(self.port + 99).to_string()]);
        let (url, file) = told.trim().split_once('\n').unwrap();
        (url.to_owned(), file.to_owned())
    }

    pub(crate) fn token(&self, account: &str, seconds: u32) -> String {
        slurm_sh(&["token", &self.name, account, &seconds.to_string()])
    }

    pub(crate) fn node(&self) -> String {
        format!("{}-n1", self.name)
    }

    pub(crate) fn kill(&self, daemon: &str) {
        let run = self.folder().join("run").join(format!("{daemon}.pid"));
        let pid = std::fs::read_to_string(run).unwrap();
        assert!(Command::new("kill").args(["-KILL", pid.trim()]).status().unwrap().success());
    }

    pub(crate) fn start_controller(&self) {
        let mut command = Command::new("slurmctld");
        assert!(
            command
                .args(["-f", &self.conf])
                .env("SLURM_CONF", &self.conf)
                .status()
                .unwrap()
                .success()
        );
    }

    pub(crate) fn scontrol(&self, args: &[&str]) {
        let mut command = Command::new("scontrol");
        assert!(command.args(args).env("SLURM_CONF", &self.conf).status().unwrap().success());
    }

    fn folder(&self) -> PathBuf {
        Path::new(&self.conf).parent().unwrap().parent().unwrap().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _gone = Command::new(script_path()).args(["down", &self.name]).status();
    }
}

/// With this configuration of the driver.
pub(crate) fn site(config: &str) -> Site {
    let mut site = Site::new("slurm");
    config.clone_into(&mut site.options.config);
    site.restart();
    site
}

fn slurm_sh(args: &[&str]) -> String {
    let out = Command::new(script_path()).args(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn script_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scripts/slurm.sh")
}
