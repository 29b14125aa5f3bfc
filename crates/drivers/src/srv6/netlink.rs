//! Messages to the kernel's networking, and its answers (RFC 3549; `man 7 netlink`). One socket speaks for the
//! namespace that it was opened in, whichever thread uses it later.

use std::io;

use netlink_sys::{Socket, SocketAddr};

pub(crate) use netlink_sys::protocols::{NETLINK_NETFILTER, NETLINK_ROUTE};

use super::Refusal;

const REQUEST: u16 = 0x1;
const ACK: u16 = 0x4;
pub(crate) const REPLACE: u16 = 0x100;
pub(crate) const EXCL: u16 = 0x200;
pub(crate) const CREATE: u16 = 0x400;
const DUMP: u16 = 0x300;
/// Flag of an attribute that holds attributes.
const NESTED: u16 = 0x8000;
const KIND: u16 = 0x3fff;

const ERROR: u16 = 2;
const DONE: u16 = 3;
/// The kernel's words follow its error number.
const HAS_WORDS: u16 = 0x200;
/// A list was changed while it was read: it has to be read again.
const INTERRUPTED: u16 = 0x10;
const HEADER: usize = 16;
/// Times that an interrupted list is read again.
const ATTEMPTS: u32 = 20;
/// Messages the kernel sends at once are smaller (at most 32 KiB for a list).
const BUFFER: usize = 64 << 10;

/// A message, and in it attributes, in the byte order that each field asks for.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    kind: u16,
    flags: u16,
    pub(crate) body: Attributes,
}

impl Message {
    /// `head` is the fixed part that stands before the attributes.
    pub(crate) fn new(kind: u16, flags: u16, head: &[u8]) -> Self {
        Self { kind, flags: flags | REQUEST, body: Attributes(head.to_vec()) }
    }

    /// It asks for an answer when it is done.
    pub(crate) fn answered(self) -> Self {
        Self { flags: self.flags | ACK, ..self }
    }

    fn write(&self, sequence: u32, to: &mut Vec<u8>) {
        let length = u32::try_from(HEADER + self.body.0.len()).unwrap_or(u32::MAX);
        to.extend(length.to_ne_bytes());
        to.extend(self.kind.to_ne_bytes());
        to.extend(self.flags.to_ne_bytes());
        to.extend(sequence.to_ne_bytes());
        to.extend(0_u32.to_ne_bytes());
        to.extend(&self.body.0);
        to.resize(to.len().next_multiple_of(4), 0);
    }
}

/// Attributes one behind another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attributes(Vec<u8>);

impl Attributes {
    pub(crate) fn push(&mut self, kind: u16, value: &[u8]) -> &mut Self {
        let length = u16::try_from(4 + value.len()).unwrap_or(u16::MAX);
        self.0.extend(length.to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    pub(crate) fn number(&mut self, kind: u16, value: u32) -> &mut Self {
        self.push(kind, &value.to_ne_bytes())
    }

    /// As nftables wants its numbers: in network order.
    pub(crate) fn big(&mut self, kind: u16, value: u32) -> &mut Self {
        self.push(kind, &value.to_be_bytes())
    }

    /// Ends in a zero.
    pub(crate) fn text(&mut self, kind: u16, value: &str) -> &mut Self {
        self.push(kind, &[value.as_bytes(), &[0]].concat())
    }

    pub(crate) fn nest(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) -> &mut Self {
        let mut inner = Self::default();
        fill(&mut inner);
        self.push(kind | NESTED, &inner.0)
    }

    /// Bytes that are not an attribute.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend(bytes);
        self
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What an answer's attributes are: kind and value; stops where the bytes make no sense.
pub(crate) fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16::from_ne_bytes(*bytes.first_chunk()?));
        let kind = u16::from_ne_bytes(*bytes.get(2..)?.first_chunk()?);
        let value = bytes.get(4..length)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind & KIND, value))
    })
}

/// The first attribute of the kind.
pub(crate) fn attribute(bytes: &[u8], kind: u16) -> Option<&[u8]> {
    attributes(bytes).find(|(it, _)| *it == kind).map(|(_, value)| value)
}

pub(crate) fn number(value: &[u8]) -> Option<u32> {
    value.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

/// Text without the zero at its end.
pub(crate) fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).trim_end_matches('\0').to_owned()
}

/// One message of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    kind: u16,
    flags: u16,
    sequence: u32,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Those of one datagram.
    fn all(mut bytes: &[u8]) -> Vec<Self> {
        let mut all = Vec::new();
        while let Some((it, rest)) = Self::first(bytes) {
            all.push(it);
            bytes = rest;
        }
        all
    }

    fn first(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let length = usize::try_from(number(bytes)?).ok()?;
        let half = |at: usize| Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?));
        let it = Self {
            kind: half(4)?,
            flags: half(6)?,
            sequence: number(bytes.get(8..)?)?,
            body: bytes.get(HEADER..length)?.to_vec(),
        };
        Some((it, bytes.get(length.next_multiple_of(4)..).unwrap_or_default()))
    }

    /// None: it is neither a refusal nor an acknowledgement.
    fn verdict(&self) -> Option<Result<(), Refusal>> {
        if self.kind != ERROR {
            return None;
        }
        let code = number(&self.body)?.cast_signed();
        if code == 0 {
            return Some(Ok(()));
        }
        // The header of the refused message (16 bytes) stands between the number and the words.
        let words = self.body.get(4 + HEADER..).filter(|_| self.flags & HAS_WORDS != 0);
        let words = words.and_then(|words| attribute(words, 1)).map(text);
        Some(Err(Refusal { code: code.saturating_neg(), words: words.unwrap_or_default() }))
    }
}

/// A socket to one part of the kernel.
pub(crate) struct Channel {
    socket: Socket,
    sequence: u32,
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channel").field("sequence", &self.sequence).finish_non_exhaustive()
    }
}

impl Channel {
    /// In the namespace of the calling thread.
    pub(crate) fn open(protocol: isize) -> io::Result<Self> {
        let mut socket = Socket::new(protocol)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        socket.set_cap_ack(true)?;
        socket.set_ext_ack(true)?;
        // The kernel answers before `send` returns. What is not there then does not come.
        socket.set_non_blocking(true)?;
        Ok(Self { socket, sequence: 0 })
    }

    fn send(&mut self, messages: &[Message]) -> io::Result<u32> {
        let first = self.sequence.wrapping_add(1);
        let mut bytes = Vec::new();
        for message in messages {
            self.sequence = self.sequence.wrapping_add(1);
            message.write(self.sequence, &mut bytes);
        }
        self.socket.send(&bytes, 0)?;
        Ok(first)
    }

    fn receive(&self) -> io::Result<Vec<Answer>> {
        let mut buffer = Vec::with_capacity(BUFFER);
        self.socket.recv(&mut buffer, 0)?;
        Ok(Answer::all(&buffer))
    }

    /// Asks for one change, and whether it was made.
    pub(crate) fn ask(&mut self, message: Message) -> Result<(), Refusal> {
        let sequence = self.send(&[message.answered()])?;
        loop {
            let answers = self.receive()?;
            let mut mine = answers.iter().filter(|answer| answer.sequence == sequence);
            if let Some(verdict) = mine.find_map(Answer::verdict) {
                return verdict;
            }
        }
    }

    /// Sends messages that are done together or not at all; the first refusal counts.
    pub(crate) fn transact(&mut self, messages: &[Message]) -> Result<(), Refusal> {
        let first = self.send(messages)?;
        let mut expected = messages.iter().filter(|message| message.flags & ACK != 0).count();
        let mut refusal = None;
        while expected > 0 {
            let answers = match self.receive() {
                // After a refusal the others need no answer.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && refusal.is_some() => {
                    break;
                }
                answers => answers?,
            };
            let mine = answers.iter().filter(|it| it.sequence.wrapping_sub(first) < u32::MAX / 2);
            for verdict in mine.filter_map(Answer::verdict) {
                expected = expected.saturating_sub(1);
                refusal = refusal.or(verdict.err());
            }
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Everything of a kind, as one consistent list.
    pub(crate) fn list(&mut self, message: &Message) -> Result<Vec<Answer>, Refusal> {
        for _ in 0..ATTEMPTS {
            if let Some(list) = self.list_once(message)? {
                return Ok(list);
            }
        }
        let words = "it changes too fast to be read".to_owned();
        Err(Refusal { code: 0, words })
    }

    fn list_once(&mut self, message: &Message) -> Result<Option<Vec<Answer>>, Refusal> {
        let mut message = message.clone();
        message.flags |= DUMP;
        let sequence = self.send(&[message])?;
        let (mut list, mut is_whole) = (Vec::new(), true);
        loop {
            for answer in self.receive()?.into_iter().filter(|it| it.sequence == sequence) {
                is_whole &= answer.flags & INTERRUPTED == 0;
                match answer.verdict() {
                    Some(verdict) => return verdict.map(|()| is_whole.then_some(list)),
                    None if answer.kind == DONE => return Ok(is_whole.then_some(list)),
                    None => list.push(answer),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn attributes_come_back_as_they_were_written() {
        let mut it = Attributes::default();
        it.text(1, "lo").number(2, 7).nest(3, |inner| {
            inner.push(4, &[9]);
        });
        let read: Vec<_> = attributes(&it.0).collect();
        assert_eq!(read.len(), 3);
        assert_eq!(text(read[0].1), "lo");
        assert_eq!(number(read[1].1), Some(7));
        assert_eq!(attribute(read[2].1, 4), Some(&[9][..]));
    }

    proptest! {
        #[test]
        fn no_bytes_stop_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let whole: usize = attributes(&bytes).map(|(_, value)| value.len() + 4).sum();
            prop_assert!(whole <= bytes.len().next_multiple_of(4));
            let answers: usize = Answer::all(&bytes).iter().map(|it| it.body.len() + HEADER).sum();
            prop_assert!(answers <= bytes.len());
        }
    }
}
