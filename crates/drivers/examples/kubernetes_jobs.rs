//! How long a driver takes from a target of so many jobs to so many Jobs in a cluster: for `scripts/bench-kubernetes.sh`.
//!
//! usage: `kubernetes_jobs CONFIG STATE JOBS`; prints milliseconds. Nothing of it runs: no node has that many cores.

use std::{path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use drivers::{Options, Target};
use model::{Assignment, Indexes, Program, Work};
use units::Cores;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().context("use: kubernetes_jobs CONFIG STATE JOBS");
    let (config, state, jobs) = (next()?, PathBuf::from(next()?), next()?.parse::<u32>()?);
    let options = Options { config: std::fs::read_to_string(config)?, ..Options::new(state) };
    let info = drivers::driver("kubernetes").context("there is no such driver")?;
    let driver = (info.open)(&options)?;
    // As an agent does before it is told of any job.
    driver.engine().await?;
    let orders: Result<Vec<Assignment>> = (0..jobs).map(order).collect();
    let target = Target::of(1, orders?);
    let began = Instant::now();
    driver.apply(&target).await?;
    #[expect(clippy::print_stdout, reason = "it is what the script reads")]
    {
        println!("{}", began.elapsed().as_millis());
    }
    Ok(())
}

fn order(number: u32) -> Result<Assignment> {
    let program = Program::Command(vec!["true".to_owned()]);
    let work = Work::new(program, "main".parse()?, "core".parse()?);
    Ok(Assignment {
        job: format!("bench.job-{number}").parse()?,
        attempt: 1,
        tasks: Indexes::one(0),
        work: Work { cores: Cores::new(10_000_000), ..work },
    })
}
