//! The name of the server in the first octets that a TLS client sends (RFC 8446 section 4.1.2, RFC 6066 section 3).

/// Octets of a greeting that are looked at, at most: clients send less than 2,000.
pub const HELLO_MOST: usize = 4_096;
/// Letters of a name (RFC 1035).
const NAME_MOST: usize = 253;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_NAME: u16 = 0;
const HOST_NAME: u8 = 0;

/// What the beginning of a flow's data says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hello {
    /// In lower case.
    Name(String),
    /// So far it is a greeting, and its name may be still to come.
    More,
    /// It is no greeting of a TLS client, or it tells no name.
    Nothing,
}

/// Why reading stopped.
enum Stop {
    End,
    Wrong,
}

/// Octets that are left.
struct Left<'a>(&'a [u8]);

impl<'a> Left<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Stop> {
        let (taken, left) = self.0.split_at_checked(count).ok_or(Stop::End)?;
        self.0 = left;
        Ok(taken)
    }

    /// A number of so many octets.
    fn number(&mut self, octets: usize) -> Result<usize, Stop> {
        Ok(self.take(octets)?.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))
    }

    fn skip(&mut self, length_octets: usize) -> Result<(), Stop> {
        let length = self.number(length_octets)?;
        self.take(length).map(drop)
    }
}

/// Reads what has come so far. Never fails: what is wrong is [`Hello::Nothing`].
#[must_use]
pub fn read_hello(bytes: &[u8]) -> Hello {
    let some = bytes.get(..HELLO_MOST).unwrap_or(bytes);
    match name(some) {
        Ok(Some(name)) => Hello::Name(name),
        Err(Stop::End) if some.len() < HELLO_MOST => Hello::More,
        _ => Hello::Nothing,
    }
}

fn name(bytes: &[u8]) -> Result<Option<String>, Stop> {
    let mut left = Left(bytes);
    // The record, and the message in it; one that is spread over several records is not followed.
    let (kind, major, _) = (left.number(1)?, left.number(1)?, left.number(1)?);
    if kind != usize::from(HANDSHAKE) || major != 3 {
        return Err(Stop::Wrong);
    }
    let record = left.number(2)?;
    let is_hello = left.number(1)? == usize::from(CLIENT_HELLO);
    let length = left.number(3)?;
    if !is_hello || length + 4 > record {
        return Err(Stop::Wrong);
    }
    // Version and random; session, cipher suites, compression.
    left.take(2 + 32)?;
    left.skip(1)?;
    left.skip(2)?;
    left.skip(1)?;
    let mut extensions = left.number(2)?;
    while extensions >= 4 {
        let (kind, length) = (left.number(2)?, left.number(2)?);
        extensions = extensions.checked_sub(4 + length).ok_or(Stop::Wrong)?;
        let body = left.take(length)?;
        if kind == usize::from(SERVER_NAME) {
            return host(body).map_err(|_| Stop::Wrong);
        }
    }
    Ok(None)
}

fn host(body: &[u8]) -> Result<Option<String>, Stop> {
    let mut left = Left(body);
    left.number(2)?;
    if left.number(1)? != usize::from(HOST_NAME) {
        return Ok(None);
    }
    let length = left.number(2)?;
    let name = left.take(length)?;
    let fits = |it: &u8| it.is_ascii_alphanumeric() || b".-_".contains(it);
    if !(1..=NAME_MOST).contains(&length) || !name.iter().all(fits) {
        return Err(Stop::Wrong);
    }
    Ok(Some(name.iter().map(|it| char::from(it.to_ascii_lowercase())).collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sized(octets: usize, body: &[u8]) -> Vec<u8> {
        let length = body.len().to_be_bytes();
        [&length[length.len() - octets..], body].concat()
    }

    /// As a client would send it, with an extension of so many octets before the name.
    fn hello(name: &str, before: usize) -> Vec<u8> {
        let host = sized(2, &[&[HOST_NAME][..], &sized(2, name.as_bytes())].concat());
        let extension =
            |kind: u16, body: &[u8]| [&kind.to_be_bytes()[..], &sized(2, body)].concat();
        let extensions = [extension(51, &vec![7; before]), extension(SERVER_NAME, &host)].concat();
        let body = [
            &[3, 3][..],
            &[9; 32],
            &sized(1, &[1; 32]),
            &sized(2, &[0x13, 1]),
            &sized(1, &[0]),
            &sized(2, &extensions),
        ]
        .concat();
        let message = [&[CLIENT_HELLO][..], &sized(3, &body)].concat();
        [&[HANDSHAKE, 3, 1][..], &sized(2, &message)].concat()
    }

    #[test]
    fn a_name_is_found_as_soon_as_it_is_there() {
        let whole = hello("Video.Example.com", 1_200);
        assert_eq!(read_hello(&whole), Hello::Name("video.example.com".to_owned()));
        for end in 0..whole.len() {
            assert_eq!(read_hello(&whole[..end]), Hello::More, "{end}");
        }
    }

    #[test]
    fn what_is_no_greeting_has_no_name() {
        let whole = hello("a.example", 0);
        let changed = |at: usize, to: u8| {
            let mut it = whole.clone();
            it[at] = to;
            read_hello(&it)
        };
        for (at, to) in [(0, 23), (1, 4), (5, 2), (6, 1), (whole.len() - 1, b'/')] {
            assert_eq!(changed(at, to), Hello::Nothing, "{at}");
        }
        assert_eq!(read_hello(b"GET / HTTP/1.1\r\n"), Hello::Nothing);
        assert_eq!(read_hello(&hello("a.example", HELLO_MOST)), Hello::Nothing, "too long");
        assert_eq!(read_hello(&hello(&"a".repeat(300), 0)), Hello::Nothing);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fall_over(
            mut bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..300),
                Just(hello("a.example", 10)),
            ],
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            end in any::<prop::sample::Index>(),
        ) {
            for (at, to) in changes {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = to;
                }
            }
            let end = end.index(bytes.len() + 1);
            if let Hello::Name(name) = read_hello(&bytes[..end]) {
                prop_assert!((1..=NAME_MOST).contains(&name.len()));
            }
        }
    }
}
