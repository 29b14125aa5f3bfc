use std::{fs, process::Command};

use staging::StagingError;

use crate::lab::{Lab, fetch, fill, noise, save, scan, told};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_says_how_much_is_missing_and_fits_after_a_drop() {
    for lab in Lab::all() {
        let here = lab.storage("here").await;
        let mut contents = Vec::new();
        for name in ["one", "two"] {
            let folder = lab.folder(name);
            fs::write(folder.join(name), noise(name, 6 << 20)).unwrap();
            contents.push(save(&here, &folder).await);
        }
        let from = [here.objects().clone()];
        let there = lab.storage_of("there", Some(10 << 20)).await;
        fetch(&there, &contents[0].content, &from).await.unwrap();
        let used = there.used();
        assert!(used > 6 << 20);
        let error = fetch(&there, &contents[1].content, &from).await.unwrap_err();
        let StagingError::NoRoom { wanted } = error else { panic!("{error}") };
        assert!((2 << 20..3 << 20).contains(&wanted.get()), "{wanted}");
        assert_eq!(there.used(), used, "nothing was begun");
        let error = there.save(scan(&lab.folder("two"))).await.unwrap_err();
        assert!(matches!(error, StagingError::NoRoom { .. }), "{error}");
        there.drop_content(&contents[0].content).await.unwrap();
        there.sweep().await.unwrap();
        fetch(&there, &contents[1].content, &from).await.unwrap();
        assert_eq!(there.kept().len(), 1);
        assert_eq!(lab.storage("there").await.used(), there.used());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drop_takes_no_chunk_that_another_content_has() {
    for lab in Lab::all() {
        let site = lab.storage("site").await;
        let (one, two) = (lab.folder("one"), lab.folder("two"));
        fill(&one, 8);
        fill(&two, 8);
        fs::write(one.join("own"), noise("one", 2 << 20)).unwrap();
        fs::write(two.join("own"), noise("two", 2 << 20)).unwrap();
        let (first, second) = (save(&site, &one).await, save(&site, &two).await);
        site.drop_content(&first.content).await.unwrap();
        assert_eq!(site.sweep().await.unwrap(), 2 << 20);
        staging::verify(site.objects(), &second.content).await.unwrap();
        site.drop_content(&second.content).await.unwrap();
        site.sweep().await.unwrap();
        assert_eq!(site.used(), 0);
        assert!(site.objects().list("").await.unwrap().is_empty(), "all is gone");
    }
}

/// Drops and sweeps without end, while contents that share chunks with what is dropped are fetched and saved.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_takes_nothing_from_under_a_fetch_or_a_save() {
    for lab in Lab::all() {
        let (here, site) = (lab.storage("here").await, lab.storage("site").await);
        let folders: Vec<_> = (0..4).map(|n| lab.folder(&format!("f{n}"))).collect();
        for (n, folder) in folders.iter().enumerate() {
            fs::write(folder.join("same"), noise("same", 6 << 20)).unwrap();
            fs::write(folder.join("own"), noise(&n.to_string(), 1 << 20)).unwrap();
        }
        let mut contents = Vec::new();
        for folder in &folders {
            contents.push(save(&here, folder).await.content);
        }
        let from = [here.objects().clone()];
        let work = async {
            for round in 0..12 {
                let content = &contents[round % 4];
                if round % 3 == 0 {
                    save(&site, &folders[round % 4]).await;
                } else {
                    fetch(&site, content, &from).await.unwrap();
                }
                staging::verify(site.objects(), content).await.unwrap();
                site.drop_content(content).await.unwrap();
            }
        };
        let mut sweeps = 0;
        let sweeping = async {
            loop {
                site.sweep().await.unwrap();
                sweeps += 1;
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = work => {}
            () = sweeping => {}
        }
        assert!(sweeps > 0);
        site.sweep().await.unwrap();
        assert_eq!(site.used(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_that_was_cut_leaves_what_the_next_one_finds() {
    for lab in Lab::all() {
        let site = lab.storage("site").await;
        let folder = lab.folder("data");
        fill(&folder, 8);
        let saved = save(&site, &folder).await;
        site.drop_content(&saved.content).await.unwrap();
        for ms in [0, 1, 2, 4, 8] {
            let cut = std::time::Duration::from_millis(ms);
            let _cut_or_done = tokio::time::timeout(cut, site.sweep()).await;
        }
        let next_life = lab.storage("site").await;
        next_life.sweep().await.unwrap();
        assert!(next_life.objects().list("").await.unwrap().is_empty());
    }
}

/// A file system of its own that is too small.
struct Small(std::path::PathBuf);

impl Drop for Small {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_leaves_nothing_half() {
    let lab = Lab::folders();
    let small = Small(lab.dir.path().join("small"));
    fs::create_dir(&small.0).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=8m", "none"])
        .arg(&small.0)
        .output()
        .unwrap();
    if !mounted.status.success() {
        eprintln!("SKIPPED: only root can mount a small file system");
        return;
    }
    let here = lab.storage("here").await;
    let folder = lab.folder("data");
    fs::write(folder.join("large"), noise("large", 12 << 20)).unwrap();
    let saved = save(&here, &folder).await;
    let there = lab.storage("small/there").await;
    let from = [here.objects().clone()];
    let is_full =
        |error: StagingError| assert!(error.to_string().contains("No space left"), "{error}");
    is_full(fetch(&there, &saved.content, &from).await.unwrap_err());
    assert!(there.kept().is_empty());
    is_full(there.save(scan(&folder)).await.unwrap_err());
    is_full(here.lay_out(&saved.content, &small.0.join("tree"), false).await.unwrap_err());
    assert!(!small.0.join("tree").exists());
    assert!(here.has(&saved.content), "a full disk elsewhere makes no copy bad");
    // There is room again.
    let grown = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&small.0).status();
    assert!(grown.unwrap().success());
    fetch(&there, &saved.content, &from).await.unwrap();
    there.lay_out(&saved.content, &small.0.join("tree"), false).await.unwrap();
    assert_eq!(told(&small.0.join("tree")), told(&folder));
}
