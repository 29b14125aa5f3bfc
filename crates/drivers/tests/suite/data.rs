//! The folders that tasks read and write, and the time they get before they are ended.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    time::{Duration, Instant},
};

use crate::{
    image,
    site::{Site, script},
};
use drivers::{DataFolders, JobFolders};
use model::{ExitReason, Input, SandboxLevel, TaskSpec};
use units::Span;

const CONTENT: &str = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

/// The local driver in every way it shuts tasks in, with data.
fn sites(folder: &Path) -> Vec<(String, Site)> {
    use SandboxLevel::{Cgroup, Namespaces, NamespacesAndCgroup, Rlimit};
    let levels = [NamespacesAndCgroup, Namespaces, Cgroup, Rlimit].into_iter();
    let data = |name: &str| Some(DataFolders::new(folder.join(name)));
    let mut all: Vec<(String, Site)> = levels
        .map(|level| {
            let name = level.as_str().to_owned();
            let site = Site::with("local", |options| {
                (options.at_best, options.data) = (level, data(&name));
            });
            (name, site)
        })
        .collect();
    if image::archive().is_some() {
        let site = Site::with("container", |options| options.data = data("container"));
        all.push(("container".to_owned(), site));
    }
    all
}

fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// As an agent lays it out.
fn lay_out(site: &Site, spec: &TaskSpec) -> JobFolders {
    let data = site.options.data.as_ref().unwrap();
    let folders = data.job(&format!("{}.{}", spec.id.job, spec.id.attempt));
    for dir in [folders.inputs(), folders.result(), folders.checkpoint()] {
        fs::create_dir_all(dir).unwrap();
    }
    for Input { name, content } in &spec.work.inputs {
        let tree = data.tree(content);
        fs::create_dir_all(tree.join("deep")).unwrap();
        fs::write(tree.join("deep/rain.txt"), "41 mm\n").unwrap();
        symlink(&tree, folders.inputs().join(name.as_str())).unwrap();
    }
    folders
}

fn with_data(name: &str, text: &str) -> TaskSpec {
    let mut spec = script(name, text);
    let input = Input { name: "rain".parse().unwrap(), content: CONTENT.parse().unwrap() };
    spec.work.inputs = vec![input];
    spec.work.result = true;
    spec.work.checkpoint = Some(Span::new(60_000));
    spec
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_read_inputs_and_write_results_and_checkpoints() {
    let folder = open_folder();
    for (name, site) in sites(folder.path()) {
        assert!(site.driver.capabilities().data);
        let text = "cat $JINGWEI_INPUTS/rain/deep/rain.txt $JINGWEI_CHECKPOINT/state\n\
            (touch $JINGWEI_INPUTS/rain/deep/x) || echo kept\n\
            mkdir $JINGWEI_RESULT/sums && echo 41 > $JINGWEI_RESULT/sums/all\n\
            echo 2 >> $JINGWEI_CHECKPOINT/state && mv $JINGWEI_CHECKPOINT/state $JINGWEI_CHECKPOINT/next\n\
            echo $JINGWEI_RESULT";
        let spec = with_data("reads", text);
        let folders = lay_out(&site, &spec);
        fs::write(folders.checkpoint().join("state"), "1\n").unwrap();
        site.apply(1, &[&spec]).await;
        let exit = site.exit_of(&spec).await;
        let log = site.log(&spec).await;
        assert_eq!(exit.code, Some(0), "{name}: {exit:?} {log}");
        assert!(log.starts_with("41 mm\n1\n") && log.contains("kept\n"), "{name}: {log}");
        let boxed = site.driver.sandbox() <= SandboxLevel::Namespaces;
        assert_eq!(log.contains("\n/jingwei/result\n"), boxed, "{name}: {log}");
        assert_eq!(fs::read_to_string(folders.result().join("sums/all")).unwrap(), "41\n");
        assert_eq!(fs::read_to_string(folders.checkpoint().join("next")).unwrap(), "1\n2\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_data_a_task_does_not_start() {
    let folder = open_folder();
    for (name, site) in sites(folder.path()) {
        let (no_input, no_result) = (with_data("no-input", "true"), with_data("no-result", "true"));
        let links = lay_out(&site, &no_input).inputs();
        fs::remove_file(links.join("rain")).unwrap();
        fs::remove_dir(lay_out(&site, &no_result).result()).unwrap();
        site.apply(1, &[&no_input, &no_result]).await;
        for (spec, why) in [(&no_input, "the input `rain`"), (&no_result, "result")] {
            let exit = site.exit_of(spec).await;
            assert_eq!(exit.reason, ExitReason::NotStarted, "{name}: {exit:?}");
            assert!(exit.message.contains(why) && exit.message.contains("not here"), "{exit:?}");
        }
    }
    let site = Site::new("local");
    assert!(!site.driver.capabilities().data);
    let spec = with_data("nowhere", "true");
    site.apply(1, &[&spec]).await;
    let exit = site.exit_of(&spec).await;
    assert_eq!(exit.reason, ExitReason::NotStarted);
    assert!(exit.message.contains("lays out no data"), "{exit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_may_ask_for_more_time_to_end() {
    let folder = open_folder();
    for (name, mut site) in sites(folder.path()) {
        site.options.grace = Span::new(50);
        site.restart();
        let tidy =
            "trap 'sleep 0.4; echo saved; exit 3' TERM; echo up; while true; do sleep 0.02; done";
        let mut tidy = script("tidy", tidy);
        tidy.work.grace = Some(Span::new(60_000));
        let mut deaf = script("deaf", "trap '' TERM; echo up; while true; do sleep 0.02; done");
        deaf.work.grace = Some(Span::new(600));
        site.apply(1, &[&tidy, &deaf]).await;
        site.wrote(&tidy, "up").await;
        site.wrote(&deaf, "up").await;
        let begin = Instant::now();
        site.apply(2, &[]).await;
        let exit = site.exit_of(&deaf).await;
        assert_eq!((exit.reason, exit.code), (ExitReason::Stopped, None), "{name}: {exit:?}");
        assert!(begin.elapsed() >= Duration::from_millis(600), "{name}: {:?}", begin.elapsed());
        let exit = site.exit_of(&tidy).await;
        assert_eq!((exit.reason, exit.code), (ExitReason::Stopped, Some(3)), "{name}: {exit:?}");
        assert!(site.log(&tidy).await.contains("saved"), "{name}");
    }
}

/// The program of the example, which counts, is stopped in the middle and goes on elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn the_example_goes_on_from_its_checkpoint() {
    let text = include_str!("../../../../examples/jobs-extra/checkpoint.yaml");
    let manifest: serde_json::Value = serde_saphyr::from_str(text).unwrap();
    let program = manifest["spec"]["script"].as_str().unwrap();
    let folder = open_folder();
    for (name, site) in sites(folder.path()) {
        let mut first = script("counts", program);
        first.work.checkpoint = Some(Span::new(60_000));
        first.work.env.insert("PAUSE".into(), "0.02".into());
        let mut second = first.clone();
        second.id.attempt = 2;
        let before = lay_out(&site, &first).checkpoint();
        site.apply(1, &[&first]).await;
        site.wrote(&first, "step 3\n").await;
        site.apply(2, &[]).await;
        assert_eq!(site.exit_of(&first).await.code, Some(0), "{name}");
        let saved = fs::read_to_string(before.join("step")).unwrap();
        let after = lay_out(&site, &second).checkpoint();
        fs::write(after.join("step"), &saved).unwrap();
        second.work.env.insert("PAUSE".into(), "0".into());
        site.apply(3, &[&second]).await;
        assert_eq!(site.exit_of(&second).await.code, Some(0), "{name}");
        let log = site.log(&second).await;
        let next = saved.trim().parse::<u32>().unwrap() + 1;
        assert!(log.starts_with(&format!("step {next}\n")), "{name}: {saved} {log}");
        assert!(log.ends_with("step 100\n"), "{name}: {log}");
    }
}
