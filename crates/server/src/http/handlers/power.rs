//! Electricity and carbon: accounts, series of sites, certificates.

use api::{DemandRequest, EnergyBy, Page, Problem, SignalUpload};
use control::account::{Scope, report};
use energy::account::hour_of;
use model::{CertificateOrder, Name};
use store::CertificateFilter;
use units::{Span, Time};

use crate::{
    PowerCommand, clock,
    http::{
        body,
        handlers::beside,
        input::Call,
        once::once,
        query::{Query, malformed},
        reads,
        reply::Reply,
    },
};

/// Longest time of an account or series.
const MOST: Span = Span::hours(366 * 24);
const HOUR: Span = Span::hours(1);

pub(crate) async fn account(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let job: Option<model::JobKey> = query.parsed("job")?;
    // A job names its project; else the caller's own is meant.
    let own = if job.is_none() { call.own_project().cloned() } else { None };
    let end = hour_of(clock::now()).after(HOUR);
    let (from, to) = times(query, (end.before(Span::hours(30 * 24)), end))?;
    if hour_of(from) != from || hour_of(to) != to {
        return Err(malformed(format!("from {from} to {to}: give full hours")));
    }
    let scope = Scope {
        from,
        to,
        by: by(query)?,
        project: query.parsed("project")?.or(own),
        job,
        site: query.parsed("site")?,
        hours: query.flag("hours"),
    };
    let evidence =
        reads::evidence(call.app.engine.store(), scope.site.as_ref(), (from, to)).await?;
    Reply::json(&beside(move || Ok(report(&evidence, &scope))).await?)
}

pub(crate) async fn signals(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let site = place(&call).await?;
    let (now, week) = (clock::now(), Span::hours(7 * 24));
    let (from, to) = times(query, (now.before(week), now.after(week)))?;
    let store = call.app.engine.store();
    let items = reads::signals(store, &site, from, to).await?;
    Reply::json(&Page { items, cursor: None })
}

pub(crate) async fn upload_signals(call: Call) -> Result<Reply, Problem> {
    let upload: SignalUpload = body::json(&call.input.body)?;
    let command = PowerCommand::Signals { site: call.input.site()?, upload: Box::new(upload) };
    let answer = call.app.engine.run(command.into(), None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn demand(call: Call) -> Result<Reply, Problem> {
    let once = once(&call.input, call.caller()?.token.name.as_str())?;
    let request: DemandRequest = body::json(&call.input.body)?;
    let command = PowerCommand::Demand { site: call.input.site()?, request: Box::new(request) };
    let answer = call.app.engine.run(command.into(), once).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

pub(crate) async fn demands(call: Call) -> Result<Reply, Problem> {
    let command = PowerCommand::Demands { site: place(&call).await? };
    let answer = call.app.engine.run(command.into(), None).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

/// The site that the query names.
async fn place(call: &Call) -> Result<Name, Problem> {
    let missing = || malformed("`place` is missing: name a site");
    let site: Name = call.input.query.parsed("place")?.ok_or_else(missing)?;
    reads::resource(call.app.engine.store(), model::Kind::Site, &site).await?;
    Ok(site)
}

pub(crate) async fn certificates(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let filter = CertificateFilter { owner: query.parsed("owner")?, open: query.flag("open") };
    let store = call.app.engine.store();
    Reply::json(&reads::certificates(store, &filter, query.text("cursor"), query.limit()?).await?)
}

pub(crate) async fn order_certificates(call: Call) -> Result<Reply, Problem> {
    let who = call.caller()?.token.name.clone();
    let once = once(&call.input, who.as_str())?;
    let order: CertificateOrder = body::json(&call.input.body)?;
    let command = PowerCommand::Certificates { order: Box::new(order), who };
    let answer = call.app.engine.run(command.into(), once).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}

/// From and to, the usual ones where they are left out.
fn times(query: &Query, (from, to): (Time, Time)) -> Result<(Time, Time), Problem> {
    let from = query.parsed("from")?.unwrap_or(from);
    let to = query.parsed("to")?.unwrap_or(to);
    if from >= to || to.since(from) > MOST {
        return Err(malformed(format!("from {from} to {to}: give a later end, within {MOST}")));
    }
    Ok((from, to))
}

fn by(query: &Query) -> Result<EnergyBy, Problem> {
    Ok(query.word("by", "job, project, site, month or year")?.unwrap_or_default())
}
