//! Sites with sun and batteries of their own under virtual time: work follows what they have, plans and bills agree.

use api::DispatchView;
use model::{JobState, LineKind};
use units::{Energy, Money, Span};

use super::grid::{Grid, START, key, name};

/// Two sites alike, 500 km apart; the west has sun for the whole of its pool from 10 to 16 o'clock, and pays much for the
/// grid; `extra` is what else it has.
fn world(extra: &str) -> String {
    let mut sun = vec!["0%"; 24];
    sun[10..16].fill("100%");
    let sun = sun.join(", ");
    format!(
        "kind: Organization
metadata: {{name: o}}
spec: {{}}
---
kind: Project
metadata: {{name: p}}
spec: {{organization: o}}
---
kind: Flavor
metadata: {{name: cpu}}
spec: {{arch: x86_64, cores: 1, memory: 1GiB, power: 1kW}}
---
kind: Site
metadata: {{name: west}}
spec:
  organization: o
  region: r-west
  place: {{lat: 40, lon: 111}}
  time_zone: Asia/Shanghai
  pue: 1.5
  tariff: {{seasons: [{{price: 3CNY/kWh}}]}}
  carbon: {{intensity: 500gCO2/kWh}}
  electricity:
    generation: [{{technology: solar, power: 12kW, by_hour: [{sun}]}}]
{extra}
---
kind: Pool
metadata: {{name: west-cpu}}
spec: {{site: west, flavor: cpu, units: 8, price: 0.1CNY/h}}
"
    )
}

fn job(name: &str) -> String {
    format!(
        "kind: Job
metadata: {{name: {name}, project: p}}
spec: {{command: [work], run_time: 1h, objective: cost}}
"
    )
}

fn dispatch(grid: &Grid, island: Option<Span>) -> DispatchView {
    grid.control.supply_plan(&name("west"), island, grid.now).unwrap()
}

fn sum(view: &DispatchView, of: fn(&api::DispatchSlot) -> Energy) -> u64 {
    view.slots.iter().map(|it| of(it).get()).sum()
}

/// Every slot adds up.
fn adds_up(view: &DispatchView) {
    assert_eq!(view.slots.len(), 192);
    for it in &view.slots {
        let came = it.own.get() + it.contracted.get() + it.import.get() + it.discharge.get();
        let went = it.load.get() + it.export.get() + it.charge.get();
        assert!((came + it.unserved.get()).abs_diff(went) <= 8, "{it:?}");
    }
}

/// 2026-02-25 06:13 UTC, 14:13 at the sites: sun till 16 o'clock, then from 10 on the next day.
#[test]
fn work_moves_into_the_hours_of_own_sun_and_is_billed_what_was_planned() {
    let mut grid = Grid::new(&world(""));
    grid.task_time = Span::hours(1);
    // Until 16 o'clock there is no time for it any more.
    grid.now = START.after(Span::minutes(80));
    grid.steps(10);
    let submitted = grid.submit(&job("follows")).unwrap();
    grid.steps(5);
    let status = &grid.disk.jobs[&submitted].status;
    let decision = status.decision.clone().unwrap();
    let waits = decision.start.since(grid.now);
    assert!(waits >= Span::hours(18) && waits <= Span::hours(24), "{:?}", decision.start);
    let electricity = |lines: &[model::PriceLine]| -> Money {
        let of = lines.iter().filter(|it| it.kind == LineKind::Electricity);
        of.map(|it| it.amount).fold(Money::ZERO, Money::saturating_add)
    };
    assert_eq!(electricity(&decision.lines), Money::ZERO);
    let view = dispatch(&grid, None);
    adds_up(&view);
    assert_eq!((view.cost, view.carbon.get()), (Money::ZERO, 0));
    assert_eq!(sum(&view, |it| it.load), 3_600_000_000 * 3 / 2);
    // A restart changes no price that was told.
    let before = grid.control.site_energy(&name("west"), (Span::ZERO, Span::hours(47)), grid.now);
    grid.restart_server();
    let after = grid.control.site_energy(&name("west"), (Span::ZERO, Span::hours(47)), grid.now);
    assert_eq!(before.unwrap().points, after.unwrap().points);
}

#[test]
fn without_sun_the_same_work_starts_at_once() {
    let text = world("").replace("power: 12kW", "power: 1mW");
    let mut grid = Grid::new(&text);
    grid.now = START.after(Span::minutes(80));
    grid.steps(10);
    let submitted = grid.submit(&job("waits-not")).unwrap();
    grid.steps(50);
    assert_eq!(grid.state(&submitted), JobState::Succeeded);
}

#[test]
fn the_bill_is_what_was_used_at_the_price_that_was_told() {
    let mut grid =
        Grid::new(&world("    contracts: [{technology: wind, power: 3kW, price: 0.4CNY/kWh}]"));
    grid.task_time = Span::minutes(10);
    grid.now = START.after(Span::hours(3));
    grid.steps(10);
    let text = job("pays").replace("run_time: 1h", "run_time: 10m, objective: time");
    let text = text.replace(", objective: cost", "");
    let submitted = grid.submit(&text).unwrap();
    grid.steps(3_010);
    assert_eq!(grid.state(&submitted), JobState::Succeeded);
    let charged = grid.disk.charges.iter().filter(|it| it.line.kind == LineKind::Electricity);
    let charged = charged.fold(Money::ZERO, |sum, it| sum.saturating_add(it.line.amount));
    let used = &grid.disk.energy[0];
    assert_eq!(units::EnergyPrice::new(400_000_000).times(used.facility), Some(charged));
}

#[test]
fn a_battery_carries_sun_into_the_night_and_a_reserve_through_an_outage() {
    let extra = "    base_load: 3kW
    battery: {energy: 40kWh, power: 10kW, efficiency: 95%, cycle_cost: 0.05CNY/kWh, reserve: 12kWh}";
    let mut grid = Grid::new(&world(extra));
    grid.steps(3);
    let view = dispatch(&grid, None);
    adds_up(&view);
    assert!(view.saving > Money::ZERO && sum(&view, |it| it.discharge) > 0, "{view:?}");
    assert!(view.slots.iter().all(|it| it.stored >= Energy::new(12 * 3_600_000_000 - 1_000)));
    // Two hours later it holds what was planned that it holds; so it does after a restart.
    let planned = view.slots[7].stored;
    grid.now = view.slots[7].to;
    grid.steps(2);
    let later = dispatch(&grid, None);
    assert!(
        later.stored.get().abs_diff(planned.get()) < 3_600_000_000,
        "{planned:?} {:?}",
        later.stored
    );
    // Nobody is left without power for three hours without the grid; of ten, part is.
    let night = later.slots.iter().find(|it| it.own.is_zero()).unwrap().from;
    grid.now = night.after(Span::hours(12));
    grid.steps(2);
    let short = dispatch(&grid, Some(Span::hours(3)));
    adds_up(&short);
    assert_eq!(short.unserved, Energy::ZERO);
    let imports = short.slots.iter().filter(|it| it.from < short.island_until.unwrap());
    assert!(imports.clone().count() >= 12 && imports.clone().all(|it| it.import.is_zero()));
    let bare = Grid::new(&world("    base_load: 3kW"));
    let bare = bare.control.supply_plan(&name("west"), Some(Span::hours(3)), grid.now).unwrap();
    // 3 kW over the 13 slots that the outage touches.
    assert_eq!(bare.unserved, Energy::new(35_100_000_000));
}

#[test]
fn what_jobs_that_are_placed_draw_is_in_the_plan() {
    let mut grid = Grid::new(&world(""));
    grid.task_time = Span::hours(1);
    grid.steps(3);
    for at in 0..3 {
        grid.submit(&job(&format!("now-{at}")).replace("cost", "time")).unwrap();
    }
    grid.steps(10);
    assert_eq!(grid.state(&key("p.now-0")), JobState::Running);
    let view = dispatch(&grid, None);
    adds_up(&view);
    let load = sum(&view, |it| it.load);
    let wanted = 3 * 3_600_000_000 * 3 / 2;
    assert!(load >= wanted - wanted / 100 && load <= wanted + wanted / 3, "{load} {wanted}");
    assert!(grid.control.supply_plan(&name("nowhere"), None, grid.now).is_err());
}

#[test]
fn only_what_a_meter_measured_can_be_covered_by_certificates() {
    let told = |hours: u64, quality| {
        let point = model::SignalPoint {
            hour: START.after(Span::hours(hours)),
            value: 18_000_000,
            quality,
        };
        (name("west"), model::Signal::Meter, point)
    };
    let all = [told(0, model::Quality::Forecast), told(1, model::Quality::Measured)];
    let used: Vec<_> = crate::account::used_wh(&[], all).into_iter().collect();
    assert_eq!(used, [((name("west"), START.after(Span::hours(1))), 5)]);
}
