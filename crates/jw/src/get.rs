//! `get`: lists of any kind, page by page.

use std::collections::BTreeSet;

use api::{JobSummary, Page, ProblemKind, ResourceView};
use client::{Client, JobQuery};
use model::{JobKey, Kind, Name};

use crate::{
    args::{GetArgs, JobName},
    context::Context,
    failure::Failure,
    kinds,
    output::Values,
};

/// The most that the server puts on one page.
const PAGE: u32 = 1000;

pub(crate) async fn run(context: &Context, args: &GetArgs) -> Result<(), Failure> {
    if args.kind != Kind::Job && (!args.state.is_empty() || args.site.is_some()) {
        return Err(Failure::usage("--state and --site choose jobs: give them to `jw get jobs`"));
    }
    let client = context.client()?;
    match (args.kind, &args.name) {
        (Kind::Job, Some(name)) => one_job(context, &client, name).await,
        (Kind::Job, None) => all_jobs(context, &client, args).await,
        (kind, Some(name)) => one(context, &client, kind, name).await,
        (kind, None) => all(context, &client, kind, args).await,
    }
}

/// A name from the command line, or the usage error that says what a name is.
pub(crate) fn name(text: &str) -> Result<Name, Failure> {
    text.parse().map_err(|error: model::InvalidName| Failure::usage(error.to_string()))
}

pub(crate) fn key(context: &Context, text: &str) -> Result<JobKey, Failure> {
    let job: JobName =
        text.parse().map_err(|error: model::InvalidName| Failure::usage(error.to_string()))?;
    Ok(context.key(&job))
}

async fn one(context: &Context, client: &Client, kind: Kind, text: &str) -> Result<(), Failure> {
    let view = client.resource(kind, &name(text)?).await?;
    let rows = std::slice::from_ref(&view);
    context.out.print(Values::One(&view), |out| kinds::resources(kind, rows, &out.clock).into())
}

async fn one_job(context: &Context, client: &Client, text: &str) -> Result<(), Failure> {
    let view = client.job(&key(context, text)?).await?;
    let summary = summary(&view);
    context.out.print(Values::One(&view), |out| kinds::jobs(&[summary], &out.clock).into())
}

/// The row that the list would show.
pub(crate) fn summary(job: &api::JobView) -> JobSummary {
    let decision = job.status.decision.as_ref();
    let is_final = job.status.state.is_final();
    let charged = (is_final || !job.status.cost.is_zero()).then_some(job.status.cost);
    JobSummary {
        key: job.key.clone(),
        state: job.status.state,
        reason: job.status.reason.clone(),
        priority: job.spec.priority,
        tasks: job.spec.tasks,
        title: job.metadata.title.clone(),
        site: decision.map(|it| it.site.clone()),
        pool: decision.map(|it| it.pool.clone()),
        submitted: job.status.submitted,
        start: job.status.started.or(decision.map(|it| it.start)),
        ended: job.status.ended.filter(|_| is_final),
        cost: charged.or(decision.map(|it| it.total)).unwrap_or_default(),
        attempt: job.status.attempt,
        version: job.version,
    }
}

async fn all(
    context: &Context,
    client: &Client,
    kind: Kind,
    args: &GetArgs,
) -> Result<(), Failure> {
    let mut list = Listing::new(args);
    while let Some((cursor, limit)) = list.next() {
        list.take(client.resources(kind, cursor.as_deref(), Some(limit)).await?)?;
    }
    let views: Vec<ResourceView> = list.finish(context);
    context.out.print(Values::Many(&views), |out| kinds::resources(kind, &views, &out.clock).into())
}

async fn all_jobs(context: &Context, client: &Client, args: &GetArgs) -> Result<(), Failure> {
    let mut list = Listing::new(args);
    while let Some((cursor, limit)) = list.next() {
        list.take(client.jobs(&query(context, args, cursor, limit)).await?)?;
    }
    let jobs: Vec<JobSummary> = list.finish(context);
    context.out.print(Values::Many(&jobs), |out| kinds::jobs(&jobs, &out.clock).into())
}

fn query(context: &Context, args: &GetArgs, cursor: Option<String>, limit: u32) -> JobQuery {
    JobQuery {
        project: context.global.project.clone(),
        states: args.state.clone(),
        site: args.site.clone(),
        limit: Some(limit),
        cursor,
        ..JobQuery::default()
    }
}

/// Pages put together until there are enough.
#[derive(Debug)]
struct Listing<T> {
    items: Vec<T>,
    /// None: all.
    most: Option<usize>,
    next: Next,
    seen: BTreeSet<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    First,
    After(String),
    /// No page is left.
    End,
    /// There are pages that were not asked for.
    More,
}

impl<T> Listing<T> {
    fn new(args: &GetArgs) -> Self {
        let most = (!args.all).then(|| usize::try_from(args.limit).unwrap_or(usize::MAX));
        Self { items: Vec::new(), most, next: Next::First, seen: BTreeSet::new() }
    }

    /// Cursor and size of the next page, if one is wanted.
    fn next(&self) -> Option<(Option<String>, u32)> {
        let left = self
            .most
            .map_or(PAGE, |most| u32::try_from(most - self.items.len().min(most)).unwrap_or(PAGE));
        match &self.next {
            Next::First => Some((None, left.min(PAGE))),
            Next::After(cursor) => Some((Some(cursor.clone()), left.min(PAGE))),
            Next::End | Next::More => None,
        }
    }

    fn take(&mut self, page: Page<T>) -> Result<(), Failure> {
        self.items.extend(page.items);
        let full = self.most.is_some_and(|most| self.items.len() >= most);
        self.next = match page.cursor {
            None => Next::End,
            Some(_) if full => Next::More,
            // A server that gives the same cursor twice would keep us here for ever.
            Some(cursor) if !self.seen.insert(cursor.clone()) => {
                return Err(Failure::problem(ProblemKind::Internal, "the server repeats a page"));
            }
            Some(cursor) => Next::After(cursor),
        };
        Ok(())
    }

    fn finish(self, context: &Context) -> Vec<T> {
        if self.next == Next::More && context.out.is_human() {
            context
                .out
                .note(format!("the first {}; there are more: --all or --limit", self.items.len()));
        }
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(limit: u32, all: bool) -> GetArgs {
        GetArgs { kind: Kind::Job, name: None, state: Vec::new(), site: None, limit, all }
    }

    fn page(items: std::ops::Range<u32>, cursor: Option<&str>) -> Page<u32> {
        Page { items: items.collect(), cursor: cursor.map(str::to_owned) }
    }

    #[test]
    fn pages_go_on_until_the_limit() {
        let mut list = Listing::new(&args(1500, false));
        assert_eq!(list.next(), Some((None, 1000)));
        list.take(page(0..1000, Some("a"))).unwrap();
        assert_eq!(list.next(), Some((Some("a".to_owned()), 500)));
        list.take(page(0..500, Some("b"))).unwrap();
        assert_eq!((list.next(), list.items.len(), list.next == Next::More), (None, 1500, true));
    }

    #[test]
    fn all_pages_end_with_the_last_and_never_turn_in_a_circle() {
        let mut list = Listing::new(&args(100, true));
        list.take(page(0..1000, Some("a"))).unwrap();
        assert_eq!(list.next(), Some((Some("a".to_owned()), 1000)));
        assert!(list.take(page(0..1, Some("a"))).is_err());
        let mut list = Listing::new(&args(100, true));
        list.take(page(0..3, None)).unwrap();
        assert_eq!((list.next(), list.next == Next::End), (None, true));
    }
}
