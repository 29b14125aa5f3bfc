//! What every driver must do.

use std::time::{Duration, Instant};

use crate::site::{Site, pretended};
use drivers::{DRIVERS, DriverError, Target};
use model::{ExitReason, Phase, TaskSpec};
use units::Time;

fn quick(name: &str) -> TaskSpec {
    pretended(name, "exit 0", &[])
}

fn endless(name: &str) -> TaskSpec {
    pretended(name, "exec sleep 600", &[("FAKE_MS", "600000")])
}

/// One test a driver for each line, so that a failure names both.
macro_rules! every_driver {
    ($($test:ident),+ $(,)?) => {
        mod fake { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $test() { super::$test("fake").await; })+ }
        mod local { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $test() { super::$test("local").await; })+ }
        mod container { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $test() {
            if crate::image::archive().is_some() { super::$test("container").await; }
        })+ }
        mod kubernetes { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $test() {
            if crate::site::kubeconfig().is_some() { super::$test("kubernetes").await; }
        })+ }
        mod slurm { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $test() {
            if crate::site::slurm_conf().is_some() { super::$test("slurm").await; }
        })+ }
        mod slurm_rest { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $test() {
            if crate::site::slurm_rest("TEST_SLURM_REST").is_some() { super::$test("slurm-rest").await; }
        })+ }
        mod slurm_24 { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $test() {
            if crate::site::slurm_rest("TEST_SLURM24_REST").is_some() { super::$test("slurm-24").await; }
        })+ }
        #[test]
        fn the_suite_runs_for_every_driver() {
            let names: Vec<&str> = DRIVERS.iter().map(|info| info.name).collect();
            assert_eq!(names, ["fake", "kubernetes", "local", "slurm"]);
        }
    };
}

every_driver!(
    applying_twice_is_applying_once,
    refuses_older_targets,
    remembers_the_generation,
    adopts_after_a_restart,
    stops_within_a_bound,
    tells_exit_codes,
    tells_signals,
    gives_logs_by_offset,
    forgets_only_what_has_ended,
    never_runs_what_it_forgot,
    fences_everything,
    stops_by_itself_when_the_lease_ends,
);

async fn applying_twice_is_applying_once(driver: &str) {
    let site = Site::new(driver);
    let (one, two) = (quick("one"), endless("two"));
    site.apply(3, &[&one, &two]).await;
    let end = site.end_of(&one).await;
    site.running(&two).await;
    site.apply(3, &[&one, &two]).await;
    site.apply(4, &[&two, &one]).await;
    assert_eq!(site.end_of(&one).await, end);
    let observed = site.driver.observe().await.unwrap();
    assert_eq!(observed.generation, 4);
    assert_eq!(observed.tasks.len(), 2);
}

async fn refuses_older_targets(driver: &str) {
    let site = Site::new(driver);
    let task = endless("kept");
    site.apply(7, &[&task]).await;
    site.running(&task).await;
    let old = site.driver.apply(&Target { generation: 6, ..Target::default() }).await;
    assert!(matches!(old, Err(DriverError::Stale { got: 6, have: 7 })), "{old:?}");
    site.running(&task).await;
}

async fn remembers_the_generation(driver: &str) {
    let mut site = Site::new(driver);
    assert_eq!(site.driver.observe().await.unwrap().generation, -1);
    site.apply(5, &[]).await;
    site.restart();
    let old = site.driver.apply(&Target { generation: 4, ..Target::default() }).await;
    assert!(matches!(old, Err(DriverError::Stale { got: 4, have: 5 })), "{old:?}");
}

async fn adopts_after_a_restart(driver: &str) {
    let mut site = Site::new(driver);
    let (long, short) = (endless("long"), quick("short"));
    site.apply(1, &[&long, &short]).await;
    site.end_of(&short).await;
    site.running(&long).await;
    let before = site.driver.observe().await.unwrap();
    site.restart();
    let after = site.driver.observe().await.unwrap();
    let starts = |it: &drivers::Observed| {
        it.tasks.iter().map(|t| (t.id.clone(), t.phase, t.started)).collect::<Vec<_>>()
    };
    assert_eq!(starts(&before), starts(&after));
    site.apply(1, &[&long, &short]).await;
    site.apply(2, &[]).await;
    assert_eq!(site.exit_of(&long).await.reason, ExitReason::Stopped);
    assert_eq!(site.exit_of(&short).await.code, Some(0));
}

async fn stops_within_a_bound(driver: &str) {
    let site = Site::new(driver);
    let (stubborn, never) = (
        pretended(
            "stubborn",
            "trap '' TERM\necho up\nsleep 600 & wait; sleep 600",
            &[("FAKE_MS", "600000"), ("FAKE_LOG", "up\n")],
        ),
        endless("never"),
    );
    site.apply(1, &[&stubborn]).await;
    site.wrote(&stubborn, "up").await;
    // The second is taken out before it can have started.
    site.apply(2, &[&stubborn, &never]).await;
    let begin = Instant::now();
    site.apply(3, &[]).await;
    assert_eq!(site.exit_of(&never).await.reason, ExitReason::Stopped);
    assert_eq!(site.exit_of(&stubborn).await.reason, ExitReason::Stopped);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

async fn tells_exit_codes(driver: &str) {
    let site = Site::new(driver);
    let tasks = ["0", "1", "42"].map(|code| {
        pretended(&format!("exit-{code}"), &format!("exit {code}"), &[("FAKE_EXIT", code)])
    });
    site.apply(1, &tasks.iter().collect::<Vec<_>>()).await;
    for (task, code) in tasks.iter().zip([0, 1, 42]) {
        let end = site.end_of(task).await;
        assert_eq!(
            (end.exit.as_ref().unwrap().reason, end.exit.as_ref().unwrap().code),
            (ExitReason::Exited, Some(code))
        );
        assert!(end.started.unwrap() <= end.ended.unwrap());
    }
}

async fn tells_signals(driver: &str) {
    let site = Site::new(driver);
    let task = pretended("signal", "kill -9 $$", &[("FAKE_SIGNAL", "9")]);
    site.apply(1, &[&task]).await;
    let exit = site.exit_of(&task).await;
    assert_eq!((exit.reason, exit.code, exit.signal), (ExitReason::Signalled, None, Some(9)));
}

async fn gives_logs_by_offset(driver: &str) {
    let site = Site::new(driver);
    let task = pretended("talks", "echo one; echo two", &[("FAKE_LOG", "one\ntwo\n")]);
    // Of a task of its own: engines that read output and errors apart may tell them in another order.
    let errors = pretended("warns", "echo three >&2", &[("FAKE_LOG", "three\n")]);
    site.apply(1, &[&task, &errors]).await;
    site.end_of(&task).await;
    site.end_of(&errors).await;
    assert_eq!(site.log(&errors).await, "three\n");
    let part = |offset, max| site.driver.logs(&task.id, offset, max);
    assert_eq!(site.log(&task).await, "one\ntwo\n");
    assert_eq!(part(2, 3).await.unwrap(), b"e\nt");
    assert_eq!(part(8, 100).await.unwrap(), b"");
    assert_eq!(part(800, 100).await.unwrap(), b"");
    let unknown = site.driver.logs(&quick("unknown").id, 0, 10).await;
    assert!(matches!(unknown, Err(DriverError::NoSuchTask(_))), "{unknown:?}");
}

async fn forgets_only_what_has_ended(driver: &str) {
    let mut site = Site::new(driver);
    let (long, short) = (endless("long"), quick("short"));
    site.apply(1, &[&long, &short]).await;
    site.end_of(&short).await;
    site.running(&long).await;
    site.driver.forget(&[long.id.clone(), short.id.clone(), quick("unknown").id]).await.unwrap();
    for _ in 0..2 {
        let observed = site.driver.observe().await.unwrap();
        assert_eq!(observed.tasks.iter().map(|task| &task.id).collect::<Vec<_>>(), [&long.id]);
        site.restart();
    }
}

async fn never_runs_what_it_forgot(driver: &str) {
    let mut site = Site::new(driver);
    let task = quick("once");
    site.apply(1, &[&task]).await;
    site.end_of(&task).await;
    site.driver.forget(std::slice::from_ref(&task.id)).await.unwrap();
    site.apply(1, &[&task]).await;
    site.restart();
    site.apply(2, &[&task]).await;
    assert!(site.driver.observe().await.unwrap().tasks.is_empty());
}

async fn fences_everything(driver: &str) {
    let site = Site::new(driver);
    let (one, two, done) = (endless("one"), endless("two"), quick("done"));
    site.apply(1, &[&one, &two, &done]).await;
    site.end_of(&done).await;
    site.running(&one).await;
    site.driver.fence("no contact").await.unwrap();
    for task in [&one, &two] {
        let exit = site.exit_of(task).await;
        assert_eq!(exit.reason, ExitReason::Fenced, "{exit:?}");
        assert!(exit.message.contains("no contact"));
    }
    assert_eq!(site.exit_of(&done).await.reason, ExitReason::Exited);
    site.apply(1, &[&one, &two, &done]).await;
    assert!(
        site.driver.observe().await.unwrap().tasks.iter().all(|task| task.phase == Phase::Ended)
    );
}

async fn stops_by_itself_when_the_lease_ends(driver: &str) {
    let site = Site::new(driver);
    let task = endless("leased");
    site.driver.renew(Time::MAX).await.unwrap();
    site.apply(1, &[&task]).await;
    site.running(&task).await;
    site.driver.renew(Time::from_millis(0)).await.unwrap();
    assert_eq!(site.exit_of(&task).await.reason, ExitReason::Fenced);
}
