//! Sites that are lost, come and go, are emptied, or publish what they have; arrays.

use std::collections::{BTreeMap, BTreeSet};

use api::{Capabilities, FoundPool, SiteAbout};
use expect_test::expect;
use model::{JobState, Kind};
use units::Span;

use super::grid::{Grid, WORLD, name};

fn job(name: &str, spec: &str) -> String {
    format!(
        "kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work], run_time: 3s{spec}}}\n"
    )
}

fn apply(grid: &mut Grid, manifest: &str) {
    let resources = api::manifest::parse(manifest).unwrap();
    grid.control.apply(resources, &BTreeMap::new(), false, grid.now).unwrap();
    grid.commit();
}

fn site(grid: &mut Grid, which: &str, more: &str) {
    let of_it = WORLD.split("---").find(|text| text.contains(&format!("name: {which}}}"))).unwrap();
    apply(grid, &of_it.trim_end().replace("pue: 1.2", &format!("pue: 1.2, {more}")));
}

#[test]
fn what_runs_at_a_lost_site_runs_elsewhere_after_lease_and_margin() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(200);
    grid.step();
    let (quick, careful) = (
        grid.submit(&job("quick", "")).unwrap(),
        grid.submit(&job("careful", ", exclusive: true")).unwrap(),
    );
    grid.steps(5);
    let west = name("west");
    grid.sites.get_mut(&west).unwrap().cut_until = Some(grid.now.after(Span::seconds(70)));
    let (cut, mut seen) = (grid.now, BTreeMap::new());
    for _ in 0..300 {
        grid.step();
        for key in [&quick, &careful] {
            let status = &grid.disk.jobs[key].status;
            if status.state == JobState::Running && status.attempt == 2 {
                seen.entry(key.clone()).or_insert(grid.now.since(cut));
            }
        }
    }
    // The lease is 20 s, the time that a site keeps its work 40 s, the margin 2 s.
    assert!((22_000..=23_000).contains(&seen[&quick].get()), "{seen:?}");
    assert!((42_000..=43_000).contains(&seen[&careful].get()), "{seen:?}");
    grid.steps(1_000);
    assert_eq!(
        (grid.state(&quick), grid.state(&careful)),
        (JobState::Succeeded, JobState::Succeeded)
    );
    let attempts: BTreeSet<u32> = grid.completed.iter().map(|id| id.attempt).collect();
    assert_eq!(attempts, BTreeSet::from([2]), "the old run was stopped when its site came back");
}

#[test]
fn a_job_that_is_lost_again_and_again_is_quarantined() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(1_000);
    grid.step();
    let poison = grid.submit(&job("poison", "")).unwrap();
    for _ in 0..2_000 {
        let at = grid.disk.jobs[&poison].status.decision.as_ref().map(|it| it.site.clone());
        let runs = grid.state(&poison) == JobState::Running;
        for (name, site) in &mut grid.sites {
            match site.agent_up {
                true if runs && at.as_ref() == Some(name) => site.agent_up = false,
                false if !runs => site.restart_agent(),
                _ => {}
            }
        }
        grid.step();
        if grid.state(&poison).is_final() {
            break;
        }
    }
    let status = &grid.disk.jobs[&poison].status;
    assert_eq!((status.state, status.losses), (JobState::Failed, 5), "{}", status.reason);
    assert!(status.reason.starts_with("quarantined: 5 runs in a row"), "{}", status.reason);
}

#[test]
fn a_site_that_comes_and_goes_gets_nothing_new_for_a_while() {
    let mut grid = Grid::new(WORLD);
    for _ in 0..3 {
        grid.steps(5);
        grid.sites.get_mut(&name("west")).unwrap().cut_until =
            Some(grid.now.after(Span::seconds(25)));
        grid.steps(130);
    }
    let shy = grid.submit(&job("shy", "")).unwrap();
    grid.step();
    let at = |grid: &Grid| grid.disk.jobs[&shy].status.decision.clone().unwrap();
    assert_eq!(at(&grid).site, name("east"));
    let told = at(&grid).candidates.into_iter().find(|it| it.site == name("west")).unwrap();
    assert_eq!(told.refused.unwrap().rule.as_str(), "admission");
    grid.steps(200);
    let again = grid.submit(&job("again", "")).unwrap();
    grid.step();
    assert_eq!(grid.disk.jobs[&again].status.decision.as_ref().unwrap().site, name("west"));
}

#[test]
fn an_engine_that_is_away_keeps_its_work_and_gets_no_more() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(30);
    grid.step();
    let first = grid.submit(&job("first", "")).unwrap();
    grid.steps(5);
    let west = name("west");
    grid.sites.get_mut(&west).unwrap().engine_away = Some("slurmctld does not answer".into());
    grid.steps(5);
    let second = grid.submit(&job("second", "")).unwrap();
    grid.step();
    assert_eq!(grid.disk.jobs[&second].status.decision.as_ref().unwrap().site, name("east"));
    assert_eq!(grid.state(&first), JobState::Running);
    grid.sites.get_mut(&west).unwrap().engine_away = None;
    grid.steps(200);
    assert_eq!(grid.disk.jobs[&first].status.attempt, 1);
    assert_eq!(grid.state(&first), JobState::Succeeded);
    expect!["created online engine-away engine-back"].assert_eq(&grid.history("west"));
}

#[test]
fn an_engine_that_stays_away_is_lost() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(300);
    grid.step();
    let job = grid.submit(&job("moves", "")).unwrap();
    grid.steps(5);
    grid.sites.get_mut(&name("west")).unwrap().engine_away = Some("gone".into());
    grid.steps(640);
    let status = &grid.disk.jobs[&job].status;
    assert_eq!(status.decision.as_ref().unwrap().site, name("east"), "{}", status.reason);
    assert_eq!(status.attempt, 2);
}

#[test]
fn a_drained_site_is_emptied_and_a_cordoned_one_is_not() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(10);
    grid.step();
    let first = grid.submit(&job("first", "")).unwrap();
    grid.steps(5);
    site(&mut grid, "west", "admission: cordoned");
    let second = grid.submit(&job("second", "")).unwrap();
    grid.steps(5);
    let place = |grid: &Grid, key| grid.disk.jobs[key].status.decision.clone().map(|it| it.site);
    assert_eq!(place(&grid, &first), Some(name("west")));
    assert_eq!(place(&grid, &second), Some(name("east")));
    site(&mut grid, "west", "admission: drained");
    grid.steps(10);
    assert_eq!(place(&grid, &first), Some(name("east")));
    grid.steps(100);
    assert_eq!(
        (grid.state(&first), grid.state(&second)),
        (JobState::Succeeded, JobState::Succeeded)
    );
}

#[test]
fn nothing_runs_during_maintenance() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(20);
    grid.step();
    let (from, to) = (grid.now.after(Span::seconds(8)), grid.now.after(Span::seconds(60)));
    let long = grid.submit(&job("long", ", regions: {allow: [r-west]}")).unwrap();
    grid.steps(5);
    site(&mut grid, "west", &format!("maintenance: [{{from: '{from}', to: '{to}'}}]"));
    while grid.now < from.after(Span::seconds(2)) {
        grid.step();
    }
    while grid.now < to {
        let runs = grid.sites[&name("west")].tasks.values().any(|task| task.exit.is_none());
        assert!(!runs, "at {}", grid.now);
        grid.step();
    }
    grid.steps(150);
    assert_eq!(grid.state(&long), JobState::Succeeded);
}

#[test]
fn an_array_takes_turns_and_repeats_only_what_failed() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    grid.sites.get_mut(&name("west")).unwrap().fails_first = BTreeSet::from([2, 5]);
    let array =
        grid.submit(&job("array", ", tasks: 7, array: {}, regions: {allow: [r-west]}")).unwrap();
    let decision = grid.disk.jobs[&array].status.decision.clone().unwrap();
    assert_eq!(
        (decision.units, decision.run_time),
        (2, Span::seconds(12)),
        "two at once, four turns"
    );
    grid.steps(100);
    let status = &grid.disk.jobs[&array].status;
    assert_eq!((status.state, status.attempt), (JobState::Succeeded, 2), "{}", status.reason);
    let mut ran: Vec<(u32, u32)> = grid.completed.iter().map(|id| (id.index, id.attempt)).collect();
    ran.sort_unstable();
    assert_eq!(ran, [(0, 1), (1, 1), (2, 2), (3, 1), (4, 1), (5, 2), (6, 1)]);
}

fn found(units: u32) -> SiteAbout {
    let gpu = serde_json::json!({
        "name": "gpu", "units": units, "units_per_node": 4,
        "flavor": { "arch": "x86_64", "cores": "8", "memory": "64GiB", "power": "300W",
                    "accelerator": { "model": "a100", "count": 1 } },
    });
    let pool: FoundPool = serde_json::from_value(gpu).unwrap();
    let can = Capabilities { accelerators: true, ..Capabilities::default() };
    SiteAbout { engine: "slurm 22.05.8".into(), pools: vec![pool], can, ..SiteAbout::default() }
}

#[test]
fn a_site_publishes_its_pools_at_its_rates() {
    let mut grid = Grid::new(WORLD);
    site(&mut grid, "west", "rates: {core: 0.1CNY/h, accelerators: {a100: 6CNY/h}}");
    grid.sites.get_mut(&name("west")).unwrap().about = Some(found(8));
    grid.step();
    let world = grid.control.planner_world();
    let pool = &world.pools[&name("west-gpu")];
    assert_eq!(
        (pool.flavor.as_str(), pool.units, pool.units_per_node),
        ("a100-8c-64g", 8, Some(4))
    );
    assert_eq!(pool.price.to_string(), "6.8CNY/h");
    assert_eq!(grid.control.site_status(&name("west")).unwrap().engine, "slurm 22.05.8");
    let train = grid.submit(&job("train", ", resources: {accelerators: 2, cores: 1}")).unwrap();
    assert_eq!(grid.disk.jobs[&train].status.decision.as_ref().unwrap().pool, name("west-gpu"));
    // An operator prices it; the agent finds more of it later.
    apply(
        &mut grid,
        "kind: Pool\nmetadata: {name: west-gpu, labels: {published-by: west}}\nspec: {site: west, flavor: a100-8c-64g, units: 8, units_per_node: 4, price: 9CNY/h}\n",
    );
    grid.sites.get_mut(&name("west")).unwrap().about = Some(found(12));
    grid.step();
    let pool = &grid.control.planner_world().pools[&name("west-gpu")];
    assert_eq!((pool.units, pool.price.to_string().as_str()), (12, "9CNY/h"));
    assert_eq!(
        grid.disk
            .events
            .iter()
            .filter(|it| it.kind == Kind::Flavor && it.what == "created")
            .count(),
        2
    );
}
