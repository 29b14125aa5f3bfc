//! Run times from finished runs.

use model::{Decision, JobKey};
use units::Span;

use super::grid::{Grid, WORLD};

fn job(name: &str, rest: &str) -> String {
    format!("kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work]{rest}}}\n")
}

fn decision(grid: &Grid, job: &JobKey) -> Decision {
    *grid.disk.jobs[job].status.decision.clone().unwrap()
}

/// Three runs of the work `etl`, of 3, 3 and 5 seconds.
fn after_three_runs() -> Grid {
    let mut grid = Grid::new(WORLD);
    grid.step();
    for (name, seconds) in [("etl-2026-11-01", 3), ("etl-2026-11-02", 3), ("etl-2026-11-03", 5)] {
        grid.task_time = Span::seconds(seconds);
        let key = grid.submit(&job(name, "")).unwrap();
        grid.steps(40);
        assert_eq!(decision(&grid, &key).run_time, Span::minutes(10), "nothing is known yet");
        assert_eq!(decision(&grid, &key).run_time_from, None);
    }
    grid
}

#[test]
fn an_order_without_run_time_is_planned_by_finished_runs_of_its_work() {
    let mut grid = after_three_runs();
    let key = grid.submit(&job("etl-2026-11-04", "")).unwrap();
    let decided = decision(&grid, &key);
    assert!((5_000..5_500).contains(&decided.run_time.get()), "{}", decided.run_time);
    assert_eq!(decided.run_time_from.as_deref(), Some("3 finished runs (P90), ±67 %"));
    let said = grid.submit(&job("etl-2026-11-05", ", run_time: 7s")).unwrap();
    let said = decision(&grid, &said);
    assert_eq!((said.run_time, said.run_time_from), (Span::seconds(7), None), "the order wins");
    let other = grid.submit(&job("report-4", "")).unwrap();
    assert_eq!(decision(&grid, &other).run_time, Span::minutes(10), "other work");
}

#[test]
fn an_estimate_never_exceeds_the_time_limit() {
    let mut grid = after_three_runs();
    let key = grid.submit(&job("etl-2026-11-04", ", time_limit: 4s")).unwrap();
    assert_eq!(decision(&grid, &key).run_time, Span::seconds(4));
}

#[test]
fn run_times_are_known_again_after_a_restart() {
    let mut grid = after_three_runs();
    let before = grid.submit(&job("etl-2026-11-04", "")).unwrap();
    let before = decision(&grid, &before);
    grid.restart_server();
    grid.steps(3);
    let after = grid.submit(&job("etl-2026-11-05", "")).unwrap();
    let after = decision(&grid, &after);
    assert_eq!((after.run_time, after.run_time_from), (before.run_time, before.run_time_from));
}

#[test]
fn a_plan_tells_the_kind_of_work() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let text = job("fit", "").replace("[work]", "[torchrun, fit.py]");
    let order = api::manifest::parse(&text).unwrap().pop().unwrap();
    let answer = grid.control.plan(order, grid.now).unwrap();
    assert_eq!(
        answer.kind.as_deref(),
        Some("training (`torchrun`), cpu bound (nothing says otherwise)")
    );
}
