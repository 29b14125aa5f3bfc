//! What a site accepts and tells of data is what it then does, whatever comes between.

use std::fs;

use api::{Fetch, Source, Target};
use model::{Assignment, Content, Input, Phase};
use staging::{Folder, Objects, Odd, Scan, Storage};
use units::{Bandwidth, Span};

use crate::{
    centre::{Heard, Site},
    data::{Elsewhere, PATIENCE, assignment, first, has, site, target, until, write},
};

fn reads(name: &str, takes_ms: u32, content: &Content) -> Assignment {
    let mut order = assignment(name, takes_ms);
    order.work.inputs = vec![Input { name: "a".parse().unwrap(), content: content.clone() }];
    order
}

fn accepted(heard: &Heard, generation: i64) -> bool {
    heard.last.as_ref().is_some_and(|last| last.generation == generation)
}

fn note(heard: &Heard, order: &Assignment) -> String {
    let id = first(order).id;
    let tasks = heard.last.iter().flat_map(|last| &last.tasks);
    tasks.filter(|task| task.id == id).map(|task| task.note.clone()).collect()
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..bytes).map(|_| next()).collect()
}

/// About four seconds of eight megabytes.
fn slowly(fetch: Fetch) -> Fetch {
    Fetch { rate: Some(Bandwidth::new(16_000_000)), ..fetch }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_accepted_is_starting_until_its_data_is_laid_out() {
    let mut site = site();
    let source = Elsewhere::with(&[("a", b"hello")]).await;
    let (waits, gone) = (reads("waits", 0, &source.content), reads("gone", 0, &source.content));
    let both = [waits.clone(), gone.clone()];
    for order in &both {
        site.centre.heard().due.insert(first(order).id, 1);
    }
    let is_starting = |heard: &Heard, generation| {
        accepted(heard, generation)
            && both.iter().all(|it| heard.phase(&first(it)) == Some(Phase::Starting))
    };
    site.centre.tell_all(target(1, &both));
    site.until("accepted", |heard| is_starting(heard, 1)).await;
    assert_eq!(note(&site.centre.heard(), &waits), "its data is being laid out");
    // In whole reports too.
    site.centre.heard().again = true;
    site.centre.tell_all(target(2, &both));
    site.until("accepted again", |heard| is_starting(heard, 2)).await;
    // A life later it is still known. Before, no generation is told.
    site.kill().await;
    site.centre.heard().last = None;
    site.start();
    site.until("known in the next life", |heard| is_starting(heard, 2)).await;
    assert_eq!(site.centre.heard().instances.len(), 2);
    // Of one that is taken back nothing is left, though its data comes.
    site.centre.heard().due.remove(&first(&gone).id);
    let fetch = vec![source.fetch()];
    site.centre.tell_all(Target { fetch, ..target(3, std::slice::from_ref(&waits)) });
    site.until("ended", |heard| heard.ends.contains_key(&first(&waits).id)).await;
    site.until("told no more", |heard| heard.phase(&first(&gone)).is_none()).await;
    site.until_driver("without it", |tasks| tasks.len() == 1).await;
    assert!(!site.folders().of(&gone).unwrap().dir().exists());
    assert!(site.centre.heard().missed.is_empty(), "{:?}", site.centre.heard().missed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_report_lacks_what_was_accepted_while_it_is_handed_over() {
    let mut site = site();
    let orders: Vec<Assignment> = (0..40).map(|n| assignment(&format!("n{n}"), 600_000)).collect();
    let mut generation = 0;
    for (at, order) in orders.iter().enumerate() {
        generation += 1;
        site.centre.heard().due.insert(first(order).id, generation);
        site.centre.tell_all(target(generation, &orders[..=at]));
        if at % 2 == 0 {
            site.until("accepted", |heard| accepted(heard, generation)).await;
        }
        if at % 10 == 9 {
            site.kill().await;
            site.start();
        }
    }
    site.until("all run", |heard| {
        orders.iter().all(|it| heard.phase(&first(it)) == Some(Phase::Running))
    })
    .await;
    assert!(site.centre.heard().missed.is_empty(), "{:?}", site.centre.heard().missed);
}

/// Left by a life that was cut off between the folder and its record, or with a record that went bad.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_nobody_knows_is_not_in_the_way() {
    let mut site = Site::asleep("fake");
    site.patience = Some(PATIENCE);
    let order = assignment("work", 0);
    let dir = site.folders().of(&order).unwrap().dir().to_path_buf();
    fs::create_dir_all(dir.join("inputs")).unwrap();
    fs::write(dir.join("agent.json"), "{").unwrap();
    site.start();
    site.centre.heard().due.insert(first(&order).id, 1);
    site.centre.tell_all(target(1, std::slice::from_ref(&order)));
    site.until("ended", |heard| heard.ends.contains_key(&first(&order).id)).await;
}

/// Contents in the storage of a site that has not started yet, with trees that take a while to remove.
async fn filled(site: &Site, contents: usize) -> Vec<Content> {
    let folder = site.folder.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let objects = Objects::Folder(Folder::new(site.storage()));
    let storage = Storage::open(objects, None).await.unwrap();
    let mut all = Vec::new();
    for n in 0..contents {
        fs::write(folder.join("n"), n.to_string()).unwrap();
        let saved = storage.save(Scan::of(&folder, Odd::Refuse).unwrap()).await.unwrap();
        let tree = site.folders().tree(&saved.content);
        fs::create_dir_all(&tree).unwrap();
        for file in 0..100 {
            fs::write(tree.join(file.to_string()), "").unwrap();
        }
        all.push(saved.content);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_with_a_target_is_not_dropped_by_an_older_one() {
    let mut site = Site::asleep("fake");
    site.patience = Some(PATIENCE);
    let mut contents = filled(&site, 60).await;
    let kept = contents.pop().unwrap();
    site.start();
    site.until("told", |heard| heard.data.contents.len() == 60).await;
    site.centre.tell_all(Target { drop: contents.clone(), ..target(1, &[]) });
    let manifests = site.storage().join("contents");
    let trees = site.folders().root().join("trees");
    let count = |folder| fs::read_dir(folder).unwrap().count();
    until("it begins", || count(&manifests) < 60 || count(&trees) < 60).await;
    site.centre.tell_all(target(2, &[]));
    site.until("accepted", |heard| accepted(heard, 2)).await;
    // All orders of before are over when one of after is done.
    site.centre.tell_all(Target { drop: vec![kept.clone()], ..target(3, &[]) });
    site.until("dropped", |heard| !has(heard, &kept)).await;
    let heard = site.centre.heard();
    let told: Vec<&Content> = heard.data_at[&2].contents.iter().map(|it| &it.content).collect();
    assert!(told.len() > 1, "all were gone by then");
    for content in told.into_iter().filter(|it| **it != kept) {
        assert!(has(&heard, content), "{content} was told with 2 and dropped later");
        assert!(manifests.join(content.as_str()).exists() && site.folders().tree(content).is_dir());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_target_of_the_past_says_of_data_is_not_done() {
    let mut site = Site::asleep("fake");
    site.patience = Some(PATIENCE);
    let contents = filled(&site, 1).await;
    site.start();
    site.centre.tell_all(target(5, &[]));
    site.until("accepted", |heard| accepted(heard, 5)).await;
    site.centre.tell_all(Target { drop: contents.clone(), ..target(3, &[]) });
    site.until("fetched", |heard| heard.fetched.contains(&3)).await;
    // The next life tells its centre of the past which generation it is beyond.
    site.kill().await;
    site.centre.heard().last = None;
    site.centre.heard().fetched.clear();
    site.start();
    site.until("refused", |heard| heard.fetched.contains(&3) && accepted(heard, 5)).await;
    let order = assignment("after", 600_000);
    site.centre.tell_all(target(6, std::slice::from_ref(&order)));
    site.until("running", |heard| heard.phase(&first(&order)) == Some(Phase::Running)).await;
    assert!(has(&site.centre.heard(), &contents[0]));
    assert!(site.folders().tree(&contents[0]).is_dir());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_is_told_no_more_once_bytes_move_again() {
    let site = site();
    site.centre.heard().lease = Span::new(4_000);
    let source = Elsewhere::with(&[("a", &noise(8_000_000))]).await;
    let chunks = source.dir.path().join("storage/chunks");
    let away = source.dir.path().join("away");
    fs::rename(&chunks, &away).unwrap();
    site.centre.tell_all(Target { fetch: vec![slowly(source.fetch())], ..target(1, &[]) });
    let errors = |heard: &Heard| -> Vec<bool> {
        heard.data.fetching.iter().map(|it| it.error.is_some()).collect()
    };
    site.until("told that it fails", |heard| errors(heard) == [true]).await;
    fs::rename(&away, &chunks).unwrap();
    site.until("told without", |heard| errors(heard) == [false]).await;
    assert!(!has(&site.centre.heard(), &source.content), "on its way yet");
    assert!(!site.centre.heard().data.fetching[0].moved.is_zero());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetch_goes_on_from_other_sources_and_at_another_rate() {
    let site = site();
    site.centre.heard().lease = Span::new(4_000);
    let source = Elsewhere::with(&[("a", &noise(8_000_000))]).await;
    let mut fetch = slowly(source.fetch());
    site.centre.tell_all(Target { fetch: vec![fetch.clone()], ..target(1, &[]) });
    let moves = |heard: &Heard| heard.data.fetching.iter().any(|it| !it.moved.is_zero());
    site.until("on its way", moves).await;
    fetch.from.push(Source { site: "other".parse().unwrap(), ..fetch.from[0].clone() });
    site.centre.tell_all(Target { fetch: vec![fetch.clone()], ..target(2, &[]) });
    let before = site.centre.heard().reports;
    site.until("told of twice", |heard| heard.reports > before + 2 && accepted(heard, 2)).await;
    // What waits for another try tries the new source at once; what moves, moves at the new rate.
    fetch.rate = None;
    site.centre.tell_all(Target { fetch: vec![fetch], ..target(3, &[]) });
    site.until("fetched", |heard| has(heard, &source.content)).await;
    assert!(!site.centre.heard().moved_back, "it began anew");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_waits_for_the_storage_that_has_its_result() {
    let mut site = site();
    let order = assignment("works", 300);
    let id = first(&order).id;
    site.centre.tell_all(target(1, std::slice::from_ref(&order)));
    let folders = site.folders().of(&order).unwrap();
    site.until("running", |heard| heard.phase(&first(&order)) == Some(Phase::Running)).await;
    site.centre.heard().is_away = true;
    write(&folders.result(), "answer", "42\n");
    let is_finished = || {
        let record = fs::read_to_string(folders.dir().join("agent.json")).unwrap_or_default();
        record.contains(r#""finished":{"Ok":null}"#)
    };
    until("its result is saved", is_finished).await;
    site.kill().await;
    assert!(!site.centre.heard().ends.contains_key(&id));
    // The storage is away when the next life begins.
    let aside = site.folder.path().join("aside");
    fs::rename(site.storage(), &aside).unwrap();
    fs::write(site.storage(), "").unwrap();
    site.centre.heard().is_away = false;
    site.centre.heard().last = None;
    site.start();
    site.until("known again", |heard| accepted(heard, 1)).await;
    assert_eq!(site.centre.heard().phase(&first(&order)), Some(Phase::Running));
    fs::remove_file(site.storage()).unwrap();
    fs::rename(&aside, site.storage()).unwrap();
    site.until("ended", |heard| heard.ends.contains_key(&id)).await;
    assert_eq!(site.centre.heard().saved_at_end[&id].len(), 1, "its result was told with it");
    assert!(site.centre.heard().ends[&id].exit.as_ref().unwrap().is_success());
}
