//! The file of a scenario: YAML, read by people.

use std::path::{Path, PathBuf};

use model::JobSpec;
use serde::Deserialize;
use units::{Power, Span, Time};

use super::{Rule, SignalPart};
use crate::{SimError, files, import::Format};

/// What is simulated.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    pub title: String,
    pub start: Time,
    pub world: WorldPart,
    pub jobs: JobsPart,
    /// Electricity of sites by the hour, out of files.
    #[serde(default)]
    pub signals: Vec<SignalPart>,
    /// Draws of jobs, errors and messages.
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub policy: Rule,
    /// Relative standard error of the prices and of the carbon that are planned by; drawn anew every day for each
    /// site and hour. Charged by what is true.
    #[serde(default)]
    pub forecast_error: f64,
    /// Runs take from 1 - this to 1 + this times what was planned.
    #[serde(default)]
    pub run_time_error: f64,
    #[serde(default)]
    pub messages: Messages,
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What supplies sites with sun, contracts or batteries is added up over so long.
    #[serde(default)]
    pub supply_over: Option<Span>,
    /// Requests to draw less.
    #[serde(default)]
    pub demand_response: Vec<Ask>,
    /// When to ask what would happen if the grid failed.
    #[serde(default)]
    pub outages: Vec<Outage>,
    /// A silent site is lost after so long; sites speak three times as often.
    #[serde(default = "quarter_hour")]
    pub lease: Span,
    /// How far ahead starts are looked for.
    #[serde(default)]
    pub horizon: Option<Span>,
    /// What an hour of waiting is worth for a unit.
    #[serde(default)]
    pub waiting_price: Option<units::HourPrice>,
    /// Sites told with each decision.
    #[serde(default = "few")]
    pub candidates: usize,
}

const fn quarter_hour() -> Span {
    Span::minutes(15)
}
const fn few() -> usize {
    1
}

/// Manifests as `jw apply` takes them, or a world by rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldPart {
    #[serde(default)]
    pub files: Vec<PathBuf>,
    #[serde(default)]
    pub rule: Option<WorldRule>,
}

/// Sites in a ring, each with a pool of one flavor, with prices drawn between half and one and a half of the usual.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldRule {
    pub sites: u32,
    pub units: u32,
}

/// Where jobs come from: a trace, or a rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobsPart {
    #[serde(default)]
    pub trace: Option<TracePart>,
    #[serde(default)]
    pub rule: Option<JobsRule>,
    /// What all of them have besides: an order as in a manifest's `spec`. A list: the jobs take turns.
    #[serde(default)]
    pub orders: Vec<JobSpec>,
    /// Seconds that a start may be put off, from and to; drawn. Sets each job's deadline to the end of its run then.
    #[serde(default)]
    pub slack: Option<(Span, Span)>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracePart {
    pub format: Format,
    pub file: PathBuf,
    /// The first so many; left out: all.
    #[serde(default)]
    pub take: Option<usize>,
    /// Submissions come so many times as fast.
    #[serde(default = "one")]
    pub faster: f64,
}

const fn one() -> f64 {
    1.0
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobsRule {
    pub count: u32,
    /// Mean time between two, exponential.
    pub every: Span,
    /// Between these, evenly by magnitude.
    pub run_time: (Span, Span),
    /// Between these, evenly.
    #[serde(default = "one_task")]
    pub tasks: (u32, u32),
}

const fn one_task() -> (u32, u32) {
    (1, 1)
}

/// How the words between sites and control travel.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Messages {
    /// From and to; drawn, so that they overtake each other.
    pub delay: (Span, Span),
    /// Parts of all, 0 to 1.
    pub lost: f64,
    pub repeated: f64,
}

impl Default for Messages {
    fn default() -> Self {
        Self { delay: (Span::new(20), Span::new(20)), lost: 0.0, repeated: 0.0 }
    }
}

/// Something that fails for a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// From the start.
    pub at: Span,
    #[serde(rename = "for")]
    pub lasts: Span,
    /// Its agent is not heard.
    #[serde(default)]
    pub site: Option<model::Name>,
    /// It is out of service.
    #[serde(default)]
    pub link: Option<model::Name>,
}

/// A site is asked to draw less.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// From the start.
    pub at: Span,
    #[serde(rename = "for")]
    pub lasts: Span,
    pub site: model::Name,
    pub cut: Power,
}

/// A site is without its grid; nothing is changed by it, only the plan for it is counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// From the start.
    pub at: Span,
    #[serde(rename = "for")]
    pub lasts: Span,
    pub site: model::Name,
}

/// Reads a scenario; files that it names are looked for beside it, and below `JINGWEI_DATA` where they begin with
/// `data:`.
///
/// # Errors
/// It cannot be read, or says what cannot be.
pub fn read(path: &Path) -> Result<Scenario, SimError> {
    let text = files::text(path)?;
    let mut scenario: Scenario =
        serde_saphyr::from_str(&text).map_err(|error| SimError::Invalid {
            path: path.to_owned(),
            line: error.location().map_or(1, |at| at.line()),
            what: error.without_snippet().to_string(),
        })?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let data = std::env::var_os("JINGWEI_DATA")
        .map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let found = |file: &mut PathBuf| {
        *file = match file.to_str().and_then(|text| text.strip_prefix("data:")) {
            Some(below) => data.join(below),
            None => folder.join(&file),
        };
    };
    scenario.world.files.iter_mut().for_each(found);
    scenario.jobs.trace.iter_mut().for_each(|trace| found(&mut trace.file));
    for signal in &mut scenario.signals {
        let courses = signal.price.iter_mut().chain(&mut signal.carbon);
        courses.for_each(|course| found(&mut course.file));
    }
    check(&scenario).map_err(|what| SimError::Invalid { path: path.to_owned(), line: 1, what })?;
    Ok(scenario)
}

fn check(scenario: &Scenario) -> Result<(), String> {
    let part = |name: &str, value: f64, most: f64| {
        let fits = (0.0..=most).contains(&value);
        if fits { Ok(()) } else { Err(format!("{name} is {value}: it has to be from 0 to {most}")) }
    };
    part("forecast_error", scenario.forecast_error, 1.0)?;
    part("run_time_error", scenario.run_time_error, 0.9)?;
    part("messages.lost", scenario.messages.lost, 0.9)?;
    part("messages.repeated", scenario.messages.repeated, 0.9)?;
    if scenario.world.files.is_empty() == scenario.world.rule.is_none() {
        return Err("world needs either files or a rule".to_owned());
    }
    if scenario.jobs.trace.is_none() == scenario.jobs.rule.is_none() {
        return Err("jobs needs either a trace or a rule".to_owned());
    }
    if scenario.jobs.orders.is_empty() {
        return Err("jobs.orders needs at least one order, as in a manifest's spec".to_owned());
    }
    if scenario.supply_over.is_some_and(|it| it > super::supply::MOST) {
        return Err("supply_over has to be 31 days at most".to_owned());
    }
    if scenario.lease < Span::seconds(1) {
        return Err("lease has to be at least 1s".to_owned());
    }
    Ok(())
}
