//! How fast the planner decides: seeded worlds of growing size, the same mix of orders on each.
//!
//! `cargo run --release -p planner --example decisions [POOLS..]`
//!
//! Times are of the processor, not of the clock, so that other work on the machine does not count.

#![expect(clippy::print_stdout, reason = "it is run to be read")]

use std::{collections::BTreeMap, env, fs};

use model::{
    Accelerator, Admission, Arch, CarbonSource, Coordinates, DatasetRef, DatasetSpec, Decision,
    FlavorSpec, HourBand, JobKey, JobSpec, LinkSpec, Name, NetworkNeed, NodeSpec, Objective,
    Outcome, PathChoice, PoolSpec, Precision, Regions, Resources, ResultSpec, SiteSpec, Tariff,
    TariffSeason, ThroughputSource,
};
use planner::{Order, Planner, Policy, World};
use units::{
    Bandwidth, Bytes, Carbon, CarbonIntensity, Cores, DataPrice, Delay, Energy, EnergyPrice,
    HourPrice, Loss, Money, Power, Pue, Span, Throughput, Time, When,
};

/// xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    fn below(&mut self, most: u64) -> u64 {
        (self.next() >> 11) % most.max(1)
    }
    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }
}

const NODES: u64 = 500;
const LINKS: u64 = 1_500;
const FLAVORS: u64 = 12;
const DATASETS: u64 = 100;
const HOLDS_PER_POOL: u64 = 50;
const POOLS_PER_SITE: u64 = 4;
const DECISIONS: u64 = 20_000;
/// 2026-01-05T00:00:00Z, a Monday.
const NOW: Time = Time::from_millis(1_767_571_200_000);

fn name(kind: &str, number: u64) -> Name {
    format!("{kind}-{number:04}").parse().expect("letters, a dash and digits")
}

/// Site or node with this number, where there are so many sites.
fn place(number: u64, sites: u64) -> Name {
    if number < sites { name("site", number) } else { name("node", number) }
}

fn flavor(number: u64) -> FlavorSpec {
    let is_gpu = number.is_multiple_of(3);
    let chip =
        Accelerator { model: name("chip", number), count: 1, memory: None, simulated: false };
    FlavorSpec {
        arch: Arch::X86_64,
        cores: Cores::new(if is_gpu { 16_000 } else { 4_000 }),
        memory: Bytes::new(16 << 30),
        accelerator: is_gpu.then_some(chip),
        throughput: BTreeMap::from([(Precision::Fp32, Throughput::new((1 + number) * 1_000_000))]),
        throughput_source: ThroughputSource::Rated,
        power: Power::new(if is_gpu { 600_000 } else { 60_000 } + number * 5_000),
        embodied: None,
    }
}

fn site(random: &mut Seeded, number: u64) -> SiteSpec {
    let price = |milli: u64| EnergyPrice::new(i64::try_from(milli * 1_000_000).unwrap_or(i64::MAX));
    let base = random.between(350, 750);
    let band =
        |name: &str, from, to, milli| HourBand { name: name.into(), from, to, price: price(milli) };
    let bands = vec![
        band("valley", 0, 8, base / 2),
        band("peak", 10, 12, base * 3 / 2),
        band("peak", 18, 22, base * 3 / 2),
    ];
    let grams = random.between(200, 900);
    let by_hour = (0..24)
        .map(|hour: u64| CarbonIntensity::new((grams - 8 * hour.abs_diff(13)) * 1_000_000))
        .collect();
    SiteSpec {
        organization: name("owner", number % 20),
        region: name("region", number % 8),
        place: Coordinates { lat: 30.0, lon: 110.0 },
        time_zone: "Asia/Shanghai".into(),
        pue: Pue::new(random.between(1_080, 1_500)),
        tariff: Tariff {
            source: None,
            seasons: vec![TariffSeason { months: vec![], price: price(base), bands }],
        },
        carbon: CarbonSource {
            intensity: CarbonIntensity::new(grams * 1_000_000),
            by_hour,
            source: None,
        },
        power: None,
        electricity: None,
        admission: Admission::Open,
        maintenance: vec![],
        storage: None,
        rates: None,
    }
}

fn link(random: &mut Seeded, number: u64, sites: u64) -> LinkSpec {
    let a = if number < NODES { number } else { random.below(NODES) };
    let b = if number < NODES {
        (number + 1) % NODES
    } else {
        (a + random.between(1, NODES - 1)) % NODES
    };
    let sizes = [40, 100, 400];
    let capacity = sizes.get(usize::try_from(random.below(3)).unwrap_or(0)).copied().unwrap_or(100);
    LinkSpec {
        ends: [place(a, sites), place(b, sites)],
        delay: Delay::new(random.between(200_000, 8_000_000)),
        capacity: Bandwidth::new(capacity * 1_000_000_000),
        price: DataPrice::new(i64::try_from(random.between(500_000, 5_000_000)).unwrap_or(0)),
        jitter: Delay::new(random.between(10_000, 200_000)),
        loss: Loss::ZERO,
        organization: name("carrier", number % 5),
        down: false,
    }
}

fn world(random: &mut Seeded, pools: u64) -> World {
    let sites = pools / POOLS_PER_SITE;
    let mut world = World::default();
    let here = NodeSpec { place: Coordinates { lat: 30.0, lon: 110.0 }, region: name("region", 0) };
    world.nodes.extend((sites..NODES).map(|number| (place(number, sites), here.clone())));
    world.flavors.extend((0..FLAVORS).map(|number| (name("flavor", number), flavor(number))));
    for number in 0..sites {
        world.sites.insert(name("site", number), site(random, number));
    }
    for number in 0..pools {
        let flavor = random.below(FLAVORS);
        let base = if flavor.is_multiple_of(3) { 6_000 } else { 400 };
        let price =
            HourPrice::new(i64::try_from(base * random.between(80, 200) * 10_000).unwrap_or(0));
        let (site, flavor) = (name("site", number % sites), name("flavor", flavor));
        let units = u32::try_from(random.between(64, 512)).unwrap_or(64);
        world.pools.insert(
            name("pool", number),
            PoolSpec { site, flavor, units, units_per_node: Some(8), price },
        );
    }
    for number in 0..LINKS {
        world.links.insert(name("link", number), link(random, number, sites));
    }
    for number in 0..DATASETS {
        let size = Bytes::new(random.between(1, 500) * 1_000_000_000);
        let replicas = vec![
            name("site", random.below(sites / 2)),
            name("site", sites / 2 + random.below(sites / 2)),
        ];
        let dataset = DatasetSpec {
            size,
            replicas,
            content: None,
            price: DataPrice::ZERO,
            organization: name("owner", 0),
        };
        world.datasets.insert(name("data", number), dataset);
    }
    world
}

/// Fills the calendars: about 50 holds a pool and 5 a link over the next 48 hours, most pools well used.
fn fill(random: &mut Seeded, planner: &mut Planner) {
    let pools: Vec<(Name, PoolSpec)> =
        planner.world().pools.iter().map(|(name, spec)| (name.clone(), spec.clone())).collect();
    let links: Vec<Name> = planner.world().links.keys().cloned().collect();
    let mut number = 0;
    for (pool, spec) in pools {
        for _ in 0..HOLDS_PER_POOL {
            let start = NOW.after(Span::minutes(random.below(48 * 60)));
            let end = start.after(Span::minutes(random.between(10, 480)));
            let units = u32::try_from(random.between(1, u64::from(spec.units) / 5)).unwrap_or(1);
            let link = links.get(usize::try_from(random.below(LINKS * 7)).unwrap_or(0)).cloned();
            let held = held(&pool, &spec, units, (start, end), link);
            number += 1;
            let key = JobKey { project: name("p", 0), name: name("held", number) };
            let _ = planner.hold(&key, &held); // A hold that does not fit is one fewer.
        }
    }
}

fn held(
    pool: &Name,
    spec: &PoolSpec,
    units: u32,
    (start, end): (Time, Time),
    link: Option<Name>,
) -> Decision {
    let path = link.map(|link| PathChoice {
        from: spec.site.clone(),
        to: spec.site.clone(),
        links: vec![link],
        delay: Delay::ZERO,
        jitter: Delay::ZERO,
        bandwidth: Bandwidth::new(8_000_000_000),
    });
    Decision {
        site: spec.site.clone(),
        pool: pool.clone(),
        flavor: spec.flavor.clone(),
        units_per_task: 1,
        units,
        staging_start: start,
        start,
        run_time: end.since(start),
        run_time_from: None,
        cleared: None,
        end,
        intervals: Vec::new(),
        unpaused: None,
        delivered: end,
        path,
        transfers: Vec::new(),
        lines: Vec::new(),
        total: Money::ZERO,
        score: Money::ZERO,
        bound: None,
        energy: Energy::ZERO,
        carbon: Carbon::ZERO,
        candidates: Vec::new(),
        more_candidates: 0,
    }
}

/// One order: a third with accelerators, a third near a user with bandwidth and a delay bound, a quarter with an
/// input, a sixth with a result to bring home, a fifth with a deadline, a tenth for carbon.
fn order(random: &mut Seeded, sites: u64) -> JobSpec {
    let is = |random: &mut Seeded, one_in: u64| random.below(one_in) == 0;
    let resources = if is(random, 3) {
        Resources {
            cores: Cores::new(8_000),
            memory: Bytes::new(8 << 30),
            accelerators: 1,
            any_of: Vec::new(),
        }
    } else {
        let cores = Cores::new(random.between(1, 16) * 1_000);
        Resources { cores, memory: Bytes::new(2 << 30), accelerators: 0, any_of: Vec::new() }
    };
    let near = is(random, 3);
    let network = NetworkNeed {
        bandwidth: near.then(|| Bandwidth::new(random.between(10, 1_000) * 1_000_000)),
        latency: near.then(|| Delay::millis(random.between(5, 30))),
        ..NetworkNeed::default()
    };
    let input = is(random, 4).then(|| DatasetRef { dataset: name("data", random.below(DATASETS)) });
    let result = is(random, 6).then(|| ResultSpec {
        size: Bytes::new(random.between(1, 50) * 1_000_000_000),
        to: place(random.below(NODES), sites),
        dataset: None,
    });
    JobSpec {
        command: vec!["true".into()],
        script: None,
        env: BTreeMap::new(),
        tasks: u32::try_from(random.between(1, 8)).unwrap_or(1),
        resources,
        inputs: input.into_iter().collect(),
        result,
        user: near.then(|| place(random.below(NODES), sites)),
        network,
        earliest: None,
        deadline: is(random, 5).then(|| When::After(Span::hours(random.between(12, 40)))),
        run_time: Some(Span::minutes(random.between(5, 360))),
        work: BTreeMap::new(),
        time_limit: None,
        interruptible: false,
        array: None,
        exclusive: false,
        image: None,
        grace: None,
        checkpoint: None,
        pauses: None,
        budget: None,
        carbon_cap: None,
        regions: Regions::default(),
        priority: 5,
        objective: if is(random, 10) { Objective::Carbon } else { Objective::Cost },
        retries: 2,
    }
}

/// Nanoseconds this thread has run so far (Linux: Documentation/scheduler/sched-stats.rst).
fn processor_ns() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}

fn measure(pools: u64) {
    let mut random = Seeded(0x5EED_0000 + pools);
    let world = world(&mut random, pools);
    let sites: Vec<Name> = world.sites.keys().cloned().collect();
    let mut planner = Planner::new(world, Policy::default());
    sites.iter().for_each(|site| planner.set_online(site, true));
    fill(&mut random, &mut planner);
    let count = u64::try_from(sites.len()).unwrap_or(1);
    let orders: Vec<JobSpec> = (0..DECISIONS).map(|_| order(&mut random, count)).collect();
    let key = JobKey { project: name("p", 0), name: name("asked", 0) };
    let decide = |planner: &mut Planner, spec: &JobSpec| {
        let order = Order::new(&key, spec, NOW, NOW);
        matches!(planner.decide(&order, NOW), Outcome::Placed(_))
    };
    let begun = processor_ns();
    let placed = orders.iter().filter(|spec| decide(&mut planner, spec)).count();
    let warm = processor_ns() - begun;
    let (begun, scanned) = (processor_ns(), planner.pools_scanned());
    let again = orders.iter().filter(|spec| decide(&mut planner, spec)).count();
    assert_eq!(again, placed, "the same orders find the same places");
    let taken = processor_ns() - begun;
    let scanned = planner.pools_scanned() - scanned;
    println!(
        "{pools:>5} pools, {count:>3} sites: {:>6} decisions/s, {:>5.1} us and {:>4.1} pools scanned each, \
         {placed} of {DECISIONS} placed; first round {} ms",
        DECISIONS * 1_000_000_000 / taken.max(1),
        mean(taken) / 1_000.0,
        mean(scanned),
        warm / 1_000_000,
    );
}

#[expect(clippy::cast_precision_loss, reason = "sums far below 2^52")]
fn mean(sum: u64) -> f64 {
    sum as f64 / DECISIONS as f64
}

fn main() {
    let asked: Vec<u64> = env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![250, 500, 1_000, 2_000] } else { asked };
    sizes.into_iter().for_each(measure);
}
