//! Everything fails, in an order drawn from a seed. Afterwards the world heals, and the oracle looks at what really
//! ran and what is really on disk.

use std::collections::{BTreeMap, BTreeSet};

use model::{JobKey, JobState};
use units::Span;

use super::grid::{Grid, WORLD, name};

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

fn order(at: u64, dice: &mut Dice) -> String {
    let tasks = 1 + dice.roll(3);
    let priority = dice.roll(10);
    let exclusive = dice.roll(2) == 0;
    let network =
        if dice.roll(4) == 0 { ", user: east, network: {bandwidth: 2Gbit/s}" } else { "" };
    format!(
        "kind: Job\nmetadata: {{name: j{at}, project: p}}\nspec: {{command: [work], run_time: {}s, tasks: {tasks}, \
         priority: {priority}, exclusive: {exclusive}{network}}}\n",
        1 + dice.roll(20)
    )
}

fn break_something(grid: &mut Grid, dice: &mut Dice) {
    let site = name(if dice.roll(2) == 0 { "east" } else { "west" });
    let now = grid.now;
    let it = grid.sites.get_mut(&site).unwrap();
    match dice.roll(60) {
        0 => it.agent_up = false,
        1..=3 => it.restart_agent(),
        4 => it.cut_until = Some(now.after(Span::seconds(1 + dice.roll(60)))),
        5 => grid.restart_server(),
        6 => {
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
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut grid = Grid::new(WORLD);
    let mut cancelled = BTreeSet::new();
    for at in 0..600 {
        if at % 12 == 0 {
            let _ = grid.submit(&order(at, &mut dice));
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
        grid.step();
    }
    for site in grid.sites.values_mut() {
        site.cut_until = None;
        site.restart_agent();
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
    }
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
