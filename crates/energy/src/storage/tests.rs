use proptest::prelude::*;

use super::*;

const fn storage(capacity: f64, power: f64, efficiency: f64) -> Storage {
    Storage { capacity, power, efficiency }
}

/// Tries every direction of every step, and solves what is left, a linear program, by trying all of its corners: in a
/// corner each step moves all that power allows, nothing, or all that fits, or up to a level that another reaches.
fn by_force(storage: Storage, prices: &[f64], start: f64) -> f64 {
    let up = storage.power * storage.efficiency;
    let down = storage.power / storage.efficiency;
    let mut levels = vec![(start, 0.0)];
    for (step, price) in prices.iter().enumerate() {
        let mut next: Vec<(f64, f64)> = Vec::new();
        for (level, cost) in &levels {
            for to in corners(storage, start, prices.len() - step, *level) {
                let gone = to - level;
                if gone <= up + 1e-9 && -gone <= down + 1e-9 {
                    let paid = if gone > 0.0 {
                        price * gone / storage.efficiency
                    } else {
                        price * gone * storage.efficiency
                    };
                    next.push((to, cost + paid));
                }
            }
        }
        next.sort_by(|a, b| a.0.total_cmp(&b.0));
        next.dedup_by(|b, a| {
            let is_same = b.0 - a.0 < 1e-9;
            a.1 = if is_same { a.1.min(b.1) } else { a.1 };
            is_same
        });
        levels = next;
    }
    levels.into_iter().map(|it| it.1).fold(f64::INFINITY, f64::min)
}

/// Levels that a corner can have: a bound or the level before, and whole steps of power up or down from one of them.
fn corners(storage: Storage, start: f64, steps: usize, level: f64) -> Vec<f64> {
    let up = storage.power * storage.efficiency;
    let down = storage.power / storage.efficiency;
    let mut all = Vec::new();
    for base in [0.0, storage.capacity, start, level] {
        for ups in 0..=steps {
            for downs in 0..=steps {
                all.push(base + up * ups as f64 - down * downs as f64);
                all.push(base - up * ups as f64 + down * downs as f64);
            }
        }
    }
    all.retain(|it| (-1e-9..=storage.capacity + 1e-9).contains(it));
    all.sort_by(f64::total_cmp);
    all.dedup_by(|b, a| (*b - *a).abs() < 1e-9);
    all
}

/// What a plan costs, told from what it gives; it must keep to the bounds.
fn told(storage: Storage, prices: &[f64], start: f64, plan: &Dispatch) -> f64 {
    let mut stored = start;
    let mut cost = 0.0;
    for ((price, given), after) in prices.iter().zip(&plan.given).zip(&plan.stored) {
        assert!(given.abs() <= storage.power + 1e-6, "{given}");
        stored -= storage.leaves(*given);
        assert!((-1e-6..=storage.capacity + 1e-6).contains(&stored), "{stored}");
        assert!((stored - after).abs() < 1e-6);
        cost -= price * given;
    }
    cost
}

fn agrees(storage: Storage, prices: &[f64], start: f64) {
    let steps: Vec<Step> = prices.iter().map(|price| storage.traded(*price)).collect();
    let plan = storage.dispatch(&steps, start, 0.0).unwrap();
    let wanted = by_force(storage, prices, start);
    assert!(
        (plan.cost - wanted).abs() < 1e-6,
        "{prices:?} {storage:?} {start}: {} {wanted}",
        plan.cost
    );
    assert!((told(storage, prices, start, &plan) - plan.cost).abs() < 1e-6);
    let (given, _) = storage.first(&steps, start, 0.0).unwrap();
    assert_eq!(given, plan.given[0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_other_plan_is_cheaper_also_where_prices_are_below_zero(
        prices in prop::collection::vec(-60..80_i32, 1..6),
        capacity in 1..9_u32,
        power in 1..5_u32,
        loss in 0..4_u32,
        full in 0..5_u32,
    ) {
        let storage = storage(f64::from(capacity) / 2.0, f64::from(power) / 2.0, 1.0 - f64::from(loss) * 0.05);
        let prices: Vec<f64> = prices.into_iter().map(f64::from).collect();
        agrees(storage, &prices, storage.capacity * f64::from(full) / 4.0);
    }
}

/// Mixed-integer optima found by HiGHS (`milp` of scipy 1.17.1, binaries in every step).
#[test]
fn it_is_what_a_mixed_integer_solver_finds() {
    for (prices, wanted) in SOLVED {
        let storage = storage(2.0, 1.0, 0.95);
        let steps: Vec<Step> = prices.iter().map(|price| storage.traded(*price)).collect();
        let cost = storage.dispatch(&steps, 1.0, 0.0).unwrap().cost;
        assert!((cost - wanted).abs() < 1e-4, "{cost} {wanted}");
    }
}

const SOLVED: [([f64; 8], f64); 4] = [
    ([-22.1, -43.0, 0.1, 26.8, 55.4, 14.4, -12.1, -21.4], -157.183158),
    ([39.9, 75.4, 20.9, -39.3, -28.3, 74.0, 18.1, -59.3], -288.659974),
    ([6.7, -36.5, -15.2, -9.5, -18.5, 32.1, 7.5, -13.6], -121.343750),
    ([26.4, 43.2, -55.7, -0.3, -29.2, 3.1, -41.6, 10.8], -182.168975),
];

#[test]
fn a_full_storage_does_not_burn_what_it_is_paid_to_take() {
    let storage = storage(2.0, 1.0, 0.5);
    let steps = [storage.traded(-10.0)];
    assert_eq!(storage.dispatch(&steps, 2.0, 0.0).unwrap().cost, 0.0);
    assert_eq!(storage.dispatch(&steps, 0.0, 0.0).unwrap().cost, -10.0);
}

#[test]
fn the_end_is_kept_or_refused() {
    let storage = storage(2.0, 1.0, 1.0);
    let steps = vec![storage.traded(5.0), storage.traded(9.0)];
    assert_eq!(storage.dispatch(&steps, 1.0, 1.0).unwrap().cost, -4.0);
    assert_eq!(storage.dispatch(&steps, 0.0, 2.0).unwrap().cost, 14.0);
    assert!(
        storage.dispatch(&steps[..1], 0.0, 2.0).is_none()
            && storage.dispatch(&steps, 0.0, 3.0).is_none()
    );
}

#[test]
fn a_shortage_is_met_from_what_was_left_over() {
    let storage = storage(10.0, 5.0, 0.5);
    let over = storage.relieved(&[(-4.0, 0.0)], -1.0, 0.0);
    let short = storage.relieved(&[(3.0, 0.0)], -1.0, 0.0);
    let plan = storage.dispatch(&[over, short], 0.0, 0.0).unwrap();
    assert_eq!((plan.cost, plan.given), (2.0, vec![-4.0, 1.0]));
}
