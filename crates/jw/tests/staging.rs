//! Data that moves between two real sites: an input to where work goes, a result back, a checkpoint off a dead site.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant, SystemTime},
};

use common::{Grid, Process, WORLD};
use serde_json::Value;

/// Two sites in regions of their own, each with a store of its own.
fn grid() -> Grid {
    let grid = Grid::new();
    let mut world = WORLD.to_owned();
    for site in ["east", "west"] {
        let store = grid.path(&format!("store-{site}"));
        fs::create_dir(&store).unwrap();
        let of_site = format!("metadata: {{name: {site}}}\nspec: {{organization: o, region: r,");
        let keeps = format!(
            "metadata: {{name: {site}}}\nspec: {{organization: o, region: {site}, storage: \"file://{}\",",
            store.display()
        );
        assert!(world.contains(&of_site));
        world = world.replace(&of_site, &keeps);
        grid.write(
            &format!("data-{site}.yaml"),
            &format!("store: {{ url: \"file://{}\" }}\n", store.display()),
        );
    }
    grid.write("world.yaml", &world);
    grid
}

fn agent(grid: &Grid, site: &str) -> Process {
    let data = grid.path(&format!("data-{site}.yaml"));
    grid.agent_with(site, &["--data", data.to_str().unwrap()])
}

/// Until both sites say that they lay out data.
fn both_keep_data(grid: &Grid) {
    let keeps = |site: &str| {
        let text = grid.ok(&["get", "site", site, "-o", "json"]);
        serde_json::from_str::<Value>(&text).unwrap()["status"]["data"].is_object()
    };
    until(grid, "both sites keep data", || keeps("east") && keeps("west"));
}

fn submit(grid: &Grid, name: &str, spec: &str) {
    let text = format!(
        "kind: Job\nmetadata: {{name: {name}, project: default}}\nspec:\n  resources: {{cores: 200m, memory: 32MiB}}\n{spec}"
    );
    let file = grid.write(&format!("{name}.yaml"), &text);
    grid.ok(&["submit", "-f", file.to_str().unwrap()]);
}

fn job(grid: &Grid, name: &str) -> Value {
    serde_json::from_str(&grid.ok(&["get", "job", name, "-o", "json"])).unwrap()
}

fn until(grid: &Grid, what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        let logs = || {
            format!("{}\n{}\n{}", grid.read("up.log"), grid.read("east.log"), grid.read("west.log"))
        };
        assert!(began.elapsed() < Duration::from_secs(90), "never: {what}\n{}", logs());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// For what passes quickly.
fn until_soon(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(90), "never: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn state(grid: &Grid, name: &str) -> String {
    job(grid, name)["status"]["state"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn an_input_moves_to_the_work_and_its_result_moves_back() {
    let grid = grid();
    let _server = grid.server();
    let _agents = [agent(&grid, "east"), agent(&grid, "west")];
    both_keep_data(&grid);
    let given = grid.path("given");
    fs::create_dir_all(given.join("sub")).unwrap();
    fs::write(given.join("sub/words"), "warp and weft\n").unwrap();
    fs::write(
        given.join("noise"),
        (0..3_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>(),
    )
    .unwrap();
    let data = grid.path("data-east.yaml");
    let (given, data) = (given.to_str().unwrap(), data.to_str().unwrap());
    grid.ok(&[
        "data",
        "push",
        given,
        "--name",
        "words",
        "--site",
        "east",
        "--organization",
        "o",
        "--data",
        data,
    ]);
    submit(
        &grid,
        "count",
        "  regions: {allow: [west]}\n  run_time: 5s\n  inputs: [{dataset: words}]\n  result: {size: 1MB, to: east, dataset: counted}\n  script: |\n    set -e\n    cat $JINGWEI_INPUTS/words/sub/words\n    if touch $JINGWEI_INPUTS/words/new 2>/dev/null; then echo writable; exit 9; fi\n    wc -c < $JINGWEI_INPUTS/words/noise > $JINGWEI_RESULT/size\n",
    );
    until(&grid, "the job ends", || {
        ["succeeded", "failed"].contains(&state(&grid, "count").as_str())
    });
    assert_eq!(state(&grid, "count"), "succeeded", "{}", grid.ok(&["describe", "job", "count"]));
    assert_eq!(grid.ok(&["logs", "count"]).trim(), "warp and weft");
    let back = grid.path("back");
    let from_east = grid.path("data-east.yaml");
    until(&grid, "the result is at east", || {
        let view: Value =
            serde_json::from_str(&grid.ok(&["get", "site", "east", "-o", "json"])).unwrap();
        view["status"]["data"]["contents"].as_array().is_some_and(|all| all.len() == 2)
    });
    grid.ok(&[
        "data",
        "pull",
        "counted",
        back.to_str().unwrap(),
        "--data",
        from_east.to_str().unwrap(),
    ]);
    assert_eq!(fs::read_to_string(back.join("size")).unwrap().trim(), "3000000");
}

#[test]
fn a_dead_site_s_job_goes_on_from_its_checkpoint() {
    let grid = grid();
    let _server = grid.server();
    let (east, mut west) = (agent(&grid, "east"), agent(&grid, "west"));
    both_keep_data(&grid);
    submit(
        &grid,
        "climb",
        "  run_time: 60s\n  checkpoint: {every: 1s}\n  grace: 1s\n  script: |\n    at=$(cat $JINGWEI_CHECKPOINT/at 2>/dev/null || echo 0)\n    echo \"attempt $JINGWEI_ATTEMPT from $at\"\n    while [ $at -lt 200 ]; do\n      at=$((at + 1)); echo $at > $JINGWEI_CHECKPOINT/at.new; mv $JINGWEI_CHECKPOINT/at.new $JINGWEI_CHECKPOINT/at\n      sleep 0.1\n    done\n    echo \"reached $at\"\n",
    );
    until(&grid, "a checkpoint is saved", || {
        job(&grid, "climb")["status"]["checkpoint"]["content"].is_string()
    });
    assert_eq!(job(&grid, "climb")["status"]["decision"]["site"], "west", "power is cheaper there");
    west.kill();
    until(&grid, "it runs again", || job(&grid, "climb")["status"]["attempt"] == 2);
    until(&grid, "it ends", || state(&grid, "climb") == "succeeded");
    let told = job(&grid, "climb");
    assert_eq!(told["status"]["decision"]["site"], "east");
    assert!(told["status"]["resumed"].is_string());
    let log = grid.ok(&["logs", "climb"]);
    let from: u32 =
        log.lines().find_map(|line| line.split("attempt 2 from ").nth(1)).unwrap().parse().unwrap();
    assert!(from > 0 && log.contains("reached 200"), "{log}");
    drop(east);
}

/// Name and time of writing of all that a site's store has under a key.
fn kept(grid: &Grid, store: &str, key: &str) -> BTreeMap<String, SystemTime> {
    let mut all = BTreeMap::new();
    let mut folders = vec![grid.path(store).join(key)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            match entry.metadata() {
                Ok(it) if it.is_dir() => folders.push(entry.path()),
                Ok(it) if name.len() == 64 => {
                    all.insert(name, it.modified().unwrap());
                }
                // Being written, or gone meanwhile.
                _ => {}
            }
        }
    }
    all
}

#[test]
fn an_agent_that_is_killed_while_it_fetches_goes_on_where_it_was() {
    let grid = grid();
    // So that it takes some seconds.
    let world = grid.read("world.yaml").replace("capacity: 100Gbit/s", "capacity: 250Mbit/s");
    grid.write("world.yaml", &world);
    let _server = grid.server();
    let (_east, mut west) = (agent(&grid, "east"), agent(&grid, "west"));
    let given = grid.path("given");
    fs::create_dir_all(&given).unwrap();
    let mut noise = vec![0; 96 << 20];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    fs::write(given.join("noise"), &noise).unwrap();
    let sum = blake3::hash(&noise).to_hex();
    let (given, data) = (given.display().to_string(), grid.path("data-east.yaml"));
    let push = ["data", "push", &given, "--name", "noise", "--site", "east", "--organization", "o"];
    grid.ok(&[&push[..], &["--data", data.to_str().unwrap()]].concat());
    submit(
        &grid,
        "reads",
        "  regions: {allow: [west]}\n  run_time: 20s\n  inputs: [{dataset: noise}]\n  script: wc -c < $JINGWEI_INPUTS/noise/noise; echo $JINGWEI_ATTEMPT\n",
    );
    let mut before = BTreeMap::new();
    for life in 0..3 {
        until_soon("more of it came", || {
            let is_whole = !kept(&grid, "store-west", "contents").is_empty();
            is_whole || kept(&grid, "store-west", "chunks").len() > before.len()
        });
        west.kill();
        before = kept(&grid, "store-west", "chunks");
        if life == 0 {
            assert!(kept(&grid, "store-west", "contents").is_empty(), "it was not in the middle");
        }
        west = agent(&grid, "west");
        if !kept(&grid, "store-west", "contents").is_empty() {
            break;
        }
    }
    until(&grid, "the job ends", || {
        ["succeeded", "failed"].contains(&state(&grid, "reads").as_str())
    });
    assert_eq!(state(&grid, "reads"), "succeeded", "{}", grid.ok(&["describe", "job", "reads"]));
    assert_eq!(grid.ok(&["logs", "reads"]), format!("{}\n1\n", 96 << 20));
    let after = kept(&grid, "store-west", "chunks");
    let again = before.iter().filter(|(name, at)| after.get(*name) != Some(at)).count();
    assert_eq!(again, 0, "of {} chunks moved again", before.len());
    let trees = grid.path("site-west").join("data/trees");
    let tree = fs::read_dir(trees).unwrap().next().unwrap().unwrap().path();
    assert_eq!(blake3::hash(&fs::read(tree.join("noise")).unwrap()).to_hex(), sum);
    drop(west);
}
