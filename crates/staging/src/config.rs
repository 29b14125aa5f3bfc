//! The file that says where a site keeps data, and how the storages of others are reached.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use units::Bytes;

use crate::{
    StagingError,
    folder::Folder,
    objects::Objects,
    s3::{Bucket, BucketConfig},
};

const REGION: &str = "us-east-1";
/// Bytes of a file that holds a key.
const KEY_MOST: u64 = 4 << 10;

/// As it is written. Paths are from the folder of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// The site's own.
    #[serde(default)]
    pub store: Option<PlaceConfig>,
    /// Those of other sites. A "file:///folder" needs none.
    #[serde(default)]
    pub sources: Vec<PlaceConfig>,
    /// Where files are laid out for tasks; the machines that run them see it under the same path.
    #[serde(default)]
    pub folders: Option<PathBuf>,
}

/// A place that keeps objects, and how it is reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceConfig {
    /// "s3://bucket/prefix" or "file:///folder"; of a source, the beginning of it.
    pub url: String,
    /// "https://s3.example.org". Of S3 only, as what follows.
    #[serde(default)]
    pub endpoint: Option<String>,
    #[serde(default)]
    pub region: Option<String>,
    /// Files that hold the keys and that nobody else may read.
    #[serde(default)]
    pub access_key_file: Option<PathBuf>,
    #[serde(default)]
    pub secret_key_file: Option<PathBuf>,
    /// The most the site's own may hold. Left out: no limit.
    #[serde(default)]
    pub quota: Option<Bytes>,
}

impl DataConfig {
    /// # Errors
    /// [`StagingError::Config`], or a file that cannot be read.
    pub fn read(file: &Path) -> Result<Self, StagingError> {
        let text = fs::read_to_string(file).map_err(crate::error::disk(file))?;
        let mut config: Self = serde_saphyr::from_str(&text)
            .map_err(|error| StagingError::Config(format!("{}: {error}", file.display())))?;
        let from = file.parent().unwrap_or(Path::new("."));
        for place in config.store.iter_mut().chain(&mut config.sources) {
            for key in place.access_key_file.iter_mut().chain(&mut place.secret_key_file) {
                *key = from.join(&*key);
            }
        }
        if let Some(folders) = &mut config.folders {
            let path = from.join(&*folders);
            *folders = std::path::absolute(&path).map_err(crate::error::disk(&path))?;
        }
        Ok(config)
    }

    /// Every place can be spoken to as it is written, keys included; none is asked.
    ///
    /// # Errors
    /// [`StagingError::Config`], or a file that cannot be read.
    pub fn check(&self) -> Result<(), StagingError> {
        self.own()?;
        self.sources.iter().try_for_each(|place| place.open(&place.url).map(drop))
    }

    /// The site's own storage.
    ///
    /// # Errors
    /// [`StagingError::Config`]: there is none, or it cannot be reached so.
    pub fn own(&self) -> Result<(Objects, Option<Bytes>), StagingError> {
        let store = self.store.as_ref().ok_or_else(|| wrong("`store` is missing".to_owned()))?;
        Ok((store.open(&store.url)?, store.quota))
    }

    /// The storage of a site, by the longest `url` that it begins with.
    ///
    /// # Errors
    /// [`StagingError::Config`]: no line says how it is reached.
    pub fn source(&self, storage: &str) -> Result<Objects, StagingError> {
        let all = self.sources.iter().chain(&self.store);
        let fits = all.filter(|it| begins(storage, &it.url));
        match fits.max_by_key(|it| it.url.len()) {
            Some(place) => place.open(storage),
            None if storage.starts_with("file:///") => folder(storage),
            None => Err(wrong(format!("no line of `sources` says how to reach {storage}"))),
        }
    }
}

fn wrong(reason: String) -> StagingError {
    StagingError::Config(reason)
}

/// Name by name.
fn begins(storage: &str, url: &str) -> bool {
    let rest = storage.strip_prefix(url.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn folder(url: &str) -> Result<Objects, StagingError> {
    let path = url.strip_prefix("file://").filter(|path| path.starts_with('/'));
    let path = path.filter(|path| !path.split('/').any(|name| name == ".."));
    let path = path.ok_or_else(|| wrong(format!("`{url}`: use file:///folder or s3://bucket")))?;
    Ok(Objects::Folder(Folder::new(PathBuf::from(path.trim_end_matches('/')))))
}

impl PlaceConfig {
    /// What is at `url`, which begins with the one of this place.
    fn open(&self, url: &str) -> Result<Objects, StagingError> {
        let Some(rest) = url.strip_prefix("s3://") else { return folder(url) };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let endpoint = self.endpoint.clone();
        let config = BucketConfig {
            endpoint: endpoint.ok_or_else(|| wrong(format!("{url}: `endpoint` is missing")))?,
            region: self.region.clone().unwrap_or_else(|| REGION.to_owned()),
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            credentials: self.credentials(url)?,
        };
        Ok(Objects::Bucket(Bucket::new(&config)?))
    }

    fn credentials(&self, url: &str) -> Result<Option<(String, String)>, StagingError> {
        match (&self.access_key_file, &self.secret_key_file) {
            (None, None) => Ok(None),
            (Some(access), Some(secret)) => Ok(Some((key(access)?, key(secret)?))),
            _ => {
                Err(wrong(format!("{url}: give `access_key_file` and `secret_key_file`, or none")))
            }
        }
    }
}

fn key(file: &Path) -> Result<String, StagingError> {
    let metadata = fs::metadata(file).map_err(crate::error::disk(file))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let file = file.display();
        let reason =
            format!("{file} holds a key and others may read it (mode {mode:o}): chmod 600");
        return Err(wrong(reason));
    }
    if metadata.len() > KEY_MOST {
        return Err(wrong(format!("{}: too long for a key", file.display())));
    }
    let text = fs::read_to_string(file).map_err(crate::error::disk(file))?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<DataConfig, StagingError> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("data.yaml");
        fs::write(&file, text).unwrap();
        DataConfig::read(&file)
    }

    #[test]
    fn the_longest_line_that_fits_says_how_a_source_is_reached() {
        let text = "
store: { url: file:///data, quota: 1GiB }
sources:
  - { url: 's3://a', endpoint: 'http://one:1' }
  - { url: 's3://a/b', endpoint: 'http://two:2' }
";
        let config = read(text).unwrap();
        let shown = |storage: &str| match config.source(storage) {
            Ok(Objects::Bucket(bucket)) => bucket.endpoint(),
            Ok(Objects::Folder(_)) => "folder".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown("s3://a/x"), "http://one:1/a/");
        assert_eq!(shown("s3://a/b/c"), "http://two:2/a/");
        assert_eq!(shown("s3://a/bc"), "http://one:1/a/");
        assert_eq!(shown("file:///elsewhere"), "folder");
        assert!(shown("s3://ab/x").contains("no line of `sources`"));
        assert!(shown("file:///a/../etc").contains("use file:///"));
        assert_eq!(config.own().unwrap().1, Some(Bytes::new(1 << 30)));
    }

    #[test]
    fn keys_that_others_may_read_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let text = "store: { url: 's3://a', endpoint: 'http://one:1', access_key_file: a, secret_key_file: s }";
        let file = dir.path().join("data.yaml");
        fs::write(&file, text).unwrap();
        for (name, mode) in [("a", 0o600), ("s", 0o640)] {
            fs::write(dir.path().join(name), "key\n").unwrap();
            fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let config = DataConfig::read(&file).unwrap();
        let error = config.own().unwrap_err().to_string();
        assert!(error.contains("others may read it (mode 640): chmod 600"), "{error}");
        fs::set_permissions(dir.path().join("s"), fs::Permissions::from_mode(0o600)).unwrap();
        let (own, _) = config.own().unwrap();
        assert_eq!(format!("{own:?}"), "s3://a");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(read("stores: {}").is_err());
        assert!(read("store: { url: 's3://a', secret: x }").is_err());
    }
}
