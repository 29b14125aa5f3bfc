//! Which path each class of traffic takes.

use std::time::Duration;

use model::ServiceClass;
use serde::{Deserialize, Serialize};

use super::Quality;

/// What traffic needs, by the class of its packets (RFC 4594).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Goes over two paths at once: what one loses, the other brings.
    Critical,
    LowDelay,
    /// Takes what loses least.
    Reliable,
    /// Goes over trusted paths only.
    Secure,
    /// Takes what costs least.
    Bulk,
}

pub const CLASSES: [Class; 5] =
    [Class::Critical, Class::LowDelay, Class::Reliable, Class::Secure, Class::Bulk];

impl Class {
    /// By the code point in a packet's header: 46 (EF) critical; 32 to 39 (AF4, CS4) and 24 to 31 (AF3, CS3) low delay; 16 to
    /// 23 (AF2, CS2) secure; 8 (CS1) and 1 (LE) bulk; all others reliable.
    #[must_use]
    pub const fn of_code_point(dscp: u8) -> Self {
        match dscp {
            46 => Self::Critical,
            24..=39 => Self::LowDelay,
            16..=23 => Self::Secure,
            1 | 8 => Self::Bulk,
            _ => Self::Reliable,
        }
    }

    /// Of what a service or a job is.
    #[must_use]
    pub const fn of_service(class: ServiceClass) -> Self {
        match class {
            ServiceClass::Reliable => Self::Reliable,
            ServiceClass::LowDelay => Self::LowDelay,
            ServiceClass::Secure => Self::Secure,
            ServiceClass::Bulk => Self::Bulk,
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::LowDelay => "low-delay",
            Self::Reliable => "reliable",
            Self::Secure => "secure",
            Self::Bulk => "bulk",
        }
    }

    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Milliseconds that one per cent of loss is worth. Of low delay: what is lost is not sent again; else about what it
    /// takes to send it again, times how much more it hurts.
    const fn of_loss(self) -> f64 {
        match self {
            Self::Critical | Self::LowDelay => 10.0,
            Self::Reliable | Self::Secure => 40.0,
            Self::Bulk => 1.0,
        }
    }
}

/// A path that is down costs more than any other. It is still taken where there is no other: it may not be.
const DOWN: f64 = 2_000.0;

/// What is known of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    /// None: it is down.
    pub quality: Option<Quality>,
    pub is_trusted: bool,
    /// Of a gigabyte, in any one unit; zero or more.
    pub price: f64,
}

impl Facts {
    /// In milliseconds that are as bad. None: the class cannot take it.
    fn cost(&self, class: Class) -> Option<f64> {
        if class == Class::Secure && !self.is_trusted {
            return None;
        }
        let Some(Quality { round_trip_ms, jitter_ms, loss }) = self.quality else {
            return Some(DOWN);
        };
        let price = if class == Class::Bulk { 1e3 * self.price } else { 0.0 };
        let cost = round_trip_ms + 2.0 * jitter_ms + 100.0 * loss * class.of_loss() + price;
        Some(cost.min(DOWN - 1.0))
    }
}

/// The paths that a class takes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ways {
    /// None: no path may carry it.
    pub first: Option<usize>,
    /// Of critical traffic, the one its doubles take.
    pub second: Option<usize>,
}

/// A path is left when another costs this part of it, and so many milliseconds less.
const BETTER: f64 = 0.9;
const BETTER_MS: f64 = 3.0;
/// What a path cost when it was left counts for coming back to it, and fades to a third in this time: a path that is now
/// good, now bad is not gone back to each time.
/// A path that was down is given another chance in the end: after 9 s against one of 5 ms.
const LEFT_MOST: f64 = 500.0;
const FADES: Duration = Duration::from_secs(2);

/// Decides for all classes, and does not waver.
#[derive(Debug, Clone, Default)]
pub struct Chooser {
    ways: [Ways; CLASSES.len()],
    /// What each path cost when it was left, faded; by class and path.
    left: [Vec<f64>; CLASSES.len()],
    last: Duration,
    moves: u64,
}

impl Chooser {
    #[must_use]
    pub const fn ways(&self, class: Class) -> Ways {
        let [critical, low, reliable, secure, bulk] = self.ways;
        match class {
            Class::Critical => critical,
            Class::LowDelay => low,
            Class::Reliable => reliable,
            Class::Secure => secure,
            Class::Bulk => bulk,
        }
    }

    /// How often a class has left a path.
    #[must_use]
    pub const fn moves(&self) -> u64 {
        self.moves
    }

    /// Decides anew by what is known now. Paths keep their places from call to call.
    pub fn decide(&mut self, paths: &[Facts], now: Duration) {
        let passed = now.saturating_sub(self.last).as_secs_f64();
        let fade = (-passed / FADES.as_secs_f64()).exp();
        self.last = now;
        for (class, (ways, left)) in
            CLASSES.into_iter().zip(self.ways.iter_mut().zip(&mut self.left))
        {
            let costs: Vec<Option<f64>> = paths.iter().map(|it| it.cost(class)).collect();
            left.resize(paths.len(), 0.0);
            for (left, cost) in left.iter_mut().zip(&costs) {
                *left *= fade;
                // While it is not forgotten, what it does counts.
                if *left > 1.0 {
                    *left = left.max(cost.unwrap_or(0.0)).min(LEFT_MOST);
                }
            }
            let first = first(&costs, left, ways.first);
            if let Some(old) = ways.first.filter(|_| ways.first != first) {
                self.moves += 1;
                let cost = costs.get(old).copied().flatten().unwrap_or(0.0);
                if let Some(left) = left.get_mut(old) {
                    *left = cost.min(LEFT_MOST);
                }
            }
            let others = || (0..costs.len()).filter(|at| Some(*at) != first);
            let second = others().filter_map(|at| Some((at, (*costs.get(at)?)?)));
            let second = second.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at);
            *ways = Ways { first, second: second.filter(|_| class == Class::Critical) };
        }
    }
}

/// The path in use, while none is clearly better.
fn first(costs: &[Option<f64>], left: &[f64], current: Option<usize>) -> Option<usize> {
    let usable = || costs.iter().enumerate().filter_map(|(at, cost)| Some((at, (*cost)?)));
    let used = usable().find(|(at, cost)| Some(*at) == current && *cost < DOWN);
    let Some((current, cost)) = used else {
        // One that is down is kept where all are.
        let least = usable().min_by(|a, b| a.1.total_cmp(&b.1)).filter(|it| it.1 < DOWN);
        return least.map(|it| it.0).or(current).or_else(|| usable().next().map(|it| it.0));
    };
    let others = usable().filter(|(at, _)| *at != current);
    let others = others.map(|(at, cost)| (at, cost.max(left.get(at).copied().unwrap_or(0.0))));
    let better = others.min_by(|a, b| a.1.total_cmp(&b.1));
    let better = better.filter(|it| it.1 < (cost * BETTER).min(cost - BETTER_MS));
    Some(better.map_or(current, |it| it.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(round_trip_ms: f64, loss: f64) -> Facts {
        let quality = Some(Quality { round_trip_ms, jitter_ms: 0.0, loss });
        Facts { quality, is_trusted: false, price: 0.0 }
    }

    const DOWN_PATH: Facts = Facts { quality: None, is_trusted: true, price: 0.0 };

    fn chosen(paths: &[Facts]) -> Chooser {
        let mut it = Chooser::default();
        it.decide(paths, Duration::ZERO);
        it
    }

    #[test]
    fn a_class_is_called_the_same_everywhere() {
        for class in CLASSES {
            assert_eq!(serde_json::to_value(class).unwrap(), class.name());
        }
    }

    #[test]
    fn each_class_takes_what_it_needs() {
        let fast_lossy = facts(10.0, 0.02);
        let slow_sure = Facts { is_trusted: true, price: 1.0, ..facts(35.0, 0.0) };
        let it = chosen(&[fast_lossy, slow_sure]);
        assert_eq!(it.ways(Class::LowDelay).first, Some(0));
        assert_eq!(it.ways(Class::Reliable).first, Some(1));
        assert_eq!(it.ways(Class::Secure).first, Some(1));
        assert_eq!(it.ways(Class::Bulk).first, Some(0));
        assert_eq!(it.ways(Class::Critical), Ways { first: Some(0), second: Some(1) });
    }

    #[test]
    fn what_is_down_is_taken_only_where_there_is_nothing_else() {
        let it = chosen(&[facts(1.0, 0.0), DOWN_PATH]);
        assert_eq!(it.ways(Class::Secure).first, Some(1), "the only trusted one");
        assert_eq!(it.ways(Class::Critical), Ways { first: Some(0), second: Some(1) });
        assert_eq!(chosen(&[facts(1.0, 0.0)]).ways(Class::Secure), Ways::default());
        assert_eq!(chosen(&[]).ways(Class::Bulk), Ways::default());
    }

    #[test]
    fn a_little_better_is_no_reason_to_move_and_much_better_is() {
        let mut it = chosen(&[facts(10.0, 0.0), facts(20.0, 0.0)]);
        it.decide(&[facts(11.0, 0.0), facts(9.0, 0.0)], Duration::from_secs(30));
        assert_eq!(it.ways(Class::LowDelay).first, Some(0));
        it.decide(&[facts(40.0, 0.0), facts(9.0, 0.0)], Duration::from_secs(60));
        assert_eq!(it.ways(Class::LowDelay).first, Some(1));
        it.decide(&[facts(50.0, 0.0), DOWN_PATH], Duration::from_secs(61));
        assert_eq!(it.ways(Class::LowDelay).first, Some(0), "at once");
    }

    #[test]
    fn a_path_that_flaps_is_not_gone_back_to_each_time() {
        let mut it = chosen(&[facts(5.0, 0.0), facts(20.0, 0.0)]);
        for step in 1..200_u64 {
            let first = if step.is_multiple_of(2) { facts(5.0, 0.0) } else { facts(80.0, 0.0) };
            it.decide(&[first, facts(20.0, 0.0)], Duration::from_millis(100 * step));
        }
        assert!(it.moves() <= 5, "one for each class: {}", it.moves());
        it.decide(&[facts(5.0, 0.0), facts(20.0, 0.0)], Duration::from_secs(60));
        it.decide(&[facts(5.0, 0.0), facts(20.0, 0.0)], Duration::from_secs(90));
        assert_eq!(it.ways(Class::LowDelay).first, Some(0), "in the end it is");
    }
}
