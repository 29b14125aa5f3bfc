//! Server-sent events (WHATWG HTML, section 9.2) as a stream of [`Event`]s.

use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use api::{Event, Problem};
use bytes::Bytes;
use futures::Stream;
use reqwest::{Response, StatusCode};

use crate::{Client, ClientError};

/// Bytes of one event; more is not from Jingwei.
const LONGEST: usize = 16 << 20;

/// Events as they happen. Ends when the server ends it, or after an error; then begin again after
/// [`Watch::last_event_id`].
pub struct Watch {
    client: Client,
    body: Option<Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>>,
    parser: Parser,
    ready: VecDeque<Message>,
    last: Option<i64>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("last", &self.last).finish_non_exhaustive()
    }
}

impl Watch {
    pub(crate) fn new(client: Client, response: Response, last: Option<i64>) -> Self {
        let body = Some(Box::pin(response.bytes_stream()) as Pin<Box<_>>);
        Self { client, body, parser: Parser::default(), ready: VecDeque::new(), last }
    }

    /// The newest event seen, or the one it began after.
    #[must_use]
    pub fn last_event_id(&self) -> Option<i64> {
        self.last
    }

    fn read(&mut self, message: &Message) -> Result<Event, ClientError> {
        let wrong = |error: serde_json::Error| {
            self.client.not_understood(StatusCode::OK, error.to_string())
        };
        if message.what == "problem" {
            let problem: Problem = serde_json::from_str(&message.data).map_err(wrong)?;
            return Err(ClientError::Problem(Box::new(problem)));
        }
        let event: Event = serde_json::from_str(&message.data).map_err(wrong)?;
        self.last = Some(event.seq);
        Ok(event)
    }
}

impl Stream for Watch {
    type Item = Result<Event, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                let read = self.read(&message);
                if read.is_err() {
                    self.body = None;
                    self.ready.clear();
                }
                return Poll::Ready(Some(read));
            }
            let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
            match ready!(body.as_mut().poll_next(context)) {
                Some(Ok(bytes)) => {
                    let messages = self.parser.feed(&bytes);
                    self.ready.extend(messages);
                    if self.parser.size() > LONGEST {
                        self.body = None;
                        let error = self
                            .client
                            .not_understood(StatusCode::OK, "an event of more than 16 MiB");
                        return Poll::Ready(Some(Err(error)));
                    }
                }
                Some(Err(error)) => {
                    self.body = None;
                    return Poll::Ready(Some(Err(self.client.unsent(error))));
                }
                None => self.body = None,
            }
        }
    }
}

/// One server-sent event with data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Message {
    /// The `event` field; empty if none.
    what: String,
    data: String,
}

/// Bytes in any pieces to messages. Comments, ids and retry hints are passed over: an `Event` has its own number.
#[derive(Debug, Default)]
struct Parser {
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed now belongs to it.
    after_return: bool,
    message: Message,
}

impl Parser {
    fn feed(&mut self, bytes: &[u8]) -> Vec<Message> {
        let mut done = Vec::new();
        for byte in bytes {
            match byte {
                b'\n' if self.after_return => self.after_return = false,
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    done.extend(self.end_line());
                }
                other => {
                    self.after_return = false;
                    self.line.push(*other);
                }
            }
        }
        done
    }

    /// Bytes kept.
    fn size(&self) -> usize {
        self.line.len() + self.message.data.len()
    }

    fn end_line(&mut self) -> Option<Message> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let message = std::mem::take(&mut self.message);
            let data = message.data.strip_suffix('\n').map(str::to_owned);
            return data.map(|data| Message { data, ..message });
        }
        let line = String::from_utf8_lossy(&line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                self.message.data.push_str(value);
                self.message.data.push('\n');
            }
            "event" => value.clone_into(&mut self.message.what),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_do_not_matter() {
        let text = ": hello\n\nid: 1\nevent: x\ndata: a\ndata:  b\n\ndata: c\r\n\r\nretry: 5\n\ndata\n\ndata: cut".as_bytes();
        let message = |what: &str, data: &str| Message { what: what.into(), data: data.into() };
        let expected = vec![message("x", "a\n b"), message("", "c"), message("", "")];
        for piece in 1..text.len() {
            let mut parser = Parser::default();
            let found: Vec<Message> =
                text.chunks(piece).flat_map(|bytes| parser.feed(bytes)).collect();
            assert_eq!(found, expected, "pieces of {piece}");
        }
    }
}
