//! A world and orders in lines of words; decisions as text.
//!
//! ```text
//! node city
//! flavor cpu 4 16GiB 100W acc=0
//! site north price=0.4CNY/kWh carbon=500gCO2/kWh valley=0-8:0.1CNY/kWh pue=1.2 region=r power=10kW offline
//! pool north-cpu north cpu 8 1CNY/h node=4
//! link trunk north city 5ms 10Gbit/s 0.02CNY/GB jitter=1ms
//! dataset maps 100GB north,south price=0.1CNY/GB
//! job one run=1h tasks=2 deadline=+3h ...      decides and prints; with the word `hold` holds it too
//! release one +1h | extend one +9h | down trunk | up trunk
//! ```

use std::{collections::BTreeMap, fmt::Write};

use model::{
    Accelerator, Arch, CarbonSource, Choice, Coordinates, DatasetRef, DatasetSpec, Decision,
    FlavorSpec, HourBand, JobKey, JobSpec, LinkSpec, Name, NetworkNeed, NodeSpec, Objective,
    Outcome, PathChoice, PoolSpec, Regions, Resources, ResultSpec, SitePower, SiteSpec, Tariff,
    TariffSeason, Weights,
};
use units::{Bytes, Cores, DataPrice, Delay, Loss, Span, Throughput, Time, When};

use crate::{Order, Planner, Policy, World};

/// Monday 2026-01-05T00:00:00Z.
pub(super) const NOW: Time = Time::from_millis(1_767_571_200_000);

pub(super) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(super) fn key(text: &str) -> JobKey {
    format!("demo.{text}").parse().unwrap()
}

/// The words behind the fixed ones: `key=value`, or a word alone.
pub(super) struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self(line.split_whitespace().collect())
    }
    fn at(&self, index: usize) -> &'a str {
        self.0[index]
    }
    fn has(&self, word: &str) -> bool {
        self.0.contains(&word)
    }
    fn text(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }
    fn get<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, key: &str) -> Option<T> {
        self.text(key).map(|value| value.parse().unwrap())
    }
    fn names(&self, key: &str) -> Vec<Name> {
        self.text(key).into_iter().flat_map(|list| list.split(',')).map(name).collect()
    }
}

pub(super) fn add(world: &mut World, line: &str) -> Option<()> {
    let words = Words::new(line);
    let called = || name(words.at(1));
    match words.at(0) {
        "node" => {
            drop(world.nodes.insert(called(), NodeSpec { place: PLACE, region: name("earth") }))
        }
        "flavor" => drop(world.flavors.insert(called(), flavor(&words))),
        "site" => drop(world.sites.insert(called(), site(&words))),
        "pool" => drop(world.pools.insert(called(), pool(&words))),
        "link" => drop(world.links.insert(called(), link(&words))),
        "dataset" => drop(world.datasets.insert(called(), dataset(&words))),
        _ => return None,
    }
    Some(())
}

const PLACE: Coordinates = Coordinates { lat: 40.0, lon: 110.0 };

fn flavor(words: &Words<'_>) -> FlavorSpec {
    let count: u32 = words.get("acc").unwrap_or(0);
    let accelerator = Accelerator { model: name("chip"), count, memory: None, simulated: false };
    let throughput = words.get::<Throughput>("fp32").map(|it| (model::Precision::Fp32, it));
    FlavorSpec {
        arch: Arch::X86_64,
        cores: words.at(2).parse().unwrap(),
        memory: words.at(3).parse().unwrap(),
        accelerator: (count > 0).then_some(accelerator),
        throughput: throughput.into_iter().collect(),
        throughput_source: model::ThroughputSource::Rated,
        power: words.at(4).parse().unwrap(),
        embodied: None,
    }
}

fn site(words: &Words<'_>) -> SiteSpec {
    let valley = words.text("valley").map(|text| {
        let (hours, price) = text.split_once(':').unwrap();
        let (from, to) = hours.split_once('-').unwrap();
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        HourBand { name: "valley".into(), from, to, price: price.parse().unwrap() }
    });
    let price = words.get("price").unwrap_or_default();
    let season = TariffSeason { months: vec![], price, bands: valley.into_iter().collect() };
    SiteSpec {
        organization: name(&format!("{}-owner", words.at(1))),
        region: words.get("region").unwrap_or_else(|| name("earth")),
        place: PLACE,
        time_zone: "UTC".into(),
        pue: words.get("pue").unwrap_or(units::Pue::ONE),
        tariff: Tariff { source: None, seasons: vec![season] },
        carbon: CarbonSource {
            intensity: words.get("carbon").unwrap_or_default(),
            by_hour: by_hour(words),
            source: None,
        },
        power: words.get("power").map(|cap| SitePower { cap }),
        electricity: None,
        admission: model::Admission::Open,
        maintenance: vec![],
        storage: None,
        rates: None,
    }
}

/// `green=10-16:50gCO2/kWh`: another intensity in these hours.
fn by_hour(words: &Words<'_>) -> Vec<units::CarbonIntensity> {
    let Some(text) = words.text("green") else { return Vec::new() };
    let (hours, intensity) = text.split_once(':').unwrap();
    let (from, to) = hours.split_once('-').unwrap();
    let hours = from.parse::<u32>().unwrap()..to.parse().unwrap();
    let other = words.get("carbon").unwrap_or_default();
    (0..24)
        .map(|hour| if hours.contains(&hour) { intensity.parse().unwrap() } else { other })
        .collect()
}

fn pool(words: &Words<'_>) -> PoolSpec {
    PoolSpec {
        site: name(words.at(2)),
        flavor: name(words.at(3)),
        units: words.at(4).parse().unwrap(),
        units_per_node: words.get("node"),
        price: words.at(5).parse().unwrap(),
    }
}

fn link(words: &Words<'_>) -> LinkSpec {
    LinkSpec {
        ends: [name(words.at(2)), name(words.at(3))],
        delay: words.at(4).parse().unwrap(),
        capacity: words.at(5).parse().unwrap(),
        price: words.at(6).parse().unwrap(),
        jitter: words.get("jitter").unwrap_or(Delay::ZERO),
        loss: Loss::ZERO,
        down: words.has("down"),
        organization: name("carrier"),
    }
}

fn dataset(words: &Words<'_>) -> DatasetSpec {
    DatasetSpec {
        size: words.at(2).parse().unwrap(),
        replicas: words.at(3).split(',').map(name).collect(),
        content: None,
        price: words.get("price").unwrap_or(DataPrice::ZERO),
        organization: name("data-owner"),
    }
}

pub(super) fn job(line: &str) -> JobSpec {
    let words = Words::new(line);
    let choice = |text: &str| {
        let (flavor, run) =
            text.split_once(':').map_or((text, None), |(flavor, run)| (flavor, Some(run)));
        let run_time = run.map(|run| run.parse().unwrap());
        Choice { flavor: name(flavor), cores: None, memory: None, accelerators: None, run_time }
    };
    let any_of =
        words.text("any_of").into_iter().flat_map(|list| list.split(',')).map(choice).collect();
    let result = words.text("result").map(|text| {
        let (size, to) = text.split_once(':').unwrap();
        ResultSpec { size: size.parse().unwrap(), to: name(to), dataset: None }
    });
    let weights = |text: &str| {
        let mut each = text.split(',').map(|it| it.parse().unwrap());
        let mut next = || each.next().unwrap();
        Objective::Weights(Weights { cost: next(), carbon: next(), time: next() })
    };
    let objective = words.text("objective").map_or(Objective::Cost, |text| match text {
        "cost" => Objective::Cost,
        "carbon" => Objective::Carbon,
        "time" => Objective::Time,
        other => weights(other),
    });
    JobSpec {
        array: None,
        exclusive: false,
        image: None,
        grace: None,
        checkpoint: words.text("pauses").map(|_| model::Checkpoint::default()),
        pauses: words.text("pauses").map(|text| {
            let (least, overhead) = text.split_once(':').unwrap();
            model::Pauses { least: least.parse().unwrap(), overhead: overhead.parse().unwrap() }
        }),
        command: vec!["true".into()],
        script: None,
        env: BTreeMap::new(),
        tasks: words.get("tasks").unwrap_or(1),
        resources: Resources {
            cores: words.get("cores").unwrap_or(Cores::new(1_000)),
            memory: words.get("memory").unwrap_or(Bytes::new(1 << 20)),
            accelerators: words.get("acc").unwrap_or(0),
            any_of,
        },
        inputs: words.names("inputs").into_iter().map(|dataset| DatasetRef { dataset }).collect(),
        result,
        user: words.get("user"),
        network: NetworkNeed {
            bandwidth: words.get("bandwidth"),
            latency: words.get("latency"),
            jitter: words.get("jitter"),
            prefix: None,
            open: false,
        },
        earliest: words.get::<When>("earliest"),
        deadline: words.get::<When>("deadline"),
        run_time: words.get("run"),
        work: words.get("fp32").map(|work| (model::Precision::Fp32, work)).into_iter().collect(),
        time_limit: words.get("limit"),
        interruptible: false,
        budget: words.get("budget"),
        carbon_cap: words.get("cap"),
        regions: Regions { allow: words.names("allow"), forbid: words.names("forbid") },
        priority: 5,
        objective,
        retries: 0,
    }
}

pub(super) fn planner(world_text: &str, policy: Policy) -> (Planner, Vec<&str>) {
    let mut world = World::default();
    let lines = world_text.lines().map(str::trim).filter(|line| !line.is_empty());
    let rest: Vec<&str> = lines.clone().filter(|line| add(&mut world, line).is_none()).collect();
    let mut planner = Planner::new(world, policy);
    for words in lines.map(Words::new).filter(|words| words.at(0) == "site") {
        planner.set_online(&name(words.at(1)), !words.has("offline"));
    }
    (planner, rest)
}

/// Holds units of a pool or Mbit/s of a link, if both exist and it fits.
pub(super) fn hold_in(
    planner: &mut Planner,
    called: &str,
    what: &str,
    window: (Time, Time),
    amount: u64,
) -> bool {
    let is_link = planner.world().links.contains_key(&name(what));
    let Some((pool, spec)) =
        planner.world().pools.iter().find(|(pool, _)| is_link || pool.as_str() == what)
    else {
        return false;
    };
    let (start, end) = window;
    let path = is_link.then(|| PathChoice {
        from: spec.site.clone(),
        to: spec.site.clone(),
        links: vec![name(what)],
        delay: Delay::ZERO,
        jitter: Delay::ZERO,
        bandwidth: units::Bandwidth::new(amount * 1_000_000),
    });
    let decision = Decision {
        site: spec.site.clone(),
        pool: pool.clone(),
        flavor: spec.flavor.clone(),
        units_per_task: 1,
        units: if is_link { 0 } else { u32::try_from(amount).unwrap() },
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
        total: units::Money::ZERO,
        score: units::Money::ZERO,
        bound: None,
        energy: units::Energy::ZERO,
        carbon: units::Carbon::ZERO,
        candidates: Vec::new(),
        more_candidates: 0,
    };
    planner.hold(&key(called), &decision).is_ok()
}

/// Waiting is free unless a test is about it.
pub(super) fn patient() -> Policy {
    Policy { waiting_price: units::HourPrice::ZERO, ..Policy::default() }
}

/// Runs a text and tells what was decided.
pub(super) fn told(text: &str) -> String {
    told_with(text, patient())
}

pub(super) fn told_with(text: &str, policy: Policy) -> String {
    let (mut planner, rest) = planner(text, policy);
    let mut out = String::new();
    for line in rest {
        let words = Words::new(line);
        let span = |index: usize| {
            NOW.after(words.at(index).trim_start_matches('+').parse::<Span>().unwrap())
        };
        match words.at(0) {
            "job" => decide(&mut planner, &words, line, &mut out),
            "release" => planner.release(&key(words.at(1)), span(2)),
            "extend" => planner.extend(&key(words.at(1)), span(2)),
            "down" => planner.set_link_up(&name(words.at(1)), false),
            "up" => planner.set_link_up(&name(words.at(1)), true),
            other => panic!("what is {other}?"),
        }
    }
    out
}

fn decide(planner: &mut Planner, words: &Words<'_>, line: &str, out: &mut String) {
    let (key, spec) = (key(words.at(1)), job(line));
    let order = Order::new(&key, &spec, NOW, NOW);
    let outcome = planner.decide(&order, NOW);
    if let (Outcome::Placed(decision), true) = (&outcome, words.has("hold")) {
        planner.hold(&key, decision).unwrap();
    }
    *out += &outcome_told(words.at(1), &outcome, words.has("lines"));
}

fn after(time: Time) -> String {
    format!("+{}", time.since(NOW))
}

fn outcome_told(called: &str, outcome: &Outcome, with_lines: bool) -> String {
    let mut out = String::new();
    match outcome {
        Outcome::Placed(decision) => placed(called, decision, with_lines, &mut out),
        Outcome::Unplaced { candidates, nearest } => {
            writeln!(out, "{called}: no place").unwrap();
            refusals(candidates, &mut out);
            if let Some(it) = nearest {
                let (start, delivered) = (after(it.start), after(it.delivered));
                let value = it.value.parse::<Time>().map_or_else(|_| it.value.clone(), after);
                writeln!(
                    out,
                    "  nearest: {} {value} at {} {start} to {delivered} for {}",
                    it.field, it.site, it.total
                )
                .unwrap();
            }
        }
    }
    out
}

fn refusals(candidates: &[model::Candidate], out: &mut String) {
    for it in candidates {
        match &it.refused {
            Some(refusal) => {
                writeln!(out, "  {}: {}: {}", it.site, refusal.rule, refusal.detail).unwrap();
            }
            None => {
                let (pool, start, total) =
                    (it.pool.as_ref().unwrap(), after(it.start.unwrap()), it.total.unwrap());
                writeln!(out, "  {}: {pool} {start} {total}", it.site).unwrap();
            }
        }
    }
}

fn path(path: &PathChoice) -> String {
    let links: Vec<&str> = path.links.iter().map(Name::as_str).collect();
    let links = if links.is_empty() { "nothing".into() } else { links.join(",") };
    format!("{}->{} over {links} {} {}", path.from, path.to, path.delay, path.bandwidth)
}

fn placed(called: &str, it: &Decision, with_lines: bool, out: &mut String) {
    let (start, end) = (after(it.start), after(it.end));
    writeln!(out, "{called}: {} {}x{} {start} to {end} {}", it.pool, it.units, it.flavor, it.total)
        .unwrap();
    if let Some(way) = &it.path {
        writeln!(out, "  path {}", path(way)).unwrap();
    }
    for it in &it.transfers {
        let what = it.dataset.as_ref().map_or("result", Name::as_str);
        writeln!(
            out,
            "  move {what} {} {} {} for {}",
            it.size,
            path(&it.path),
            after(it.start),
            it.span
        )
        .unwrap();
    }
    if it.delivered != it.end {
        writeln!(out, "  delivered {}", after(it.delivered)).unwrap();
    }
    for line in it.lines.iter().filter(|_| with_lines) {
        let provider = line.provider.as_ref().map_or("nobody", Name::as_str);
        let (kind, what) = (line.kind, &line.what);
        writeln!(
            out,
            "  {kind} {what}: {} at {} = {} to {provider}",
            line.quantity, line.price, line.amount
        )
        .unwrap();
    }
    refusals(it.candidates.get(1..).unwrap_or_default(), out);
}
