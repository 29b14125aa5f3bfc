use std::{
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink, net::UnixListener},
    path::Path,
    process::Command,
    time::Duration,
};

use staging::{Odd, Scan, StagingError, content_of, manifest_key};

use crate::lab::{Lab, fetch, noise, save, scan, told};

type Plant<'a> = Box<dyn Fn() + 'a>;

fn refusal(folder: &Path) -> String {
    match Scan::of(folder, Odd::Refuse) {
        Err(error @ StagingError::Refused { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_kept_is_refused_by_its_path_or_passed_over() {
    let lab = Lab::folders();
    let folder = lab.folder("data");
    fs::create_dir(folder.join("in")).unwrap();
    fs::write(folder.join("in/good"), "good").unwrap();
    let odd = folder.join("in/odd");
    let plant: [(&str, Plant<'_>); 5] = [
        ("is a link that leads out", Box::new(|| symlink("/etc/passwd", &odd).unwrap())),
        ("is a link that leads out", Box::new(|| symlink("../../other", &odd).unwrap())),
        ("is a link that leads out", Box::new(|| symlink("good/../../../x", &odd).unwrap())),
        (
            "is a pipe",
            Box::new(|| assert!(Command::new("mkfifo").arg(&odd).status().unwrap().success())),
        ),
        ("is a socket", Box::new(|| drop(UnixListener::bind(&odd).unwrap()))),
    ];
    let storage = lab.storage("here").await;
    for (why, plant) in plant {
        plant();
        let text = refusal(&folder);
        assert!(text.starts_with("`in/odd` ") && text.contains(why), "{text}");
        let saved = storage.save(Scan::of(&folder, Odd::Skip).unwrap()).await.unwrap();
        assert_eq!((saved.files, saved.size), (1, 4));
        fs::remove_file(&odd).unwrap();
    }
    fs::write(folder.join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
    assert!(refusal(&folder).contains("not UTF-8"));
    let link = lab.dir.path().join("link");
    symlink("/etc", &link).unwrap();
    assert!(Scan::of(&link, Odd::Skip).is_err(), "the folder itself is a link");
}

/// Somebody swaps a folder for a link to another one, over and over, while it is read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_outside_is_read_whoever_changes_the_folder_meanwhile() {
    let lab = Lab::folders();
    let (folder, outside) = (lab.folder("data"), lab.folder("outside"));
    for name in ["a", "b"] {
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("file"), "inside").unwrap();
    }
    fs::write(outside.join("file"), "secret").unwrap();
    let secret = staging::ChunkId::of(b"secret");
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let (at, aside, out) = (folder.join("a"), lab.dir.path().join("aside"), outside.clone());
    let swapping = std::thread::spawn(move || {
        let mut swaps = 0;
        while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            fs::rename(&at, &aside).unwrap();
            symlink(&out, &at).unwrap();
            std::thread::yield_now();
            fs::remove_file(&at).unwrap();
            fs::rename(&aside, &at).unwrap();
            swaps += 1;
        }
        swaps
    });
    let storage = lab.storage("here").await;
    let begin = std::time::Instant::now();
    let mut saves = 0;
    while begin.elapsed() < Duration::from_millis(700) || saves == 0 {
        match Scan::of(&folder, Odd::Skip) {
            Ok(scan) => drop(storage.save(scan).await.unwrap()),
            Err(error) => panic!("{error}"),
        }
        saves += 1;
    }
    stop.send(()).unwrap();
    assert!(swapping.join().unwrap() > 0);
    let chunks = storage.objects().list("chunks/").await.unwrap();
    assert!(!chunks.is_empty() && chunks.iter().all(|it| it.key != secret.key()), "it leaked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_manifests_lay_nothing_out() {
    for lab in Lab::all() {
        let (here, there) = (lab.objects("here"), lab.storage("there").await);
        let chunk = staging::ChunkId::of(b"x");
        let file = |path: &str, size: &str| {
            format!(
                "jingwei manifest 1\n{{\"path\":\"{path}\",\"file\":{{\"chunks\":[[\"{chunk}\",{size}]]}}}}\n"
            )
        };
        here.put(&chunk.key(), "x".into()).await.unwrap();
        for text in [
            file("../../escaped", "1"),
            file("/escaped", "1"),
            file("a", "4294967295"),
            file("a", "1000000000000000000000"),
            "jingwei manifest 1\n{\"path\":\"a\",\"link\":\"../..\"}\n".to_owned(),
            "\u{0}".to_owned(),
        ] {
            let content = content_of(text.as_bytes());
            here.put(&manifest_key(&content), text.clone().into()).await.unwrap();
            let error = fetch(&there, &content, std::slice::from_ref(&here)).await.unwrap_err();
            assert!(matches!(error, StagingError::Manifest(_)), "{error} of {text}");
        }
        // It says that a chunk is larger than it is: that is not the chunk.
        let text = file("a", "2");
        let content = content_of(text.as_bytes());
        here.put(&manifest_key(&content), text.into()).await.unwrap();
        let error = fetch(&there, &content, std::slice::from_ref(&here)).await.unwrap_err();
        assert!(matches!(error, StagingError::Corrupt { .. }), "{error}");
        assert!(there.kept().is_empty() && there.used() == 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_claims_to_be_huge_is_bounded_by_the_quota() {
    let lab = Lab::folders();
    let folder = lab.folder("data");
    fs::File::create(folder.join("holes")).unwrap().set_len(1 << 40).unwrap();
    let storage = lab.storage_of("here", Some(64 << 20)).await;
    let error = storage.save(scan(&folder)).await.unwrap_err();
    assert!(matches!(&error, StagingError::Refused { path, .. } if path == "holes"), "{error}");
    assert!(storage.kept().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_written_meanwhile_are_kept_as_something_that_was_read() {
    let lab = Lab::folders();
    let folder = lab.folder("data");
    fs::write(folder.join("large"), noise("a", 8 << 20)).unwrap();
    fs::write(folder.join("goes"), "x").unwrap();
    let scanned = scan(&folder);
    fs::write(folder.join("large"), noise("b", 9 << 20)).unwrap();
    fs::remove_file(folder.join("goes")).unwrap();
    let storage = lab.storage("here").await;
    let saved = storage.save(scanned).await.unwrap();
    let tree = lab.folder("trees").join("tree");
    storage.lay_out(&saved.content, &tree, true).await.unwrap();
    assert_eq!(told(&tree), told(&folder));
    assert_eq!(saved, staging::Saved { new: saved.new, ..save(&storage, &folder).await });
}
