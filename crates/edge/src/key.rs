//! The key file of a gateway.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use drivers::tunnels::{Private, Public};

use super::EdgeError;

/// Octets of a key file, at most.
const MOST: u64 = 128;
/// Bits that let others than the owner in.
const OTHERS: u32 = 0o077;

/// Makes a new key in a file that only its owner can read, and gives what others know it by. A file that is there stays.
pub fn make_key(file: &Path) -> Result<Public, EdgeError> {
    let key = Private::generate().map_err(|error| EdgeError::invalid(file, error.to_string()))?;
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let written = opened.and_then(|mut to| {
        to.write_all(format!("{}\n", key.reveal()).as_bytes())?;
        to.sync_all()
    });
    written.map_err(EdgeError::io(file))?;
    Ok(key.public())
}

/// Reads it. One that others can read is refused: it is no secret any more.
pub(crate) fn read(file: &Path) -> Result<Private, EdgeError> {
    let open = File::open(file).map_err(EdgeError::io(file))?;
    let mode = open.metadata().map_err(EdgeError::io(file))?.mode();
    if mode & OTHERS != 0 {
        let what =
            "others than its owner can read it: chmod 600, and make a new key if somebody may have";
        return Err(EdgeError::invalid(file, what));
    }
    let mut text = String::new();
    open.take(MOST).read_to_string(&mut text).map_err(EdgeError::io(file))?;
    text.parse().map_err(|error| EdgeError::invalid(file, format!("{error}")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_its_owners_alone_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let public = make_key(&file).unwrap();
        assert_eq!(read(&file).unwrap().public(), public);
        assert!(make_key(&file).is_err());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read(&file).unwrap_err().to_string().contains("others than its owner"));
    }
}
