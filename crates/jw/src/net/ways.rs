//! `net apsp` and `net paths`.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use clap::Args;
use network::{
    NodeId,
    directed::Directed,
    formats::Topology,
    paths::{AllPairs, Asked, Each, K_MOST, Tally, Way, all_pairs, tally},
};
use serde::Serialize;
use sim::files;

use super::graph::GraphArgs;
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, figure},
};

/// Bytes of a list of pairs, at most.
const PAIRS_MOST_BYTES: u64 = 256 << 20;

/// The least delays between all nodes.
#[derive(Debug, Serialize)]
struct Delays {
    nodes: u32,
    arcs: usize,
    /// Pairs with a way, each direction by itself.
    pairs: usize,
    unreachable: usize,
    mean_ms: f64,
    /// The greatest of the least delays.
    diameter_ms: f64,
    /// Of the search alone, on the wall clock.
    seconds: f64,
}

impl Delays {
    fn new(graph: &Directed, all: &AllPairs, seconds: f64) -> Self {
        let nodes = graph.nodes();
        let others = (0..nodes).flat_map(|from| {
            let there = (0..).zip(all.row(from));
            there.filter(move |(to, _)| *to != from).map(|(_, ns)| *ns)
        });
        let (mut pairs, mut sum, mut most) = (0, 0.0, 0.0_f64);
        for ns in others.filter(|ns| ns.is_finite()) {
            pairs += 1;
            sum += ns;
            most = most.max(ns);
        }
        let of_all = nodes as usize * (nodes as usize).saturating_sub(1);
        let mean_ms = if pairs > 0 { sum / pairs as f64 / 1e6 } else { 0.0 };
        let (arcs, unreachable) = (graph.arcs().len(), of_all - pairs);
        Self { nodes, arcs, pairs, unreachable, mean_ms, diameter_ms: most / 1e6, seconds }
    }
}

pub(crate) fn apsp(context: &Context, args: &GraphArgs) -> Result<(), Failure> {
    let topology = args.read()?;
    let graph = args.directed_for_pairs(&topology)?;
    let began = Instant::now();
    let all = all_pairs(&graph);
    let delays = Delays::new(&graph, &all, began.elapsed().as_secs_f64());
    context.out.print(Values::One(&delays), |_| {
        let fields = vec![
            ("nodes, arcs", Cell::from(format!("{}, {}", delays.nodes, delays.arcs))),
            ("pairs", Cell::new(delays.pairs)),
            ("without a way", lost(delays.unreachable as u64)),
            ("least delay, mean", figure(delays.mean_ms, 3, " ms")),
            ("least delay, greatest", figure(delays.diameter_ms, 3, " ms")),
            ("found in", figure(delays.seconds * 1e3, 1, " ms")),
        ];
        Page(vec![Section::Fields { title: Some("Least delays"), fields }])
    })
}

fn lost(count: u64) -> Cell {
    let cell = Cell::new(count);
    if count > 0 { cell.style(Style::Bad) } else { cell }
}

#[derive(Debug, Args)]
pub(crate) struct PathsArgs {
    #[command(flatten)]
    graph: GraphArgs,
    /// Ways of each pair, at most.
    #[arg(long, default_value_t = 4, value_name = "N")]
    k: usize,
    /// Each way takes as few links of those before it as can be; else the shortest ones are taken.
    #[arg(long)]
    diverse: bool,
    /// `all`, or a file with a pair of node ids a line, with a comma between them.
    #[arg(long, default_value = "all", value_name = "all|FILE")]
    pairs: PathBuf,
    /// Write the ways of pairs of a file as JSON.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Found {
    k: usize,
    diverse: bool,
    /// Pairs with a way, each direction by itself.
    pairs: u64,
    paths: u64,
    unreachable: u64,
    /// Pairs with two ways that have no link in common.
    disjoint: u64,
    /// Delay of all ways but the first, over the first one's, in the mean.
    stretch_mean: f64,
    /// Of the search alone, on the wall clock.
    seconds: f64,
}

/// The ways of a pair, the shortest one first.
#[derive(Debug, Serialize)]
struct OfPair {
    from: String,
    to: String,
    ways: Vec<OneWay>,
}

#[derive(Debug, Serialize)]
struct OneWay {
    delay_ms: f64,
    nodes: Vec<String>,
}

pub(crate) fn paths(context: &Context, args: &PathsArgs) -> Result<(), Failure> {
    if !(1..=K_MOST).contains(&args.k) {
        return Err(Failure::usage(format!("--k {}: it is 1 to {K_MOST}", args.k)));
    }
    let asked = Asked { k: args.k, diverse: args.diverse };
    let is_all = args.pairs.as_os_str() == "all";
    if is_all && args.to.is_some() {
        return Err(Failure::usage("--to needs --pairs FILE: all pairs have too many ways"));
    }
    let topology = args.graph.read()?;
    let pairs = if is_all { None } else { Some(read(args, &topology)?) };
    let graph = match &pairs {
        None => args.graph.directed_for_pairs(&topology),
        Some(_) => args.graph.directed(&topology),
    }?;
    let written = Written::new(&topology, &graph);
    let each = |from, to, ways: &mut dyn Iterator<Item = Way>| written.add(from, to, ways);
    let began = Instant::now();
    let each = args.to.as_ref().map(|_| &each as Each<'_>);
    let tally = tally(&graph, pairs.as_deref(), asked, each);
    let seconds = began.elapsed().as_secs_f64();
    if let Some(to) = &args.to {
        files::write_json(to, &written.sorted())?;
    }
    let found = summary(asked, &tally, seconds);
    context.out.print(Values::One(&found), |_| page(&found))
}

fn summary(asked: Asked, tally: &Tally, seconds: f64) -> Found {
    let Tally { pairs, unreachable, paths, disjoint, stretch, stretched } = *tally;
    let stretch_mean = if stretched > 0 { stretch / stretched as f64 } else { 1.0 };
    let Asked { k, diverse } = asked;
    Found { k, diverse, pairs, paths, unreachable, disjoint, stretch_mean, seconds }
}

fn page(found: &Found) -> Page {
    let fields = vec![
        ("pairs", Cell::new(found.pairs)),
        ("without a way", lost(found.unreachable)),
        ("ways", Cell::new(found.paths)),
        ("pairs with two that share no link", Cell::new(found.disjoint)),
        ("longer than the first, mean", figure(found.stretch_mean, 3, " times")),
        ("found in", figure(found.seconds, 3, " s")),
    ];
    Page(vec![Section::Fields { title: Some("Ways"), fields }])
}

/// Reads pairs of nodes by what the network's text calls them.
fn read(args: &PathsArgs, topology: &Topology) -> Result<Vec<(NodeId, NodeId)>, Failure> {
    let text = files::text_within(&args.pairs, PAIRS_MOST_BYTES)?;
    let file = args.pairs.display();
    let ids: BTreeMap<&str, NodeId> =
        (0..).zip(&topology.nodes).map(|(at, node)| (node.id.as_str(), at)).collect();
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let pair = |(at, line): (usize, &str)| {
        let wrong = |what: String| Failure::usage(format!("{file}:{at}: {what}"));
        let Some((from, to)) = line.split_once(',') else {
            return Err(wrong("a line has two node ids with a comma between them".to_owned()));
        };
        let known = |id: &str| ids.get(id).copied().map_or_else(|| topology.node(id), Ok);
        let node = |id: &str| known(id.trim()).map_err(&wrong);
        Ok((node(from)?, node(to)?))
    };
    lines.map(pair).collect()
}

/// Ways as they are found, to be written.
struct Written<'a> {
    topology: &'a Topology,
    graph: &'a Directed,
    all: Mutex<Vec<OfPair>>,
}

impl<'a> Written<'a> {
    const fn new(topology: &'a Topology, graph: &'a Directed) -> Self {
        Self { topology, graph, all: Mutex::new(Vec::new()) }
    }

    fn name(&self, node: NodeId) -> String {
        self.topology.nodes.get(node as usize).map_or_else(String::new, |it| it.id.clone())
    }

    fn add(&self, from: NodeId, to: NodeId, ways: &mut dyn Iterator<Item = Way>) {
        let way = |way: Way| {
            let arcs = way.arcs.iter().filter_map(|arc| self.graph.arc(*arc));
            let nodes = std::iter::once(from).chain(arcs.map(|arc| arc.to));
            let nodes = nodes.map(|node| self.name(node)).collect();
            OneWay { delay_ms: way.delay_ns as f64 / 1e6, nodes }
        };
        let (from, to) = (self.name(from), self.name(to));
        let of_pair = OfPair { from, to, ways: ways.map(way).collect() };
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(of_pair);
    }

    fn sorted(self) -> Vec<OfPair> {
        let mut all = self.all.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        all
    }
}
