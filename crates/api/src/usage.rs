//! Usage events, as CloudEvents 1.0 in JSON, and disputes over what they say.

use std::fmt;

use model::{Invalid, JobKey, LineKind, Metered, Name, QUANTITY_MOST, Side, TaskId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Money, Share, Span, Time};

/// The `type` of usage events.
pub const USAGE_TYPE: &str = "jingwei.usage.v1";
/// Usage events in one request.
pub const USAGE_MOST: usize = 10_000;
/// Longest `id` and `source`, in bytes.
const ID_MOST: usize = 128;
const SOURCE_MOST: usize = 256;

/// A CloudEvent (<https://github.com/cloudevents/spec>, 1.0, JSON format) that says what a meter read. Attributes beyond
/// these are left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CloudEvent {
    /// `1.0`.
    #[schemars(length(max = 16))]
    pub specversion: String,
    /// Its own among all of its source: the same one again is the same event.
    #[schemars(length(min = 1, max = 128))]
    pub id: String,
    /// Whose meter: `/sites/NAME` (the provider) or `/projects/NAME` (the consumer), and what comes after a further `/`.
    #[schemars(length(min = 1, max = 256))]
    pub source: String,
    /// `jingwei.usage.v1`.
    #[serde(rename = "type")]
    #[schemars(length(max = 64))]
    pub kind: String,
    /// The job as `project.name`, or one of its tasks as `project.name.index.attempt`.
    #[schemars(length(min = 1, max = 160))]
    pub subject: String,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// `application/json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datacontenttype: Option<String>,
    /// Ed25519 (RFC 8032) of [`CloudEvent::text`], in Base64; needed where the site or project names keys in `meters`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128))]
    pub signature: Option<String>,
    pub data: UsageData,
}

/// What a meter read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageData {
    /// The kind of price line that it is a reading for.
    pub meter: LineKind,
    /// The pool, site, link or dataset of that line; may be left out where the job has one line of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Name>,
    pub quantity: UsageQuantity,
    /// What was metered lies between these.
    pub start: Time,
    pub end: Time,
}

/// How much: an integer in base units (milliseconds of a unit, mJ, µg of CO2, bytes), at most 10^18, or a text as `2h`,
/// `3.2kWh`, `0.5kgCO2`, `120GB`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "a quantity is an integer in base units, 0 to 10^18, or a text as 2h, 3.2kWh, 0.5kgCO2, 120GB"
)]
pub enum UsageQuantity {
    Base(u64),
    Text(String),
}

/// A usage event whose form is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUsage {
    pub source: String,
    pub id: String,
    pub side: Side,
    /// The site or project.
    pub whose: Name,
    pub subject: String,
    pub job: JobKey,
    /// Where a task says so.
    pub attempt: Option<u32>,
    pub meter: LineKind,
    pub what: Option<Name>,
    pub quantity: u64,
    pub start: Time,
    pub end: Time,
    pub time: Option<Time>,
    /// It was seen to be.
    pub signed: bool,
}

impl CloudEvent {
    /// What is signed.
    #[must_use]
    pub fn text(&self) -> String {
        let what = self.data.what.as_ref().map_or("", |it| it.as_str());
        let quantity = match &self.data.quantity {
            UsageQuantity::Base(it) => it.to_string(),
            UsageQuantity::Text(it) => it.clone(),
        };
        format!(
            "jingwei usage 1\nsource {}\nid {}\nsubject {}\nmeter {} {what}\nquantity {quantity}\nfrom {} ms\nto {} ms\n",
            self.source,
            self.id,
            self.subject,
            self.data.meter,
            self.data.start.as_millis(),
            self.data.end.as_millis()
        )
    }

    /// Whose it is: the side, and the name of the site or project.
    ///
    /// # Errors
    /// The source is of another form.
    pub fn whose(&self) -> Result<(Side, Name), String> {
        let wrong = || {
            let source: String = self.source.chars().take(80).collect();
            format!("`{source}` is not /sites/NAME or /projects/NAME, at most {SOURCE_MOST} bytes")
        };
        if self.source.len() > SOURCE_MOST || !is_visible(&self.source) {
            return Err(wrong());
        }
        let mut parts = self.source.strip_prefix('/').ok_or_else(wrong)?.splitn(3, '/');
        let side = match parts.next() {
            Some("sites") => Side::Provider,
            Some("projects") => Side::Consumer,
            _ => return Err(wrong()),
        };
        let name = parts.next().and_then(|it| it.parse().ok()).ok_or_else(wrong)?;
        Ok((side, name))
    }

    /// What it says, where its form is right; `at` is its place in the request.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn given(&self, at: usize) -> Result<GivenUsage, Vec<Invalid>> {
        let mut wrong = Vec::new();
        self.check_envelope(at, &mut wrong);
        let mut tell = |field: &str, message: String| {
            wrong.push(Invalid::new(format!("[{at}].{field}"), message));
        };
        let whose = self.whose().map_err(|it| tell("source", it)).ok();
        let subject = subject(&self.subject).map_err(|it| tell("subject", it)).ok();
        let data = &self.data;
        if !data.meter.is_billed() {
            tell("data.meter", format!("{} is not charged: nothing is metered", data.meter));
        }
        let quantity = self.quantity().map_err(|it| tell("data.quantity", it)).ok();
        if data.start > data.end {
            tell("data.end", format!("{} is before its start, {}", data.end, data.start));
        }
        let parts = whose.zip(subject).zip(quantity).filter(|_| wrong.is_empty());
        let Some((((side, whose), (job, attempt)), quantity)) = parts else { return Err(wrong) };
        Ok(GivenUsage {
            source: self.source.clone(),
            id: self.id.clone(),
            side,
            whose,
            subject: self.subject.clone(),
            job,
            attempt,
            meter: data.meter,
            what: data.what.clone(),
            quantity,
            start: data.start,
            end: data.end,
            time: self.time,
            signed: false,
        })
    }

    fn check_envelope(&self, at: usize, wrong: &mut Vec<Invalid>) {
        let mut tell = |field: &str, message: String| {
            wrong.push(Invalid::new(format!("[{at}].{field}"), message));
        };
        let short = |it: &str| it.chars().take(40).collect::<String>();
        if self.specversion != "1.0" {
            tell("specversion", format!("`{}` is not known: use 1.0", short(&self.specversion)));
        }
        if self.kind != USAGE_TYPE {
            tell("type", format!("`{}` is not known: use {USAGE_TYPE}", short(&self.kind)));
        }
        if self.id.is_empty() || self.id.len() > ID_MOST || !is_visible(&self.id) {
            tell("id", format!("give 1 to {ID_MOST} visible ASCII characters"));
        }
        let media = self.datacontenttype.as_deref().unwrap_or("application/json");
        if !media.starts_with("application/json") {
            tell("datacontenttype", format!("`{}`: use application/json", short(media)));
        }
    }

    fn quantity(&self) -> Result<u64, String> {
        let quantity = match &self.data.quantity {
            UsageQuantity::Base(it) => *it,
            UsageQuantity::Text(it) => {
                self.data.meter.quantity(it).map_err(|error| error.to_string())?
            }
        };
        if quantity > QUANTITY_MOST {
            return Err(format!("{quantity} is more than {QUANTITY_MOST} in base units"));
        }
        Ok(quantity)
    }
}

fn is_visible(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_graphic())
}

/// The job, and which run of it where a task says so.
fn subject(text: &str) -> Result<(JobKey, Option<u32>), String> {
    if let Ok(job) = text.parse() {
        return Ok((job, None));
    }
    let task: Result<TaskId, _> = text.parse();
    task.map(|it| (it.job, Some(it.attempt))).map_err(|_| {
        let text: String = text.chars().take(80).collect();
        format!("`{text}` is neither a job, project.name, nor a task, project.name.index.attempt")
    })
}

/// A usage event as it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageRecord {
    /// One more than the event before.
    pub number: i64,
    /// When it came.
    pub received: Time,
    #[serde(flatten)]
    pub metered: Metered,
    /// What it comes to at the price of its line; none where the job has no such line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated: Option<Money>,
}

/// What both sides metered of a line of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineReading {
    pub job: JobKey,
    pub attempt: u32,
    pub kind: LineKind,
    pub what: Name,
    /// What is charged, in base units; none while the run goes on, or of what is not charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The price, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub price: String,
    /// The transaction that booked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booked: Option<String>,
    /// What the provider's own meters read, beside its report of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<u64>,
    /// What the consumer's meters read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<i64>,
}

/// What became of usage events.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageAnswer {
    /// New ones.
    pub taken: u32,
    /// Those that had come before, with the same content.
    pub known: u32,
    /// What the new ones come to.
    pub rated: Money,
    /// Disputes that they opened or changed.
    pub disputes: Vec<Dispute>,
}

/// Where a dispute stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum DisputeState {
    /// What is disputed is held.
    Open,
    /// Resolved for the provider: it was paid.
    Provider,
    /// Resolved for the consumer: it got it back.
    Consumer,
    /// Later readings agree: the provider was paid.
    Agreed,
}

impl DisputeState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Provider => "provider",
            Self::Consumer => "consumer",
            Self::Agreed => "agreed",
        }
    }
}

impl fmt::Display for DisputeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Two sides metered a line of a charge differently: the part that they differ about is held until somebody resolves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dispute {
    pub id: i64,
    pub state: DisputeState,
    pub job: JobKey,
    pub attempt: u32,
    pub kind: LineKind,
    pub what: Name,
    /// Who is paid for the line; the platform where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Name>,
    /// What the provider metered and charged, in base units.
    pub metered: u64,
    /// What the consumer metered.
    pub consumer: u64,
    /// The line as it was charged.
    pub charged: Money,
    /// The tax that it includes.
    #[serde(default)]
    pub tax: Share,
    /// What is disputed, or was last.
    pub amount: Money,
    /// The run.
    pub start: Time,
    pub end: Time,
    pub opened: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Time>,
    /// Who resolved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Name>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The transaction of the charge.
    pub charge: String,
    /// Those of the dispute, in order.
    pub transactions: Vec<String>,
}

impl Dispute {
    /// What is held for it now.
    #[must_use]
    pub fn held(&self) -> Money {
        if self.state == DisputeState::Open { self.amount } else { Money::ZERO }
    }
}

/// Who is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResolution {
    pub dispute: i64,
    #[serde(rename = "for")]
    pub side: Side,
    /// Why, at most 400 bytes.
    pub note: String,
}

/// A clock may be so far ahead.
pub const USAGE_SKEW: Span = Span::minutes(5);
/// What was metered may come so late.
pub const USAGE_LATE: Span = Span::hours(7 * 24);
