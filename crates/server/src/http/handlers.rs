//! One handler for each endpoint. Each takes a request that is permitted already.

use std::time::Duration;

use api::{Problem, ProblemKind};
use axum::http::StatusCode;
use futures::future::BoxFuture;
use serde::Serialize;

use crate::http::{input::Call, reply::Reply};

mod edges;
mod jobs;
mod ledger;
mod logs;
mod market;
mod money;
mod network;
mod power;
mod sites;
mod system;
mod tokens;
mod usage;
mod watch;
mod world;

/// What answers an endpoint.
pub(crate) type Handler = fn(Call) -> BoxFuture<'static, Result<Reply, Problem>>;

/// Does what takes long beside the engine and the other requests.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Problem::new(ProblemKind::Internal, error.to_string()))?
}

/// A target newer than the one that the caller has, as soon as there is one; else nothing, after as long as was asked.
async fn newer<T: Serialize, Asked: Future<Output = Result<Option<T>, Problem>>>(
    call: &Call,
    ask: impl FnOnce(i64, Duration) -> Asked,
) -> Result<Reply, Problem> {
    let generation = call.input.query.between("generation", -1, i64::MAX)?.unwrap_or(-1);
    let target = tokio::select! {
        target = ask(generation, call.input.query.wait()?) => target?,
        () = call.app.stopped() => None,
    };
    match target {
        Some(target) => Reply::json(&target),
        None => Ok(Reply::empty(StatusCode::NO_CONTENT)),
    }
}

/// The engine answered, but not what was asked.
fn unexpected() -> Problem {
    Problem::new(ProblemKind::Internal, "the engine answered something else")
}

/// The handler of the endpoint with this id.
pub(crate) fn handler(id: &str) -> Option<Handler> {
    Some(match id {
        "health" => |_| Box::pin(async { Ok(system::health()) }),
        "ready" => |call| Box::pin(system::ready(call)),
        "openapi" => |_| Box::pin(async { system::openapi() }),
        "metrics" => |call| Box::pin(system::metrics(call)),
        "whoami" => |call| Box::pin(async move { system::whoami(&call) }),
        "top" => |call| Box::pin(system::top(call)),
        "reach" => |call| Box::pin(network::reach(call)),
        "round-trips" => |call| Box::pin(network::round_trips(call)),
        "resilience" => |call| Box::pin(network::resilience(call)),
        "ways" => |call| Box::pin(network::ways(call)),
        "flows" => |call| Box::pin(network::flows(call)),
        "site-energy" => |call| Box::pin(network::site_energy(call)),
        "dispatch" => |call| Box::pin(network::dispatch(call)),
        "energy-report" => |call| Box::pin(power::account(call)),
        "signals" => |call| Box::pin(power::signals(call)),
        "upload-signals" => |call| Box::pin(power::upload_signals(call)),
        "demand-response" => |call| Box::pin(power::demand(call)),
        "demand-responses" => |call| Box::pin(power::demands(call)),
        "list-certificates" => |call| Box::pin(power::certificates(call)),
        "order-certificates" => |call| Box::pin(power::order_certificates(call)),
        "apply" => |call| Box::pin(world::apply(call)),
        "list" => |call| Box::pin(world::list(call)),
        "get" => |call| Box::pin(world::get(call)),
        "delete" => |call| Box::pin(world::delete(call)),
        "submit" => |call| Box::pin(jobs::submit(call)),
        "plan-all" => |call| Box::pin(jobs::plan_all(call)),
        "plan" => |call| Box::pin(jobs::plan(call)),
        "list-jobs" => |call| Box::pin(jobs::list(call)),
        "offers" => |call| Box::pin(market::offers(call)),
        "quote" => |call| Box::pin(market::quote(call)),
        "list-quotes" => |call| Box::pin(market::quotes(call)),
        "order" => |call| Box::pin(market::order(call)),
        "refresh" => |call| Box::pin(market::refresh(call)),
        "withdraw" => |call| Box::pin(market::withdraw(call)),
        "bid" => |call| Box::pin(market::bid(call)),
        "list-bids" => |call| Box::pin(market::bids(call)),
        "list-clearings" => |call| Box::pin(market::clearings(call)),
        "policies" => |call| Box::pin(async move { system::policies(&call) }),
        "denials" => |call| Box::pin(async move { system::denials(&call) }),
        "count-jobs" => |call| Box::pin(jobs::counts(call)),
        "get-job" => |call| Box::pin(jobs::get(call)),
        "delete-job" => |call| Box::pin(jobs::delete(call)),
        "cancel" => |call| Box::pin(jobs::cancel(call)),
        "job-events" => |call| Box::pin(jobs::events(call)),
        "logs" => |call| Box::pin(logs::logs(call)),
        "watch" => |call| Box::pin(watch::watch(call)),
        "list-charges" => |call| Box::pin(money::charges(call)),
        "invoice" => |call| Box::pin(money::invoice(call)),
        "bill" => |call| Box::pin(money::bill(call)),
        "create-token" => |call| Box::pin(tokens::create(call)),
        "list-tokens" => |call| Box::pin(tokens::list(call)),
        "delete-token" => |call| Box::pin(tokens::delete(call)),
        "list-accounts" => |call| Box::pin(ledger::accounts(call)),
        "get-account" => |call| Box::pin(ledger::account(call)),
        "deposit" => |call| Box::pin(ledger::deposit(call)),
        "reverse" => |call| Box::pin(ledger::reverse(call)),
        "settle" => |call| Box::pin(ledger::settle(call)),
        "list-usage" => |call| Box::pin(usage::list(call)),
        "send-usage" => |call| Box::pin(usage::send(call)),
        "list-readings" => |call| Box::pin(usage::readings(call)),
        "list-disputes" => |call| Box::pin(usage::disputes(call)),
        "resolve-dispute" => |call| Box::pin(usage::resolve(call)),
        "report" => |call| Box::pin(sites::report(call)),
        "target" => |call| Box::pin(sites::target(call)),
        "upload-logs" => |call| Box::pin(sites::upload_logs(call)),
        "edges" => |call| Box::pin(edges::list(call)),
        "services" => |call| Box::pin(edges::services(call)),
        "join-edge" => |call| Box::pin(edges::join(call)),
        "edge-report" => |call| Box::pin(edges::report(call)),
        "edge-target" => |call| Box::pin(edges::target(call)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_a_handler() {
        for endpoint in api::ENDPOINTS {
            assert!(handler(endpoint.id).is_some(), "{}", endpoint.id);
        }
        assert!(handler("fly").is_none());
    }
}
