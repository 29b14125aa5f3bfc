use std::{collections::BTreeMap, fs, sync::atomic::Ordering, time::Duration};

use staging::{EntryKind, Pace, Progress, StagingError, Storage};
use units::{Bandwidth, Time};

use crate::lab::{Lab, fetch, fill, manifest_of, noise, save, told};

/// When each chunk that is there was written.
async fn written(storage: &Storage) -> BTreeMap<String, Time> {
    let all = storage.objects().list("chunks/").await.unwrap();
    all.into_iter().map(|object| (object.key, object.modified)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetch_that_is_cut_anywhere_goes_on_and_moves_nothing_twice() {
    for lab in Lab::all() {
        let here = lab.storage("here").await;
        let folder = lab.folder("data");
        fill(&folder, 32);
        let saved = save(&here, &folder).await;
        let from = [here.objects().clone()];
        let mut cuts = 0;
        let mut kept = BTreeMap::new();
        loop {
            // A life of its own each time: what is known is what is there.
            let there = lab.storage("there").await;
            let before = written(&there).await;
            let lost = kept.iter().filter(|(key, at)| before.get(*key) != Some(at)).count();
            assert_eq!(lost, 0, "lost, or moved again");
            kept = before;
            assert!(there.kept().is_empty(), "it does not count before it is whole");
            assert_eq!(there.sweep().await.unwrap(), 0, "what is wanted is no garbage");
            let (pace, progress) =
                (Pace::new(Some(Bandwidth::new(800_000_000))), Progress::default());
            let life = Duration::from_millis(40 + 17 * cuts);
            let whole = there.fetch(&saved.content, &from, &pace, &progress);
            let Ok(done) = tokio::time::timeout(life, whole).await else {
                cuts += 1;
                assert!(cuts < 100, "it never gets on");
                continue;
            };
            done.unwrap();
            let after = written(&there).await;
            assert!(kept.iter().all(|(key, at)| after.get(key) == Some(at)), "moved again");
            break;
        }
        assert!(cuts > 0, "it was never cut");
        let there = lab.storage("there").await;
        assert!(there.pending().await.unwrap().is_empty());
        let tree = lab.folder("trees").join("tree");
        there.lay_out(&saved.content, &tree, false).await.unwrap();
        assert_eq!(told(&tree), told(&folder));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_dies_in_the_middle_is_waited_for() {
    let Some(mut lab) = Lab::buckets() else { return };
    let own = Lab::folders();
    let (here, there) = (lab.storage("here").await, own.storage("there").await);
    let folder = lab.folder("data");
    fs::write(folder.join("large"), noise("large", 32 << 20)).unwrap();
    let saved = save(&here, &folder).await;
    let from = [here.objects().clone()];
    let (pace, progress) = (Pace::new(Some(Bandwidth::new(160_000_000))), Progress::default());
    let cut = async {
        while progress.moved() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        lab.cut("here");
    };
    let (fetched, ()) = tokio::join!(there.fetch(&saved.content, &from, &pace, &progress), cut);
    let error = fetched.unwrap_err();
    assert!(matches!(error, StagingError::Away { .. }), "{error}");
    assert!(!error.to_string().contains("Signature"), "{error}");
    let came = written(&there).await;
    assert!(!came.is_empty() && progress.moved() < saved.size);
    lab.mend("here");
    let moved = fetch(&there, &saved.content, &from).await.unwrap();
    let before: u64 = there
        .objects()
        .list("chunks/")
        .await
        .unwrap()
        .iter()
        .filter(|it| came.contains_key(&it.key))
        .map(|it| it.size)
        .sum();
    assert_eq!(moved + before, saved.size);
    staging::verify(there.objects(), &saved.content).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_in_the_middle_cost_their_chunk_and_no_more() {
    let Some(lab) = Lab::buckets() else { return };
    let own = Lab::folders();
    let (here, there) = (lab.storage("here").await, own.storage("there").await);
    let folder = lab.folder("data");
    fs::write(folder.join("large"), noise("large", 40 << 20)).unwrap();
    let saved = save(&here, &folder).await;
    let cuts: Vec<u64> = (1..=12).map(|n| n * 100_001).collect();
    let (wired, made) = lab.behind_wire("here", cuts).await;
    let (pace, progress) = (Pace::free(), Progress::default());
    let mut failures = 0;
    while let Err(error) =
        there.fetch(&saved.content, std::slice::from_ref(&wired), &pace, &progress).await
    {
        assert!(matches!(error, StagingError::Away { .. }), "{error}");
        assert!(!there.has(&saved.content), "it counts before it is whole");
        failures += 1;
        assert!(failures <= 12, "more than there were cuts: {error}");
    }
    assert_eq!(made.load(Ordering::Relaxed), 12);
    // What comes beside a chunk that failed for good may come twice.
    let twice = failures * 7 * (4 << 20);
    assert!((saved.size..=saved.size + twice).contains(&progress.moved()), "{progress:?}");
    staging::verify(there.objects(), &saved.content).await.unwrap();
    let tree = own.folder("trees").join("tree");
    there.lay_out(&saved.content, &tree, false).await.unwrap();
    assert_eq!(told(&tree), told(&folder));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storage_that_is_away_says_so() {
    for mut lab in Lab::all() {
        let (here, there) = (lab.storage("here").await, Lab::folders());
        let saved = save(&here, &{
            let folder = lab.folder("data");
            fill(&folder, 1);
            folder
        })
        .await;
        lab.cut("here");
        let from = [here.objects().clone()];
        let error = fetch(&there.storage("there").await, &saved.content, &from).await.unwrap_err();
        let says = matches!(error, StagingError::Away { .. } | StagingError::NotThere { .. });
        assert!(says, "{error}");
        lab.mend("here");
        fetch(&there.storage("there").await, &saved.content, &from).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrupt_chunk_at_a_source_is_named_and_another_source_is_tried() {
    for lab in Lab::all() {
        let (here, other, there) =
            (lab.storage("here").await, lab.storage("other").await, lab.storage("there").await);
        let folder = lab.folder("data");
        fill(&folder, 6);
        let saved = save(&here, &folder).await;
        save(&other, &folder).await;
        let chunk = manifest_of(here.objects(), &saved.content).await.chunks()[3];
        let file = lab.file("here", &chunk.0.key());
        let mut bytes = fs::read(&file).unwrap();
        bytes[0] ^= 1;
        fs::write(&file, &bytes).unwrap();
        let (bad, good) = (here.objects().clone(), other.objects().clone());
        let error = fetch(&there, &saved.content, std::slice::from_ref(&bad))
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(&chunk.0.to_string()) && error.contains(bad.place()), "{error}");
        assert!(there.kept().is_empty());
        fetch(&there, &saved.content, &[bad.clone(), good]).await.unwrap();
        staging::verify(there.objects(), &saved.content).await.unwrap();
        let error = staging::verify(&bad, &saved.content).await.unwrap_err().to_string();
        assert!(error.contains("corrupt"), "{error}");
        // Cut short, and longer than it may be.
        for wrong in [&bytes[..10], &noise("long", 5 << 20)] {
            fs::write(&file, wrong).unwrap();
            assert!(staging::verify(&bad, &saved.content).await.is_err());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chunk_that_went_bad_here_is_fetched_anew() {
    for lab in Lab::all() {
        let (here, there) = (lab.storage("here").await, lab.storage("there").await);
        let folder = lab.folder("data");
        fill(&folder, 6);
        let saved = save(&here, &folder).await;
        let from = [here.objects().clone()];
        fetch(&there, &saved.content, &from).await.unwrap();
        let manifest = manifest_of(here.objects(), &saved.content).await;
        let (id, size) = manifest.chunks()[3];
        fs::write(lab.file("there", &id.key()), vec![0; size as usize]).unwrap();
        let tree = lab.folder("trees").join("tree");
        let error = there.lay_out(&saved.content, &tree, false).await.unwrap_err().to_string();
        assert!(error.contains(&id.to_string()), "{error}");
        assert!(!tree.exists() && fs::read_dir(lab.folder("trees")).unwrap().next().is_none());
        assert!(!there.has(&saved.content), "it is no copy");
        assert_eq!(fetch(&there, &saved.content, &from).await.unwrap(), u64::from(size));
        there.lay_out(&saved.content, &tree, false).await.unwrap();
        assert_eq!(told(&tree), told(&folder));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_manifest_under_the_name_is_refused() {
    for lab in Lab::all() {
        let (here, there) = (lab.storage("here").await, lab.storage("there").await);
        let folder = lab.folder("data");
        fill(&folder, 1);
        let saved = save(&here, &folder).await;
        fs::write(lab.file("here", &staging::manifest_key(&saved.content)), "jingwei manifest 1\n")
            .unwrap();
        let error = fetch(&there, &saved.content, &[here.objects().clone()]).await.unwrap_err();
        assert!(matches!(error, StagingError::Corrupt { .. }), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_keys_are_told_at_once() {
    let Some(lab) = Lab::buckets() else { return };
    let place = lab.with_keys("http", "here", "TESTACCESS", "another");
    let begin = std::time::Instant::now();
    let error = place.list("chunks/").await.unwrap_err();
    assert!(matches!(error, StagingError::Denied { .. }), "{error}");
    assert!(error.to_string().contains("403 SignatureDoesNotMatch"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_files_are_one_manifest() {
    let entry = |n: u32| staging::Entry {
        path: format!("some/folder/{:03}/file-{n}", n % 1_000),
        kind: EntryKind::File(staging::FileEntry {
            executable: false,
            chunks: vec![(staging::ChunkId::of(&n.to_le_bytes()), 4)],
        }),
    };
    let manifest = staging::Manifest::new((0..100_000).map(entry).collect()).unwrap();
    let bytes = manifest.encode();
    assert_eq!(staging::Manifest::decode(&bytes).unwrap(), manifest);
    for lab in Lab::all() {
        let place = lab.objects("here");
        let content = staging::content_of(&bytes);
        place.put(&staging::manifest_key(&content), bytes.clone()).await.unwrap();
        let there = lab.storage("there").await;
        let error = fetch(&there, &content, &[place]).await.unwrap_err();
        assert!(matches!(error, StagingError::NotThere { .. }), "its chunks are nowhere: {error}");
        assert_eq!(there.pending().await.unwrap(), [content]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_not_spoken_to_where_the_address_says_https() {
    let Some(lab) = Lab::buckets() else { return };
    let place = lab.with_keys("https", "here", "TESTACCESS", "testsecret");
    let error = place.list("chunks/").await.unwrap_err();
    assert!(matches!(error, StagingError::Away { .. }), "{error}");
    assert!(error.to_string().contains("corrupt message"), "not by TLS: {error}");
}
