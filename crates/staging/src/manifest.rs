//! What a content is: the list of its files and their chunks, as text that is the same wherever it is made.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use model::Content;
use serde::{Deserialize, Serialize};

use crate::{StagingError, chunk, chunk::ChunkId};

/// Bytes of a manifest, its entries, and bytes of a path, at most.
pub const MANIFEST_MOST: usize = 256 << 20;
const ENTRIES_MOST: usize = 2_000_000;
const PATH_MOST: usize = 3_000;
const NAME_MOST: usize = 255;

const HEAD: &str = "jingwei manifest 1\n";

/// Entries in the order of their paths, each checked: no path leads out of the folder, nor through a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    entries: Vec<Entry>,
    size: u64,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Line", into = "Line")]
pub struct Entry {
    /// Relative, with "/" between names.
    pub path: String,
    pub kind: EntryKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    File(FileEntry),
    /// A symbolic link: where it leads, inside the folder.
    Link(String),
    /// With nothing in it; others follow from the paths.
    Folder,
}

/// An entry as it is written: with one of the three.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<FileEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    folder: bool,
}

impl From<Entry> for Line {
    fn from(Entry { path, kind }: Entry) -> Self {
        let (file, link, folder) = match kind {
            EntryKind::File(file) => (Some(file), None, false),
            EntryKind::Link(target) => (None, Some(target), false),
            EntryKind::Folder => (None, None, true),
        };
        Self { path, file, link, folder }
    }
}

impl TryFrom<Line> for Entry {
    type Error = String;
    fn try_from(Line { path, file, link, folder }: Line) -> Result<Self, Self::Error> {
        let kind = match (file, link, folder) {
            (Some(file), None, false) => EntryKind::File(file),
            (None, Some(target), false) => EntryKind::Link(target),
            (None, None, true) => EntryKind::Folder,
            _ => return Err(format!("`{path}` is not one of file, link and folder")),
        };
        Ok(Self { path, kind })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executable: bool,
    /// In order, each with its bytes.
    pub chunks: Vec<(ChunkId, u32)>,
}

impl FileEntry {
    /// Bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.chunks.iter().map(|(_, size)| u64::from(*size)).sum()
    }
}

impl Manifest {
    /// Sorted and checked.
    ///
    /// # Errors
    /// [`StagingError::Manifest`]: what is wrong.
    pub fn new(mut entries: Vec<Entry>) -> Result<Self, StagingError> {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let size = check(&entries).map_err(StagingError::Manifest)?;
        Ok(Self { entries, size })
    }

    /// # Errors
    /// [`StagingError::Manifest`]: what is wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, StagingError> {
        let wrong = |what: String| StagingError::Manifest(what);
        let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
        let lines =
            text.strip_prefix(HEAD).ok_or_else(|| wrong("of another version".to_owned()))?;
        let entries: Result<Vec<Entry>, _> = lines.lines().map(serde_json::from_str).collect();
        let entries = entries.map_err(|error| wrong(error.to_string()))?;
        let size = check(&entries).map_err(wrong)?;
        Ok(Self { entries, size })
    }

    #[must_use]
    pub fn encode(&self) -> Bytes {
        let mut text = Vec::from(HEAD);
        for entry in &self.entries {
            // Strings and numbers always have a spelling, and memory takes them.
            let _written = serde_json::to_writer(&mut text, entry);
            text.push(b'\n');
        }
        text.into()
    }

    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Bytes of all files.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    #[must_use]
    pub fn files(&self) -> usize {
        self.entries.iter().filter(|it| matches!(it.kind, EntryKind::File(_))).count()
    }

    /// Each chunk once, in the order in which files need them.
    #[must_use]
    pub fn chunks(&self) -> Vec<(ChunkId, u32)> {
        let mut seen = HashSet::new();
        let all = self.entries.iter().filter_map(|entry| match &entry.kind {
            EntryKind::File(file) => Some(&file.chunks),
            EntryKind::Link(_) | EntryKind::Folder => None,
        });
        all.flatten().filter(|(id, _)| seen.insert(*id)).copied().collect()
    }
}

/// The name of what this is the manifest of.
#[must_use]
pub fn content_of(manifest: &[u8]) -> Content {
    let hex = blake3::hash(manifest).to_hex();
    hex.parse().expect("a BLAKE3 hash has 64 hexadecimal digits")
}

/// Where a manifest is in a store.
#[must_use]
pub fn manifest_key(content: &Content) -> String {
    format!("contents/{content}")
}

/// The bytes of all files.
fn check(entries: &[Entry]) -> Result<u64, String> {
    if entries.len() > ENTRIES_MOST {
        return Err(format!("{} entries: at most {ENTRIES_MOST}", entries.len()));
    }
    let mut leaves = HashSet::new();
    let mut sizes = HashMap::new();
    let mut total: u64 = 0;
    let mut last = None;
    for Entry { path, kind } in entries {
        if last.is_some_and(|last| last >= path) {
            return Err(format!("`{path}` is not in order, or there twice"));
        }
        last = Some(path);
        check_path(path)?;
        leaves.insert(path.as_str());
        match kind {
            EntryKind::File(file) => {
                check_chunks(path, file, &mut sizes)?;
                total = total.checked_add(file.size()).ok_or("more bytes than there can be")?;
            }
            EntryKind::Link(target) if stays_inside(path, target) => {}
            EntryKind::Link(_) => return Err(format!("the link `{path}` leads out of the folder")),
            EntryKind::Folder => {}
        }
    }
    let inside = |path: &&str| ancestors(path).any(|it| leaves.contains(it));
    match leaves.iter().find(|path| inside(path)) {
        Some(path) => Err(format!("`{path}` is inside of what is no folder")),
        None => Ok(total),
    }
}

fn check_path(path: &str) -> Result<(), String> {
    let is_name = |name: &str| {
        !matches!(name, "" | "." | "..") && name.len() <= NAME_MOST && !name.contains('\0')
    };
    if path.len() <= PATH_MOST && path.split('/').all(is_name) {
        return Ok(());
    }
    let path: String = path.chars().take(80).collect();
    Err(format!("`{path}` is no path of a file in a folder"))
}

fn check_chunks(
    path: &str,
    file: &FileEntry,
    sizes: &mut HashMap<ChunkId, u32>,
) -> Result<(), String> {
    for (id, size) in &file.chunks {
        let fits = (1..=chunk::MOST).contains(&usize::try_from(*size).unwrap_or(usize::MAX));
        if !fits || *sizes.entry(*id).or_insert(*size) != *size {
            return Err(format!("`{path}` has a chunk of {size} bytes, which cannot be"));
        }
    }
    Ok(())
}

fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

/// Whether a link at `path` leads to something in the folder, whatever other links are on the way: it goes up first,
/// no further than the folder, and then only down. A way up after a way down could begin at the end of another link.
pub(crate) fn stays_inside(path: &str, target: &str) -> bool {
    if target.is_empty()
        || target.len() > PATH_MOST
        || target.starts_with('/')
        || target.contains('\0')
    {
        return false;
    }
    let names: Vec<&str> = target.split('/').filter(|it| !matches!(*it, "" | ".")).collect();
    let up = names.iter().take_while(|name| **name == "..").count();
    up <= ancestors(path).count() && !names.iter().skip(up).any(|name| *name == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(lines: &str) -> Result<Manifest, String> {
        let text = format!("{HEAD}{lines}");
        Manifest::decode(text.as_bytes()).map_err(|error| error.to_string())
    }

    fn file(path: &str) -> String {
        let id = ChunkId::of(b"x");
        format!("{{\"path\":\"{path}\",\"file\":{{\"chunks\":[[\"{id}\",1]]}}}}\n")
    }

    #[test]
    fn reads_what_it_writes() {
        let text = [file("a"), file("b/c"), "{\"path\":\"b/l\",\"link\":\"../a\"}\n".to_owned()];
        let text = text.concat() + "{\"path\":\"d\",\"folder\":true}\n";
        let manifest = decode(&text).unwrap();
        assert_eq!(manifest.encode(), format!("{HEAD}{text}"));
        assert_eq!((manifest.size(), manifest.files(), manifest.chunks().len()), (2, 2, 1));
    }

    #[test]
    fn what_is_hostile_is_refused() {
        let id = ChunkId::of(b"x");
        let of_size = |size: &str| {
            format!("{{\"path\":\"a\",\"file\":{{\"chunks\":[[\"{id}\",{size}]]}}}}\n")
        };
        let link = |path: &str, to: &str| format!("{{\"path\":\"{path}\",\"link\":\"{to}\"}}\n");
        for wrong in [
            file("../a"),
            file("/a"),
            file("a/../b"),
            file("a//b"),
            file("."),
            file(""),
            file("a\\u0000b"),
            file(&"x/".repeat(3_000)),
            file(&"x".repeat(256)),
            file("b") + &file("a"),
            file("a") + &file("a"),
            file("a") + &file("a/b"),
            link("a", "b") + &file("a/b"),
            link("a", "/etc/passwd"),
            link("a", ".."),
            link("a/b", "../../x"),
            link("a/b", "c/../../../x"),
            of_size("0"),
            of_size("4194305"),
            of_size("-1"),
            of_size("99999999999999999999"),
            "{\"path\":\"a\",\"device\":{}}\n".to_owned(),
            "garbage\n".to_owned(),
        ] {
            assert!(decode(&wrong).is_err(), "{wrong}");
        }
        assert!(Manifest::decode(b"jingwei manifest 2\n").is_err());
        assert!(Manifest::decode(b"\xff").is_err());
    }

    #[test]
    fn links_may_lead_about_inside() {
        for (path, target) in [("a", "b"), ("a/b", "../c"), ("a/b/c", "../../x/y"), ("a", "./b/")] {
            assert!(stays_inside(path, target), "{path} -> {target}");
        }
    }
}
