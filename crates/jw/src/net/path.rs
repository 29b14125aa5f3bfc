//! `net path`.

use std::path::PathBuf;

use clap::Args;
use network::{
    LinkId, NodeId,
    directed::Directed,
    formats::{Arc, Rate, Topology},
    paths::{Apart, Chosen, K_MOST, Shared, Wanted, Way, between},
};
use serde::Serialize;
use units::{Bandwidth, DataPrice, Delay};

use super::{
    drill::groups,
    graph::{DELAY, FileArgs},
};
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    sim::one_of,
    table::{Cell, Style, Table, column, figure},
};

/// The order cannot be met.
const NO_WAY: u8 = 8;

#[derive(Debug, Args)]
pub(crate) struct PathArgs {
    #[command(flatten)]
    file: FileArgs,
    /// What the network's text calls the node where the ways begin.
    from: String,
    /// The node where they end.
    to: String,
    /// So many ways, at most, the best first. Left out: 1, and 2 with --disjoint, which takes no other.
    #[arg(long, value_name = "N")]
    k: Option<usize>,
    /// Find two ways that share as little as any two can, and are the best of such.
    #[arg(
        long, value_name = "WHAT", default_value = "none",
        value_parser = one_of(&Apart::ALL, Apart::name, Apart::about)
    )]
    disjoint: Apart,
    /// Links that share a risk, for --disjoint risk: a group a line, links with commas between them, each as the ids of
    /// its ends with a minus between them.
    #[arg(long, value_name = "FILE")]
    risk: Option<PathBuf>,
    /// No way is longer, one way. If every link says a price, or --price does, the cheapest ways within it are found, else
    /// the shortest.
    #[arg(long, value_name = "DELAY")]
    max_delay: Option<Delay>,
    /// Links that have less, or say none, are on no way.
    #[arg(long, value_name = "BANDWIDTH")]
    capacity: Option<Bandwidth>,
    /// What one is of capacities without a unit.
    #[arg(long, value_name = "BANDWIDTH")]
    unit: Option<Bandwidth>,
    /// Of links that say none.
    #[arg(long, value_name = "PRICE")]
    price: Option<DataPrice>,
}

impl PathArgs {
    fn k(&self) -> Result<usize, Failure> {
        match (self.k, self.disjoint) {
            (None, Apart::Nothing) => Ok(1),
            (None | Some(2), Apart::Links | Apart::Nodes | Apart::Risks) => Ok(2),
            (Some(k), Apart::Nothing) if (1..=K_MOST).contains(&k) => Ok(k),
            (Some(k), Apart::Nothing) => {
                Err(Failure::usage(format!("--k {k}: it is 1 to {K_MOST}")))
            }
            (Some(k), _) => Err(Failure::usage(format!("--k {k}: --disjoint finds two ways"))),
        }
    }
}

/// What was found.
#[derive(Debug, Serialize)]
struct Found {
    from: String,
    to: String,
    /// What ways are chosen by: `delay` or `price`.
    by: &'static str,
    disjoint: &'static str,
    ways: Vec<OneWay>,
    /// What the two ways have in common, with --disjoint.
    shared: Vec<Common>,
    /// Whether it is certain that there is nothing better.
    exact: bool,
}

#[derive(Debug, Serialize)]
struct OneWay {
    delay_ms: f64,
    /// Arcs whose delay is assumed: 1 ms.
    delays_assumed: usize,
    /// The least on the way; left out where a link of it says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<Capacity>,
    /// Of all links together; left out where one says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<DataPrice>,
    /// Labels of nodes, and ids of those without.
    hops: Vec<String>,
    /// Ids of the same nodes.
    nodes: Vec<String>,
    /// The ids of both ends with a minus between them.
    links: Vec<String>,
}

/// A bandwidth with its unit, or a figure of the network's own.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
enum Capacity {
    Known(Bandwidth),
    Figure(f64),
}

#[derive(Debug, Serialize)]
struct Common {
    what: &'static str,
    name: String,
}

pub(crate) fn run(context: &Context, args: &PathArgs) -> Result<(), Failure> {
    let k = args.k()?;
    let topology = args.file.read()?;
    let network = Network::new(args, &topology)?;
    let chosen = between(&network.graph, &Wanted { k, ..network.wanted() });
    let found = network.found(&chosen);
    context.out.print(Values::One(&found), |_| page(&found))?;
    if found.ways.is_empty() {
        context.out.note(network.why_none());
        return Err(Failure::Code(NO_WAY));
    }
    Ok(())
}

/// The network with what is asked of it.
struct Network<'a> {
    args: &'a PathArgs,
    topology: &'a Topology,
    graph: Directed,
    ends: [NodeId; 2],
    /// By arc; none where ways are chosen by delay.
    prices: Option<Vec<DataPrice>>,
    groups: Vec<Vec<LinkId>>,
    /// In what the graph's capacities are in.
    capacity: f64,
}

impl<'a> Network<'a> {
    fn new(args: &'a PathArgs, topology: &'a Topology) -> Result<Self, Failure> {
        let end = |id: &str| topology.node(id).map_err(Failure::usage);
        let ends = [end(&args.from)?, end(&args.to)?];
        if ends[0] == ends[1] {
            return Err(Failure::usage(format!(
                "{} and {} are the same node: a way needs two",
                args.from, args.to
            )));
        }
        if let Some(price) = args.price.filter(|price| *price < DataPrice::ZERO) {
            return Err(Failure::usage(format!("--price {price}: a price is zero or more")));
        }
        let groups = match (&args.risk, args.disjoint) {
            (Some(risk), Apart::Risks) => groups(risk, topology)?,
            (None, Apart::Risks) => {
                return Err(Failure::usage("--disjoint risk needs --risk FILE: who shares what"));
            }
            (Some(_), _) => return Err(Failure::usage("--risk is for --disjoint risk")),
            (None, _) => Vec::new(),
        };
        let (graph, capacity) = (graph(args, topology)?, args.capacity.map_or(0.0, bits));
        let prices = args.max_delay.and_then(|_| prices(args, topology));
        Ok(Self { args, topology, graph, ends, prices, groups, capacity })
    }

    fn wanted(&self) -> Wanted<'_> {
        let [from, to] = self.ends;
        Wanted {
            from,
            to,
            apart: self.args.disjoint,
            k: 1,
            max_delay: self.args.max_delay.unwrap_or(Delay::MAX),
            capacity: self.capacity,
            prices: self.prices.as_deref(),
            groups: &self.groups,
        }
    }

    fn found(&self, chosen: &Chosen) -> Found {
        let [from, to] = self.ends.map(|end| self.node(end));
        Found {
            from,
            to,
            by: if self.prices.is_some() { "price" } else { "delay" },
            disjoint: self.args.disjoint.name(),
            ways: chosen.ways.iter().map(|way| self.way(way)).collect(),
            shared: self.shared(&chosen.shared),
            exact: chosen.is_exact,
        }
    }

    fn way(&self, way: &Way) -> OneWay {
        let arcs = way.arcs.iter().filter_map(|arc| self.topology.arcs.get(*arc as usize));
        let arcs: Vec<&Arc> = arcs.collect();
        let is_assumed =
            |arc: &&&Arc| self.topology.delay(arc.ends, arc.delay, arc.length_m).is_none();
        let nodes = std::iter::once(self.ends[0]).chain(arcs.iter().map(|arc| arc.ends[1]));
        OneWay {
            delay_ms: way.delay_ns as f64 / 1e6,
            delays_assumed: arcs.iter().filter(is_assumed).count(),
            capacity: self.least(&arcs),
            price: arcs.iter().try_fold(DataPrice::ZERO, |sum, arc| {
                sum.checked_add(arc.price.or(self.args.price)?)
            }),
            hops: nodes.clone().map(|node| self.node(node)).collect(),
            nodes: nodes.map(|node| self.id(node)).collect(),
            links: arcs.iter().map(|arc| self.link(arc.link)).collect(),
        }
    }

    /// The least capacity on a way.
    fn least(&self, arcs: &[&Arc]) -> Option<Capacity> {
        let rates: Option<Vec<Rate>> = arcs.iter().map(|arc| arc.capacity).collect();
        let least = rates?.into_iter().min_by(|a, b| a.plain().total_cmp(&b.plain()))?;
        let known = least.bandwidth(self.args.unit).map(Capacity::Known);
        Some(known.unwrap_or(Capacity::Figure(least.plain())))
    }

    fn shared(&self, shared: &Shared) -> Vec<Common> {
        let of_group = |at: &usize| {
            let links = self.groups.get(*at).into_iter().flatten();
            links.map(|link| self.link(*link)).collect::<Vec<_>>().join(", ")
        };
        let common = |what: &'static str| move |name: String| Common { what, name };
        let groups = shared.groups.iter().map(of_group).map(common("risk"));
        let nodes = shared.nodes.iter().map(|node| self.node(*node)).map(common("node"));
        let links = shared.links.iter().map(|link| self.link(*link)).map(common("link"));
        groups.chain(nodes).chain(links).collect()
    }

    /// What people call it.
    fn node(&self, node: NodeId) -> String {
        let node = self.topology.nodes.get(node as usize);
        node.map_or_else(String::new, |it| it.label.as_ref().unwrap_or(&it.id).clone())
    }

    fn id(&self, node: NodeId) -> String {
        self.topology.nodes.get(node as usize).map_or_else(String::new, |it| it.id.clone())
    }

    /// As a file of risks names it.
    fn link(&self, link: LinkId) -> String {
        let link = self.topology.links.get(link as usize);
        link.map_or_else(String::new, |it| it.ends.map(|end| self.id(end)).join("-"))
    }

    /// What stands in the way.
    fn why_none(&self) -> String {
        let [from, to] = self.ends;
        let fitting = Wanted { capacity: self.capacity, ..Wanted::shortest(from, to) };
        let delay = |wanted: &Wanted<'_>| {
            between(&self.graph, wanted).ways.first().map(|way| Delay::new(way.delay_ns))
        };
        match (delay(&fitting), delay(&Wanted::shortest(from, to))) {
            (Some(least), _) => format!("no way is short enough: the shortest has {least}"),
            (None, Some(_)) => "no way has enough capacity".to_owned(),
            (None, None) => format!("no way leads from {} to {}", self.args.from, self.args.to),
        }
    }
}

fn bits(bandwidth: Bandwidth) -> f64 {
    bandwidth.get() as f64
}

/// The arcs with capacities in bit/s where those matter.
fn graph(args: &PathArgs, topology: &Topology) -> Result<Directed, Failure> {
    let is_bare = |arc: &Arc| arc.capacity.is_some_and(|rate| rate.bandwidth(args.unit).is_none());
    if args.capacity.is_some() && topology.arcs.iter().any(is_bare) {
        let what = "--capacity: some of its capacities are figures without a unit: say what one is with --unit";
        return Err(Failure::usage(what));
    }
    let unsaid = if args.capacity.is_some() { 0.0 } else { 1.0 };
    let plain = topology.directed(network::directed::Unsaid { capacity: unsaid, delay: DELAY });
    let in_bits = |(arc, said): (&network::directed::Arc, &Arc)| {
        let known = said.capacity.and_then(|rate| rate.bandwidth(args.unit)).map(bits);
        network::directed::Arc { capacity: known.unwrap_or(arc.capacity), ..*arc }
    };
    let arcs = plain.arcs().iter().zip(&topology.arcs).map(in_bits).collect();
    Ok(Directed::new(plain.nodes(), arcs))
}

/// Of all arcs; none where one says none.
fn prices(args: &PathArgs, topology: &Topology) -> Option<Vec<DataPrice>> {
    topology.arcs.iter().map(|arc| arc.price.or(args.price)).collect()
}

fn page(found: &Found) -> Page {
    let columns = [
        column("WAY").right(),
        column("DELAY").right(),
        column("CAPACITY").right(),
        column("PRICE").right(),
        column("HOPS"),
    ];
    let mut table = Table::new(columns);
    for (at, way) in (1..).zip(&found.ways) {
        let capacity = match way.capacity {
            Some(Capacity::Known(bandwidth)) => Cell::new(bandwidth),
            Some(Capacity::Figure(it)) => figure(it, 0, ""),
            None => Cell::from("-"),
        };
        let price = way.price.map_or_else(|| Cell::from("-"), Cell::new);
        let delay = figure(way.delay_ms, 3, " ms");
        let hops = Cell::from(way.hops.join(" > "));
        table.push(format!("{at}"), vec![Cell::new(at), delay, capacity, price, hops]);
    }
    let mut sections = vec![Section::Table { title: Some("Ways"), table }];
    if found.disjoint != Apart::Nothing.name() && !found.ways.is_empty() {
        sections.push(Section::Fields { title: None, fields: apart(found) });
    }
    Page(sections)
}

fn apart(found: &Found) -> Vec<(&'static str, Cell)> {
    let names = found.shared.iter().map(|it| format!("{} {}", it.what, it.name));
    let names: Vec<String> = names.collect();
    let shared = if names.is_empty() {
        Cell::from("nothing").style(Style::Good)
    } else {
        Cell::from(names.join("; ")).style(Style::Bad)
    };
    let proof = if found.exact { "it is proved that no two are better" } else { "not proved" };
    vec![("shared", shared), ("best", Cell::from(proof))]
}
