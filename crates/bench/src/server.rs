//! A server process with its own state, and agents in this process over the fake driver.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, bail};
use client::Client;

/// A running `jw up`, ended when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) state: PathBuf,
}

impl Server {
    pub(crate) async fn start(jw: &Path, state: &Path) -> anyhow::Result<Self> {
        let child = Command::new(jw)
            .args([
                "up",
                "--agents",
                "none",
                "--listen",
                "127.0.0.1:0",
                "--world",
                "none",
                "--state",
            ])
            .arg(state)
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(state.join("up.log"))?)
            .spawn()
            .with_context(|| format!("{} does not start", jw.display()))?;
        let mut server =
            Self { child, url: String::new(), token: String::new(), state: state.to_owned() };
        for _ in 0..200 {
            if let Ok(address) = std::fs::read_to_string(state.join("address")) {
                server.url = format!("http://{}", address.trim());
                server.token =
                    std::fs::read_to_string(state.join("admin.token"))?.trim().to_owned();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                bail!(
                    "the server ended with {status}: {}",
                    std::fs::read_to_string(state.join("up.log"))?
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the server did not come up in 10 s")
    }

    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        Ok(Client::new(&self.url, Some(self.token.clone()), false)?)
    }

    /// Resident memory in MiB.
    pub(crate) fn resident_mib(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        let kib: u64 = line.split_whitespace().nth(1).context("no figure")?.parse()?;
        Ok(kib / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Eight sites with room for everything, so that what is measured is the pipeline and not the queue.
pub(crate) fn world(units: u32) -> String {
    let mut text = String::from(
        "kind: Organization\nmetadata: {name: o}\nspec: {}\n---\nkind: Project\nmetadata: {name: bench}\n\
         spec: {organization: o}\n---\nkind: Flavor\nmetadata: {name: cpu}\n\
         spec: {arch: x86_64, cores: 1, memory: 1GiB, power: 10W}\n",
    );
    for at in 0..8 {
        text += &format!(
            "---\nkind: Site\nmetadata: {{name: s{at}}}\nspec: {{organization: o, region: r, place: {{lat: {}, lon: 110}}, \
             time_zone: Asia/Shanghai, pue: 1.2, tariff: {{seasons: [{{price: 0.5CNY/kWh}}]}}, \
             carbon: {{intensity: 500gCO2/kWh}}}}\n---\nkind: Pool\nmetadata: {{name: p{at}}}\n\
             spec: {{site: s{at}, flavor: cpu, units: {units}, price: 0.1{at}CNY/h}}\n",
            20 + at
        );
    }
    text
}
