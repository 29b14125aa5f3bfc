use units::DataPrice;

use super::*;

/// Links of both directions with a delay and a price of their own, or arcs of one direction.
fn priced() -> impl Strategy<Value = (Directed, Vec<DataPrice>)> {
    (2..7_u32, any::<bool>()).prop_flat_map(|(nodes, both)| {
        let link = (0..nodes, 0..nodes, 0..6_u64, 0..6_i64);
        prop::collection::vec(link, 0..11).prop_map(move |links| {
            let plain: Vec<_> = links.iter().map(|(a, b, delay, _)| (*a, *b, *delay)).collect();
            let graph = if both { graph(nodes, &plain) } else { one_way(nodes, &plain) };
            let prices = links.iter().map(|it| DataPrice::new(it.3));
            let times = if both { 2 } else { 1 };
            (graph, prices.flat_map(|it| std::iter::repeat_n(it, times)).collect())
        })
    })
}

fn cost(prices: Option<&[DataPrice]>, graph: &Directed, way: &[ArcId]) -> u64 {
    prices.map_or_else(
        || delay(graph, way),
        |prices| way.iter().map(|arc| prices[*arc as usize].get() as u64).sum(),
    )
}

/// What of a way another one should not have, besides its links.
fn risks(graph: &Directed, wanted: &Wanted<'_>, way: &[ArcId]) -> BTreeSet<u32> {
    let groups_of = |link: u32| -> Vec<u32> {
        let groups = (0..).zip(wanted.groups).filter(|(_, group)| group.contains(&link));
        let groups: Vec<u32> = groups.map(|(at, _)| at).collect();
        if groups.is_empty() { vec![100 + link] } else { groups }
    };
    let heads = way.iter().map(|arc| graph.arc(*arc).unwrap().to).filter(|node| *node != wanted.to);
    match wanted.apart {
        Apart::Nothing | Apart::Links => BTreeSet::new(),
        Apart::Nodes => heads.collect(),
        Apart::Risks => links(graph, way).into_iter().flat_map(groups_of).collect(),
    }
}

/// Shared risks, shared links and cost of two ways.
fn score(graph: &Directed, wanted: &Wanted<'_>, a: &[ArcId], b: &[ArcId]) -> (usize, usize, u64) {
    let risks = risks(graph, wanted, a).intersection(&risks(graph, wanted, b)).count();
    let links = links(graph, a).intersection(&links(graph, b)).count();
    (risks, links, cost(wanted.prices, graph, a) + cost(wanted.prices, graph, b))
}

/// Of all pairs of ways that are short enough, each way with itself among them.
fn best_score(graph: &Directed, wanted: &Wanted<'_>) -> Option<(usize, usize, u64)> {
    let mut all = every_way(graph, wanted.from, wanted.to);
    all.retain(|way| delay(graph, way) <= wanted.max_delay.get());
    let known: Vec<_> = all
        .iter()
        .map(|way| (risks(graph, wanted, way), links(graph, way), cost(wanted.prices, graph, way)))
        .collect();
    let pairs =
        known.iter().enumerate().flat_map(|(at, a)| known[at..].iter().map(move |b| (a, b)));
    let common = |a: &BTreeSet<u32>, b: &BTreeSet<u32>| a.intersection(b).count();
    pairs.map(|(a, b)| (common(&a.0, &b.0), common(&a.1, &b.1), a.2 + b.2)).min()
}

fn nanoseconds(bound: u64) -> Delay {
    if bound > 12 { Delay::MAX } else { Delay::new(bound) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_cheapest_within_a_delay_are_those_of_all(
        (graph, prices) in priced(), by_price in any::<bool>(), k in 1..6_usize, bound in 0..20_u64,
    ) {
        let prices = by_price.then_some(prices.as_slice());
        let max_delay = nanoseconds(bound);
        let wanted = Wanted { k, max_delay, prices, ..Wanted::shortest(0, 1) };
        let mut all = every_way(&graph, 0, 1);
        all.retain(|way| delay(&graph, way) <= max_delay.get());
        let mut costs: Vec<u64> = all.iter().map(|way| cost(prices, &graph, way)).collect();
        costs.sort_unstable();
        costs.truncate(k);
        let found = between(&graph, &wanted);
        prop_assert!(found.is_exact);
        prop_assert!(found.ways.iter().all(|way| all.contains(&way.arcs) && way.delay_ns == delay(&graph, &way.arcs)));
        prop_assert_eq!(found.ways.iter().map(|way| &way.arcs).collect::<BTreeSet<_>>().len(), found.ways.len());
        prop_assert_eq!(found.ways.iter().map(|way| cost(prices, &graph, &way.arcs)).collect::<Vec<_>>(), costs);
    }

    /// No two ways of all share less, and of those that share as little none cost less together.
    #[test]
    fn two_ways_share_as_little_as_any_and_are_the_cheapest_of_such(
        (graph, prices) in priced(), by_price in any::<bool>(), bound in 0..24_u64,
        apart in prop::sample::select(vec![Apart::Links, Apart::Nodes, Apart::Risks]),
        groups in prop::collection::vec(prop::collection::vec(0..11_u32, 1..4), 0..4),
    ) {
        let prices = by_price.then_some(prices.as_slice());
        let max_delay = nanoseconds(bound);
        let wanted = Wanted { apart, max_delay, prices, groups: &groups, ..Wanted::shortest(0, 1) };
        let found = between(&graph, &wanted);
        prop_assert!(found.is_exact);
        let ways: Vec<&[ArcId]> = found.ways.iter().map(|way| way.arcs.as_slice()).collect();
        let all = every_way(&graph, 0, 1);
        prop_assert!(ways.iter().all(|way| all.iter().any(|it| it == way) && delay(&graph, way) <= max_delay.get()));
        let Some(best) = best_score(&graph, &wanted) else {
            prop_assert_eq!(ways.len(), 0);
            return Ok(());
        };
        let (a, b) = (ways[0], *ways.last().unwrap());
        prop_assert_eq!(score(&graph, &wanted, a, b), best);
        let shared: Vec<u32> = links(&graph, a).intersection(&links(&graph, b)).copied().collect();
        prop_assert_eq!(&found.shared.links, &shared);
        let risks: Vec<u32> = risks(&graph, &wanted, a).intersection(&risks(&graph, &wanted, b)).copied().collect();
        match apart {
            Apart::Nodes => prop_assert_eq!(&found.shared.nodes, &risks),
            _ => {
                let groups: Vec<usize> = risks.iter().filter(|it| **it < 100).map(|it| *it as usize).collect();
                prop_assert_eq!(&found.shared.groups, &groups);
            }
        }
    }
}

#[test]
fn the_shortest_way_that_blocks_all_others_is_given_up_for_two() {
    let graph = graph(4, &[(0, 1, 1), (1, 2, 1), (2, 3, 1), (0, 2, 9), (1, 3, 9)]);
    let found = between(&graph, &Wanted { apart: Apart::Nodes, ..Wanted::shortest(0, 3) });
    assert_eq!(found.ways.iter().map(|way| way.delay_ns).collect::<Vec<_>>(), [10, 10]);
    assert_eq!((found.shared, found.is_exact), (Shared::default(), true));
}

#[test]
fn links_in_one_duct_are_told_where_nothing_avoids_it() {
    let graph = graph(3, &[(0, 1, 1), (0, 1, 2), (0, 2, 9), (2, 1, 9)]);
    let shared = |groups: &[Vec<u32>]| {
        let found =
            between(&graph, &Wanted { apart: Apart::Risks, groups, ..Wanted::shortest(0, 1) });
        (found.ways.iter().map(|way| way.delay_ns).collect::<Vec<_>>(), found.shared.groups)
    };
    assert_eq!(shared(&[]), (vec![1, 2], vec![]));
    assert_eq!(shared(&[vec![0, 1]]), (vec![1, 18], vec![]));
    assert_eq!(shared(&[vec![0, 1, 2]]), (vec![1, 2], vec![0]));
}

#[test]
fn what_has_too_little_capacity_is_on_no_way() {
    let both = graph(3, &[(0, 1, 1), (0, 2, 3), (2, 1, 3)]);
    let mut arcs = both.arcs().to_vec();
    arcs[2..].iter_mut().for_each(|arc| arc.capacity = 10.0);
    let graph = Directed::new(3, arcs);
    let least = |capacity| {
        let found = between(&graph, &Wanted { capacity, ..Wanted::shortest(0, 1) });
        found.ways.first().map(|way| way.delay_ns)
    };
    assert_eq!([0.0, 1.0, 5.0, 11.0].map(least), [Some(1), Some(1), Some(6), None]);
    assert_eq!(between(&graph, &Wanted::shortest(0, 0)).ways, []);
    assert_eq!(between(&graph, &Wanted::shortest(0, 9)).ways, []);
}

/// Streets of four by four, with more ways from corner to corner than are tried.
fn streets(delays: &[u64]) -> Directed {
    let east = (0..16_u32).filter(|at| at % 4 < 3).map(|at| (at, at + 1));
    let south = (0..12_u32).map(|at| (at, at + 4));
    let ends = east.chain(south).zip(delays);
    graph(16, &ends.map(|((a, b), delay)| (a, b, *delay)).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// What is said to be proved is so, and what is not is a pair of ways all the same.
    #[test]
    fn what_is_proved_of_many_ways_is_so(
        delays in prop::collection::vec(1..9_u64, 24), bound in prop::option::of(12..60_u64),
        apart in prop::sample::select(vec![Apart::Nodes, Apart::Risks]),
        groups in prop::collection::vec(prop::collection::vec(0..24_u32, 2..5), 0..8),
    ) {
        let graph = streets(&delays);
        let max_delay = bound.map_or(Delay::MAX, Delay::new);
        let wanted = Wanted { apart, max_delay, groups: &groups, ..Wanted::shortest(0, 15) };
        let found = between(&graph, &wanted);
        let best = best_score(&graph, &wanted);
        let ways: Vec<&[ArcId]> = found.ways.iter().map(|way| way.arcs.as_slice()).collect();
        let Some(a) = ways.first() else {
            prop_assert_eq!(best, None);
            return Ok(());
        };
        let score = score(&graph, &wanted, a, ways.last().unwrap());
        prop_assert!(Some(score) >= best);
        prop_assert!(!found.is_exact || Some(score) == best, "{score:?} {best:?}");
        prop_assert!(ways.iter().all(|way| delay(&graph, way) <= max_delay.get()));
    }
}
