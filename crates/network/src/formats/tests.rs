use std::fmt::Write;

use expect_test::expect;
use proptest::prelude::*;

use super::*;

/// Everything that a topology says, a line each.
fn told(topology: &Topology) -> String {
    let mut out = format!("{:?}, {} parts\n", topology.title, topology.parts());
    let name = |at: NodeId| &topology.nodes[at as usize].name;
    let option = |it: Option<String>| it.unwrap_or_else(|| "-".to_owned());
    for it in &topology.nodes {
        let place = option(it.place.map(|at| format!("{} {}", at.lat, at.lon)));
        let label = option(it.label.clone()) + "|" + &option(it.country.clone());
        writeln!(out, "node {} {} |{label}| {place}", it.id, it.name).unwrap();
    }
    for it in &topology.links {
        let capacity = option(it.capacity.map(rate));
        let (delay, length) = (
            option(it.delay.map(|it| it.to_string())),
            option(it.length_m.map(|it| it.to_string())),
        );
        let [a, b] = it.ends.map(name);
        writeln!(out, "link {}: {a} {b} {capacity} {delay} {length}", it.name).unwrap();
    }
    out + &demanded(topology, &topology.demands) + &noted(topology.notes)
}

fn rate(rate: Rate) -> String {
    match rate {
        Rate::Known(bandwidth) => bandwidth.to_string(),
        Rate::Figure(figure) => format!("figure {figure}"),
    }
}

fn demanded(topology: &Topology, demands: &[Demand]) -> String {
    let name = |at: NodeId| &topology.nodes[at as usize].name;
    let line = |it: &Demand| {
        format!("demand {}: {} {} {}\n", it.matrix, name(it.from), name(it.to), rate(it.rate))
    };
    demands.iter().map(line).collect()
}

/// The counts that are not zero.
fn noted(notes: Notes) -> String {
    let text = serde_json::to_string(&notes).unwrap().replace(['{', '}', '"'], "");
    let counts: Vec<&str> = text.split(',').filter(|it| !it.ends_with(":0")).collect();
    format!("notes: {}\n", counts.join(", "))
}

fn of(format: Format, text: &str) -> String {
    match read(format, text) {
        Ok(topology) => told(&topology),
        Err(error) => format!("{error}\n"),
    }
}

const ZOO: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key attr.name="LinkSpeedRaw" attr.type="double" for="edge" id="d1" />
  <key attr.name="LinkSpeed" attr.type="string" for="edge" id="d2" />
  <key attr.name="LinkSpeedUnits" attr.type="string" for="edge" id="d3" />
  <key attr.name="LinkLabel" attr.type="string" for="edge" id="d4" />
  <key attr.name="label" attr.type="string" for="node" id="d5" />
  <key attr.name="Longitude" attr.type="double" for="node" id="d6" />
  <key attr.name="Latitude" attr.type="double" for="node" id="d7" />
  <key attr.name="Country" attr.type="string" for="node" id="d8" />
  <key attr.name="Network" attr.type="string" for="graph" id="d9" />
  <graph edgedefault="undirected">
    <data key="d9">Zoo &amp; Sons</data>
    <node id="0"><data key="d5">Zürich</data><data key="d6">8.55</data><data key="d7">47.37</data><data key="d8">Switzerland</data></node>
    <node id="1"><data key="d5">zurich</data><data key="d6">8.56</data></node>
    <node id="2"><data key="d5">北京</data><data key="d6">116.4</data><data key="d7">39.9</data></node>
    <node id="3"><data key="d5"> </data><data key="d6">0</data><data key="d7">0</data></node>
    <node id="4" />
    <edge source="0" target="1"><data key="d1">2488320000.0</data><data key="d4">10 Gbps</data></edge>
    <edge source="0" target="1"><data key="d2">2.5</data><data key="d3">G</data></edge>
    <edge source="1" target="0"><data key="d4">OC-192c</data></edge>
    <edge source="1" target="2"><data key="d4">2 x 10 Gbit/s</data></edge>
    <edge source="2" target="3"><data key="d2">&lt;10</data><data key="d3">G</data><data key="d4">leased</data></edge>
    <edge source="2" target="2" />
  </graph>
</graphml>
"#;

const REPETITA: &str = "NODES 4
label x y
0_New_York -74.0 40.7
San+Jose,+CA4062 0.0 0.0
2_Rome 12.5 41.9
3_Rome 12.5 41.9

EDGES 8
label src dest weight bw delay
edge_0 0 1 10 9953280 1913
edge_1 1 0 10 9953280 1913
edge_2 0 2 10 1000 5
edge_3 2 0 10 500 7
edge_4 2 1 1 1000 0
edge_5 2 3 1 2000 1
edge_6 2 3 1 1000 1
edge_7 3 2 1 1000 1
";

const TOPOHUB: &str = r#"{"directed": false, "multigraph": false,
"graph": {"name": "small", "demands": {"7": {"1": 3580.00}, "1": {"7": 1, "3": 2.5}}, "stats": {"x": 1}},
"nodes": [{"id": 1, "name": "Atlanta", "pos": [-84.4, 33.7]}, {"id": 7, "name": 12, "pos": [-90, 40]}, {"id": 3}],
"edges": [{"source": 1, "target": 7, "dist": 782.26, "ecmp_fwd": {}}, {"source": 7, "target": 3}]}"#;

const TEAL: &str = r#"{"directed": true, "graph": {}, "nodes": [{"id": 0}, {"id": 2}, {"id": "a"}],
"links": [{"capacity": 5000.0, "source": 0, "target": 2}, {"capacity": 5000.0, "source": 2, "target": 0}, {"source": "a", "target": 2}]}"#;

#[test]
fn each_form_says_what_it_says_and_no_more() {
    let all = [
        of(Format::Graphml, ZOO),
        of(Format::Repetita, REPETITA),
        of(Format::NodeLink, TOPOHUB),
        of(Format::NodeLink, TEAL),
    ];
    expect![[r#"
        Some("Zoo & Sons"), 2 parts
        node 0 zurich |Zürich|Switzerland| 47.37 8.55
        node 1 zurich-2 |zurich|-| -
        node 2 n2 |北京|-| 39.9 116.4
        node 3 n3 |-|-| -
        node 4 n4 |-|-| -
        link zurich-zurich-2: zurich zurich-2 2488.32Mbit/s - -
        link zurich-zurich-2-2: zurich zurich-2 2.5Gbit/s - -
        link zurich-2-zurich: zurich-2 zurich 9953.28Mbit/s - -
        link zurich-2-n2: zurich-2 n2 20Gbit/s - -
        link n2-n3: n2 n3 - - -
        notes: loops:1, renamed:1, at_zero:1

        None, 1 parts
        node 0 new-york |New York|-| 40.7 -74
        node 1 san-jose-ca4062 |San Jose, CA4062|-| -
        node 2 rome |Rome|-| 41.9 12.5
        node 3 rome-2 |Rome|-| 41.9 12.5
        link new-york-san-jose-ca4062: new-york san-jose-ca4062 9953.28Mbit/s 1.913ms -
        link new-york-rome: new-york rome 500kbit/s 7us -
        link rome-san-jose-ca4062: rome san-jose-ca4062 1Mbit/s 0ns -
        link rome-rome-2: rome rome-2 2Mbit/s 1us -
        link rome-rome-2-2: rome rome-2 1Mbit/s 1us -
        notes: joined:3, unequal:1, lone:2, renamed:1, at_zero:1

        Some("small"), 1 parts
        node 1 atlanta |Atlanta|-| 33.7 -84.4
        node 7 n12 |12|-| 40 -90
        node 3 n3 |-|-| -
        link atlanta-n12: atlanta n12 - - 782260
        link n12-n3: n12 n3 - - -
        demand 0: atlanta n12 figure 1
        demand 0: atlanta n3 figure 2.5
        demand 0: n12 atlanta figure 3580
        notes: 

        None, 1 parts
        node 0 n0 |-|-| -
        node 2 n2 |-|-| -
        node a na |-|-| -
        link n0-n2: n0 n2 figure 5000 - -
        link na-n2: na n2 - - -
        notes: joined:1, lone:1
    "#]]
    .assert_eq(&all.join("\n"));
}

#[test]
fn positions_that_are_not_degrees_are_no_places() {
    let flat = r#"{"nodes": [{"id": 0, "pos": [56, 31]}, {"id": 1, "pos": [516, 466]}],
        "edges": [{"source": 0, "target": 1, "dist": 18651.89}]}"#;
    expect![[r#"
        None, 1 parts
        node 0 n0 |-|-| -
        node 1 n1 |-|-| -
        link n0-n1: n0 n1 - - -
        notes: not_on_earth:2
    "#]]
    .assert_eq(&of(Format::NodeLink, flat));
}

#[test]
fn demands_are_read_beside_a_network() {
    let demands = |network: &Topology, text: &str| match read_demands(text, network) {
        Ok(demands) => demanded(network, &demands),
        Err(error) => format!("{error}\n"),
    };
    let repetita = read(Format::Repetita, REPETITA).unwrap();
    let teal = read(Format::NodeLink, TEAL).unwrap();
    let all = [
        demands(&repetita, "DEMANDS 2\nLabel src dest bw\nd0 0 3 300632\nd1 2 1 0\n"),
        demands(&repetita, "DEMANDS 2\nlabel src dest bw\nd0 0 3 300632\n"),
        demands(&repetita, "DEMANDS 1\nlabel src dest bw\nd0 0 4 1\n"),
        demands(&teal, "tm,src,dst,demand\n0,0,2,9.771513\n35,a,0,0\n"),
        demands(&teal, "tm,src,dst,demand\n0,0,2,-1\n"),
        demands(&teal, "tm,src,dst,demand\n0,0,2\n"),
        demands(&teal, "src,dst\n"),
    ];
    expect![[r#"
        demand 0: new-york rome-2 300.632Mbit/s
        demand 0: rome san-jose-ca4062 0bit/s
        line 3: the text ends here, with fewer rows than its lists say
        line 3: there is no node "4": name one of the nodes by its id
        demand 0: n0 n2 figure 9.771513
        demand 35: na n0 figure 0
        line 2: demand is -1: it has to be a number that is not below zero
        line 2: four fields are needed: tm,src,dst,demand
        line 1: no demands: the first line has to be `DEMANDS` and a number, or `tm,src,dst,demand`
    "#]]
    .assert_eq(&all.concat());
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let zoo = |from: &str, to: &str| of(Format::Graphml, &ZOO.replacen(from, to, 1));
    let repetita = |from: &str, to: &str| of(Format::Repetita, &REPETITA.replacen(from, to, 1));
    let json = |text: &str| of(Format::NodeLink, text);
    let all = [
        of(Format::Graphml, ""),
        of(Format::Graphml, "<svg/>"),
        of(Format::Graphml, "<!DOCTYPE x [<!ENTITY a \"b\">]><graphml/>"),
        of(Format::Graphml, "<graphml><graph/></graphml>"),
        zoo("47.37", "north"),
        zoo("2488320000.0", "-5"),
        zoo("target=\"1\"", "target=\"9\""),
        zoo("target=\"1\"", ""),
        zoo("<node id=\"1\"", "<node id=\"0\""),
        zoo("</graph>", "</grap>"),
        of(Format::Repetita, "nodes\n"),
        repetita("NODES 4", "NODES 5"),
        repetita("EDGES 8", "EDGES 7"),
        repetita("EDGES 8", "EDGES 99999999999"),
        repetita("label src", "0 src"),
        repetita("edge_2 0 2", "edge_2 0"),
        repetita("edge_2 0 2", "edge_2 0 4"),
        repetita("1000 5", "fast 5"),
        repetita("1000 5", "1e300 5"),
        repetita("40.7", "nan"),
        json("[]"),
        json("{\"nodes\": [],\n\"links\": [}"),
        json("{\"nodes\": [], \"links\": []}"),
        json("{\"nodes\": [{\"id\": []}], \"links\": []}"),
        json("{\"nodes\": [{\"id\": 1}, {\"id\": \"1\"}], \"links\": []}"),
        json("{\"nodes\": [{\"id\": 1}], \"links\": [{\"source\": 1, \"target\": 2}]}"),
        json(
            "{\"nodes\": [{\"id\": 1}], \"links\": [{\"source\": 1, \"target\": 1, \"dist\": -1}]}",
        ),
    ];
    expect![[r#"
        line 1: not GraphML: the document does not have a root node
        line 1: not GraphML: the outermost element has to be <graphml>, with a <graph> in it
        line 1: not GraphML: XML with DTD detected
        there is no node: a network needs one at least
        line 14: Latitude is "north": it has to be a number of degrees
        line 19: LinkSpeedRaw is "-5": it has to be a number of zero or more, up to 9007199254740992
        line 19: there is no node "9": name one of the nodes by its id
        line 19: <edge> needs `target`
        line 15: a second node "0": each needs its own id
        line 25: not GraphML: expected 'graph' tag, not 'grap' at 25:3
        line 1: not Repetita's: here has to be `NODES` and a number
        line 8: 2 fields where 3 are needed, with blanks between them
        line 17: more rows than the list says: change the number above it
        line 17: the text ends here, with fewer rows than its lists say
        line 9: here has to be `label src dest weight bw delay`
        line 12: 5 fields where 6 are needed, with blanks between them
        line 12: there is no node "4": name one of the nodes by its id
        line 12: bw is "fast": it has to be a number of zero or more, up to 9007199254740992
        line 12: bw is "1e300": it has to be a number of zero or more, up to 9007199254740992
        line 3: y is "nan": it has to be a number
        line 1: not node-link JSON, which has `nodes`, and `links` or `edges`: invalid length 2, expected struct File with 4 elements at line 1 column 2
        line 2: not node-link JSON, which has `nodes`, and `links` or `edges`: expected value at line 2 column 11
        there is no node: a network needs one at least
        line 1: not node-link JSON, which has `nodes`, and `links` or `edges`: invalid type: sequence, expected a text or a whole number at line 1 column 20
        nodes[1]: a second node "1": each needs its own id
        links[0]: there is no node "2": name one of the nodes by its id
        links[0]: dist is -1: it has to be kilometres, not below zero
    "#]].assert_eq(&all.concat());
}

#[test]
fn speeds_are_read_where_they_are_certain() {
    let texts = "2.5 Gbps|10G|10 GE|155 Mbit/s|1.5Tb/s|64 kbps|OC-3|oc192c|STM-16|E3|4x2.5G|10|Gbps|10 GB/s|1-10 Gbps\
        |<10 Gbps|100 Gbps+|OC-0|1.2.3 G|9x|x10G|1000000000 T| 10  Gbit/s |10 Gbps Ethernet|é G|1é";
    let line = |text: &str| {
        let speed = rate::speed(text).map_or_else(|| "-".to_owned(), |it| it.to_string());
        format!("{text}: {speed}\n")
    };
    expect![[r#"
        2.5 Gbps: 2.5Gbit/s
        10G: 10Gbit/s
        10 GE: 10Gbit/s
        155 Mbit/s: 155Mbit/s
        1.5Tb/s: 1.5Tbit/s
        64 kbps: 64kbit/s
        OC-3: 155.52Mbit/s
        oc192c: 9953.28Mbit/s
        STM-16: 2488.32Mbit/s
        E3: 34.368Mbit/s
        4x2.5G: 10Gbit/s
        10: -
        Gbps: -
        10 GB/s: -
        1-10 Gbps: -
        <10 Gbps: -
        100 Gbps+: -
        OC-0: -
        1.2.3 G: -
        9x: -
        x10G: -
        1000000000 T: -
         10  Gbit/s : 10Gbit/s
        10 Gbps Ethernet: -
        é G: -
        1é: -
    "#]]
    .assert_eq(&texts.split('|').map(line).collect::<String>());
}

#[test]
fn names_are_valid_and_told_apart() {
    let long = "x".repeat(70);
    let labels = [
        "A-2",
        "a",
        "A",
        "a!",
        "Łódź",
        "Saint-Étienne (FR)",
        "---",
        "東京",
        &long,
        &long,
        "Côte d'Ivoire",
    ];
    let mut names = names::Names::default();
    let taken: Vec<String> = labels.iter().map(|it| names.take(&[it, "n7"]).to_string()).collect();
    expect![[r#"
        a-2
        a
        a-3
        a-4
        lodz
        saint-etienne-fr
        n7
        n7-2
        xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-2
        cote-divoire"#]]
    .assert_eq(&taken.join("\n"));
}

#[test]
fn depth_and_size_break_nothing() {
    let deep = "<a>".repeat(300_000);
    assert!(read(Format::Graphml, &deep).is_err());
    let nested = format!("<graphml><graph>{}{}</graph></graphml>", deep, "</a>".repeat(300_000));
    assert!(read(Format::Graphml, &nested).is_err(), "no node");
    assert!(read(Format::NodeLink, &"[".repeat(300_000)).is_err());
    let nodes: String = (0..NODES_MOST + 1).map(|it| format!("a{it} 0 0\n")).collect();
    let many = format!("NODES {}\nlabel x y\n{nodes}", NODES_MOST + 1);
    let error = read(Format::Repetita, &many).unwrap_err().to_string();
    assert_eq!(error, "line 100003: more than 100000 nodes: split the network");
}

/// Arcs of two nodes, each drawn from few figures: (there, bandwidth, delay).
fn arcs() -> impl Strategy<Value = Vec<(bool, u64, u64)>> {
    prop::collection::vec((any::<bool>(), 1_u64..3, 1_u64..3), 1..12)
}

/// A good text with a piece cut out, put elsewhere or replaced.
fn mutated() -> impl Strategy<Value = (usize, String)> {
    let piece = "[-0-9.eE<>\"{}\\[\\],: \n\\PC]{0,12}";
    (0_usize..4, 0.0..1.0, 0.0..1.0, piece, any::<bool>()).prop_map(
        |(which, from, to, piece, cut)| {
            let text = [ZOO, REPETITA, TOPOHUB, TEAL][which];
            let at = |part: f64| text.floor_char_boundary((text.len() as f64 * part) as usize);
            let (from, to) = (at(f64::min(from, to)), at(f64::max(from, to)));
            let end = if cut { "" } else { &text[to..] };
            (which, format!("{}{piece}{end}", &text[..from]))
        },
    )
}

proptest! {
    #[test]
    fn every_arc_is_in_one_link(arcs in arcs()) {
        let row = |(there, bandwidth, delay): &(bool, u64, u64)| {
            let ends = if *there { "0 1" } else { "1 0" };
            format!("e {ends} 1 {bandwidth} {delay}\n")
        };
        let rows: String = arcs.iter().map(row).collect();
        let text = format!(
            "NODES 2\nlabel x y\na 1 1\nb 2 2\nEDGES {}\nlabel src dest weight bw delay\n{rows}", arcs.len()
        );
        let topology = read(Format::Repetita, &text).unwrap();
        let notes = topology.notes;
        let there = arcs.iter().filter(|it| it.0).count();
        prop_assert_eq!(topology.links.len(), there.max(arcs.len() - there));
        prop_assert_eq!(notes.joined * 2 + notes.lone, arcs.len());
        // As many pairs of equal figures as there can be.
        let count = |way: bool, b: u64, d: u64| arcs.iter().filter(|it| **it == (way, b, d)).count();
        let equal: usize = [(1, 1), (1, 2), (2, 1), (2, 2)]
            .iter().map(|(b, d)| count(true, *b, *d).min(count(false, *b, *d))).sum();
        prop_assert_eq!(notes.joined - notes.unequal, equal);
    }

    #[test]
    fn no_text_makes_it_panic((which, text) in mutated()) {
        let format = [Format::Graphml, Format::Repetita, Format::NodeLink, Format::NodeLink][which];
        if let Ok(topology) = read(format, &text) {
            let nodes = topology.nodes.len() as NodeId;
            prop_assert!(topology.links.iter().flat_map(|it| it.ends).all(|end| end < nodes));
            prop_assert!(topology.nodes.iter().filter_map(|it| it.place).all(|it| it.is_on_earth()));
            let names: std::collections::BTreeSet<_> = topology.nodes.iter().map(|it| &it.name).collect();
            prop_assert_eq!(names.len() as NodeId, nodes);
            prop_assert!((1..=topology.nodes.len()).contains(&topology.parts()));
            let _ = read_demands(&text, &topology);
        }
    }

    #[test]
    fn no_demands_make_it_panic(text in "[-0-9a,.\n ]{0,80}", head in 0_usize..2) {
        let network = read(Format::NodeLink, TEAL).unwrap();
        let head = ["tm,src,dst,demand\n", "DEMANDS 3\nlabel src dest bw\n"][head];
        let _ = read_demands(&format!("{head}{text}"), &network);
    }
}
