//! What a site really does, whatever control believes: an agent and an engine with a queue.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use api::{AgentReport, Capabilities, SiteAbout};
use model::{Assignment, Exit, ExitReason, JobKey, Name, Phase, TaskId, TaskStatus, Usage};
use units::{Energy, Power, Span, Time};

/// How one task of an assignment runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) units: u64,
    pub(super) power: Power,
    /// How long it will run.
    pub(super) takes: Span,
}

/// The whole set of what a site should run. It is held in common with control: an assignment does not change.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) generation: i64,
    /// In order of job.
    pub(super) assignments: Vec<Arc<Assignment>>,
}

/// An assignment that the site was told to run.
#[derive(Debug)]
struct Attempt {
    told: Arc<Assignment>,
    shape: Shape,
    /// In order of number.
    tasks: Vec<Task>,
    /// Version of the site in which any of them last changed.
    changed: u64,
}

#[derive(Debug)]
struct Task {
    index: u32,
    started: Option<Time>,
    ended: Option<(Time, Exit)>,
    /// Version of the site in which it last changed.
    changed: u64,
}

/// Tasks that start together.
#[derive(Debug)]
struct Gang {
    /// Its place among all that the site was told.
    number: u64,
    attempt: (JobKey, u32),
    indexes: Vec<u32>,
}

#[derive(Debug)]
pub(super) struct Site {
    pub(super) name: Name,
    /// Not heard by anyone until then.
    pub(super) cut_until: Option<Time>,
    /// When it speaks next besides by its clock.
    pub(super) speaks_at: Option<Time>,
    /// Its agent stops everything then unless it hears from control.
    keep_until: Option<Time>,
    generation: i64,
    /// By job and attempt.
    attempts: BTreeMap<(JobKey, u32), Attempt>,
    /// Told to run, in order, as there is room; by pool.
    queues: BTreeMap<Name, VecDeque<Gang>>,
    gangs: u64,
    pub(super) free: BTreeMap<Name, u64>,
    version: u64,
    /// Changes up to here are known to control.
    known: u64,
    is_whole: bool,
    pub(super) exit_soonest: Vec<(Time, TaskId)>,
    /// Tasks that were asked to stop and saved what they had done, with how long they ran.
    pub(super) saved: Vec<(TaskId, Span)>,
}

impl Attempt {
    fn task(&self, index: u32) -> Option<&Task> {
        let at = self.tasks.binary_search_by_key(&index, |task| task.index).ok()?;
        self.tasks.get(at)
    }

    fn task_mut(&mut self, index: u32) -> Option<&mut Task> {
        let at = self.tasks.binary_search_by_key(&index, |task| task.index).ok()?;
        self.tasks.get_mut(at)
    }

    /// Of those told, the ones that are not there.
    fn lacks(&self, told: &Assignment) -> Vec<u32> {
        if self.tasks.len() == told.tasks.len() {
            return Vec::new();
        }
        told.tasks.iter().filter(|index| self.task(*index).is_none()).collect()
    }

    /// Which have not ended.
    fn open(&self) -> Vec<u32> {
        self.tasks.iter().filter(|task| task.ended.is_none()).map(|task| task.index).collect()
    }
}

impl Site {
    pub(super) fn new(name: Name, free: BTreeMap<Name, u64>) -> Self {
        Self {
            name,
            cut_until: None,
            speaks_at: None,
            keep_until: None,
            generation: 0,
            attempts: BTreeMap::new(),
            queues: BTreeMap::new(),
            gangs: 0,
            free,
            version: 0,
            known: 0,
            is_whole: true,
            exit_soonest: Vec::new(),
            saved: Vec::new(),
        }
    }

    pub(super) fn is_cut(&self, now: Time) -> bool {
        self.cut_until.is_some_and(|until| now < until)
    }

    /// Whether a task of a job runs, in any attempt.
    pub(super) fn runs(&self, job: &JobKey, index: u32) -> bool {
        let attempts = self.attempts.range((job.clone(), 0)..=(job.clone(), u32::MAX));
        let mut tasks = attempts.filter_map(|(_, attempt)| attempt.task(index));
        tasks.any(|task| task.started.is_some() && task.ended.is_none())
    }

    /// What the agent says, and up to which version.
    pub(super) fn report(&self, now: Time) -> (AgentReport, u64) {
        let about = || {
            let can = Capabilities {
                containers: true,
                fences: true,
                data: true,
                ..Capabilities::default()
            };
            SiteAbout { driver: "simulated".to_owned(), can, ..SiteAbout::default() }
        };
        let is_news = |changed: u64| self.is_whole || changed > self.known;
        let mut tasks = Vec::new();
        for attempt in self.attempts.values().filter(|attempt| is_news(attempt.changed)) {
            let news = attempt.tasks.iter().filter(|task| is_news(task.changed));
            tasks.extend(news.map(|task| status(attempt, task)));
        }
        let report = AgentReport {
            instance: "1".to_owned(),
            sent: now,
            generation: self.generation,
            whole: self.is_whole,
            tasks,
            engine_away: None,
            about: self.is_whole.then(about),
            data: None,
        };
        (report, self.version)
    }

    /// What control answered to the report of a version.
    pub(super) fn hear(&mut self, answer: &api::AgentReportAnswer, version: u64, now: Time) {
        self.keep_until = Some(
            self.keep_until.map_or(now.after(answer.keep), |it| it.max(now.after(answer.keep))),
        );
        self.is_whole = answer.again;
        if !answer.again {
            self.known = self.known.max(version);
        }
        for id in &answer.forget {
            self.forget(id);
        }
    }

    fn forget(&mut self, id: &TaskId) {
        let key = (id.job.clone(), id.attempt);
        let Some(attempt) = self.attempts.get_mut(&key) else { return };
        attempt.tasks.retain(|task| task.index != id.index);
        if attempt.tasks.is_empty() {
            self.attempts.remove(&key);
        }
    }

    /// Takes the set of what should be here; what is stale is refused.
    pub(super) fn accept(
        &mut self,
        told: &Told,
        now: Time,
        shape: impl Fn(&Assignment) -> Option<Shape>,
    ) {
        if told.generation < self.generation {
            return;
        }
        self.generation = told.generation;
        for assignment in &told.assignments {
            let key = (assignment.job.clone(), assignment.attempt);
            let new = match self.attempts.get(&key) {
                Some(attempt) => attempt.lacks(assignment),
                None => assignment.tasks.iter().collect(),
            };
            if !new.is_empty()
                && let Some(shape) = shape(assignment)
            {
                self.enqueue(assignment, key, new, shape);
            }
        }
        for (key, index) in self.unwanted(told) {
            self.end(&key, index, now, exit(ExitReason::Stopped, None));
        }
        self.start(now);
    }

    /// Tasks that have not ended and are not in the set.
    fn unwanted(&self, told: &Told) -> Vec<((JobKey, u32), u32)> {
        let mut unwanted = Vec::new();
        for (key, attempt) in &self.attempts {
            let at = told.assignments.binary_search_by(|it| it.job.cmp(&key.0)).ok();
            let wanted = at.and_then(|at| told.assignments.get(at));
            let wanted = wanted.filter(|it| it.attempt == key.1);
            if wanted.is_some_and(|it| Arc::ptr_eq(it, &attempt.told)) {
                continue;
            }
            let open = attempt.open().into_iter();
            let gone = open.filter(|index| wanted.is_none_or(|it| !it.tasks.contains(*index)));
            unwanted.extend(gone.map(|index| (key.clone(), index)));
        }
        unwanted
    }

    fn enqueue(&mut self, told: &Arc<Assignment>, key: (JobKey, u32), new: Vec<u32>, shape: Shape) {
        self.version += 1;
        let changed = self.version;
        let task = |index: &u32| Task { index: *index, started: None, ended: None, changed };
        let nothing = || Attempt { told: Arc::clone(told), shape, tasks: Vec::new(), changed };
        let attempt = self.attempts.entry(key.clone()).or_insert_with(nothing);
        attempt.changed = changed;
        attempt.tasks.extend(new.iter().map(task));
        attempt.tasks.sort_by_key(|task| task.index);
        let queue = self.queues.entry(told.work.pool.clone()).or_default();
        let gangs = match told.work.at_once {
            Some(_) => new.into_iter().map(|index| vec![index]).collect(),
            None => vec![new],
        };
        for indexes in gangs {
            self.gangs += 1;
            queue.push_back(Gang { number: self.gangs, attempt: key.clone(), indexes });
        }
    }

    /// Starts what there is room for, in order; what has no room keeps back only those of its pool.
    fn start(&mut self, now: Time) {
        let mut gangs: Vec<Gang> = Vec::new();
        for (pool, queue) in &mut self.queues {
            let Some(free) = self.free.get_mut(pool) else { continue };
            while let Some(gang) = queue.front() {
                let attempt = self.attempts.get(&gang.attempt);
                let units = attempt.map_or(0, |attempt| units_of(attempt, gang));
                if units > *free {
                    break;
                }
                *free -= units;
                let gang = queue.pop_front().filter(|_| units > 0);
                gangs.extend(gang);
            }
        }
        self.queues.retain(|_, queue| !queue.is_empty());
        gangs.sort_by_key(|gang| gang.number);
        for gang in gangs {
            self.start_gang(&gang, now);
        }
    }

    fn start_gang(&mut self, gang: &Gang, now: Time) {
        let Some(attempt) = self.attempts.get_mut(&gang.attempt) else { return };
        self.version += 1;
        let takes = attempt.shape.takes;
        for index in &gang.indexes {
            let Some(task) = attempt.task_mut(*index).filter(|task| task.ended.is_none()) else {
                continue;
            };
            (task.started, task.changed) = (Some(now), self.version);
            attempt.changed = self.version;
            let (job, number) = gang.attempt.clone();
            let id = TaskId { job, index: *index, attempt: number };
            self.exit_soonest.push((now.after(takes), id));
        }
    }

    /// A task's time has come, if it still runs. Whether it did.
    pub(super) fn run_out(&mut self, id: &TaskId, now: Time) -> bool {
        self.fence(now);
        let key = (id.job.clone(), id.attempt);
        let ends = |attempt: &Attempt| {
            let takes = attempt.shape.takes;
            let task = attempt.task(id.index).filter(|task| task.ended.is_none());
            task.and_then(|task| task.started).is_some_and(|it| it.after(takes) <= now)
        };
        let is_over = self.attempts.get(&key).is_some_and(ends);
        if is_over {
            self.end(&key, id.index, now, exit(ExitReason::Exited, Some(0)));
            self.start(now);
        }
        is_over
    }

    /// Stops everything once control was not heard for too long.
    pub(super) fn fence(&mut self, now: Time) {
        let Some(until) = self.keep_until.filter(|until| now > *until) else { return };
        let open = |(key, attempt): (&(JobKey, u32), &Attempt)| {
            let key = key.clone();
            attempt.open().into_iter().map(move |index| (key.clone(), index))
        };
        let open: Vec<_> = self.attempts.iter().flat_map(open).collect();
        for (key, index) in open {
            self.end(&key, index, until, exit(ExitReason::Fenced, None));
        }
    }

    fn end(&mut self, key: &(JobKey, u32), index: u32, at: Time, exit: Exit) {
        let Some(attempt) = self.attempts.get_mut(key) else { return };
        let units = attempt.shape.units;
        let Some(task) = attempt.task_mut(index).filter(|task| task.ended.is_none()) else {
            return;
        };
        self.version += 1;
        if let Some(started) = task.started.filter(|_| exit.reason == ExitReason::Stopped) {
            let id = TaskId { job: key.0.clone(), index, attempt: key.1 };
            self.saved.push((id, at.since(started)));
        }
        task.ended = Some((at, exit));
        task.changed = self.version;
        let ran = task.started.is_some();
        attempt.changed = self.version;
        if ran && let Some(free) = self.free.get_mut(&attempt.told.work.pool) {
            *free += units;
        }
    }

    /// Whether control does not know everything.
    pub(super) const fn has_news(&self) -> bool {
        self.version > self.known
    }
}

/// What those of a gang take that have not ended.
fn units_of(attempt: &Attempt, gang: &Gang) -> u64 {
    let tasks = gang.indexes.iter().filter_map(|index| attempt.task(*index));
    let open = tasks.filter(|task| task.ended.is_none()).count();
    attempt.shape.units.saturating_mul(open as u64)
}

fn status(attempt: &Attempt, task: &Task) -> TaskStatus {
    let phase = match (&task.started, &task.ended) {
        (_, Some(_)) => Phase::Ended,
        (Some(_), None) => Phase::Running,
        (None, None) => Phase::Starting,
    };
    let power = attempt.shape.power;
    let energy = match (task.started, &task.ended) {
        (Some(from), Some((to, _))) => power.over(to.since(from)).unwrap_or(Energy::ZERO),
        _ => Energy::ZERO,
    };
    let Assignment { job, attempt, .. } = &*attempt.told;
    TaskStatus {
        id: TaskId { job: job.clone(), index: task.index, attempt: *attempt },
        phase,
        started: task.started,
        ended: task.ended.as_ref().map(|(at, _)| *at),
        exit: task.ended.as_ref().map(|(_, exit)| exit.clone()),
        usage: Usage { energy, ..Usage::default() },
        sandbox: None,
        note: String::new(),
    }
}

fn exit(reason: ExitReason, code: Option<i32>) -> Exit {
    Exit { reason, code, signal: None, message: String::new() }
}
