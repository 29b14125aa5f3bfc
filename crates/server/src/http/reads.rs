//! Everything that handlers read from the store, and what its failures mean to whoever asked.

use std::collections::BTreeMap;

use api::{
    AccountStory, AccountView, Bill, BillGroup, BillRow, ChargeRecord, ClearingView, Dispute,
    Event, JobSummary, JobView, LineReading, LogChunk, Page, Problem, ProblemKind, ResourceView,
    SignalSeries, TokenView, UsageRecord,
};
use control::account::Evidence;
use model::{
    AccountId, Certificate, Holder, JobKey, JobState, Kind, Name, ProjectSpec, Quality, Signal,
};
use store::{
    BillFilter, CHARGES_MOST, CertificateFilter, DisputeFilter, EventFilter, JobFilter, LogPage,
    Store, StoreError,
};
use units::{Money, Time};

use crate::http::query::malformed;

/// A failure of the store, as whoever asked should see it. What is of no use to him goes to the log.
fn failed(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound { what, key } => Problem::new(
            ProblemKind::NotFound,
            format!("there is no {} `{key}`", what.to_lowercase()),
        ),
        StoreError::BadCursor { .. } => malformed(error.to_string()),
        StoreError::TooLarge { .. } => Problem::new(ProblemKind::TooLarge, error.to_string()),
        StoreError::Unreachable { .. } => {
            tracing::error!(%error, "the store does not answer");
            Problem::new(ProblemKind::Unavailable, "the store does not answer: try again")
        }
        other => {
            tracing::error!(error = %other, source = ?std::error::Error::source(&other), "the store failed");
            Problem::new(
                ProblemKind::Internal,
                "the store failed: what happened is in the server's log",
            )
        }
    }
}

fn items(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(store::PAGE_MOST)
}

pub(crate) async fn ping(store: &Store) -> Result<(), Problem> {
    store.ping().await.map_err(failed)
}

pub(crate) async fn token(store: &Store, hash: &str) -> Result<Option<TokenView>, Problem> {
    store.token(hash).await.map_err(failed)
}

/// Whether there is a token of this name.
pub(crate) async fn has_token(store: &Store, name: &Name) -> Result<bool, Problem> {
    Ok(store.tokens().await.map_err(failed)?.iter().any(|token| token.name == *name))
}

pub(crate) async fn accounts(
    store: &Store,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<AccountView>, Problem> {
    store.accounts(after, items(limit)).await.map_err(failed)
}

pub(crate) async fn account(
    store: &Store,
    id: &AccountId,
    before: Option<&str>,
    limit: u32,
) -> Result<AccountStory, Problem> {
    store.account_story(id, before, items(limit)).await.map_err(failed)
}

/// By name.
pub(crate) async fn tokens(
    store: &Store,
    after: Option<&Name>,
    limit: u32,
) -> Result<Page<TokenView>, Problem> {
    let all = store.tokens().await.map_err(failed)?;
    let mut rest = all.into_iter().filter(|token| after.is_none_or(|after| token.name > *after));
    let page: Vec<TokenView> = rest.by_ref().take(items(limit)).collect();
    let cursor = rest.next().and(page.last()).map(|last| last.name.to_string());
    Ok(Page { items: page, cursor })
}

pub(crate) async fn resources(
    store: &Store,
    kind: Kind,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<ResourceView>, Problem> {
    store.resources(kind, cursor, items(limit)).await.map_err(failed)
}

pub(crate) async fn resource(
    store: &Store,
    kind: Kind,
    name: &Name,
) -> Result<ResourceView, Problem> {
    store.resource(kind, name).await.map_err(failed)
}

pub(crate) async fn jobs(
    store: &Store,
    filter: &JobFilter,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<JobSummary>, Problem> {
    store.jobs(filter, cursor, items(limit)).await.map_err(failed)
}

pub(crate) async fn job(store: &Store, key: &JobKey) -> Result<JobView, Problem> {
    store.job(key).await.map_err(failed)
}

pub(crate) async fn job_if_any(store: &Store, key: &JobKey) -> Result<Option<JobView>, Problem> {
    match store.job(key).await {
        Err(StoreError::NotFound { .. }) => Ok(None),
        found => found.map(Some).map_err(failed),
    }
}

pub(crate) async fn jobs_at(store: &Store, at: Time, most: usize) -> Result<Vec<JobView>, Problem> {
    store.jobs_at(at, most).await.map_err(failed)
}

/// Of one project, or of all together.
pub(crate) async fn job_counts(
    store: &Store,
    project: Option<&Name>,
) -> Result<BTreeMap<JobState, u64>, Problem> {
    match project {
        Some(project) => store.project_counts(project).await,
        None => store.job_counts().await,
    }
    .map_err(failed)
}

pub(crate) async fn events(
    store: &Store,
    filter: &EventFilter,
    limit: u32,
) -> Result<Vec<Event>, Problem> {
    store.events(filter, items(limit)).await.map_err(failed)
}

/// Of one job, oldest first; the cursor is the last event's number.
pub(crate) async fn job_events(
    store: &Store,
    job: &JobKey,
    after: i64,
    limit: u32,
) -> Result<Page<Event>, Problem> {
    let subject = Some(job.to_string());
    let filter =
        EventFilter { after, kind: Some(Kind::Job), subject, project: Some(job.project.clone()) };
    let items = events(store, &filter, limit).await?;
    let is_full = items.len() >= self::items(limit);
    let cursor = items.last().filter(|_| is_full).map(|last| last.seq.to_string());
    Ok(Page { items, cursor })
}

pub(crate) async fn first_seq(store: &Store) -> Result<i64, Problem> {
    store.first_seq().await.map_err(failed)
}

pub(crate) async fn last_seq(store: &Store) -> Result<i64, Problem> {
    store.last_seq().await.map_err(failed)
}

/// The sums, and every single charge if asked for.
pub(crate) async fn bill_rows(
    store: &Store,
    filter: &BillFilter,
    by: BillGroup,
) -> Result<Vec<BillRow>, Problem> {
    store.bill(filter, by).await.map_err(failed)
}

pub(crate) async fn bill(
    store: &Store,
    filter: &BillFilter,
    by: BillGroup,
    charges: bool,
) -> Result<Bill, Problem> {
    let rows = bill_rows(store, filter, by).await?;
    let total = rows.iter().try_fold(Money::ZERO, |sum, row| sum.checked_add(row.total));
    let total = total.ok_or_else(uncountable)?;
    let charges = if charges {
        store.charges(filter, CHARGES_MOST).await.map_err(failed)?
    } else {
        Vec::new()
    };
    Ok(Bill { by, rows, total, charges, account: of_bill(store, filter).await? })
}

/// The account behind a bill of one project, or of one provider.
async fn of_bill(store: &Store, filter: &BillFilter) -> Result<Option<AccountView>, Problem> {
    let holder = match (&filter.project, &filter.provider) {
        _ if filter.job.is_some() => return Ok(None),
        (Some(project), None) => Holder::Project(project.clone()),
        (None, Some(provider)) => Holder::Owner(provider.clone()),
        _ => return Ok(None),
    };
    match store.account(&AccountId::new(holder)).await {
        Err(StoreError::NotFound { .. }) => Ok(None),
        account => account.map(Some).map_err(failed),
    }
}

/// A sum beyond what money can be.
pub(crate) fn uncountable() -> Problem {
    Problem::new(ProblemKind::TooLarge, "the total is more than is counted")
}

pub(crate) async fn charges(
    store: &Store,
    filter: &BillFilter,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<ChargeRecord>, Problem> {
    store.charge_page(filter, cursor, items(limit)).await.map_err(failed)
}

/// What an invoice is made of.
pub(crate) async fn billed(
    store: &Store,
    filter: &BillFilter,
) -> Result<Vec<market::Billed>, Problem> {
    store.billed(filter).await.map_err(failed)
}

/// Whose a project is.
pub(crate) async fn organization(store: &Store, project: &Name) -> Result<Name, Problem> {
    let view = resource(store, Kind::Project, project).await?;
    let spec: Result<ProjectSpec, _> = serde_json::from_value(view.spec);
    spec.map(|spec| spec.organization).map_err(|error| {
        tracing::error!(%error, %project, "a project is not as it was stored");
        Problem::new(ProblemKind::Internal, "the project cannot be read")
    })
}

/// What an account of `[from, to)` is made of, of all sites or one.
pub(crate) async fn evidence(
    store: &Store,
    site: Option<&Name>,
    (from, to): (Time, Time),
) -> Result<Evidence, Problem> {
    let mut evidence = Evidence {
        uses: store.energy_uses(from, to).await.map_err(failed)?,
        claims: store.claims(site, from, to).await.map_err(failed)?,
        ..Evidence::default()
    };
    let signals = store.signals(site, from, to).await.map_err(failed)?.into_iter();
    // What was foretold is no evidence of what was.
    let signals = signals.filter(|it| it.point.quality > Quality::Forecast);
    evidence.signals =
        signals.map(|it| ((it.site, it.signal, it.point.hour), it.point.value)).collect();
    for view in store.all_of(Kind::Site).await.map_err(failed)? {
        if let Ok(spec) = serde_json::from_value(view.spec) {
            evidence.sites.insert(view.metadata.name, spec);
        }
    }
    Ok(evidence)
}

/// The series of a site.
pub(crate) async fn signals(
    store: &Store,
    site: &Name,
    from: Time,
    to: Time,
) -> Result<Vec<SignalSeries>, Problem> {
    let mut series: BTreeMap<Signal, SignalSeries> = BTreeMap::new();
    for it in store.signals(Some(site), from, to).await.map_err(failed)? {
        let entry = series.entry(it.signal).or_insert_with(|| SignalSeries {
            site: site.clone(),
            signal: it.signal,
            source: String::new(),
            at: it.at,
            points: Vec::new(),
        });
        if it.at >= entry.at {
            (entry.at, entry.source) = (it.at, it.source);
        }
        entry.points.push(it.point);
    }
    Ok(series.into_values().collect())
}

pub(crate) async fn certificates(
    store: &Store,
    filter: &CertificateFilter,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Certificate>, Problem> {
    store.certificates(filter, cursor, items(limit)).await.map_err(failed)
}

pub(crate) async fn clearings(
    store: &Store,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<ClearingView>, Problem> {
    store.clearings(cursor, items(limit)).await.map_err(failed)
}

pub(crate) async fn logs(
    store: &Store,
    job: &JobKey,
    task: Option<u32>,
    cursor: Option<&str>,
    most: usize,
) -> Result<LogPage, Problem> {
    store.logs(job, task, cursor, most).await.map_err(failed)
}

pub(crate) async fn append_logs(store: &Store, chunks: &[LogChunk]) -> Result<(), Problem> {
    store.append_logs(chunks).await.map_err(failed)
}

pub(crate) async fn usage(
    store: &Store,
    job: &JobKey,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<UsageRecord>, Problem> {
    store.usage(job, cursor, items(limit)).await.map_err(failed)
}

pub(crate) async fn disputes(
    store: &Store,
    filter: &DisputeFilter,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Dispute>, Problem> {
    store.disputes(filter, cursor, items(limit)).await.map_err(failed)
}

/// Line by line what both sides metered of a job, and what is charged.
pub(crate) async fn readings(store: &Store, job: &JobKey) -> Result<Vec<LineReading>, Problem> {
    let known = store.usage_of(std::slice::from_ref(job)).await.map_err(failed)?.remove(job);
    Ok(control::line_readings(job, &known.map(control_known).unwrap_or_default()))
}

fn control_known(it: store::JobUsage) -> control::UsageKnown {
    let store::JobUsage { charges, readings, disputes } = it;
    control::UsageKnown { view: None, charges, readings, disputes }
}
