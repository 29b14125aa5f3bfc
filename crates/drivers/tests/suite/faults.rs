//! A disk without room, and programs that say too much.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

use crate::site::{Site, script};
use drivers::Target;
use model::{Assignment, ExitReason, Phase};
use units::Time;

/// Of the log, bytes; the note comes after.
const MOST: u64 = 64 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_gibibyte_of_output_the_first_part_is_kept() {
    let site = Site::new("local");
    let text = "head -c 1073741824 /dev/zero; echo end >&2; exit 6";
    let task = script("talks", text);
    site.apply(1, &[&task]).await;
    assert_eq!(site.exit_of(&task).await.code, Some(6));
    let end = site.driver.logs(&task.id, MOST, 1_000).await.unwrap();
    let end = String::from_utf8(end).unwrap();
    assert_eq!(end, "\n[jingwei: the output is longer than 64 MiB; the rest is not kept]\n");
    assert_eq!(site.driver.logs(&task.id, MOST - 1, 1).await.unwrap(), [0]);
    let disk = fs::metadata(site.options.state.join("tasks/test.talks.0.1/log")).unwrap().len();
    assert_eq!(disk, MOST + end.len() as u64);
}

/// A file system of one mebibyte; goes with the test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn at(dir: &Path) -> Option<Self> {
        fs::create_dir(dir).unwrap();
        let options = ["-t", "tmpfs", "-o", "size=1m,mode=711", "none"];
        let mounted = Command::new("mount").args(options).arg(dir).output().unwrap();
        if mounted.status.success() {
            return Some(Self(dir.to_path_buf()));
        }
        eprintln!("SKIPPED: a small disk cannot be mounted: not root");
        None
    }

    /// To the last byte.
    fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).unwrap();
        let error = loop {
            if let Err(error) = file.write_all(&[1; 512]) {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    /// Room for so many pages.
    fn make_room(&self, pages: u64) {
        let file = File::options().write(true).open(self.0.join("filler")).unwrap();
        file.set_len(file.metadata().unwrap().len() - pages * 4_096).unwrap();
    }

    fn empty(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_loses_nothing_and_is_got_over() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::at(&folder.path().join("disk")) else { return };
    let site = Site::with("local", |options| options.state = disk.0.join("state"));
    let running =
        script("runs", "echo up; until [ -e $JINGWEI_SHARE/go ]; do sleep 0.05; done; exit 4");
    site.driver.renew(hours_from_now(1)).await.unwrap();
    site.apply(1, &[&running]).await;
    site.wrote(&running, "up").await;
    disk.fill();
    let new = script("new", "exit 5");
    let orders: Vec<Assignment> = [&running, &new].map(|spec| spec.clone().into()).into();
    let told = site.driver.apply(&Target::of(2, orders.clone())).await.unwrap_err().to_string();
    assert!(told.contains("No space left on device") && told.contains("test.new.0.1"), "{told}");
    assert_eq!(site.driver.observe().await.unwrap().generation, 1);
    // Its work goes on, and so does its lease.
    site.driver.renew(hours_from_now(2)).await.unwrap();
    site.running(&running).await;
    fs::write(site.folder.path().join("share/go"), "").unwrap();
    let tries = site.options.state.join("tasks/test.runs.0.1/exit.json.new");
    site.until("tried to record its end", |_| tries.exists()).await;
    site.running(&running).await;
    disk.empty();
    let exit = site.exit_of(&running).await;
    assert_eq!((exit.reason, exit.code), (ExitReason::Exited, Some(4)), "{exit:?}");
    site.driver.apply(&Target::of(2, orders)).await.unwrap();
    assert_eq!(site.exit_of(&new).await.code, Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_finds_no_room_starts_when_there_is_some() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::at(&folder.path().join("disk")) else { return };
    let site = Site::with("local", |options| options.state = disk.0.join("state"));
    let task = script("waits", "echo ran >> $JINGWEI_SHARE/ran; exit 5");
    disk.fill();
    // For its specification and the number of the target, not for its start.
    disk.make_room(2);
    site.apply(1, &[&task]).await;
    let script = site.options.state.join("tasks/test.waits.0.1/script");
    let observed = site.until("tried", |_| script.exists()).await;
    assert_eq!(observed.tasks[0].phase, Phase::Starting);
    disk.empty();
    assert_eq!(site.exit_of(&task).await.code, Some(5));
    assert_eq!(fs::read_to_string(site.folder.path().join("share/ran")).unwrap(), "ran\n");
}

fn hours_from_now(hours: i64) -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap() + hours * 3_600_000)
}
