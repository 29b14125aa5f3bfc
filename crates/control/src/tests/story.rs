//! Single lives, told step by step.

use std::collections::BTreeMap;

use expect_test::expect;
use model::{JobState, Kind};
use units::Span;

use super::grid::{Grid, WORLD, key, name};

fn job(name: &str, spec: &str) -> String {
    format!(
        "kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work], run_time: 3s{spec}}}\n"
    )
}

#[test]
fn a_job_lives_once() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let hello = grid.submit(&job("hello", "")).unwrap();
    assert_eq!(grid.state(&hello), JobState::Dispatched);
    assert_eq!(grid.control.so_far(&hello, grid.now), None, "it does not run yet");
    let mut costs = Vec::new();
    for _ in 0..30 {
        grid.step();
        costs.extend(grid.control.so_far(&hello, grid.now).map(|it| it.cost));
    }
    assert!(costs.len() > 1 && costs.is_sorted() && costs.first() < costs.last(), "{costs:?}");
    expect!["submitted planned held dispatched running charged succeeded"]
        .assert_eq(&grid.history("p.hello"));
    let status = &grid.disk.jobs[&hello].status;
    assert_eq!(status.decision.as_ref().unwrap().site, name("west"), "west has cheaper power");
    let charged = grid.disk.charges.iter().map(|it| it.line.amount.get()).sum::<i64>();
    assert_eq!(charged, status.cost.get());
    assert!(
        charged >= costs.last().unwrap().get(),
        "a run costs what it was said to cost, and more later"
    );
    let used = &grid.disk.energy;
    assert_eq!(used.len(), 1, "one run used electricity");
    assert_eq!(
        (&used[0].job, used[0].facility),
        (&hello, status.energy),
        "what is charged is what is accounted"
    );
    assert_eq!(grid.control.job(&hello), None, "what has ended leaves memory");
    assert!(grid.sites.values().all(|site| site.tasks.is_empty()), "and the site forgets it");
}

#[test]
fn each_site_tells_what_it_emits_and_all_together_their_sum() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    for (name, tasks, region) in [("two", 2, "r-west"), ("three", 3, "r-east")] {
        let spec = format!(", tasks: {tasks}, regions: {{allow: [{region}]}}");
        grid.submit(&job(name, &spec)).unwrap();
    }
    let figures = |top: &api::Top| {
        let each = top.sites.iter().map(|it| format!("{} {}", it.site, it.carbon_per_hour));
        format!("{}; together {}", each.collect::<Vec<_>>().join(", "), top.carbon_per_hour)
    };
    expect!["east 0ugCO2, west 0ugCO2; together 0ugCO2"]
        .assert_eq(&figures(&grid.control.top(grid.now)));
    grid.steps(8);
    // A unit of 10 W is 12 W with everything around it: 7.2 g in an hour at 600 g/kWh.
    let ran = grid.now;
    expect!["east 21.6gCO2, west 14.4gCO2; together 36gCO2"]
        .assert_eq(&figures(&grid.control.top(ran)));
    let jobs: Vec<api::JobView> = grid.disk.jobs.values().cloned().collect();
    grid.steps(30);
    expect!["east 0ugCO2, west 0ugCO2; together 0ugCO2"]
        .assert_eq(&figures(&grid.control.top(grid.now)));
    expect!["east 21.6gCO2, west 14.4gCO2; together 36gCO2"]
        .assert_eq(&figures(&grid.control.top_at(ran, &jobs)));
}

#[test]
fn an_order_waits_for_a_site_that_is_away() {
    let mut grid = Grid::new(WORLD);
    let hello = grid.submit(&job("hello", "")).unwrap();
    assert_eq!(grid.state(&hello), JobState::Submitted);
    grid.steps(30);
    assert_eq!(grid.state(&hello), JobState::Succeeded);
}

#[test]
fn an_impossible_order_is_refused_with_what_would_do() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let problem = grid.submit(&job("late", ", deadline: +1s")).unwrap_err();
    assert_eq!(problem.code(), "infeasible");
    assert_eq!(problem.alternative.unwrap().field, "spec.deadline");
    let problem = grid.submit(&job("big", ", resources: {cores: 400}")).unwrap_err();
    assert_eq!(problem.candidates.len(), 2, "{problem:?}");
    assert!(grid.disk.jobs.is_empty(), "nothing half stored");
}

#[test]
fn a_gang_starts_whole_and_waits_for_its_turn() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let first = grid.submit(&job("first", ", tasks: 3")).unwrap();
    let second = grid.submit(&job("second", ", tasks: 4")).unwrap();
    assert_eq!((grid.state(&first), grid.state(&second)), (JobState::Dispatched, JobState::Held));
    grid.steps(60);
    assert_eq!(
        (grid.state(&first), grid.state(&second)),
        (JobState::Succeeded, JobState::Succeeded)
    );
}

#[test]
fn cancelling_takes_the_tasks_back_first() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let hello = grid.submit(&job("hello", "")).unwrap();
    grid.steps(2);
    grid.control.cancel(&hello, None, grid.now).unwrap();
    grid.commit();
    assert_eq!(grid.state(&hello), JobState::Running);
    grid.steps(3);
    assert_eq!(grid.state(&hello), JobState::Cancelled);
    assert!(grid.completed.is_empty());
}

#[test]
fn a_lost_site_loses_its_jobs_to_another() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(40);
    grid.step();
    let hello = grid.submit(&job("hello", "")).unwrap();
    grid.steps(5);
    grid.sites.get_mut(&name("west")).unwrap().agent_up = false;
    grid.steps(140);
    let decision = grid.disk.jobs[&hello].status.decision.clone().unwrap();
    assert_eq!(decision.site, name("east"));
    grid.sites.get_mut(&name("west")).unwrap().restart_agent();
    grid.steps(240);
    assert_eq!(grid.state(&hello), JobState::Succeeded);
    expect!["submitted planned held dispatched running waiting planned held dispatched running charged succeeded"]
        .assert_eq(&grid.history("p.hello"));
}

#[test]
fn a_link_that_fails_makes_its_jobs_look_for_another_way() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(40);
    grid.step();
    let remote = grid.submit(&job(
        "remote",
        ", user: east, network: {bandwidth: 1Gbit/s}, regions: {allow: [r-west]}",
    ));
    let remote = remote.unwrap();
    grid.steps(3);
    assert_eq!(grid.state(&remote), JobState::Running);
    let down = WORLD
        .split("---")
        .last()
        .unwrap()
        .replace("organization: o", "organization: o, down: true");
    grid.control
        .apply(api::manifest::parse(&down).unwrap(), &BTreeMap::new(), false, grid.now)
        .unwrap();
    grid.commit();
    grid.steps(5);
    assert_eq!(grid.state(&remote), JobState::Submitted);
    expect!["no_path: no path from `east` (west)"]
        .assert_eq(&grid.disk.jobs[&remote].status.reason);
    let up = down.replace(", down: true", "");
    grid.control
        .apply(api::manifest::parse(&up).unwrap(), &BTreeMap::new(), false, grid.now)
        .unwrap();
    grid.commit();
    grid.steps(240);
    assert_eq!(grid.state(&remote), JobState::Succeeded);
}

#[test]
fn what_is_in_use_is_not_deleted() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    grid.submit(&job("hello", "")).unwrap();
    let mut refuse =
        |kind, it| grid.control.delete(kind, &name(it), None, grid.now).unwrap_err().detail;
    expect!["pool `east-cpu` refers to flavor `cpu`: remove that first"]
        .assert_eq(&refuse(Kind::Flavor, "cpu"));
    expect!["job `p.hello` refers to pool `west-cpu`: remove that first"]
        .assert_eq(&refuse(Kind::Pool, "west-cpu"));
    expect!["there is no link `nowhere`; there are: east-west"]
        .assert_eq(&refuse(Kind::Link, "nowhere"));
}

#[test]
fn an_allocation_is_never_overspent() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let small =
        "kind: Project\nmetadata: {name: small}\nspec: {organization: o, allocation: 0.0002CNY}";
    grid.control
        .apply(api::manifest::parse(small).unwrap(), &BTreeMap::new(), false, grid.now)
        .unwrap();
    let mut refused = 0;
    for at in 0..8 {
        let order = job(&format!("j{at}"), "").replace("project: p", "project: small");
        refused += u32::from(grid.submit(&order).is_err());
        grid.steps(20);
    }
    let spent: i64 = grid.disk.charges.iter().map(|it| it.line.amount.get()).sum();
    assert!(refused > 0 && refused < 8, "{refused}");
    assert!(spent <= 200_000, "{spent}");
}

#[test]
fn a_failed_gang_is_tried_again_and_then_given_up() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let gang = grid.submit(&job("gang", ", tasks: 2, retries: 1")).unwrap();
    for _ in 0..200 {
        grid.step();
        for site in grid.sites.values_mut() {
            for (id, task) in &mut site.tasks {
                if id.index == 0 && task.exit.is_none() {
                    task.exit =
                        Some((grid.now, super::grid::exit(model::ExitReason::Exited, Some(3))));
                }
            }
        }
    }
    assert_eq!(grid.state(&gang), JobState::Failed);
    let status = &grid.disk.jobs[&key("p.gang")].status;
    assert_eq!((status.attempt, status.failures), (2, 2));
}

#[test]
fn an_interruptible_job_gives_way_to_a_more_urgent_one() {
    let mut grid = Grid::new(WORLD);
    grid.task_time = Span::seconds(60);
    grid.step();
    let slow = grid
        .submit(
            &job("slow", ", tasks: 4, interruptible: true, priority: 1, run_time: 60s").replacen(
                "run_time: 3s",
                "env: {}",
                1,
            ),
        )
        .unwrap();
    let other = grid
        .submit(&job("other", ", tasks: 2, priority: 1, run_time: 60s").replacen(
            "run_time: 3s",
            "env: {}",
            1,
        ))
        .unwrap();
    grid.steps(3);
    let urgent = grid.submit(&job("urgent", ", tasks: 3, priority: 9")).unwrap();
    assert_eq!(grid.state(&urgent), JobState::Held, "it waits until the place is free");
    grid.steps(10);
    assert_eq!(grid.state(&urgent), JobState::Running);
    assert_eq!(grid.state(&other), JobState::Running, "who is not interruptible stays");
    expect!["submitted planned held dispatched running displaced charged waiting"].assert_eq(
        grid.history("p.slow")
            .split(" planned held")
            .take(2)
            .collect::<Vec<_>>()
            .join(" planned held")
            .as_str(),
    );
    grid.steps(900);
    assert_eq!(grid.state(&slow), JobState::Succeeded);
}

#[test]
fn what_ends_in_a_round_ends_once_whatever_else_happens_in_it() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let hello = grid.submit(&job("hello", "")).unwrap();
    grid.step();
    // In one round: cancelled on request where it only waits, asked again, and its site lost.
    let later = grid.submit(&job("later", ", earliest: +1h")).unwrap();
    assert_eq!(grid.state(&later), JobState::Held);
    grid.control.cancel(&later, None, grid.now).unwrap();
    grid.control.cancel(&later, None, grid.now).unwrap();
    grid.control.tick(grid.now.after(Span::hours(2)));
    grid.commit();
    assert_eq!(grid.state(&later), JobState::Cancelled);
    expect!["submitted planned held cancelled"].assert_eq(&grid.history("p.later"));
    assert_eq!(grid.state(&hello), JobState::Submitted, "its site was silent for two hours");
}

#[test]
fn jobs_that_can_still_move_are_planned_anew_together() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let later = "tasks: 2, run_time: 1h, earliest: +2m";
    let order = |name: &str, rest: &str| {
        format!(
            "kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work], {later}{rest}}}\n"
        )
    };
    let flexible = grid.submit(&order("flexible", "")).unwrap();
    let picky = grid.submit(&order("picky", ", regions: {allow: [r-west]}")).unwrap();
    let place = |grid: &Grid, key| {
        let decision = grid.disk.jobs[key].status.decision.clone().unwrap();
        (decision.site, decision.start.since(grid.disk.jobs[key].status.submitted).get() / 60_000)
    };
    assert_eq!(place(&grid, &flexible), (name("west"), 2));
    assert_eq!(place(&grid, &picky), (name("west"), 62), "alone it can only queue");
    grid.steps(200);
    assert_eq!(place(&grid, &flexible), (name("east"), 2), "it gives way");
    assert_eq!(place(&grid, &picky), (name("west"), 2));
    assert_eq!(grid.history("p.flexible"), "submitted planned held planned held");
    grid.steps(500);
    assert_eq!(grid.state(&picky), JobState::Succeeded);
    assert_eq!(grid.state(&flexible), JobState::Succeeded);
}
