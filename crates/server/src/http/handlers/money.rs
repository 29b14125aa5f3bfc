//! The bill.

use api::{BillGroup, Problem};
use store::BillFilter;
use units::Month;

use crate::{
    clock::now,
    http::{
        input::Call,
        query::{Query, malformed},
        reads,
        reply::Reply,
    },
};

/// Every single charge.
pub(crate) async fn charges(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let month = query.parsed::<Month>("month")?;
    let filter = BillFilter { charged: month.map(Month::range), ..filter(&call)? };
    let store = call.app.engine.store();
    Reply::json(&reads::charges(store, &filter, query.text("cursor"), query.limit()?).await?)
}

/// What a project owes for a month.
pub(crate) async fn invoice(call: Call) -> Result<Reply, Problem> {
    let (store, query, now) = (call.app.engine.store(), &call.input.query, now());
    let project = filter(&call)?.project;
    let project = project.ok_or_else(|| malformed("`project` is missing: name one"))?;
    let organization = reads::organization(store, &project).await?;
    let month = query.parsed("month")?.unwrap_or_else(|| Month::of(now));
    let charged = Some(month.range());
    let filter = BillFilter { project: Some(project.clone()), charged, ..BillFilter::default() };
    let rows = reads::billed(store, &filter).await?;
    let invoice = market::invoice((&project, &organization), month, &rows, now);
    Reply::json(&invoice.ok_or_else(reads::uncountable)?)
}

pub(crate) async fn bill(call: Call) -> Result<Reply, Problem> {
    let (query, filter) = (&call.input.query, filter(&call)?);
    Reply::json(
        &reads::bill(call.app.engine.store(), &filter, group(query)?, query.flag("charges"))
            .await?,
    )
}

fn filter(call: &Call) -> Result<BillFilter, Problem> {
    let query = &call.input.query;
    let job = query.parsed("job")?;
    // A job names its project; else the caller's own is meant.
    let own = if job.is_none() { call.own_project().cloned() } else { None };
    let project = query.parsed("project")?.or(own);
    Ok(BillFilter { project, job, provider: query.parsed("provider")?, charged: None })
}

fn group(query: &Query) -> Result<BillGroup, Problem> {
    Ok(query.word("by", "job, project, provider or kind")?.unwrap_or_default())
}
