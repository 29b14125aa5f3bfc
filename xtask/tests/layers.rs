//! The architecture, as a test: arrows point down, and the pure rooms stay pure.

use std::{fs, path::Path};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The crates of each floor. One may depend only on floors below its own.
const FLOORS: &[&[&str]] = &[
    &["units"],
    &["model", "prices"],
    &["compute", "network", "energy", "data", "access", "api", "compat"],
    &["planner"],
    &["market"],
    &["control"],
    &["store", "drivers", "client", "staging", "sim"],
    &["server", "agent", "edge"],
    &["jw", "bench", "xtask"],
];

/// The highest floor without effects: same input, same output, on every machine.
const TOP_PURE: usize = 5;

/// What a pure crate cannot have: threads and sockets, databases, chance.
const IMPURE: &[&str] = &["tokio", "sqlx", "reqwest", "axum", "rand", "getrandom"];

/// What a pure crate's `clippy.toml` has to forbid.
const BANS: &[&str] = &[
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::time::Instant",
    "std::time::SystemTime",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
];

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().expect("cargo metadata answers")
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|crates| crates.contains(&name))
}

fn is_pure(package: &Package) -> bool {
    floor(&package.name).is_some_and(|floor| floor <= TOP_PURE)
}

fn directory(package: &Package) -> &Path {
    package.manifest_path.parent().expect("a manifest is in a directory").as_std_path()
}

#[test]
fn dependencies_point_down() {
    for package in &metadata().packages {
        let name = &package.name;
        let here = floor(name)
            .unwrap_or_else(|| panic!("`{name}` has no floor: give it one in {}", file!()));
        for dependency in &package.dependencies {
            if let Some(there) = floor(&dependency.name) {
                assert!(
                    there < here,
                    "`{name}` on floor {here} must not depend on `{}`",
                    dependency.name
                );
            }
        }
    }
}

#[test]
fn pure_crates_have_no_effects() {
    for package in metadata().packages.iter().filter(|package| is_pure(package)) {
        let normal = package.dependencies.iter().filter(|it| it.kind == DependencyKind::Normal);
        for dependency in normal {
            let name = dependency.name.as_str();
            assert!(
                !IMPURE.contains(&name),
                "`{}` is pure and must not depend on `{name}`",
                package.name
            );
        }
    }
}

#[test]
fn pure_crates_ban_clock_and_chance() {
    for package in metadata().packages.iter().filter(|package| is_pure(package)) {
        let lints = fs::read_to_string(directory(package).join("clippy.toml")).unwrap_or_default();
        for ban in BANS {
            assert!(lints.contains(ban), "the clippy.toml of `{}` must forbid {ban}", package.name);
        }
    }
}

#[test]
fn every_crate_says_what_it_is() {
    for package in &metadata().packages {
        let source = ["src/lib.rs", "src/main.rs"].map(|file| directory(package).join(file));
        let first = source.iter().find_map(|path| fs::read_to_string(path).ok()).unwrap();
        assert!(
            first.starts_with("//! "),
            "the first line of `{}` must say what it knows",
            package.name
        );
    }
}

#[test]
fn the_map_names_every_crate() {
    let metadata = metadata();
    let map = fs::read_to_string(metadata.workspace_root.join("ARCHITECTURE.md")).unwrap();
    for package in &metadata.packages {
        assert!(
            map.contains(&format!("`{}`", package.name)),
            "ARCHITECTURE.md does not name `{}`",
            package.name
        );
    }
}
