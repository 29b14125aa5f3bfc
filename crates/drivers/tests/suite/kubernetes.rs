//! What only Kubernetes has: namespaces, images, secrets, quotas, volumes, an API that goes away or says no.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use drivers::{DataFolders, DriverError, Observed, Target};
use model::{Assignment, Content, Exit, ExitReason, Indexes, Input, Phase, Program, TaskStatus};
use serde_json::{Value, json};
use units::{Bytes, Cores, Span};

use crate::site::{
    BOUND, Site, command, kubeconfig, kubectl, kubectl_at, kubernetes_config, script,
};

/// Nothing is asserted where there is no cluster; that is said loudly.
macro_rules! site_or_return {
    () => {
        match kubeconfig() {
            Some(_) => Site::new("kubernetes"),
            None => return,
        }
    };
}

fn with(site: &mut Site, more: &str) {
    site.options.config.push_str(more);
    site.restart();
}

fn order(site: &Site, name: &str, text: &str) -> Assignment {
    site.fitted(script(name, text))
}

fn many(site: &Site, name: &str, text: &str, tasks: u32, at_once: Option<u32>) -> Assignment {
    let mut order = order(site, name, text);
    order.tasks = Indexes::first(tasks);
    (order.work.of, order.work.at_once) = (tasks, at_once);
    order
}

fn have_ended(observed: &Observed) -> bool {
    observed.tasks.iter().all(|task| task.phase == Phase::Ended)
}

async fn run(site: &Site, order: &Assignment) -> BTreeMap<u32, (Exit, String)> {
    site.driver.apply(&Target::of(1, vec![order.clone()])).await.unwrap();
    let observed = site.until("all ended", have_ended).await;
    let mut all = BTreeMap::new();
    for task in observed.tasks {
        let log = site.driver.logs(&task.id, 0, 1 << 20).await.unwrap();
        all.insert(task.id.index, (task.exit.unwrap(), String::from_utf8(log).unwrap()));
    }
    all
}

async fn alone(site: &Site, order: &Assignment) -> (Exit, String) {
    run(site, order).await.remove(&0).unwrap()
}

/// Until the note of the only task says so.
async fn noted(site: &Site, order: &Assignment, words: &str) -> String {
    // A refusal is told by `apply`, too.
    let _told = site.driver.apply(&Target::of(1, vec![order.clone()])).await;
    let note = |it: &Observed| it.tasks.first().map_or(String::new(), |task| task.note.clone());
    note(&site.until(words, |it| note(it).contains(words)).await)
}

fn told(args: &[&str]) -> String {
    let out = kubectl(args).output().unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn agent_label(site: &Site) -> String {
    let read = std::fs::read_to_string(site.options.state.join("agent")).unwrap();
    format!("jingwei/agent={}", read.trim_matches('"'))
}

fn objects(site: &Site, kind: &str) -> Vec<Value> {
    let text = told(&["get", kind, "--all-namespaces", "-l", &agent_label(site), "-o", "json"]);
    let list: Value = serde_json::from_str(&text).unwrap();
    list["items"].as_array().unwrap().clone()
}

fn named(objects: &[Value], prefix: &str) -> String {
    let mut names = objects.iter().map(|it| it["metadata"]["name"].as_str().unwrap());
    names.find(|name| name.starts_with(prefix)).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_a_customer_writes_is_expanded_or_reaches_a_shell() {
    let bad = "'; touch x; echo '$(touch x) `touch x` $(JINGWEI_JOB) $$ $$(HOME) %s\n\"}],\"a\":[{";
    let site = site_or_return!();
    let words = ["printf", "%s|%s", bad, "$(JINGWEI_JOB)"];
    let (exit, log) = alone(&site, &site.fitted(command("words", &words))).await;
    assert_eq!((exit.code, log), (Some(0), format!("{bad}|$(JINGWEI_JOB)")));

    let site = Site::new("kubernetes");
    let mut text = order(&site, "text", "printf '%s' \"$BAD\"; [ $$ -gt 1 ]");
    text.work.env.insert("BAD".to_owned(), bad.to_owned());
    let (exit, log) = alone(&site, &text).await;
    assert_eq!((exit.code, log), (Some(0), bad.to_owned()));

    // The same as a file with an interpreter of its own, and an environment that is too large for a Job.
    let site = Site::new("kubernetes");
    text.work.program = Program::Script("#!/bin/sh -e\nprintf '%s' \"$BAD\"\nexit 3\n".to_owned());
    text.work.env.insert("LARGE".to_owned(), "x".repeat(100_000));
    let (exit, log) = alone(&site, &text).await;
    assert_eq!((exit.code, log), (Some(3), bad.to_owned()));
    assert_eq!(objects(&site, "secrets").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_array_takes_turns() {
    let site = site_or_return!();
    let text = "echo \"$JINGWEI_TASK of $JINGWEI_TASKS\"; [ \"$JINGWEI_TASK\" != 2 ]";
    let mut order = many(&site, "array", text, 8, Some(2));
    order.tasks = "0-3,7".parse().unwrap();
    site.driver.apply(&Target::of(1, vec![order.clone()])).await.unwrap();
    assert!(objects(&site, "jobs").len() <= 2, "no more than two at once");
    let ends = run(&site, &order).await;
    assert_eq!(ends.len(), 5);
    assert_eq!((ends[&7].0.code, ends[&7].1.as_str()), (Some(0), "7 of 8\n"));
    assert_eq!(ends[&2].0.code, Some(1));
    assert_eq!(ends.values().filter(|(exit, _)| exit.is_success()).count(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gang_ends_together() {
    let site = site_or_return!();
    let text = "[ $JINGWEI_TASK = 0 ] && exit 3; exec sleep 600";
    let ends = run(&site, &many(&site, "gang", text, 3, None)).await;
    assert_eq!(ends[&0].0.code, Some(3));
    for index in [1, 2] {
        let exit = &ends[&index].0;
        assert_eq!(exit.reason, ExitReason::Stopped, "{exit:?}");
        assert!(exit.message.contains("task 0 of its gang has failed"), "{exit:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reason_for_waiting_is_told() {
    let mut site = site_or_return!();
    let mut large = order(&site, "large", "true");
    large.work.cores = Cores::new(1_000_000);
    let note = noted(&site, &large, "Insufficient cpu").await;
    assert!(note.starts_with("kubernetes jwt-test/large-"), "{note}");

    // What the namespace's quota refuses is said in events of the Job only.
    let (name, hard) = (format!("jwt-quota-{}", std::process::id()), "{requests.cpu: 10m}");
    with(&mut site, &format!("namespaces: {{test: {name}}}\nquota: {hard}\n"));
    let mut again = order(&site, "quota", "true");
    again.attempt = 2;
    site.driver.apply(&Target::of(2, vec![again.clone()])).await.unwrap();
    let says = |it: &Observed| {
        let of_it = it.tasks.iter().filter(|task| task.id.attempt == 2);
        of_it.filter(|task| task.note.contains("exceeded quota")).count() == 1
    };
    site.until("refused by quota", says).await;
    told(&["delete", "namespace", "--wait=false", &name]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_image_that_cannot_be_had_is_given_up() {
    let mut site = site_or_return!();
    with(&mut site, "pull_wait: 1s\n");
    let mut order = order(&site, "image", "true");
    for (attempt, image, words) in
        [(1, "localhost/none:1", "localhost/none"), (2, "Not An Image", "InvalidImageName")]
    {
        (order.attempt, order.work.image) = (attempt, Some(image.to_owned()));
        site.driver.apply(&Target::of(i64::from(attempt), vec![order.clone()])).await.unwrap();
        let ended = |it: &&TaskStatus| it.id.attempt == attempt && it.phase == Phase::Ended;
        let observed = site.until("given up", |it| it.tasks.iter().any(|it| ended(&it))).await;
        let exit = observed.tasks.iter().find(ended).unwrap().exit.clone().unwrap();
        assert_eq!(exit.reason, ExitReason::NotStarted, "{exit:?}");
        assert!(exit.message.contains(words), "{exit:?}");
    }
    // A program that the image does not have.
    let site = Site::new("kubernetes");
    let (exit, _) = alone(&site, &site.fitted(command("none", &["/no/such/program"]))).await;
    assert_eq!(exit.reason, ExitReason::NotStarted, "{exit:?}");
    assert!(exit.message.contains("/no/such/program"), "{exit:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_kept() {
    let site = site_or_return!();
    let mut eats = order(&site, "eats", "exec tail /dev/zero");
    eats.work.memory = Bytes::new(32 << 20);
    assert_eq!(alone(&site, &eats).await.0.reason, ExitReason::OutOfMemory);
    let site = Site::new("kubernetes");
    let mut sleeps = order(&site, "sleeps", "echo up; exec sleep 600");
    sleeps.work.time_limit = Some(Span::new(2_000));
    let (exit, log) = alone(&site, &sleeps).await;
    assert_eq!((exit.reason, log.as_str()), (ExitReason::TimeLimit, "up\n"));
    // Neither root nor able to become it, and without an account in the cluster.
    let site = Site::new("kubernetes");
    let text =
        "id -u; grep CapEff /proc/self/status | tr -d '\\t'; ls /var/run/secrets 2>&1 | tail -1";
    let (_, log) = alone(&site, &order(&site, "who", text)).await;
    let expected =
        "65534\nCapEff:0000000000000000\nls: /var/run/secrets: No such file or directory\n";
    assert_eq!(log, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accelerators_are_resources_of_the_node() {
    let mut site = site_or_return!();
    let patch = json!([
        { "op": "add", "path": "/status/capacity/example.com~1npu", "value": "4" },
        { "op": "add", "path": "/status/allocatable/example.com~1npu", "value": "4" },
    ]);
    patch_node_status(&patch);
    with(&mut site, "accelerators: [{resource: example.com/npu, model: npu-1}]\n");
    let begin = Instant::now();
    let pool = loop {
        let engine = site.driver.engine().await.unwrap();
        assert_eq!(engine.version, "kubernetes v1.20.2");
        if let Some(pool) = engine.pools.into_iter().find(|it| it.name.as_str() == "npu-1") {
            break pool;
        }
        assert!(begin.elapsed() < BOUND, "never published");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!((pool.units, pool.units_per_node), (4, 4));
    let mut takes = order(&site, "takes", "echo $JINGWEI_ACCELERATORS");
    takes.work.pool = "lab-npu-1".parse().unwrap();
    (takes.work.accelerators, takes.work.accelerator) = (2, Some("npu-1".parse().unwrap()));
    assert_eq!(alone(&site, &takes).await.1, "2\n");
    let pods = objects(&site, "pods");
    assert_eq!(pods[0]["spec"]["containers"][0]["resources"]["limits"]["example.com/npu"], "2");
}

/// The API takes it as the kubelet does: by the node's status.
fn patch_node_status(patch: &Value) {
    let admin = kubeconfig().unwrap().replace("agent.conf", "admin.conf");
    let text = std::fs::read_to_string(&admin).unwrap();
    let between = |from: &str, to: &str| {
        let start = text.find(from).unwrap() + from.len();
        text[start..].split(to).next().unwrap().trim().trim_matches('"').to_owned()
    };
    let (server, ca) = (between("server: ", ","), between("certificate-authority: ", " }"));
    let out = Command::new("curl")
        .args(["-sf", "--cacert", &ca, "-X", "PATCH", "-H", "@-", "-d", &patch.to_string()])
        .arg(format!("{server}/api/v1/nodes/real-1/status"))
        .stdin(headers(&between("token: ", " }")))
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
}

fn headers(token: &str) -> std::process::Stdio {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let text =
        format!("Authorization: Bearer {token}\nContent-Type: application/json-patch+json\n");
    writer.write_all(text.as_bytes()).unwrap();
    reader.into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_delete_is_lost_and_not_run_again() {
    let site = site_or_return!();
    let orders = ["pod", "job"].map(|name| order(&site, name, "exec sleep 600"));
    site.driver.apply(&Target::of(1, orders.to_vec())).await.unwrap();
    site.until("running", |it| it.tasks.iter().all(|task| task.phase == Phase::Running)).await;
    let pod = named(&objects(&site, "pods"), "pod-");
    told(&["delete", "pod", "-n", "jwt-test", "--wait=false", "--grace-period=1", &pod]);
    let job = named(&objects(&site, "jobs"), "job-");
    told(&["delete", "job", "-n", "jwt-test", "--wait=false", &job]);
    let observed = site.until("both ended", have_ended).await;
    for task in &observed.tasks {
        let exit = task.exit.as_ref().unwrap();
        assert_eq!(exit.reason, ExitReason::Lost, "{exit:?}");
        assert!(exit.message.contains("deleted at the cluster, not by us"), "{exit:?}");
    }
    // The Job of the pod goes too: it would start another one.
    let begin = Instant::now();
    while !objects(&site, "jobs").is_empty() || !objects(&site, "pods").is_empty() {
        assert!(begin.elapsed() < BOUND, "never gone: {:?}", objects(&site, "jobs"));
        site.driver.observe().await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_forgotten_leaves_the_cluster_and_a_stopped_task_s_last_words_stay() {
    let site = site_or_return!();
    let text = "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.1; done";
    let talks = script("talks", text);
    site.apply(1, &[&talks]).await;
    site.wrote(&talks, "up").await;
    site.running(&talks).await;
    site.apply(2, &[]).await;
    let end = site.end_of(&talks).await;
    assert_eq!(site.log(&talks).await, "up\nbye\n", "{end:?}");
    let short = script("short", "true");
    site.apply(3, &[&short]).await;
    site.end_of(&short).await;
    named(&objects(&site, "jobs"), "short-");
    site.driver.forget(&[short.id, talks.id]).await.unwrap();
    let begin = Instant::now();
    while !objects(&site, "jobs").is_empty() {
        assert!(begin.elapsed() < BOUND, "never gone");
        site.driver.observe().await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_is_mounted_where_programs_look_for_it() {
    let mut site = site_or_return!();
    let folders = DataFolders::new(site.folder.path().join("data"));
    site.options.data = Some(folders.clone());
    let root = folders.root().display().to_string();
    with(&mut site, &format!("data: {{host_path: {root}}}\n"));
    assert!(site.driver.capabilities().data);
    let text = "cat $JINGWEI_INPUTS/rain/day; echo made >$JINGWEI_RESULT/out; \
                echo half >>$JINGWEI_CHECKPOINT/at; ! touch $JINGWEI_INPUTS/rain/x 2>/dev/null";
    let mut order = order(&site, "data", text);
    let content: Content = "0123456789abcdef".repeat(4).parse().unwrap();
    let tree = folders.tree(&content);
    std::fs::create_dir_all(&tree).unwrap();
    std::fs::write(tree.join("day"), "wet\n").unwrap();
    order.work.inputs = vec![Input { name: "rain".parse().unwrap(), content }];
    (order.work.result, order.work.checkpoint) = (true, Some(Span::new(60_000)));
    let own = folders.of(&order).unwrap();
    for folder in [own.inputs(), own.result(), own.checkpoint()] {
        std::fs::create_dir_all(folder).unwrap();
    }
    let (exit, log) = alone(&site, &order).await;
    assert_eq!((exit.code, log.as_str()), (Some(0), "wet\n"), "{exit:?}");
    assert_eq!(std::fs::read_to_string(own.result().join("out")).unwrap(), "made\n");
    assert_eq!(std::fs::read_to_string(own.checkpoint().join("at")).unwrap(), "half\n");

    // Where there is no volume, a job with data is refused in clear words.
    let site = Site::new("kubernetes");
    assert!(!site.driver.capabilities().data);
    let (exit, _) = alone(&site, &order).await;
    assert_eq!(exit.reason, ExitReason::NotStarted);
    assert!(exit.message.contains("no volume for data"), "{exit:?}");
}

/// Kueue's own resource, cut down to its name: that it is served is what the driver looks for.
const LOCAL_QUEUES: &str = r#"{
  "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
  "metadata": { "name": "localqueues.kueue.x-k8s.io",
    "annotations": { "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/kueue" } },
  "spec": { "group": "kueue.x-k8s.io", "scope": "Namespaced",
    "names": { "kind": "LocalQueue", "plural": "localqueues", "singular": "localqueue" },
    "versions": [{ "name": "v1beta1", "served": true, "storage": true,
      "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } }] } }"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_wait_in_a_queue_of_kueue_where_there_is_one() {
    let mut site = site_or_return!();
    let crd = "localqueues.kueue.x-k8s.io";
    told(&["delete", "crd", "--ignore-not-found", crd]);
    with(&mut site, "queue: research\n");
    let order = order(&site, "queued", "true");
    noted(&site, &order, "the cluster has no Kueue").await;
    let file = site.folder.path().join("crd.json");
    std::fs::write(&file, LOCAL_QUEUES).unwrap();
    told(&["create", "-f", file.to_str().unwrap()]);
    let begin = Instant::now();
    while objects(&site, "jobs").is_empty() {
        assert!(begin.elapsed() < BOUND, "never made");
        site.driver.observe().await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let jobs = objects(&site, "jobs");
    assert_eq!(jobs[0]["metadata"]["labels"]["kueue.x-k8s.io/queue-name"], "research");
    told(&["delete", "crd", crd]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_do_not_do_are_told_apart_from_a_cluster_that_is_down() {
    let mut site = site_or_return!();
    let good = kubeconfig().unwrap();
    let own = site.folder.path().join("own.conf");
    let text = std::fs::read_to_string(&good).unwrap();
    let token = text.split("token: ").nth(1).unwrap().split(' ').next().unwrap();
    let powerless = std::fs::read_to_string(good.replace("agent.conf", "powerless.conf")).unwrap();
    let cases = [
        (text.replace(token, "expired"), "does not accept the agent's credentials (401"),
        (powerless, "the cluster forbids it"),
        (text.replace(":6443", ":6444"), "onnect"),
        ("garbage".to_owned(), "kubeconfig"),
        (format!("{{\"apiVersion\": \"v1\", \"clusters\": [{}]", 3), "kubeconfig"),
    ];
    site.options.config = kubernetes_config(own.to_str().unwrap());
    for (content, words) in cases {
        std::fs::write(&own, content).unwrap();
        site.restart();
        match site.driver.observe().await {
            Err(DriverError::Away(reason)) => assert!(reason.contains(words), "{words}: {reason}"),
            other => panic!("{words}: {other:?}"),
        }
    }
    // New credentials on disk are taken without a restart.
    std::fs::write(&own, text.replace(token, "expired")).unwrap();
    site.restart();
    assert!(site.driver.observe().await.is_err());
    std::fs::write(&own, text).unwrap();
    site.driver.observe().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_mean_nothing_are_not_believed() {
    let mut site = site_or_return!();
    let answers = [
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n<html>no!",
        "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"items\": 17}",
        "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"items\": [",
        "SSH-2.0-OpenSSH_9.2p1\r\n",
        "",
    ];
    // What runs must not be taken for lost.
    let long = script("long", "exec sleep 600");
    site.apply(1, &[&long]).await;
    site.running(&long).await;
    for answer in answers {
        let config = site.folder.path().join("garbage.conf");
        std::fs::write(&config, garbage_server(answer)).unwrap();
        site.options.config = kubernetes_config(config.to_str().unwrap());
        site.restart();
        let observed = site.driver.observe().await;
        assert!(matches!(observed, Err(DriverError::Away(_))), "{answer}: {observed:?}");
        assert!(site.driver.engine().await.is_err(), "{answer}");
    }
    site.options.config = kubernetes_config(&kubeconfig().unwrap());
    site.restart();
    site.running(&long).await;
}

/// Gives everyone the same answer; the kubeconfig that leads there.
fn garbage_server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut bytes = [0; 4096];
            let _read = stream.read(&mut bytes);
            let _sent = stream.write_all(answer.as_bytes());
        }
    });
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{ "name": "c", "cluster": { "server": format!("http://127.0.0.1:{port}") } }],
        "users": [{ "name": "u", "user": { "token": "x" } }],
        "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "u" } }],
    })
    .to_string()
}

/// A cluster of its own, gone with this.
struct Cluster {
    name: String,
    agent: String,
}

impl Cluster {
    fn new(name: &str) -> Self {
        let name = format!("{name}-{}", std::process::id());
        let out = Command::new(script_path()).args(["up", &name]).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        Self { name, agent: String::from_utf8(out.stdout).unwrap().trim().to_owned() }
    }

    fn part(&self, action: &str, part: &str) {
        let done = Command::new(script_path()).args([action, &self.name, part]).status();
        assert!(done.unwrap().success(), "{action} {part}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _gone = Command::new(script_path()).args(["down", &self.name]).status();
    }
}

fn script_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/kubernetes.sh")
}

async fn away(site: &Site) -> String {
    let begin = Instant::now();
    loop {
        match site.driver.observe().await {
            Err(DriverError::Away(reason)) => return reason,
            Ok(it) => {
                let is_lost = |exit: &Exit| exit.reason == ExitReason::Lost;
                assert!(!it.tasks.iter().filter_map(|it| it.exit.as_ref()).any(is_lost), "{it:?}");
            }
            Err(other) => panic!("{other}"),
        }
        assert!(begin.elapsed() < BOUND, "never away");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn back(site: &Site) {
    let begin = Instant::now();
    while let Err(error) = site.driver.observe().await {
        assert!(begin.elapsed() < BOUND, "never back: {error}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_server_that_is_away_is_not_work_that_is_lost() {
    if kubeconfig().is_none() {
        return;
    }
    let cluster = Cluster::new("away");
    let mut site = Site::new("kubernetes");
    site.options.config = kubernetes_config(&cluster.agent);
    site.restart();
    let text = "echo up; while [ ! -e /jingwei/work/end ]; do sleep 0.2; done; echo done";
    let long = script("long", text);
    site.apply(1, &[&long]).await;
    site.wrote(&long, "up").await;
    site.running(&long).await;
    // In every order: the API server, what it stores in, and the agent.
    cluster.part("kill", "apiserver");
    assert!(away(&site).await.contains("onnect"));
    // What is wanted meanwhile is made later.
    let later = script("later", "echo later");
    let target = Target::of(2, vec![site.fitted(long.clone()), site.fitted(later.clone())]);
    let told = site.driver.apply(&target).await;
    assert!(matches!(told, Err(DriverError::Away(_))), "{told:?}");
    cluster.part("kill", "etcd");
    site.restart();
    cluster.part("start", "etcd");
    cluster.part("start", "apiserver");
    back(&site).await;
    site.driver.apply(&target).await.unwrap();
    assert_eq!(site.exit_of(&later).await.code, Some(0));
    site.running(&long).await;
    cluster.part("kill", "etcd");
    away(&site).await;
    cluster.part("kill", "apiserver");
    site.restart();
    cluster.part("start", "etcd");
    cluster.part("start", "apiserver");
    back(&site).await;
    site.running(&long).await;
    let admin = cluster.agent.replace("agent.conf", "admin.conf");
    let label = format!("{},jingwei/task=0", agent_label(&site));
    let pods = kubectl_at(&admin, &["get", "pods", "-n", "jwt-test", "-l", &label, "-o", "name"]);
    let pods = String::from_utf8({ pods }.output().unwrap().stdout).unwrap();
    let pods: BTreeSet<&str> = pods.lines().filter(|name| name.contains("long-")).collect();
    assert_eq!(pods.len(), 1, "it was not started twice");
    let pod = pods.first().unwrap();
    let end = ["exec", "-n", "jwt-test", pod, "--", "touch", "/jingwei/work/end"];
    assert!(kubectl_at(&admin, &end).status().unwrap().success());
    assert_eq!(site.exit_of(&long).await.code, Some(0));
    assert_eq!(site.log(&long).await, "up\ndone\n");
}
