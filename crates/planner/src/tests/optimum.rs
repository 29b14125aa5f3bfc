//! Against brute force: every pool, every start on a grid of minutes, every simple path, all reckoned anew from the
//! figures. Everything in these worlds changes at full minutes, so without a budget the grid holds the optimum.

use model::{JobSpec, Name, Outcome, SiteSpec};
use proptest::prelude::*;
use units::{Bandwidth, Span, Time};

use super::language::{NOW, add, hold_in, job, key};
use crate::{Order, Planner, Policy, World};

const HORIZON_MINUTES: u64 = 180;

#[derive(Debug, Clone)]
struct Held {
    what: String,
    from: u64,
    minutes: u64,
    amount: u64,
}

#[derive(Debug, Clone)]
struct Case {
    world: Vec<String>,
    pools: Vec<Held>,
    links: Vec<Held>,
    order: String,
}

fn site(id: usize) -> impl Strategy<Value = Vec<String>> {
    (1_u32..9, 0_u32..9, 0_u32..3, 1_u32..9, 0_u32..3, 1_u32..9, 10_u32..20).prop_map(
        move |(price, low, at, grams, green, less, pue)| {
            let site = format!(
                "site s{id} price=0.{price}CNY/kWh valley={at}-{}:0.{low}CNY/kWh carbon={grams}00gCO2/kWh green={green}-{}:{less}0gCO2/kWh pue={}.{}",
                at + 1, green + 1, pue / 10, pue % 10,
            );
            vec![site]
        },
    )
}

fn world() -> impl Strategy<Value = Vec<String>> {
    let pool =
        (0_usize..3, 1_u32..5, 1_u32..30).prop_map(|(site, units, price)| (site, units, price));
    let link = (0_usize..4, 0_usize..4, 1_u32..20, 1_u32..10, 1_u32..9, 0_u32..3);
    (site(0), site(1), site(2), prop::collection::vec(pool, 1..6), prop::collection::vec(link, 0..7)).prop_map(
        |(a, b, c, pools, links)| {
            let mut world = vec!["node s3".to_owned(), "flavor f 1 1GiB 1kW".to_owned()];
            world.extend([a, b, c].concat());
            let pool = |(id, (site, units, price)): (usize, (usize, u32, u32))| format!("pool p{id} s{site} f {units} 0.{price:02}CNY/h");
            world.extend(pools.into_iter().enumerate().map(pool));
            let link = |(id, (a, b, delay, capacity, price, jitter)): (usize, (usize, usize, u32, u32, u32, u32))| {
                format!("link l{id} s{a} s{b} {delay}ms {capacity}Mbit/s 0.0{price}CNY/GB jitter={jitter}ms")
            };
            world.extend(links.into_iter().enumerate().filter(|(_, it)| it.0 != it.1).map(link));
            world
        },
    )
}

fn held(kind: &'static str, ids: u32, most: u64) -> impl Strategy<Value = Vec<Held>> {
    let one = (0..ids, 0_u64..HORIZON_MINUTES, 1_u64..120, 1..=most);
    let one = one.prop_map(move |(id, from, minutes, amount)| Held {
        what: format!("{kind}{id}"),
        from,
        minutes,
        amount,
    });
    prop::collection::vec(one, 0..6)
}

fn order() -> impl Strategy<Value = String> {
    let network = prop_oneof![
        2 => Just(String::new()),
        1 => (1_u32..6).prop_map(|it| format!("user=s3 bandwidth={it}Mbit/s")),
        1 => (1_u32..6, 3_u32..40).prop_map(|(it, ms)| format!("user=s3 bandwidth={it}Mbit/s latency={ms}ms")),
        1 => (1_u32..6, 3_u32..40, 0_u32..5).prop_map(|(it, ms, j)| format!("user=s3 bandwidth={it}Mbit/s latency={ms}ms jitter={j}ms")),
    ];
    let limits = prop_oneof![
        3 => Just(String::new()),
        1 => (40_u32..240).prop_map(|it| format!("deadline=+{it}m")),
        1 => (0_u32..60).prop_map(|it| format!("earliest=+{it}m")),
        1 => (1_u32..99).prop_map(|it| format!("budget=0.{it:02}CNY")),
        1 => (1_u32..400).prop_map(|it| format!("cap={it}gCO2")),
    ];
    let weights = (0_u32..4, 0_u32..4, 0_u32..4);
    (1_u32..4, 1_u32..100, network, limits, weights).prop_map(
        |(tasks, run, network, limits, (a, b, c))| {
            format!("job j tasks={tasks} run={run}m {network} {limits} objective={a},{b},{c}")
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    (world(), held("p", 5, 4), held("l", 7, 9), order())
        .prop_map(|(world, pools, links, order)| Case { world, pools, links, order })
}

fn policy(candidates_kept: usize) -> Policy {
    Policy {
        candidates_kept,
        horizon: Span::minutes(HORIZON_MINUTES),
        waiting_price: "0.02CNY/h".parse().unwrap(),
        ..Policy::default()
    }
}

fn minute(at: u64) -> Time {
    NOW.after(Span::minutes(at))
}

/// The planner with what can be held of the holds, and those.
fn planner(case: &Case, candidates_kept: usize) -> (Planner, Vec<Held>) {
    let mut world = World::default();
    case.world.iter().for_each(|line| add(&mut world, line).unwrap());
    let sites: Vec<Name> = world.sites.keys().cloned().collect();
    let mut planner = Planner::new(world, policy(candidates_kept));
    sites.iter().for_each(|site| planner.set_online(site, true));
    let mut held = Vec::new();
    for hold in case.pools.iter().chain(&case.links) {
        let window = (minute(hold.from), minute(hold.from + hold.minutes));
        let number = held.len();
        if hold_in(&mut planner, &format!("h{number}"), &hold.what, window, hold.amount) {
            held.push(hold.clone());
        }
    }
    (planner, held)
}

/// What brute force looks at.
struct Brute<'a> {
    world: &'a World,
    held: &'a [Held],
    spec: &'a JobSpec,
}

impl Brute<'_> {
    fn fits(&self, what: &str, capacity: u64, (from, to): (u64, u64), amount: u64) -> bool {
        (from..to).all(|at| {
            let here = self
                .held
                .iter()
                .filter(|it| it.what == what && (it.from..it.from + it.minutes).contains(&at));
            let scale = if what.starts_with('l') { 1_000_000 } else { 1 };
            here.map(|it| it.amount * scale).sum::<u64>() + amount <= capacity
        })
    }

    /// Nano-yuan per GB of every simple path that keeps the bounds and has the bandwidth; zero if none is needed.
    fn path_prices(&self, site: &Name, window: (u64, u64)) -> Vec<f64> {
        if !self.spec.network.needs_path() {
            return vec![0.0];
        }
        let mut out = Vec::new();
        let user = self.spec.user.clone().unwrap();
        self.walk(&mut vec![user], site, window, (0.0, 0, 0), &mut out);
        out
    }

    fn walk(
        &self,
        seen: &mut Vec<Name>,
        to: &Name,
        window: (u64, u64),
        sum: (f64, u64, u64),
        out: &mut Vec<f64>,
    ) {
        let need = &self.spec.network;
        let at = seen.last().unwrap().clone();
        if at == *to {
            let late = need.latency.is_some_and(|most| sum.1 > most.get());
            let shaky = need.jitter.is_some_and(|most| sum.2 > most.get());
            if !late && !shaky {
                out.push(sum.0);
            }
            return;
        }
        for (called, link) in &self.world.links {
            let [a, b] = &link.ends;
            let next = if *a == at {
                b
            } else if *b == at {
                a
            } else {
                continue;
            };
            let bandwidth = need.bandwidth.unwrap_or(Bandwidth::ZERO).get();
            if !seen.contains(next)
                && self.fits(called.as_str(), link.capacity.get(), window, bandwidth)
            {
                seen.push(next.clone());
                let sum = (
                    sum.0 + link.price.get() as f64,
                    sum.1 + link.delay.get(),
                    sum.2 + link.jitter.get(),
                );
                self.walk(seen, to, window, sum, out);
                seen.pop();
            }
        }
    }

    /// Score, total in nano-yuan and carbon in grams of one choice, in floating point.
    fn reckoned(&self, pool: &Name, start: Time, run: Span, per_gb: f64) -> (f64, f64, f64) {
        let pool = &self.world.pools[pool];
        let site = &self.world.sites[&pool.site];
        let units = f64::from(self.spec.tasks);
        let hours = run.get() as f64 / 3_600_000.0;
        let rates = mean_rates(site, start.as_millis(), start.after(run).as_millis());
        let kwh = units * hours * site.pue.get() as f64 / 1_000.0;
        let grams = kwh * rates.1 / 1e6;
        let carbon = grams / 1e6 * 90e9;
        let gb =
            self.spec.network.bandwidth.map_or(0.0, |it| it.get() as f64 * hours * 3_600.0 / 8e9);
        let money = units * hours * pool.price.get() as f64 + kwh * rates.0 + gb * per_gb;
        let from = self.spec.earliest.map_or(NOW, |it| it.from(NOW));
        let waiting = start.since(from).get() as f64 / 3_600_000.0 * units * 0.02e9;
        let weights = self.spec.objective.weights();
        let score = money * f64::from(weights.cost)
            + carbon * f64::from(weights.carbon)
            + waiting * f64::from(weights.time);
        (score, money + carbon, grams)
    }

    fn keeps(&self, total: f64, grams: f64) -> bool {
        self.spec.budget.is_none_or(|budget| total <= budget.get() as f64)
            && self.spec.carbon_cap.is_none_or(|cap| grams * 1e6 <= cap.get() as f64)
    }

    fn best(&self) -> Option<f64> {
        let run = self.spec.run_time.unwrap();
        let minutes = run.get() / 60_000;
        let first = self.spec.earliest.map_or(0, |it| it.from(NOW).since(NOW).get() / 60_000);
        let due = self.spec.deadline.map_or(u64::MAX, |it| it.from(NOW).since(NOW).get() / 60_000);
        let mut best: Option<f64> = None;
        for (called, pool) in &self.world.pools {
            for start in (first..=first + HORIZON_MINUTES).filter(|start| start + minutes <= due) {
                let window = (start, start + minutes);
                if !self.fits(called.as_str(), pool.units.into(), window, self.spec.tasks.into()) {
                    continue;
                }
                for per_gb in self.path_prices(&pool.site, window) {
                    let (score, total, grams) = self.reckoned(called, minute(start), run, per_gb);
                    if self.keeps(total, grams) {
                        best = Some(best.map_or(score, |best| best.min(score)));
                    }
                }
            }
        }
        best
    }
}

/// Nano-yuan and micrograms per kWh, by the hours in which these sites' rates change.
fn mean_rates(site: &SiteSpec, start: i64, end: i64) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    let mut at = start;
    while at < end {
        let next = end.min(at - at.rem_euclid(3_600_000) + 3_600_000);
        let hour = u8::try_from(at.rem_euclid(86_400_000) / 3_600_000).unwrap();
        let season = &site.tariff.seasons[0];
        let band = season.bands.iter().find(|band| (band.from..band.to).contains(&hour));
        let part = (next - at) as f64 / (end - start) as f64;
        sums.0 += band.map_or(season.price, |band| band.price).get() as f64 * part;
        sums.1 += site.carbon.by_hour[usize::from(hour)].get() as f64 * part;
        at = next;
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_on_a_grid_of_minutes_is_better(case in case(), kept in 1_usize..4) {
        // With fewer kept than there are sites, pools are left out by their bounds alone.
        let (mut planner, held) = planner(&case, kept);
        let spec = job(&case.order);
        let world = planner.world().clone();
        let brute = Brute { world: &world, held: &held, spec: &spec };
        let named = key("j");
        let order = Order::new(&named, &spec, NOW, NOW);
        let best = brute.best();
        // Rounding of the lines, of which there are few, each weighted by at most 3.
        let slack = |score: f64| 100.0 + score.abs() / 1e9;
        match (planner.decide(&order, NOW), best) {
            (Outcome::Placed(decision), best) => {
                let score = decision.score.get() as f64;
                let bound = decision.bound.unwrap().get() as f64;
                prop_assert!(score - 640.0 <= bound && bound <= score, "bound {} of {}", bound, score);
                prop_assert!(best.is_none_or(|best| bound <= best), "bound {}, there is {:?}", bound, best);
                if let Some(best) = best {
                    prop_assert!(score <= best + slack(best), "decided {} at {}, there is {}", score, decision.start, best);
                    let exact = spec.budget.is_none() && spec.carbon_cap.is_none();
                    prop_assert!(!exact || score >= best - slack(best), "decided {}, the least is {}", score, best);
                } else {
                    prop_assert!(spec.budget.is_some() || spec.carbon_cap.is_some(), "nothing fits, yet {:?}", decision);
                }
                let per_gb: i64 = decision.path.iter().flat_map(|it| &it.links).map(|it| world.links[it].price.get()).sum();
                let (again, total, _) = brute.reckoned(&decision.pool, decision.start, decision.run_time, per_gb as f64);
                prop_assert!((again - score).abs() <= slack(score), "score {} is really {}", score, again);
                prop_assert!((total - decision.total.get() as f64).abs() <= slack(total));
            }
            (Outcome::Unplaced { candidates, .. }, best) => {
                prop_assert_eq!(best, None, "{:?}", candidates);
                prop_assert_eq!(candidates.len(), kept);
                prop_assert!(candidates.iter().all(|it| it.refused.is_some()));
            }
        }
    }
}
