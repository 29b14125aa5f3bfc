//! What a site really does, whatever control believes: an agent and an engine with a queue.

use std::collections::{BTreeMap, BTreeSet};

use api::{AgentReport, Capabilities, SiteAbout, Target};
use model::{Assignment, Exit, ExitReason, Name, Phase, TaskId, TaskStatus, Usage};
use units::{Energy, Power, Span, Time};

/// A task that the site was told to run.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) pool: Name,
    pub(super) units: u64,
    pub(super) power: Power,
    /// How long it will run.
    pub(super) takes: Span,
    pub(super) started: Option<Time>,
    pub(super) ended: Option<(Time, Exit)>,
    /// Version of the site in which it last changed.
    changed: u64,
}

/// How one task of an assignment runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) units: u64,
    pub(super) power: Power,
    pub(super) takes: Span,
}

#[derive(Debug)]
pub(super) struct Site {
    pub(super) name: Name,
    /// Not heard by anyone until then.
    pub(super) cut_until: Option<Time>,
    /// Its agent stops everything then unless it hears from control.
    keep_until: Option<Time>,
    generation: i64,
    tasks: BTreeMap<TaskId, Task>,
    /// Told to run, in order, as there is room: tasks that start together.
    queue: Vec<Vec<TaskId>>,
    pub(super) free: BTreeMap<Name, u64>,
    version: u64,
    /// Changes up to here are known to control.
    known: u64,
    is_whole: bool,
    pub(super) exit_soonest: Vec<(Time, TaskId)>,
}

impl Site {
    pub(super) fn new(name: Name, free: BTreeMap<Name, u64>) -> Self {
        Self {
            name,
            cut_until: None,
            keep_until: None,
            generation: 0,
            tasks: BTreeMap::new(),
            queue: Vec::new(),
            free,
            version: 0,
            known: 0,
            is_whole: true,
            exit_soonest: Vec::new(),
        }
    }

    pub(super) fn is_cut(&self, now: Time) -> bool {
        self.cut_until.is_some_and(|until| now < until)
    }

    pub(super) fn running(&self) -> impl Iterator<Item = (&TaskId, &Task)> {
        self.tasks.iter().filter(|(_, task)| task.started.is_some() && task.ended.is_none())
    }

    /// What the agent says, and up to which version.
    pub(super) fn report(&self, now: Time) -> (AgentReport, u64) {
        let can = Capabilities { containers: true, fences: true, ..Capabilities::default() };
        let about = SiteAbout { driver: "simulated".to_owned(), can, ..SiteAbout::default() };
        let news = self.tasks.iter().filter(|(_, task)| self.is_whole || task.changed > self.known);
        let report = AgentReport {
            instance: "1".to_owned(),
            sent: now,
            generation: self.generation,
            whole: self.is_whole,
            tasks: news.map(|(id, task)| status(id, task)).collect(),
            engine_away: None,
            about: self.is_whole.then_some(about),
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
            self.tasks.remove(id);
        }
    }

    /// Takes the set of what should be here; what is stale is refused.
    pub(super) fn accept(
        &mut self,
        target: &Target,
        now: Time,
        shape: impl Fn(&Assignment) -> Option<Shape>,
    ) {
        if target.generation < self.generation {
            return;
        }
        self.generation = target.generation;
        let wanted: BTreeSet<TaskId> =
            target.assignments.iter().flat_map(Assignment::task_ids).collect();
        for assignment in &target.assignments {
            let new: Vec<TaskId> =
                assignment.task_ids().filter(|id| !self.tasks.contains_key(id)).collect();
            if let Some(shape) = shape(assignment).filter(|_| !new.is_empty()) {
                self.enqueue(assignment, new, shape);
            }
        }
        let gone: Vec<TaskId> = self
            .tasks
            .iter()
            .filter(|(id, task)| task.ended.is_none() && !wanted.contains(id))
            .map(|(id, _)| id.clone())
            .collect();
        gone.iter().for_each(|id| self.end(id, now, exit(ExitReason::Stopped, None)));
        self.start(now);
    }

    fn enqueue(&mut self, assignment: &Assignment, new: Vec<TaskId>, shape: Shape) {
        self.version += 1;
        for id in &new {
            let task = Task {
                pool: assignment.work.pool.clone(),
                units: shape.units,
                power: shape.power,
                takes: shape.takes,
                started: None,
                ended: None,
                changed: self.version,
            };
            self.tasks.insert(id.clone(), task);
        }
        match assignment.work.at_once {
            Some(_) => self.queue.extend(new.into_iter().map(|id| vec![id])),
            None => self.queue.push(new),
        }
    }

    /// Starts what there is room for, in order; what has no room keeps back only those of its pool.
    fn start(&mut self, now: Time) {
        let mut full: BTreeSet<Name> = BTreeSet::new();
        for gang in std::mem::take(&mut self.queue) {
            let needs: Vec<(Name, u64)> = gang
                .iter()
                .filter_map(|id| self.tasks.get(id))
                .filter(|task| task.ended.is_none())
                .map(|task| (task.pool.clone(), task.units))
                .collect();
            let Some((pool, _)) = needs.first().cloned() else { continue };
            let units: u64 = needs.iter().map(|(_, units)| units).sum();
            let has_room =
                !full.contains(&pool) && self.free.get(&pool).is_some_and(|it| *it >= units);
            if !has_room {
                full.insert(pool);
                self.queue.push(gang);
                continue;
            }
            self.free.entry(pool).and_modify(|free| *free -= units);
            self.version += 1;
            for id in gang {
                let Some(task) = self.tasks.get_mut(&id).filter(|task| task.ended.is_none()) else {
                    continue;
                };
                (task.started, task.changed) = (Some(now), self.version);
                self.exit_soonest.push((now.after(task.takes), id));
            }
        }
    }

    /// A task's time has come, if it still runs. Whether it did.
    pub(super) fn run_out(&mut self, id: &TaskId, now: Time) -> bool {
        self.fence(now);
        let ends = |task: &Task| {
            task.ended.is_none() && task.started.is_some_and(|it| it.after(task.takes) <= now)
        };
        let is_over = self.tasks.get(id).is_some_and(ends);
        if is_over {
            self.end(id, now, exit(ExitReason::Exited, Some(0)));
            self.start(now);
        }
        is_over
    }

    /// Stops everything once control was not heard for too long.
    pub(super) fn fence(&mut self, now: Time) {
        let Some(until) = self.keep_until.filter(|until| now > *until) else { return };
        let running: Vec<TaskId> = self
            .tasks
            .iter()
            .filter(|(_, task)| task.ended.is_none())
            .map(|(id, _)| id.clone())
            .collect();
        running.iter().for_each(|id| self.end(id, until, exit(ExitReason::Fenced, None)));
    }

    fn end(&mut self, id: &TaskId, at: Time, exit: Exit) {
        let Some(task) = self.tasks.get_mut(id).filter(|task| task.ended.is_none()) else { return };
        self.version += 1;
        task.ended = Some((at, exit));
        task.changed = self.version;
        if task.started.is_some() {
            self.free.entry(task.pool.clone()).and_modify(|free| *free += task.units);
        }
    }

    /// Whether control does not know everything.
    pub(super) const fn has_news(&self) -> bool {
        self.version > self.known
    }
}

fn status(id: &TaskId, task: &Task) -> TaskStatus {
    let phase = match (&task.started, &task.ended) {
        (_, Some(_)) => Phase::Ended,
        (Some(_), None) => Phase::Running,
        (None, None) => Phase::Starting,
    };
    let energy = match (task.started, &task.ended) {
        (Some(from), Some((to, _))) => task.power.over(to.since(from)).unwrap_or(Energy::ZERO),
        _ => Energy::ZERO,
    };
    TaskStatus {
        id: id.clone(),
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
