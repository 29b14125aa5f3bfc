//! What tasks tell of themselves: lines in one file a node.
//!
//! | line | means |
//! |---|---|
//! | `s 7 1700000000123` | task 7 has started, at that millisecond |
//! | `e 7 1700000000456 exited 3 12` | it has ended with code 3 after 12 ticks of processor time |
//!
//! Customers can write these files. What is no such line is passed over; no look reads more than [`MOST`] of a file.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use model::{Exit, ExitReason};
use rustix::fs::{Mode, OFlags};
use units::{Span, Time};

use super::record::End;

/// Bytes of one file in one look, and files.
const MOST: u64 = 256 << 10;
const NODES: usize = 20_000;
/// A tick of processor time in `/proc`.
const TICK: Span = Span::new(10);

/// How far each node's file has been read.
#[derive(Debug)]
pub(crate) struct Told {
    dir: PathBuf,
    read: BTreeMap<OsString, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    Started { index: u32, at: Time, node: String },
    Ended { index: u32, end: End },
}

impl Told {
    pub(crate) const fn new(dir: PathBuf) -> Self {
        Self { dir, read: BTreeMap::new() }
    }

    /// What is new since the last look.
    pub(crate) fn news(&mut self) -> io::Result<Vec<News>> {
        let mut news = Vec::new();
        for entry in fs::read_dir(&self.dir)?.take(NODES) {
            let name = entry?.file_name();
            if let Err(error) = self.of_node(&name, &mut news) {
                tracing::debug!(?name, %error, "passed over");
            }
        }
        Ok(news)
    }

    fn of_node(&mut self, name: &OsString, news: &mut Vec<News>) -> io::Result<()> {
        let read = self.read.get(name).copied().unwrap_or(0);
        let (mut file, size) = open_plain(&self.dir.join(name))?;
        if size <= read {
            return Ok(());
        }
        file.seek(SeekFrom::Start(read))?;
        let mut bytes = Vec::with_capacity(usize::try_from((size - read).min(MOST)).unwrap_or(0));
        file.take(MOST).read_to_end(&mut bytes)?;
        let whole = match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => last + 1,
            None if bytes.len() as u64 >= MOST => bytes.len(),
            None => 0,
        };
        self.read.insert(name.clone(), read + whole as u64);
        let node = name.to_string_lossy();
        let text = String::from_utf8_lossy(bytes.get(..whole).unwrap_or_default());
        news.extend(text.lines().filter_map(|it| line(it, &node)));
        Ok(())
    }
}

/// A file that a customer may have put there: no link is followed, nothing is waited for, only plain files are read.
pub(crate) fn open_plain(path: &Path) -> io::Result<(File, u64)> {
    open_with(path, OFlags::RDONLY)
}

/// The same, to be cut. It must have no other name: it could be anybody's file.
pub(crate) fn cut_plain(path: &Path, most: u64) -> io::Result<()> {
    let (file, size) = open_with(path, OFlags::RDWR)?;
    if size > most && file.metadata()?.nlink() == 1 { file.set_len(most) } else { Ok(()) }
}

fn open_with(path: &Path, access: OFlags) -> io::Result<(File, u64)> {
    let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let about = file.metadata()?;
    if about.is_file() {
        return Ok((file, about.size()));
    }
    Err(io::Error::other(format!("{} is not a plain file", path.display())))
}

fn line(text: &str, node: &str) -> Option<News> {
    let mut words = text.split(' ');
    let (kind, index, at) =
        (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let at = Time::from_millis(at);
    match kind {
        "s" => Some(News::Started { index, at, node: node.chars().take(64).collect() }),
        "e" => {
            let (how, code, ticks) =
                (words.next()?, words.next()?.parse().ok()?, words.next()?.parse::<u32>().ok()?);
            let cpu = Span::new(TICK.get() * u64::from(ticks));
            Some(News::Ended { index, end: End::new(exit(how, code), at, cpu) })
        }
        _ => None,
    }
}

fn exit(how: &str, code: i32) -> Exit {
    let exit = |reason, message: &str| Exit {
        reason,
        code: None,
        signal: None,
        message: message.to_owned(),
    };
    match how {
        "fenced" => exit(ExitReason::Fenced, "the lease ended"),
        "limit" => exit(ExitReason::TimeLimit, ""),
        "failed" => exit(ExitReason::NotStarted, "its working folder cannot be entered"),
        _ => of_code(code),
    }
}

/// As shells tell signals; a program that itself ends with such a code is taken for signalled.
pub(crate) fn of_code(code: i32) -> Exit {
    let exited = |message: &str| Exit {
        reason: ExitReason::Exited,
        code: Some(code),
        signal: None,
        message: message.to_owned(),
    };
    match code {
        129..=192 => Exit {
            reason: ExitReason::Signalled,
            code: None,
            signal: Some(code - 128),
            message: String::new(),
        },
        126 | 127 => exited("see its log: a program may be missing"),
        _ => exited(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> (tempfile::TempDir, Told) {
        let folder = tempfile::tempdir().unwrap();
        let told = Told::new(folder.path().to_owned());
        (folder, told)
    }

    #[test]
    fn each_whole_line_is_news_once() {
        let (folder, mut told) = told();
        let text = "s 7 1700000000123\ne 7 1700000000456 exited 3 12\n";
        let mut seen = Vec::new();
        for cut in 0..=text.len() {
            fs::write(folder.path().join("n1"), &text[..cut]).unwrap();
            seen.extend(told.news().unwrap());
        }
        let end = End::new(of_code(3), Time::from_millis(1_700_000_000_456), Span::new(120));
        let at = Time::from_millis(1_700_000_000_123);
        let started = News::Started { index: 7, at, node: "n1".to_owned() };
        assert_eq!(seen, [started, News::Ended { index: 7, end }]);
    }

    #[test]
    fn what_is_no_line_is_passed_over() {
        let (folder, mut told) = told();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
        fs::write(folder.path().join("long"), vec![b'x'; 600 << 10]).unwrap();
        fs::write(folder.path().join("n1"), b"s\ns x 1\nz 1 2\n\0\xff\ns 1 2\n").unwrap();
        let all: Vec<News> = (0..4).flat_map(|_| told.news().unwrap()).collect();
        let at = Time::from_millis(2);
        assert_eq!(all, [News::Started { index: 1, at, node: "n1".to_owned() }]);
    }

    #[test]
    fn codes_of_shells_tell_signals() {
        let killed = of_code(137);
        assert_eq!((killed.reason, killed.signal), (ExitReason::Signalled, Some(9)));
        assert_eq!(exit("fenced", 0).reason, ExitReason::Fenced);
        assert_eq!(exit("limit", 143).reason, ExitReason::TimeLimit);
    }
}
