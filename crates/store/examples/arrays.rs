//! How fast control is, and control with the store: `arrays [SITES] [ARRAYS] [TASKS] [AT ONCE] [POOLS] [JOBS] [URL]`.
//!
//! Agents are faked: what is measured is the real control, once with its changes dropped and once with each batch
//! committed before anything is acknowledged, as the engine does. First job arrays of tasks that do nothing, of which
//! every task is reported twice, running and ended; then many single jobs over many pools.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use api::AgentReport;
use control::{Change, Control, Settings};
use model::{Assignment, Exit, ExitReason, JobKey, Name, Phase, TaskId, TaskStatus, Usage};
use planner::Policy;
use store::{Store, StoreError, Write};
use units::{Energy, Span, Time};

const START: Time = Time::from_millis(1_772_000_000_000);
const TTL: Span = Span::seconds(3_600);
/// Jobs that come in between two rounds of reports.
const WAVE: usize = 2_000;

type Failed = Box<dyn std::error::Error>;

/// A site whose tasks end as soon as they are seen to run.
#[derive(Debug, Default)]
struct Site {
    name: Option<Name>,
    generation: i64,
    whole: bool,
    /// What is left of each assignment: the tasks that wait for their turn.
    waits: BTreeMap<(JobKey, u32), (Vec<u32>, usize)>,
    runs: Vec<TaskId>,
}

struct Grid {
    control: Control,
    /// With its term, and the folder that goes when it is done.
    store: Option<(Store, i64, tempfile::TempDir)>,
    sites: Vec<Site>,
    now: Time,
    ended: usize,
    in_control: Duration,
    in_store: Duration,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let mut given = std::env::args().skip(1);
    let mut next = |or: usize| given.next().and_then(|text| text.parse().ok()).unwrap_or(or);
    let (sites, arrays, tasks, at_once) = (next(8), next(100), next(10_000), next(10_000));
    let (pools, jobs) = (next(1_000), next(100_000));
    let url = given.next();
    for durable in [false, true] {
        let mut grid = Grid::new(sites, at_once, durable, url.as_deref()).await?;
        let seconds = grid.arrays(arrays, tasks, at_once).await?;
        grid.tell("arrays", "tasks", grid.ended, seconds);
        let mut grid = Grid::new(pools, 100, durable, None).await?;
        let jobs = if durable { jobs / 10 } else { jobs };
        let seconds = grid.jobs(jobs).await?;
        grid.tell("single jobs", "jobs", jobs, seconds);
    }
    Ok(())
}

impl Grid {
    async fn new(
        sites: usize,
        units: usize,
        durable: bool,
        url: Option<&str>,
    ) -> Result<Self, Failed> {
        let settings =
            Settings { lease: Span::hours(24), keep: Span::hours(24), ..Settings::default() };
        let store = if durable { Some(opened(url).await?) } else { None };
        let mut grid = Self {
            control: Control::new(settings, Policy::default()),
            store,
            sites: Vec::new(),
            now: START,
            ended: 0,
            in_control: Duration::ZERO,
            in_store: Duration::ZERO,
        };
        let world = api::manifest::parse(&world(sites, units)).map_err(|it| format!("{it:?}"))?;
        grid.control.apply(world, &BTreeMap::new(), false, START).map_err(|it| it.detail)?;
        for at in 0..sites {
            let name = Some(format!("s{at}").parse()?);
            grid.sites.push(Site { name, whole: true, ..Site::default() });
        }
        grid.round()?;
        grid.commit().await?;
        (grid.in_control, grid.in_store) = (Duration::ZERO, Duration::ZERO);
        Ok(grid)
    }

    async fn arrays(&mut self, arrays: usize, tasks: usize, at_once: usize) -> Result<f64, Failed> {
        let began = Instant::now();
        for at in 0..arrays {
            self.submit(&format!(
                "kind: Job\nmetadata: {{name: a{at}, project: p}}\nspec: {{command: ['true'], tasks: {tasks}, \
                 array: {{at_once: {at_once}}}, run_time: 1m, resources: {{cores: 1, memory: 1GiB}}}}"
            ))?;
        }
        self.commit().await?;
        while self.ended < arrays * tasks {
            self.step().await?;
        }
        Ok(began.elapsed().as_secs_f64())
    }

    async fn jobs(&mut self, jobs: usize) -> Result<f64, Failed> {
        let began = Instant::now();
        let mut sent = 0;
        while self.ended < jobs {
            for at in sent..jobs.min(sent + WAVE) {
                self.submit(&format!(
                    "kind: Job\nmetadata: {{name: j{at}, project: p}}\nspec: {{command: ['true'], run_time: 1m, \
                     resources: {{cores: 1, memory: 1GiB}}}}"
                ))?;
            }
            sent = jobs.min(sent + WAVE);
            self.step().await?;
        }
        Ok(began.elapsed().as_secs_f64())
    }

    fn submit(&mut self, manifest: &str) -> Result<(), Failed> {
        let mut found = api::manifest::parse(manifest).map_err(|it| format!("{it:?}"))?;
        let began = Instant::now();
        let job = found.pop().ok_or("no job")?;
        self.control.submit(job, self.now).map_err(|it| it.detail)?;
        self.in_control += began.elapsed();
        Ok(())
    }

    async fn step(&mut self) -> Result<(), Failed> {
        self.round()?;
        let began = Instant::now();
        self.now = self.now.after(Span::new(100));
        self.control.tick(self.now);
        self.in_control += began.elapsed();
        Ok(self.commit().await?)
    }

    /// Every site reports once and gets its target, if that has changed.
    fn round(&mut self) -> Result<(), Failed> {
        for site in &mut self.sites {
            let Some(name) = site.name.clone() else { continue };
            let report = site.report(self.now, &mut self.ended);
            let began = Instant::now();
            self.control.report(&name, &report, self.now).map_err(|it| it.detail)?;
            let is_new = self.control.generation(&name) != Some(site.generation);
            let target = is_new.then(|| self.control.target(&name)).flatten();
            self.in_control += began.elapsed();
            if let Some(target) = target {
                site.generation = target.generation;
                target.assignments.iter().for_each(|it| site.take(it));
            }
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        let began = Instant::now();
        let changes = self.control.take_changes();
        self.in_control += began.elapsed();
        let Some((store, term, _)) = &self.store else { return Ok(()) };
        let began = Instant::now();
        let writes: Vec<Write> = changes.into_iter().map(write).collect();
        store.commit(*term, self.now, TTL, &writes).await?;
        self.in_store += began.elapsed();
        Ok(())
    }

    #[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
    fn tell(&self, what: &str, unit: &str, count: usize, seconds: f64) {
        let how = if self.store.is_some() { "durable" } else { "not durable" };
        let rate = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds;
        let (control, store) = (self.in_control.as_secs_f64(), self.in_store.as_secs_f64());
        println!(
            "{what}, {how}: {count} {unit} in {seconds:.2} s = {rate:.0} {unit}/s; {control:.2} s in control, \
             {store:.2} s in the store, the rest is the agents'"
        );
    }
}

impl Site {
    fn take(&mut self, order: &Assignment) {
        let key = (order.job.clone(), order.attempt);
        let most = order.work.at_once.map_or(usize::MAX, |it| usize::try_from(it).unwrap_or(1));
        self.waits.entry(key).or_insert_with(|| (order.tasks.iter().collect(), most));
    }

    fn report(&mut self, now: Time, ended: &mut usize) -> AgentReport {
        let runs = std::mem::take(&mut self.runs);
        *ended += runs.len();
        let mut tasks: Vec<TaskStatus> = Vec::new();
        for ((job, attempt), (waits, most)) in &mut self.waits {
            for index in waits.drain(..waits.len().min((*most).max(1))) {
                self.runs.push(TaskId { job: job.clone(), index, attempt: *attempt });
            }
        }
        tasks.extend(runs.into_iter().map(|id| status(id, now, true)));
        tasks.extend(self.runs.iter().map(|id| status(id.clone(), now, false)));
        let whole = std::mem::take(&mut self.whole);
        AgentReport {
            instance: "1".to_owned(),
            sent: now,
            generation: self.generation,
            whole,
            tasks,
            engine_away: None,
            about: None,
            data: None,
        }
    }
}

fn status(id: TaskId, now: Time, is_over: bool) -> TaskStatus {
    let exit =
        Exit { reason: ExitReason::Exited, code: Some(0), signal: None, message: String::new() };
    TaskStatus {
        id,
        phase: if is_over { Phase::Ended } else { Phase::Running },
        started: Some(now),
        ended: is_over.then_some(now),
        exit: is_over.then_some(exit),
        usage: Usage { energy: Energy::new(1_000), ..Usage::default() },
        sandbox: None,
        note: String::new(),
    }
}

async fn opened(url: Option<&str>) -> Result<(Store, i64, tempfile::TempDir), Failed> {
    let folder = tempfile::Builder::new().prefix("arrays").tempdir_in(".")?;
    let at = format!("sqlite:{}", folder.path().join("jingwei.db").display());
    let store = Store::open(url.unwrap_or(&at)).await?;
    let term = store.lead("measure", START, TTL, true).await?;
    Ok((store, term, folder))
}

/// As the engine does.
fn write(change: Change) -> Write {
    match change {
        Change::PutResource(view) => Write::PutResource(*view),
        Change::DeleteResource { kind, name } => Write::DeleteResource { kind, name },
        Change::NewJob(view) => Write::NewJob(view),
        Change::UpdateJob(view) => Write::UpdateJob(view),
        Change::Site { site, status } => Write::Site { site, status },
        Change::SiteData { site, data } => Write::SiteData { site, data },
        Change::Edge { edge, status } => Write::Edge { edge, status },
        Change::Service { service, status } => Write::Service { service, status },
        Change::Charges(charges) => Write::Charges(charges),
        Change::Ledger(entry) => Write::Ledger(entry),
        Change::EnergyUse(used) => Write::EnergyUse(used),
        Change::Demand(view) => Write::Demand(view),
        Change::Clearing(view) => Write::Clearing(view),
        Change::Usage(events) => Write::Usage(events),
        Change::Dispute(dispute) => Write::Dispute(dispute),
        Change::Signals { site, signal, source, at, points } => {
            Write::Signals { site, signal, source, at, points }
        }
        Change::Event(event) => Write::Event(event),
    }
}

fn world(sites: usize, units: usize) -> String {
    let mut text = "kind: Organization\nmetadata: {name: o}\nspec: {}\n---\nkind: Project\nmetadata: {name: p}\n\
        spec: {organization: o}\n---\nkind: Flavor\nmetadata: {name: cpu}\n\
        spec: {arch: x86_64, cores: 1, memory: 1GiB, power: 10W}\n"
        .to_owned();
    for at in 0..sites {
        text += &format!(
            "---\nkind: Site\nmetadata: {{name: s{at}}}\nspec: {{organization: o, region: r, place: {{lat: 31, \
             lon: 121}}, time_zone: Asia/Shanghai, pue: 1.2, tariff: {{seasons: [{{price: 0.8CNY/kWh}}]}}, carbon: \
             {{intensity: 600gCO2/kWh}}}}\n---\nkind: Pool\nmetadata: {{name: p{at}}}\nspec: {{site: s{at}, flavor: \
             cpu, units: {units}, price: 0.1{at:04}CNY/h}}\n"
        );
    }
    text
}
