//! Events as they happen: server-sent events (WHATWG HTML, section 9.2) with no gap and no repetition.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use api::{Event, Language, Problem, ProblemKind};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue},
};
use bytes::Bytes;
use model::{Kind, Name};
use store::EventFilter;
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};

use crate::http::{etag::one, input::Call, query::malformed, reads, reply::Reply, way::language};

/// A comment is sent after so much silence, so that both ends notice when the other is gone.
const SILENCE: Duration = Duration::from_secs(10);
/// The first that is sent: browsers see an answer only once something of it has come.
const HERE: Bytes = Bytes::from_static(b":\n\n");
/// Events read from the store at once.
const PAGE: u32 = 500;
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Which events a stream shows.
#[derive(Debug, Clone, Default)]
struct Filter {
    kind: Option<Kind>,
    subject: Option<String>,
    /// Only what happens to this project and its jobs.
    project: Option<Name>,
    /// Of jobs only those of this project; and everything of the world.
    jobs_of: Option<Name>,
}

/// One stream.
struct Watch {
    /// Keeps the app, the caller and the place among the streams.
    call: Call,
    filter: Filter,
    language: Language,
    live: Receiver<Arc<Event>>,
    /// Everything up to here has been sent or passed over.
    last: i64,
    /// There may be events after `last` in the store that `live` will not bring.
    behind: bool,
    ready: VecDeque<Bytes>,
}

pub(crate) async fn watch(call: Call) -> Result<Reply, Problem> {
    let filter = filter(&call)?;
    let after = after(&call)?;
    // First this, then the store: what happens from now on comes at least one way, and `last` drops the second.
    let live = call.app.engine.subscribe();
    let newest = reads::last_seq(call.app.engine.store()).await?;
    let last = after.unwrap_or(newest);
    if after.is_some() {
        kept(&call, last, newest).await?;
    }
    let language = language(&call.input.headers);
    let (behind, ready) = (last < newest, VecDeque::from([HERE]));
    let watch = Watch { call, filter, language, live, last, behind, ready };
    let stream = futures::stream::unfold(watch, |mut watch| async move {
        let next = Box::pin(watch.next()).await?;
        Some((Ok::<Bytes, Infallible>(next), watch))
    });
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(Reply::text("text/event-stream", Body::from_stream(stream))
        .header(unbuffered.0, unbuffered.1))
}

fn filter(call: &Call) -> Result<Filter, Problem> {
    let query = &call.input.query;
    let project: Option<Name> = query.parsed("project")?;
    let jobs_of = if project.is_some() { None } else { call.own_project().cloned() };
    let subject = query.namelike("subject")?.map(str::to_owned);
    Ok(Filter { kind: query.parsed("kind")?, subject, project, jobs_of })
}

/// The last event that the caller has; the header is what browsers send when they connect again.
fn after(call: &Call) -> Result<Option<i64>, Problem> {
    let parameter = call.input.query.between("after", 0, i64::MAX)?;
    let Some(header) = one(&call.input.headers, &LAST_EVENT_ID)?.filter(|text| !text.is_empty())
    else {
        return Ok(parameter);
    };
    let seq = header.parse().ok().filter(|seq: &i64| *seq >= 0);
    seq.map(Some).ok_or_else(|| {
        malformed(format!("Last-Event-ID is `{header}`: give the id of an event as it came"))
    })
}

/// Everything after `last` is still there.
async fn kept(call: &Call, last: i64, newest: i64) -> Result<(), Problem> {
    let gone = |detail: String| Err(Problem::new(ProblemKind::Gone, detail));
    if last > newest {
        return gone(format!(
            "the newest event is {newest}: {last} is of another store; list anew, then watch"
        ));
    }
    let first = reads::first_seq(call.app.engine.store()).await?;
    if last.saturating_add(1) < first {
        return gone(format!(
            "the oldest event kept is {first}, and you have {last}: list anew, then watch"
        ));
    }
    Ok(())
}

impl Watch {
    /// The next bytes of the stream; `None` ends it. The reader then connects again and is told why it cannot.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            if self.behind {
                self.catch_up().await.ok()?;
                continue;
            }
            let event = tokio::select! {
                event = self.live.recv() => event,
                () = tokio::time::sleep(SILENCE) => return self.still_welcome().await,
                () = self.call.app.stopped() => return None,
            };
            self.take(event)?;
            self.take_more();
        }
    }

    fn take(&mut self, event: Result<Arc<Event>, RecvError>) -> Option<()> {
        match event {
            Ok(event) => self.show(&event),
            Err(RecvError::Lagged(_)) => self.behind = true,
            Err(RecvError::Closed) => return None,
        }
        Some(())
    }

    /// Whatever else is there already, so that it goes out in one piece.
    fn take_more(&mut self) {
        while !self.behind && self.ready.len() < 256 {
            match self.live.try_recv() {
                Ok(event) => self.show(&event),
                Err(TryRecvError::Lagged(_)) => self.behind = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let together: Vec<u8> = self.ready.drain(..).flatten().collect();
        if !together.is_empty() {
            self.ready.push_back(together.into());
        }
    }

    /// One page of what the store has after `last`.
    async fn catch_up(&mut self) -> Result<(), Problem> {
        let store = self.call.app.engine.store();
        kept(&self.call, self.last, i64::MAX).await?;
        let Filter { kind, subject, project, .. } = self.filter.clone();
        let page =
            reads::events(store, &EventFilter { after: self.last, kind, subject, project }, PAGE)
                .await?;
        self.behind = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        page.iter().for_each(|event| self.show(event));
        Ok(())
    }

    fn show(&mut self, event: &Event) {
        if event.seq <= self.last {
            return;
        }
        self.last = event.seq;
        if self.filter.shows(event) {
            self.ready.push_back(frame(event, self.language));
        }
    }

    /// A comment, if the token is still valid.
    async fn still_welcome(&self) -> Option<Bytes> {
        let caller = self.call.caller().ok()?;
        self.call
            .app
            .callers
            .known(self.call.app.engine.store(), caller.hash.clone())
            .await
            .ok()?;
        Some(Bytes::from_static(b": still here\n\n"))
    }
}

impl Filter {
    fn shows(&self, event: &Event) -> bool {
        let is_job_of = |project: &Name| {
            let of = event.subject.split_once('.').map_or("", |(of, _)| of);
            event.kind == Kind::Job && of == project.as_str()
        };
        let is_project =
            |project: &Name| event.kind == Kind::Project && event.subject == project.as_str();
        self.kind.is_none_or(|kind| event.kind == kind)
            && self.subject.as_ref().is_none_or(|subject| event.subject == *subject)
            && self.project.as_ref().is_none_or(|it| is_job_of(it) || is_project(it))
            && (event.kind != Kind::Job || self.jobs_of.as_ref().is_none_or(is_job_of))
    }
}

/// JSON has no line breaks in it, so `data` is one line.
fn frame(event: &Event, language: Language) -> Bytes {
    let said = Event { message: language.say(&event.message), ..event.clone() };
    let data = serde_json::to_string(&said).unwrap_or_default();
    let what: String = event.what.chars().filter(|c| !c.is_control()).collect();
    format!("id: {}\nevent: {what}\ndata: {data}\n\n", event.seq).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: i64, kind: Kind, subject: &str) -> Event {
        Event {
            seq,
            time: units::Time::from_millis(0),
            kind,
            subject: subject.into(),
            what: "created".into(),
            message: "two\nlines".into(),
            data: serde_json::Value::Null,
        }
    }

    #[test]
    fn a_frame_is_an_event_of_one_line() {
        assert_eq!(
            frame(&event(7, Kind::Site, "a"), Language::English),
            "id: 7\nevent: created\ndata: {\"seq\":7,\"time\":\"1970-01-01T00:00:00Z\",\"kind\":\"Site\",\
             \"subject\":\"a\",\"type\":\"created\",\"message\":\"two\\nlines\"}\n\n"
        );
    }

    #[test]
    fn a_filter_shows_what_was_asked_for() {
        let (site, ours, theirs) =
            (event(1, Kind::Site, "s"), event(2, Kind::Job, "a.j"), event(3, Kind::Job, "ab.j"));
        let shown = |filter: Filter| [&site, &ours, &theirs].map(|event| filter.shows(event));
        let a: Option<Name> = Some("a".parse().unwrap());
        assert_eq!(shown(Filter::default()), [true, true, true]);
        assert_eq!(shown(Filter { project: a.clone(), ..Filter::default() }), [false, true, false]);
        assert_eq!(shown(Filter { jobs_of: a.clone(), ..Filter::default() }), [true, true, false]);
        assert_eq!(
            shown(Filter { kind: Some(Kind::Site), jobs_of: a, ..Filter::default() }),
            [true, false, false]
        );
        assert_eq!(
            shown(Filter { subject: Some("ab.j".into()), ..Filter::default() }),
            [false, false, true]
        );
    }
}
