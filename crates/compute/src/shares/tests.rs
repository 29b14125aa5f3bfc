use proptest::prelude::*;

use super::*;

/// Groups as `jobs processors worths...`, and the optimum that HiGHS 1.x found.
const SOLVED: &str = include_str!("solved.txt");

fn instance(line: &str) -> (Vec<u32>, Vec<Group>, f64) {
    let parts: Vec<&str> = line.split('|').collect();
    let capacity = parts[0].split_whitespace().map(|n| n.parse().unwrap()).collect();
    let group = |text: &str| {
        let numbers: Vec<f64> = text.split_whitespace().map(|n| n.parse().unwrap()).collect();
        Group {
            jobs: numbers[0] as u64,
            processors: numbers[1] as u32,
            worth: numbers[2..].to_vec(),
        }
    };
    (capacity, parts[1].split(';').map(group).collect(), parts[2].trim().parse().unwrap())
}

#[test]
fn shares_are_as_good_as_those_of_highs() {
    for line in SOLVED.lines() {
        let (capacity, groups, optimum) = instance(line);
        let shares = max_min(&groups, &capacity).unwrap();
        let near = 1e-7 * optimum.max(1.0);
        assert!((shares.least - optimum).abs() <= near, "{line}: {}", shares.least);
        assert!(shares.bound <= optimum + near, "{line}: bound {}", shares.bound);
    }
    assert!(SOLVED.lines().count() >= 40);
}

#[test]
fn two_that_share_get_more_than_by_turns() {
    let alone = |who| Way { on: 0, processors: 1.0, serves: vec![(who, 1.0)] };
    let both = Way { on: 0, processors: 1.0, serves: vec![(0, 0.8), (1, 0.6)] };
    let shares = max_min_of(&[alone(0), alone(1), both], 2, &[1]).unwrap();
    // Both for 5/6 of the time, and the second alone for the rest.
    assert!((shares.least - 2.0 / 3.0).abs() < 1e-9, "{shares:?}");
    assert!((shares.bound - shares.least).abs() < 1e-9, "{shares:?}");
    assert_eq!(shares.used.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2]);
}

prop_compose! {
    fn group()(
        jobs in 1_u64..1_000_000,
        processors in 1_u32..9,
        worth in prop::collection::vec(0.0..100.0_f64, 3),
    ) -> Group {
        Group { jobs, processors, worth }
    }
}

prop_compose! {
    fn way()(
        on in 0_usize..3,
        first in (0_usize..8, 0.0..10.0_f64),
        second in prop::option::of((0_usize..8, 0.0..10.0_f64)),
        processors in 1_u32..5,
    ) -> Way {
        let second = second.filter(|second| second.0 != first.0);
        let serves = std::iter::once(first).chain(second).collect();
        Way { on, processors: f64::from(processors), serves }
    }
}

proptest! {
    #[test]
    fn shares_fit_and_are_certified(
        groups in prop::collection::vec(group(), 1..20),
        capacity in prop::collection::vec(0_u32..5_000, 3),
    ) {
        let shares = max_min(&groups, &capacity).unwrap();
        let mut used = [0.0; 3];
        for (id, time) in &shares.used {
            let group = &groups[id / 3];
            used[id % 3] += time * group.jobs as f64 * f64::from(group.processors);
        }
        for (used, processors) in used.iter().zip(&capacity) {
            prop_assert!(*used <= f64::from(*processors) * (1.0 + 1e-7) + 1e-6);
        }
        prop_assert!(shares.bound >= shares.least * (1.0 - 1e-9));
        prop_assert!(shares.bound - shares.least <= 1e-6 * shares.least.max(1e-3));
    }

    #[test]
    fn ways_of_several_are_certified_too(
        ways in prop::collection::vec(way(), 1..60),
        capacity in prop::collection::vec(0_u32..6, 3),
    ) {
        let shares = max_min_of(&ways, 8, &capacity).unwrap();
        let mut times = [0.0; 8];
        for (id, time) in &shares.used {
            ways[*id].serves.iter().for_each(|(who, _)| times[*who] += time);
        }
        prop_assert!(times.iter().all(|time| *time <= 1.0 + 1e-7));
        prop_assert!(shares.bound >= shares.least - 1e-9);
        prop_assert!(shares.bound - shares.least <= 1e-6 * shares.least.max(1e-3), "{:?}", shares);
    }

    #[test]
    fn jobs_that_come_and_go_leave_no_trace(count in 1_usize..50) {
        let mut grouping = Grouping::default();
        (0..count).for_each(|_| grouping.add(2, &[1.0, 0.5]));
        prop_assert_eq!(grouping.groups().len(), 1);
        (0..count).for_each(|_| grouping.remove(2, &[1.0, 0.5]));
        prop_assert!(grouping.groups().is_empty());
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let group = Group { jobs: 1, processors: 1, worth: vec![f64::NAN] };
    assert_eq!(max_min(&[group], &[1]), Err(SharesError::Worth(0)));
    let group = Group { jobs: 0, processors: 1, worth: vec![1.0] };
    assert_eq!(max_min(&[group], &[1]), Err(SharesError::Empty(0)));
    let way = Way { on: 0, processors: 1.0, serves: vec![(3, 1.0)] };
    assert_eq!(max_min_of(&[way], 1, &[1]), Err(SharesError::Way(0)));
    assert_eq!(max_min(&[], &[1]).unwrap().used, []);
}
