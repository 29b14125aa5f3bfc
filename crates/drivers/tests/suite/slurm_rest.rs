//! What only Slurm's REST interface has: forms, tokens, other people's accounts.

use std::{
    fs,
    time::{Duration, Instant},
};

use drivers::{DriverError, Target};
use model::Phase;

use crate::{
    clusters::{Cluster, site},
    site::{BOUND, Site, rest_config, slurm_conf, slurm_rest},
    slurm::{assignment, run},
};

const BOTH: [&str; 2] = ["TEST_SLURM_REST", "TEST_SLURM24_REST"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_form_that_both_speak_is_spoken() {
    for (variable, version) in BOTH.iter().zip(["slurm 22.05.8, REST v0.0.38", "slurm 24.11"]) {
        let Some(rest) = slurm_rest(variable) else { continue };
        let site = site(&rest_config(rest));
        let engine = site.driver.engine().await.unwrap();
        assert!(engine.version.starts_with(version), "{}", engine.version);
        let pool = &engine.pools[0];
        assert_eq!((pool.name.as_str(), pool.units, pool.units_per_node), ("main", 4, 2));
        assert_eq!(pool.flavor.accelerator.as_ref().unwrap().model.as_str(), "a100");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn arrays_gangs_and_accelerators_go_through_both_forms() {
    for variable in BOTH {
        let Some(rest) = slurm_rest(variable) else { continue };
        let config = rest_config(rest);
        let array = assignment("array", "exit $JINGWEI_TASK", 5, Some(2));
        let ends = run(&site(&config), &array).await;
        let codes: Vec<Option<i32>> = ends.values().map(|(code, _)| *code).collect();
        assert_eq!(codes, [Some(0), Some(1), Some(2), Some(3), Some(4)], "{variable}");
        // 90 cores are more than one node has.
        let text = "touch up.$JINGWEI_TASK; while [ $(ls up.* | wc -l) -lt 3 ]; do sleep 0.1; done; echo all";
        let mut gang = assignment("gang", text, 3, None);
        gang.work.cores = units::Cores::new(30_000);
        let ends = run(&site(&config), &gang).await;
        assert!(ends.values().all(|it| *it == (Some(0), "all\n".to_owned())), "{ends:?}");
        let mut gpu = assignment("gpu", "echo devices=$CUDA_VISIBLE_DEVICES", 1, None);
        gpu.work.accelerators = 2;
        gpu.work.accelerator = Some("a100".parse().unwrap());
        assert_eq!(run(&site(&config), &gpu).await[&0].1, "devices=0,1\n", "{variable}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_root_runs_work_under_the_customer_s_account() {
    for variable in BOTH {
        let Some(rest) = slurm_rest(variable) else { continue };
        let site = site(&(rest_config(rest) + "accounts: [{account: nobody}]\n"));
        let order = assignment("whoami", "id -un", 1, None);
        assert_eq!(run(&site, &order).await[&0], (Some(0), "nobody\n".to_owned()), "{variable}");
    }
}

async fn is_away(site: &Site, said: &str) {
    let began = Instant::now();
    loop {
        if let Err(DriverError::Away(reason)) = site.driver.observe().await {
            return assert!(reason.contains(said), "{reason}");
        }
        assert!(began.elapsed() < BOUND, "never away");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn is_back(site: &Site) {
    let began = Instant::now();
    while let Err(error) = site.driver.observe().await {
        assert!(began.elapsed() < BOUND, "never back: {error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_ended_is_told_and_a_new_one_is_taken() {
    if slurm_conf().is_none() {
        return;
    }
    let cluster = Cluster::new("token", 23_817);
    let (url, root) = cluster.rest();
    let site = Site::new("slurm");
    let file = site.folder.path().join("token");
    fs::write(&file, cluster.token("root", 5)).unwrap();
    let site = crate::clusters::site(&rest_config((url, file.to_str().unwrap().to_owned())));
    let order = assignment("waits", "sleep 8; echo done", 1, None);
    site.driver.apply(&Target::of(1, vec![order.clone()])).await.unwrap();
    is_away(&site, "the token for slurmrestd ended at").await;
    fs::write(&file, fs::read(root).unwrap()).unwrap();
    is_back(&site).await;
    let ended = |it: &drivers::Observed| it.tasks.iter().all(|task| task.phase == Phase::Ended);
    let observed = site.until("ended", ended).await;
    assert_eq!(observed.tasks[0].exit.as_ref().unwrap().code, Some(0), "{observed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interface_that_is_killed_is_not_work_that_is_lost() {
    if slurm_conf().is_none() {
        return;
    }
    let cluster = Cluster::new("rest", 24_817);
    let site = site(&rest_config(cluster.rest()));
    let order = assignment("long", "sleep 3; echo done", 1, None);
    site.driver.apply(&Target::of(1, vec![order.clone()])).await.unwrap();
    site.until("running", |it| it.tasks[0].phase == Phase::Running).await;
    cluster.kill("slurmrestd");
    is_away(&site, "slurmrestd at http://127.0.0.1").await;
    cluster.rest();
    is_back(&site).await;
    let ended = |it: &drivers::Observed| it.tasks.iter().all(|task| task.phase == Phase::Ended);
    let observed = site.until("ended", ended).await;
    assert_eq!(observed.tasks[0].exit.as_ref().unwrap().code, Some(0), "{observed:?}");
}
