//! What the site has accepted and its driver may not have yet, for its data is being laid out.

use std::collections::{BTreeMap, BTreeSet};

use api::Target;
use drivers::Observed;
use model::{Assignment, Content, Phase, TaskId, TaskStatus, Usage};

const NOTE: &str = "its data is being laid out";

/// Taken before the driver is looked at, it has all that this look may miss.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    /// The newest that is known to be accepted; -1 before the first target of this life, since which assignments an
    /// earlier life has accepted is not known.
    generation: i64,
    attempts: BTreeMap<String, Attempt>,
    /// Attempts of the target that the driver has been given in this life.
    given: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct Attempt {
    tasks: Vec<TaskId>,
    inputs: BTreeSet<Content>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { generation: -1, attempts: BTreeMap::new(), given: BTreeSet::new() }
    }
}

impl Attempt {
    fn of(assignment: &Assignment) -> Self {
        let inputs = assignment.work.inputs.iter().map(|input| input.content.clone());
        Self { tasks: assignment.task_ids().collect(), inputs: inputs.collect() }
    }
}

impl Waiting {
    /// The site accepts a target: the driver is given it next.
    pub(super) fn accept(&self, target: &Target) -> Self {
        let with_data = target.assignments.iter().filter(|it| it.work.has_data());
        let all = with_data.map(|it| (it.name(), it));
        let (given, new): (Vec<_>, Vec<_>) = all.partition(|(name, _)| self.given.contains(name));
        Self {
            generation: target.generation,
            attempts: new.into_iter().map(|(name, it)| (name, Attempt::of(it))).collect(),
            given: given.into_iter().map(|(name, _)| name).collect(),
        }
    }

    /// The driver has accepted this much of it.
    pub(super) fn give(&self, ready: &Target) -> Self {
        let mut after = self.clone();
        for assignment in &ready.assignments {
            let name = assignment.name();
            if after.attempts.remove(&name).is_some() {
                after.given.insert(name);
            }
        }
        after
    }

    /// The driver had accepted a newer target before.
    pub(super) fn refuse(&self, have: i64) -> Self {
        Self { generation: have, ..self.clone() }
    }

    /// What will be laid out.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Content> {
        self.attempts.values().flat_map(|it| &it.inputs)
    }

    /// Adds itself to what was seen after it was taken.
    pub(crate) fn add_to(&self, observed: &mut Observed) {
        observed.generation = observed.generation.min(self.generation);
        if self.attempts.is_empty() {
            return;
        }
        let here: BTreeSet<TaskId> = observed.tasks.iter().map(|task| task.id.clone()).collect();
        let tasks = self.attempts.values().flat_map(|it| &it.tasks);
        observed.tasks.extend(tasks.filter(|id| !here.contains(id)).map(starting));
    }
}

fn starting(id: &TaskId) -> TaskStatus {
    TaskStatus {
        id: id.clone(),
        phase: Phase::Starting,
        started: None,
        ended: None,
        exit: None,
        usage: Usage::default(),
        sandbox: None,
        note: NOTE.to_owned(),
    }
}
