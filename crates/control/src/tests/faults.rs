//! Everything fails, in an order drawn from a seed. Afterwards the world heals, and the oracle looks at what really
//! ran and what is really on disk.

use std::collections::{BTreeMap, BTreeSet};

use model::{JobKey, JobState};
use units::Span;

use super::{
    data,
    grid::{Grid, WORLD, name},
};

/// xorshift64*, enough for a test.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }
}

fn order(at: u64, dice: &mut Dice, more: &str) -> String {
    let tasks = 1 + dice.roll(3);
    let priority = dice.roll(10);
    let exclusive = dice.roll(2) == 0;
    let network =
        if dice.roll(4) == 0 { ", user: east, network: {bandwidth: 2Gbit/s}" } else { "" };
    format!(
        "kind: Job\nmetadata: {{name: j{at}, project: p}}\nspec: {{command: [work], run_time: {}s, tasks: {tasks}, \
         priority: {priority}, exclusive: {exclusive}{network}{more}}}\n",
        1 + dice.roll(20)
    )
}

fn break_something(grid: &mut Grid, dice: &mut Dice) {
    let site = name(if dice.roll(2) == 0 { "east" } else { "west" });
    let now = grid.now;
    let it = grid.sites.get_mut(&site).unwrap();
    match dice.roll(240) {
        0..=3 => it.agent_up = false,
        4..=7 => it.restart_agent(),
        8..=11 => it.cut_until = Some(now.after(Span::seconds(1 + dice.roll(60)))),
        // Rarely: sites get a whole lease each time, and none would ever be lost.
        12 => grid.restart_server(),
        13 => {
            // The server dies with changes that were never committed.
            let live: Vec<JobKey> = grid.disk.jobs.keys().cloned().collect();
            for key in live.iter().take(2) {
                let _ = grid.control.cancel(key, None, now);
            }
            grid.restart_server();
        }
        _ => {}
    }
}

fn run(seed: u64) -> Grid {
    let mut grid = Grid::new(WORLD);
    super::money::project(&mut grid, ", account: {credit: 100CNY}").unwrap();
    run_in(grid, seed, |_, _| "", |_, _| {})
}

/// `more` adds to an order, `also` does something at each step.
fn run_in(
    mut grid: Grid,
    seed: u64,
    more: impl Fn(&mut Dice, u64) -> &'static str,
    mut also: impl FnMut(&mut Grid, &mut Dice),
) -> Grid {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut cancelled = BTreeSet::new();
    for at in 0..600 {
        if at % 12 == 0 {
            let extra = more(&mut dice, at);
            let _ = grid.submit(&order(at, &mut dice, extra));
        }
        if dice.roll(100) == 0 {
            let keys: Vec<JobKey> = grid.disk.jobs.keys().cloned().collect();
            let pick = usize::try_from(dice.roll(keys.len().max(1) as u64)).unwrap();
            if let Some(key) = keys.get(pick)
                && grid.control.cancel(key, None, grid.now).is_ok()
            {
                grid.commit();
                cancelled.insert(key.clone());
            }
        }
        break_something(&mut grid, &mut dice);
        also(&mut grid, &mut dice);
        grid.step();
    }
    for site in grid.sites.values_mut() {
        site.cut_until = None;
        site.restart_agent();
        if let Some(data) = &mut site.data {
            data.broken = None;
        }
    }
    for _ in 0..3_000 {
        grid.step();
        let is_quiet = grid.sites.values().all(|site| site.tasks.is_empty());
        if is_quiet && grid.disk.jobs.values().all(|job| job.status.state.is_final()) {
            break;
        }
    }
    grid
}

#[test]
fn every_job_ends_exactly_once_whatever_fails() {
    for seed in 1..=25 {
        let grid = run(seed);
        let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
        for event in &grid.disk.events {
            let is_end = event.what.parse::<JobState>().is_ok_and(JobState::is_final);
            *ends.entry(&event.subject).or_default() += u32::from(is_end);
        }
        for (key, job) in &grid.disk.jobs {
            let state = job.status.state;
            assert!(state.is_final(), "seed {seed}: {key} is {state}: {}", job.status.reason);
            assert_eq!(ends[key.to_string().as_str()], 1, "seed {seed}: {key}");
            let whole = grid
                .completed
                .iter()
                .filter(|id| id.job == *key && id.attempt == job.status.attempt)
                .count();
            if state == JobState::Succeeded {
                assert_eq!(
                    whole, job.spec.tasks as usize,
                    "seed {seed}: {key} succeeded without its tasks"
                );
            }
        }
        assert!(
            grid.sites.values().all(|site| site.tasks.is_empty()),
            "seed {seed}: a site keeps tasks"
        );
        let succeeded =
            grid.disk.jobs.values().filter(|job| job.status.state == JobState::Succeeded).count();
        assert!(succeeded > 10, "seed {seed}: only {succeeded} succeeded");
        let paid: i64 = grid.disk.charges.iter().map(|it| it.line.amount.get()).sum();
        assert!(paid > 0 && grid.disk.ledger.balance("project:p") == -paid, "seed {seed}");
        assert!(grid.disk.ledger.holds().is_empty(), "seed {seed}");
    }
}

/// Inputs at either site, checkpoints, results; stores that break, and hardly room for all of it.
fn run_with_data(seed: u64) -> Grid {
    let more = [("one", 1, "east"), ("two", 2, "west"), ("three", 3, "east"), ("four", 4, "east")];
    let more: String = more.map(|(name, n, site)| data::dataset(name, n, "10GB", site)).concat();
    let mut grid = data::grid(&more);
    grid.task_time = Span::seconds(8);
    for (site, n) in [("west", 2), ("east", 3), ("east", 4)] {
        let now = grid.now;
        data::keep(&mut grid, site, n, now);
    }
    for site in grid.sites.values_mut() {
        site.data.as_mut().unwrap().quota = 60_000_000_000;
    }
    let extra = |dice: &mut Dice, _| match dice.roll(6) {
        0 => ", inputs: [{dataset: one}, {dataset: two}], checkpoint: {}",
        1 => ", inputs: [{dataset: three}], checkpoint: {every: 1s}",
        2 => ", checkpoint: {}, result: {size: 10GB, to: east, dataset: left}",
        3 => ", inputs: [{dataset: four}]",
        4 => ", checkpoint: {every: 2s}",
        _ => "",
    };
    let mut next = 10;
    run_in(grid, seed, extra, move |grid, dice| {
        save_and_break(grid, dice, &mut next);
        check_copies(grid);
    })
}

/// Running jobs leave what they were asked to; now and then a store breaks or is mended.
fn save_and_break(grid: &mut Grid, dice: &mut Dice, next: &mut u8) {
    let runs = |job: &&api::JobView| job.status.state == JobState::Running;
    let running: Vec<api::JobView> = grid.disk.jobs.values().filter(runs).cloned().collect();
    for job in running {
        let site = job.status.decision.as_ref().unwrap().site.to_string();
        if !grid.sites[&name(&site)].agent_up {
            continue;
        }
        let mut leave = |folder| {
            *next = if *next >= 250 { 10 } else { *next + 1 };
            data::save(grid, &site, &job.key, job.status.attempt, folder, *next);
        };
        if job.spec.checkpoint.is_some() && dice.roll(8) == 0 {
            leave(api::JobFolder::Checkpoint);
        }
        let has_result = job.spec.result.is_some();
        if has_result && job.status.tasks.iter().all(|it| it.started.is_some()) && dice.roll(3) == 0
        {
            leave(api::JobFolder::Result);
        }
    }
    if dice.roll(40) == 0 {
        let site = name(if dice.roll(2) == 0 { "east" } else { "west" });
        let data = grid.sites.get_mut(&site).unwrap().data.as_mut().unwrap();
        data.broken = match data.broken {
            Some(_) => None,
            None => Some("broken".to_owned()),
        };
    }
}

/// Nothing that a dataset or a job speaks of is gone from everywhere.
fn check_copies(grid: &Grid) {
    let has = |content: &model::Content| {
        let mut stores = grid.sites.values().filter_map(|site| site.data.as_ref());
        stores.any(|data| data.contents.contains_key(content))
    };
    let jobs = grid.disk.jobs.values().filter(|job| !job.status.state.is_final());
    for saved in jobs.filter_map(|job| job.status.checkpoint.as_ref()) {
        assert!(has(&saved.content), "the last copy of a checkpoint is gone: {}", saved.content);
    }
    for (key, view) in grid.disk.resources() {
        if let Some(content) = view.spec.get("content").and_then(|it| it.as_str()) {
            assert!(has(&content.parse().unwrap()), "the last copy of {} is gone", key.1);
        }
    }
}

#[test]
fn with_data_no_copy_is_lost_and_nothing_starts_without_its_inputs() {
    let (mut resumed, mut lost) = (0, 0);
    for seed in 1..=12 {
        let grid = run_with_data(seed);
        for (key, job) in &grid.disk.jobs {
            let state = job.status.state;
            assert!(state.is_final(), "seed {seed}: {key} is {state}: {}", job.status.reason);
            resumed += u32::from(job.status.resumed.is_some());
        }
        check_copies(&grid);
        lost += grid.disk.events.iter().filter(|event| event.what == "offline").count();
        let done = |job: &&api::JobView| job.status.state == JobState::Succeeded;
        let succeeded = grid.disk.jobs.values().filter(done).count();
        assert!(succeeded > 10, "seed {seed}: only {succeeded} succeeded");
    }
    assert!(lost > 10, "only {lost} times a site was lost");
    assert!(resumed >= 5, "only {resumed} jobs went on from a checkpoint");
}

#[test]
fn the_same_seed_is_the_same_story() {
    let tell = |seed| {
        let grid = run(seed);
        grid.disk
            .events
            .iter()
            .map(|event| format!("{} {} {}\n", event.time, event.subject, event.what))
            .collect::<String>()
    };
    assert_eq!(tell(7), tell(7));
}
