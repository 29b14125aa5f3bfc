use proptest::prelude::*;
use units::Delay;

use super::{bound, origins::origins, *};
use crate::{
    directed::{Arc, Directed},
    search::Net,
};

fn graph(nodes: u32, arcs: &[(u32, u32, f64)]) -> Directed {
    let arc = |(link, (from, to, capacity)): (u32, &(u32, u32, f64))| Arc {
        from: *from,
        to: *to,
        link,
        capacity: *capacity,
        delay: Delay::ZERO,
    };
    Directed::new(nodes, (0..).zip(arcs).map(arc).collect())
}

fn demand(from: u32, to: u32, amount: f64) -> Demand {
    Demand { from, to, amount }
}

fn near(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within * a.abs().max(b.abs()).max(1e-9)
}

/// The bound once more, by Bellman and Ford over plain lists.
fn bound_by_hand(
    graph: &Directed,
    demands: &[Demand],
    objective: Objective,
    prices: &[f64],
) -> f64 {
    let nodes = graph.nodes() as usize;
    let usable = || graph.arcs().iter().zip(prices).filter(|(arc, _)| arc.capacity > 0.0);
    let all: f64 = usable().map(|(arc, price)| arc.capacity * price).sum();
    let distance = |from: u32, to: u32| {
        let mut far = vec![f64::INFINITY; nodes];
        far[from as usize] = 0.0;
        for _ in 0..nodes {
            for (arc, price) in usable() {
                far[arc.to as usize] = far[arc.to as usize].min(far[arc.from as usize] + price);
            }
        }
        far[to as usize]
    };
    let each = demands.iter().filter(|it| it.amount > 0.0 && it.from != it.to);
    let each = each.map(|it| (it.amount, distance(it.from, it.to)));
    let each = each.filter(|(_, distance)| distance.is_finite());
    match objective {
        Objective::Mlu => each.map(|(amount, far)| amount * far).sum::<f64>() / all,
        Objective::Served => {
            all + each.map(|(amount, far)| amount * (1.0 - far).max(0.0)).sum::<f64>()
        }
    }
}

#[test]
fn two_ways_share_by_capacity() {
    let graph = graph(3, &[(0, 2, 10.0), (0, 1, 30.0), (1, 2, 20.0)]);
    let found = spread(&graph, &[demand(0, 2, 15.0)], Objective::Mlu, Effort::default());
    assert!(near(found.value, 0.5, 0.01), "{found:?}");
    assert!(found.bound <= 0.5 && found.gap() <= 0.01, "{found:?}");
    assert!(near(found.loads[0], 5.0, 0.02) && near(found.loads[2], 10.0, 0.02), "{found:?}");
    assert!(near(found.loads[1], found.loads[2], 1e-9));
}

#[test]
fn what_is_carried_is_within_capacities_and_as_much_as_can_be() {
    let graph = graph(3, &[(0, 2, 10.0), (0, 1, 30.0), (1, 2, 20.0)]);
    // Node 1 has a unit for each unit of arc, node 0 shares the same arc: 30 can arrive at node 2.
    let demands = [demand(0, 2, 25.0), demand(1, 2, 25.0)];
    let found = spread(&graph, &demands, Objective::Served, Effort::default());
    assert!(near(found.value, 30.0, 0.01), "{found:?}");
    assert!(found.bound >= 30.0 && found.gap() <= 0.01, "{found:?}");
    let over = |(arc, load): (&Arc, &f64)| *load > arc.capacity * (1.0 + 1e-9);
    assert!(!graph.arcs().iter().zip(&found.loads).any(over), "{found:?}");
}

#[test]
fn nothing_asked_is_nothing_carried_and_what_no_way_reaches_is_counted() {
    let graph = graph(4, &[(0, 1, 1.0), (1, 2, 0.0)]);
    for objective in Objective::ALL {
        let nothing = spread(&graph, &[], objective, Effort::default());
        assert_eq!((nothing.value, nothing.gap(), nothing.loads), (0.0, 0.0, vec![0.0, 0.0]));
        let demands = [demand(0, 2, 5.0), demand(0, 9, 1.0), demand(9, 0, 1.0), demand(3, 3, 1.0)];
        let lost = spread(&graph, &demands, objective, Effort::default());
        assert_eq!(lost.unroutable, Unroutable { demands: 3, amount: 7.0 });
        let one =
            spread(&graph, &[demand(0, 1, 0.5), demand(0, 1, 0.25)], objective, Effort::default());
        assert!(near(one.value, 0.75, 0.01) && one.gap() <= 0.01, "{one:?}");
    }
}

#[test]
fn gravity_is_a_matter_of_the_seed() {
    let ring: Vec<_> =
        (0..6).flat_map(|at| [(at, (at + 1) % 6, 4.0), ((at + 1) % 6, at, 4.0)]).collect();
    let graph = graph(6, &ring);
    let one = gravity(&graph, 1, 0.5);
    assert_eq!(one.len(), 30);
    assert_eq!(one, gravity(&graph, 1, 0.5));
    assert_ne!(one, gravity(&graph, 2, 0.5));
    assert!(near(fewest_arcs(&graph, &one), 0.5, 1e-9));
    let found = spread(&graph, &one, Objective::Mlu, Effort::default());
    assert!(found.value <= 0.5 && found.gap() <= 0.01, "{found:?}");
}

fn network() -> impl Strategy<Value = (Directed, Vec<Demand>)> {
    (2..9_u32).prop_flat_map(|nodes| {
        let arc = (0..nodes, 0..nodes, prop_oneof![1 => Just(0.0), 9 => 0.5..20.0]);
        let demand =
            (0..nodes, 0..nodes, 0.0..9.0).prop_map(|(from, to, amount)| demand(from, to, amount));
        let arcs = prop::collection::vec(arc, 1..30).prop_map(move |arcs| graph(nodes, &arcs));
        (arcs, prop::collection::vec(demand, 0..20))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// The value is what the loads say, the bound is what the prices prove, and they are as near as asked.
    #[test]
    fn value_and_bound_are_what_loads_and_prices_say((graph, demands) in network()) {
        for objective in Objective::ALL {
            let found = spread(&graph, &demands, objective, Effort::default());
            prop_assert!(found.gap() <= 0.01, "{objective:?} {found:?}");
            if found.prices.iter().all(|price| *price == 0.0) {
                continue;
            }
            let proved = bound_by_hand(&graph, &demands, objective, &found.prices);
            let uses = graph.arcs().iter().zip(&found.loads).filter(|(arc, _)| arc.capacity > 0.0);
            let most = uses.map(|(arc, load)| load / arc.capacity).fold(0.0, f64::max);
            match objective {
                Objective::Mlu => {
                    prop_assert!(near(most, found.value, 1e-9));
                    prop_assert!(near(proved, found.bound, 1e-6));
                }
                Objective::Served => {
                    prop_assert!(most <= 1.0 + 1e-9);
                    prop_assert!(proved >= found.bound - 1e-6 * proved, "{proved} {}", found.bound);
                }
            }
        }
    }

    /// What goes into a node goes out of it, but for what starts and ends there: summed over all origins.
    #[test]
    fn all_that_is_asked_arrives((graph, demands) in network()) {
        let found = spread(&graph, &demands, Objective::Mlu, Effort::default());
        let net = Net::new(&graph);
        let (routable, _) = origins(&net, &demands);
        for node in 0..graph.nodes() {
            let flow = |way: fn(&Arc) -> u32| {
                let arcs = graph.arcs().iter().zip(&found.loads).filter(|(arc, _)| way(arc) == node && arc.from != arc.to);
                arcs.map(|(_, load)| load).sum::<f64>()
            };
            let starts: f64 = routable.iter().filter(|it| it.node == node).flat_map(|it| &it.demands).map(|it| it.1).sum();
            let ends: f64 = routable.iter().flat_map(|it| &it.demands).filter(|it| it.0 == node).map(|it| it.1).sum();
            let (inward, outward) = (flow(|arc| arc.to) + starts, flow(|arc| arc.from) + ends);
            prop_assert!(near(inward, outward, 1e-7), "node {node}: {inward} and {outward}");
        }
    }

    /// Any prices prove a bound that the value keeps.
    #[test]
    fn no_prices_prove_too_much((graph, demands) in network(), seed in prop::collection::vec(0.0..1.0, 30)) {
        let net = Net::new(&graph);
        let (origins, _) = origins(&net, &demands);
        let prices: Vec<f64> = seed.into_iter().cycle().take(net.slots()).collect();
        let most = spread(&graph, &demands, Objective::Mlu, Effort::default()).value;
        prop_assert!(bound::busiest(&net, &origins, &prices) <= most * (1.0 + 1e-9));
        let carried = spread(&graph, &demands, Objective::Served, Effort::default()).value;
        prop_assert!(bound::served(&net, &origins, &prices) >= carried * (1.0 - 1e-9));
    }
}
