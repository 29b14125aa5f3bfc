//! Datasets by the command line, against a real server and real storages.
#![cfg(test)]

mod common;

use std::fs;

use common::Grid;

const CONTENT: usize = 64;

#[test]
fn data_is_pushed_listed_pulled_and_verified() {
    let grid = Grid::new();
    let storage = grid.path("storage");
    let world = fs::read_to_string(grid.path("world.yaml")).unwrap();
    let url = format!("storage: 'file://{}'", storage.display());
    let kept = world.replacen(
        "{organization: o, region: r",
        &format!("{{{url}, organization: o, region: r"),
        1,
    );
    grid.write("world.yaml", &kept);
    let _server = grid.server();
    let (folder, out) = (grid.path("data"), grid.path("out"));
    fs::create_dir_all(folder.join("in")).unwrap();
    fs::write(folder.join("in/a"), "hello").unwrap();
    fs::write(folder.join("b"), vec![7; 3_000_000]).unwrap();
    let (folder, out) = (folder.to_str().unwrap(), out.to_str().unwrap());

    let (code, text) = grid.fails(&[
        "data",
        "push",
        folder,
        "--name",
        "d",
        "--site",
        "west",
        "--organization",
        "o",
    ]);
    assert!(code == 2 && text.contains("the site west keeps no data"), "{code} {text}");
    let (code, text) = grid.fails(&["data", "push", folder, "--name", "d", "--site", "east"]);
    assert!(code == 2 && text.contains("--organization"), "{code} {text}");
    grid.ok(&["data", "push", folder, "--name", "d", "--site", "east", "--organization", "o"]);
    let listed: serde_json::Value =
        serde_json::from_str(&grid.ok(&["data", "ls", "-o", "json"])).unwrap();
    let content = listed[0]["content"].as_str().unwrap().to_owned();
    assert_eq!((content.len(), listed[0]["replicas"][0].as_str()), (CONTENT, Some("east")));

    let told = grid.jw(&["data", "push", folder, "--name", "d", "--site", "east"]);
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.contains("0 B of"), "the same again is nothing new: {told}");

    grid.ok(&["data", "pull", "d", out]);
    assert_eq!(fs::read_to_string(grid.path("out/in/a")).unwrap(), "hello");
    let found: serde_json::Value =
        serde_json::from_str(&grid.ok(&["data", "verify", out, "-o", "json"])).unwrap();
    assert_eq!(
        (found["content"].as_str(), found["datasets"][0].as_str()),
        (Some(&*content), Some("d"))
    );
    grid.ok(&["data", "verify", "d"]);

    let chunk = walk(&storage.join("chunks"));
    fs::write(&chunk, vec![0; usize::try_from(fs::metadata(&chunk).unwrap().len()).unwrap()])
        .unwrap();
    let bad = grid.jw(&["data", "verify", "d"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(String::from_utf8(bad.stdout).unwrap().contains("corrupt"));
    let (code, text) = grid.fails(&["data", "pull", "d", grid.path("again").to_str().unwrap()]);
    assert!(code == 3 && text.contains("corrupt"), "{code} {text}");
    assert!(!grid.path("again").exists());
}

/// Some file below.
fn walk(folder: &std::path::Path) -> std::path::PathBuf {
    let first = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    if first.is_dir() { walk(&first) } else { first }
}

#[test]
fn an_agent_refuses_keys_that_others_may_read() {
    let grid = Grid::new();
    let keys = grid.write("key", "secret");
    fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let file = grid.write(
        "data.yaml",
        "store: { url: 's3://b', endpoint: 'http://127.0.0.1:1', access_key_file: key, secret_key_file: key }\n",
    );
    let (code, text) = grid.fails(&[
        "agent",
        "--site",
        "east",
        "--driver",
        "fake",
        "--data",
        file.to_str().unwrap(),
    ]);
    assert!(
        code == 2 && text.contains("others may read it (mode 644): chmod 600"),
        "{code} {text}"
    );
    assert!(!text.contains("secret\n"));
}
