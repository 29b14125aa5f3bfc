//! The ledger: what accounts have, and what is booked on request.

use api::{NewDeposit, NewReversal, Problem};

use crate::{
    Command,
    http::{body, input::Call, once::once, reads, reply::Reply},
};

pub(crate) async fn accounts(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let store = call.app.engine.store();
    Reply::json(&reads::accounts(store, query.text("cursor"), query.limit()?).await?)
}

pub(crate) async fn account(call: Call) -> Result<Reply, Problem> {
    let (id, query) = (call.input.account()?, &call.input.query);
    let store = call.app.engine.store();
    Reply::json(&reads::account(store, &id, query.text("cursor"), query.limit()?).await?)
}

pub(crate) async fn deposit(call: Call) -> Result<Reply, Problem> {
    let new: NewDeposit = body::json(&call.input.body)?;
    run(&call, Command::Deposit(new)).await
}

pub(crate) async fn reverse(call: Call) -> Result<Reply, Problem> {
    let new: NewReversal = body::json(&call.input.body)?;
    run(&call, Command::Reverse(new)).await
}

pub(crate) async fn settle(call: Call) -> Result<Reply, Problem> {
    let dry_run = call.input.query.flag("dry_run");
    run(&call, Command::Settle { dry_run }).await
}

async fn run(call: &Call, command: Command) -> Result<Reply, Problem> {
    let once = once(&call.input, call.caller()?.token.name.as_str())?;
    Reply::answer(&call.app.engine.run(command, once).await?, call.input.endpoint.success)
}
