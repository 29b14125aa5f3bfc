//! Data that moves to where work goes, checkpoints, results, and room that is made.

use api::{Capabilities, JobFolder, SavedFolder, SiteAbout};
use expect_test::expect;
use model::{Content, JobKey, JobState, Kind, Name};
use units::{Bytes, Span};

use super::grid::{FakeData, Grid, WORLD, name};

pub(super) fn content(n: u8) -> Content {
    format!("{n:064x}").parse().unwrap()
}

pub(super) fn dataset(name: &str, n: u8, size: &str, replicas: &str) -> String {
    format!(
        "---\nkind: Dataset\nmetadata: {{name: {name}}}\nspec: {{size: {size}, replicas: [{replicas}], content: \"{}\", organization: o}}\n",
        content(n)
    )
}

/// Two sites that keep data: east has the content 1, both have room for 100 GB.
pub(super) fn grid(more: &str) -> Grid {
    let mut world = WORLD.to_owned();
    for site in ["east", "west"] {
        let (plain, keeps) = (
            format!("region: r-{site}, "),
            format!("region: r-{site}, storage: \"s3://{site}\", "),
        );
        world = world.replace(&plain, &keeps);
    }
    let mut grid = Grid::new(&(world + more));
    for site in grid.sites.values_mut() {
        let can = Capabilities { data: true, fences: true, ..Capabilities::default() };
        site.about = Some(SiteAbout { can, ..SiteAbout::default() });
        site.data = Some(FakeData { quota: 100_000_000_000, ..FakeData::default() });
    }
    let now = grid.now;
    keep(&mut grid, "east", 1, now);
    grid.steps(3);
    grid
}

pub(super) fn keep(grid: &mut Grid, site: &str, n: u8, last_used: units::Time) {
    let data = grid.sites.get_mut(&name(site)).unwrap().data.as_mut().unwrap();
    data.keep(&content(n), 10_000_000_000, last_used);
}

fn has(grid: &Grid, site: &str, n: u8) -> bool {
    grid.sites[&name(site)].data.as_ref().unwrap().contents.contains_key(&content(n))
}

fn submit(grid: &mut Grid, spec: &str) -> JobKey {
    let job = format!(
        "kind: Job\nmetadata: {{name: j, project: p}}\nspec: {{command: [work], run_time: 3s{spec}}}\n"
    );
    grid.submit(&job).unwrap()
}

fn until(grid: &mut Grid, what: &str, is_so: impl Fn(&Grid) -> bool) {
    for _ in 0..3_000 {
        if is_so(grid) {
            return;
        }
        grid.step();
    }
    panic!(
        "never: {what}\n{:#?}",
        grid.disk.jobs.values().map(|it| &it.status).collect::<Vec<_>>()
    );
}

pub(super) fn save(
    grid: &mut Grid,
    site: &str,
    job: &JobKey,
    attempt: u32,
    folder: JobFolder,
    n: u8,
) {
    let (size, time) = (Bytes::new(10_000_000_000), grid.now);
    let saved = SavedFolder { job: job.clone(), attempt, folder, content: content(n), size, time };
    grid.sites.get_mut(&name(site)).unwrap().data.as_mut().unwrap().saved.push(saved);
    let now = grid.now;
    keep(grid, site, n, now);
}

fn replicas(grid: &Grid, dataset: &str) -> String {
    let view = &grid.disk.resources()[&(Kind::Dataset, name(dataset))];
    format!(
        "{} {}",
        view.spec["content"].as_str().unwrap().trim_start_matches('0'),
        view.spec["replicas"]
    )
}

const AT_WEST: &str = ", regions: {allow: [r-west]}";

#[test]
fn an_input_is_brought_to_the_site_before_the_job_starts_there() {
    let mut grid = grid(&dataset("climate", 1, "10GB", "east"));
    let job = submit(&mut grid, &format!(", inputs: [{{dataset: climate}}]{AT_WEST}"));
    grid.step();
    let told = &grid.sites[&name("west")].data.as_ref().unwrap().fetch;
    let (from, rate) = (told[0].from[0].clone(), told[0].rate.unwrap());
    assert_eq!((from.site.as_str(), from.storage.as_str()), ("east", "s3://east"));
    let decision = grid.disk.jobs[&job].status.decision.clone().unwrap();
    assert_eq!(rate, decision.transfers[0].path.bandwidth, "no faster than what is held for it");
    until(&mut grid, "the job ends", |grid| grid.state(&job) == JobState::Succeeded);
    expect!["submitted planned held staging dispatched running charged succeeded"]
        .assert_eq(&grid.history("p.j"));
    assert!(has(&grid, "west", 1) && has(&grid, "east", 1));
    let start = grid.disk.jobs[&job].status.started.unwrap();
    assert!(start >= decision.start, "{start} is before {}", decision.start);
}

#[test]
fn an_input_that_comes_late_is_waited_for_and_one_that_never_comes_is_a_failure() {
    let mut grid = grid(&dataset("climate", 1, "10GB", "east"));
    let broken = Some("the store at east refuses: no such key".to_owned());
    grid.sites.get_mut(&name("west")).unwrap().data.as_mut().unwrap().broken = broken;
    let job = submit(&mut grid, &format!(", retries: 1, inputs: [{{dataset: climate}}]{AT_WEST}"));
    grid.steps(100);
    assert_eq!(grid.state(&job), JobState::Staging, "it is not started without its input");
    until(&mut grid, "it is given up", |grid| grid.state(&job) == JobState::Failed);
    let status = &grid.disk.jobs[&job].status;
    expect!["input `climate` did not arrive: the store at east refuses: no such key"]
        .assert_eq(&status.reason);
    assert_eq!((status.attempt, status.failures), (0, 2));
}

#[test]
fn a_replica_that_is_asked_for_is_made_and_work_goes_there_then() {
    let mut grid = grid(&dataset("climate", 1, "10GB", "east, west"));
    until(&mut grid, "the replica is there", |grid| has(grid, "west", 1));
    grid.step();
    let job = submit(&mut grid, &format!(", inputs: [{{dataset: climate}}]{AT_WEST}"));
    grid.step();
    let decision = grid.disk.jobs[&job].status.decision.clone().unwrap();
    assert!(decision.transfers.is_empty(), "nothing has to move any more");
}

#[test]
fn room_is_made_by_copies_that_are_elsewhere_and_never_by_the_last_or_a_used_one() {
    let more = [
        dataset("one", 1, "10GB", "east"),
        dataset("two", 2, "10GB", "east"),
        dataset("three", 3, "10GB", "west"),
    ]
    .concat();
    let mut grid = grid(&more);
    let (now, long_ago) = (grid.now, grid.now.before(Span::hours(9)));
    keep(&mut grid, "east", 2, now);
    keep(&mut grid, "west", 2, long_ago);
    keep(&mut grid, "west", 3, long_ago);
    grid.sites.get_mut(&name("west")).unwrap().data.as_mut().unwrap().quota = 25_000_000_000;
    grid.steps(5);
    assert!(has(&grid, "west", 2), "nobody needs room yet");
    let job = submit(&mut grid, &format!(", inputs: [{{dataset: one}}]{AT_WEST}"));
    until(&mut grid, "the job ends", |grid| grid.state(&job) == JobState::Succeeded);
    assert!(has(&grid, "west", 1) && !has(&grid, "west", 2) && has(&grid, "west", 3));
    assert!(has(&grid, "east", 2));
}

#[test]
fn a_lost_site_s_work_goes_on_elsewhere_from_its_checkpoint() {
    let mut grid = grid("");
    grid.task_time = Span::seconds(60);
    let job = submit(&mut grid, ", checkpoint: {every: 10s}");
    until(&mut grid, "it runs", |grid| grid.state(&job) == JobState::Running);
    let first = grid.disk.jobs[&job].status.decision.clone().unwrap().site;
    save(&mut grid, first.as_str(), &job, 1, JobFolder::Checkpoint, 7);
    grid.steps(3);
    assert_eq!(grid.disk.jobs[&job].status.checkpoint.as_ref().unwrap().content, content(7));
    grid.sites.get_mut(&first).unwrap().agent_up = false;
    let elsewhere = |grid: &Grid| {
        grid.disk.jobs[&job].status.attempt == 2 && grid.state(&job) == JobState::Running
    };
    until(&mut grid, "it runs elsewhere", elsewhere);
    let second = grid.disk.jobs[&job].status.decision.clone().unwrap();
    assert_ne!(second.site, first);
    assert_eq!(
        second.transfers[0].dataset.as_ref().map(Name::as_str),
        Some("checkpoint"),
        "moving it is priced"
    );
    assert_eq!(
        grid.control.target(&second.site).unwrap().assignments[0].work.resume,
        Some(content(7))
    );
    assert!(has(&grid, second.site.as_str(), 7));
    // The lost site comes back with a newer checkpoint: it counts no more.
    save(&mut grid, first.as_str(), &job, 1, JobFolder::Checkpoint, 8);
    grid.sites.get_mut(&first).unwrap().restart_agent();
    grid.steps(20);
    assert_eq!(grid.disk.jobs[&job].status.checkpoint.as_ref().unwrap().content, content(7));
    until(&mut grid, "it ends", |grid| grid.state(&job) == JobState::Succeeded);
    expect!["submitted planned held dispatched running checkpoint waiting planned held staging dispatched running charged succeeded"]
        .assert_eq(&grid.history("p.j"));
}

#[test]
fn a_checkpoint_that_cannot_be_had_costs_its_work_and_not_the_job() {
    let mut grid = grid("");
    grid.task_time = Span::seconds(60);
    let job = submit(&mut grid, ", checkpoint: {}");
    until(&mut grid, "it runs", |grid| grid.state(&job) == JobState::Running);
    let first = grid.disk.jobs[&job].status.decision.clone().unwrap().site;
    save(&mut grid, first.as_str(), &job, 1, JobFolder::Checkpoint, 7);
    grid.steps(3);
    for site in grid.sites.values_mut() {
        site.data.as_mut().unwrap().broken = Some("no answer".to_owned());
    }
    grid.sites.get_mut(&first).unwrap().agent_up = false;
    until(&mut grid, "it ends", |grid| grid.state(&job) == JobState::Succeeded);
    expect!["submitted planned held dispatched running checkpoint waiting planned held staging checkpoint-lost waiting planned held dispatched running charged succeeded"]
        .assert_eq(&grid.history("p.j"));
}

#[test]
fn a_result_becomes_a_dataset_and_goes_where_it_is_wanted() {
    let mut grid = grid("");
    let result = ", result: {size: 10GB, to: east, dataset: answer}";
    let job = submit(&mut grid, &format!("{result}{AT_WEST}"));
    until(&mut grid, "it runs", |grid| grid.state(&job) == JobState::Running);
    save(&mut grid, "west", &job, 1, JobFolder::Result, 5);
    until(&mut grid, "it ends", |grid| grid.state(&job) == JobState::Succeeded);
    expect![[r#"5 ["west","east"]"#]].assert_eq(&replicas(&grid, "answer"));
    until(&mut grid, "it is delivered", |grid| has(grid, "east", 5));
}

#[test]
fn a_run_that_leaves_no_result_has_failed() {
    let mut grid = grid("");
    let job = submit(&mut grid, ", retries: 0, result: {size: 1GB, to: east, dataset: answer}");
    until(&mut grid, "it ends", |grid| grid.state(&job).is_final());
    let status = &grid.disk.jobs[&job].status;
    expect!["the result is not kept: its site saved no result"].assert_eq(&status.reason);
    assert_eq!(status.state, JobState::Failed);
}

#[test]
fn all_of_it_survives_the_death_of_the_server_at_every_step() {
    for cut in 0..40 {
        let mut grid = grid(&dataset("climate", 1, "10GB", "east"));
        let spec =
            ", inputs: [{dataset: climate}], result: {size: 10GB, to: east, dataset: answer}";
        let job = submit(&mut grid, &format!("{spec}{AT_WEST}"));
        let mut saved = false;
        for step in 0..400 {
            if step == cut {
                grid.restart_server();
            }
            if !saved && grid.state(&job) == JobState::Running {
                save(&mut grid, "west", &job, 1, JobFolder::Result, 5);
                saved = true;
            }
            grid.step();
        }
        assert_eq!(grid.state(&job), JobState::Succeeded, "cut at {cut}: {}", grid.history("p.j"));
        assert_eq!(grid.disk.jobs[&job].status.attempt, 1, "cut at {cut}");
        assert!(has(&grid, "west", 1) && has(&grid, "east", 5), "cut at {cut}");
    }
}

#[test]
fn what_a_site_cannot_give_is_refused_by_the_rule_capability() {
    let mut grid = grid(&dataset("climate", 1, "10GB", "east"));
    for site in grid.sites.values_mut() {
        site.about = Some(SiteAbout::default());
    }
    grid.step();
    let specs = [
        ", image: \"registry.example/tool:1\"",
        ", inputs: [{dataset: climate}]",
        ", checkpoint: {}",
        ", result: {size: 1GB, to: east, dataset: answer}",
    ];
    for spec in specs {
        let job = format!(
            "kind: Job\nmetadata: {{name: j, project: p}}\nspec: {{command: [work], run_time: 3s{spec}}}\n"
        );
        let refused = grid.submit(&job).unwrap_err();
        let rules: Vec<&str> = refused
            .candidates
            .iter()
            .map(|it| it.refused.as_ref().unwrap().rule.as_str())
            .collect();
        assert_eq!(rules, ["capability", "capability"], "{spec}");
    }
}

#[test]
fn a_result_cannot_take_the_name_of_another_s_dataset() {
    let other = "---\nkind: Organization\nmetadata: {name: other}\nspec: {}\n";
    let theirs =
        dataset("climate", 1, "10GB", "east").replace("organization: o", "organization: other");
    let mut grid = grid(&format!("{other}{theirs}"));
    let job = "kind: Job\nmetadata: {name: j, project: p}\nspec: {command: [work], result: {size: 1GB, to: east, dataset: climate}}\n";
    let refused = grid.submit(job).unwrap_err();
    expect![[r#"spec.result.dataset: dataset `climate` belongs to `other`: choose another name"#]]
        .assert_eq(&refused.errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_drop_that_was_told_is_not_forgotten_by_a_restart() {
    // The dataset should be at a third site, which is away: the copies at east and west are spare, one at a time.
    let mut grid = grid(&dataset("one", 1, "10GB", "east"));
    let now = grid.now;
    keep(&mut grid, "west", 1, now);
    let west = WORLD.split("---").find(|it| it.contains("name: west}")).unwrap().trim();
    let third = west.replace("name: west", "name: third");
    let third = third.replace("region: r-west", "region: r-third, storage: \"s3://third\"");
    apply(&mut grid, &(third + "\n" + &dataset("one", 1, "10GB", "third")));
    grid.steps(3);
    let shrink = |grid: &mut Grid, site: &str| {
        grid.sites.get_mut(&name(site)).unwrap().data.as_mut().unwrap().quota = 5_000_000_000;
    };
    shrink(&mut grid, "west");
    grid.step();
    assert!(!has(&grid, "west", 1), "it was told and has done it, and could not say so yet");
    grid.sites.get_mut(&name("west")).unwrap().cut_until = Some(grid.now.after(Span::seconds(9)));
    shrink(&mut grid, "east");
    grid.step();
    grid.restart_server();
    grid.steps(200);
    assert!(has(&grid, "east", 1), "the last copy");
}

fn apply(grid: &mut Grid, manifest: &str) {
    let resources = api::manifest::parse(manifest).unwrap();
    grid.control.apply(resources, &std::collections::BTreeMap::new(), false, grid.now).unwrap();
    grid.commit();
}

#[test]
fn what_a_running_job_reads_stays_although_its_dataset_becomes_another() {
    let mut grid = grid(&dataset("climate", 1, "10GB", "east"));
    grid.task_time = Span::minutes(15);
    let job = submit(&mut grid, &format!(", inputs: [{{dataset: climate}}]{AT_WEST}"));
    until(&mut grid, "it runs", |grid| grid.state(&job) == JobState::Running);
    let now = grid.now;
    keep(&mut grid, "east", 2, now);
    apply(&mut grid, dataset("climate", 2, "10GB", "east").trim_start_matches("---\n"));
    let inputs = |grid: &Grid| {
        grid.control.target(&name("west")).unwrap().assignments[0].work.inputs.clone()
    };
    assert_eq!(inputs(&grid)[0].content, content(1));
    for _ in 0..3_400 {
        grid.step();
        assert!(has(&grid, "west", 1), "it is in use");
    }
    until(&mut grid, "it ends", |grid| grid.state(&job) == JobState::Succeeded);
    until(&mut grid, "nobody speaks of it", |grid| !has(grid, "west", 1) && !has(grid, "east", 1));
}

#[test]
fn the_result_of_an_array_is_of_one_attempt() {
    let mut grid = grid("");
    for site in grid.sites.values_mut() {
        site.fails_first.insert(1);
    }
    let spec = ", tasks: 3, array: {}, result: {size: 1GB, to: east, dataset: answer}";
    let job = submit(&mut grid, spec);
    until(&mut grid, "a second run", |grid| grid.disk.jobs[&job].status.attempt == 2);
    until(&mut grid, "it runs", |grid| grid.state(&job) == JobState::Running);
    let site = grid.disk.jobs[&job].status.decision.clone().unwrap().site;
    let tasks = grid.control.target(&site).unwrap().assignments[0].tasks.len();
    assert_eq!(tasks, 3, "all of them run again: what they leave is one result");
}

#[test]
fn what_a_job_left_is_for_its_own_organization() {
    let other = "---\nkind: Organization\nmetadata: {name: other}\nspec: {}\n---\nkind: Project\nmetadata: {name: q}\nspec: {organization: other}\n";
    let mut grid = grid(&(other.to_owned() + &dataset("gold", 1, "10GB", "east")));
    let job =
        submit(&mut grid, &format!(", result: {{size: 10GB, to: west, dataset: answer}}{AT_WEST}"));
    until(&mut grid, "it runs", |grid| grid.state(&job) == JobState::Running);
    save(&mut grid, "west", &job, 1, JobFolder::Result, 5);
    until(&mut grid, "it ends", |grid| grid.state(&job) == JobState::Succeeded);
    let told = |grid: &mut Grid, project: &str, spec: &str| {
        let job = format!(
            "kind: Job\nmetadata: {{name: k, project: {project}}}\nspec: {{command: [work], {spec}}}\n"
        );
        grid.submit(&job)
            .map(|_| ())
            .map_err(|it| it.errors.iter().map(ToString::to_string).collect::<String>())
    };
    let theirs = told(&mut grid, "q", "inputs: [{dataset: answer}]");
    expect!["spec.inputs[0].dataset: dataset `answer` is the result of another organization"]
        .assert_eq(&theirs.unwrap_err());
    let replaced = told(&mut grid, "p", "result: {size: 1GB, to: east, dataset: gold}");
    expect!["spec.result.dataset: dataset `gold` was left by no job and is not replaced: choose another name"].assert_eq(&replaced.unwrap_err());
    told(&mut grid, "p", "inputs: [{dataset: answer}]").unwrap();
}

#[test]
fn a_replica_goes_only_to_a_site_that_keeps_data() {
    let mut grid = Grid::new(WORLD);
    let resources =
        api::manifest::parse(dataset("climate", 1, "10GB", "east").trim_start_matches("---\n"))
            .unwrap();
    let refused = grid
        .control
        .apply(resources, &std::collections::BTreeMap::new(), false, grid.now)
        .unwrap_err();
    expect!["spec.replicas[0]: site `east` keeps no data: give it `storage`"]
        .assert_eq(&refused.errors[0].to_string());
}

#[test]
fn an_agent_that_keeps_data_elsewhere_than_its_manifest_says_takes_none() {
    let mut grid = grid(&dataset("climate", 1, "10GB", "east"));
    let west = grid.sites.get_mut(&name("west")).unwrap();
    west.about.as_mut().unwrap().storage = Some("s3://other".to_owned());
    grid.steps(2);
    let told = grid.disk.events.iter().find(|event| event.what == "storage-differs").unwrap();
    expect!["its agent keeps data in s3://other, its manifest says s3://west"]
        .assert_eq(&told.message);
    let job = format!(
        "kind: Job\nmetadata: {{name: j, project: p}}\nspec: {{command: [work], inputs: [{{dataset: climate}}]{AT_WEST}}}\n"
    );
    let refused = grid.submit(&job).unwrap_err();
    let rules = refused.candidates.iter().map(|it| it.refused.as_ref().unwrap().rule.as_str());
    assert_eq!(rules.collect::<Vec<_>>(), ["capability", "region"]);
    grid.sites.get_mut(&name("west")).unwrap().about.as_mut().unwrap().storage =
        Some("s3://west/".to_owned());
    grid.steps(2);
    grid.submit(&job).unwrap();
}

#[test]
fn a_job_that_waits_for_data_says_what_keeps_it() {
    let mut grid = grid(&dataset("climate", 1, "10GB", "east"));
    grid.sites.get_mut(&name("west")).unwrap().data.as_mut().unwrap().broken =
        Some("the store is away".to_owned());
    let job = submit(&mut grid, &format!(", inputs: [{{dataset: climate}}]{AT_WEST}"));
    until(&mut grid, "it says so", |grid| {
        grid.disk.jobs[&job].status.reason == "the store is away"
    });
    assert_eq!(grid.state(&job), JobState::Staging);
    grid.sites.get_mut(&name("west")).unwrap().data.as_mut().unwrap().broken = None;
    until(&mut grid, "the job ends", |grid| grid.state(&job) == JobState::Succeeded);
}

#[test]
fn a_result_that_is_kept_goes_to_a_site_that_keeps_data() {
    let mut grid = Grid::new(WORLD);
    let job = "kind: Job\nmetadata: {name: j, project: p}\nspec: {command: [work], result: {size: 1GB, to: east, dataset: answer}}\n";
    let refused = grid.submit(job).unwrap_err();
    expect!["spec.result.to: `east` keeps no data: name a site with `storage`"]
        .assert_eq(&refused.errors[0].to_string());
}
