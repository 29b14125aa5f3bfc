//! Flows whose kind is known: what the two ends of each are to send and when, by a seed; and the files of what was seen.

use std::{path::Path, time::Duration};

use csv::StringRecord;
use network::overlay::{FEATURES, Features, Kind};

use crate::{SimError, files, random::Random};

/// One of the two ends waits, then sends; the other may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub wait: Duration,
    /// What the client sends; none: the server waits and sends.
    pub asks: usize,
    /// What the server sends once that is there.
    pub answers: usize,
}

/// What a flow does, from its beginning to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub kind: Kind,
    /// Datagrams from the client; else one TCP connection.
    pub is_udp: bool,
    pub steps: Vec<Step>,
}

/// So many flows of each kind, kind after kind.
#[must_use]
pub fn scripts(of_each: u32, seed: u64) -> Vec<Script> {
    let mut random = Random::new(seed);
    let kinds = Kind::ALL.into_iter().flat_map(|kind| (0..of_each).map(move |_| kind));
    kinds.map(|kind| script(kind, &mut random)).collect()
}

fn script(kind: Kind, random: &mut Random) -> Script {
    let is_udp = kind == Kind::Video && random.below(2) == 0;
    let steps = match kind {
        Kind::Bulk => bulk(random),
        Kind::Interactive => interactive(random),
        Kind::Video => video(is_udp, random),
        Kind::Rpc => rpc(random),
    };
    Script { kind, is_udp, steps }
}

/// Evenly over the orders of magnitude.
fn magnitude(random: &mut Random, from: f64, to: f64) -> f64 {
    from * (to / from).powf(random.unit())
}

/// Of this mean, by Poisson.
fn pause(random: &mut Random, mean_s: f64) -> Duration {
    Duration::from_secs_f64(mean_s * random.exponential())
}

/// A file up or down, 0.3 to 6 MB.
fn bulk(random: &mut Random) -> Vec<Step> {
    let octets = magnitude(random, 3e5, 6e6) as usize;
    let (asks, answers) = if random.below(2) == 0 { (octets, 1) } else { (200, octets) };
    vec![Step { wait: Duration::ZERO, asks, answers }]
}

/// Keys at a person's pace, each shown; now and then a screen.
fn interactive(random: &mut Random) -> Vec<Step> {
    let pace = random.uniform(0.08, 0.35);
    let steps = 12 + random.below(25);
    let key = |random: &mut Random| Step {
        wait: Duration::from_secs_f64(random.uniform(0.3, 1.9) * pace),
        asks: 36 + random.below(40) as usize,
        answers: if random.below(12) == 0 {
            400 + random.below(2_000) as usize
        } else {
            36 + random.below(90) as usize
        },
    };
    (0..steps).map(|_| key(random)).collect()
}

/// Two seconds of frames, 0.4 to 10 Mbit/s; every second or so one that is a whole picture.
fn video(is_udp: bool, random: &mut Random) -> Vec<Step> {
    let rates = [15.0, 24.0, 25.0, 30.0, 50.0, 60.0];
    let rate = rates.get(random.below(6) as usize).copied().unwrap_or(30.0);
    let mean = magnitude(random, 4e5, 1e7) / 8.0 / rate;
    let goes_up = is_udp || random.below(2) == 0;
    let frame = |at: u64, random: &mut Random| {
        let whole = if at.is_multiple_of(rate as u64) { 4.0 } else { 1.0 };
        let octets = (mean * whole * random.uniform(0.6, 1.4)) as usize + 20;
        let wait = Duration::from_secs_f64(random.uniform(0.95, 1.05) / rate);
        let (asks, answers) = if goes_up { (octets, 0) } else { (0, octets) };
        Step { wait, asks, answers }
    };
    (0..2 * rate as u64).map(|at| frame(at, random)).collect()
}

/// Questions of 100 octets to 4 kB, answers of up to 40 kB.
fn rpc(random: &mut Random) -> Vec<Step> {
    let mean_s = magnitude(random, 0.003, 0.15);
    let most = magnitude(random, 300.0, 40_000.0);
    let steps = 20 + random.below(60);
    let call = |random: &mut Random| Step {
        wait: pause(random, mean_s).min(Duration::from_secs(1)),
        asks: magnitude(random, 100.0, 4_000.0) as usize,
        answers: magnitude(random, 100.0, most) as usize,
    };
    (0..steps).map(|_| call(random)).collect()
}

/// A flow as it was seen.
pub type Sample = (Features, Kind);

/// As CSV: the kind, then the features.
#[must_use]
pub fn to_csv(samples: &[Sample]) -> String {
    let line = |(features, kind): &Sample| {
        let figures = features.iter().map(|it| format!("{it:.4}"));
        std::iter::once(kind.name().to_owned()).chain(figures).collect::<Vec<_>>().join(",")
    };
    let head = format!("kind,{}", FEATURES.join(","));
    let lines = std::iter::once(head).chain(samples.iter().map(line));
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

/// Reads what [`to_csv`] has written; columns may stand in any order, and others beside them.
///
/// # Errors
/// The file, the line and what is right.
pub fn read(path: &Path) -> Result<Vec<Sample>, SimError> {
    let text = files::text(path)?;
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let at = |line: u64| move |what| SimError::Invalid { path: path.to_owned(), line, what };
    let head = reader.headers().map_err(|error| at(1)(error.to_string()))?;
    let place = |name: &str| {
        let found = head.iter().position(|it| it.trim() == name);
        found.ok_or_else(|| at(1)(format!("there is no column `{name}`")))
    };
    let kind = place("kind")?;
    let places: Result<Vec<usize>, SimError> = FEATURES.into_iter().map(place).collect();
    let places = places?;
    let sample = |(line, record): (u64, Result<StringRecord, csv::Error>)| {
        let record = record.map_err(|error| at(line)(error.to_string()))?;
        sample(&record, kind, &places).map_err(at(line))
    };
    (2..).zip(reader.records()).map(sample).collect()
}

fn sample(record: &StringRecord, kind: usize, places: &[usize]) -> Result<Sample, String> {
    let field = |at: usize| record.get(at).unwrap_or_default().trim();
    let name = field(kind);
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    let kind =
        kind.ok_or_else(|| format!("kind `{name}`: it is bulk, interactive, video or rpc"))?;
    let mut features = Features::default();
    for ((feature, at), name) in features.iter_mut().zip(places).zip(FEATURES) {
        let text = field(*at);
        let figure = text.parse().ok().filter(|it: &f64| it.is_finite());
        *feature = figure.ok_or_else(|| format!("{name} `{text}`: it is a number"))?;
    }
    Ok((features, kind))
}

#[cfg(test)]
mod tests {
    use network::overlay::{Accuracy, Tree};

    use super::*;

    fn kept(name: &str) -> Vec<Sample> {
        let path = format!("{}/../../examples/flows/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        read(Path::new(&path)).unwrap()
    }

    #[test]
    fn the_tree_that_gateways_use_is_what_the_flows_kept_here_teach() {
        assert_eq!(*Tree::trained(), Tree::train(&kept("train")));
        let told = Accuracy::of(Tree::trained(), &kept("held-out"));
        assert!(told.flows >= 200, "{told:?}");
        assert!(10 * told.right >= 9 * told.flows, "{told:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_flows_of_every_kind() {
        let all = scripts(3, 7);
        assert_eq!((all.len(), &all), (12, &scripts(3, 7)));
        assert_ne!(all, scripts(3, 8));
        assert!(all.iter().all(|it| !it.steps.is_empty()));
        let paced = |it: &&Script| it.kind == Kind::Video;
        let long = |it: &Script| it.steps.iter().map(|it| it.wait).sum::<Duration>();
        assert!(all.iter().filter(paced).all(|it| (1_800..2_200).contains(&long(it).as_millis())));
    }

    #[test]
    fn what_is_written_is_read_and_what_is_wrong_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flows.csv");
        let samples = vec![([1.5; 8], Kind::Video), ([0.0; 8], Kind::Bulk)];
        let text = to_csv(&samples);
        let wrong = |from: &str, to: &str| {
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
            read(&path).map_err(|error| error.to_string())
        };
        assert_eq!(wrong("", "").unwrap(), samples);
        assert!(wrong("video", "radio").unwrap_err().contains(":2: kind `radio`"));
        assert!(wrong("1.5000", "NaN").unwrap_err().contains("octets_mean `NaN`"));
        assert!(wrong("rate_kbit_s", "rate").unwrap_err().contains("no column `rate_kbit_s`"));
    }
}
