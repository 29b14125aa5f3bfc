//! How long a clearing of the market takes: bids that a seed draws over a world of manifests.
//!
//! `cargo run --release -p control --example clearing -- examples/worlds/east-west.yaml [BIDS] [SEED]`

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_types,
    reason = "it is run to be read, measures on the clock, and its world is right"
)]

use std::{collections::BTreeMap, env, fs, time::Instant};

use api::{AgentReport, Capabilities, SiteAbout};
use control::{Control, Settings};
use model::{Kind, Resource};
use planner::Policy;
use units::{Money, Time, When};

/// Any time will do: it is the same each time.
const NOW: Time = Time::from_millis(1_772_000_000_000);

/// The `of`th number of the `nth` bid.
fn draw(seed: u64, nth: u64, of: u64, most: u64) -> u64 {
    let mixed = (seed * 1_000_003 + nth * 16 + of + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) % most
}

/// A job of 1 to 8 tasks of 1 to 4 cores for 30 minutes to 4 hours, due within 6 hours of its least run time; its owner
/// values an hour of a core at 0.15 to 1.15 yuan.
fn bid(seed: u64, nth: u64) -> (Resource, Money) {
    let one = |of, most| draw(seed, nth, of, most);
    let (tasks, cores, minutes) = (1 + one(0, 8), 1 + one(1, 4), 30 * (1 + one(2, 8)));
    let due = minutes + 30 + one(3, 330);
    let text = format!(
        "kind: Job\nmetadata: {{name: bid-{nth}, project: p-{}}}\nspec: {{command: [work], tasks: {tasks}, \
         resources: {{cores: {cores}}}, run_time: {minutes}m, deadline: +{due}m}}\n",
        nth % 10
    );
    let worth = tasks * cores * minutes * (150 + one(4, 1_000)) * 1_000_000 / 60;
    (api::manifest::parse(&text).unwrap().pop().unwrap(), Money::new(worth as i64))
}

fn world(file: &str) -> Control {
    let mut control = Control::new(Settings::default(), Policy::default());
    let mut resources = api::manifest::parse(&fs::read_to_string(file).unwrap()).unwrap();
    let owner = resources.iter().find(|it| it.spec.kind() == Kind::Organization).unwrap();
    let owner = owner.metadata.name.clone();
    let sites: Vec<_> = resources
        .iter()
        .filter(|it| it.spec.kind() == Kind::Site)
        .map(|it| it.metadata.name.clone())
        .collect();
    for nth in 0..10 {
        let text = format!(
            "kind: Project\nmetadata: {{name: p-{nth}}}\nspec: {{organization: {owner}}}\n"
        );
        resources.extend(api::manifest::parse(&text).unwrap());
    }
    control.apply(resources, &BTreeMap::new(), false, NOW).unwrap();
    let can = Capabilities { fences: true, ..Capabilities::default() };
    for site in sites {
        let report = AgentReport {
            instance: "1".into(),
            sent: NOW,
            generation: 0,
            tasks: Vec::new(),
            whole: true,
            engine_away: None,
            about: Some(SiteAbout { can, ..SiteAbout::default() }),
            data: None,
        };
        control.report(&site, &report, NOW).unwrap();
    }
    control
}

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let file = args.first().map_or("examples/worlds/east-west.yaml", String::as_str);
    let number = |at: usize, usual| args.get(at).map_or(usual, |it| it.parse().unwrap());
    let (bids, seed) = (number(1, 500), number(2, 1));
    let mut control = world(file);
    let began = Instant::now();
    let mut refused = 0;
    for nth in 0..bids {
        let (job, price) = bid(seed, nth);
        refused += u32::from(control.bid(job, price, None::<When>, NOW).is_err());
    }
    println!(
        "{bids} bids taken in {:.3} s, {refused} refused at once",
        began.elapsed().as_secs_f64()
    );
    control.take_changes();
    let now = control.next_clearing().unwrap();
    let began = Instant::now();
    let clearing = control.open_clearing(now).unwrap();
    let opened = began.elapsed();
    let chosen = clearing.solve();
    let solved = began.elapsed();
    control.close_clearing(&clearing, &chosen, now);
    let closed = began.elapsed();
    println!(
        "opened in {:.3} s, solved in {:.3} s, closed in {:.3} s",
        opened.as_secs_f64(),
        (solved - opened).as_secs_f64(),
        (closed - solved).as_secs_f64()
    );
    for change in control.take_changes() {
        if let control::Change::Clearing(it) = change {
            println!(
                "{} of {} bids won: welfare {}, no choice has more than {}, gap {:.2} %, paid {}, balanced {}, rational {}",
                it.won,
                it.bids,
                it.welfare,
                it.bound,
                it.gap_pct,
                it.paid,
                it.budget_balanced,
                it.rational
            );
        }
    }
}
