//! Submit over HTTP, durable, planned, dispatched, ended: how many jobs a second, and how long a submission takes.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use agent::AgentConfig;
use anyhow::{Context, ensure};
use api::{NewToken, Role};
use client::{Client, JobQuery};
use model::{JobState, Name};

use crate::{
    load::{self, Seen},
    server::{Server, world},
};

const SITES: usize = 8;

pub(crate) async fn run(
    jw: &Path,
    jobs: usize,
    submitters: usize,
    goal: usize,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(jw, folder.path()).await?;
    let client = server.client()?;
    client.apply(&world(20_000), false).await?;
    start_agents(&server, &client, folder.path()).await?;

    let began = Instant::now();
    let full = load::submit(&client, "full", jobs, submitters, None).await;
    ended(&client, jobs).await?;
    let seconds = began.elapsed().as_secs_f64();
    report_full(&full, jobs, seconds)?;

    let half = goal / 2;
    let count = half * 20;
    let calm = load::submit(&client, "calm", count, submitters, Some(half)).await;
    ended(&client, jobs + count).await?;
    report_calm(&calm, half)?;
    tell_commits(&client).await?;
    println!("server resident memory after {} jobs: {} MiB", jobs + count, server.resident_mib()?);
    Ok(())
}

async fn start_agents(server: &Server, admin: &Client, folder: &Path) -> anyhow::Result<()> {
    for at in 0..SITES {
        let site: Name = format!("s{at}").parse()?;
        let name = format!("agent-{site}").parse()?;
        let token = NewToken {
            name,
            role: Role::Agent,
            project: None,
            site: Some(site.clone()),
            edge: None,
            valid_for: None,
        };
        let token = admin.create_token(&token).await?.token;
        let centre = Arc::new(Client::new(&server.url, Some(token), false)?);
        let state = folder.join(site.as_str());
        let fake = drivers::driver("fake").context("the fake driver is there")?;
        let driver = (fake.open)(&drivers::Options::new(state.join("driver")))?;
        let config = AgentConfig::new(site, state, driver, centre);
        tokio::spawn(agent::run(config, std::future::pending()));
    }
    let began = Instant::now();
    loop {
        let top = admin.top(None).await?;
        if top.sites.iter().filter(|site| site.online).count() == SITES {
            return Ok(());
        }
        ensure!(began.elapsed() < Duration::from_secs(20), "the agents do not come online");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until as many jobs have succeeded, by the store's own count, and none has ended otherwise.
async fn ended(client: &Client, jobs: usize) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let (succeeded, others) = counts(client).await?;
        if succeeded >= jobs {
            ensure!(
                succeeded == jobs && others == 0,
                "{succeeded} succeeded and {others} did not, of {jobs}"
            );
            return Ok(());
        }
        ensure!(
            began.elapsed() < Duration::from_secs(300),
            "after 300 s {succeeded} of {jobs} have succeeded"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Succeeded jobs and all others, as the server counts what is in the store.
async fn counts(client: &Client) -> anyhow::Result<(usize, usize)> {
    let text = client.raw("/metrics").await?;
    let (mut succeeded, mut others) = (0, 0);
    for line in text.lines().filter(|line| line.starts_with("jingwei_jobs{")) {
        let count: usize = line.rsplit(' ').next().unwrap_or_default().parse()?;
        if line.contains("\"succeeded\"") {
            succeeded = count;
        } else {
            others += count;
        }
    }
    Ok((succeeded, others))
}

fn report_full(seen: &Seen, jobs: usize, seconds: f64) -> anyhow::Result<()> {
    ensure!(seen.refused == 0, "{} were refused: {:?}", seen.refused, seen.first_error);
    println!(
        "pipeline: {jobs} jobs submitted in {:.1} s, all ended {seconds:.1} s after the first: {:.0} jobs/s whole way; \
         submission p50 {:.1} ms, p99 {:.1} ms at full load",
        seen.seconds,
        jobs as f64 / seconds,
        seen.percentile(50),
        seen.percentile(99)
    );
    Ok(())
}

fn report_calm(seen: &Seen, rate: usize) -> anyhow::Result<()> {
    ensure!(seen.refused == 0, "{} were refused: {:?}", seen.refused, seen.first_error);
    println!(
        "submission at {rate} jobs/s for {:.0} s: p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms",
        seen.seconds,
        seen.percentile(50),
        seen.percentile(99),
        seen.percentile(100)
    );
    Ok(())
}

/// What the engine's transactions were like.
async fn tell_commits(client: &Client) -> anyhow::Result<()> {
    let text = client.raw("/metrics").await?;
    let figure = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).unwrap_or(f64::NAN)
    };
    let commits = figure("jingwei_engine_commit_seconds_count");
    println!(
        "{commits:.0} transactions, {:.1} ms and {:.1} commands each in the mean",
        figure("jingwei_engine_commit_seconds_sum") / commits * 1_000.0,
        figure("jingwei_engine_batch_sum") / figure("jingwei_engine_batch_count")
    );
    Ok(())
}

/// Every acknowledged job must be found again.
pub(crate) async fn stored(client: &Client, state: JobState) -> anyhow::Result<usize> {
    let (mut count, mut cursor) = (0, None);
    loop {
        let query =
            JobQuery { states: vec![state], limit: Some(1_000), cursor, ..JobQuery::default() };
        let page = client.jobs(&query).await?;
        count += page.items.len();
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(count);
        }
    }
}
