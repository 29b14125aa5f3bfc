//! What has become of a job.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bytes, Carbon, Energy, Money, Span, Time};

use crate::{Candidate, Content, Decision, Indexes, Input, JobState, Name, TaskStatus};

/// A job's place in its life, its decision, its runs and what they used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobStatus {
    pub state: JobState,
    /// Why it is in this state, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub submitted: Time,
    /// When the tasks of the last attempt started and ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Time>,
    /// Runs begun so far.
    #[serde(default)]
    pub attempt: u32,
    /// Who submitted it: the name of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Name>,
    /// Tasks of an array that have succeeded in earlier attempts; they do not run again.
    #[serde(default, skip_serializing_if = "Indexes::is_empty")]
    pub done: Indexes,
    /// Runs that were lost with their site, one after the other.
    #[serde(default, skip_serializing_if = "crate::resource::is_usual")]
    pub losses: u32,
    /// The newest checkpoint that is saved, and the sites that have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Saved>,
    /// What the present run goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Content>,
    /// What the present run reads, as it was when it was dispatched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// Runs that failed and count against `retries`.
    #[serde(default)]
    pub failures: u32,
    /// It is not planned again before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Time>,
    /// The reservation is given back if the site has not taken the job by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Time>,
    /// Someone asked to cancel it; its tasks are being stopped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancelling: bool,
    /// What it was offered at, if someone asked for a quote first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// What was bid for it, if it came as a bid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<Bid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Box<Decision>>,
    /// How far a job that may be paused has come.
    #[serde(default, skip_serializing_if = "crate::resource::is_usual")]
    pub progress: Progress,
    /// The refusals of every site, while it is not placed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Candidate>,
    /// Of the last attempt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskStatus>,
    /// What has been charged so far.
    #[serde(default)]
    pub cost: Money,
    /// Of the whole facility, so far.
    #[serde(default)]
    pub energy: Energy,
    #[serde(default)]
    pub carbon: Carbon,
}

/// What is done of a job that may be paused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Progress {
    /// Intervals of the present decision that are over.
    pub intervals: u32,
    /// What was charged for them.
    pub paid: Money,
    /// Of the run time, what earlier runs have done; the next goes on from there.
    pub worked: Span,
}

/// An offer made for one job: what its decision names is held until the quote expires, or for good once it is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// Nothing starts before, nothing is held after, unless it is ordered.
    pub expires: Time,
    /// The most that is paid for the run time quoted.
    pub total: Money,
    /// Times it was prolonged.
    #[serde(default, skip_serializing_if = "crate::resource::is_usual")]
    pub refreshed: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered: Option<Time>,
    /// What was ordered was lost, or its run failed: it is planned anew, at the prices of that day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub void: bool,
}

impl Quote {
    /// It is ordered, and what was quoted is what is paid.
    #[must_use]
    pub const fn is_firm(&self) -> bool {
        self.ordered.is_some() && !self.void
    }
}

/// What somebody would pay for one job: sealed until the market is cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bid {
    /// The most that is ever paid, for the whole job.
    pub price: Money,
    /// It wins no more from then on.
    pub until: Time,
    /// The number of the clearing that it won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub won: Option<i64>,
}

/// Data of a job that is kept at sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Saved {
    pub content: Content,
    pub size: Bytes,
    pub at: Vec<Name>,
    pub time: Time,
}

impl JobStatus {
    /// What the tasks of the last attempt have used, as far as their site has told.
    #[must_use]
    pub fn tasks_energy(&self) -> Energy {
        self.tasks.iter().fold(Energy::ZERO, |sum, task| sum.saturating_add(task.usage.energy))
    }

    #[must_use]
    pub const fn new(submitted: Time) -> Self {
        Self {
            state: JobState::Submitted,
            reason: String::new(),
            submitted,
            started: None,
            ended: None,
            attempt: 0,
            owner: None,
            done: Indexes::none(),
            losses: 0,
            checkpoint: None,
            resumed: None,
            inputs: Vec::new(),
            failures: 0,
            retry_at: None,
            held_until: None,
            cancelling: false,
            quote: None,
            bid: None,
            decision: None,
            progress: Progress { intervals: 0, paid: Money::ZERO, worked: Span::ZERO },
            refused: Vec::new(),
            tasks: Vec::new(),
            cost: Money::ZERO,
            energy: Energy::ZERO,
            carbon: Carbon::ZERO,
        }
    }
}
