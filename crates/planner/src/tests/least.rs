//! What is proved of a decision beside it.

use model::{Decision, Outcome};
use units::Span;

use super::language::{NOW, hold_in, job, key, planner};
use crate::{Order, Planner, Policy};

const WORLD: &str = "
    node city
    flavor f 1 1GiB 1kW
    site a price=0.1CNY/kWh carbon=100gCO2/kWh
    site b price=0.2CNY/kWh carbon=50gCO2/kWh
    pool pa a f 4 1CNY/h
    link ab a b 1ms 10Gbit/s 0.01CNY/GB
    link ac a city 1ms 10Gbit/s 0.01CNY/GB
    dataset d 900GB b price=0.01CNY/GB
    dataset e 90GB b
";
/// Nano-yuan that the rounding of lines can take off.
const ROUNDING: i64 = 1_000;

fn impatient() -> Planner {
    let waiting_price = "0.5CNY/h".parse().unwrap();
    planner(WORLD, Policy { waiting_price, ..Policy::default() }).0
}

fn decided(planner: &mut Planner, order: &str) -> Box<Decision> {
    let spec = job(order);
    match planner.decide(&Order::new(&key("j"), &spec, NOW, NOW), NOW) {
        Outcome::Placed(decision) => decision,
        Outcome::Unplaced { candidates, .. } => panic!("{candidates:?}"),
    }
}

fn is_proved(decision: &Decision) -> bool {
    let bound = decision.bound.unwrap();
    bound <= decision.score && decision.score.get() - bound.get() <= ROUNDING
}

#[test]
fn without_a_queue_for_links_the_best_is_proved_to_be_the_best() {
    let plain = "job j run=1h";
    let fetch = "job j run=1h inputs=d";
    let bring = "job j run=1h inputs=d,e result=10GB:city user=city bandwidth=1Gbit/s";
    for order in [plain, fetch, bring] {
        let decision = decided(&mut impatient(), order);
        assert!(is_proved(&decision), "{order}: {:?} of {}", decision.bound, decision.score);
    }
}

#[test]
fn where_data_has_to_queue_the_bound_is_that_of_empty_links() {
    let order = "job j run=1h inputs=d";
    let idle = decided(&mut impatient(), order);
    let mut busy = impatient();
    let window = (NOW, NOW.after(Span::hours(3)));
    assert!(hold_in(&mut busy, "h", "ab", window, 9_950));
    let later = decided(&mut busy, order);
    assert!(later.score > idle.score && !is_proved(&later));
    assert!(later.bound.unwrap() <= idle.score);
    assert!(idle.score.get() - later.bound.unwrap().get() <= ROUNDING);
}
