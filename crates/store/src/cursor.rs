//! Opaque cursors: the sort key of the last item, with the list it belongs to, in hexadecimal.

use std::fmt::Write as _;

use crate::StoreError;

/// A cursor is never longer: a list's letter, a colon and a name or number.
const LONGEST: usize = 2 * 160;

pub(crate) fn write(list: &str, key: &str) -> String {
    let mut cursor = String::new();
    for byte in format!("{list}:{key}").bytes() {
        let _ = write!(cursor, "{byte:02x}");
    }
    cursor
}

/// The sort key in a cursor of this list.
pub(crate) fn read(list: &str, cursor: &str) -> Result<String, StoreError> {
    let key = decode(cursor).and_then(|text| {
        let (of, key) = text.split_once(':')?;
        (of == list).then(|| key.to_owned())
    });
    key.ok_or_else(|| bad(cursor))
}

/// The number in a cursor of this list; `first` where there is none.
pub(crate) fn read_number(list: &str, cursor: Option<&str>, first: i64) -> Result<i64, StoreError> {
    cursor.map_or(Ok(first), |cursor| read(list, cursor)?.parse().map_err(|_| bad(cursor)))
}

fn decode(cursor: &str) -> Option<String> {
    if cursor.len() > LONGEST || !cursor.len().is_multiple_of(2) || !cursor.is_ascii() {
        return None;
    }
    let pairs = (0..cursor.len()).step_by(2);
    let bytes: Option<Vec<u8>> =
        pairs.map(|at| u8::from_str_radix(cursor.get(at..at + 2)?, 16).ok()).collect();
    String::from_utf8(bytes?).ok()
}

fn bad(cursor: &str) -> StoreError {
    StoreError::BadCursor { cursor: cursor.chars().take(80).collect() }
}
