//! What the probes of a path tell about it.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

/// Probes that are looked at: at one a millisecond, the last 200 ms.
const KEPT: usize = 200;
/// A probe is lost when as many sent after it have been answered.
const OVERTAKEN: usize = 3;
/// So few losses in the window may be chance, and count as none: at 0.1 % loss more than two of 200 are seen once in a
/// thousand windows.
const CHANCE: u32 = 2;
/// Round trips of which the median counts.
const RECENT: usize = 8;
/// Nothing came back for so long, while enough probes went out: the path is down.
const SILENT: Duration = Duration::from_millis(100);
const SILENT_PROBES: usize = 10;

/// How good a path is now.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Median of the last round trips, in milliseconds.
    pub round_trip_ms: f64,
    /// Mean difference of successive round trips, in milliseconds (RFC 3393).
    pub jitter_ms: f64,
    /// Part of the probes that were lost, 0 to 1.
    pub loss: f64,
}

#[derive(Debug, Clone, Copy)]
struct Probe {
    sent: Duration,
    round_trip: Option<Duration>,
}

/// The last probes of a path. Times are since any one moment, and never go back.
#[derive(Debug, Clone, Default)]
pub struct Window {
    probes: VecDeque<Probe>,
    /// Sequence number of the oldest kept.
    first: u32,
    answered: Option<Duration>,
}

impl Window {
    /// A probe is sent; gives its sequence number.
    pub fn send(&mut self, now: Duration) -> u32 {
        if self.probes.len() == KEPT {
            self.probes.pop_front();
            self.first = self.first.wrapping_add(1);
        }
        self.probes.push_back(Probe { sent: now, round_trip: None });
        self.first.wrapping_add(self.probes.len() as u32 - 1)
    }

    /// It came back. One that is not known any more, or comes a second time, is overlooked.
    pub fn answered(&mut self, sequence: u32, now: Duration) {
        let at = sequence.wrapping_sub(self.first) as usize;
        let Some(probe) = self.probes.get_mut(at).filter(|it| it.round_trip.is_none()) else {
            return;
        };
        probe.round_trip = Some(now.saturating_sub(probe.sent));
        self.answered = Some(now);
    }

    /// None: the path is down, or not known yet.
    #[must_use]
    pub fn quality(&self, now: Duration) -> Option<Quality> {
        let since = self.answered?;
        let unanswered = self.probes.iter().rev().take_while(|it| it.round_trip.is_none()).count();
        if now.saturating_sub(since) > SILENT && unanswered >= SILENT_PROBES {
            return None;
        }
        let trips: Vec<f64> = self
            .probes
            .iter()
            .filter_map(|it| it.round_trip)
            .map(|it| it.as_secs_f64() * 1e3)
            .collect();
        let recent = trips.get(trips.len().saturating_sub(RECENT)..).unwrap_or_default();
        let differences = trips.windows(2).map(|pair| match pair {
            [a, b] => (a - b).abs(),
            _ => 0.0,
        });
        let jitter_ms = differences.sum::<f64>() / (trips.len().saturating_sub(1).max(1)) as f64;
        let round_trip_ms = median(recent)?;
        Some(Quality {
            round_trip_ms: round_trip_ms.max(self.overdue(now)),
            jitter_ms,
            loss: self.loss(),
        })
    }

    /// A probe that is late tells before it is back: the least that the next answer can take, in milliseconds.
    fn overdue(&self, now: Duration) -> f64 {
        let newest =
            self.probes.iter().rposition(|it| it.round_trip.is_some()).map_or(0, |it| it + 1);
        let waiting = self.probes.get(newest).filter(|_| self.probes.len() - newest > OVERTAKEN);
        waiting.map_or(0.0, |it| now.saturating_sub(it.sent).as_secs_f64() * 1e3)
    }

    /// Of the probes whose fate is known.
    fn loss(&self) -> f64 {
        let (mut after, mut lost, mut known) = (0, 0_u32, 0_u32);
        for probe in self.probes.iter().rev() {
            match probe.round_trip {
                Some(_) => {
                    after += 1;
                    known += 1;
                }
                None if after >= OVERTAKEN => {
                    lost += 1;
                    known += 1;
                }
                None => {}
            }
        }
        if lost <= CHANCE { 0.0 } else { f64::from(lost) / f64::from(known) }
    }
}

fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// A probe a millisecond; the answer of each after so many milliseconds, or none.
    fn window(probes: u64, round_trip: impl Fn(u64) -> Option<u64>) -> (Window, Duration) {
        let mut window = Window::default();
        let mut back = std::collections::BTreeMap::<u64, Vec<u32>>::new();
        for now in 0..probes {
            let sequence = window.send(at(now));
            if let Some(trip) = round_trip(now) {
                back.entry(now + trip).or_default().push(sequence);
            }
            for sequence in back.remove(&now).unwrap_or_default() {
                window.answered(sequence, at(now));
            }
        }
        (window, at(probes))
    }

    #[test]
    fn a_good_path_is_as_it_is() {
        let (window, now) = window(500, |_| Some(8));
        let it = window.quality(now).unwrap();
        assert_eq!((it.round_trip_ms, it.jitter_ms, it.loss), (8.0, 0.0, 0.0));
    }

    #[test]
    fn one_probe_in_twenty_lost_is_seen_and_one_in_a_thousand_is_not() {
        let (worse, now) = window(400, |it| (it % 20 != 0).then_some(8));
        let loss = worse.quality(now).unwrap().loss;
        assert!((0.04..0.06).contains(&loss), "{loss}");
        let (fine, now) = window(1_000, |it| (it % 1_000 != 900).then_some(8));
        assert_eq!(fine.quality(now).unwrap().loss, 0.0);
    }

    #[test]
    fn what_is_late_tells_before_it_is_back() {
        let (window, now) = window(320, |it| Some(if it < 300 { 8 } else { 38 }));
        let it = window.quality(now).unwrap();
        assert!(it.round_trip_ms >= 19.0, "{it:?}");
        assert_eq!(it.loss, 0.0, "late is not lost");
    }

    #[test]
    fn silence_is_down_and_nothing_yet_is_unknown() {
        let (silent, now) = window(500, |it| (it < 300).then_some(2));
        assert_eq!(silent.quality(now), None);
        assert_eq!(Window::default().quality(at(5)), None);
    }

    #[test]
    fn answers_nobody_waits_for_change_nothing() {
        let (mut window, now) = window(300, |_| Some(8));
        let before = window.quality(now);
        for sequence in [0, 5, 299, 300, u32::MAX] {
            window.answered(sequence, now);
        }
        let after = window.quality(now).unwrap();
        assert_eq!(after.loss, before.unwrap().loss);
    }
}
