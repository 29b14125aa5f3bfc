use proptest::prelude::*;
use units::{Bandwidth, DataPrice, Delay};

use super::*;

fn link(a: u32, b: u32, price: i64, delay: u64, jitter: u64) -> Link {
    Link {
        ends: [a, b],
        delay: Delay::new(delay),
        jitter: Delay::new(jitter),
        price: DataPrice::new(price),
        capacity: Bandwidth::new(1),
    }
}

/// (price, delay, jitter) of every simple path.
fn all_paths(links: &[Link], usable: &[bool], from: u32, to: u32) -> Vec<(i64, u64, u64)> {
    fn go(
        links: &[Link],
        usable: &[bool],
        at: u32,
        to: u32,
        seen: &mut Vec<u32>,
        sum: (i64, u64, u64),
        out: &mut Vec<(i64, u64, u64)>,
    ) {
        if at == to {
            out.push(sum);
            return;
        }
        for (it, _) in links.iter().zip(usable).filter(|(_, usable)| **usable) {
            let [a, b] = it.ends;
            let next = if a == at {
                b
            } else if b == at {
                a
            } else {
                continue;
            };
            if !seen.contains(&next) {
                seen.push(next);
                let sum = (sum.0 + it.price.get(), sum.1 + it.delay.get(), sum.2 + it.jitter.get());
                go(links, usable, next, to, seen, sum, out);
                seen.pop();
            }
        }
    }
    let mut out = Vec::new();
    go(links, usable, from, to, &mut vec![from], (0, 0, 0), &mut out);
    out
}

/// Judged by price and the criteria only; what is not judged is given as zero.
fn frontier_of(all: &[(i64, u64, u64)], criteria: Criteria) -> Vec<(i64, u64, u64)> {
    let mut all: Vec<_> = all.iter().map(|it| judged(*it, criteria)).collect();
    all.sort_unstable();
    all.dedup();
    let beaten =
        |x: &(i64, u64, u64)| all.iter().any(|y| y != x && y.0 <= x.0 && y.1 <= x.1 && y.2 <= x.2);
    all.iter().filter(|x| !beaten(x)).copied().collect()
}

fn judged((price, delay, jitter): (i64, u64, u64), criteria: Criteria) -> (i64, u64, u64) {
    (price, if criteria.delay { delay } else { 0 }, if criteria.jitter { jitter } else { 0 })
}

const NODES: u32 = 6;

fn links() -> impl Strategy<Value = Vec<Link>> {
    let one = (0..NODES, 0..NODES, 0_i64..8, 0_u64..8, 0_u64..4)
        .prop_map(|(a, b, p, d, j)| link(a, b, p, d, j));
    prop::collection::vec(one, 0..12)
}

fn cheapest(all: &[(i64, u64, u64)], limits: Limits) -> Option<i64> {
    let within = |it: &&(i64, u64, u64)| it.1 <= limits.delay.get() && it.2 <= limits.jitter.get();
    all.iter().filter(within).map(|it| it.0).min()
}

proptest! {
    #[test]
    fn agrees_with_every_simple_path(
        links in links(), down in prop::collection::vec(any::<bool>(), 12),
        (from, to) in (0..NODES, 0..NODES), delay in 0_u64..30, jitter in 0_u64..12, by in (any::<bool>(), any::<bool>()),
    ) {
        let criteria = Criteria { delay: by.0, jitter: by.1 };
        let up: Vec<bool> = links.iter().zip(&down).map(|(_, down)| !down).collect();
        let mut routes = Routes::new(Graph::new(NODES, links.clone()));
        let limits = Limits {
            delay: if by.0 { Delay::new(delay) } else { Delay::MAX },
            jitter: if by.1 { Delay::new(jitter) } else { Delay::MAX },
        };
        prop_assert_eq!(limits.criteria(), criteria);
        for usable in [vec![true; links.len()], up.clone()] {
            for (id, up) in (0..).zip(&usable) {
                routes.set_link(id, *up);
            }
            let all = all_paths(&links, &usable, from, to);
            let expected = frontier_of(&all, criteria);
            prop_assume!(expected.len() <= LABELS_MOST);
            routes.prepare(&[from], criteria);
            let frontier = routes.frontier(from, criteria).unwrap();
            let sums = frontier.to(to).map(|it| (it.price().get(), it.delay().get(), it.jitter().get()));
            let found: Vec<_> = sums.map(|it| judged(it, criteria)).collect();
            prop_assert_eq!(found, expected);
            for reach in frontier.to(to) {
                check(&links, &frontier.path(reach), from, to);
            }
            prop_assert_eq!(routes.cheapest(from, to, limits).map(|it| it.price.get()), cheapest(&all, limits));
        }
        let routes = Routes::new(Graph::new(NODES, links.clone()));
        let path = routes.cheapest_avoiding(from, to, limits, |link| up[link as usize]);
        prop_assert_eq!(path.as_ref().map(|it| it.price.get()), cheapest(&all_paths(&links, &up, from, to), limits));
        if let Some(path) = path {
            check(&links, &path, from, to);
            prop_assert!(path.links.iter().all(|link| up[*link as usize]));
        }
    }
}

/// The links join up from one end to the other and add up to the sums.
fn check(links: &[Link], path: &Path, from: u32, to: u32) {
    let mut at = from;
    let mut sum = (0, 0, 0);
    for id in &path.links {
        let it = &links[*id as usize];
        let [a, b] = it.ends;
        assert!(a == at || b == at, "{path:?} is broken at {at}");
        at = if a == at { b } else { a };
        sum = (sum.0 + it.price.get(), sum.1 + it.delay.get(), sum.2 + it.jitter.get());
    }
    assert_eq!((at, sum), (to, (path.price.get(), path.delay.get(), path.jitter.get())));
}

/// A ladder whose rungs trade price for delay has 2^n paths worth having; the extremes stay.
#[test]
fn the_fastest_and_the_steadiest_survive_the_cap() {
    let rung = |n: u32| {
        let step = 1 << n;
        [
            link(n, n + 1, 0, step as u64, 64),
            link(n, n + 1, step, 0, 64),
            link(n, n + 1, 2 * step, 2 * step as u64, 0),
        ]
    };
    let mut routes = Routes::new(Graph::new(7, (0..6).flat_map(rung).collect()));
    routes.prepare(&[0], Criteria::ALL);
    let found: Vec<_> = routes.frontier(0, Criteria::ALL).unwrap().to(6).collect();
    assert_eq!(found.len(), LABELS_MOST + 2);
    let within = |delay, jitter| Limits { delay: Delay::new(delay), jitter: Delay::new(jitter) };
    let fastest = routes.cheapest(0, 6, within(0, 1_000)).unwrap();
    assert_eq!((fastest.price.get(), fastest.links.len()), (63, 6));
    let steadiest = routes.cheapest(0, 6, within(1_000, 0)).unwrap();
    assert_eq!(steadiest.price.get(), 126);
}

#[test]
fn a_place_reaches_itself_over_nothing_and_a_stranger_not_at_all() {
    let mut routes = Routes::new(Graph::new(
        3,
        vec![link(0, 1, 5, 5, 5), link(1, 1, 0, 0, 0), link(1, 9, 0, 0, 0)],
    ));
    assert_eq!(routes.cheapest(0, 0, Limits::NONE).unwrap().links, Vec::<u32>::new());
    assert_eq!(routes.cheapest(0, 2, Limits::NONE), None);
    assert_eq!(routes.cheapest(7, 0, Limits::NONE), None);
    assert_eq!(routes.cheapest_avoiding(0, 1, Limits::NONE, |_| true).unwrap().links, [0]);
    routes.set_link(0, false);
    assert!(!routes.is_up(0));
    assert_eq!(routes.cheapest(0, 1, Limits::NONE), None);
    assert_eq!(routes.cheapest_avoiding(0, 1, Limits::NONE, |_| true), None);
}

proptest! {
    #[test]
    fn the_nearest_is_the_least_delay_of_all_paths(
        links in links(), down in prop::collection::vec(any::<bool>(), 12),
    ) {
        let usable: Vec<bool> = links.iter().zip(&down).map(|(_, down)| !down).collect();
        let graph = Graph::new(NODES, links.clone());
        let nearest = Nearest::new(&graph, 0, |id| usable[id as usize]);
        for to in 0..NODES {
            let least = all_paths(&links, &usable, 0, to).iter().map(|it| it.1).min();
            prop_assert_eq!(nearest.delay(to).map(Delay::get), least);
            let path = nearest.path(to);
            let length: u64 = path.iter().map(|id| links[*id as usize].delay.get()).sum();
            prop_assert!(path.iter().all(|id| usable[*id as usize]));
            prop_assert_eq!(length, least.unwrap_or(0));
        }
    }
}
