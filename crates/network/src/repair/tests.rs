use std::collections::BTreeSet;

use proptest::prelude::*;
use units::Delay;

use super::{
    segments::{Segment, encode},
    tables::{Failure, Tables},
    *,
};
use crate::{
    directed::{Arc, Directed},
    search::{NONE, Net, Ways},
};

fn graph(nodes: u32, links: &[(u32, u32, u64)], both: bool) -> Directed {
    let arcs = |(link, (a, b, delay)): (u32, &(u32, u32, u64))| {
        let arc = |from, to| Arc { from, to, link, capacity: 1.0, delay: Delay::new(*delay) };
        [Some(arc(*a, *b)), both.then(|| arc(*b, *a))]
    };
    Directed::new(nodes, (0..).zip(links).flat_map(arcs).flatten().collect())
}

/// Every packet of every pair through every failure, hop by hop from its source: hit, protectable, repaired, and the
/// pairs that arrive through every one.
fn every_packet(graph: &Directed, failures: &[Failure]) -> (u64, u64, u64, u64) {
    let net = Net::new(graph);
    let tables = Tables::new(&net);
    let (mut hit, mut protectable, mut repaired) = (0, 0, 0);
    let mut lost = BTreeSet::new();
    for failure in failures {
        let fails = |slot: u32| failure.slots.contains(&slot);
        let costs: Vec<f64> = (0..)
            .zip(&tables.costs)
            .map(|(slot, cost)| if fails(slot) { f64::INFINITY } else { *cost })
            .collect();
        let pairs = (0..net.nodes()).flat_map(|from| (0..net.nodes()).map(move |to| (from, to)));
        for (from, to) in pairs
            .filter(|(from, to)| from != to && ![Some(*from), Some(*to)].contains(&failure.node))
        {
            let mut here = from;
            while here != to && tables.next(here, to) != NONE && !fails(tables.next(here, to)) {
                here = net.heads[tables.next(here, to) as usize];
            }
            if here == to || tables.next(here, to) == NONE {
                continue;
            }
            hit += 1;
            let mut ways = Ways::new(&net);
            ways.find(&net, here, &costs);
            if ways.distance[to as usize].is_infinite() {
                lost.insert((from, to));
                continue;
            }
            protectable += 1;
            let (mut way, mut node, mut list) = (Vec::new(), to, Vec::new());
            while node != here {
                way.insert(0, ways.last[node as usize]);
                node = net.tails[*way.first().unwrap() as usize];
            }
            encode(&net, &tables, failure, here, &way, &mut list);
            list.push(Segment::Node(to));
            let mut hops = 0;
            for segment in list {
                loop {
                    let slot = match segment {
                        Segment::Node(node) if node == here => break,
                        Segment::Node(node) => tables.next(here, node),
                        Segment::Arc(slot) => slot,
                    };
                    assert!(slot != NONE && !fails(slot) && net.tails[slot as usize] == here);
                    here = net.heads[slot as usize];
                    hops += 1;
                    assert!(hops <= 3 * net.nodes(), "it goes round");
                    if matches!(segment, Segment::Arc(_)) {
                        break;
                    }
                }
            }
            repaired += u64::from(here == to);
        }
    }
    let others = (0..net.nodes()).flat_map(|from| (0..net.nodes()).map(move |to| (from, to)));
    let kept = others.filter(|pair| {
        pair.0 != pair.1 && tables.distance(pair.0, pair.1).is_finite() && !lost.contains(pair)
    });
    (hit, protectable, repaired, kept.count() as u64)
}

fn counts(tally: &Tally, kept: u64) -> (u64, u64, u64, u64) {
    (tally.hit, tally.protectable, tally.repaired, kept)
}

#[test]
fn a_ring_is_repaired_and_a_line_cannot_be() {
    let ring = graph(5, &[(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (4, 0, 1)], true);
    let found = drill(&ring, &[]);
    assert_eq!((found.links.failures, found.nodes.failures, found.connected), (5, 5, 20));
    assert_eq!(found.links.hit, found.links.repaired);
    assert_eq!(found.nodes.hit, found.nodes.repaired);
    assert_eq!((found.all().loops, found.all().cut_worst), (0, 0));
    let line = graph(3, &[(0, 1, 1), (1, 2, 1)], true);
    let found = drill(&line, &[]);
    assert_eq!(counts(&found.links, found.kept.links), (8, 0, 0, 0));
    assert_eq!(found.links.cut_worst, 4);
    assert_eq!(counts(&found.nodes, found.kept.nodes), (2, 0, 0, 4));
    let one = drill(&graph(1, &[], true), &[]);
    assert_eq!(counts(&one.all(), one.kept.links), (0, 0, 0, 0));
}

#[test]
fn links_that_fail_together_are_repaired_together() {
    // Two cheap links between 0 and 1 that share a duct, and a long way round.
    let graph = graph(3, &[(0, 1, 1), (0, 1, 2), (0, 2, 9), (2, 1, 9)], true);
    let found = drill(&graph, &[vec![0, 1]]);
    assert_eq!(found.groups.failures, 1);
    assert_eq!(found.groups.hit, found.groups.repaired);
    assert!(found.groups.hit > 0 && found.groups.stretch_max > 10.0, "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// All that can be repaired is, without a loop, and packets followed one by one say the same.
    #[test]
    fn all_that_can_be_repaired_is(
        nodes in 1..8_u32, links in prop::collection::vec((0..8_u32, 0..8_u32, 0..4_u64), 0..14), both in any::<bool>(),
        group in prop::collection::btree_set(0..14_u32, 0..4),
    ) {
        let graph = graph(nodes, &links, both);
        let net = Net::new(&graph);
        let group: Vec<u32> = group.into_iter().collect();
        let found = drill(&graph, std::slice::from_ref(&group));
        let of_links: Vec<_> = (0..graph.links()).map(|link| Failure::of_links(&net, &[link])).collect();
        let of_nodes: Vec<_> = (0..nodes).map(|node| Failure::of_node(&net, node)).collect();
        prop_assert_eq!(counts(&found.links, found.kept.links), every_packet(&graph, &of_links));
        prop_assert_eq!(counts(&found.nodes, found.kept.nodes), every_packet(&graph, &of_nodes));
        let of_group = every_packet(&graph, &[Failure::of_links(&net, &group)]);
        prop_assert_eq!(counts(&found.groups, found.kept.groups), of_group);
        let all = found.all();
        prop_assert_eq!((all.repaired, all.loops), (all.protectable, 0));
    }
}

fn resilience(graph: &Directed) -> Resilience {
    Resilience::new(&crate::structure::Structure::new(graph), &drill(graph, &[]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// One more link takes nothing away: no part of the grade falls, and it gets no worse.
    #[test]
    fn a_link_more_lowers_no_part_of_the_grade(
        nodes in 1..9_u32, links in prop::collection::vec((0..9_u32, 0..9_u32, 0..4_u64), 0..14),
        more in (0..9_u32, 0..9_u32, 0..4_u64),
    ) {
        let before = resilience(&graph(nodes, &links, true));
        let after = resilience(&graph(nodes, &[&links[..], &[more]].concat(), true));
        prop_assert!(after.protected_links >= before.protected_links, "{before:?} {after:?}");
        prop_assert!(after.protected_nodes >= before.protected_nodes, "{before:?} {after:?}");
        prop_assert!(after.connected_worst >= before.connected_worst, "{before:?} {after:?}");
        prop_assert!(after.grade <= before.grade, "{before:?} {after:?}");
    }
}

#[test]
fn a_chord_changes_nothing_for_what_hangs_by_a_bridge() {
    let ring = [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (4, 5, 1), (5, 0, 1), (0, 6, 1)];
    let parts = |links: &[(u32, u32, u64)]| {
        let it = resilience(&graph(7, links, true));
        [it.protected_links, it.protected_nodes, it.connected_worst]
    };
    assert_eq!(parts(&ring), [30.0 / 42.0, 32.0 / 42.0, 30.0 / 42.0]);
    assert_eq!(parts(&[&ring[..], &[(1, 4, 1)]].concat()), parts(&ring));
    assert_eq!(parts(&[&ring[..], &[(6, 1, 1)]].concat()), [1.0; 3]);
}

#[test]
fn grades_go_from_a_ring_with_chords_to_what_is_apart() {
    let graded = |links: &[(u32, u32, u64)], nodes| resilience(&graph(nodes, links, true));
    let ring = [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1)];
    assert_eq!(graded(&ring, 4).grade, Grade::A);
    // One place hangs by a bridge: eight of twenty pairs are lost with it.
    let hanging = graded(&[&ring[..], &[(0, 4, 1)]].concat(), 5);
    assert_eq!((hanging.grade, hanging.bridges, hanging.cut_nodes), (Grade::E, 1, 1));
    assert!((hanging.connected_worst - 0.6).abs() < 1e-9, "{hanging:?}");
    assert_eq!(graded(&ring, 5).grade, Grade::E);
    assert_eq!(graded(&[(0, 1, 1)], 2).grade, Grade::E);
}

#[test]
fn two_links_that_fail_at_once_are_repaired_one_after_the_other() {
    // A ring of six, with a chord from 1 to 4.
    let links = [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (4, 5, 1), (5, 0, 1), (1, 4, 1)];
    let ring = graph(6, &links, true);
    // Far from each other, with a way left for all: the repair of one goes over the chord, not over the other.
    let apart = doubles(&ring, &[[0, 2]]);
    assert_eq!((apart.failures, apart.loops), (1, 0));
    assert!(apart.hit > 0 && apart.protectable == apart.hit, "{apart:?}");
    assert_eq!(apart.repaired, apart.protectable, "{apart:?}");
    // Both links of node 0: it is cut off, and what is not is repaired.
    let alone = doubles(&ring, &[[0, 5]]);
    assert!(alone.protectable < alone.hit, "{alone:?}");
    // A ring alone: two links part it, and packets of the parted go round until they are given up, or are lost.
    let only_ring = graph(6, &links[..6], true);
    let parted = doubles(&only_ring, &[[0, 3]]);
    assert!(parted.hit > parted.protectable && parted.repaired <= parted.protectable, "{parted:?}");
    assert_eq!(doubles(&ring, &[]), Tally::default());
}

proptest! {
    #[test]
    fn a_link_that_fails_with_one_that_nobody_uses_is_as_one_alone(
        extra in 0..8_u32, delays in proptest::collection::vec(1..9_u64, 8),
    ) {
        // A ring of eight, and a link beside one of it that is far longer than all others.
        let ring = |it: u32| (it, (it + 1) % 8, delays[it as usize]);
        let mut links: Vec<(u32, u32, u64)> = (0..8).map(ring).collect();
        links.push((extra, (extra + 4) % 8, 1_000));
        let both = graph(8, &links, true);
        for link in 0..8 {
            let two = doubles(&both, &[[link, 8]]);
            let alone = graph(8, &links[..8], true);
            let one = doubles(&alone, &[[link, link]]);
            let figures = |it: Tally| (it.hit, it.protectable, it.repaired, it.loops);
            prop_assert_eq!(figures(two), figures(one));
        }
    }

    #[test]
    fn the_same_link_twice_is_the_link_once(seed in proptest::collection::vec((0..7_u32, 0..7_u32, 1..9_u64), 6..14)) {
        let links: Vec<_> = seed.into_iter().filter(|(a, b, _)| a != b).collect();
        let one = graph(7, &links, true);
        let pairs: Vec<[u32; 2]> = (0..links.len() as u32).map(|it| [it, it]).collect();
        let (twice, once) = (doubles(&one, &pairs), drill(&one, &[]).links);
        prop_assert_eq!(
            (twice.hit, twice.protectable, twice.repaired, twice.loops),
            (once.hit, once.protectable, once.repaired, once.loops)
        );
    }
}
