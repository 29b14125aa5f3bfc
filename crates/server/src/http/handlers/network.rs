//! The network and the electricity as people look at them.

use std::collections::BTreeSet;

use api::Problem;
use model::Name;
use planner::Net;
use tokio::sync::Semaphore;
use units::Span;

use crate::{
    Answer, Command,
    http::{
        handlers::{beside, unexpected},
        input::Call,
        query::malformed,
        reply::Reply,
    },
};

/// Hours before or after now that can be asked for.
const HOURS_MOST: i64 = 168;
/// Hours that a site may be thought of without the grid.
const ISLAND_MOST: i64 = 48;

pub(crate) async fn reach(call: Call) -> Result<Reply, Problem> {
    let from: Name = named(&call, "from")?;
    let without = without(&call)?;
    let net = net(&call).await?;
    Reply::json(&beside(move || control::reach(&net, &from, without)).await?)
}

pub(crate) async fn round_trips(call: Call) -> Result<Reply, Problem> {
    let without = without(&call)?;
    let net = net(&call).await?;
    Reply::json(&beside(move || control::round_trips(&net, without)).await?)
}

/// One at a time: each keeps both processors busy for a while.
static FOLLOWED: Semaphore = Semaphore::const_new(1);

pub(crate) async fn resilience(call: Call) -> Result<Reply, Problem> {
    let without = without(&call)?;
    let _turn = FOLLOWED.acquire().await.map_err(|_| unexpected())?;
    let net = net(&call).await?;
    Reply::json(&beside(move || control::resilience(&net, without)).await?)
}

pub(crate) async fn ways(call: Call) -> Result<Reply, Problem> {
    let ends = [named(&call, "from")?, named(&call, "to")?];
    let limits = (call.input.query.parsed("bandwidth")?, call.input.query.parsed("latency")?);
    let without = without(&call)?;
    let net = net(&call).await?;
    Reply::json(&beside(move || control::ways(&net, ends, limits, without)).await?)
}

pub(crate) async fn flows(call: Call) -> Result<Reply, Problem> {
    Reply::answer(&call.app.engine.run(Command::Flows, None).await?, call.input.endpoint.success)
}

pub(crate) async fn site_energy(call: Call) -> Result<Reply, Problem> {
    let hours = |name, usual| -> Result<Span, Problem> {
        let asked = call.input.query.between(name, 0, HOURS_MOST)?;
        Ok(Span::hours(asked.and_then(|it| u64::try_from(it).ok()).unwrap_or(usual)))
    };
    let (back, ahead) = (hours("back_h", 24)?, hours("ahead_h", 48)?);
    let command = Command::SiteEnergy { site: named(&call, "place")?, back, ahead };
    Reply::answer(&call.app.engine.run(command, None).await?, call.input.endpoint.success)
}

pub(crate) async fn dispatch(call: Call) -> Result<Reply, Problem> {
    let asked = call.input.query.between("island_h", 0, ISLAND_MOST)?;
    let island = asked.and_then(|it| u64::try_from(it).ok()).filter(|it| *it > 0);
    let command = Command::Dispatch { site: call.input.site()?, island: island.map(Span::hours) };
    Reply::answer(&call.app.engine.run(command, None).await?, call.input.endpoint.success)
}

fn named(call: &Call, parameter: &str) -> Result<Name, Problem> {
    let missing = || malformed(format!("`{parameter}` is missing: name a place"));
    call.input.query.parsed(parameter)?.ok_or_else(missing)
}

fn without(call: &Call) -> Result<BTreeSet<Name>, Problem> {
    let text = call.input.query.text("without").unwrap_or_default();
    let links = text.split(',').map(str::trim).filter(|link| !link.is_empty());
    let link = |text: &str| text.parse().map_err(|it| malformed(format!("`without`: {it}")));
    links.map(link).collect()
}

/// A copy of the network, so that the engine goes on while it is looked at.
async fn net(call: &Call) -> Result<Box<Net>, Problem> {
    match call.app.engine.run(Command::Net, None).await? {
        Answer::Net(net) => Ok(net),
        _ => Err(unexpected()),
    }
}
