//! Bandwidths as people write them.

use units::Bandwidth;

use super::{Rate, shown};

/// The largest whole number up to which every one is exact in a floating-point number.
pub(super) const EXACT_MOST: f64 = 9_007_199_254_740_992.0;

/// Carriers by name, in bit/s (ITU-T G.702, ANSI T1.107).
const CARRIERS: [(&str, u64); 6] = [
    ("t1", 1_544_000),
    ("e1", 2_048_000),
    ("e3", 34_368_000),
    ("t3", 44_736_000),
    ("ds3", 44_736_000),
    ("ds-3", 44_736_000),
];
/// Hierarchies whose n-th carries n times so many bit/s (ANSI T1.105, ITU-T G.707).
const HIERARCHIES: [(&str, u64); 2] = [("oc", 51_840_000), ("stm", 155_520_000)];
const SCALES: [(char, f64); 4] = [('k', 1e3), ('m', 1e6), ('g', 1e9), ('t', 1e12)];
/// What may follow the letter of the scale, in small letters.
const ENDINGS: [&str; 10] = ["", "b", "bps", "b/s", "bit", "bits", "bit/s", "bits/s", "e", "ige"];

impl Rate {
    /// The plain number: bit/s where the unit is known.
    #[must_use]
    pub const fn plain(self) -> f64 {
        match self {
            Self::Known(bandwidth) => bandwidth.get() as f64,
            Self::Figure(figure) => figure,
        }
    }

    /// As bits a second, where one of a plain figure is `unit`.
    #[must_use]
    pub fn bandwidth(self, unit: Option<Bandwidth>) -> Option<Bandwidth> {
        match self {
            Self::Known(bandwidth) => Some(bandwidth),
            Self::Figure(figure) => {
                unit.and_then(|unit| whole(figure, unit.get() as f64)).map(Bandwidth::new)
            }
        }
    }

    /// Orders rates of one kind by size.
    pub(super) fn key(self) -> (u8, u64) {
        match self {
            Self::Known(bandwidth) => (0, bandwidth.get()),
            // Bits of floating-point numbers that are not below zero are in the order of the numbers.
            Self::Figure(figure) => (1, figure.to_bits()),
        }
    }
}

/// A number times a scale, rounded to a whole one; none where it is below zero or too large to be exact.
pub(super) fn whole(number: f64, scale: f64) -> Option<u64> {
    let product = (number * scale).round();
    // A zero may be a negative one.
    (number >= 0.0 && product <= EXACT_MOST).then_some(product as u64)
}

/// A number that is not below zero, as text; with what it is for the message.
pub(super) fn amount(name: &str, text: &str, scale: f64) -> Result<u64, String> {
    let number = text.trim().parse::<f64>().ok();
    number.and_then(|it| whole(it, scale)).ok_or_else(|| {
        format!(
            "{name} is {:?}: it has to be a number of zero or more, up to {EXACT_MOST}",
            shown(text)
        )
    })
}

/// "2.5 Gbps", "2x10G", "OC-192c", "STM-16": what is no speed as a whole is none.
pub(super) fn speed(text: &str) -> Option<Bandwidth> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let carrier = CARRIERS.iter().find(|(name, _)| *name == lower).map(|(_, speed)| *speed);
    let speed = carrier.or_else(|| in_hierarchy(&lower)).or_else(|| multiple(text));
    speed.map(Bandwidth::new)
}

fn in_hierarchy(lower: &str) -> Option<u64> {
    let of = |(name, speed): &(&str, u64)| {
        let rest = lower.strip_prefix(name)?.trim_start_matches(['-', ' ']);
        let level: u64 = rest.strip_suffix('c').unwrap_or(rest).parse().ok()?;
        (1..=10_000).contains(&level).then(|| level * speed)
    };
    HIERARCHIES.iter().find_map(of)
}

/// "10G", or so many times that: "2 x 10G".
fn multiple(text: &str) -> Option<u64> {
    let (times, each) = match text.split_once(['x', 'X', '*']) {
        Some((times, each)) => (times.trim().parse::<u32>().ok()?, each.trim()),
        None => (1, text),
    };
    scaled(each, f64::from(times))
}

fn scaled(text: &str, times: f64) -> Option<u64> {
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.')?;
    let (number, unit) = text.split_at_checked(end)?;
    let mut letters = unit.trim().chars();
    let letter = letters.next()?.to_ascii_lowercase();
    let ending = letters.as_str();
    // A capital B is a byte to some and a bit to others.
    let is_known = !ending.starts_with('B') && ENDINGS.contains(&ending.to_lowercase().as_str());
    let (_, scale) = SCALES.iter().find(|(it, _)| *it == letter && is_known)?;
    whole(number.parse().ok()?, times * scale)
}
