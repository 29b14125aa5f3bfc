use std::{fs, os::unix::fs::PermissionsExt, time::Instant};

use proptest::{
    collection::{btree_map, vec},
    prelude::{ProptestConfig, Strategy, any},
    proptest,
    test_runner::TestRunner,
};
use staging::{Pace, Progress, Pushing, Scan};
use units::Bandwidth;

use crate::lab::{Lab, fetch, fill, noise, save, scan, told};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_goes_to_another_site_and_comes_out_the_same() {
    for lab in Lab::all() {
        let (here, there) = (lab.storage("here").await, lab.storage("there").await);
        let folder = lab.folder("data");
        fill(&folder, 12);
        let saved = save(&here, &folder).await;
        assert_eq!(saved.size, 12 * 1024 * 1024 + 21 + 7 + 100 * 49 * 50 / 2);
        let moved = fetch(&there, &saved.content, &[here.objects().clone()]).await.unwrap();
        assert_eq!(moved, saved.new);
        let tree = lab.folder("trees").join("tree");
        there.lay_out(&saved.content, &tree, false).await.unwrap();
        assert_eq!(told(&tree), told(&folder));
        let mode = |path: &str| fs::metadata(tree.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("."), mode("run.sh"), mode("deep/none")), (0o555, 0o555, 0o444));
        assert_eq!(save(&there, &tree).await.new, 0, "what was laid out is the same content");
        assert_eq!(scan(&tree).size(), saved.size);
        staging::remove(&tree).unwrap();
        assert!(!tree.exists());
        // A life later.
        let again = lab.storage("there").await;
        assert_eq!(again.kept().len(), 1);
        assert_eq!(again.used(), there.used());
        staging::verify(again.objects(), &saved.content).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_does_not_move_again() {
    for lab in Lab::all() {
        let (here, there) = (lab.storage("here").await, lab.storage("there").await);
        let folder = lab.folder("data");
        let mut bytes = noise("large", 64 << 20);
        fs::write(folder.join("large"), &bytes).unwrap();
        let first = save(&here, &folder).await;
        assert_eq!(save(&here, &folder).await.new, 0, "the same again");
        fetch(&there, &first.content, &[here.objects().clone()]).await.unwrap();
        // One percent, in one place, and a byte more than before.
        let (at, length) = (20 << 20, (64 << 20) / 100);
        bytes.splice(at..at + length, noise("other", length + 1));
        fs::write(folder.join("large"), &bytes).unwrap();
        fs::rename(folder.join("large"), folder.join("renamed")).unwrap();
        let second = save(&here, &folder).await;
        assert_ne!(first.content, second.content);
        let moved = fetch(&there, &second.content, &[here.objects().clone()]).await.unwrap();
        assert_eq!(moved, second.new);
        let share = moved as f64 / second.size as f64;
        assert!(share < 0.06, "{:.1} % moved of {} bytes", share * 100.0, second.size);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetch_keeps_the_rate_that_is_held_for_it() {
    for lab in Lab::all() {
        let (here, there) = (lab.storage("here").await, lab.storage("there").await);
        let folder = lab.folder("data");
        fs::write(folder.join("large"), noise("rate", 16 << 20)).unwrap();
        let saved = save(&here, &folder).await;
        let pace = Pace::new(Some(Bandwidth::new(64_000_000)));
        let (begin, progress) = (Instant::now(), Progress::default());
        let from = [here.objects().clone()];
        there.fetch(&saved.content, &from, &pace, &progress).await.unwrap();
        let rate = saved.size as f64 * 8.0 / begin.elapsed().as_secs_f64();
        assert!(rate < 64_000_000.0 * 1.05, "{rate} bit/s of 64 Mbit/s");
        assert_eq!((progress.done(), progress.moved()), (saved.size, saved.size));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_pushed_from_outside_is_found() {
    for lab in Lab::all() {
        let site = lab.storage("site").await;
        let folder = lab.folder("data");
        fill(&folder, 3);
        let pushing = Pushing::begin(site.objects()).await.unwrap();
        let error = site.sweep().await.unwrap_err().to_string();
        assert!(error.contains("somebody is pushing"), "{error}");
        let saved = save(&lab.storage("site").await, &folder).await;
        pushing.end().await.unwrap();
        assert_eq!(fetch(&site, &saved.content, &[]).await.unwrap(), 0);
        assert_eq!(site.sweep().await.unwrap(), 0);
        staging::verify(site.objects(), &saved.content).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_folder_is_a_content_too() {
    for lab in Lab::all() {
        let (here, there) = (lab.storage("here").await, lab.storage("there").await);
        let saved = save(&here, &lab.folder("data")).await;
        fetch(&there, &saved.content, &[here.objects().clone()]).await.unwrap();
        let tree = lab.folder("trees").join("tree");
        there.lay_out(&saved.content, &tree, false).await.unwrap();
        assert!(told(&tree).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unchanged_folders_look_unchanged() {
    let lab = Lab::folders();
    let folder = lab.folder("data");
    fill(&folder, 1);
    let mark = |scan: Scan| scan.fingerprint();
    let before = mark(scan(&folder));
    assert_eq!(mark(scan(&folder)), before);
    fs::write(folder.join("deep/none"), "x").unwrap();
    assert_ne!(mark(scan(&folder)), before);
}

/// A small tree of folders, with names and sizes of all sorts.
#[derive(Debug, Clone)]
enum Tree {
    File(u32, bool),
    Link,
    Folder(std::collections::BTreeMap<String, Tree>),
}

fn trees() -> impl Strategy<Value = Tree> {
    let name = || "[a-c .\\-_é经]{1,6}".prop_filter("a name", |it| it != "." && it != "..");
    let sizes = proptest::prop_oneof![0..2_000u32, 262_100..262_200u32, 0..3_000_000u32];
    let leaf = proptest::prop_oneof![
        6 => (sizes, any::<bool>()).prop_map(|(size, executable)| Tree::File(size, executable)),
        1 => proptest::strategy::Just(Tree::Link),
    ];
    let inner = move |inner| btree_map(name(), inner, 0..5).prop_map(Tree::Folder);
    leaf.prop_recursive(3, 24, 5, inner)
}

fn plant(tree: &Tree, at: &std::path::Path, depth: usize) {
    match tree {
        Tree::File(size, executable) => {
            fs::write(at, noise(&size.to_string(), *size as usize)).unwrap();
            let mode = if *executable { 0o755 } else { 0o644 };
            fs::set_permissions(at, fs::Permissions::from_mode(mode)).unwrap();
        }
        Tree::Link => {
            let up = "../".repeat(depth) + "x/y";
            std::os::unix::fs::symlink(up, at).unwrap();
        }
        Tree::Folder(entries) => {
            fs::create_dir_all(at).unwrap();
            for (name, tree) in entries {
                plant(tree, &at.join(name), depth + 1);
            }
        }
    }
}

#[test]
fn any_folder_comes_out_as_it_went_in() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config =
        ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    let strategy = btree_map("[a-z]{1,3}", trees(), 0..4).prop_map(Tree::Folder);
    let checked = runner.run(&strategy, |tree| {
        let lab = Lab::folders();
        let folder = lab.folder("data");
        for (name, tree) in match &tree {
            Tree::Folder(entries) => entries,
            _ => unreachable!(),
        } {
            plant(tree, &folder.join(name), 0);
        }
        runtime.block_on(async {
            let (here, there) = (lab.storage("here").await, lab.storage("there").await);
            let saved = save(&here, &folder).await;
            fetch(&there, &saved.content, &[here.objects().clone()]).await.unwrap();
            let tree = lab.folder("trees").join("tree");
            there.lay_out(&saved.content, &tree, true).await.unwrap();
            assert_eq!(told(&tree), told(&folder));
            assert_eq!(save(&here, &tree).await.content, saved.content);
        });
        Ok(())
    });
    checked.unwrap();
}

proptest! {
    /// Whatever bytes come: an answer, never a panic.
    #[test]
    fn garbage_is_no_manifest(bytes in vec(any::<u8>(), 0..400)) {
        let text = [b"jingwei manifest 1\n", bytes.as_slice()].concat();
        if let Ok(manifest) = staging::Manifest::decode(&text) {
            assert_eq!(staging::Manifest::decode(&manifest.encode()).unwrap(), manifest);
        }
    }
}
