//! `watch`: events as they happen; and the stream of events that other commands follow.

use api::Event;
use client::{Client, Watch, WatchQuery};
use futures::StreamExt;
use model::Kind;

use crate::{
    context::Context,
    failure::Failure,
    format::{Clock, state_style},
    output::Output,
    patience::Patience,
    table::{Cell, Column, Row, Style, column},
};

const COLUMNS: [Column; 6] = [
    column("SEQ").right().least(6).wide(),
    column("TIME").least(12),
    column("KIND").least(7),
    column("NAME").least(24),
    column("EVENT").least(11),
    column("MESSAGE"),
];

pub(crate) async fn run(
    context: &Context,
    kind: Option<Kind>,
    name: Option<&str>,
    after: Option<i64>,
) -> Result<(), Failure> {
    let client = context.client()?;
    let subject = match (kind, name) {
        (Some(Kind::Job), Some(name)) => Some(crate::get::key(context, name)?.to_string()),
        (_, name) => name.map(str::to_owned),
    };
    let query = WatchQuery { project: context.global.project.clone(), kind, subject };
    let mut feed = Feed::new(&client, query);
    feed.after(after);
    let mut rows = context.out.stream(&COLUMNS);
    loop {
        let event = feed.next(&context.out).await?;
        rows.push(&event, row(&event, &Clock::system()))?;
    }
}

fn row(event: &Event, clock: &Clock) -> Row {
    let cells = vec![
        Cell::new(event.seq),
        Cell::exact(clock.fine(event.time), event.time),
        Cell::new(event.kind),
        event.subject.as_str().into(),
        what(event),
        event.message.as_str().into(),
    ];
    Row { name: event.subject.clone(), cells }
}

/// The event's type; of a job in the colour of its state.
pub(crate) fn what(event: &Event) -> Cell {
    let style = match (event.what.parse(), event.what.as_str()) {
        (Ok(state), _) => state_style(state),
        (_, "online" | "created") => Style::Good,
        (_, "offline" | "deleted") => Style::Bad,
        _ => Style::Plain,
    };
    Cell::new(&event.what).style(style)
}

/// Events without a gap: after a lost connection it goes on behind the last one seen.
pub(crate) struct Feed<'a> {
    client: &'a Client,
    query: WatchQuery,
    /// The newest event seen.
    seen: Option<i64>,
    stream: Option<Watch>,
    patience: Patience,
}

impl<'a> Feed<'a> {
    pub(crate) fn new(client: &'a Client, query: WatchQuery) -> Self {
        Self { client, query, seen: None, stream: None, patience: Patience::default() }
    }

    /// Not from now on, but behind this event.
    pub(crate) const fn after(&mut self, seq: Option<i64>) {
        self.seen = seq;
    }

    /// Begins: what happens from now on will not be missed.
    pub(crate) async fn open(&mut self, output: &Output) -> Result<(), Failure> {
        while self.stream.is_none() {
            self.connect(output).await?;
        }
        Ok(())
    }

    /// The next event, however long it takes. May be dropped while it waits; nothing is lost.
    pub(crate) async fn next(&mut self, output: &Output) -> Result<Event, Failure> {
        loop {
            let next = match &mut self.stream {
                Some(stream) => stream.next().await,
                None => {
                    self.open(output).await?;
                    continue;
                }
            };
            match next {
                Some(Ok(event)) => {
                    self.patience.reset();
                    self.seen = Some(event.seq);
                    return Ok(event);
                }
                Some(Err(error)) => {
                    self.stream = None;
                    self.patience.bear(error.into(), output).await?;
                }
                None => {
                    self.stream = None;
                    let gone =
                        Failure::Unreachable("the server ended the stream of events".to_owned());
                    self.patience.bear(gone, output).await?;
                }
            }
        }
    }

    async fn connect(&mut self, output: &Output) -> Result<(), Failure> {
        match self.client.watch(&self.query, self.seen).await {
            Ok(stream) => self.stream = Some(stream),
            Err(error) => self.patience.bear(error.into(), output).await?,
        }
        Ok(())
    }
}
