//! What can be asked of a list, as query parameters.

use api::{BillGroup, EnergyBy};
use model::{JobKey, JobState, Kind, Name};
use units::{Month, Time};

/// Name and text of each parameter that is given.
pub(crate) type Pairs = Vec<(&'static str, String)>;

fn push(pairs: &mut Pairs, name: &'static str, value: Option<&impl ToString>) {
    pairs.extend(value.map(|value| (name, value.to_string())));
}

/// Which jobs, and which page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobQuery {
    pub project: Option<Name>,
    /// Empty: in any state.
    pub states: Vec<JobState>,
    pub site: Option<Name>,
    /// What their names start with.
    pub name: Option<String>,
    pub cursor: Option<String>,
    /// 1 to 1000; the server's own is 100.
    pub limit: Option<u32>,
}

impl JobQuery {
    pub(crate) fn pairs(&self) -> Pairs {
        let mut pairs = page(self.cursor.as_deref(), self.limit);
        let states: Vec<&str> = self.states.iter().map(|state| state.as_str()).collect();
        push(&mut pairs, "project", self.project.as_ref());
        push(&mut pairs, "state", (!states.is_empty()).then(|| states.join(",")).as_ref());
        push(&mut pairs, "site", self.site.as_ref());
        push(&mut pairs, "name", self.name.as_ref());
        pairs
    }
}

/// Which page of a list.
pub(crate) fn page(cursor: Option<&str>, limit: Option<u32>) -> Pairs {
    let mut pairs = Pairs::new();
    push(&mut pairs, "cursor", cursor.as_ref());
    push(&mut pairs, "limit", limit.as_ref());
    pairs
}

/// Which output of a job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Only of the task with this number.
    pub task: Option<u32>,
    /// The cursor of the answer before.
    pub after: Option<String>,
    /// How long to wait for something new, in milliseconds; at most 30,000.
    pub wait_ms: u64,
}

impl LogQuery {
    pub(crate) fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        push(&mut pairs, "task", self.task.as_ref());
        push(&mut pairs, "after", self.after.as_ref());
        push(&mut pairs, "wait_ms", Some(&self.wait_ms).filter(|wait| **wait > 0));
        pairs
    }
}

/// Which charges, and how they are grouped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BillQuery {
    pub project: Option<Name>,
    pub job: Option<JobKey>,
    /// Only what this organization is paid.
    pub provider: Option<Name>,
    pub by: Option<BillGroup>,
    /// With every single charge.
    pub charges: bool,
}

impl BillQuery {
    pub(crate) fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        push(&mut pairs, "project", self.project.as_ref());
        push(&mut pairs, "job", self.job.as_ref());
        push(&mut pairs, "provider", self.provider.as_ref());
        push(&mut pairs, "by", self.by.map(group).as_ref());
        push(&mut pairs, "charges", self.charges.then_some(&true));
        pairs
    }
}

/// Which charges; all conditions hold together.
#[derive(Debug, Clone, Default)]
pub struct ChargesQuery {
    pub project: Option<Name>,
    pub job: Option<JobKey>,
    /// Only what this organization is paid.
    pub provider: Option<Name>,
    /// Only what was charged in it.
    pub month: Option<Month>,
}

impl ChargesQuery {
    pub(crate) fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        push(&mut pairs, "project", self.project.as_ref());
        push(&mut pairs, "job", self.job.as_ref());
        push(&mut pairs, "provider", self.provider.as_ref());
        push(&mut pairs, "month", self.month.as_ref());
        pairs
    }
}

const fn group(by: BillGroup) -> &'static str {
    match by {
        BillGroup::Job => "job",
        BillGroup::Project => "project",
        BillGroup::Provider => "provider",
        BillGroup::Kind => "kind",
    }
}

/// Which account of energy and carbon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnergyQuery {
    /// A full hour; none: 30 days ago.
    pub from: Option<Time>,
    /// A full hour; none: the next one.
    pub to: Option<Time>,
    pub by: EnergyBy,
    pub project: Option<Name>,
    pub job: Option<JobKey>,
    pub site: Option<Name>,
    /// Hour by hour too.
    pub hours: bool,
}

impl EnergyQuery {
    pub(crate) fn pairs(&self) -> Pairs {
        let by = match self.by {
            EnergyBy::Job => "job",
            EnergyBy::Project => "project",
            EnergyBy::Site => "site",
            EnergyBy::Month => "month",
            EnergyBy::Year => "year",
        };
        let mut pairs = vec![("by", by.to_owned())];
        push(&mut pairs, "from", self.from.as_ref());
        push(&mut pairs, "to", self.to.as_ref());
        push(&mut pairs, "project", self.project.as_ref());
        push(&mut pairs, "job", self.job.as_ref());
        push(&mut pairs, "site", self.site.as_ref());
        push(&mut pairs, "hours", self.hours.then_some(&true));
        pairs
    }
}

/// Which events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchQuery {
    pub project: Option<Name>,
    pub kind: Option<Kind>,
    /// A name; of a job `project.name`.
    pub subject: Option<String>,
}

impl WatchQuery {
    pub(crate) fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        push(&mut pairs, "project", self.project.as_ref());
        push(&mut pairs, "kind", self.kind.as_ref());
        push(&mut pairs, "subject", self.subject.as_ref());
        pairs
    }
}
