//! Logs, with a wait for more.

use std::sync::Arc;

use api::{Event, Logs, Problem};
use model::{JobKey, Kind};
use store::LogPage;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};

use crate::http::{input::Call, reads, reply::Reply};

/// Most text in one answer, in bytes.
const MOST: usize = 256 * 1024;

/// What wakes a follower: logs that came, or something that happened.
struct Wakers {
    uploads: Receiver<JobKey>,
    events: Receiver<Arc<Event>>,
}

pub(crate) async fn logs(call: Call) -> Result<Reply, Problem> {
    let job = call.input.job()?;
    let query = &call.input.query;
    let task =
        query.between("task", 0, i64::from(u32::MAX))?.and_then(|task| u32::try_from(task).ok());
    let until = Instant::now() + query.wait()?;
    let mut cursor = query.text("after").map(str::to_owned);
    // Before the first look, so that nothing comes unseen between a look and the wait after it.
    let mut wakers =
        Wakers { uploads: call.app.uploads.subscribe(), events: call.app.engine.subscribe() };
    loop {
        let logs = look(&call, &job, task, cursor.as_deref()).await?;
        if logs.done || !logs.chunks.is_empty() || Instant::now() >= until {
            return Reply::json(&logs);
        }
        cursor = Some(logs.cursor.clone());
        let stopped = tokio::select! {
            () = wakers.woken(&job) => false,
            () = tokio::time::sleep_until(until) => false,
            () = call.app.stopped() => true,
        };
        if stopped {
            return Reply::json(&logs);
        }
    }
}

async fn look(
    call: &Call,
    job: &JobKey,
    task: Option<u32>,
    cursor: Option<&str>,
) -> Result<Logs, Problem> {
    let store = call.app.engine.store();
    // The job first: if it had ended before the logs were read, none of them are missing.
    let ended = reads::job(store, job).await?.status.state.is_final();
    let LogPage { chunks, cursor, .. } = reads::logs(store, job, task, cursor, MOST).await?;
    Ok(Logs { done: ended && chunks.is_empty(), chunks, cursor })
}

impl Wakers {
    async fn woken(&mut self, job: &JobKey) {
        let Self { uploads, events } = self;
        let subject = job.to_string();
        tokio::select! {
            () = heard(uploads, |it| it == job) => {}
            () = heard(events, |it| it.kind == Kind::Job && it.subject == subject) => {}
        }
    }
}

/// Returns when something came that matters, or may have come.
async fn heard<T: Clone>(receiver: &mut Receiver<T>, matters: impl Fn(&T) -> bool) {
    loop {
        match receiver.recv().await {
            Ok(it) if matters(&it) => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            // The server is stopping: whoever waits is ended by that.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
