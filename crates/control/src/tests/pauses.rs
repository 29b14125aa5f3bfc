//! Jobs that are paused where others have the place, or where it is cheaper.

use api::{Capabilities, JobView, SiteAbout};
use model::{JobKey, JobState};
use units::{Money, Span, Time};

use super::{
    grid::{Grid, START, name},
    money::{deposit, project},
};

const WORLD: &str = "
kind: Organization
metadata: {name: o}
spec: {}
---
kind: Project
metadata: {name: p}
spec: {organization: o}
---
kind: Flavor
metadata: {name: cpu}
spec: {arch: x86_64, cores: 1, memory: 1GiB, power: 1kW}
---
kind: Site
metadata: {name: west}
spec:
  organization: o
  region: r-west
  storage: s3://west
  place: {lat: 40, lon: 111}
  time_zone: Asia/Shanghai
  pue: 1.5
  tariff: {seasons: [{price: 0.3CNY/kWh}]}
  carbon: {intensity: 500gCO2/kWh}
---
kind: Site
metadata: {name: east}
spec:
  organization: o
  region: r-east
  storage: s3://east
  place: {lat: 31, lon: 121}
  time_zone: Asia/Shanghai
  pue: 1.2
  tariff: {seasons: [{price: 3CNY/kWh}]}
  carbon: {intensity: 600gCO2/kWh}
---
kind: Pool
metadata: {name: west-cpu}
spec: {site: west, flavor: cpu, units: 1, price: 0.1CNY/h}
---
kind: Pool
metadata: {name: east-cpu}
spec: {site: east, flavor: cpu, units: 1, price: 0.1CNY/h}
";

const MINUTE: usize = 300;

fn job(name: &str, spec: &str) -> String {
    format!(
        "kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work], {spec}}}\n"
    )
}

fn view<'a>(grid: &'a Grid, job: &JobKey) -> &'a JobView {
    &grid.disk.jobs[job]
}

/// A job that has ten minutes before another takes its place for five, and the time after that.
fn shared() -> (Grid, JobKey, JobKey) {
    let mut grid = Grid::new(WORLD);
    for site in grid.sites.values_mut() {
        let can = Capabilities { fences: true, data: true, ..Capabilities::default() };
        site.about = Some(SiteAbout { can, ..SiteAbout::default() });
    }
    grid.step();
    project(&mut grid, ", account: {}").unwrap();
    deposit(&mut grid, "first", "project:p", 20_000_000_000).unwrap();
    let rigid = "run_time: 5m, earliest: +10m, regions: {allow: [r-west]}";
    let rigid = grid.submit(&job("rigid", rigid)).unwrap();
    let soft = "run_time: 12m, deadline: +40m, checkpoint: {}, pauses: {least: 2m, overhead: 10s}";
    let soft = grid.submit(&job("soft", soft)).unwrap();
    grid.task_time = Span::minutes(12);
    (grid, soft, rigid)
}

/// Minutes from the beginning, rounded.
fn minutes(view: &JobView) -> Vec<(u64, u64)> {
    let decision = view.status.decision.as_ref().unwrap();
    let since = |time: Time| (time.since(START).get() + 30_000) / 60_000;
    decision.runs().map(|it| (since(it.start), since(it.end))).collect()
}

fn until(grid: &mut Grid, most: usize, is_so: impl Fn(&Grid) -> bool) {
    for _ in 0..most {
        if is_so(grid) {
            return;
        }
        grid.step();
    }
    panic!("not within {most} steps: {:?}", grid.disk.events.last());
}

#[test]
fn a_paused_job_gives_its_place_back_and_goes_on_after_a_restart() {
    let (mut grid, soft, rigid) = shared();
    assert_eq!(minutes(view(&grid, &soft)), [(1, 10), (16, 19)]);
    let planned = view(&grid, &soft).status.decision.clone().unwrap();
    until(&mut grid, 11 * MINUTE, |grid| view(grid, &soft).status.progress.intervals == 1);
    let status = &view(&grid, &soft).status;
    assert_eq!(status.state, JobState::Held);
    assert!(status.reason.starts_with("paused until"), "{}", status.reason);
    assert!(status.progress.worked > Span::minutes(6), "{:?}", status.progress);
    assert_eq!(status.cost, status.progress.paid);
    // The accounts hold what is left of both.
    let left = planned.total.get() - status.cost.get();
    let other = view(&grid, &rigid).status.decision.as_ref().unwrap().total.get();
    let held: i64 = grid.disk.ledger.holds.values().map(|it| it.get()).sum();
    assert_eq!(held, left + other);
    grid.restart_server();
    grid.task_time = Span::minutes(5);
    until(&mut grid, 12 * MINUTE, |grid| grid.state(&rigid) == JobState::Succeeded);
    assert_eq!(grid.state(&soft), JobState::Held, "it is paused while the other runs");
    assert_eq!(minutes(view(&grid, &soft)), [(1, 10), (16, 19)], "and its plan is as it was");
    grid.task_time = Span::seconds(150);
    until(&mut grid, 12 * MINUTE, |grid| grid.state(&soft) == JobState::Succeeded);
    let history = grid.history("p.soft");
    let after = history.split("dispatched ").nth(1).unwrap();
    assert_eq!(after, "running pausing charged paused ", "{history}");
    let charges = grid.disk.charges.iter().filter(|it| it.job == soft);
    let sum = charges.clone().fold(Money::ZERO, |sum, it| sum.saturating_add(it.line.amount));
    let status = &view(&grid, &soft).status;
    assert_eq!((sum, status.attempt), (status.cost, 2));
    assert!(charges.clone().any(|it| it.start > START.after(Span::minutes(15))));
    // The units for as long as they were used; sites here tell of next to no energy.
    let of_units = planned.lines.iter().find(|it| it.kind == model::LineKind::Compute).unwrap();
    let part = sum.get() as f64 / of_units.amount.get() as f64;
    assert!((0.85..1.0).contains(&part), "paid {sum}, planned {}", of_units.amount);
    assert!(grid.disk.ledger.holds.is_empty());
}

#[test]
fn what_is_left_is_planned_anew_where_its_site_is_lost_in_the_pause() {
    let (mut grid, soft, _) = shared();
    until(&mut grid, 11 * MINUTE, |grid| view(grid, &soft).status.progress.intervals == 1);
    grid.sites.get_mut(&name("west")).unwrap().cut_until = Some(grid.now.after(Span::hours(2)));
    until(&mut grid, 2 * MINUTE, |grid| {
        view(grid, &soft).status.decision.as_ref().is_some_and(|it| it.site == name("east"))
    });
    let status = &view(&grid, &soft).status;
    let decision = status.decision.as_ref().unwrap();
    assert!(decision.run_time < Span::minutes(6), "{}: half of it is done", decision.run_time);
    assert_eq!((status.progress.intervals, status.progress.paid), (0, Money::ZERO));
    grid.task_time = Span::minutes(5);
    until(&mut grid, 8 * MINUTE, |grid| grid.state(&soft) == JobState::Succeeded);
    assert_eq!(view(&grid, &soft).status.attempt, 2);
}

#[test]
fn it_can_be_cancelled_in_its_pause() {
    let (mut grid, soft, _) = shared();
    until(&mut grid, 11 * MINUTE, |grid| view(grid, &soft).status.progress.intervals == 1);
    grid.control.cancel(&soft, None, grid.now).unwrap();
    grid.commit();
    assert_eq!(grid.state(&soft), JobState::Cancelled);
    let usage = grid.control.planner.usage(START.after(Span::minutes(17)));
    assert!(usage.pools.iter().all(|pool| pool.1 == 0), "{usage:?}");
}

#[test]
fn what_cannot_be_paused_is_refused() {
    let spec = "run_time: 1h, array: {}, pauses: {least: 1m, overhead: 2m}";
    let wrong = format!("{:?}", api::manifest::parse(&job("bad", spec)).unwrap_err());
    for part in ["give `checkpoint` too", "not with `array`", "leaves nothing of an interval"] {
        assert!(wrong.contains(part), "{wrong}");
    }
}
