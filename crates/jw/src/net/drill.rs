//! `net drill` and `net grade`.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use network::{
    LinkId,
    directed::Directed,
    formats::Topology,
    repair::{Drill, Grade, Resilience, Tally, doubles, drill},
    structure::Structure,
};
use serde::Serialize;
use sim::{files, random::Random};

use super::graph::GraphArgs;
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column, figure},
};

/// Bytes of a file of groups, at most.
const GROUPS_MOST_BYTES: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(crate) struct DrillArgs {
    #[command(flatten)]
    graph: GraphArgs,
    /// Links that share a risk and fail together: a group a line, links with commas between them, each as the ids of its
    /// ends with a minus between them.
    #[arg(long, value_name = "FILE")]
    risk: Option<PathBuf>,
    /// Fail so many pairs of links too, drawn by chance: repairs are ready for one link at a time.
    #[arg(long, value_name = "PAIRS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    sample: u32,
    /// What the pairs follow from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// What came of all failures, in pairs of source and destination, once for each failure that hits them.
#[derive(Debug, Serialize)]
struct Report {
    nodes: u32,
    links: u32,
    /// Those for which a way is left.
    protectable: u64,
    /// Those whose packets arrive by the repair installed ahead.
    repaired: u64,
    loops: u64,
    /// Those whom the failure parts.
    cut: u64,
    segments_max: usize,
    stretch_mean: f64,
    stretch_max: f64,
    /// On the wall clock.
    seconds: f64,
    by_kind: Drill,
    /// Pairs of links that failed together, where asked for; they are not among the figures above.
    #[serde(skip_serializing_if = "Option::is_none")]
    sampled: Option<Tally>,
}

impl Report {
    fn new(graph: &Directed, drill: Drill, sampled: Option<Tally>, seconds: f64) -> Self {
        let all = drill.all();
        Self {
            nodes: graph.nodes(),
            links: graph.links(),
            protectable: all.protectable,
            repaired: all.repaired,
            loops: all.loops,
            cut: all.hit - all.protectable,
            segments_max: all.segments_max,
            stretch_mean: all.stretch_mean(),
            stretch_max: all.stretch_max,
            seconds,
            by_kind: drill,
            sampled,
        }
    }
}

pub(crate) fn run(context: &Context, args: &DrillArgs) -> Result<(), Failure> {
    let topology = args.graph.read()?;
    let graph = args.graph.directed_for_pairs(&topology)?;
    let groups =
        args.risk.as_ref().map_or_else(|| Ok(Vec::new()), |risk| groups(risk, &topology))?;
    let began = Instant::now();
    let found = drill(&graph, &groups);
    let pairs = pairs(graph.links(), args.sample, args.seed);
    let sampled = (args.sample > 0).then(|| doubles(&graph, &pairs));
    let report = Report::new(&graph, found, sampled, began.elapsed().as_secs_f64());
    context.out.print(Values::One(&report), |_| page(&report))
}

/// Two different links each; none where there are not two.
fn pairs(links: u32, count: u32, seed: u64) -> Vec<[LinkId; 2]> {
    let mut random = Random::new(seed);
    let mut draw = |most: u32| u32::try_from(random.below(most.into())).unwrap_or(0);
    let mut pair = || {
        let (one, other) = (draw(links), draw(links - 1));
        [one, other + u32::from(other >= one)]
    };
    if links < 2 { Vec::new() } else { (0..count).map(|_| pair()).collect() }
}

fn page(report: &Report) -> Page {
    let columns = [
        column("FAILS"),
        column("TIMES").right(),
        column("PAIRS HIT").right(),
        column("CUT").right(),
        column("PROTECTABLE").right(),
        column("REPAIRED").right(),
        column("LOOPS").right(),
        column("SEGMENTS").right(),
        column("LONGER").right(),
    ];
    let mut table = Table::new(columns);
    let Drill { links, nodes, groups, .. } = report.by_kind;
    let kinds = [("link", links), ("node", nodes), ("risk group", groups)];
    let sampled = report.sampled.map(|it| ("two links", it));
    for (name, tally) in kinds.into_iter().chain(sampled).filter(|(_, tally)| tally.failures > 0) {
        table.push(name.to_owned(), row(name, &tally));
    }
    let fields = vec![("drilled in", figure(report.seconds, 3, " s"))];
    Page(vec![
        Section::Table { title: Some("Drill"), table },
        Section::Fields { title: None, fields },
    ])
}

fn row(name: &str, tally: &Tally) -> Vec<Cell> {
    let good = |is_good: bool| if is_good { Style::Good } else { Style::Bad };
    vec![
        Cell::from(name.to_owned()),
        Cell::new(tally.failures),
        Cell::new(tally.hit),
        Cell::new(tally.hit - tally.protectable),
        Cell::new(tally.protectable),
        Cell::new(tally.repaired).style(good(tally.repaired == tally.protectable)),
        Cell::new(tally.loops).style(good(tally.loops == 0)),
        Cell::new(tally.segments_max),
        figure(tally.stretch_mean(), 3, " times"),
    ]
}

/// Groups of links that share a risk, by a file that names them.
pub(crate) fn groups(file: &Path, topology: &Topology) -> Result<Vec<Vec<LinkId>>, Failure> {
    let text = files::text_within(file, GROUPS_MOST_BYTES)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let group = |(at, line): (usize, &str)| {
        let links = line.split(',').map(|link| links_between(link.trim(), topology));
        let links: Result<Vec<_>, String> = links.collect();
        let wrong = |what| Failure::usage(format!("{}:{at}: {what}", file.display()));
        links.map(|links| links.concat()).map_err(wrong)
    };
    lines.map(group).collect()
}

/// The links between two nodes, whose ids may have minuses in them too.
fn links_between(text: &str, topology: &Topology) -> Result<Vec<LinkId>, String> {
    let splits = text.match_indices('-').map(|(at, _)| text.split_at(at));
    let ends = |(a, b): (&str, &str)| {
        let b = b.strip_prefix('-')?;
        Some([topology.node(a.trim()).ok()?, topology.node(b.trim()).ok()?])
    };
    let [a, b] = splits.filter_map(ends).next().ok_or_else(|| {
        format!("{text:?} is no link: write the ids of both ends with a minus between them")
    })?;
    let joins = |link: &network::formats::Link| link.ends == [a, b] || link.ends == [b, a];
    let found: Vec<LinkId> =
        (0..).zip(&topology.links).filter(|(_, link)| joins(link)).map(|(id, _)| id).collect();
    if found.is_empty() { Err(format!("there is no link {text:?}")) } else { Ok(found) }
}

pub(crate) fn grade(context: &Context, args: &GraphArgs) -> Result<(), Failure> {
    let topology = args.read()?;
    let graph = args.directed_for_pairs(&topology)?;
    let found = Resilience::new(&Structure::new(&graph), &drill(&graph, &[]));
    context.out.print(Values::One(&found), |_| {
        let percent = |part: f64| figure(100.0 * part, 2, " %");
        let style = if found.grade <= Grade::B { Style::Good } else { Style::Bad };
        let fields = vec![
            ("grade", Cell::from(format!("{:?}", found.grade)).style(style)),
            ("pairs kept whichever link fails", percent(found.protected_links)),
            ("pairs kept whichever node fails", percent(found.protected_nodes)),
            ("pairs connected after the worst link", percent(found.connected_worst)),
            ("repaired ways longer, mean", figure(found.stretch_mean, 3, " times")),
            ("repaired ways longer, at most", figure(found.stretch_max, 3, " times")),
            ("repaired packets later, at most", figure(found.longer_max_ms, 3, " ms")),
            ("segments of a repair, at most", Cell::new(found.segments_max)),
            ("bridges", Cell::new(found.bridges)),
            ("cut nodes", Cell::new(found.cut_nodes)),
            ("parts", Cell::new(found.components)),
        ];
        Page(vec![Section::Fields { title: Some("Resilience"), fields }])
    })
}
