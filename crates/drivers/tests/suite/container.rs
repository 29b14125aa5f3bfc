//! Tasks in containers of the local driver: what they see, what is allowed, how images come.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use crate::{
    image::{self, archive},
    local::{groups_left, kill, supervisor_of, until, with_argument},
    site::{BOUND, Site, command, script},
};
use model::{Exit, ExitReason, Phase, SandboxLevel, TaskSpec};
use units::Bytes;

fn in_image(mut spec: TaskSpec, image: &str) -> TaskSpec {
    spec.work.image = Some(image.to_owned());
    spec
}

fn site(images: &str) -> Site {
    Site::containers(&format!("images: [\"{images}\"]"))
}

async fn refusal(site: &Site, spec: &TaskSpec) -> String {
    refusal_of(site, 1, spec).await
}

async fn refusal_of(site: &Site, generation: i64, spec: &TaskSpec) -> String {
    site.apply(generation, &[spec]).await;
    let Exit { reason, message, .. } = site.exit_of(spec).await;
    assert_eq!(reason, ExitReason::NotStarted, "{message}");
    message
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_finds_what_its_image_says_and_nothing_of_the_machine() {
    let Some(image) = archive() else { return };
    let site = site(&image);
    assert!(site.driver.capabilities().containers);
    let secret = site.folder.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let text = format!(
        "pwd; cat here; id -u; echo $GREETING $COLOUR $HOME $JINGWEI_TASK; cat {} /etc/shadow /etc/hostname; ls / /root /home /usr; \
         grep -c : /proc/net/dev; touch /bin/new here /share/out && echo wrote; grep Uid /proc/self/status; exit 7",
        secret.display()
    );
    let mut look = in_image(script("look", &text), &image);
    look.work.env.insert("COLOUR".into(), "$(touch /share/injected)'`\"\nred".into());
    site.apply(1, &[&look]).await;
    let end = site.end_of(&look).await;
    let log = site.log(&look).await;
    assert_eq!(end.exit.unwrap().code, Some(7), "{log}");
    assert_eq!(end.sandbox, Some(SandboxLevel::Container));
    let begin = "/srv/app\nin the image\n1000\nhello $(touch /share/injected)'`\" red /srv/app 0\n";
    assert!(log.starts_with(begin), "{log}");
    for hidden in [secret.to_str().unwrap(), "/etc/shadow", "/etc/hostname"] {
        assert!(log.contains(&format!("'{hidden}': No such file")), "{log}");
    }
    assert!(!log.contains("boot\n"), "{log}");
    assert!(log.contains("wrote\n"), "{log}");
    assert!(!site.folder.path().join("share/injected").exists());
    assert!(!site.options.state.join("tasks/test.look.0.1/disk").exists());
    // What it wrote into its root is gone; on the machine it was nobody.
    use std::os::unix::fs::MetadataExt;
    let out = fs::metadata(site.folder.path().join("share/out")).unwrap();
    assert_eq!((out.uid(), out.gid()), (65_534, 65_534));
    let again = in_image(script("again", "ls /bin/new"), &image);
    site.apply(2, &[&look, &again]).await;
    assert_eq!(site.exit_of(&again).await.code, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_replaces_the_entrypoint_and_is_taken_word_by_word() {
    let Some(image) = archive() else { return };
    let site = site(&image);
    let words = ["echo", "a b", "; touch /share/injected", "$HOME", "`id`", "'\"\\\n*"];
    let says = in_image(command("says", &words), &image);
    let absent = in_image(command("absent", &["no-such-program", "-x"]), &image);
    site.apply(1, &[&says, &absent]).await;
    assert_eq!(site.exit_of(&says).await.code, Some(0));
    assert_eq!(site.log(&says).await, format!("{}\n", words[1..].join(" ")));
    let exit = site.exit_of(&absent).await;
    assert_eq!(exit.reason, ExitReason::NotStarted, "{exit:?}");
    assert!(exit.message.contains("no-such-program"), "{exit:?}");
    assert!(!site.folder.path().join("share/injected").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_limit_is_kept_and_told() {
    let Some(image) = archive() else { return };
    let site = site(&image);
    let text = "x=a; while true; do x=$x$x$x$x; done";
    let mut greedy = in_image(script("greedy", text), &image);
    greedy.work.memory = Bytes::new(32 << 20);
    site.apply(1, &[&greedy]).await;
    let end = site.end_of(&greedy).await;
    assert_eq!(end.exit.as_ref().unwrap().reason, ExitReason::OutOfMemory, "{end:?}");
    assert!(end.usage.peak_memory <= Bytes::new(33 << 20), "{end:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_allowed_is_run() {
    let Some(image) = archive() else { return };
    let site = site("registry.example/tools/");
    let told = refusal(&site, &in_image(script("other", "true"), &image)).await;
    assert!(told.contains("does not allow the image"), "{told}");
    let told = refusal(&site, &in_image(script("root", "true"), "/usr")).await;
    assert!(told.contains("does not allow the root file system"), "{told}");
    let plain = Site::new("local");
    assert!(!plain.driver.capabilities().containers);
    let told = refusal(&plain, &in_image(script("none", "true"), &image)).await;
    assert!(told.contains("runs no containers"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_is_not_there_is_told() {
    let Some(image) = archive() else { return };
    let folder = image::path(&image).parent().unwrap().display().to_string();
    let site =
        Site::containers(&format!("images: [\"oci-archive:{folder}/\", r.example/], pull: never"));
    let gone = format!("oci-archive:{folder}/gone.tar");
    let told = refusal(&site, &in_image(script("gone", "true"), &gone)).await;
    assert!(told.contains("gone.tar") && told.contains("No such file"), "{told}");
    fs::write(site.folder.path().join("bad.tar"), "not an archive").unwrap();
    let told = refusal(&site, &in_image(script("far", "true"), "r.example/x:1")).await;
    assert!(told.contains("fetches none"), "{told}");
    let bad = format!("oci-archive:{}/bad.tar", site.folder.path().display());
    let other = self::site(&bad);
    let told = refusal(&other, &in_image(script("bad", "true"), &bad)).await;
    assert!(told.contains("cannot be had: skopeo: "), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_the_machine_is_a_root() {
    if archive().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("a:b, c").join("busybox");
    image::root(&root, Path::new("/bin/busybox"));
    // The name of a job's image has no blanks; the way there may.
    let link = folder.path().join("roots");
    std::os::unix::fs::symlink(root.parent().unwrap(), &link).unwrap();
    let site = Site::containers(&format!("roots: [\"{}\"]", link.display()));
    let image = link.join("busybox").display().to_string();
    let look = in_image(script("look", "pwd; cat /srv/app/here; touch /new /srv/new"), &image);
    site.apply(1, &[&look]).await;
    let exit = site.exit_of(&look).await;
    let log = site.log(&look).await;
    // The root is its operator's: what belongs to others there stays as it is.
    assert!(log.starts_with("/job\nin the image\n") && log.contains("/srv/new"), "{exit:?} {log}");
    assert!(!root.join("new").exists());
    let empty = folder.path().join("a:b, c/empty");
    fs::create_dir(&empty).unwrap();
    let image = link.join("empty").display().to_string();
    let told = refusal_of(&site, 2, &in_image(script("no-shell", "true"), &image)).await;
    assert!(told.contains("/bin/sh") && told.contains("No such file"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_open_network_is_there_for_those_who_ask() {
    let Some(image) = archive() else { return };
    let site = site(&image);
    let text = "cat /etc/hosts; grep -c : /proc/net/dev";
    let shut = in_image(script("shut", text), &image);
    let mut open = in_image(script("open", text), &image);
    open.work.open_network = true;
    site.apply(1, &[&shut, &open]).await;
    let of_host = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let many = of_host("/proc/net/dev").lines().filter(|line| line.contains(':')).count();
    assert_eq!(site.exit_of(&open).await.code, Some(0));
    assert_eq!(site.log(&open).await, format!("{}{many}\n", of_host("/etc/hosts")));
    site.end_of(&shut).await;
    let log = site.log(&shut).await;
    assert!(log.contains("No such file") && log.ends_with("\n1\n"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_supervisor_takes_the_container_along_and_leaves_no_mount() {
    let Some(image) = archive() else { return };
    let mut site = site(&image);
    let word = format!("8{}", std::process::id());
    let text = format!("echo ran >> /share/ran; echo up; sleep {word} & wait");
    let task = in_image(script("victim", &text), &image);
    site.apply(1, &[&task]).await;
    site.wrote(&task, "up").await;
    until("asleep", || with_argument(&word) > 0).await;
    kill(supervisor_of(&site, &task).unwrap());
    site.restart();
    site.apply(1, &[&task]).await;
    assert_eq!(site.exit_of(&task).await.reason, ExitReason::Lost);
    assert_eq!(with_argument(&word), 0);
    site.apply(2, &[&task]).await;
    assert_eq!(fs::read_to_string(site.folder.path().join("share/ran")).unwrap(), "ran\n");
    assert_eq!(groups_left(&site), Vec::<String>::new());
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(!mounts.contains(site.folder.path().to_str().unwrap()), "{mounts}");
}

/// A container outlives the agent, is found again, and is stopped with time to tidy up.
#[tokio::test(flavor = "multi_thread")]
async fn a_container_survives_the_agent() {
    let Some(image) = archive() else { return };
    let mut site = site(&image);
    let text = "trap 'echo tidied; exit 3' TERM; echo up; while true; do sleep 0.05; done";
    let task = in_image(script("lives", text), &image);
    site.apply(1, &[&task]).await;
    site.wrote(&task, "up").await;
    site.restart();
    site.apply(1, &[&task]).await;
    site.running(&task).await;
    site.apply(2, &[]).await;
    let exit = site.exit_of(&task).await;
    assert_eq!((exit.reason, exit.code), (ExitReason::Stopped, Some(3)));
    assert!(site.log(&task).await.ends_with("tidied\n"), "{}", site.log(&task).await);
}

/// The registry takes calls and never answers.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_image_can_be_stopped_and_then_nothing_is_fetched() {
    if archive().is_none() {
        return;
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let registry = silent.local_addr().unwrap().to_string();
    let site = Site::containers(&format!("images: [\"{registry}/\"]"));
    let name = format!("{registry}/tool:1");
    let tasks: Vec<TaskSpec> =
        (0..8).map(|n| in_image(script(&format!("waits-{n}"), "true"), &name)).collect();
    site.apply(1, &tasks.iter().collect::<Vec<_>>()).await;
    let _call = called(&silent).await;
    let waits = |it: &drivers::Observed| it.tasks.iter().all(|task| task.note.contains(&name));
    let observed = site.until("waiting", waits).await;
    assert!(
        observed.tasks.iter().all(|task| task.phase == Phase::Starting && task.started.is_none())
    );
    assert_eq!(fetching(&name), 1, "one fetch for all");
    site.apply(2, &[]).await;
    for task in &tasks {
        assert_eq!(site.exit_of(task).await.reason, ExitReason::Stopped);
    }
    let begin = Instant::now();
    while fetching(&name) > 0 {
        assert!(begin.elapsed() < BOUND, "it is still being fetched");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn called(listener: &TcpListener) -> std::net::TcpStream {
    listener.set_nonblocking(true).unwrap();
    let begin = Instant::now();
    loop {
        if let Ok((call, _)) = listener.accept() {
            return call;
        }
        assert!(begin.elapsed() < BOUND, "nobody calls");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fetching_has_a_bound() {
    if archive().is_none() {
        return;
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let registry = silent.local_addr().unwrap().to_string();
    let site = Site::containers(&format!("images: [\"{registry}/\"], pull_limit: 1s"));
    let told = refusal(&site, &in_image(script("late", "true"), &format!("{registry}/a"))).await;
    assert!(told.contains("longer than 1s") || told.contains("deadline"), "{told}");
}

/// Processes of skopeo that fetch it.
fn fetching(name: &str) -> usize {
    let source = format!("docker://{name}");
    let is_it = |pid: &PathBuf| {
        let line = fs::read(pid.join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|word| word == source.as_bytes())
    };
    fs::read_dir("/proc").unwrap().flatten().map(|it| it.path()).filter(is_it).count()
}

/// A registry on loopback that asks who one is; ends with the test.
struct Registry {
    process: Child,
    address: String,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn registry_program() -> Option<PathBuf> {
    let cache = std::env::var_os("JINGWEI_CACHE").map(PathBuf::from);
    let cache =
        cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/jingwei")))?;
    let found = [cache.join("docker-registry"), "/usr/bin/docker-registry".into()];
    let found = found.into_iter().find(|path| path.exists());
    if found.is_none() {
        eprintln!("SKIPPED: no docker-registry; `scripts/setup.sh test` gets it");
    }
    found
}

/// The password of `jw` in it is "secret".
const ACCOUNT: &str = "jw:$2b$05$GeSavYP4aJo6rkKzohgtReJJDbDGiz.z61qLtHM.5l7mhoMxnrGVi\n";

async fn registry(program: &Path, dir: &Path) -> Registry {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    fs::write(dir.join("htpasswd"), ACCOUNT).unwrap();
    let config = format!(
        "version: 0.1\nstorage: {{ filesystem: {{ rootdirectory: {0}/data }} }}\nhttp: {{ addr: \"{free}\" }}\n\
         auth: {{ htpasswd: {{ realm: test, path: {0}/htpasswd }} }}\n",
        dir.display()
    );
    fs::write(dir.join("config.yml"), config).unwrap();
    let log = fs::File::create(dir.join("log")).unwrap();
    let process = Command::new(program)
        .arg("serve")
        .arg(dir.join("config.yml"))
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let registry = Registry { process, address: free.to_string() };
    let begin = Instant::now();
    while std::net::TcpStream::connect(free).is_err() {
        let said = fs::read_to_string(dir.join("log")).unwrap();
        assert!(begin.elapsed() < BOUND, "the registry does not come up: {said}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    registry
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_fetched_once_from_a_registry_by_those_who_may() {
    let (Some(image), Some(program)) = (archive(), registry_program()) else { return };
    let dir = tempfile::tempdir().unwrap();
    let registry = registry(&program, dir.path()).await;
    let name = format!("{}/tools/busybox:1", registry.address);
    image::run(
        dir.path(),
        &format!(
            "skopeo copy --quiet --dest-creds jw:secret --dest-tls-verify=false {image} docker://{name}"
        ),
    );
    let credentials = dir.path().join("auth.json");
    // "jw:secret"
    let text = format!(r#"{{"auths":{{"{}":{{"auth":"anc6c2VjcmV0"}}}}}}"#, registry.address);
    fs::write(&credentials, text).unwrap();
    let common = format!("images: [\"{0}/tools/\"], insecure: [\"{0}\"]", registry.address);
    let unknown = Site::containers(&common);
    let told = refusal(&unknown, &in_image(script("unknown", "true"), &name)).await;
    assert!(told.contains("cannot be had") && !told.contains("secret"), "{told}");
    let site = Site::containers(&format!("{common}, credentials: {}", credentials.display()));
    let tasks: Vec<TaskSpec> =
        (0..6).map(|n| in_image(script(&format!("runs-{n}"), "cat here"), &name)).collect();
    site.apply(1, &tasks.iter().collect::<Vec<_>>()).await;
    for task in &tasks {
        assert_eq!(site.exit_of(task).await.code, Some(0));
        assert_eq!(site.log(task).await, "in the image\n");
    }
    let log = fs::read_to_string(dir.path().join("log")).unwrap();
    let gets = log
        .lines()
        .filter(|line| line.contains("GET /v2/tools/busybox/blobs/") && line.contains(" 200 "));
    // The layer and what the image says of itself, each once.
    assert_eq!(gets.count(), 2, "{log}");
    // It is here now, whatever becomes of the registry.
    drop(registry);
    let later = in_image(script("later", "cat here"), &name);
    site.apply(2, &[&later]).await;
    assert_eq!(site.exit_of(&later).await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_images_those_in_use_and_the_newest_are_kept() {
    let Some(image) = archive() else { return };
    let folder = tempfile::tempdir().unwrap();
    let copy = |n: u32| {
        let path = folder.path().join(format!("copy-{n}.tar"));
        fs::copy(image::path(&image), &path).unwrap();
        format!("oci-archive:{}", path.display())
    };
    let config = format!("images: [\"oci-archive:{}/\"], most: 1", folder.path().display());
    let site = Site::containers(&config);
    let used = in_image(script("used", "echo up; exec sleep 600"), &copy(0));
    site.apply(1, &[&used]).await;
    site.wrote(&used, "up").await;
    for n in 1..4 {
        let brief = in_image(script(&format!("brief-{n}"), "true"), &copy(n));
        site.apply(1 + i64::from(n), &[&used, &brief]).await;
        assert_eq!(site.exit_of(&brief).await.code, Some(0));
    }
    let store = site.options.state.join("images");
    let kept = || {
        let all = fs::read_dir(&store).unwrap().flatten();
        all.filter(|entry| entry.path().join("image.json").exists()).count()
    };
    // The supervisor of the last but one may still have held its image.
    assert!((2..=3).contains(&kept()), "{}", kept());
    site.running(&used).await;
}
