//! Pieces of files, cut where their content says so: a change moves only the pieces it touches.

use std::{
    fmt,
    io::{self, Cursor, Read},
    str::FromStr,
};

use bytes::Bytes;
use fastcdc::v2020::StreamCDC;
use serde::{Deserialize, Serialize};

/// Bytes of a chunk: at least (but at the end of a file), about, at most. They are part of the format: other sizes
/// give other contents.
const LEAST: usize = 256 << 10;
const ABOUT: usize = 1 << 20;
pub const MOST: usize = 4 << 20;

/// BLAKE3 of a chunk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChunkId([u8; 32]);

impl ChunkId {
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Where it is in a store: `chunks/ab/abcdef..`.
    #[must_use]
    pub fn key(&self) -> String {
        let hex = self.to_string();
        format!("chunks/{}/{hex}", hex.get(..2).unwrap_or_default())
    }

    pub(crate) fn of_key(key: &str) -> Option<Self> {
        key.strip_prefix("chunks/")?.get(3..)?.parse().ok().filter(|id: &Self| id.key() == key)
    }
}

impl fmt::Display for ChunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for ChunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ChunkId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hash = blake3::Hash::from_hex(text).map_err(|_| "not a BLAKE3 hash".to_owned())?;
        let id = Self(*hash.as_bytes());
        // One spelling for one chunk: no capitals.
        if id.to_string() == text { Ok(id) } else { Err("not a BLAKE3 hash".to_owned()) }
    }
}

impl TryFrom<String> for ChunkId {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ChunkId> for String {
    fn from(id: ChunkId) -> Self {
        id.to_string()
    }
}

/// Cuts what is read, and hands on each chunk.
pub(crate) fn cut<E: From<io::Error>>(
    mut from: impl Read,
    mut each: impl FnMut(ChunkId, Bytes) -> Result<(), E>,
) -> Result<(), E> {
    let mut begin = Vec::new();
    from.by_ref().take(LEAST as u64 + 1).read_to_end(&mut begin)?;
    if begin.is_empty() {
        return Ok(());
    }
    if begin.len() <= LEAST {
        // What the cutting would come to, without its large buffer.
        return each(ChunkId::of(&begin), begin.into());
    }
    for chunk in StreamCDC::new(Cursor::new(begin).chain(from), LEAST, ABOUT, MOST) {
        let data = chunk.map_err(io::Error::from)?.data;
        each(ChunkId::of(&data), data.into())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        blake3::Hasher::new().finalize_xof().fill(&mut bytes);
        bytes
    }

    fn chunks(bytes: &[u8]) -> Vec<Bytes> {
        let mut all = Vec::new();
        cut(bytes, |id, bytes| {
            assert_eq!(id, ChunkId::of(&bytes));
            all.push(bytes);
            Ok::<_, io::Error>(())
        })
        .unwrap();
        all
    }

    #[test]
    fn chunks_add_up_and_keep_their_bounds() {
        for length in [0, 1, LEAST - 1, LEAST, LEAST + 1, MOST, MOST + 1, 9 << 20] {
            let bytes = noise(length);
            let all = chunks(&bytes);
            assert_eq!(all.concat(), bytes, "{length}");
            assert!(all.iter().all(|it| it.len() <= MOST));
            assert!(all.iter().rev().skip(1).all(|it| it.len() >= LEAST));
        }
    }

    /// The format: whoever changes it makes every content a new one.
    #[test]
    fn the_same_bytes_are_cut_alike_for_ever() {
        let cuts: Vec<usize> = chunks(&noise(6 << 20)).iter().map(Bytes::len).collect();
        assert_eq!(cuts, [1_660_009, 795_372, 1_161_044, 1_398_683, 1_276_348]);
    }

    #[test]
    fn an_inserted_byte_changes_few_chunks() {
        let before = noise(32 << 20);
        let after = [&before[..10 << 20], b"x", &before[10 << 20..]].concat();
        let (before, after) = (chunks(&before), chunks(&after));
        let new = after.iter().filter(|it| !before.contains(it)).count();
        assert!(new <= 2, "{new} of {}", after.len());
    }

    #[test]
    fn a_key_is_of_one_chunk() {
        let id = ChunkId::of(b"x");
        assert_eq!(ChunkId::of_key(&id.key()), Some(id));
        let other = id.key().replacen("chunks/", "chunks/0", 1);
        for wrong in ["", "chunks/", "chunks/ab/../x", &other, &id.key().to_uppercase()] {
            assert_eq!(ChunkId::of_key(wrong), None, "{wrong}");
        }
    }
}
