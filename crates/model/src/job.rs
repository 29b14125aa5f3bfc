//! What a job asks for, and the states of its life.

use std::{collections::BTreeMap, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bandwidth, Bytes, Carbon, Cores, Delay, Money, Span, When, Work};

use crate::{Kind, Name, Precision, Prefix6, resource::Invalid};

/// One order: what to run, what it needs of compute, network and data, by when, and what it may cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["command"] }, { "required": ["script"] }]))]
pub struct JobSpec {
    /// Program and arguments. Give this or `script`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 1024))]
    pub command: Vec<String>,
    /// Text for `/bin/sh`, or for the program its `#!` line names; at most 64 KiB. Give this or `command`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }))]
    pub env: BTreeMap<String, String>,
    /// Tasks that start together or not at all (a gang), or as there is room (with `array`). Each sees its number in
    /// `JINGWEI_TASK`.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub tasks: u32,
    /// The tasks are independent: each starts when there is room for it. Left out: they are a gang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<Array>,
    /// OCI image that the tasks run in, as "registry/name:tag"; only sites that run containers take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 512))]
    pub image: Option<String>,
    /// What each task needs.
    #[serde(default)]
    pub resources: Resources,
    /// Datasets that are at the site before the tasks start, each as a folder of its name in `JINGWEI_INPUTS`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<DatasetRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ResultSpec>,
    /// The site or node where its user is: `network` is meant between there and the tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Name>,
    #[serde(default, skip_serializing_if = "NetworkNeed::is_none")]
    pub network: NetworkNeed,
    /// It starts no earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<When>,
    /// It ends no later, result delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<When>,
    /// Estimate, on a flavor for which nothing better is said. Left out: by `work`, else 10 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_time: Option<Span>,
    /// Arithmetic that each task does, by precision: gives the run time on any flavor of known throughput.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub work: BTreeMap<Precision, Work>,
    /// A task still running after this is stopped and the job fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Span>,
    /// It may be stopped and started again from its beginning for a job of higher priority.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interruptible: bool,
    /// Between signal TERM, which comes before any stop, and signal KILL. Left out: what the site gives; 30 s with
    /// `checkpoint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Span>,
    /// Its work is kept in a folder from which a new run goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoint>,
    /// It may be paused where that makes it cheaper: it runs in several intervals, each a run that goes on from the
    /// checkpoint of the one before. Needs `checkpoint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pauses: Option<Pauses>,
    /// It never runs twice at once, even behind a cut network: after the loss of a site it waits until that site
    /// has certainly stopped it. Without this it starts elsewhere at once; results of the old run are refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclusive: bool,
    /// The most it may cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Money>,
    /// The most CO2 it may cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carbon_cap: Option<Carbon>,
    #[serde(default, skip_serializing_if = "Regions::is_any")]
    pub regions: Regions,
    /// 0 (last) to 9 (first).
    #[serde(default = "middle", skip_serializing_if = "is_middle")]
    #[schemars(range(max = 9))]
    pub priority: u8,
    #[serde(default)]
    pub objective: Objective,
    /// How often a failed or lost run is tried again.
    #[serde(default = "two", skip_serializing_if = "is_two")]
    #[schemars(range(max = 20))]
    pub retries: u32,
}

const fn one() -> u32 {
    1
}
const fn two() -> u32 {
    2
}
const fn middle() -> u8 {
    5
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_one(n: &u32) -> bool {
    *n == one()
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_two(n: &u32) -> bool {
    *n == two()
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_middle(n: &u8) -> bool {
    *n == middle()
}

/// What one task needs, and the alternatives that are as good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Resources {
    pub cores: Cores,
    pub memory: Bytes,
    #[serde(skip_serializing_if = "crate::resource::is_usual")]
    #[schemars(range(max = 1024))]
    pub accelerators: u32,
    /// Flavors that will do; the prices choose. Empty: every flavor that has what is asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub any_of: Vec<Choice>,
}

impl Default for Resources {
    fn default() -> Self {
        Self {
            cores: Cores::new(1_000),
            memory: Bytes::new(256 << 20),
            accelerators: 0,
            any_of: Vec::new(),
        }
    }
}

/// One alternative: a flavor, and what differs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub flavor: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<Cores>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Bytes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerators: Option<u32>,
    /// Estimated run time on this flavor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_time: Option<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetRef {
    pub dataset: Name,
}

/// What comes out, and where it has to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultSpec {
    pub size: Bytes,
    /// A site or node.
    pub to: Name,
    /// Keep what the tasks leave in `JINGWEI_RESULT` as this dataset, owned by the project's organization. Its bytes
    /// go to `to`, which has to be a site that keeps data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<Name>,
}

/// How a program that can go on from where it was does so: it finds its last state in the folder
/// `JINGWEI_CHECKPOINT`, writes there as it goes, and on signal TERM has the job's `grace` to write the last of it. A
/// file must be whole under its name: write it under another and rename it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Checkpoint {
    /// How often the site saves the folder while tasks run.
    pub every: Span,
}

impl Default for Checkpoint {
    fn default() -> Self {
        Self { every: Span::seconds(60) }
    }
}

impl Checkpoint {
    /// What its job is given where it asks for no grace of its own.
    pub const GRACE: Span = Span::seconds(30);
}

/// What a pause costs, so that it is only made where it saves more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pauses {
    /// No interval is shorter: 1 minute to 24 hours.
    pub least: Span,
    /// What each interval after the first takes longer, to lay out the checkpoint and do again what it lacks: less than
    /// `least`.
    pub overhead: Span,
}

impl Default for Pauses {
    fn default() -> Self {
        Self { least: Span::minutes(30), overhead: Span::minutes(1) }
    }
}

/// Tasks that do not need each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Array {
    /// No more run at the same time. Left out: as many as the pool has room for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub at_once: Option<u32>,
}

/// What the path between the user and the tasks must be, for the whole run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkNeed {
    /// Held on every link of the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<Bandwidth>,
    /// Greatest one-way delay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Delay>,
    /// Greatest sum of the links' jitter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter: Option<Delay>,
    /// Where the user's side of the traffic is, behind an edge at `user`; left out: everything there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<Prefix6>,
    /// The sandbox leaves the site's network reachable. Without it a task sees none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
}

impl NetworkNeed {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
    /// Whether a path to the user must be found.
    #[must_use]
    pub const fn needs_path(&self) -> bool {
        self.bandwidth.is_some() || self.latency.is_some() || self.jitter.is_some()
    }
}

/// Where it may run, by the region of the site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Regions {
    /// Empty: everywhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Name>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbid: Vec<Name>,
}

impl Regions {
    fn is_any(&self) -> bool {
        self.allow.is_empty() && self.forbid.is_empty()
    }
    #[must_use]
    pub fn permits(&self, region: &Name) -> bool {
        (self.allow.is_empty() || self.allow.contains(region)) && !self.forbid.contains(region)
    }
}

/// What "best" means for this job: a name, or weights on the three sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// Money first: weights 1, 1, 1.
    #[default]
    Cost,
    /// Carbon counts a hundredfold: weights 1, 100, 1.
    Carbon,
    /// Waiting counts a thousandfold: weights 1, 1, 1000.
    Time,
    Weights(Weights),
}

/// What the money, the carbon at its price, and the waiting at its price are multiplied by before they are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    #[schemars(range(max = 10_000))]
    pub cost: u32,
    #[schemars(range(max = 10_000))]
    pub carbon: u32,
    #[schemars(range(max = 10_000))]
    pub time: u32,
}

impl Default for Weights {
    fn default() -> Self {
        Self { cost: 1, carbon: 1, time: 1 }
    }
}

impl Objective {
    #[must_use]
    pub const fn weights(self) -> Weights {
        match self {
            Self::Cost => Weights { cost: 1, carbon: 1, time: 1 },
            Self::Carbon => Weights { cost: 1, carbon: 100, time: 1 },
            Self::Time => Weights { cost: 1, carbon: 1, time: 1_000 },
            Self::Weights(weights) => weights,
        }
    }
}

/// Where a job is in its life.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Known and durable; no place decided.
    Submitted,
    /// A decision is made and nothing is held yet.
    Planned,
    /// A sealed bid: nothing but its money is held until it wins a clearing, or its time is over.
    Bidding,
    /// Everything it needs is held for a time to live; it runs if it is ordered before that ends.
    Quoted,
    /// Capacity and path are reserved until the start.
    Held,
    /// Inputs are on their way to the site.
    Staging,
    /// The site has been told to run it.
    Dispatched,
    /// The site reports that it runs.
    Running,
    Succeeded,
    Failed,
    Cancelled,
    /// Its deadline passed before it could end, it was quoted and not ordered in time, or its bid won nothing.
    Expired,
    /// No site can ever run it as the world is.
    Unplaceable,
}

impl JobState {
    pub const ALL: [Self; 13] = [
        Self::Submitted,
        Self::Planned,
        Self::Bidding,
        Self::Quoted,
        Self::Held,
        Self::Staging,
        Self::Dispatched,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Expired,
        Self::Unplaceable,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Planned => "planned",
            Self::Bidding => "bidding",
            Self::Quoted => "quoted",
            Self::Held => "held",
            Self::Staging => "staging",
            Self::Dispatched => "dispatched",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Unplaceable => "unplaceable",
        }
    }

    /// Nothing follows.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Failed | Self::Cancelled | Self::Expired | Self::Unplaceable
        )
    }

    /// A site may be running it.
    pub const fn is_at_site(self) -> bool {
        matches!(self, Self::Dispatched | Self::Running)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for JobState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().find(|state| state.as_str() == text).copied().ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|state| state.as_str()).collect();
            format!("`{text}` is not a job state: use one of {}", known.join(", "))
        })
    }
}

const SCRIPT_MOST: usize = 64 * 1024;
const ARGUMENTS_MOST: usize = 128 * 1024;

/// Characters of an image's name; a path to a root file system has no others.
const fn is_of_image(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':' | '@' | '+')
}

impl JobSpec {
    pub(crate) fn check(&self, wrong: &mut Vec<Invalid>) {
        self.check_program(wrong);
        self.check_sizes(wrong);
        self.check_image(wrong);
        self.check_network(wrong);
        self.check_money(wrong);
        if let (Some(When::After(earliest)), Some(When::After(deadline))) =
            (self.earliest, self.deadline)
            && deadline <= earliest
        {
            let message = format!("+{deadline} is not after the earliest start +{earliest}");
            wrong.push(Invalid::new("spec.deadline", message));
        }
        if let (Some(When::At(earliest)), Some(When::At(deadline))) = (self.earliest, self.deadline)
            && deadline <= earliest
        {
            wrong.push(Invalid::new(
                "spec.deadline",
                format!("{deadline} is not after the earliest start {earliest}"),
            ));
        }
    }

    fn check_program(&self, wrong: &mut Vec<Invalid>) {
        match (&self.script, self.command.is_empty()) {
            (Some(_), false) => {
                wrong.push(Invalid::new("spec.script", "give `command` or `script`, not both"))
            }
            (None, true) => wrong
                .push(Invalid::new("spec.command", "say what to run: give `command` or `script`")),
            _ => {}
        }
        if self.script.as_ref().is_some_and(|script| script.len() > SCRIPT_MOST) {
            wrong.push(Invalid::new(
                "spec.script",
                "longer than 64 KiB: put it into a dataset or an image",
            ));
        }
        let of_env: usize = self.env.iter().map(|(key, value)| key.len() + value.len()).sum();
        let size: usize = self.command.iter().map(String::len).sum::<usize>() + of_env;
        if size > ARGUMENTS_MOST || self.command.len() > 1024 {
            wrong.push(Invalid::new(
                "spec.command",
                "more than 1024 arguments, or 128 KiB with the environment",
            ));
        }
        if self.command.iter().chain(self.script.iter()).any(|text| text.contains('\0')) {
            wrong.push(Invalid::new("spec.command", "a zero byte cannot stand in a command"));
        }
        if self.command.first().is_some_and(String::is_empty) {
            wrong.push(Invalid::new("spec.command[0]", "the program's name is empty"));
        }
        for (key, value) in &self.env {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let starts_well = key.chars().next().is_some_and(|c| !c.is_ascii_digit());
            if !starts_well || !key.chars().all(is_word) || value.contains('\0') {
                let message =
                    format!("`{key}` is not an environment variable: use letters, digits and _");
                wrong.push(Invalid::new("spec.env", message));
            }
        }
    }

    fn check_image(&self, wrong: &mut Vec<Invalid>) {
        let is_name = |image: &str| {
            (1..=512).contains(&image.len())
                && !image.starts_with('-')
                && image.chars().all(is_of_image)
        };
        if self.image.as_deref().is_some_and(|image| !is_name(image)) {
            wrong.push(Invalid::new(
                "spec.image",
                "not the name of an OCI image: use one as \"registry.example/name:tag\"",
            ));
        }
    }

    fn check_sizes(&self, wrong: &mut Vec<Invalid>) {
        let mut range = |field: &str, value: u64, least: u64, most: u64| {
            if !(least..=most).contains(&value) {
                wrong.push(Invalid::new(
                    field,
                    format!("{value} is out of range: use {least} to {most}"),
                ));
            }
        };
        range("spec.tasks", self.tasks.into(), 1, 10_000);
        if let Some(at_once) = self.array.and_then(|array| array.at_once) {
            range("spec.array.at_once", at_once.into(), 1, 10_000);
        }
        if let Some(Checkpoint { every }) = self.checkpoint {
            range("spec.checkpoint.every", every.get() / 1_000, 1, 86_400);
        }
        if let Some(grace) = self.grace {
            range("spec.grace", grace.get() / 1_000, 0, 3_600);
        }
        range("spec.priority", self.priority.into(), 0, 9);
        range("spec.retries", self.retries.into(), 0, 20);
        range("spec.resources.accelerators", self.resources.accelerators.into(), 0, 1024);
        let weights = self.objective.weights();
        range("spec.objective.cost", weights.cost.into(), 0, 10_000);
        range("spec.objective.carbon", weights.carbon.into(), 0, 10_000);
        range("spec.objective.time", weights.time.into(), 0, 10_000);
        self.check_pauses(wrong);
        if self.inputs.len() > 256 {
            wrong.push(Invalid::new("spec.inputs", "more than 256 datasets"));
        }
        if self.resources.any_of.len() > 64 {
            wrong.push(Invalid::new("spec.resources.any_of", "more than 64 alternatives"));
        }
        let inputs: Vec<Name> = self.inputs.iter().map(|input| input.dataset.clone()).collect();
        if let Some(twice) = crate::resource::first_repeated(&inputs) {
            wrong.push(Invalid::new("spec.inputs", format!("dataset `{twice}` is named twice")));
        }
        let zero = |span: Option<Span>| span.is_some_and(Span::is_zero);
        let longest = Span::hours(24 * 366);
        let long = |span: Option<Span>| span.is_some_and(|span| span > longest);
        if zero(self.run_time) || long(self.run_time) {
            wrong
                .push(Invalid::new("spec.run_time", "give more than nothing and at most 366 days"));
        }
        if zero(self.time_limit) || long(self.time_limit) {
            wrong.push(Invalid::new(
                "spec.time_limit",
                "give more than nothing and at most 366 days",
            ));
        }
        for (at, choice) in self.resources.any_of.iter().enumerate() {
            if zero(choice.run_time) || long(choice.run_time) {
                let field = format!("spec.resources.any_of[{at}].run_time");
                wrong.push(Invalid::new(field, "give more than nothing and at most 366 days"));
            }
        }
    }

    fn check_pauses(&self, wrong: &mut Vec<Invalid>) {
        let Some(Pauses { least, overhead }) = self.pauses else { return };
        if self.checkpoint.is_none() {
            let message = "a paused job goes on from where it was: give `checkpoint` too";
            wrong.push(Invalid::new("spec.pauses", message));
        }
        if self.array.is_some() {
            let message = "not with `array`: its tasks wait for room one by one anyway";
            wrong.push(Invalid::new("spec.pauses", message));
        }
        if !(Span::minutes(1)..=Span::hours(24)).contains(&least) {
            let message = format!("{least} is out of range: use 1m to 24h");
            wrong.push(Invalid::new("spec.pauses.least", message));
        }
        if overhead >= least {
            let message = format!("{overhead} leaves nothing of an interval of {least}: use less");
            wrong.push(Invalid::new("spec.pauses.overhead", message));
        }
    }

    fn check_network(&self, wrong: &mut Vec<Invalid>) {
        if self.network.needs_path() && self.user.is_none() {
            let message = "say where the user is, or what the bandwidth and latency are meant to";
            wrong.push(Invalid::new("spec.user", message));
        }
        if self.network.prefix.is_some() && !self.network.needs_path() {
            let message = "there is no path that it tells packets of: ask for bandwidth or latency";
            wrong.push(Invalid::new("spec.network.prefix", message));
        }
        if self.network.bandwidth.is_some_and(Bandwidth::is_zero) {
            wrong.push(Invalid::new(
                "spec.network.bandwidth",
                "nothing passes at 0bit/s: leave it out or give more",
            ));
        }
    }

    fn check_money(&self, wrong: &mut Vec<Invalid>) {
        if let Some(budget) = self.budget.filter(|budget| budget.get() < 0) {
            wrong.push(Invalid::new(
                "spec.budget",
                format!("{budget} is negative: a budget is zero or more"),
            ));
        }
    }

    /// The resources it speaks of: kind, name, and the field that names it. Kind Node means a site or a node.
    #[must_use]
    pub fn references(&self) -> Vec<(Kind, &Name, String)> {
        let inputs = self.inputs.iter().enumerate();
        let mut all: Vec<(Kind, &Name, String)> = inputs
            .map(|(at, it)| (Kind::Dataset, &it.dataset, format!("spec.inputs[{at}].dataset")))
            .collect();
        let choices = self.resources.any_of.iter().enumerate();
        all.extend(choices.map(|(at, it)| {
            (Kind::Flavor, &it.flavor, format!("spec.resources.any_of[{at}].flavor"))
        }));
        all.extend(self.user.iter().map(|user| (Kind::Node, user, "spec.user".to_owned())));
        all.extend(
            self.result.iter().map(|result| (Kind::Node, &result.to, "spec.result.to".to_owned())),
        );
        all
    }
}
