mod between;

use std::{collections::BTreeSet, sync::Mutex};

use proptest::prelude::*;
use units::Delay;

use super::*;
use crate::directed::{Arc, ArcId, Directed};

/// Links of both directions.
fn graph(nodes: u32, links: &[(u32, u32, u64)]) -> Directed {
    let both = |(link, (a, b, delay)): (u32, &(u32, u32, u64))| {
        let arc = |from, to| Arc { from, to, link, capacity: 1.0, delay: Delay::new(*delay) };
        [arc(*a, *b), arc(*b, *a)]
    };
    Directed::new(nodes, (0..).zip(links).flat_map(both).collect())
}

/// Arcs of one direction each.
fn one_way(nodes: u32, arcs: &[(u32, u32, u64)]) -> Directed {
    let arc = |(link, (from, to, delay)): (u32, &(u32, u32, u64))| Arc {
        from: *from,
        to: *to,
        link,
        capacity: 1.0,
        delay: Delay::new(*delay),
    };
    Directed::new(nodes, (0..).zip(arcs).map(arc).collect())
}

/// Every way without a loop.
fn every_way(graph: &Directed, from: u32, to: u32) -> Vec<Vec<ArcId>> {
    fn go(
        graph: &Directed,
        to: u32,
        seen: &mut Vec<u32>,
        way: &mut Vec<ArcId>,
        all: &mut Vec<Vec<ArcId>>,
    ) {
        let here = *seen.last().unwrap();
        if here == to {
            all.push(way.clone());
            return;
        }
        for (id, arc) in graph.usable().filter(|(_, arc)| arc.from == here) {
            if !seen.contains(&arc.to) {
                seen.push(arc.to);
                way.push(id);
                go(graph, to, seen, way, all);
                seen.pop();
                way.pop();
            }
        }
    }
    let mut all = Vec::new();
    go(graph, to, &mut vec![from], &mut Vec::new(), &mut all);
    all
}

fn delay(graph: &Directed, way: &[ArcId]) -> u64 {
    way.iter().map(|arc| graph.arc(*arc).unwrap().delay.get()).sum()
}

fn links(graph: &Directed, way: &[ArcId]) -> BTreeSet<u32> {
    way.iter().map(|arc| graph.arc(*arc).unwrap().link).collect()
}

fn ways(graph: &Directed, from: u32, to: u32, asked: Asked) -> Vec<Way> {
    let found = Mutex::new(Vec::new());
    let each = |_, _, ways: &mut dyn Iterator<Item = Way>| found.lock().unwrap().extend(ways);
    let _tally = tally(graph, Some(&[(from, to)]), asked, Some(&each));
    found.into_inner().unwrap()
}

fn least_shared(graph: &Directed, ways: &[Vec<ArcId>]) -> Option<usize> {
    let pairs = (0..ways.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    pairs.map(|(a, b)| links(graph, &ways[a]).intersection(&links(graph, &ways[b])).count()).min()
}

#[test]
fn the_shortest_way_that_blocks_all_others_is_parted() {
    // The shortest is 0-1-2-3; without it nothing is left that is disjoint from it, but 0-1-3 and 0-2-3 are.
    let graph = graph(4, &[(0, 1, 1), (1, 2, 1), (2, 3, 1), (0, 2, 9), (1, 3, 9)]);
    let found = ways(&graph, 0, 3, Asked { k: 4, diverse: true });
    let arcs: Vec<_> = found.iter().map(|way| way.arcs.clone()).collect();
    assert_eq!(found[0].delay_ns, 3);
    assert_eq!(least_shared(&graph, &arcs), Some(0), "{found:?}");
}

#[test]
fn a_tree_has_one_way_and_a_ring_two() {
    let tree = graph(4, &[(0, 1, 1), (1, 2, 1), (1, 3, 1)]);
    assert_eq!(ways(&tree, 0, 3, Asked { k: 4, diverse: true }).len(), 1);
    let ring = graph(4, &[(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1)]);
    let all = tally(&ring, None, Asked { k: 4, diverse: true }, None);
    assert_eq!((all.pairs, all.paths, all.disjoint, all.unreachable), (12, 24, 12, 0));
    let apart = graph(3, &[(0, 1, 1)]);
    let all = tally(&apart, None, Asked { k: 2, diverse: false }, None);
    assert_eq!((all.pairs, all.paths, all.unreachable), (2, 2, 4));
    assert_eq!(all_pairs(&apart).delay(0, 2), None);
    assert_eq!(all_pairs(&graph(1, &[])).delay(0, 0), Some(Delay::ZERO));
}

fn network() -> impl Strategy<Value = Directed> {
    (2..7_u32, any::<bool>()).prop_flat_map(|(nodes, both)| {
        let link = (0..nodes, 0..nodes, 0..6_u64);
        prop::collection::vec(link, 0..11)
            .prop_map(move |links| if both { graph(nodes, &links) } else { one_way(nodes, &links) })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn least_delays_are_those_of_floyd_and_warshall(graph in network()) {
        let nodes = graph.nodes() as usize;
        let mut far = vec![vec![u64::MAX / 4; nodes]; nodes];
        (0..nodes).for_each(|at| far[at][at] = 0);
        for arc in graph.arcs() {
            let known = &mut far[arc.from as usize][arc.to as usize];
            *known = (*known).min(arc.delay.get());
        }
        for by in 0..nodes {
            let on = far[by].clone();
            for row in &mut far {
                let there = row[by];
                row.iter_mut().zip(&on).for_each(|(known, on)| *known = (*known).min(there + on));
            }
        }
        let found = all_pairs(&graph);
        for (from, row) in far.iter().enumerate() {
            for (to, known) in row.iter().enumerate() {
                let wanted = (*known < u64::MAX / 4).then(|| Delay::new(*known));
                prop_assert_eq!(found.delay(from as u32, to as u32), wanted);
            }
            let there_and_back = |to: u32| {
                found.delay(from as u32, to)?.checked_add(found.delay(to, from as u32)?)
            };
            let wanted: Vec<_> = (0..graph.nodes()).map(there_and_back).collect();
            prop_assert_eq!(round_trips(&graph, from as u32), wanted);
        }
    }

    #[test]
    fn the_k_shortest_are_the_k_shortest_of_all(graph in network(), k in 1..6_usize) {
        for (from, to) in [(0, 1), (1, 0)] {
            let mut all: Vec<u64> = every_way(&graph, from, to).iter().map(|way| delay(&graph, way)).collect();
            all.sort_unstable();
            all.truncate(k);
            let found = ways(&graph, from, to, Asked { k, diverse: false });
            prop_assert_eq!(found.iter().map(|way| way.delay_ns).collect::<Vec<_>>(), all);
        }
    }

    /// Every way is one, none is there twice, the first is the shortest, and two of them share as little as any two do.
    #[test]
    fn diverse_ways_share_as_little_as_any(graph in network()) {
        for (from, to) in [(0, 1), (1, 0)] {
            let all = every_way(&graph, from, to);
            let found = ways(&graph, from, to, Asked { k: 4, diverse: true });
            let arcs: Vec<_> = found.iter().map(|way| way.arcs.clone()).collect();
            prop_assert!(arcs.iter().all(|way| all.contains(way)), "{:?}", arcs);
            prop_assert_eq!(arcs.iter().collect::<BTreeSet<_>>().len(), arcs.len());
            prop_assert!(found.iter().all(|way| way.delay_ns == delay(&graph, &way.arcs)));
            prop_assert_eq!(found.first().map(|way| way.delay_ns), all.iter().map(|way| delay(&graph, way)).min());
            prop_assert_eq!(arcs.len() > 1, all.len() > 1);
            if arcs.len() > 1 {
                prop_assert_eq!(least_shared(&graph, &arcs) == Some(0), least_shared(&graph, &all) == Some(0));
            }
        }
    }

    #[test]
    fn both_directions_are_counted_as_one_by_one(nodes in 2..7_u32, links in prop::collection::vec((0..7_u32, 0..7_u32, 0..6_u64), 0..11)) {
        let graph = graph(nodes, &links);
        let asked = Asked { k: 1, diverse: true };
        let each = |_, _, _: &mut dyn Iterator<Item = Way>| {};
        let (half, whole) = (tally(&graph, None, asked, None), tally(&graph, None, asked, Some(&each)));
        prop_assert_eq!((half.pairs, half.paths, half.unreachable), (whole.pairs, whole.paths, whole.unreachable));
    }

    /// A bridge is a link without which fewer pairs reach each other; a cut node, without which others do not; each tells how many.
    #[test]
    fn what_holds_a_network_together(nodes in 1..8_u32, links in prop::collection::vec((0..8_u32, 0..8_u32, 0..2_u64), 0..12)) {
        let pairs = |links: &[(u32, u32, u64)], without: Option<u32>| {
            let links: Vec<_> = links.iter().filter(|(a, b, _)| Some(*a) != without && Some(*b) != without).copied().collect();
            let all = all_pairs(&graph(nodes, &links));
            let others = || (0..nodes).filter(|node| Some(*node) != without);
            others().flat_map(|a| others().map(move |b| (a, b))).filter(|(a, b)| all.delay(*a, *b).is_some()).count()
        };
        let found = crate::structure::Structure::new(&graph(nodes, &links));
        for (at, (a, b, _)) in links.iter().enumerate().filter(|(_, (a, b, _))| *a < nodes && *b < nodes) {
            let mut left = links.clone();
            left.remove(at);
            let parted = pairs(&links, None) - pairs(&left, None);
            prop_assert_eq!(found.bridges[at], a != b && parted > 0, "link {}", at);
            prop_assert_eq!(found.parted_by_link[at], parted as u64 / 2, "link {}", at);
        }
        for node in 0..nodes {
            let whole = all_pairs(&graph(nodes, &links));
            let to_it = (0..nodes).filter(|other| whole.delay(*other, node).is_some()).count();
            let lost = 2 * to_it - 1;
            let parted = pairs(&links, None) - lost - pairs(&links, Some(node));
            prop_assert_eq!(found.cut_nodes[node as usize], parted > 0, "node {}", node);
            prop_assert_eq!(found.parted_by_node[node as usize], parted as u64 / 2, "node {}", node);
        }
    }
}
