//! `net show`.

use network::formats::Topology;
use serde::Serialize;

use super::graph::FileArgs;
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    sim::topology::connected,
    table::{Cell, figure},
};

/// What a network is like.
#[derive(Debug, Serialize)]
struct Summary {
    format: &'static str,
    title: Option<String>,
    nodes: usize,
    links: usize,
    arcs: usize,
    demands: usize,
    /// Parts that no link joins: one where every node reaches every other.
    parts: usize,
    /// Links of which a capacity, a delay, a length is said.
    capacities: usize,
    delays: usize,
    lengths: usize,
    /// Nodes of which the place is said.
    places: usize,
    /// Links at a node, in the mean.
    degree: f64,
}

impl Summary {
    fn new(format: &'static str, topology: &Topology) -> Self {
        let Topology { title, nodes, links, arcs, demands, .. } = topology;
        Self {
            format,
            title: title.clone(),
            nodes: nodes.len(),
            links: links.len(),
            arcs: arcs.len(),
            demands: demands.len(),
            parts: topology.parts(),
            capacities: links.iter().filter(|link| link.capacity.is_some()).count(),
            delays: links.iter().filter(|link| link.delay.is_some()).count(),
            lengths: links.iter().filter(|link| link.length_m.is_some()).count(),
            places: nodes.iter().filter(|node| node.place.is_some()).count(),
            degree: 2.0 * links.len() as f64 / nodes.len() as f64,
        }
    }
}

pub(crate) fn run(context: &Context, args: &FileArgs) -> Result<(), Failure> {
    let format = args.format()?;
    let summary = Summary::new(format.name(), &args.read()?);
    context.out.print(Values::One(&summary), |_| page(&summary))
}

fn page(summary: &Summary) -> Page {
    let of_links = |count: usize| Cell::from(format!("{count} of {} links", summary.links));
    let fields = vec![
        ("format", Cell::from(summary.format)),
        ("title", Cell::from(summary.title.clone().unwrap_or_default())),
        ("nodes", Cell::new(summary.nodes)),
        ("links", Cell::new(summary.links)),
        ("arcs", Cell::new(summary.arcs)),
        ("demands", Cell::new(summary.demands)),
        ("connected", connected(summary.parts)),
        ("links at a node", figure(summary.degree, 2, "")),
        ("capacity said", of_links(summary.capacities)),
        ("delay said", of_links(summary.delays)),
        ("length said", of_links(summary.lengths)),
        ("place said", Cell::from(format!("{} of {} nodes", summary.places, summary.nodes))),
    ];
    Page(vec![Section::Fields { title: Some("Network"), fields }])
}
