//! Demand response under virtual time: what gives way, what does not, and what is delivered.

use api::{DemandRequest, ProblemKind};
use model::JobState;
use units::{Energy, Power, Span};

use super::grid::{Grid, name};

fn job(name: &str, spec: &str) -> String {
    format!("kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work]{spec}}}\n")
}

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
  place: {lat: 40, lon: 111}
  time_zone: Asia/Shanghai
  pue: 1.5
  tariff: {seasons: [{price: 0.3CNY/kWh}]}
  carbon: {intensity: 500gCO2/kWh}
  electricity: {demand_response: [AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=]}
---
kind: Site
metadata: {name: east}
spec:
  organization: o
  region: r-east
  place: {lat: 31, lon: 121}
  time_zone: Asia/Shanghai
  pue: 1.2
  tariff: {seasons: [{price: 0.8CNY/kWh}]}
  carbon: {intensity: 600gCO2/kWh}
---
kind: Pool
metadata: {name: west-cpu}
spec: {site: west, flavor: cpu, units: 8, price: 0.1CNY/h}
---
kind: Pool
metadata: {name: east-cpu}
spec: {site: east, flavor: cpu, units: 2, price: 0.1CNY/h}
";

fn request(grid: &Grid, id: &str, kw: u64, minutes: u32) -> DemandRequest {
    DemandRequest {
        id: name(id),
        cut: Power::new(kw * 1_000_000),
        minutes,
        issued: grid.now,
        signature: String::new(),
    }
}

/// Two jobs that may be stopped and two that may not, all running in the west: 6 kW of the facility.
fn busy() -> Grid {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::minutes(30);
    grid.step();
    for at in 0..2 {
        let spec = ", run_time: 30m, regions: {allow: [r-west]}";
        grid.submit(&job(&format!("rigid-{at}"), spec)).unwrap();
        let objective = if at == 0 { "time" } else { "cost" };
        let spec = format!(", run_time: 30m, interruptible: true, objective: {objective}");
        grid.submit(&job(&format!("soft-{at}"), &spec)).unwrap();
    }
    grid.steps(5);
    assert_eq!(running(&grid), ["rigid-0", "rigid-1", "soft-0", "soft-1"]);
    grid
}

/// Names of the jobs that run in the west.
fn running(grid: &Grid) -> Vec<String> {
    let at_west = grid.disk.jobs.values().filter(|job| {
        job.status.state == JobState::Running
            && job.status.decision.as_ref().is_some_and(|it| it.site == name("west"))
    });
    let mut names: Vec<String> = at_west.map(|job| job.key.name.to_string()).collect();
    names.sort();
    names
}

#[test]
fn flexible_work_gives_way_within_seconds_and_nothing_else_does() {
    let mut grid = busy();
    let asked = request(&grid, "one", 3, 10);
    let view = grid.control.demand(&name("west"), &asked, grid.now).unwrap();
    grid.commit();
    assert_eq!((view.baseline, view.jobs.len()), (Power::new(6_000_000), 2));
    grid.steps(50);
    let view = grid.control.demands(&name("west")).pop().unwrap();
    assert!(view.reached.is_some_and(|at| at.since(view.from) < Span::seconds(30)), "{view:?}");
    assert_eq!(running(&grid), ["rigid-0", "rigid-1"]);
    // The one in a hurry goes on in the east, where nobody asked; for the other it is cheaper to wait for the end.
    let all = grid.disk.jobs.values().filter(|it| it.status.state == JobState::Running);
    assert_eq!(all.count(), 3);
    let late = grid.submit(&job("late", ", run_time: 5m")).unwrap();
    grid.steps(10 * 60 * 5 - 100);
    assert_eq!((running(&grid).len(), grid.state(&late)), (2, JobState::Held));
    // A restart in the middle changes nothing of it.
    grid.restart_server();
    assert_eq!(grid.control.demands(&name("west")).len(), 1);
    grid.steps(400);
    let view = grid.control.demands(&name("west")).pop().unwrap();
    assert!(view.ended && view.delivered <= view.asked, "{view:?}");
    assert_eq!(view.asked, Energy::new(3_000_000 * 600));
    assert!(view.delivered.get() * 100 >= view.asked.get() * 98, "{view:?}");
    assert_eq!(grid.state(&late), JobState::Running);
    assert_eq!(running(&grid), ["late", "rigid-0", "rigid-1", "soft-1"]);
    let told: Vec<&str> = grid
        .disk
        .events
        .iter()
        .filter(|it| it.what.starts_with("demand"))
        .map(|it| it.what.as_str())
        .collect();
    assert_eq!(told, ["demand-response", "demand-response-ended"]);
}

#[test]
fn what_cannot_be_met_is_refused_and_touches_nothing() {
    let mut grid = busy();
    let before = grid.disk.events.len();
    let told = |grid: &mut Grid, it: &DemandRequest| {
        let problem = grid.control.demand(&name("west"), it, grid.now).unwrap_err();
        assert!(problem.is(ProblemKind::Conflict) || problem.is(ProblemKind::Invalid), "{problem}");
        if problem.errors.is_empty() { problem.detail } else { problem.errors[0].message.clone() }
    };
    let much = request(&grid, "much", 4, 10);
    let text = told(&mut grid, &much);
    assert!(text.contains("work at `west` that may not be touched draws up to 3 kW"), "{text}");
    let more = request(&grid, "more", 7, 10);
    assert!(told(&mut grid, &more).contains("draws 6 kW, less than the cut"));
    let long = request(&grid, "long", 1, 1_441);
    assert_eq!(told(&mut grid, &long), "1441: give 1 to 1440");
    let nothing = request(&grid, "nothing", 0, 1);
    assert!(told(&mut grid, &nothing).contains("a cut of nothing"));
    let mut old = request(&grid, "old", 1, 1);
    old.issued = grid.now.before(Span::minutes(6));
    assert!(told(&mut grid, &old).contains("sign it anew"));
    grid.commit();
    assert_eq!((grid.disk.events.len(), running(&grid).len()), (before, 4));
    let one = request(&grid, "one", 1, 1);
    grid.control.demand(&name("west"), &one, grid.now).unwrap();
    assert!(told(&mut grid, &one).contains("came before"));
    let two = request(&grid, "two", 1, 1);
    assert!(told(&mut grid, &two).contains("the request `one` lasts until"));
    grid.commit();
    grid.steps(400);
    // It is over, and still not played again.
    let again = DemandRequest { issued: grid.now, ..one };
    assert!(told(&mut grid, &again).contains("came before"));
    let keys = grid.control.demand_keys(&name("east")).unwrap_err();
    assert!(keys.detail.contains("names no key"), "{keys}");
    assert!(grid.control.demand_keys(&name("moon")).unwrap_err().is(ProblemKind::NotFound));
}
