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
        let price = it.price.map(|it| format!(" {it}")).unwrap_or_default();
        writeln!(out, "link {}: {a} {b} {capacity} {delay} {length}{price}", it.name).unwrap();
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
  <key attr.name="Network" attr.type="string" for="graph" id="d9" /><key attr.name="delay" for="edge" id="d10" /><key attr.name="capacity" for="edge" id="d11" />
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

const RFC_8345: &str = r#"{"ietf-network:networks": {"network": [{
"network-types": {"ietf-l3-unicast-topology:l3-unicast-topology": {}}, "network-id": "core",
"node": [
{"node-id": "D1", "supporting-node": [], "ietf-network-topology:termination-point": [{"tp-id": "1-0-1"}]},
{"node-id": "D2", "jingwei-network:label": "Dora", "jingwei-network:country": "China",
 "jingwei-network:geo-location": {"latitude": "41.9", "longitude": 12}}],
"ietf-network-topology:link": [
{"link-id": "D1,1-0-1,D2", "source": {"source-node": "D1", "source-tp": "1-0-1"}, "destination": {"dest-node": "D2"},
 "jingwei-network:capacity": "10Gbit/s", "jingwei-network:delay": "5ms", "jingwei-network:price": "9CNY/TB"},
{"link-id": "D2,D1", "source": {"source-node": "D2"}, "destination": {"dest-node": "D1"},
 "jingwei-network:capacity": 40, "jingwei-network:length-m": 1200}]}]}}"#;

const SNDLIB: &str = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<network xmlns="http://sndlib.zib.de/network" version="1.0">
 <meta><granularity>1month</granularity></meta>
 <networkStructure>
  <nodes coordinatesType="geographical">
   <node id="ATLA"><coordinates><x>-84.38</x><y>33.75</y></coordinates></node>
   <node id="HSTN"><coordinates><x>-95.37</x><y>29.77</y></coordinates></node>
   <node id="LOSA"/>
  </nodes>
  <links>
   <link id="L1"><source>ATLA</source><target>HSTN</target>
    <preInstalledModule><capacity>9920.0</capacity><cost>0.0</cost></preInstalledModule>
    <additionalModules><addModule><capacity>40000.0</capacity><cost>133.0</cost></addModule></additionalModules></link>
   <link id="L2"><source>HSTN</source><target>LOSA</target></link>
  </links>
 </networkStructure>
 <demands>
  <demand id="D1"><source>ATLA</source><target>LOSA</target><routingUnit>2</routingUnit><demandValue>1.5</demandValue></demand>
  <demand id="D2"><source>LOSA</source><target>ATLA</target><demandValue>7</demandValue></demand>
 </demands>
</network>
"#;

#[test]
fn sndlib_says_installed_capacity_and_demands_in_it() {
    let it = read(Format::Sndlib, SNDLIB).unwrap();
    let capacities: Vec<_> = it.links.iter().map(|link| link.capacity).collect();
    assert_eq!(capacities, [Some(Rate::Figure(9920.0)), None]);
    assert_eq!((it.links[0].ends, it.arcs.len()), ([0, 1], 4));
    let place = it.nodes[1].place.unwrap();
    assert_eq!((place.lat, place.lon, it.nodes[2].place), (29.77, -95.37, None));
    let demands: Vec<_> = it.demands.iter().map(|it| (it.from, it.to, it.rate.plain())).collect();
    assert_eq!(demands, [(0, 2, 3.0), (2, 0, 7.0)]);
    let pixels = read(Format::Sndlib, &SNDLIB.replace("geographical", "pixel")).unwrap();
    assert_eq!((pixels.nodes[0].place, pixels.notes.not_on_earth), (None, 2));
    let refused = write(Format::Sndlib, &it).unwrap_err().to_string();
    assert_eq!(refused, "sndlib is read, not written: choose another form");
}

#[test]
fn what_is_wrong_in_sndlib_is_said_with_its_line() {
    let said = |from: &str, to: &str| {
        assert!(SNDLIB.contains(from), "{from}");
        read(Format::Sndlib, &SNDLIB.replace(from, to)).unwrap_err().to_string()
    };
    let no_xml = said("</network>", "");
    assert!(no_xml.contains("not SNDlib's XML"), "{no_xml}");
    let other = read(Format::Sndlib, "<graphml/>").unwrap_err().to_string();
    assert!(other.contains("<networkStructure>"), "{other}");
    for (from, to, what) in [
        ("9920.0", "-1", "line 12: <capacity>"),
        ("9920.0", "NaN", "line 12: <capacity> is \"NaN\""),
        ("1.5", "many", "line 18: <demandValue> is \"many\""),
        ("<routingUnit>2", "<routingUnit>-2", "line 18: <demandValue>"),
        ("<target>HSTN", "<target>HST", "line 11: there is no node \"HST\""),
        ("<x>-95.37</x>", "", "line 7: <coordinates> needs a <x>"),
        ("id=\"HSTN\"", "id=\"ATLA\"", "line 7: a second node"),
        ("<node id=\"LOSA\"/>", "<node/>", "line 8: <node> needs `id`"),
    ] {
        let told = said(from, to);
        assert!(told.starts_with(what), "{what}: {told}");
    }
}

/// Links that say everything, with their units.
const SAID: &str = r#"{"graph": {"name": "said"}, "nodes": [{"id": "a", "country": "China", "pos": [1, 2]}, {"id": "b"}],
"links": [{"source": "a", "target": "b", "capacity": "10Gbit/s", "delay": "1.5ms", "price": "2CNY/TB", "dist": 7.5},
{"source": "a", "target": "b", "capacity": 3, "delay": 4, "price": 5}]}"#;

#[test]
fn each_form_says_what_it_says_and_no_more() {
    let all = [
        of(Format::Graphml, ZOO),
        of(Format::Repetita, REPETITA),
        of(Format::NodeLink, TOPOHUB),
        of(Format::NodeLink, TEAL),
        of(Format::NodeLink, SAID),
        of(Format::Rfc8345, RFC_8345),
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

        Some("said"), 1 parts
        node a na |-|China| 2 1
        node b nb |-|-| -
        link na-nb: na nb 10Gbit/s 1.5ms 7500 2CNY/TB
        link na-nb-2: na nb figure 3 - -
        notes: 

        Some("core"), 1 parts
        node D1 nd1 |-|-| -
        node D2 dora |Dora|China| 41.9 12
        link nd1-dora: nd1 dora 10Gbit/s 5ms 1200 9CNY/TB
        notes: joined:1, unequal:1
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
        line 1: no demands: the first line has to be `DEMANDS` and a number, or `tm,src,dst,demand`, which `priority` and `max_delay` may follow
    "#]]
    .assert_eq(&all.concat());
}

#[test]
fn demands_may_have_a_priority_and_a_limit() {
    let teal = read(Format::NodeLink, TEAL).unwrap();
    let terms = |text: &str| match read_demands(text, &teal) {
        Ok(demands) => {
            let each = demands.iter().map(|it| {
                let limit = it.terms.max_delay.map_or("-".to_owned(), |it| it.to_string());
                format!("{} {} {limit}", it.rate.plain(), it.terms.priority)
            });
            each.collect::<Vec<_>>().join("; ")
        }
        Err(error) => error.to_string(),
    };
    let head = "tm,src,dst,demand";
    let all = [
        terms(&format!("{head},priority,max_delay\n0,0,2,9.5,1,20ms\n0,a,0,2,,\n")),
        terms(&format!("{head},max_delay\n0,0,2,9.5,1.5ms\n")),
        terms(&format!("{head},priority\n0,0,2,9.5,256\n")),
        terms(&format!("{head},max_delay\n0,0,2,9.5,soon\n")),
        terms(&format!("{head},priority\n0,0,2,9.5\n")),
        terms(&format!("{head}\n0,0,2,9.5,1\n")),
        terms(&format!("{head},priority,priority\n")),
        terms(&format!("{head},colour\n")),
        terms(r#"[{"src": 0, "dst": "2", "demand": 3, "priority": 2, "max_delay": "4ms"}]"#),
        terms(r#"[{"src": 0, "dst": "2", "demand": 3, "color": 2}]"#),
        terms(r#"[{"src": 0, "dst": "2", "demand": 3}, {"src": 0, "dst": 7, "demand": 3}]"#),
        terms(r#"[{"src": 0, "dst": "2", "demand": -3}]"#),
    ];
    expect![[r#"
        9.5 1 20ms; 2 0 -
        9.5 0 1.5ms
        line 2: priority is "256": it has to be 0 to 255
        line 2: max_delay is "soon": `soon` is not a delay: write a number and a unit, as "20ms"
        line 2: 5 fields are needed: tm,src,dst,demand,priority
        line 2: 4 fields are needed: tm,src,dst,demand
        line 1: no demands: the first line has to be `DEMANDS` and a number, or `tm,src,dst,demand`, which `priority` and `max_delay` may follow
        line 1: no demands: the first line has to be `DEMANDS` and a number, or `tm,src,dst,demand`, which `priority` and `max_delay` may follow
        3 2 4ms
        line 1: not a list of demands: unknown field `color`, expected one of `tm`, `src`, `dst`, `demand`, `priority`, `max_delay` at line 1 column 44
        [1]: there is no node "7": name one of the nodes by its id
        [0]: demand is -3: it has to be a number that is not below zero
    "#]]
    .assert_eq(&(all.join("\n") + "\n"));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let zoo = |from: &str, to: &str| of(Format::Graphml, &ZOO.replacen(from, to, 1));
    let repetita = |from: &str, to: &str| of(Format::Repetita, &REPETITA.replacen(from, to, 1));
    let json = |text: &str| of(Format::NodeLink, text);
    let rfc = |text: &str| of(Format::Rfc8345, text);
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
        json(&SAID.replace("10Gbit/s", "10 gigabit")),
        json(&SAID.replace("1.5ms", "soon")),
        json(&SAID.replace("2CNY/TB", "-2CNY/TB")),
        json(&SAID.replace("\"capacity\": 3", "\"capacity\": []")),
        json(RFC_8345),
        rfc(TEAL),
        rfc(&RFC_8345.replace("\"dest-node\": \"D2\"", "\"dest-node\": \"D9\"")),
        rfc(&RFC_8345.replace("\"dest-node\": \"D1\"", "\"dest\": \"D1\"")),
        rfc(&RFC_8345.replace("41.9", "north")),
        rfc(&RFC_8345.replace("5ms", "5 m")),
        rfc(&RFC_8345.replace(": 40", ": -40")),
        rfc(&RFC_8345.replace(": 1200", ": -1200")),
        rfc("{\"ietf-network:networks\": {\"network\": []}}"),
        zoo("<data key=\"d1\">2488320000.0</data>", "<data key=\"d10\">soon</data>"),
        zoo("<data key=\"d1\">2488320000.0</data>", "<data key=\"d11\">1.5.2</data>"),
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
        links[0]: capacity: `10 gigabit` has an unknown unit for a bandwidth: use one of Tbit/s, Gbit/s, Mbit/s, kbit/s, bit/s, as "10Gbit/s"
        links[0]: delay: `soon` is not a delay: write a number and a unit, as "20ms"
        links[0]: price is -2CNY/TB: it has to be zero or more
        line 3: not node-link JSON, which has `nodes`, and `links` or `edges`: invalid type: sequence, expected a number, or a text of a number with its unit at line 3 column 45
        line 11: not node-link JSON, which has `nodes`, and `links` or `edges`: missing field `nodes` at line 11 column 71; it looks like RFC 8345: --format rfc8345
        line 2: not RFC 8345's JSON, which has `ietf-network:networks`: missing field `ietf-network:networks` at line 2 column 136
        link[0]: there is no node "D9": name one of the nodes by its id
        line 10: not RFC 8345's JSON, which has `ietf-network:networks`: missing field `dest-node` at line 10 column 83
        node[1]: latitude is "north": it has to be a number of degrees
        link[0]: delay: `5 m` has an unknown unit for a delay: use one of s, ms, us, µs, ns, as "20ms"
        link[1]: capacity is -40: it has to be a number that is not below zero
        line 11: not RFC 8345's JSON, which has `ietf-network:networks`: invalid value: integer `-1200`, expected u64 at line 11 column 66
        it has 0 networks: a text of one is needed
        line 19: delay: `soon` is not a delay: write a number and a unit, as "20ms"
        line 19: capacity: `1.5.2` is not a bandwidth: write a number and a unit, as "10Gbit/s"
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
    (0_usize..6, 0.0..1.0, 0.0..1.0, piece, any::<bool>()).prop_map(
        |(which, from, to, piece, cut)| {
            let text = [ZOO, REPETITA, TOPOHUB, SAID, RFC_8345, SNDLIB][which];
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
        let formats = [Format::Graphml, Format::Repetita, Format::NodeLink, Format::NodeLink, Format::Rfc8345, Format::Sndlib];
        let format = formats[which];
        if let Ok(topology) = read(format, &text) {
            let nodes = topology.nodes.len() as NodeId;
            prop_assert!(topology.links.iter().flat_map(|it| it.ends).all(|end| end < nodes));
            prop_assert!(topology.nodes.iter().filter_map(|it| it.place).all(|it| it.is_on_earth()));
            let names: std::collections::BTreeSet<_> = topology.nodes.iter().map(|it| &it.name).collect();
            prop_assert_eq!(names.len() as NodeId, nodes);
            prop_assert!((1..=topology.nodes.len()).contains(&topology.parts()));
            let _ = read_demands(&text, &topology);
            for format in Format::WRITTEN {
                let again = write(format, &topology).map(|text| read(format, &text));
                prop_assert!(!matches!(again, Ok(Err(_))), "{again:?}");
            }
        }
    }

    #[test]
    fn no_demands_make_it_panic(text in "[-0-9a,.\n ]{0,80}", head in 0_usize..3) {
        let network = read(Format::NodeLink, TEAL).unwrap();
        let head = ["tm,src,dst,demand\n", "DEMANDS 3\nlabel src dest bw\n", "tm,src,dst,demand,priority,max_delay\n"][head];
        let _ = read_demands(&format!("{head}{text}"), &network);
    }
}

/// What the texts of all samples say.
fn samples() -> Vec<Topology> {
    let of = [
        (Format::Graphml, ZOO),
        (Format::Repetita, REPETITA),
        (Format::NodeLink, TOPOHUB),
        (Format::NodeLink, TEAL),
        (Format::NodeLink, SAID),
        (Format::Rfc8345, RFC_8345),
        (Format::Sndlib, SNDLIB),
    ];
    of.map(|(format, text)| read(format, text).unwrap()).to_vec()
}

fn again(format: Format, topology: &Topology) -> Topology {
    let text = write(format, topology).unwrap();
    read(format, &text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn what_is_written_reads_back_the_same() {
    for topology in samples() {
        for format in [Format::Graphml, Format::NodeLink, Format::Rfc8345] {
            let again = again(format, &topology);
            let what = |it: &Topology| (it.nodes.clone(), it.links.clone(), it.arcs.clone());
            assert_eq!(what(&again), what(&topology), "{format:?}");
            assert_eq!(again.demands, topology.demands_written(format));
            assert!(topology.title.is_none() || again.title == topology.title);
        }
    }
    assert_eq!(samples()[2].demands_written(Format::NodeLink).len(), 3);
}

#[test]
fn repetita_has_what_it_has_room_for() {
    let repetita = read(Format::Repetita, REPETITA).unwrap();
    assert_eq!(again(Format::Repetita, &repetita), repetita);
    let mut zoo = read(Format::Graphml, ZOO).unwrap();
    let error = write(Format::Repetita, &zoo).unwrap_err().to_string();
    assert_eq!(
        error,
        "the link from \"0\" to \"1\" says neither delay, length nor places: Repetita's form needs a delay"
    );
    let delay = Delay::new(1_234_567);
    zoo.assume(None, None, Some(delay));
    let error = write(Format::Repetita, &zoo).unwrap_err().to_string();
    assert_eq!(
        error,
        "the link from \"2\" to \"3\" says no capacity with a unit, which Repetita's form needs"
    );
    zoo.assume(None, Some(Bandwidth::new(1_000_001)), None);
    let again = again(Format::Repetita, &zoo);
    let figures = |it: &Topology| -> Vec<_> {
        it.arcs.iter().map(|arc| (arc.link, arc.ends, arc.capacity, arc.delay)).collect()
    };
    assert_eq!(figures(&again), figures(&zoo));
    let places = |it: &Topology| -> Vec<_> {
        it.nodes.iter().map(|node| (node.name.clone(), node.place)).collect()
    };
    assert_eq!(places(&again), places(&zoo));
    let mut teal = read(Format::NodeLink, TEAL).unwrap();
    teal.assume(Some(Bandwidth::new(1_000_000)), None, None);
    assert_eq!(teal.arcs[0].capacity, Some(Rate::Known(Bandwidth::new(5_000_000_000))));
    assert_eq!(teal.arcs[2].capacity, None);
}

/// Label, hundredths of degrees, country.
type NodeSaid = (Option<String>, Option<(i32, i32)>, Option<String>);
/// Ends, capacity and whether its unit is known, delay, price, length.
type LinkSaid = ((usize, usize), Option<(bool, u64)>, Option<u64>, Option<i64>, Option<u32>);

/// Networks of few nodes whose links say this and that.
fn networks() -> impl Strategy<Value = Topology> {
    let label = prop::option::of("[A-Zaü&<>\"'+\u{1}é\\]]([ a-z\t&<>]{0,6}[a-z])?");
    let node = (
        label,
        prop::option::of((-9000..9000_i32, -18000..18000_i32)),
        prop::option::of("[A-Z][a-z]{0,4}"),
    );
    let capacity = prop::option::of((any::<bool>(), 0..9_000_000_u64));
    let link = (
        (0..5_usize, 0..5_usize),
        capacity,
        prop::option::of(0..9_000_000_000_u64),
        prop::option::of(0..9_000_000_i64),
        prop::option::of(0..30_000_000_u32),
    );
    let all = (prop::collection::vec(node, 5), prop::collection::vec(link, 0..9), any::<bool>());
    all.prop_map(|(nodes, links, directed)| {
        let node = |(at, (label, place, country)): (usize, &NodeSaid)| {
            let pos = place.map(|(lat, lon)| [f64::from(lon) / 100.0, f64::from(lat) / 100.0]);
            serde_json::json!({"id": format!("<{at}>\t"), "label": label, "pos": pos, "country": country})
        };
        let link = |((a, b), capacity, delay, price, length): &LinkSaid| {
            let capacity = capacity.map(|(is_known, it)| {
                let known = || serde_json::json!(Bandwidth::new(it * 1_001));
                if is_known { known() } else { serde_json::json!(it as f64 / 8.0) }
            });
            let (delay, price) = (delay.map(Delay::new), price.map(DataPrice::new));
            let dist = length.map(|metres| f64::from(metres) / 1e3);
            let [source, target] = [a, b].map(|it| format!("<{it}>\t"));
            serde_json::json!({"source": source, "target": target, "capacity": capacity, "delay": delay, "price": price, "dist": dist})
        };
        let text = serde_json::json!({
            "directed": directed, "nodes": nodes.iter().enumerate().map(node).collect::<Vec<_>>(),
            "links": links.iter().map(link).collect::<Vec<_>>(),
        });
        read(Format::NodeLink, &text.to_string()).unwrap()
    })
}

proptest! {
    #[test]
    fn every_network_reads_back_as_it_was_written(network in networks()) {
        for format in [Format::Graphml, Format::NodeLink, Format::Rfc8345] {
            let again = again(format, &network);
            if format == Format::Graphml {
                // XML has no letter for what JSON can say.
                let plain = |it: &str| it.replace('\u{1}', "\u{fffd}");
                let labels = |it: &Topology| it.nodes.iter().map(|node| node.label.as_deref().map(plain)).collect::<Vec<_>>();
                prop_assert_eq!(labels(&again), labels(&network));
                prop_assert_eq!(again.nodes.iter().map(|it| &it.id).collect::<Vec<_>>(), network.nodes.iter().map(|it| &it.id).collect::<Vec<_>>());
            } else {
                prop_assert_eq!(&again.nodes, &network.nodes);
            }
            prop_assert_eq!(&again.arcs, &network.arcs);
            prop_assert_eq!(&again.links, &network.links);
        }
        let mut full = network;
        full.assume(Some(Bandwidth::new(1_000)), Some(Bandwidth::new(1)), Some(Delay::new(1)));
        let again = again(Format::Repetita, &full);
        let figures = |it: &Topology| -> Vec<_> {
            let delay = |arc: &Arc| it.delay(arc.ends, arc.delay, arc.length_m).map(|it| it.0);
            it.arcs.iter().map(|arc| (arc.link, arc.ends, arc.capacity, delay(arc))).collect()
        };
        prop_assert_eq!(figures(&again), figures(&full));
    }
}
