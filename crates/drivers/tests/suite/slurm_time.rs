//! Time at a Slurm cluster: exact limits, grace, and data folders that outlast a stop.

use std::time::{Duration, Instant};

use drivers::{DataFolders, Target};
use model::{ExitReason, Input};
use units::Span;

use crate::{
    clusters::site,
    site::{Site, script, slurm_conf},
    slurm::{assignment, run},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_limit_is_kept_to_the_second() {
    if slurm_conf().is_none() {
        return;
    }
    let site = Site::new("slurm");
    let mut polite =
        script("polite", "trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.1; done");
    let mut stubborn = script("stubborn", "trap '' TERM; while :; do sleep 0.1; done");
    for task in [&mut polite, &mut stubborn] {
        task.work.time_limit = Some(Span::new(2_000));
    }
    site.apply(1, &[&polite, &stubborn]).await;
    for (task, most) in [(&polite, 6_000), (&stubborn, 8_000)] {
        let end = site.end_of(task).await;
        let ran = end.ended.unwrap().since(end.started.unwrap());
        assert_eq!(end.exit.unwrap().reason, ExitReason::TimeLimit, "{}", task.id);
        assert!((2_000..most).contains(&ran.get()), "{} ran {ran}", task.id);
    }
    assert!(site.log(&polite).await.ends_with("asked\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_has_its_own_time_between_being_asked_and_being_ended() {
    // The cluster's KillWait is 2 s. The program needs longer, and it is not the shell that Slurm started.
    if slurm_conf().is_none() {
        return;
    }
    let site = Site::new("slurm");
    let text = "#!/bin/bash\ntrap 'echo asked; sleep 4; echo saved; exit 0' TERM\necho up\nwhile :; do sleep 0.1; done";
    let mut slow = script("slow", text);
    slow.work.grace = Some(Span::new(20_000));
    site.apply(1, &[&slow]).await;
    site.wrote(&slow, "up").await;
    site.apply(2, &[]).await;
    assert_eq!(site.exit_of(&slow).await.reason, ExitReason::Exited);
    assert!(site.log(&slow).await.ends_with("asked\nsaved\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_goes_on_after_a_restart() {
    let Some(conf) = slurm_conf() else { return };
    let mut site = site(&format!("conf: {conf}\n"));
    let text = "#!/bin/bash\ntrap 'echo asked' TERM\necho up\nwhile :; do sleep 0.1; done";
    let mut stubborn = script("stubborn", text);
    stubborn.work.grace = Some(Span::new(6_000));
    site.apply(1, &[&stubborn]).await;
    site.wrote(&stubborn, "up").await;
    let began = Instant::now();
    site.apply(2, &[]).await;
    site.wrote(&stubborn, "asked").await;
    site.restart();
    // Nobody says again that it is to go.
    let exit = site.exit_of(&stubborn).await;
    assert_eq!(exit.reason, ExitReason::Stopped, "{exit:?}");
    let took = began.elapsed();
    assert!((Duration::from_secs(5)..Duration::from_secs(20)).contains(&took), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_find_their_data_and_own_what_they_write() {
    let Some(conf) = slurm_conf() else { return };
    let mut site = site("");
    let data = DataFolders::new(site.folder.path().join("data"));
    site.options.data = Some(data.clone());
    site.options.config = format!("conf: {conf}\naccounts: [{{account: nobody}}]\n");
    site.restart();
    assert!(site.driver.capabilities().data);
    let text = "cat $JINGWEI_INPUTS/sea/t; cat $JINGWEI_CHECKPOINT/step; echo 8 >$JINGWEI_CHECKPOINT/step; \
                echo hot >$JINGWEI_RESULT/out && id -un";
    let mut order = assignment("reads", text, 1, None);
    let content = format!("{:064x}", 7).parse().unwrap();
    order.work.inputs = vec![Input { name: "sea".parse().unwrap(), content }];
    order.work.result = true;
    order.work.checkpoint = Some(Span::new(60_000));
    let folders = data.of(&order).unwrap();
    for path in [folders.inputs().join("sea"), folders.result(), folders.checkpoint()] {
        std::fs::create_dir_all(path).unwrap();
    }
    std::fs::write(folders.inputs().join("sea/t"), "cold\n").unwrap();
    std::fs::write(folders.checkpoint().join("step"), "7\n").unwrap();
    let ends = run(&site, &order).await;
    assert_eq!(ends[&0], (Some(0), "cold\n7\nnobody\n".to_owned()));
    assert_eq!(std::fs::read_to_string(folders.result().join("out")).unwrap(), "hot\n");
    assert_eq!(std::fs::read_to_string(folders.checkpoint().join("step")).unwrap(), "8\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_array_that_is_too_long_is_refused_with_the_reason() {
    if slurm_conf().is_none() {
        return;
    }
    let site = Site::new("slurm");
    let mut order = assignment("long", "true", 1, Some(1));
    order.tasks = "30000".parse().unwrap();
    order.work.of = 30_001;
    site.driver.apply(&Target::of(1, vec![order.clone()])).await.unwrap();
    let observed = site.driver.observe().await.unwrap();
    let exit = observed.tasks[0].exit.as_ref().unwrap();
    assert_eq!(exit.reason, ExitReason::NotStarted);
    assert!(
        exit.message.contains("Invalid job array") && exit.message.contains("MaxArraySize"),
        "{exit}"
    );
}
