//! Faults at a Slurm cluster: what is told of the work, and what is not lost.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use drivers::Target;
use model::{ExitReason, Phase};

use crate::{
    clusters::{Cluster, site},
    site::{BOUND, Site, slurm_conf},
    slurm::assignment,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drained_node_takes_nothing_new_and_ends_what_it_runs() {
    if slurm_conf().is_none() {
        return;
    }
    let cluster = Cluster::new("drain", 25_817);
    let site = cluster.site("");
    assert_eq!(site.driver.engine().await.unwrap().pools[0].units, 8);
    let order = assignment("long", "echo up; sleep 3; echo done", 1, None);
    site.driver.apply(&Target::of(1, vec![order])).await.unwrap();
    site.until("running", |it| it.tasks[0].phase == Phase::Running).await;
    let node = format!("NodeName={}", cluster.node());
    cluster.scontrol(&["update", &node, "State=DRAIN", "Reason=test"]);
    assert_eq!(site.driver.engine().await.unwrap().pools, []);
    let observed = site.until("ended", |it| it.tasks[0].phase == Phase::Ended).await;
    assert_eq!(observed.tasks[0].exit.as_ref().unwrap().code, Some(0), "{observed:?}");
    cluster.scontrol(&["update", &node, "State=RESUME"]);
    let began = Instant::now();
    while site.driver.engine().await.unwrap().pools.first().is_none_or(|it| it.units != 8) {
        assert!(began.elapsed() < BOUND, "its units never came back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_of_a_node_that_dies_is_told_as_lost() {
    if slurm_conf().is_none() {
        return;
    }
    let cluster = Cluster::new("dies", 26_017);
    let site = cluster.site("");
    let order = assignment("long", "echo $PPID $$; exec sleep 600", 1, None);
    site.driver.apply(&Target::of(1, vec![order.clone()])).await.unwrap();
    site.until("running", |it| it.tasks[0].phase == Phase::Running).await;
    let id = order.task_ids().next().unwrap();
    let pids = loop {
        let log = String::from_utf8(site.driver.logs(&id, 0, 100).await.unwrap()).unwrap();
        if let Some((pids, _)) = log.split_once('\n') {
            break pids.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    cluster.kill(&format!("slurmd-{}", cluster.node()));
    let script = pids.split(' ').next().unwrap();
    let supervisor = fs::read_to_string(format!("/proc/{script}/stat")).unwrap();
    let supervisor = supervisor.split(' ').nth(3).unwrap();
    let mut kill = Command::new("kill");
    assert!(kill.arg("-KILL").arg(supervisor).args(pids.split(' ')).status().unwrap().success());
    cluster.scontrol(&[
        "update",
        &format!("NodeName={}", cluster.node()),
        "State=DOWN",
        "Reason=died",
    ]);
    let observed = site.until("ended", |it| it.tasks[0].phase == Phase::Ended).await;
    let exit = observed.tasks[0].exit.as_ref().unwrap();
    assert_eq!(exit.reason, ExitReason::Lost, "{exit:?}");
    assert!(exit.message.contains("NODE_FAIL"), "{exit:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gigabyte_of_output_leaves_a_bounded_log() {
    if slurm_conf().is_none() {
        return;
    }
    let site = Site::new("slurm");
    let order = assignment("loud", "echo first; head -c 1G /dev/zero", 1, None);
    site.driver.apply(&Target::of(1, vec![order.clone()])).await.unwrap();
    let observed = site.until("ended", |it| it.tasks[0].phase == Phase::Ended).await;
    assert_eq!(observed.tasks[0].exit.as_ref().unwrap().code, Some(0));
    let log = site.options.state.join("jobs/test.loud.1/out/0.log");
    let most = 16 << 20;
    site.until("cut", |_| fs::metadata(&log).unwrap().len() <= most).await;
    let id = &observed.tasks[0].id;
    assert_eq!(site.driver.logs(id, 0, 6).await.unwrap(), b"first\n");
    assert!(site.driver.logs(id, most, 10).await.unwrap().is_empty());
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < 100 << 10, "{peak} KiB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_administrator_cancels_is_lost_and_not_failed() {
    let Some(conf) = slurm_conf() else { return };
    let site = Site::new("slurm");
    let order = assignment("gone", "exec sleep 600", 1, None);
    site.driver.apply(&Target::of(1, vec![order])).await.unwrap();
    site.until("running", |it| it.tasks[0].phase == Phase::Running).await;
    let job = fs::read_to_string(site.options.state.join("jobs/test.gone.1/job")).unwrap();
    let mut scancel = Command::new("scancel");
    assert!(scancel.arg(job.trim()).env("SLURM_CONF", conf).status().unwrap().success());
    let observed = site.until("ended", |it| it.tasks[0].phase == Phase::Ended).await;
    let exit = observed.tasks[0].exit.as_ref().unwrap();
    assert_eq!(exit.reason, ExitReason::Lost, "{exit:?}");
    assert!(exit.message.contains("cancelled at the cluster"), "{exit:?}");
}

/// A file system of 4 MiB, gone with this.
struct Small(std::path::PathBuf);

impl Small {
    fn at(path: std::path::PathBuf) -> Self {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m,mode=755", "tmpfs"]).arg(&path);
        assert!(mount.status().unwrap().success());
        Self(path)
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ends_are_told_though_the_disk_is_full() {
    let Some(conf) = slurm_conf() else { return };
    let mut site = site("");
    let full = site.folder.path().join("full");
    fs::create_dir(&full).unwrap();
    let _small = Small::at(full.clone());
    site.options.state = full.join("state");
    site.options.config = format!("conf: {conf}\n");
    site.restart();
    // `told` cannot take another line once its own page and all others are full.
    let text = "exec 9>&-; head -c 8M /dev/zero >fill; yes >>../told/$SLURMD_NODENAME; exit 3";
    let order = assignment("fills", text, 1, None);
    site.driver.apply(&Target::of(1, vec![order])).await.unwrap();
    let observed = site.until("ended", |it| it.tasks[0].phase == Phase::Ended).await;
    let exit = observed.tasks[0].exit.as_ref().unwrap();
    assert_eq!((exit.reason, exit.code), (ExitReason::Exited, Some(3)), "{exit:?}");
    let next = assignment("next", "true", 1, None);
    let refused = site.driver.apply(&Target::of(2, vec![next.clone()])).await.unwrap_err();
    assert!(refused.to_string().contains("accept test.next.1"), "{refused}");
    fs::remove_dir_all(full.join("state/jobs/test.fills.1/work")).unwrap();
    site.driver.apply(&Target::of(2, vec![next])).await.unwrap();
    let ended = |it: &drivers::Observed| it.tasks.iter().all(|task| task.phase == Phase::Ended);
    let observed = site.until("ended", ended).await;
    assert!(observed.tasks.iter().any(|task| task.exit.as_ref().unwrap().is_success()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_of_an_account_that_was_revoked_is_stopped() {
    if slurm_conf().is_none() {
        return;
    }
    let cluster = Cluster::new("revoke", 27_817);
    let mut site = cluster.site("accounts: [{project: test, account: nobody}]\n");
    // The node has 8 cores: the second waits.
    let mut orders =
        [assignment("runs", "sleep 600", 1, None), assignment("waits", "sleep 600", 1, None)];
    orders.iter_mut().for_each(|it| it.work.cores = units::Cores::new(8_000));
    let target = Target::of(1, orders.to_vec());
    site.driver.apply(&target).await.unwrap();
    site.until("running", |it| it.tasks.iter().any(|task| task.phase == Phase::Running)).await;
    site.options.config =
        format!("conf: {}\naccounts: [{{project: other, account: nobody}}]\n", cluster.conf);
    site.restart();
    site.driver.apply(&target).await.unwrap();
    let ended = |it: &drivers::Observed| it.tasks.iter().all(|task| task.phase == Phase::Ended);
    let observed = site.until("ended", ended).await;
    for task in observed.tasks {
        let exit = task.exit.unwrap();
        assert_eq!(exit.reason, ExitReason::Stopped, "{exit:?}");
        assert!(exit.message.contains("project `test` (user `nobody`) has no account"), "{exit:?}");
    }
}
