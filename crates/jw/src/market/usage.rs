//! `market bench usage`: how many usage events a second are read, checked, seen to be new, rated and durable.
//!
//! All of it is what a server does with a batch, from the text of the request to the commit, without HTTP.

use std::{collections::BTreeMap, time::Instant};

use api::{CloudEvent, GivenUsage, USAGE_TYPE, UsageAnswer, UsageData, UsageQuantity};
use clap::Args;
use control::{Change, Control, Settings, UsageKnown};
use model::{Charge, JobKey, LineKind, Name, PriceLine};
use planner::Policy;
use serde::Serialize;
use store::{Store, StoreError, Write};
use units::{Money, Share, Span, Time};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, figure},
};

/// Long enough that no other takes over.
const TTL: Span = Span::hours(24);
/// What each job was charged for, in milliseconds of a unit: one event has more, so nothing is disputed.
const CHARGED: u64 = 1_000;

#[derive(Debug, Args)]
pub(crate) struct UsageArgs {
    /// An empty database, which keeps what is written [default: an SQLite file that is removed afterwards].
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Events in all, those that come twice counted twice.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    events: u64,
    /// Events in one request.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    batch: u32,
    /// Jobs that they are of.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    jobs: u32,
    /// Of a hundred events, those that came before.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(0..=90))]
    repeated_pct: u64,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Report {
    /// `sqlite` or `postgres`.
    database: String,
    events: u64,
    batch: u32,
    jobs: u32,
    taken: u64,
    /// Came before.
    known: u64,
    seconds: f64,
    events_per_s: f64,
    /// What they come to.
    rated: Money,
    /// The sums in the database are those of the events taken, each once.
    verified: bool,
}

pub(super) async fn bench(context: &Context, args: &UsageArgs) -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("jw-usage-{}", std::process::id()));
    let own = || format!("sqlite://{}", folder.join("usage.db").display());
    let url = args.database.clone().unwrap_or_else(own);
    let done = measure(args, &url, context.out.clock.now).await;
    if args.database.is_none() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| Failure::file("remove", &folder, &error))?;
    }
    let report = done?;
    context.out.print(Values::One(&report), |_| page(&report))
}

async fn measure(args: &UsageArgs, url: &str, now: Time) -> Result<Report, Failure> {
    let failed = |error: StoreError| Failure::Fault(error.to_string());
    let store = Store::open(url).await.map_err(failed)?;
    let jobs = keys(args.jobs)?;
    let is_used = !store.usage_of(&jobs).await.map_err(failed)?.is_empty();
    if is_used || !store.all_resources().await.map_err(failed)?.is_empty() {
        return Err(Failure::usage("the database is in use: name an empty one".to_owned()));
    }
    let term = store.lead("usage bench", Time::MIN, TTL, true).await.map_err(failed)?;
    let charges = jobs.iter().map(|job| charge(job, now)).collect::<Result<_, _>>()?;
    store.commit(term, now, TTL, &[Write::Charges(charges)]).await.map_err(failed)?;
    let mut run = Run {
        store: &store,
        control: Control::new(Settings::default(), Policy::default()),
        term,
        now,
        total: UsageAnswer::default(),
    };
    let mut seconds = 0.0;
    let mut next = 0;
    while next < args.events {
        let to = (next + u64::from(args.batch)).min(args.events);
        let text = batch(args, &jobs, next..to, now)?;
        let began = Instant::now();
        run.take(&text).await?;
        seconds += began.elapsed().as_secs_f64();
        next = to;
    }
    let total = run.total;
    let verified = is_whole(args, &store, &jobs).await?;
    store.close().await;
    let database = if url.starts_with("sqlite") { "sqlite" } else { "postgres" };
    Ok(Report {
        database: database.to_owned(),
        events: args.events,
        batch: args.batch,
        jobs: args.jobs,
        taken: total.taken.into(),
        known: total.known.into(),
        seconds,
        events_per_s: args.events as f64 / seconds,
        rated: total.rated,
        verified,
    })
}

struct Run<'a> {
    store: &'a Store,
    control: Control,
    term: i64,
    now: Time,
    total: UsageAnswer,
}

impl Run<'_> {
    /// As a server does with the body of a request.
    async fn take(&mut self, text: &str) -> Result<(), Failure> {
        let failed = |error: StoreError| Failure::Fault(error.to_string());
        let wrong = |what: String| Failure::Fault(what);
        let events: Vec<CloudEvent> =
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let given: Vec<GivenUsage> = events
            .iter()
            .enumerate()
            .map(|(at, it)| it.given(at))
            .collect::<Result<_, _>>()
            .map_err(|error| wrong(format!("{error:?}")))?;
        let ids: Vec<_> = given.iter().map(|it| (it.source.clone(), it.id.clone())).collect();
        let stored = self.store.usage_known(&ids).await.map_err(failed)?;
        let mut jobs: Vec<JobKey> = given.iter().map(|it| it.job.clone()).collect();
        jobs.sort();
        jobs.dedup();
        let known = self.store.usage_of(&jobs).await.map_err(failed)?.into_iter();
        let known: BTreeMap<JobKey, UsageKnown> = known
            .map(|(job, store::JobUsage { charges, readings, disputes })| {
                (job, UsageKnown { view: None, charges, readings, disputes })
            })
            .collect();
        let answer = self.control.usage(&given, &stored, &known, self.now);
        let answer = answer.map_err(|problem| wrong(problem.to_string()))?;
        let writes: Vec<Write> = self
            .control
            .take_changes()
            .into_iter()
            .filter_map(|change| match change {
                Change::Usage(events) => Some(Write::Usage(events)),
                _ => None,
            })
            .collect();
        self.store.commit(self.term, self.now, TTL, &writes).await.map_err(failed)?;
        self.total.taken += answer.taken;
        self.total.known += answer.known;
        self.total.rated = self.total.rated.saturating_add(answer.rated);
        Ok(())
    }
}

fn keys(count: u32) -> Result<Vec<JobKey>, Failure> {
    let key = |at| format!("bench.j{at}").parse();
    let keys: Result<_, _> = (0..count).map(key).collect();
    keys.map_err(|error: model::InvalidName| Failure::Fault(error.to_string()))
}

fn charge(job: &JobKey, now: Time) -> Result<Charge, Failure> {
    let pool: Result<Name, _> = "pool".parse();
    let line = PriceLine {
        kind: LineKind::Compute,
        what: pool.map_err(|error| Failure::Fault(error.to_string()))?,
        provider: None,
        quantity: "1 unit x 1s".to_owned(),
        price: "3.6CNY/h".to_owned(),
        amount: Money::new(1_000_000),
    };
    Ok(Charge {
        job: job.clone(),
        project: job.project.clone(),
        line,
        start: now.before(Span::hours(1)),
        end: now,
        attempt: 1,
        metered: Some(CHARGED),
        booked: Some("charge/bench".to_owned()),
        tax: Share::ZERO,
        corrects: None,
    })
}

/// The number of an event: its own, or that of one that came before.
fn number(args: &UsageArgs, at: u64) -> u64 {
    let scattered = at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 17;
    let is_repeated = scattered % 100 < args.repeated_pct && at >= u64::from(args.batch);
    // Far enough back that it is of another request.
    if is_repeated { own_before(args, scattered % (at - u64::from(args.batch) + 1)) } else { at }
}

/// The newest up to here that is not itself a repetition.
fn own_before(args: &UsageArgs, at: u64) -> u64 {
    (0..=at).rev().find(|it| number(args, *it) == *it).unwrap_or(0)
}

fn quantity(number: u64) -> u64 {
    CHARGED + number % 977
}

fn batch(
    args: &UsageArgs,
    jobs: &[JobKey],
    range: std::ops::Range<u64>,
    now: Time,
) -> Result<String, Failure> {
    let mut events: Vec<CloudEvent> =
        range.filter_map(|at| event(jobs, number(args, at), now)).collect();
    // The newest first: they come in any order.
    events.reverse();
    serde_json::to_string(&events).map_err(|error| Failure::Fault(error.to_string()))
}

fn event(jobs: &[JobKey], number: u64, now: Time) -> Option<CloudEvent> {
    let job = jobs.get(usize::try_from(number % jobs.len() as u64).ok()?)?;
    let end = now.before(Span::new(number % 3_600_000));
    Some(CloudEvent {
        specversion: "1.0".to_owned(),
        id: format!("e{number}"),
        source: format!("/projects/{}/meter", job.project),
        kind: USAGE_TYPE.to_owned(),
        subject: job.to_string(),
        time: None,
        datacontenttype: None,
        signature: None,
        data: UsageData {
            meter: LineKind::Compute,
            what: None,
            quantity: UsageQuantity::Base(quantity(number)),
            start: end.before(Span::seconds(1)),
            end,
        },
    })
}

/// Whether the database has the sum of all events, each once.
async fn is_whole(args: &UsageArgs, store: &Store, jobs: &[JobKey]) -> Result<bool, Failure> {
    let stored = store.usage_of(jobs).await.map_err(|it| Failure::Fault(it.to_string()))?;
    let readings = stored.values().flat_map(|it| &it.readings);
    let sum: u128 = readings.map(|it| u128::from(it.quantity)).sum();
    let own = (0..args.events).filter(|at| number(args, *at) == *at);
    Ok(sum == own.map(|it| u128::from(quantity(it))).sum())
}

fn page(it: &Report) -> Page {
    let (text, style) = if it.verified { ("yes", Style::Good) } else { ("no", Style::Bad) };
    let fields = vec![
        ("database", Cell::from(it.database.as_str())),
        ("events, in one request", Cell::from(format!("{}, {}", it.events, it.batch))),
        ("taken", Cell::new(it.taken)),
        ("came before", Cell::new(it.known)),
        ("in", figure(it.seconds, 2, " s")),
        ("events", figure(it.events_per_s, 0, " a second")),
        ("they come to", crate::format::money(it.rated)),
        ("each was counted once", Cell::from(text.to_owned()).style(style)),
    ];
    Page(vec![Section::Fields { title: Some("Usage"), fields }])
}
