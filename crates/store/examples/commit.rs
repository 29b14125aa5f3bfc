//! How fast the store is: `commit [URL] [JOBS TO FILL IN]`.
//!
//! First batches of 200 jobs, each with what the engine writes over a job's life: `NewJob`, 3 `UpdateJob`, 5 `Event`,
//! 3 `Charges`. Told apart: all of a life in one batch (so that the updates fold into one row), and each step of it in
//! a batch of its own (so that every one is a row changed on disk). Then the time of one page of every kind of list.

use std::{sync::Arc, time::Instant};

use api::{BillGroup, JobView};
use model::{JobState, LineKind};
use store::{BillFilter, EventFilter, JobFilter, Store, StoreError, Write};

#[path = "../tests/all/world.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "shared with the tests, which use more of it")]
mod world;

use world::{TTL, at, charge, event, name, next};

const BATCH: usize = 200;
const BATCHES: usize = 20;
const WRITES_PER_JOB: usize = 12;

/// Numbers that go on from batch to batch.
struct Engine {
    store: Store,
    term: i64,
    seq: i64,
    jobs: usize,
}

#[tokio::main]
async fn main() -> Result<(), StoreError> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "sqlite::memory:".to_owned());
    let fill = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    let store = Store::open(&url).await?;
    let term = store.lead("measure", at(0), TTL, true).await?;
    let seq = store.last_seq().await?;
    let jobs = store.job_counts().await?.values().sum::<u64>();
    let mut engine = Engine { store, term, seq, jobs: usize::try_from(jobs).unwrap_or(0) };
    tell(&format!("database at {}", url.split(':').next().unwrap_or_default()));
    engine.lives_in_one_batch().await?;
    engine.step_by_step().await?;
    engine.fill(fill).await?;
    engine.lists().await?;
    engine.store.close().await;
    Ok(())
}

impl Engine {
    async fn lives_in_one_batch(&mut self) -> Result<(), StoreError> {
        let mut batches = Vec::new();
        for _ in 0..BATCHES {
            let mut batch = Vec::new();
            for job in self.new_jobs(BATCH) {
                batch.extend(self.life(job).into_iter().flatten());
            }
            batches.push(self.renumbered(batch));
        }
        self.measure("whole lives in one batch", &batches).await
    }

    async fn step_by_step(&mut self) -> Result<(), StoreError> {
        let mut batches = Vec::new();
        for _ in 0..BATCHES {
            let mut steps: [Vec<Write>; 4] = Default::default();
            for job in self.new_jobs(BATCH) {
                for (batch, writes) in steps.iter_mut().zip(self.life(job)) {
                    batch.extend(writes);
                }
            }
            batches.extend(steps.map(|step| self.renumbered(step)));
        }
        self.measure("one step of 200 jobs a batch", &batches).await
    }

    async fn measure(&self, what: &str, batches: &[Vec<Write>]) -> Result<(), StoreError> {
        let start = Instant::now();
        let mut slowest = 0.0_f64;
        for batch in batches {
            let start = Instant::now();
            self.commit(batch).await?;
            slowest = slowest.max(start.elapsed().as_secs_f64());
        }
        let seconds = start.elapsed().as_secs_f64();
        let writes: usize = batches.iter().map(Vec::len).sum();
        let rate = f64::from(u32::try_from(writes).unwrap_or(u32::MAX)) / seconds;
        let jobs = rate / f64::from(u32::try_from(WRITES_PER_JOB).unwrap_or(1));
        let commits = batches.len();
        tell(&format!(
            "{what}: {writes} writes, {commits} commits, {seconds:.2}s = {rate:.0} writes/s = {jobs:.0} jobs/s; slowest commit {:.0}ms",
            slowest * 1e3
        ));
        Ok(())
    }

    /// Ended jobs with short documents, and a few that run.
    async fn fill(&mut self, jobs: usize) -> Result<(), StoreError> {
        let states =
            [JobState::Succeeded, JobState::Succeeded, JobState::Failed, JobState::Cancelled];
        while self.jobs < jobs {
            let mut batch = Vec::new();
            for (at, job) in self.new_jobs(2_000).into_iter().enumerate() {
                let state = if at % 500 == 0 {
                    JobState::Running
                } else {
                    states.get(at % 4).copied().unwrap_or(JobState::Succeeded)
                };
                let site = format!("site-{}", at % 8);
                let mut later = next(&job, state, Some(&site));
                if let Some(decision) = &mut later.status.decision {
                    decision.candidates.clear();
                    decision.lines.clear();
                }
                let key = job.key.to_string();
                batch.extend([Write::NewJob(Arc::new(job)), Write::UpdateJob(Arc::new(later))]);
                batch.push(self.event(&key, "submitted"));
            }
            self.commit(&batch).await?;
        }
        tell(&format!("{} jobs stored", self.jobs));
        Ok(())
    }

    async fn lists(&self) -> Result<(), StoreError> {
        let any = JobFilter::default;
        let filters = [
            ("all", any()),
            ("state running", JobFilter { states: vec![JobState::Running], ..any() }),
            ("state failed", JobFilter { states: vec![JobState::Failed], ..any() }),
            ("project", JobFilter { project: Some(name("p3")), ..any() }),
            ("site", JobFilter { site: Some(name("site-3")), ..any() }),
            (
                "project, state, site",
                JobFilter {
                    states: vec![JobState::Running],
                    project: Some(name("p0")),
                    site: Some(name("site-0")),
                    ..any()
                },
            ),
            (
                "project and site that never meet",
                JobFilter { project: Some(name("p3")), site: Some(name("site-4")), ..any() },
            ),
            ("name, all match", JobFilter { name: Some("job-".to_owned()), ..any() }),
            ("name, many match", JobFilter { name: Some("job-1".to_owned()), ..any() }),
            ("name, few match", JobFilter { name: Some("job-00012".to_owned()), ..any() }),
            (
                "name and state, few match",
                JobFilter {
                    name: Some("job-00012".to_owned()),
                    states: vec![JobState::Failed],
                    ..any()
                },
            ),
            (
                "name in project",
                JobFilter { name: Some("job-0".to_owned()), project: Some(name("p3")), ..any() },
            ),
        ];
        for (what, filter) in filters {
            let start = Instant::now();
            let page = self.store.jobs(&filter, None, 100).await?;
            let first = start.elapsed();
            let start = Instant::now();
            let second = self.store.jobs(&filter, page.cursor.as_deref(), 100).await?;
            let more = second.items.len();
            tell(&format!(
                "list by {what}: {} in {first:.1?}, then {more} in {:.1?}",
                page.items.len(),
                start.elapsed()
            ));
        }
        self.others().await
    }

    async fn others(&self) -> Result<(), StoreError> {
        let start = Instant::now();
        let states = self.store.job_counts().await?;
        tell(&format!("counts of {} states: {:.1?}", states.len(), start.elapsed()));
        let start = Instant::now();
        let subject = Some("p1.job-0000001".to_owned());
        let events =
            self.store.events(&EventFilter { subject, ..EventFilter::default() }, 100).await?;
        tell(&format!("{} events of one job: {:.1?}", events.len(), start.elapsed()));
        let start = Instant::now();
        let live = self.store.unfinished_jobs(None, 1_000).await?;
        tell(&format!("{} unfinished jobs: {:.1?}", live.items.len(), start.elapsed()));
        for by in [BillGroup::Job, BillGroup::Provider] {
            let start = Instant::now();
            let rows = self.store.bill(&BillFilter::default(), by).await?;
            tell(&format!("bill by {by:?}, {} rows: {:.1?}", rows.len(), start.elapsed()));
        }
        Ok(())
    }

    async fn commit(&self, batch: &[Write]) -> Result<(), StoreError> {
        self.store.commit(self.term, at(0), TTL, batch).await
    }

    fn new_jobs(&mut self, count: usize) -> Vec<JobView> {
        let first = self.jobs;
        self.jobs += count;
        (first..self.jobs).map(|n| world::job(&format!("p{}.job-{n:07}", n % 10))).collect()
    }

    /// Submitted; placed; started; ended and charged.
    fn life(&mut self, job: JobView) -> [Vec<Write>; 4] {
        let key = job.key.to_string();
        let held = next(&job, JobState::Held, Some("site-1"));
        let running = next(&held, JobState::Running, Some("site-1"));
        let ended = next(&running, JobState::Succeeded, Some("site-1"));
        let kinds = [LineKind::Compute, LineKind::Electricity, LineKind::Carbon];
        let charges =
            kinds.map(|kind| Write::Charges(vec![charge(&key, kind, Some("east"), 123_456_789)]));
        let update = |job| Write::UpdateJob(Arc::new(job));
        let mut end = vec![update(ended), self.event(&key, "succeeded")];
        end.extend(charges);
        [
            vec![Write::NewJob(Arc::new(job)), self.event(&key, "submitted")],
            vec![update(held), self.event(&key, "planned"), self.event(&key, "held")],
            vec![update(running), self.event(&key, "running")],
            end,
        ]
    }

    fn event(&mut self, key: &str, what: &str) -> Write {
        self.seq += 1;
        Write::Event(event(self.seq, key, what))
    }

    /// Events in the order in which they are now written.
    fn renumbered(&mut self, mut writes: Vec<Write>) -> Vec<Write> {
        for write in &mut writes {
            if let Write::Event(event) = write {
                self.seq += 1;
                event.seq = self.seq;
            }
        }
        writes
    }
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn tell(line: &str) {
    println!("{line}");
}
