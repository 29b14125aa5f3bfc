use std::{fmt::Write, fs};

use expect_test::expect;
use serde_json::Value;

use super::*;
use crate::{
    files::at_hand,
    scenario::{self, Rule},
};

const SMALL: &str = r#"{"directed": true, "graph": {"name": "Small Net"},
"nodes": [{"id": 0, "name": "Rome", "pos": [12.5, 41.9]}, {"id": 1, "name": "Milan", "pos": [9.2, 45.5]},
  {"id": 2, "name": "Hut"}, {"id": 3, "name": "Peak"}, {"id": 4, "name": "Island"}],
"links": [{"source": 0, "target": 1, "capacity": 40}, {"source": 1, "target": 0, "capacity": 10},
  {"source": 1, "target": 2, "dist": 120.3}, {"source": 2, "target": 1, "dist": 120.3}, {"source": 2, "target": 3}]}"#;

fn imported(text: &str, assumptions: &Assumptions) -> Imported {
    world(&formats::read(Format::NodeLink, text).unwrap(), assumptions)
}

fn text(imported: &Imported) -> String {
    serde_json::to_string(&manifests(&imported.resources).unwrap()).unwrap()
}

#[test]
fn what_is_not_said_is_assumed_and_marked() {
    let assumptions =
        Assumptions { unit: Some(Bandwidth::new(1_000_000_000)), ..Assumptions::default() };
    let imported = imported(SMALL, &assumptions);
    let mut out = String::new();
    for it in manifests(&imported.resources).unwrap() {
        writeln!(out, "{}", serde_json::to_string(&it).unwrap()).unwrap();
    }
    writeln!(out, "{}", serde_json::to_string(&imported.report).unwrap()).unwrap();
    expect![[r#"
        {"kind":"Organization","metadata":{"name":"small-net","title":"Small Net"},"spec":{}}
        {"kind":"Node","metadata":{"name":"rome","title":"Rome"},"spec":{"place":{"lat":41.9,"lon":12.5},"region":"small-net"}}
        {"kind":"Node","metadata":{"name":"milan","title":"Milan"},"spec":{"place":{"lat":45.5,"lon":9.2},"region":"small-net"}}
        {"kind":"Node","metadata":{"name":"hut","title":"Hut","labels":{"assumed":"place"}},"spec":{"place":{"lat":45.5,"lon":9.2},"region":"small-net"}}
        {"kind":"Node","metadata":{"name":"peak","title":"Peak","labels":{"assumed":"place"}},"spec":{"place":{"lat":45.5,"lon":9.2},"region":"small-net"}}
        {"kind":"Node","metadata":{"name":"island","title":"Island","labels":{"assumed":"place"}},"spec":{"place":{"lat":0.0,"lon":0.0},"region":"small-net"}}
        {"kind":"Link","metadata":{"name":"rome-milan","labels":{"assumed":"delay by distance"}},"spec":{"ends":["rome","milan"],"delay":"2.401ms","capacity":"10Gbit/s","price":"1CNY/TB","organization":"small-net"}}
        {"kind":"Link","metadata":{"name":"milan-hut","labels":{"assumed":"delay by length, capacity"}},"spec":{"ends":["milan","hut"],"delay":"602us","capacity":"100Gbit/s","price":"1CNY/TB","organization":"small-net"}}
        {"kind":"Link","metadata":{"name":"hut-peak","labels":{"assumed":"delay, capacity"}},"spec":{"ends":["hut","peak"],"delay":"1ms","capacity":"100Gbit/s","price":"1CNY/TB","organization":"small-net"}}
        {"title":"Small Net","nodes":5,"links":3,"demands":0,"parts":2,"notes":{"joined":2,"unequal":1,"lone":1,"loops":0,"renamed":0,"at_zero":0,"not_on_earth":0},"assumed":{"places":2,"nowhere":1,"capacities":2,"without_unit":0,"delays_by_length":1,"delays_by_distance":1,"delays":1,"prices":3}}
    "#]].assert_eq(&out);
}

#[test]
fn figures_without_a_unit_say_nothing_until_one_is_given() {
    let capacity = |imported: &Imported| match &imported
        .resources
        .iter()
        .find(|it| it.metadata.name.as_str() == "rome-milan")
        .unwrap()
        .spec
    {
        Spec::Link(link) => link.capacity.to_string(),
        _ => String::new(),
    };
    let without = imported(SMALL, &Assumptions::default());
    assert_eq!((capacity(&without).as_str(), without.report.assumed.capacities), ("100Gbit/s", 3));
    let unit = Some(Bandwidth::new(1_000_000));
    let with = imported(SMALL, &Assumptions { unit, ..Assumptions::default() });
    assert_eq!((capacity(&with).as_str(), with.report.assumed.capacities), ("10Mbit/s", 2));
}

#[test]
fn manifests_read_back_as_the_same_resources() {
    let imported = imported(SMALL, &Assumptions::default());
    assert_eq!(api::manifest::parse(&text(&imported)).unwrap(), imported.resources);
    assert_eq!(imported.resources.iter().flat_map(|it| it.spec.check()).count(), 0);
}

#[test]
fn more_than_a_file_of_manifests_takes_is_refused() {
    let nodes: Vec<String> = (0..10_000).map(|id| format!("{{\"id\": {id}}}")).collect();
    let many = imported(
        &format!("{{\"nodes\": [{}], \"links\": []}}", nodes.join(",")),
        &Assumptions::default(),
    );
    let error = manifests(&many.resources).unwrap_err().to_string();
    assert_eq!(error, "the network has 10001 resources: a file of manifests has at most 10000");
}

#[test]
fn a_missing_title_is_the_name_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Abilene.graph");
    fs::write(&path, "NODES 1\nlabel x y\n0_A 1 1\nEDGES 0\nlabel src dest weight bw delay\n")
        .unwrap();
    let topology = read(Format::Repetita, &path).unwrap();
    assert_eq!(topology.title.as_deref(), Some("Abilene"));
    fs::write(&path, "NODES 1\nlabel x y\n0_A 1\n").unwrap();
    let error = read(Format::Repetita, &path).unwrap_err().to_string();
    assert!(
        error.ends_with("Abilene.graph:3: 2 fields where 3 are needed, with blanks between them"),
        "{error}"
    );
}

/// Two sites at nodes of the network, one cheap; whoever submits is at a third node.
const SITES: &str = r#"
kind: Organization
metadata: {name: o}
spec: {}
---
kind: Project
metadata: {name: p}
spec: {organization: o}
---
kind: Flavor
metadata: {name: f}
spec: {arch: x86_64, cores: 4, memory: 16GiB, power: 400W}
"#;

fn site(name: &str, node: &str, price: &str) -> String {
    format!(
        r#"---
kind: Site
metadata: {{name: {name}}}
spec: {{organization: o, region: r, place: {{lat: 40, lon: 10}}, time_zone: Europe/Rome, pue: 1.2,
  tariff: {{seasons: [{{price: 0.5CNY/kWh}}]}}, carbon: {{intensity: 300gCO2/kWh}}}}
---
kind: Pool
metadata: {{name: {name}-f}}
spec: {{site: {name}, flavor: f, units: 20, price: {price}}}
---
kind: Link
metadata: {{name: {name}-{node}}}
spec: {{ends: [{name}, {node}], delay: 0.1ms, capacity: 100Gbit/s, price: 0.001CNY/GB, organization: o}}
"#
    )
}

#[test]
fn a_scenario_runs_over_an_imported_network() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("net.json", &text(&imported(SMALL, &Assumptions::default())));
    let sites = site("dear", "milan", "3CNY/h")
        + &site("cheap", "peak", "1CNY/h")
        + &site("away", "island", "0.1CNY/h");
    write("sites.yaml", &(SITES.to_owned() + &sites));
    write(
        "s.yaml",
        "
start: 2026-03-01T00:00:00Z
world: {files: [net.json, sites.yaml]}
jobs:
  rule: {count: 30, every: 10m, run_time: [10m, 1h]}
  orders: [{command: [work], user: rome, network: {bandwidth: 1Gbit/s}}]
",
    );
    let scenario = scenario::read(&folder.path().join("s.yaml")).unwrap();
    let report = scenario::run(&scenario, Rule::Jingwei).unwrap();
    assert_eq!((report.succeeded, report.violations), (30, 0), "{report:?}");
}

/// Files of a folder of the data that end so, by name; none where it is not at hand.
fn those(folder: &str, end: &str) -> Option<Vec<std::path::PathBuf>> {
    let entries = fs::read_dir(at_hand(folder)?).unwrap();
    let mut files: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.to_str().unwrap().ends_with(end));
    files.sort();
    Some(files)
}

/// Reads them all, as manifests too, and adds up what they are.
fn told(format: Format, folder: &str, end: &str) -> Option<String> {
    let files = those(folder, end)?;
    let mut out = format!("{folder}: {} files\n", files.len());
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for path in files {
        let topology = read(format, &path).unwrap();
        let imported = world(&topology, &Assumptions::default());
        assert_eq!(api::manifest::parse(&text(&imported)).unwrap(), imported.resources, "{path:?}");
        let report = serde_json::to_value(&imported.report).unwrap();
        add(&mut sums, "", &report);
        *sums.entry("apart".to_owned()).or_default() += u64::from(!imported.report.is_connected());
    }
    sums.retain(|_, sum| *sum > 0);
    for (name, sum) in sums {
        writeln!(out, "  {name} {sum}").unwrap();
    }
    Some(out)
}

fn add(sums: &mut BTreeMap<String, u64>, above: &str, value: &Value) {
    for (name, value) in value.as_object().into_iter().flatten() {
        add(sums, &format!("{above}{name}."), value);
        let name = format!("{above}{name}");
        *sums.entry(name).or_default() += value.as_u64().unwrap_or_default();
    }
}

#[test]
fn networks_at_hand_are_read_and_can_be_applied() {
    let all = [
        told(Format::Graphml, "topologies/graphml", ".graphml"),
        told(Format::Repetita, "topologies/repetita", ".graph"),
        told(Format::NodeLink, "topologies/topohub/sndlib", ".json"),
        told(Format::NodeLink, "topologies/topohub/backbone", ".json"),
        told(Format::NodeLink, "topologies/teal", ".json"),
    ];
    let Some(all) = all.into_iter().collect::<Option<Vec<String>>>() else { return };
    expect![[r#"
        topologies/graphml: 3 files
          assumed.capacities 1284
          assumed.delays 96
          assumed.delays_by_distance 1188
          assumed.places 34
          assumed.prices 1284
          links 1284
          nodes 1052
          notes.renamed 120
          parts 3
        topologies/repetita: 131 files
          assumed.nowhere 496
          assumed.places 818
          assumed.prices 7125
          links 7125
          nodes 4878
          notes.at_zero 1264
          notes.joined 7125
          notes.not_on_earth 50
          notes.renamed 319
          parts 131
        topologies/topohub/sndlib: 26 files
          assumed.capacities 1451
          assumed.delays 674
          assumed.delays_by_length 777
          assumed.nowhere 343
          assumed.prices 1451
          demands 27484
          links 1451
          nodes 828
          notes.not_on_earth 343
          parts 26
        topologies/topohub/backbone: 4 files
          assumed.capacities 2457
          assumed.delays_by_length 2457
          assumed.prices 2457
          links 2457
          nodes 1693
          notes.renamed 9
          parts 4
        topologies/teal: 4 files
          assumed.capacities 5382
          assumed.delays 5382
          assumed.nowhere 2663
          assumed.prices 5382
          assumed.without_unit 5382
          links 5382
          nodes 2663
          notes.joined 5382
          notes.unequal 2550
          parts 4
    "#]]
    .assert_eq(&all.concat());
}

#[test]
fn demands_at_hand_are_read() {
    let Some(files) = those("topologies/repetita", ".demands.gz") else { return };
    let mut count = 0;
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let network = format!("{}.graph", name.split('.').next().unwrap());
        let topology = read(Format::Repetita, &path.with_file_name(network)).unwrap();
        count += read_demands(&path, &topology).unwrap().len();
    }
    let b4 = at_hand("topologies/teal/B4.json").unwrap();
    let topology = read(Format::NodeLink, &b4).unwrap();
    let matrices = read_demands(&b4.with_file_name("B4_real_tms.csv.gz"), &topology).unwrap();
    assert_eq!((count, matrices.len(), matrices.last().unwrap().matrix), (354_587, 4_752, 35));
}

/// The files of a folder of the data.
fn in_folder(folder: &str, end: &str) -> Option<Vec<std::path::PathBuf>> {
    let paths = std::fs::read_dir(at_hand(folder)?).unwrap().map(|it| it.unwrap().path());
    Some(paths.filter(|it| it.to_str().unwrap().ends_with(end)).collect())
}

#[test]
fn networks_at_hand_read_back_as_they_were_written() {
    let folders = [
        (Format::Graphml, "topologies/graphml", ".graphml"),
        (Format::Repetita, "topologies/repetita", ".graph"),
        (Format::NodeLink, "topologies/topohub/sndlib", ".json"),
        (Format::NodeLink, "topologies/topohub/backbone", ".json"),
        (Format::NodeLink, "topologies/teal", ".json"),
    ];
    for (format, folder, end) in folders {
        for path in in_folder(folder, end).into_iter().flatten() {
            let mut network = read(format, &path).unwrap();
            let again = |network: &Topology, format| {
                formats::read(format, &formats::write(format, network).unwrap()).unwrap()
            };
            for format in [Format::Graphml, Format::NodeLink, Format::Rfc8345] {
                let again = again(&network, format);
                assert_eq!(again.nodes, network.nodes, "{} {format:?}", path.display());
                assert_eq!(again.links, network.links, "{} {format:?}", path.display());
                assert_eq!(again.arcs, network.arcs, "{} {format:?}", path.display());
            }
            assert_eq!(again(&network, Format::NodeLink).demands, network.demands);
            let unit = Bandwidth::new(1_000_000);
            network.assume(Some(unit), Some(unit), Some(Delay::new(1_000_000)));
            let figures = |it: &Topology| -> Vec<_> {
                let delay =
                    |arc: &formats::Arc| it.delay(arc.ends, arc.delay, arc.length_m).unwrap().0;
                it.arcs.iter().map(|arc| (arc.link, arc.ends, arc.capacity, delay(arc))).collect()
            };
            assert_eq!(figures(&again(&network, Format::Repetita)), figures(&network));
        }
    }
}
