use proptest::prelude::*;
use units::{Span, Time};

use super::*;

fn at(ms: i64) -> Time {
    Time::from_millis(ms)
}

/// Use of every millisecond, one by one.
const LENGTH: i64 = 120;
const CAPACITY: u64 = 10;

#[derive(Debug, Clone)]
enum Step {
    Hold(i64, i64, u64),
    Force(i64, i64, u64),
    /// Gives back the hold with this number, modulo how many there are, from the given time on.
    Release(usize, i64),
    Trim(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let range = || (0..LENGTH, 0..LENGTH, 0..=CAPACITY + 1);
    prop_oneof![
        6 => range().prop_map(|(a, b, n)| Step::Hold(a.min(b), a.max(b), n)),
        1 => range().prop_map(|(a, b, n)| Step::Force(a.min(b), a.max(b), n)),
        3 => (any::<usize>(), 0..LENGTH).prop_map(|(which, from)| Step::Release(which, from)),
        1 => (0..LENGTH / 4).prop_map(Step::Trim),
    ]
}

struct Naive {
    used: Vec<u64>,
    trimmed: i64,
}

impl Naive {
    fn window(&self, from: i64, to: i64) -> impl Iterator<Item = u64> + '_ {
        (from..to).map(|ms| self.used.get(usize::try_from(ms).unwrap()).copied().unwrap_or(0))
    }
    fn most(&self, from: i64, to: i64) -> u64 {
        self.window(from, to).max().unwrap_or(0)
    }
    fn fits(&self, from: i64, to: i64, amount: u64) -> bool {
        amount == 0 || self.window(from, to).all(|used| used + amount <= CAPACITY)
    }
}

fn run(steps: &[Step]) -> (Calendar, Naive) {
    let mut calendar = Calendar::new(CAPACITY);
    let mut naive = Naive { used: vec![0; 120], trimmed: 0 };
    let mut held: Vec<(i64, i64, u64)> = Vec::new();
    for step in steps {
        match *step {
            Step::Hold(from, to, amount) => {
                let from = from.max(naive.trimmed);
                let fits = naive.fits(from, to, amount);
                assert_eq!(calendar.hold(at(from), at(to), amount).is_ok(), fits);
                if fits {
                    (from..to).for_each(|ms| naive.used[ms as usize] += amount);
                    held.push((from, to, amount));
                }
            }
            Step::Force(from, to, amount) => {
                let from = from.max(naive.trimmed);
                calendar.force(at(from), at(to), amount);
                (from..to).for_each(|ms| naive.used[ms as usize] += amount);
                held.push((from, to, amount));
            }
            Step::Release(which, now) if !held.is_empty() => {
                let index = which % held.len();
                let (from, to, amount) = held.swap_remove(index);
                let cut = from.max(now).max(naive.trimmed);
                calendar.release(at(cut), at(to), amount);
                (cut..to).for_each(|ms| naive.used[ms as usize] -= amount);
            }
            Step::Release(..) => {}
            Step::Trim(before) => {
                naive.trimmed = naive.trimmed.max(before);
                calendar.trim(at(naive.trimmed));
            }
        }
    }
    (calendar, naive)
}

proptest! {
    #[test]
    fn agrees_with_one_count_a_millisecond(
        steps in prop::collection::vec(step(), 0..40),
        (a, b) in (0..LENGTH, 0..LENGTH), span in 0..40_i64, amount in 0..=CAPACITY + 1,
    ) {
        let (calendar, naive) = run(&steps);
        let (from, to) = (a.min(b).max(naive.trimmed), a.max(b));
        for ms in naive.trimmed..LENGTH {
            prop_assert_eq!(calendar.used_at(at(ms)), naive.used[ms as usize], "at {}", ms);
        }
        prop_assert_eq!(calendar.max_used(at(from), at(to)), naive.most(from, to));
        prop_assert_eq!(calendar.least_free(at(from), at(to)), CAPACITY.saturating_sub(naive.most(from, to)));
        prop_assert_eq!(calendar.fits(at(from), at(to), amount), naive.fits(from, to, amount));
        let earliest = (from..=to).find(|start| naive.fits(*start, start + span, amount));
        let found = calendar.earliest_fit(at(from), Span::new(span as u64), amount, at(to));
        prop_assert_eq!(found.map(Time::as_millis), earliest.filter(|_| from <= to));
    }

    #[test]
    fn free_intervals_are_free_maximal_and_all(
        steps in prop::collection::vec(step(), 0..40), others in prop::collection::vec(step(), 0..40),
        amount in 1..=CAPACITY, other_amount in 1..=CAPACITY,
    ) {
        let ((calendar, naive), (other, naive_other)) = (run(&steps), run(&others));
        let first = naive.trimmed.max(naive_other.trimmed);
        let is_free = |ms: i64| {
            naive.used[ms as usize] + amount <= CAPACITY && naive_other.used[ms as usize] + other_amount <= CAPACITY
        };
        let demands = [Demand { calendar: &calendar, amount }, Demand { calendar: &other, amount: other_amount }];
        let found: Vec<_> = free_together(demands, at(first), at(LENGTH)).collect();
        for pair in found.windows(2) {
            prop_assert!(pair[0].1 < pair[1].0, "{:?} touch", pair);
        }
        for ms in first..LENGTH {
            let covered = found.iter().any(|(from, to)| (from.as_millis()..to.as_millis()).contains(&ms));
            prop_assert_eq!(covered, is_free(ms), "at {}", ms);
        }
    }

    #[test]
    fn holds_never_exceed_capacity_and_give_everything_back(
        holds in prop::collection::vec((0..LENGTH, 0..LENGTH, 0..=CAPACITY + 3), 0..60),
    ) {
        let mut calendar = Calendar::new(CAPACITY);
        let mut held = Vec::new();
        for (a, b, amount) in holds {
            let (from, to) = (at(a.min(b)), at(a.max(b)));
            if calendar.hold(from, to, amount).is_ok() {
                held.push((from, to, amount));
            }
            prop_assert!(calendar.max_used(Time::MIN, Time::MAX) <= CAPACITY);
        }
        for (from, to, amount) in held {
            calendar.release(from, to, amount);
        }
        prop_assert_eq!(calendar, Calendar::new(CAPACITY));
    }
}

#[test]
fn a_refusal_says_when_and_how_much() {
    let mut calendar = Calendar::new(8);
    calendar.hold(at(10), at(20), 5).unwrap();
    assert_eq!(calendar.hold(at(0), at(15), 4), Err(Overbooked { asked: 4, free: 3, at: at(10) }));
    assert_eq!(calendar.hold(at(0), at(10), 8), Ok(()));
    assert_eq!(calendar.free_from(at(5), 1), Some(at(10)));
    assert_eq!(calendar.free_from(at(5), 9), None);
    assert_eq!(calendar.free(at(0), at(30), 3).collect::<Vec<_>>(), [(at(10), at(30))]);
    assert_eq!(calendar.changes(at(0), at(30)).collect::<Vec<_>>(), [at(10), at(20)]);
}
