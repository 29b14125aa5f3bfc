//! Files of traces, plain or compressed, and what can be wrong with them.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

/// Why an experiment cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    #[error("cannot read {}: {cause}", path.display())]
    Read { path: PathBuf, cause: std::io::Error },
    #[error("cannot write {}: {cause}", path.display())]
    Write { path: PathBuf, cause: std::io::Error },
    /// A line of it is not of the right form.
    #[error("{}:{line}: {what}", path.display())]
    Invalid { path: PathBuf, line: u64, what: String },
    /// It holds more than is read.
    #[error("{} holds more than {most} bytes: nothing that is read here is so large", path.display())]
    TooLarge { path: PathBuf, most: u64 },
    /// What was asked cannot be.
    #[error("{0}")]
    Asked(String),
}

/// A file of the data for benchmarks; none, and said so, where it is not at hand.
#[cfg(test)]
pub(crate) fn at_hand(path: &str) -> Option<PathBuf> {
    let data = std::env::var_os("JINGWEI_DATA")
        .map_or_else(|| PathBuf::from("../../../shared/data"), PathBuf::from);
    let path = data.join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there", path.display());
    None
}

/// The most that one file may hold when decompressed.
pub const FILE_MOST_BYTES: u64 = 4 << 30;

/// The content of a file, decompressed if its name ends in `.gz`.
pub fn open(path: &Path) -> Result<Box<dyn Read>, SimError> {
    let file = File::open(path).map_err(|cause| SimError::Read { path: path.to_owned(), cause })?;
    let file = BufReader::new(file);
    Ok(if is_compressed(path) {
        Box::new(MultiGzDecoder::new(file).take(FILE_MOST_BYTES))
    } else {
        Box::new(file.take(FILE_MOST_BYTES))
    })
}

/// The same, as text.
pub fn text(path: &Path) -> Result<String, SimError> {
    text_within(path, FILE_MOST_BYTES)
}

/// The same, of fewer bytes than `most`.
pub fn text_within(path: &Path, most: u64) -> Result<String, SimError> {
    let unread = |cause| SimError::Read { path: path.to_owned(), cause };
    let mut bytes = Vec::new();
    open(path)?.take(most).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 >= most {
        return Err(SimError::TooLarge { path: path.to_owned(), most });
    }
    String::from_utf8(bytes).map_err(|error| unread(io::Error::other(error)))
}

/// Writes a value as JSON, compressed if the file's name ends in `.gz`.
pub fn write_json<T: serde::Serialize>(path: &Path, value: &T) -> Result<(), SimError> {
    write(path, |file| Ok(serde_json::to_writer(file, value)?))
}

/// Writes a text, compressed if the file's name ends in `.gz`.
pub fn write_text(path: &Path, text: &str) -> Result<(), SimError> {
    write(path, |file| file.write_all(text.as_bytes()))
}

fn write(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), SimError> {
    let failed = |cause| SimError::Write { path: path.to_owned(), cause };
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    if is_compressed(path) {
        let mut packed = GzEncoder::new(file, Compression::fast());
        content(&mut packed).map_err(failed)?;
        packed.finish().and_then(|mut file| file.flush()).map_err(failed)
    } else {
        content(&mut file).and_then(|()| file.flush()).map_err(failed)
    }
}

fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|it| it.eq_ignore_ascii_case("gz"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_plain_and_compressed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["plan.json", "plan.json.gz"] {
            let path = folder.path().join(name);
            write_json(&path, &vec![1, 2, 3]).unwrap();
            assert_eq!(text(&path).unwrap(), "[1,2,3]");
            write_text(&path, "[1,2,3]").unwrap();
            assert_eq!(text(&path).unwrap(), "[1,2,3]");
        }
        let plain = std::fs::read(folder.path().join("plan.json.gz")).unwrap();
        assert_eq!(plain.first_chunk(), Some(&[0x1f, 0x8b]), "RFC 1952");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = text(Path::new("/nowhere/trace.csv")).unwrap_err().to_string();
        assert!(error.starts_with("cannot read /nowhere/trace.csv: "), "{error}");
    }
}
