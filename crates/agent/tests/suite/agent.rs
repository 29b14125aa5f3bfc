use model::{ExitReason, Phase, TaskSpec};
use units::Span;

use crate::centre::{Site, task};

fn endless(name: &str) -> TaskSpec {
    task(name, "exec sleep 600", &[("FAKE_MS", "600000")])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn does_what_it_is_told_and_tells_the_log_before_the_end() {
    let site = Site::new("fake");
    let (good, bad) =
        (task("good", "", &[("FAKE_LOG", "hello\n")]), task("bad", "", &[("FAKE_EXIT", "3")]));
    site.centre.tell(1, &[&good, &bad]);
    site.until("both ended", |heard| heard.ends.len() == 2).await;
    let heard = site.centre.heard();
    assert_eq!(heard.ends[&bad.id].exit.as_ref().unwrap().code, Some(3));
    assert_eq!(heard.log_of(&good), "hello\n");
    assert!(heard.late.is_empty(), "{:?}", heard.late);
    assert_eq!(heard.last.as_ref().unwrap().generation, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forgets_what_it_may_forget() {
    let site = Site::new("fake");
    site.centre.heard().forgets = true;
    let (short, long) = (task("short", "", &[]), endless("long"));
    site.centre.tell(1, &[&short, &long]);
    site.until("ended", |heard| heard.ends.contains_key(&short.id)).await;
    site.until_driver("forgotten", |tasks| tasks.len() == 1).await;
    site.centre.tell(2, &[&long]);
    let told = |heard: &crate::centre::Heard| {
        heard.last.as_ref().is_some_and(|last| last.generation == 2 && last.tasks.len() == 1)
    };
    site.until("told without it", told).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tells_only_what_changed_until_it_is_asked_for_all() {
    let site = Site::new("fake");
    let (long, short) = (endless("long"), task("short", "", &[]));
    site.centre.tell(1, &[&long]);
    site.until("running", |heard| heard.phase(&long) == Some(Phase::Running)).await;
    site.centre.heard().again = true;
    site.centre.heard().last = None;
    site.centre.tell(2, &[&long, &short]);
    site.until("ended", |heard| heard.ends.contains_key(&short.id)).await;
    site.until("all told", |heard| heard.phase(&long) == Some(Phase::Running)).await;
    site.centre.tell(3, &[&long]);
    site.until("accepted", |heard| heard.last.as_ref().is_some_and(|last| last.generation == 3))
        .await;
    assert!(site.centre.heard().partial > 0);
    assert_eq!(site.centre.heard().phase(&long), Some(Phase::Running));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refuses_a_target_of_the_past() {
    let site = Site::new("fake");
    let (kept, old) = (endless("kept"), endless("old"));
    site.centre.tell(5, &[&kept]);
    site.until("running", |heard| heard.phase(&kept) == Some(Phase::Running)).await;
    site.centre.tell(3, &[&old]);
    site.until("fetched", |heard| heard.fetched.contains(&3)).await;
    site.centre.tell(6, &[&kept]);
    site.until("accepted", |heard| heard.last.as_ref().is_some_and(|last| last.generation == 6))
        .await;
    let heard = site.centre.heard();
    assert_eq!(heard.phase(&kept), Some(Phase::Running));
    assert_eq!(heard.phase(&old), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stops_its_work_when_the_lease_is_lost_and_comes_back() {
    let site = Site::new("fake");
    site.centre.heard().lease = Span::new(1_000);
    let (cut, next) = (endless("cut"), endless("next"));
    site.centre.tell(1, &[&cut]);
    site.until("running", |heard| heard.phase(&cut) == Some(Phase::Running)).await;
    site.centre.heard().is_away = true;
    site.until_driver("stopped", |tasks| tasks.iter().all(|task| task.phase == Phase::Ended)).await;
    assert_eq!(site.centre.heard().reason(&cut), None);
    site.centre.heard().is_away = false;
    site.until("told", |heard| heard.reason(&cut) == Some(ExitReason::Fenced)).await;
    site.centre.tell(2, &[&next]);
    site.until("running again", |heard| heard.phase(&next) == Some(Phase::Running)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_agent_a_folder() {
    let site = Site::new("fake");
    site.until("reporting", |heard| heard.reports > 0).await;
    let error = agent::run(site.config(), std::future::pending()).await.unwrap_err();
    assert!(
        error.to_string().contains(&format!("process {} is the agent", std::process::id())),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_are_told_together() {
    let site = Site::new("fake");
    site.centre.heard().forgets = true;
    let tasks: Vec<TaskSpec> =
        (0..5_000).map(|n| task(&format!("n{n}"), "", &[("FAKE_LOG", "x\n")])).collect();
    for (at, part) in tasks.chunks(500).enumerate() {
        site.centre.tell(i64::try_from(at).unwrap() + 1, &part.iter().collect::<Vec<_>>());
        let wanted = 500 * (at + 1);
        site.until("ended", |heard| heard.ends.len() == wanted).await;
    }
    site.until_driver("forgotten", <[_]>::is_empty).await;
    let heard = site.centre.heard();
    assert!(heard.reports <= 100, "{} reports for {} tasks", heard.reports, tasks.len());
    assert_eq!(heard.logs.len(), tasks.len());
    assert!(heard.late.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_is_told_though_nobody_takes_its_logs() {
    let site = Site::new("fake");
    site.centre.heard().refuses_logs = true;
    let talks = task("talks", "", &[("FAKE_LOG", "hello\n")]);
    site.centre.tell(1, &[&talks]);
    site.until("ended", |heard| heard.reason(&talks) == Some(ExitReason::Exited)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_logs_are_cut_and_lost_answers_change_nothing() {
    let site = Site::new("fake");
    site.centre.heard().lost_answers = 3;
    let long = "经纬".repeat(100_000);
    let talks = task("talks", "", &[("FAKE_LOG", &long)]);
    site.centre.tell(1, &[&talks]);
    site.until("ended", |heard| heard.ends.contains_key(&talks.id)).await;
    let heard = site.centre.heard();
    let log = heard.log_of(&talks);
    let (text, note) = log.split_once('\n').unwrap();
    assert!(note.contains("the first 256 KiB are kept here"), "{note}");
    assert!(log.len() <= 256 << 10 && log.len() > 255 << 10, "{}", log.len());
    assert!(long.starts_with(text.trim_end_matches('\u{FFFD}')));
    assert!(heard.largest <= 64 << 10, "{}", heard.largest);
}

/// With real processes: each task appends a line when it starts; nothing may make it append two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_was_killed_finds_its_tasks_again() {
    let mut site = Site::new("local");
    let text = "echo \"$JINGWEI_JOB\" >> /share/ran; echo up; while [ ! -e /share/go ]; do sleep 0.05; done; echo done";
    let (long, before) =
        (task("long", text, &[]), task("before", "echo before >> /share/ran", &[]));
    site.centre.tell(1, &[&long, &before]);
    site.until("up", |heard| {
        heard.log_of(&long).contains("up") && heard.ends.contains_key(&before.id)
    })
    .await;
    site.kill().await;
    let after = task("after", "echo after >> /share/ran", &[]);
    site.centre.tell(2, &[&long, &after]);
    site.start();
    site.until("after", |heard| heard.ends.contains_key(&after.id)).await;
    assert_eq!(site.centre.heard().phase(&long), Some(Phase::Running));
    std::fs::write(site.share().join("go"), "").unwrap();
    site.until("ended", |heard| heard.ends.contains_key(&long.id)).await;
    let ran = std::fs::read_to_string(site.share().join("ran")).unwrap();
    let mut ran: Vec<&str> = ran.lines().collect();
    ran.sort_unstable();
    assert_eq!(ran, ["after", "before", "test.long"]);
    let heard = site.centre.heard();
    assert_eq!(heard.log_of(&long), "up\ndone\n");
    assert_eq!(heard.instances.len(), 2);
    assert!(
        heard.ends.values().all(|end| end.exit.as_ref().unwrap().is_success()),
        "{:?}",
        heard.ends
    );
}
