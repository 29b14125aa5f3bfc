//! Measures staging between two sites: the share of the held bandwidth that is reached, and what moves the second time
//! with 1 % changed. `scripts/bench-staging.sh` starts the servers.
//!
//! `two_sites FROM TO FOLDER MEBIBYTES RATE`, where FROM and TO are "file:///folder" or an S3 endpoint with the bucket
//! "data" and the keys in `ACCESS_KEY` and `SECRET_KEY`.

use std::{error::Error, fs, path::Path, time::Instant};

use staging::{Bucket, BucketConfig, Folder, Objects, Odd, Pace, Progress, Scan, Storage};
use units::Bandwidth;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, folder, mebibytes, rate] = words.as_slice() else {
        return Err("use: two_sites FROM TO FOLDER MEBIBYTES RATE".into());
    };
    let (folder, rate) = (Path::new(folder), rate.parse::<Bandwidth>()?);
    let mut bytes = noise(mebibytes.parse::<usize>()? << 20, 1);
    fs::write(folder.join("data"), &bytes)?;
    let (here, there) = (open(from).await?, open(to).await?);
    report("first", &here, &there, folder, rate).await?;
    let (at, length) = (bytes.len() / 3, bytes.len() / 100);
    bytes.splice(at..at + length, noise(length, 2));
    fs::write(folder.join("data"), &bytes)?;
    report("1 % changed", &here, &there, folder, rate).await
}

async fn report(
    what: &str,
    here: &Storage,
    there: &Storage,
    folder: &Path,
    rate: Bandwidth,
) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let saved = here.save(Scan::of(folder, Odd::Refuse)?).await?;
    let saving = began.elapsed();
    let (pace, progress) = (Pace::new(Some(rate)), Progress::default());
    let began = Instant::now();
    let sources = [here.objects().clone()];
    there.fetch(&saved.content, &sources, &pace, &progress).await?;
    let took = began.elapsed();
    let (moved, size) = (progress.moved(), saved.size);
    let reached = moved as f64 * 8.0 / took.as_secs_f64();
    let (share, of_held) =
        (100.0 * moved as f64 / size as f64, 100.0 * reached / rate.get() as f64);
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    eprintln!(
        "{what}: chunked {:.0} MiB in {saving:.1?}; moved {:.1} MiB ({share:.2} %) in {took:.2?}: {:.3} Gbit/s, \
         {of_held:.0} % of {rate}",
        mib(size),
        mib(moved),
        reached / 1e9,
    );
    Ok(())
}

async fn open(place: &str) -> Result<Storage, Box<dyn Error>> {
    let objects = match place.strip_prefix("file://") {
        Some(path) => Objects::Folder(Folder::new(path.into())),
        None => Objects::Bucket(Bucket::new(&BucketConfig {
            endpoint: place.to_owned(),
            region: "us-east-1".to_owned(),
            bucket: "data".to_owned(),
            prefix: String::new(),
            credentials: Some((std::env::var("ACCESS_KEY")?, std::env::var("SECRET_KEY")?)),
        })?),
    };
    Ok(Storage::open(objects, None).await?)
}

/// Bytes that cannot be made smaller.
fn noise(length: usize, seed: u8) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().update(&[seed]).finalize_xof().fill(&mut bytes);
    bytes
}
