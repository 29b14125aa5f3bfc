//! What is known of earlier orders makes later ones quicker, and changes no decision.

use model::Outcome;
use proptest::prelude::*;
use units::Span;

use super::language::{NOW, job, key, patient, planner};
use crate::{Order, Policy};

/// Sites of few prices, so that many are as good as each other, with one pool or two.
fn worlds() -> impl Strategy<Value = String> {
    let site = (3_u32..6, 0_u32..3, prop::collection::vec((1_u32..4, 0_usize..3, 4_u32..12), 1..3));
    prop::collection::vec(site, 3..14).prop_map(|sites| {
        let mut text = "node city\nflavor big 8 32GiB 300W\nflavor cpu 4 16GiB 200W\n\
            flavor low 4 16GiB 90W\ndataset d 40GB s0\n"
            .to_owned();
        for (id, (price, carbon, pools)) in sites.iter().enumerate() {
            text += &format!(
                "site s{id} price=0.{price}CNY/kWh carbon={carbon}00gCO2/kWh valley={id}-{}:0.1CNY/kWh
                 link l{id} s{id} city {id}ms 1Gbit/s 0.00{price}CNY/GB\n",
                id + 5,
            );
            for (at, (cost, flavor, units)) in pools.iter().enumerate() {
                let flavor = ["big", "cpu", "low"][*flavor];
                text += &format!("pool p{at}-{id} s{id} {flavor} {units} 0.0{cost}CNY/h\n");
            }
        }
        text
    })
}

fn world() -> String {
    let mut text = "node city\nflavor cpu 4 16GiB 200W\n".to_owned();
    for id in 0..8 {
        let (price, carbon, cost) = (3 + id * 5 % 7, 100 + id * 310 % 700, 3 + id * 3 % 8);
        text += &format!(
            "site s{id} price=0.{price}CNY/kWh carbon={carbon}gCO2/kWh valley={id}-{}:0.1CNY/kWh pue=1.{id}
             pool p{id} s{id} cpu {} 0.0{cost}CNY/h
             link l{id} s{id} city {id}ms 1Gbit/s 0.00{cost}CNY/GB\n",
            id + 6,
            6 + id * 5 % 11,
        );
    }
    text
}

/// An order, or the number of an earlier one whose job ends; and how much later.
fn steps(
    count: std::ops::Range<usize>,
) -> impl Strategy<Value = Vec<(Option<String>, usize, u64)>> {
    let some = |text: &'static [&'static str]| prop::sample::select(text);
    let words = (
        1_u32..9,
        some(&["run=20m", "run=50m", "run=100m", "run=130m", "run=7h", "run=500m"]),
        some(&["", "", "", "", "deadline=+9h", "earliest=+3h", "objective=carbon"]),
        some(&["", "", "", "user=city bandwidth=100Mbit/s"]),
        some(&["", "", "", "inputs=d", "result=5GB:city"]),
    );
    let order =
        words.prop_map(|(tasks, b, c, d, e)| format!("job j tasks={tasks} {b} {c} {d} {e}"));
    let order = prop::option::weighted(0.75, order);
    prop::collection::vec((order, any::<usize>(), 0_u64..30), count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// A planner that looks at every site, and one that leaves out what cannot be best, decide the same.
    #[test]
    fn what_is_left_out_could_not_be_best(steps in steps(60..140)) {
        let kept = |candidates_kept| Policy { candidates_kept, ..patient() };
        let world = world();
        let (mut all, _) = planner(&world, kept(32));
        let (mut few, _) = planner(&world, kept(1));
        let mut now = NOW;
        for (number, (order, which, minutes)) in steps.iter().enumerate() {
            now = now.after(Span::minutes(*minutes));
            let Some(text) = order else {
                let gone = key(&format!("j{}", which % number.max(1)));
                all.release(&gone, now);
                few.release(&gone, now);
                continue;
            };
            let (spec, key) = (job(text), key(&format!("j{number}")));
            let order = Order::new(&key, &spec, now, now);
            match (all.decide(&order, now), few.decide(&order, now)) {
                (Outcome::Placed(one), Outcome::Placed(other)) => {
                    let place = |it: &model::Decision| (it.pool.clone(), it.start, it.score, it.path.clone());
                    prop_assert_eq!(place(&one), place(&other), "{}", text);
                    all.hold(&key, &one).unwrap();
                    few.hold(&key, &other).unwrap();
                }
                (Outcome::Unplaced { .. }, Outcome::Unplaced { .. }) => {}
                (one, other) => prop_assert!(false, "{one:?} beside {other:?}"),
            }
        }
    }

    /// In order of what pools cost at least or each one looked at: the same decisions, compared with the same sites.
    #[test]
    fn the_order_of_pools_leaves_nothing_out(world in worlds(), steps in steps(20..50), kept in 1_usize..3) {
        let policy = Policy { candidates_kept: kept, ..patient() };
        let (mut ordered, _) = planner(&world, policy.clone());
        let (mut flat, _) = planner(&world, policy);
        flat.index.ladders.is_flat = true;
        let mut now = NOW;
        for (number, (order, which, minutes)) in steps.iter().enumerate() {
            now = now.after(Span::minutes(*minutes));
            let Some(text) = order else {
                let gone = key(&format!("j{}", which % number.max(1)));
                ordered.release(&gone, now);
                flat.release(&gone, now);
                continue;
            };
            let (spec, key) = (job(text), key(&format!("j{number}")));
            let order = Order::new(&key, &spec, now, now);
            let (one, other) = (ordered.decide(&order, now), flat.decide(&order, now));
            prop_assert_eq!(&one, &other, "{}", text);
            if let Outcome::Placed(decision) = one {
                ordered.hold(&key, &decision).unwrap();
                flat.hold(&key, &decision).unwrap();
            }
        }
        prop_assert_eq!(ordered.pools_scanned(), flat.pools_scanned());
    }
}
