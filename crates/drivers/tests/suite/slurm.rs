//! What only Slurm has: arrays, gangs over nodes, accelerators, accounts, a controller that goes away.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    time::{Duration, Instant},
};

use drivers::{DriverError, Target};
use model::{Assignment, ExitReason, Indexes, Phase};

use crate::{
    clusters::Cluster,
    site::{Site, script, slurm_conf},
};

pub(crate) fn assignment(name: &str, text: &str, tasks: u32, at_once: Option<u32>) -> Assignment {
    let mut order = Assignment::from(script(name, text));
    order.tasks = Indexes::first(tasks);
    (order.work.of, order.work.at_once) = (tasks, at_once);
    order
}

pub(crate) async fn run(site: &Site, order: &Assignment) -> BTreeMap<u32, (Option<i32>, String)> {
    let target = Target::of(1, vec![order.clone()]);
    site.driver.apply(&target).await.unwrap();
    let all_ended = |it: &drivers::Observed| it.tasks.iter().all(|task| task.phase == Phase::Ended);
    let observed = site.until("all ended", all_ended).await;
    let mut all = BTreeMap::new();
    for task in observed.tasks {
        let log = site.driver.logs(&task.id, 0, 1 << 20).await.unwrap();
        let exit = task.exit.unwrap();
        all.insert(task.id.index, (exit.code, String::from_utf8(log).unwrap() + &exit.message));
    }
    all
}

pub(crate) fn squeue(conf: &str, format: &str) -> String {
    let mut command = Command::new("squeue");
    command.args(["--noheader", "--all", "--states=all", &format!("--format={format}")]);
    let out = command.env("SLURM_CONF", conf).output().unwrap();
    String::from_utf8(out.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_array_is_one_submission_that_takes_turns() {
    let Some(conf) = slurm_conf() else { return };
    let site = Site::new("slurm");
    let text = "echo \"$JINGWEI_TASK of $JINGWEI_TASKS\"; [ \"$JINGWEI_TASK\" != 7 ]";
    let mut order = assignment("array", text, 40, Some(4));
    order.tasks = "0-37,39".parse().unwrap();
    let ends = run(&site, &order).await;
    assert_eq!(ends.len(), 39);
    assert_eq!(ends[&39], (Some(0), "39 of 40\n".to_owned()));
    assert_eq!(ends.values().filter(|(code, _)| *code == Some(0)).count(), 38);
    assert_eq!(ends[&7].0, Some(1));
    let folder = site.options.state.canonicalize().unwrap().join("jobs/test.array.1/work");
    let jobs: BTreeSet<String> = squeue(&conf, "%F|%Z")
        .lines()
        .filter_map(|line| {
            line.split_once('|').filter(|(_, dir)| {
                folder.ends_with(dir.trim()) || dir.trim() == folder.to_str().unwrap()
            })
        })
        .map(|(job, _)| job.to_owned())
        .collect();
    assert_eq!(jobs.len(), 1, "{jobs:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gang_starts_together_over_nodes_and_ends_together() {
    if slurm_conf().is_none() {
        return;
    }
    let site = Site::new("slurm");
    // 90 cores are more than one node has. Each task waits until all are there.
    let text = "touch up.$JINGWEI_TASK; while [ $(ls up.* | wc -l) -lt 3 ]; do sleep 0.1; done; echo $SLURMD_NODENAME";
    let mut order = assignment("gang", text, 3, None);
    order.work.cores = units::Cores::new(30_000);
    let ends = run(&site, &order).await;
    assert!(ends.values().all(|(code, _)| *code == Some(0)), "{ends:?}");
    let nodes: BTreeSet<&str> = ends.values().map(|(_, log)| log.trim()).collect();
    assert_eq!(nodes.len(), 2, "{ends:?}");
    let mut fails = assignment("fails", "[ $JINGWEI_TASK = 0 ] && exit 3; exec sleep 600", 2, None);
    fails.attempt = 2;
    let site = Site::new("slurm");
    let began = Instant::now();
    let ends = run(&site, &fails).await;
    assert_eq!(ends[&0].0, Some(3), "{ends:?}");
    assert!(began.elapsed() < Duration::from_secs(30), "the other one was ended too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_accelerator_is_seen_by_its_task_alone() {
    if slurm_conf().is_none() {
        return;
    }
    let site = Site::new("slurm");
    let mut order = assignment("gpu", "echo devices=$CUDA_VISIBLE_DEVICES", 1, None);
    order.work.accelerators = 2;
    order.work.accelerator = Some("a100".parse().unwrap());
    assert_eq!(run(&site, &order).await[&0].1, "devices=0,1\n");
    let engine = site.driver.engine().await.unwrap();
    assert!(engine.version.starts_with("slurm 2"), "{}", engine.version);
    let pool = &engine.pools[0];
    assert_eq!((pool.name.as_str(), pool.units, pool.units_per_node), ("main", 4, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_runs_as_the_customer_s_own_account() {
    let Some(conf) = slurm_conf() else { return };
    let mut site = Site::new("slurm");
    site.options.config =
        format!("conf: {conf}\naccounts:\n- {{project: test, user: li, account: nobody}}\n");
    site.restart();
    let mut order = assignment("whoami", "id -un", 1, None);
    order.work.owner = Some("li".parse().unwrap());
    assert_eq!(run(&site, &order).await[&0], (Some(0), "nobody\n".to_owned()));

    let mut site = Site::new("slurm");
    site.options.config =
        format!("conf: {conf}\naccounts:\n- {{project: test, user: li, account: nobody}}\n");
    site.restart();
    order.work.owner = Some("wang".parse().unwrap());
    let (code, told) = run(&site, &order).await[&0].clone();
    assert_eq!(code, None);
    assert!(told.contains("project `test` (user `wang`) has no account at this site"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_slurm_refuses_is_told_in_its_words() {
    let Some(conf) = slurm_conf() else { return };
    let mut site = Site::new("slurm");
    site.options.config = format!("conf: {conf}\npools: {{main: nowhere}}\n");
    site.restart();
    let order = assignment("nowhere", "true", 1, None);
    let (code, told) = run(&site, &order).await[&0].clone();
    assert_eq!(code, None);
    assert!(told.contains("Slurm refuses it") && told.contains("invalid partition"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_a_customer_writes_reaches_a_shell_unquoted() {
    if slurm_conf().is_none() {
        return;
    }
    let site = Site::new("slurm");
    let bad = "'; touch injected; echo '$(touch injected) `touch injected`\n#SBATCH --array=0-9\n";
    let mut order = assignment("quotes", "printf '%s' \"$BAD\"", 1, None);
    order.work.env.insert("BAD".to_owned(), bad.to_owned());
    assert_eq!(run(&site, &order).await[&0], (Some(0), bad.to_owned()));
    let words = vec!["printf".to_owned(), "%s".to_owned(), bad.to_owned()];
    let site = Site::new("slurm");
    order.work.program = model::Program::Command(words);
    assert_eq!(run(&site, &order).await[&0], (Some(0), bad.to_owned()));
    let work = site.options.state.join("jobs/test.quotes.1/work/injected");
    assert!(!work.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_number_was_not_written_down_is_found_again() {
    if slurm_conf().is_none() {
        return;
    }
    let mut site = Site::new("slurm");
    let order = assignment("once", "echo ran >>runs; exec sleep 3", 1, None);
    let target = Target::of(1, vec![order]);
    site.driver.apply(&target).await.unwrap();
    let folder = site.options.state.join("jobs/test.once.1");
    std::fs::remove_file(folder.join("job")).unwrap();
    site.restart();
    site.driver.apply(&target).await.unwrap();
    let all_ended = |it: &drivers::Observed| it.tasks.iter().all(|task| task.phase == Phase::Ended);
    site.until("ended", all_ended).await;
    assert!(folder.join("job").exists());
    assert_eq!(std::fs::read_to_string(folder.join("work/runs")).unwrap(), "ran\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controller_that_is_away_is_not_work_that_is_lost() {
    if slurm_conf().is_none() {
        return;
    }
    let cluster = Cluster::new("away", 21_817);
    let mut site = Site::new("slurm");
    site.options.config = format!("conf: {}\n", cluster.conf);
    site.restart();
    let order = assignment("long", "sleep 4; echo done", 1, None);
    let target = Target::of(1, vec![order.clone()]);
    site.driver.apply(&target).await.unwrap();
    site.until("running", |it| it.tasks[0].phase == Phase::Running).await;
    cluster.kill("slurmctld");
    let began = Instant::now();
    loop {
        match site.driver.observe().await {
            Err(DriverError::Away(reason)) => break assert!(reason.contains("slurm"), "{reason}"),
            Ok(it) => {
                assert!(it.tasks[0].exit.as_ref().is_none_or(|it| it.reason != ExitReason::Lost))
            }
            Err(other) => panic!("{other}"),
        }
        assert!(began.elapsed() < Duration::from_secs(60), "never away");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    cluster.start_controller();
    while site.driver.observe().await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(120), "never back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let all_ended = |it: &drivers::Observed| it.tasks.iter().all(|task| task.phase == Phase::Ended);
    let observed = site.until("ended", all_ended).await;
    assert_eq!(observed.tasks[0].exit.as_ref().unwrap().code, Some(0), "{observed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_s_files_lead_nowhere() {
    if slurm_conf().is_none() {
        return;
    }
    let site = Site::new("slurm");
    let text = "cd ../out; rm $JINGWEI_TASK.log; ln -s /etc/shadow $JINGWEI_TASK.log; mkfifo 5.exit; exec 9>&-; sleep 2";
    let order = assignment("links", text, 1, None);
    let target = Target::of(1, vec![order.clone()]);
    site.driver.apply(&target).await.unwrap();
    let all_ended = |it: &drivers::Observed| it.tasks.iter().all(|task| task.phase == Phase::Ended);
    let observed = site.until("ended", all_ended).await;
    assert_eq!(observed.tasks[0].exit.as_ref().unwrap().code, Some(0));
    assert!(site.driver.logs(&observed.tasks[0].id, 0, 100).await.is_err());
}
