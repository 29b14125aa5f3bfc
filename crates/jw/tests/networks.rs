//! `jw net` on the example network, as a stranger calls it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use common::{Grid, good, json, refusal, run};
use serde_json::Value;

const HUBS: &str = "examples/networks/eight-hubs.json";

#[test]
fn traffic_is_certified_by_the_prices_that_are_written() {
    let grid = Grid::new();
    let to = grid.path("arcs.json").to_str().unwrap().to_owned();
    let found = json(&["net", "te", HUBS, "--gravity", "1", "--to", &to, "--each-failure"]);
    let number = |name: &str| found[name].as_f64().unwrap();
    assert_eq!(
        (found["nodes"].as_u64(), found["arcs"].as_u64(), found["demands"].as_u64()),
        (Some(12), Some(36), Some(132))
    );
    assert!(
        number("bound") <= number("value") && number("gap_pct") <= 1.0 && number("seconds") < 1.0
    );
    assert_eq!(found["failures"]["cutting"], 0);
    let arcs: Value = serde_json::from_slice(&std::fs::read(to).unwrap()).unwrap();
    let of = |arc: &Value, name: &str| arc[name].as_f64().unwrap();
    let uses = arcs.as_array().unwrap().iter().map(|arc| of(arc, "load") / of(arc, "capacity"));
    assert!((uses.fold(0.0, f64::max) - number("value")).abs() < 1e-9);
    let served =
        json(&["net", "te", HUBS, "--gravity", "1", "--load", "4", "--objective", "served"]);
    assert!(
        served["value"].as_f64() <= served["bound"].as_f64()
            && served["gap_pct"].as_f64() <= Some(1.0)
    );
}

#[test]
fn classes_are_served_one_after_another() {
    let grid = Grid::new();
    let graph = grid.write(
        "three.xml",
        "<network><networkStructure><nodes><node id='a'/><node id='b'/><node id='c'/></nodes><links>\
         <link><source>a</source><target>b</target><preInstalledModule><capacity>10</capacity></preInstalledModule></link>\
         <link><source>b</source><target>c</target><preInstalledModule><capacity>10</capacity></preInstalledModule></link>\
         </links></networkStructure></network>",
    );
    let file = grid.write(
        "demands.csv",
        "tm,src,dst,demand,priority,max_delay\n0,a,c,8,0,\n0,a,b,8,1,\n0,b,c,4,1,10ms\n0,a,c,1,1,1ms\n",
    );
    let (graph, file) = (graph.to_str().unwrap(), file.to_str().unwrap());
    let words = ["net", "te", graph, "--demands", file, "--objective"];
    let found = json(&[&words[..], &["fair"]].concat());
    assert_eq!((&found["objective"], found["unroutable"].as_u64()), (&"fair".into(), Some(1)));
    let [first, second] = found["classes"].as_array().unwrap().as_slice() else {
        panic!("{found}")
    };
    let near = |it: &Value, to: f64| (it.as_f64().unwrap() - to).abs() < 0.05;
    assert!(near(&first["served"], 8.0) && near(&second["served"], 4.0), "{found:#}");
    assert!(near(&second["levels"][0]["share"], 0.25), "{found:#}");
    assert!(found["gap_pct"].as_f64() < Some(1.0), "{found:#}");
    let refused = refusal(&[&words[..], &["mlu"]].concat());
    assert!(refused.contains("only the objective `fair` keeps"), "{refused}");
    let text = good(&[&words[..], &["fair"]].concat());
    assert!(text.contains("AT MOST"), "{text}");
}

#[test]
fn ways_drills_and_circles_tell_what_the_network_is() {
    let all = json(&["net", "apsp", HUBS]);
    assert_eq!((all["pairs"].as_u64(), all["unreachable"].as_u64()), (Some(132), Some(0)));
    let ways = json(&["net", "paths", HUBS, "--k", "4", "--diverse", "--pairs", "all"]);
    assert_eq!((ways["pairs"].as_u64(), ways["disjoint"].as_u64()), (Some(132), Some(132)));
    assert!(ways["paths"].as_u64() > Some(264));
    let drill = json(&["net", "drill", HUBS]);
    assert_eq!((&drill["protectable"], drill["loops"].as_u64()), (&drill["repaired"], Some(0)));
    assert!(drill["repaired"].as_u64() > Some(0));
    assert_eq!(json(&["net", "grade", HUBS])["grade"], "A");
    let output = run(&["net", "reach", HUBS, "Guian", "-o", "geojson"]);
    let map: Value = serde_json::from_slice(&output.stdout).unwrap();
    let features = map["features"].as_array().unwrap();
    assert_eq!((map["type"].as_str(), features.len()), (Some("FeatureCollection"), 16));
    let widest = features[0]["geometry"]["coordinates"].as_array().unwrap();
    assert!(widest.len() > 1, "more than one area within 20 ms");
    for ring in widest.iter().flat_map(|polygon| polygon.as_array().unwrap()) {
        assert_eq!(ring[0], *ring.as_array().unwrap().last().unwrap());
    }
}

#[test]
fn links_that_share_a_risk_are_named_by_their_ends() {
    let grid = Grid::new();
    let file = |name: &str, text: &str| {
        let path = grid.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = file("good", "Guian-Wuhan, Chengdu-Wuhan\n");
    let drill = json(&["net", "drill", HUBS, "--risk", &good]);
    assert_eq!(drill["by_kind"]["groups"]["failures"], 1);
    assert!(drill["by_kind"]["groups"]["repaired"].as_u64() > Some(0));
    let bad = file("bad", "Guian-Wuhan\nGuian-Beijing\n");
    let said = refusal(&["net", "drill", HUBS, "--risk", &bad]);
    assert!(said.contains("bad:2: there is no link \"Guian-Beijing\""), "{said}");
    let pairs = file("pairs", "Guian;Beijing\n");
    let said = refusal(&["net", "paths", HUBS, "--pairs", &pairs]);
    assert!(said.contains("pairs:1: a line has two node ids"), "{said}");
}

/// Links with a delay, a price and a capacity: a dear short way, a cheap long one, and one between.
const PRICED: &str = r#"{"nodes": [{"id": "A"}, {"id": "B"}, {"id": "C"}, {"id": "D"}], "links": [
    {"source": "A", "target": "B", "delay": "5ms", "price": "9CNY/TB", "capacity": "10Gbit/s"},
    {"source": "A", "target": "C", "delay": "6ms", "price": "2CNY/TB", "capacity": "40Gbit/s"},
    {"source": "C", "target": "B", "delay": "6ms", "price": "2CNY/TB", "capacity": "20Gbit/s"},
    {"source": "A", "target": "D", "delay": "20ms", "price": "1CNY/TB", "capacity": "100Gbit/s"},
    {"source": "D", "target": "B", "delay": "20ms", "price": "1CNY/TB", "capacity": "100Gbit/s"}]}"#;

#[test]
fn a_way_is_the_cheapest_within_a_delay_and_wide_enough() {
    let grid = Grid::new();
    let path = grid.path("priced.json");
    std::fs::write(&path, PRICED).unwrap();
    let file = path.to_str().unwrap();
    let way = |options: &[&str]| {
        let found = json(&[&["net", "path", file, "A", "B"], options].concat());
        assert_eq!(found["exact"], true);
        (found["by"].as_str().unwrap().to_owned(), found["ways"][0].clone())
    };
    let (by, shortest) = way(&[]);
    assert_eq!((by.as_str(), &shortest["hops"]), ("delay", &serde_json::json!(["A", "B"])));
    assert_eq!(
        (&shortest["price"], &shortest["capacity"]),
        (&"9CNY/TB".into(), &"10Gbit/s".into())
    );
    let (by, cheapest) = way(&["--max-delay", "20ms"]);
    assert_eq!((by.as_str(), &cheapest["hops"]), ("price", &serde_json::json!(["A", "C", "B"])));
    assert_eq!(
        (&cheapest["price"], &cheapest["capacity"]),
        (&"4CNY/TB".into(), &"20Gbit/s".into())
    );
    assert_eq!(way(&["--max-delay", "40ms"]).1["price"], "2CNY/TB");
    assert_eq!(way(&["--capacity", "20Gbit/s"]).1["delay_ms"], 12.0);
    assert_eq!(way(&["--capacity", "30Gbit/s"]).1["delay_ms"], 40.0);
    let none = run(&["net", "path", file, "A", "B", "--max-delay", "4ms"]);
    assert_eq!(none.status.code(), Some(8));
    let said = String::from_utf8(none.stderr).unwrap();
    assert!(said.contains("no way is short enough: the shortest has 5ms"), "{said}");
    let none = run(&["net", "path", file, "A", "B", "--capacity", "1Tbit/s", "-o", "json"]);
    assert_eq!(none.status.code(), Some(8));
    assert_eq!(
        serde_json::from_slice::<Value>(&none.stdout).unwrap()["ways"],
        Value::Array(vec![])
    );
}

#[test]
fn two_ways_tell_what_they_still_share() {
    let grid = Grid::new();
    let risk = grid.path("risk");
    std::fs::write(&risk, "Guian-Wuhan, Chengdu-Wuhan, Chengdu-Guian, Guian-Shaoguan\n").unwrap();
    let two =
        |options: &[&str]| json(&[&["net", "path", HUBS, "Guian", "Beijing"], options].concat());
    for what in ["link", "node"] {
        let found = two(&["--disjoint", what]);
        assert_eq!(
            (found["ways"].as_array().unwrap().len(), &found["exact"]),
            (2, &Value::Bool(true))
        );
        assert_eq!(found["shared"], serde_json::json!([]));
    }
    let found = two(&["--disjoint", "risk", "--risk", risk.to_str().unwrap()]);
    assert_eq!(found["shared"].as_array().unwrap().len(), 1);
    assert_eq!(found["shared"][0]["what"], "risk");
    assert!(found["shared"][0]["name"].as_str().unwrap().contains("Guian-Shaoguan"), "{found}");
    let three = two(&["--k", "3"]);
    let delays =
        three["ways"].as_array().unwrap().iter().map(|way| way["delay_ms"].as_f64().unwrap());
    assert!(delays.is_sorted() && three["ways"].as_array().unwrap().len() == 3);
}

#[test]
fn a_network_goes_through_every_form() {
    let grid = Grid::new();
    let path = |name: &str| grid.path(name).to_str().unwrap().to_owned();
    let steps = [
        ("graphml", "hubs.graphml"),
        ("rfc8345", "hubs.rfc8345.json.gz"),
        ("repetita", "hubs.graph"),
        ("json", "hubs.json"),
    ];
    let mut from = HUBS.to_owned();
    for (format, name) in steps {
        let to = path(name);
        let words = ["net", "export", &from, "--format", format, "--unit", "1Gbit/s", "--to", &to];
        let output = run(&words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty());
        from = to;
    }
    let told = |file: &str| json(&["net", "apsp", file])["mean_ms"].clone();
    assert_eq!(told(&from), told(HUBS));
    let shown = json(&["net", "show", &from]);
    assert_eq!((&shown["nodes"], &shown["links"]), (&12.into(), &18.into()));
    assert_eq!((&shown["capacities"], &shown["delays"]), (&18.into(), &18.into()));
    let printed = run(&["net", "export", &from, "--format", "graphml"]).stdout;
    assert!(printed.starts_with(b"<?xml"));
    let said = refusal(&["net", "export", HUBS, "--format", "repetita"]);
    assert!(said.contains("\"Ulanqab\" to \"Zhangjiakou\" says no capacity with a unit"), "{said}");
    let rfc = path("hubs.rfc8345.json.gz");
    std::fs::rename(&rfc, path("core.json.gz")).unwrap();
    let said = refusal(&["net", "show", &path("core.json.gz")]);
    assert!(said.contains("it looks like RFC 8345: --format rfc8345"), "{said}");
    assert_eq!(json(&["net", "show", &path("core.json.gz"), "--format", "rfc8345"])["arcs"], 36);
}

#[test]
fn what_is_kept_for_each_pair_has_room_for_so_many_nodes() {
    let grid = Grid::new();
    let path = grid.path("many.graph");
    let nodes: String = (0..10_001).map(|at| format!("{at} 0 0\n")).collect();
    let text = format!("NODES 10001\nlabel x y\n{nodes}EDGES 0\nlabel src dest weight bw delay\n");
    std::fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    for what in ["drill", "grade", "apsp", "paths"] {
        let said = refusal(&["net", what, file]);
        assert!(said.contains("many.graph: it has 10001 nodes"), "{what}: {said}");
        assert!(said.contains("room for 10000 nodes at most"), "{what}: {said}");
    }
    assert_eq!(json(&["net", "show", file])["nodes"], 10_001);
}

#[test]
fn steering_is_measured_against_an_oracle_and_simpler_rules() {
    let words = ["net", "steer-bench", "--seed", "3", "--flows", "20000"];
    let (found, again) = (json(&words), json(&words));
    let number = |name: &str| found[name].as_f64().unwrap();
    assert!(number("decisions_per_s") > 0.0 && number("excess_delay_pct") < 10.0, "{found}");
    assert_eq!(found["moved_against_affinity"], 0);
    assert_eq!(found["rivals"], again["rivals"], "the same seed gives the same figures");
    for it in found["rivals"].as_array().unwrap() {
        let is_simpler = it["rival"] != "ours" && it["rival"] != "oracle";
        assert!(!is_simpler || it["mean_ms"].as_f64() > Some(number("mean_ms")), "{it}");
    }
    let text = String::from_utf8(run(&words).stdout).unwrap();
    assert!(text.contains("decisions a second") && text.contains("two_choices"), "{text}");
}

#[test]
fn what_cannot_be_is_said() {
    let cases: [(&[&str], &str); 14] = [
        (&["net", "steer-bench", "--load", "1"], "load 1: from 0.01 to 0.95"),
        (&["net", "te", HUBS], "has no demands of its own"),
        (&["net", "te", HUBS, "--gravity", "1", "--tol", "0"], "--tol 0"),
        (&["net", "te", HUBS, "--gravity", "1", "--load", "0"], "load 0"),
        (&["net", "paths", HUBS, "--k", "0"], "--k 0: it is 1 to 64"),
        (&["net", "path", HUBS, "Guian", "Wuhan", "--k", "65"], "--k 65: it is 1 to 64"),
        (
            &["net", "path", HUBS, "Guian", "Wuhan", "--k", "3", "--disjoint", "link"],
            "finds two ways",
        ),
        (&["net", "path", HUBS, "Guian", "Wuhan", "--disjoint", "risk"], "needs --risk FILE"),
        (&["net", "path", HUBS, "Guian", "Guian"], "are the same node"),
        (
            &["net", "path", HUBS, "Guian", "Wuhan", "--capacity", "1Gbit/s"],
            "say what one is with --unit",
        ),
        (&["net", "reach", HUBS, "Nowhere"], "there is no node \"Nowhere\""),
        (&["net", "show", "README.md"], "say which form it has with --format"),
        (&["net", "show", HUBS, "--capacity", "1"], "unexpected argument '--capacity'"),
        (&["net", "show", HUBS, "-o", "geojson"], "only `jw net reach` draws a map"),
    ];
    for (words, what) in cases {
        let said = refusal(words);
        assert!(said.contains(what), "{words:?}: {said}");
    }
}
