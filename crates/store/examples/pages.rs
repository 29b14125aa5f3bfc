//! How fast lists of jobs are, with many in the store: `pages [JOBS]`, a million if nothing is said.
//!
//! Jobs of ten projects at a hundred sites, nearly all of them ended; pages of fifty, as the console asks for them.

#![expect(clippy::print_stdout, reason = "it is run to be read")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "it stops where something is wrong"
)]

use std::{sync::Arc, time::Instant};

use model::JobState;
use store::{JobFilter, Store, Write};
use units::Span;

#[expect(dead_code, reason = "it serves the tests")]
#[path = "../tests/all/world.rs"]
mod world;

const AT_ONCE: usize = 2_000;
const PAGE: usize = 50;
const TRIES: usize = 20;

#[tokio::main]
async fn main() {
    let jobs = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::Builder::new().prefix("pages").tempdir_in(".").unwrap();
    let store =
        Store::open(&format!("sqlite:{}", folder.path().join("jobs.db").display())).await.unwrap();
    let term = store.lead("pages", world::at(0), Span::hours(24), true).await.unwrap();
    let began = Instant::now();
    for from in (0..jobs).step_by(AT_ONCE) {
        let writes = (from..jobs.min(from + AT_ONCE)).map(job).collect::<Vec<_>>();
        store.commit(term, world::at(1), Span::hours(24), &writes).await.unwrap();
    }
    println!("{jobs} jobs written in {:.0} s", began.elapsed().as_secs_f64());
    let filters = [
        ("all", JobFilter::default()),
        ("running", states(&[JobState::Running])),
        ("failed or lost", states(&[JobState::Failed, JobState::Expired])),
        ("one project", JobFilter { project: Some(world::name("p-3")), ..JobFilter::default() }),
        ("one site", JobFilter { site: Some(world::name("s-42")), ..JobFilter::default() }),
        (
            "failed at one site",
            JobFilter { site: Some(world::name("s-42")), ..states(&[JobState::Failed]) },
        ),
        ("a common name", named("train")),
        ("a rare name", named("rare-1")),
        (
            "a common name that failed",
            JobFilter { name: Some("train".to_owned()), ..states(&[JobState::Failed]) },
        ),
        ("a name that none has", named("zebra")),
    ];
    for (what, filter) in filters {
        measure(&store, what, &filter).await;
    }
}

fn states(states: &[JobState]) -> JobFilter {
    JobFilter { states: states.to_vec(), ..JobFilter::default() }
}

fn named(prefix: &str) -> JobFilter {
    JobFilter { name: Some(prefix.to_owned()), ..JobFilter::default() }
}

fn job(number: usize) -> Write {
    let kind = if number.is_multiple_of(50_000) {
        "rare"
    } else {
        ["train", "render", "fold"][number % 3]
    };
    let job = world::job(&format!("p-{}.{kind}-{number}", number % 10));
    let state = match number / 100 % 1_000 {
        0 => JobState::Running,
        1..10 => JobState::Failed,
        _ => JobState::Succeeded,
    };
    Write::NewJob(Arc::new(world::next(&job, state, Some(&format!("s-{}", number % 100)))))
}

async fn measure(store: &Store, what: &str, filter: &JobFilter) {
    let mut times = Vec::new();
    let mut page = None;
    for _ in 0..TRIES {
        let began = Instant::now();
        page = Some(store.jobs(filter, None, PAGE).await.unwrap());
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let page = page.unwrap();
    let bytes = serde_json::to_vec(&page).unwrap().len();
    println!(
        "{what:<28} {:>3} jobs  p50 {:>7.1} ms  most {:>7.1} ms  {:>6.1} KB",
        page.items.len(),
        times[TRIES / 2],
        times[TRIES - 1],
        bytes as f64 / 1e3,
    );
}
