//! What every document keeps to: nothing left to do, nothing of one machine, no file that is not there.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    Path::new(&here).parent().expect("xtask/ is in the root").to_owned()
}

/// The documents in the root, everything under `docs/`, and the scripts.
fn documents() -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root())
        .expect("the root can be listed")
        .map(|entry| entry.expect("a directory can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    collect(&root().join("docs"), &mut paths);
    collect(&root().join("scripts"), &mut paths);
    paths.push(root().join("Makefile"));
    paths.sort();
    let read = |path: PathBuf| fs::read_to_string(&path).ok().map(|text| (path, text));
    paths.into_iter().filter_map(read).collect()
}

fn collect(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the directory is there") {
        let path = entry.expect("a directory can be listed").path();
        if path.is_dir() { collect(&path, paths) } else { paths.push(path) }
    }
}

/// Whether `text` has `directory` as the beginning of an absolute path.
fn names_directory(text: &str, directory: &str) -> bool {
    text.match_indices(directory).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + directory.len()..].chars().next();
        let in_word =
            |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_-.~{}$*".contains(c));
        !in_word(before) && !in_word(after)
    })
}

#[test]
fn an_absolute_path_is_told_from_part_of_a_word() {
    assert!(names_directory("see /root/x", "/root"));
    assert!(names_directory("`/work`", "/work"));
    assert!(!names_directory("/workloads and net/work and /rooted", "/work"));
    assert!(!names_directory("$CHROOT/root is ../root", "/root"));
}

#[test]
fn no_paths_of_one_machine() {
    for (path, text) in documents() {
        for directory in ["/root", "/work"] {
            assert!(!names_directory(&text, directory), "{} names {directory}", path.display());
        }
    }
}

#[test]
fn nothing_left_to_do() {
    for (path, text) in documents() {
        for mark in ["TODO", "FIXME", "XXX"] {
            let marked = text.split(|c: char| !c.is_alphanumeric()).any(|word| word == mark);
            assert!(!marked, "{} has {mark}", path.display());
        }
    }
}

/// Targets of `[text](target)` that are files of the repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    files.filter_map(|target| target.split('#').next())
}

#[test]
fn links_lead_somewhere() {
    for (path, text) in documents() {
        if path.extension().is_some_and(|extension| extension == "md") {
            for target in links(&text) {
                let there = path.parent().unwrap().join(target);
                assert!(there.exists(), "{} links to {target}, which is not there", path.display());
            }
        }
    }
}

/// Files that a text names in `code`: in one of the repository's directories, and without a pattern.
fn named_files(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split('`').skip(1).step_by(2);
    code.filter(|code| {
        let of_ours = code.split_once('/').is_some_and(|(first, _)| DIRECTORIES.contains(&first));
        of_ours && !code.contains(|c: char| c.is_whitespace() || "*{<…".contains(c))
    })
}

const DIRECTORIES: [&str; 7] =
    ["crates", "docs", "examples", "policies", "scripts", "xtask", ".ci"];

#[test]
fn named_files_exist() {
    for (path, text) in documents() {
        if path.extension().is_some_and(|extension| extension == "md") {
            for name in named_files(&text) {
                assert!(
                    root().join(name).exists(),
                    "{} names {name}, which is not there",
                    path.display()
                );
            }
        }
    }
}
