use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use api::{Fetch, JobFolder, SavedFolder, Source, Target};
use model::{Assignment, Content, Indexes, Input, Phase, TaskSpec};
use staging::{Folder, Objects, Odd, Pace, Scan, Storage};
use tempfile::TempDir;
use units::{Bytes, Span};

use crate::centre::{Heard, Site, task};

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Another site's storage, with a dataset in it.
pub(crate) struct Elsewhere {
    pub(crate) dir: TempDir,
    pub(crate) content: Content,
    size: u64,
}

impl Elsewhere {
    pub(crate) async fn with(files: &[(&str, &[u8])]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("folder");
        fs::create_dir(&folder).unwrap();
        for (name, bytes) in files {
            fs::write(folder.join(name), bytes).unwrap();
        }
        let objects = Objects::Folder(Folder::new(dir.path().join("storage")));
        let storage = Storage::open(objects, None).await.unwrap();
        let saved = storage.save(Scan::of(&folder, Odd::Refuse).unwrap()).await.unwrap();
        Self { dir, content: saved.content, size: saved.size }
    }

    pub(crate) fn fetch(&self) -> Fetch {
        let storage = format!("file://{}", self.dir.path().join("storage").display());
        let from = vec![Source { site: "there".parse().unwrap(), storage }];
        let size = Bytes::new(self.size);
        Fetch { content: self.content.clone(), size, from, rate: None }
    }
}

pub(crate) fn site() -> Site {
    let mut site = Site::asleep("fake");
    site.patience = Some(PATIENCE);
    site.start();
    site
}

pub(crate) fn assignment(name: &str, takes_ms: u32) -> Assignment {
    let mut spec = task(name, "", &[("FAKE_MS", &takes_ms.to_string())]);
    spec.work.result = true;
    spec.into()
}

pub(crate) fn target(generation: i64, assignments: &[Assignment]) -> Target {
    Target::of(generation, assignments.to_vec())
}

pub(crate) fn first(assignment: &Assignment) -> TaskSpec {
    assignment.task_specs().next().unwrap()
}

pub(crate) fn has(heard: &Heard, content: &Content) -> bool {
    heard.data.contents.iter().any(|it| it.content == *content)
}

fn saved(heard: &Heard, folder: JobFolder) -> Option<SavedFolder> {
    heard.data.saved.iter().find(|it| it.folder == folder).cloned()
}

/// The files of a content that a site keeps.
async fn files_of(site: &Site, content: &Content) -> PathBuf {
    let into = site.folder.path().join(format!("out-{content}"));
    let place = Objects::Folder(Folder::new(site.storage()));
    staging::lay_out(&[place], content, &into, true, &Pace::free()).await.unwrap();
    into
}

pub(crate) async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "never {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(".new"), text).unwrap();
    fs::rename(folder.join(".new"), folder.join(name)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_is_fetched_laid_out_for_jobs_and_dropped() {
    let site = site();
    let source = Elsewhere::with(&[("a", b"hello"), ("b", &[7; 3_000_000])]).await;
    site.until("told that it keeps data", |heard| {
        heard.last.as_ref().is_some_and(|it| it.data.is_some())
    })
    .await;
    site.centre.tell_all(Target { fetch: vec![source.fetch()], ..target(1, &[]) });
    site.until("fetched", |heard| has(heard, &source.content)).await;
    let tree = site.folders().tree(&source.content);
    assert_eq!(fs::read_to_string(tree.join("a")).unwrap(), "hello");
    assert!(site.centre.heard().data.used.get() > 3_000_000 / 2);
    let mut order = assignment("reads", 600_000);
    order.work.inputs =
        vec![Input { name: "greeting".parse().unwrap(), content: source.content.clone() }];
    // It is not dropped while a job reads it, though somebody says so.
    let drop = vec![source.content.clone()];
    site.centre.tell_all(Target { drop: drop.clone(), ..target(2, std::slice::from_ref(&order)) });
    site.until("running", |heard| heard.phase(&first(&order)) == Some(Phase::Running)).await;
    let folders = site.folders().of(&order).unwrap();
    let text = fs::read_to_string(folders.inputs().join("greeting/a")).unwrap();
    assert_eq!(text, "hello");
    assert!(folders.result().is_dir() && !folders.checkpoint().exists());
    site.centre.heard().forgets = true;
    site.centre.tell_all(Target { drop, ..target(3, &[]) });
    site.until("dropped", |heard| !has(heard, &source.content)).await;
    site.until("swept", |heard| heard.data.used.is_zero()).await;
    assert!(!tree.exists() && !folders.dir().exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_is_saved_before_the_end_is_told() {
    let site = site();
    site.centre.heard().forgets = true;
    let order = assignment("works", 400);
    site.centre.tell_all(target(1, std::slice::from_ref(&order)));
    let folders = site.folders().of(&order).unwrap();
    until("its folders are made", || folders.result().is_dir()).await;
    write(&folders.result(), "answer", "42\n");
    let id = first(&order).id;
    site.until("ended", |heard| heard.ends.contains_key(&id)).await;
    let told = site.centre.heard().saved_at_end[&id].clone();
    assert_eq!(told.len(), 1, "the result was told with the end or before");
    assert_eq!(
        (told[0].folder, told[0].size, told[0].attempt),
        (JobFolder::Result, Bytes::new(3), 1)
    );
    let files = files_of(&site, &told[0].content).await;
    assert_eq!(fs::read_to_string(files.join("answer")).unwrap(), "42\n");
    assert!(has(&site.centre.heard(), &told[0].content));
    // Told until the target does not have it.
    assert!(saved(&site.centre.heard(), JobFolder::Result).is_some());
    site.centre.tell_all(target(2, &[]));
    site.until("told no more", |heard| heard.data.saved.is_empty()).await;
    until("its folders are gone", || !folders.dir().exists()).await;
    assert!(has(&site.centre.heard(), &told[0].content), "what was saved is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_result_a_run_is_no_success() {
    let mut site = Site::asleep("fake");
    site.patience = Some(Duration::from_secs(1));
    site.start();
    let order = assignment("works", 300);
    site.centre.tell_all(target(1, std::slice::from_ref(&order)));
    let folders = site.folders().of(&order).unwrap();
    until("its folders are made", || folders.result().is_dir()).await;
    std::os::unix::fs::symlink("/etc/passwd", folders.result().join("out")).unwrap();
    let id = first(&order).id;
    site.until("ended", |heard| heard.ends.contains_key(&id)).await;
    let exit = site.centre.heard().ends[&id].exit.clone().unwrap();
    assert!(!exit.is_success());
    assert!(exit.message.contains("the result could not be saved: `out` is a link"), "{exit}");
    // A life later it is told alike.
    site.kill().await;
    site.start();
    let before = site.centre.heard().reports;
    site.until("reported again", |heard| heard.reports > before + 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_run_leaves_a_checkpoint_and_no_result() {
    let site = site();
    let mut order = assignment("fails", 300);
    order.work.env.insert("FAKE_EXIT".to_owned(), "3".to_owned());
    order.work.checkpoint = Some(Span::new(600_000));
    site.centre.tell_all(target(1, std::slice::from_ref(&order)));
    let folders = site.folders().of(&order).unwrap();
    until("its folders are made", || folders.checkpoint().is_dir()).await;
    write(&folders.result(), "half", "half");
    write(&folders.checkpoint(), "step", "7");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(folders.checkpoint().join("pipe"))
            .status()
            .unwrap()
            .success()
    );
    let id = first(&order).id;
    site.until("ended", |heard| heard.ends.contains_key(&id)).await;
    let told = site.centre.heard().saved_at_end[&id].clone();
    assert_eq!(told.iter().map(|it| it.folder).collect::<Vec<_>>(), [JobFolder::Checkpoint]);
    let files = files_of(&site, &told[0].content).await;
    assert_eq!(fs::read_dir(&files).unwrap().count(), 1, "the pipe was passed over");
    // A new attempt goes on from there.
    let mut next = order.clone();
    next.attempt = 2;
    next.work.resume = Some(told[0].content.clone());
    next.work.env.insert("FAKE_MS".to_owned(), "600000".to_owned());
    site.centre.tell_all(target(2, std::slice::from_ref(&next)));
    site.until("running", |heard| heard.phase(&first(&next)) == Some(Phase::Running)).await;
    let step = site.folders().of(&next).unwrap().checkpoint().join("step");
    assert_eq!(fs::read_to_string(step).unwrap(), "7");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checkpoints_are_saved_while_tasks_run_when_they_changed() {
    let mut site = site();
    let mut order = assignment("long", 600_000);
    order.work.checkpoint = Some(Span::new(100));
    site.centre.tell_all(target(1, std::slice::from_ref(&order)));
    let folders = site.folders().of(&order).unwrap();
    until("its folders are made", || folders.checkpoint().is_dir()).await;
    let mut contents = BTreeSet::new();
    for step in ["1", "2", "3"] {
        write(&folders.checkpoint(), "step", step);
        let is_new = |heard: &Heard| {
            saved(heard, JobFolder::Checkpoint).is_some_and(|it| !contents.contains(&it.content))
        };
        site.until("saved", is_new).await;
        let told = saved(&site.centre.heard(), JobFolder::Checkpoint).unwrap();
        let files = files_of(&site, &told.content).await;
        assert_eq!(fs::read_to_string(files.join("step")).unwrap(), step);
        contents.insert(told.content);
    }
    // A life later it is still known, and goes on being saved.
    site.kill().await;
    site.centre.heard().data = api::DataReport::default();
    site.start();
    site.until("told again", |heard| saved(heard, JobFolder::Checkpoint).is_some()).await;
    write(&folders.checkpoint(), "step", "4");
    let is_new = |heard: &Heard| {
        saved(heard, JobFolder::Checkpoint).is_some_and(|it| !contents.contains(&it.content))
    };
    site.until("saved by the next life", is_new).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_waits_for_its_data_holds_no_other_back() {
    let site = site();
    let source = Elsewhere::with(&[("a", b"hello")]).await;
    let mut waits = assignment("waits", 0);
    waits.work.inputs = vec![Input { name: "a".parse().unwrap(), content: source.content.clone() }];
    let other = Assignment::from(task("other", "", &[]));
    site.centre.tell_all(target(1, &[waits.clone(), other.clone()]));
    site.until("the other ended", |heard| heard.ends.contains_key(&first(&other).id)).await;
    assert!(!site.centre.heard().ends.contains_key(&first(&waits).id));
    site.centre.tell_all(Target {
        fetch: vec![source.fetch()],
        ..target(2, std::slice::from_ref(&waits))
    });
    site.until("it ended too", |heard| heard.ends.contains_key(&first(&waits).id)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ends_of_an_array_are_told_as_they_come_but_the_last() {
    let site = site();
    let mut order = assignment("array", 200);
    order.tasks = Indexes::first(4);
    (order.work.of, order.work.at_once) = (4, Some(4));
    site.centre.heard().forgets = true;
    site.centre.tell_all(target(1, std::slice::from_ref(&order)));
    site.until("all ended", |heard| heard.ends.len() == 4).await;
    let heard = site.centre.heard();
    let with = heard.saved_at_end.values().filter(|saved| !saved.is_empty()).count();
    assert!(with >= 1, "the last was told with the result");
    assert!(heard.ends.values().all(|end| end.exit.as_ref().unwrap().is_success()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_a_fetch_does_not_go_on_is_told_and_it_goes_on_when_it_can() {
    let site = Site::asleep("fake");
    let url = format!("file://{}", site.storage().display());
    let text = format!("store: {{ url: '{url}', quota: 2MiB }}\n");
    fs::write(site.folder.path().join("data.yaml"), text).unwrap();
    let mut site = site;
    site.patience = Some(PATIENCE);
    site.start();
    let (small, large) = (
        Elsewhere::with(&[("a", &[1; 1_500_000])]).await,
        Elsewhere::with(&[("b", &[2; 1_600_000])]).await,
    );
    let mut nowhere = large.fetch();
    nowhere.from[0].storage = "s3://unknown/there".to_owned();
    let fetch = vec![small.fetch(), nowhere];
    site.centre.tell_all(Target { fetch, ..target(1, &[]) });
    let says = |heard: &Heard, text: &str| {
        heard.data.fetching.iter().any(|it| it.error.as_ref().is_some_and(|it| it.contains(text)))
    };
    site.until("told that nobody knows the way", |heard| says(heard, "no line of `sources`")).await;
    site.until("the other came", |heard| has(heard, &small.content)).await;
    site.centre.tell_all(Target { fetch: vec![large.fetch()], ..target(2, &[]) });
    site.until("told that there is no room", |heard| {
        says(heard, "the quota has no room") && heard.data.wanted.get() > 900_000
    })
    .await;
    let drop = vec![small.content.clone()];
    site.centre.tell_all(Target { fetch: vec![large.fetch()], drop, ..target(3, &[]) });
    site.until("it came", |heard| has(heard, &large.content) && heard.data.fetching.is_empty())
        .await;
    assert!(site.centre.heard().data.wanted.is_zero());
}
