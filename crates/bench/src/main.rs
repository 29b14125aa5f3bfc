//! Benchmarks of the whole: real server process, real HTTP, real database; only what runs at a site is faked.
//!
//! `cargo xtask bench` builds everything optimised and runs this. Figures are counts and ratios of one run on one
//! machine; `docs/benchmarks.md` keeps them.

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

mod load;
mod pipeline;
mod server;
mod size;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
struct Arguments {
    /// The optimised binary [default: beside this one].
    #[arg(long, env = "JW")]
    jw: Option<PathBuf>,
    #[command(subcommand)]
    which: Which,
}

#[derive(Debug, Subcommand)]
enum Which {
    /// Submit, plan, dispatch, end: jobs a second, then latency at half of it.
    Pipeline {
        #[arg(long, default_value_t = 20_000)]
        jobs: usize,
        /// Connections that submit at the same time.
        #[arg(long, default_value_t = 64)]
        submitters: usize,
        /// Wanted rate, jobs a second; the second part runs at half of it.
        #[arg(long, default_value_t = 1_000)]
        goal: usize,
    },
    /// Many jobs in the store: first page, memory of the server.
    Size {
        #[arg(long, default_value_t = 100_000)]
        jobs: usize,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let jw = match arguments.jw {
        Some(jw) => jw,
        None => std::env::current_exe()?.with_file_name("jw"),
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match arguments.which {
            Which::Pipeline { jobs, submitters, goal } => {
                pipeline::run(&jw, jobs, submitters, goal).await
            }
            Which::Size { jobs } => size::run(&jw, jobs).await,
        }
    })
}
