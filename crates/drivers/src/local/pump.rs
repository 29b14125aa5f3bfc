//! From the program's output to its log, up to a limit.

use std::{fs::File, io, io::Write};

use tokio::{io::AsyncReadExt, net::unix::pipe::Receiver};

/// The most of a task's output that is kept, bytes.
pub(crate) const MOST: u64 = 64 << 20;
const NOTE: &[u8] = b"\n[jingwei: the output is longer than 64 MiB; the rest is not kept]\n";

/// Copies until all writers are gone. What is past the limit is read and dropped, so that the program never waits.
pub(crate) async fn pump(mut from: Receiver, mut log: File) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    let mut kept = 0;
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        // A full disk ends the log, not the program.
        kept =
            keep(&mut log, buffer.get(..read).unwrap_or_default(), kept, MOST).unwrap_or(MOST + 1);
    }
}

/// Returns how much has been taken in all; past `most` it only says that it is.
fn keep(log: &mut impl Write, bytes: &[u8], kept: u64, most: u64) -> io::Result<u64> {
    if kept > most {
        return Ok(kept);
    }
    let room = usize::try_from(most - kept).unwrap_or(usize::MAX);
    let (inside, outside) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
    log.write_all(inside)?;
    if outside.is_empty() {
        return Ok(kept + inside.len() as u64);
    }
    log.write_all(NOTE)?;
    Ok(most + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_first_part_and_says_so_once() {
        let mut log = Vec::new();
        let mut kept = 0;
        for part in ["abc", "de", "fgh", "ijk"] {
            kept = keep(&mut log, part.as_bytes(), kept, 5).unwrap();
        }
        assert_eq!(
            String::from_utf8(log).unwrap(),
            format!("abcde{}", String::from_utf8_lossy(NOTE))
        );
    }
}
