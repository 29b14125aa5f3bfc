//! The bill.

use api::{BillGroup, Problem};
use serde_json::Value;
use store::BillFilter;

use crate::http::{
    input::Call,
    query::{Query, malformed},
    reads,
    reply::Reply,
};

pub(crate) async fn bill(call: Call) -> Result<Reply, Problem> {
    let query = &call.input.query;
    let job = query.parsed("job")?;
    // A job names its project; else the caller's own is meant.
    let own = if job.is_none() { call.own_project().cloned() } else { None };
    let filter = BillFilter {
        project: query.parsed("project")?.or(own),
        job,
        provider: query.parsed("provider")?,
    };
    Reply::json(
        &reads::bill(call.app.engine.store(), &filter, group(query)?, query.flag("charges"))
            .await?,
    )
}

fn group(query: &Query) -> Result<BillGroup, Problem> {
    let Some(by) = query.text("by") else { return Ok(BillGroup::default()) };
    serde_json::from_value(Value::String(by.to_owned()))
        .map_err(|_| malformed(format!("`by` is `{by}`: use job, project, provider or kind")))
}
