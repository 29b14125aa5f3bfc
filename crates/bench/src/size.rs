//! Many jobs in the store: how long the first page takes, and how much memory the server has.

use std::{path::Path, process::Command, time::Instant};

use anyhow::ensure;
use client::JobQuery;
use model::JobState;

use crate::{
    load, pipeline,
    server::{Server, world},
};

pub(crate) async fn run(jw: &Path, jobs: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(jw, folder.path()).await?;
    let client = server.client()?;
    // Nobody is at the sites: the jobs are accepted and wait.
    client.apply(&world(20_000), false).await?;
    let seen = load::submit(&client, "size", jobs, 64, None).await;
    ensure!(seen.refused == 0, "{} were refused: {:?}", seen.refused, seen.first_error);
    println!(
        "{jobs} jobs submitted in {:.1} s: {:.0} a second",
        seen.seconds,
        jobs as f64 / seen.seconds
    );
    let found = pipeline::stored(&client, JobState::Submitted).await?;
    ensure!(found == jobs, "{found} of {jobs} acknowledged jobs are in the store");

    let mut pages: Vec<f64> = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        client.jobs(&JobQuery::default()).await?;
        pages.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    pages.sort_by(f64::total_cmp);
    println!(
        "first page of {jobs} jobs over HTTP: p50 {:.1} ms, most {:.1} ms",
        pages.get(25).copied().unwrap_or_default(),
        pages.last().copied().unwrap_or_default()
    );
    let mut commands: Vec<f64> = Vec::new();
    for _ in 0..10 {
        let began = Instant::now();
        let output = Command::new(jw)
            .args(["get", "jobs", "--server", &server.url, "--token-file"])
            .arg(server.state.join("admin.token"))
            .output()?;
        commands.push(began.elapsed().as_secs_f64() * 1_000.0);
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    commands.sort_by(f64::total_cmp);
    println!(
        "`jw get jobs`, whole command: p50 {:.1} ms",
        commands.get(5).copied().unwrap_or_default()
    );
    println!("server resident memory with {jobs} waiting jobs: {} MiB", server.resident_mib()?);
    Ok(())
}
