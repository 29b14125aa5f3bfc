//! What lies under `examples/` is valid, complete, and follows the rules that `docs/worlds.md` states.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, not only tests"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use api::manifest;
use model::{Coordinates, Kind, LinkSpec, Name, Resource, Spec, Tariff, great_circle_m};

/// Fibre is longer than the great circle by this factor.
const ROUTE_FACTOR: f64 = 1.4;
/// Light in fibre.
const METRES_PER_MS: f64 = 200_000.0;

fn examples() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests"))
        .join("../../examples")
}

/// The manifests of one folder of `examples/`, by path, in the order of their names.
fn files(folder: &str) -> BTreeMap<PathBuf, String> {
    let listed = fs::read_dir(examples().join(folder)).unwrap();
    let paths = listed.map(|entry| entry.unwrap().path());
    let found: BTreeMap<_, _> =
        paths.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect();
    assert!(!found.is_empty(), "examples/{folder} is empty");
    found
}

fn parsed(folder: &str) -> Vec<Resource> {
    let read = |(path, text): (PathBuf, String)| {
        manifest::parse(&text).unwrap_or_else(|wrong| panic!("{}: {wrong:#?}", path.display()))
    };
    files(folder).into_iter().flat_map(read).collect()
}

fn jobs() -> Vec<Resource> {
    parsed("jobs").into_iter().chain(parsed("jobs-extra")).collect()
}

fn links(world: &[Resource]) -> Vec<(&Name, &LinkSpec)> {
    let link = |it| match it {
        &Resource { ref metadata, spec: Spec::Link(ref link) } => Some((&metadata.name, link)),
        _ => None,
    };
    world.iter().filter_map(link).collect()
}

fn places(world: &[Resource]) -> BTreeMap<&Name, Coordinates> {
    let place = |it: &Resource| match &it.spec {
        Spec::Site(site) => Some(site.place),
        Spec::Node(node) => Some(node.place),
        _ => None,
    };
    world.iter().filter_map(|it| Some((&it.metadata.name, place(it)?))).collect()
}

/// The rule of `docs/worlds.md`: rounded up to 0.01 ms.
fn delay_by_rule(a: Coordinates, b: Coordinates) -> f64 {
    (great_circle_m(a, b) * ROUTE_FACTOR / METRES_PER_MS * 100.0).ceil() / 100.0
}

/// How many places can be reached from the first over all links but one.
fn reached_without(skipped: usize, links: &[(&Name, &LinkSpec)]) -> usize {
    let left = links.iter().enumerate().filter(|(at, _)| *at != skipped);
    let left: Vec<&[Name; 2]> = left.map(|(_, (_, link))| &link.ends).collect();
    let mut seen = BTreeSet::from([&links[0].1.ends[0]]);
    loop {
        let before = seen.len();
        for [a, b] in &left {
            if seen.contains(a) || seen.contains(b) {
                seen.extend([a, b]);
            }
        }
        if seen.len() == before {
            return before;
        }
    }
}

#[test]
fn references_are_met() {
    let all: Vec<Resource> = parsed("worlds").into_iter().chain(jobs()).collect();
    assert_eq!(manifest::check_references(&all, |_, _| false), []);
}

#[test]
fn world_has_the_eight_hubs() {
    let world = parsed("worlds");
    let hubs: BTreeSet<&str> = world
        .iter()
        .filter(|it| it.spec.kind() == Kind::Site)
        .map(|it| it.metadata.name.as_str())
        .collect();
    let named =
        ["chengdu", "guian", "horinger", "qingyang", "shaoguan", "wuhu", "zhangjiakou", "zhongwei"];
    assert_eq!(hubs, BTreeSet::from(named));
}

#[test]
fn delays_follow_from_distance() {
    let world = parsed("worlds");
    let places = places(&world);
    for (name, link) in links(&world) {
        let [a, b] = &link.ends;
        let by_rule = delay_by_rule(places[a], places[b]);
        let stated = link.delay.get() as f64 / 1e6;
        assert!(
            (stated - by_rule).abs() <= 0.02,
            "{name}: {stated} ms stated, {by_rule:.2} ms by the rule"
        );
    }
}

#[test]
fn no_single_link_divides_the_backbone() {
    let world = parsed("worlds");
    let (links, places) = (links(&world), places(&world));
    for (at, (name, _)) in links.iter().enumerate() {
        assert_eq!(reached_without(at, &links), places.len(), "without {name}");
    }
}

/// Price in one hour of one month.
fn price(tariff: &Tariff, month: u8, hour: u8) -> f64 {
    let season = tariff
        .seasons
        .iter()
        .find(|it| it.months.is_empty() || it.months.contains(&month))
        .unwrap();
    let band = season.bands.iter().find(|band| (band.from..band.to).contains(&hour));
    band.map_or(season.price, |band| band.price).get() as f64 / 1e9
}

/// Flat, peak and valley prices of a notice lie on one line over their multiples: its slope is the part of the price
/// that floats. Hours of peak, valley and, where another season has them, tip or peak; figures in `docs/worlds.md`.
#[test]
fn tariffs_follow_from_their_multiples() {
    // Site, (hour, multiple) of flat, peak and valley in May, (month, hour, multiple) elsewhere.
    type Row = (&'static str, [(u8, f64); 3], Option<(u8, u8, f64)>);
    let rows: [Row; 7] = [
        ("zhangjiakou", [(0, 1.0), (16, 1.7), (12, 0.3)], Some((7, 17, 2.04))),
        ("wuhu", [(8, 1.0), (16, 1.74), (11, 0.382)], Some((8, 16, 1.843))),
        ("shaoguan", [(8, 1.0), (10, 1.7), (0, 0.38)], Some((8, 15, 2.125))),
        ("chengdu", [(8, 1.0), (17, 1.6), (22, 0.4)], None),
        ("horinger", [(4, 1.0), (18, 1.68), (11, 0.48)], Some((7, 13, 0.352))),
        ("guian", [(8, 1.0), (10, 1.6), (0, 0.4)], None),
        ("qingyang", [(0, 1.0), (18, 1.5), (10, 0.5)], None),
    ];
    let world = parsed("worlds");
    for (name, [flat, peak, valley], elsewhere) in rows {
        let site = world
            .iter()
            .find(|it| it.spec.kind() == Kind::Site && it.metadata.name.as_str() == name);
        let Some(Resource { spec: Spec::Site(site), .. }) = site else {
            panic!("there is no site {name}")
        };
        let may = |hour| price(&site.tariff, 5, hour);
        let floating = (may(peak.0) - may(flat.0)) / (peak.1 - 1.0);
        let others = [(5, valley.0, valley.1)].into_iter().chain(elsewhere);
        for (month, hour, multiple) in others {
            let (stated, due) =
                (price(&site.tariff, month, hour), may(flat.0) + (multiple - 1.0) * floating);
            assert!(
                (stated - due).abs() < 0.002,
                "{name}, month {month}, hour {hour}: {stated}, by rule {due:.3}"
            );
        }
    }
}

#[test]
fn figures_name_their_source_and_simulated_chips_say_so() {
    for it in parsed("worlds") {
        let name = &it.metadata.name;
        match &it.spec {
            Spec::Site(site) => {
                let tariff = site.tariff.source.as_deref().unwrap_or_default();
                assert!(tariff.contains('〔'), "{name}: the tariff names no document: {tariff}");
                assert!(site.carbon.source.is_some(), "{name}: the grid factor has no source");
            }
            Spec::Flavor(flavor) => {
                assert!(
                    flavor.accelerator.iter().all(|chip| chip.simulated),
                    "{name} is not real here"
                );
            }
            _ => {}
        }
    }
}

#[test]
fn every_job_says_what_it_shows_and_belongs_to_a_project_of_the_world() {
    let world = parsed("worlds");
    let projects: BTreeSet<&Name> = world
        .iter()
        .filter(|it| it.spec.kind() == Kind::Project)
        .map(|it| &it.metadata.name)
        .collect();
    for job in jobs() {
        let name = &job.metadata.name;
        assert!(job.metadata.project.as_ref().is_some_and(|it| projects.contains(it)), "{name}");
        assert!(job.metadata.title.is_some(), "{name} has no title");
    }
    for (path, text) in files("jobs").into_iter().chain(files("jobs-extra")) {
        assert!(text.starts_with("# Shows"), "{}: say on top what it shows", path.display());
    }
}

/// `make demo` runs these for real: small, short, and with nothing that a bare sandbox lacks.
#[test]
fn demo_jobs_are_small() {
    for job in parsed("jobs") {
        let name = &job.metadata.name;
        let Spec::Job(spec) = &job.spec else { panic!("{name} is no job") };
        assert!(
            spec.resources.cores.get() <= 500 && spec.resources.memory.get() <= 128 << 20,
            "{name}"
        );
        assert!(spec.run_time.is_none_or(|span| span.get() <= 5_000), "{name}");
        assert!(spec.time_limit.is_some(), "{name} has no time limit");
        // On Debian `awk` is a link through /etc, which a task does not see; Python may be missing.
        let script = spec.script.as_deref().unwrap_or_default();
        assert!(!script.contains("awk") && !script.contains("python"), "{name}");
    }
}
