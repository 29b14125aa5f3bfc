//! A small image of busybox, as an archive, and the tools that make it.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

/// Its name as a job gives it. None, loudly, where containers cannot be tried.
pub(crate) fn archive() -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: containers need root");
        return None;
    }
    let busybox =
        ["/bin/busybox", "/usr/bin/busybox"].into_iter().find(|it| Path::new(it).exists());
    let has = |tool: &str| Path::new("/usr/bin").join(tool).exists();
    let (Some(busybox), true) = (busybox, has("skopeo") && has("umoci")) else {
        eprintln!(
            "SKIPPED: no skopeo, umoci, busybox-static; `scripts/setup.sh test` installs them"
        );
        return None;
    };
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("busybox-1.tar");
    if !path.exists() {
        let made = make(Path::new(busybox));
        // Others may make it at the same time; one whole file stays.
        fs::rename(made.path().join("busybox.tar"), &path).unwrap();
    }
    Some(format!("oci-archive:{}", path.display()))
}

fn make(busybox: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    root(&dir.path().join("root"), busybox);
    run(dir.path(), "umoci init --layout layout");
    run(dir.path(), "umoci new --image layout:test");
    run(dir.path(), "umoci insert --image layout:test root /");
    run(
        dir.path(),
        "umoci config --image layout:test --config.env GREETING=hello --config.env COLOUR=blue \
         --config.workingdir /srv/app --config.user app --config.entrypoint /bin/false",
    );
    run(dir.path(), "skopeo copy --quiet oci:layout:test oci-archive:busybox.tar:test");
    dir
}

/// A root file system of busybox.
pub(crate) fn root(at: &Path, busybox: &Path) {
    for dir in ["bin", "etc", "srv/app"] {
        fs::create_dir_all(at.join(dir)).unwrap();
    }
    fs::copy(busybox, at.join("bin/busybox")).unwrap();
    let list = Command::new(busybox).arg("--list").output().unwrap();
    for applet in String::from_utf8(list.stdout).unwrap().lines().filter(|it| *it != "busybox") {
        symlink("busybox", at.join("bin").join(applet)).unwrap();
    }
    let accounts = "root:x:0:0::/:/bin/sh\napp:x:1000:1000::/srv/app:/bin/sh\n";
    fs::write(at.join("etc/passwd"), accounts).unwrap();
    fs::write(at.join("srv/app/here"), "in the image\n").unwrap();
}

pub(crate) fn run(dir: &Path, line: &str) {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    let output = command.args(words).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The archive as a path.
pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(name.strip_prefix("oci-archive:").unwrap())
}
