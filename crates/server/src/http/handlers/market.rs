//! Offers, quotes, orders and bids.

use api::Problem;
use control::{OfferFilter, TTL};
use units::{Money, Span};

use crate::{
    Command, MarketCommand,
    http::{
        body::one_job,
        input::{Call, Input},
        once::once,
        query::malformed,
        reads,
        reply::Reply,
    },
};

pub(crate) async fn offers(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let filter = OfferFilter {
        flavor: query.parsed("flavor")?,
        region: query.parsed("region")?,
        owner: query.parsed("owner")?,
    };
    run(&call, MarketCommand::Offers(filter)).await
}

pub(crate) async fn quote(mut call: Call) -> Result<Reply, Problem> {
    let by = Some(call.caller()?.token.name.clone());
    let job = one_job(std::mem::take(&mut call.input.manifests))?;
    let ttl = ttl(&call.input)?;
    run(&call, MarketCommand::Quote { job, ttl, by }).await
}

pub(crate) async fn quotes(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let project = query.parsed("project")?.or_else(|| call.own_project().cloned());
    let after = query.parsed("cursor")?;
    let limit = usize::try_from(query.limit()?).unwrap_or(usize::MAX);
    run(&call, MarketCommand::Quotes { project, after, limit }).await
}

pub(crate) async fn order(call: Call) -> Result<Reply, Problem> {
    let job = call.input.job()?;
    run(&call, MarketCommand::Order { job }).await
}

pub(crate) async fn refresh(call: Call) -> Result<Reply, Problem> {
    let (job, ttl) = (call.input.job()?, ttl(&call.input)?);
    run(&call, MarketCommand::Refresh { job, ttl }).await
}

pub(crate) async fn withdraw(call: Call) -> Result<Reply, Problem> {
    let job = call.input.job()?;
    run(&call, MarketCommand::Withdraw { job }).await
}

pub(crate) async fn bid(mut call: Call) -> Result<Reply, Problem> {
    let by = Some(call.caller()?.token.name.clone());
    let job = one_job(std::mem::take(&mut call.input.manifests))?;
    let query = &call.input.query;
    let missing = || malformed("`price` is missing: the most that is paid, as 120CNY");
    let price: Money = query.parsed("price")?.ok_or_else(missing)?;
    let until = query.parsed("until")?;
    run(&call, MarketCommand::Bid { job, price, until, by }).await
}

pub(crate) async fn bids(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let project = query.parsed("project")?.or_else(|| call.own_project().cloned());
    let after = query.parsed("cursor")?;
    let limit = usize::try_from(query.limit()?).unwrap_or(usize::MAX);
    run(&call, MarketCommand::Bids { project, after, limit }).await
}

pub(crate) async fn clearings(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let store = call.app.engine.store();
    Reply::json(&reads::clearings(store, query.text("cursor"), query.limit()?).await?)
}

fn ttl(input: &Input) -> Result<Span, Problem> {
    Ok(input.query.parsed("ttl")?.unwrap_or(TTL))
}

async fn run(call: &Call, command: MarketCommand) -> Result<Reply, Problem> {
    let once = once(&call.input, call.caller()?.token.name.as_str())?;
    let answer = call.app.engine.run(Command::Market(command), once).await?;
    Reply::answer(&answer, call.input.endpoint.success)
}
