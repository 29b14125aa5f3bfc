//! The network that a command is about.

use std::path::{Path, PathBuf};

use clap::Args;
use network::{
    directed::{ALL_PAIRS_NODES_MOST, Directed, Unsaid},
    formats::{Format, Rate, Topology},
};
use sim::import;
use units::Delay;

use crate::{
    context::Context,
    failure::Failure,
    sim::{
        one_of,
        topology::{self, AssumptionArgs},
    },
};

/// Of arcs that say neither delay, length nor both places.
pub(crate) const DELAY: Delay = Delay::new(1_000_000);
/// Of arcs that say none, in a network of which others do: 100 Gbit/s.
const CAPACITY: f64 = 100e9;

/// The file, and its form.
#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// Repetita's .graph, GraphML, node-link JSON, or that of RFC 8345; may be compressed (`.gz`).
    graph: PathBuf,
    /// Left out: by the end of the file's name.
    #[arg(long, value_parser = one_of(&Format::ALL, Format::name, Format::about))]
    format: Option<Format>,
}

impl FileArgs {
    pub(crate) fn read(&self) -> Result<Topology, Failure> {
        Ok(import::topology::read(self.format()?, &self.graph)?)
    }

    pub(crate) fn format(&self) -> Result<Format, Failure> {
        told(&self.graph, self.format, "--format")
    }
}

/// The form of a file: what is said, else by the end of its name.
pub(crate) fn told(file: &Path, said: Option<Format>, option: &str) -> Result<Format, Failure> {
    said.or_else(|| by_name(file)).ok_or_else(|| {
        let file = file.display();
        Failure::usage(format!(
            "{file}: its name ends in none of .graph, .graphml, .json and .xml: say which form it has with {option}"
        ))
    })
}

#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Capacity of links that say none, in bit/s, or in the network's own figures. Left out: 100 Gbit/s, and 1 where no
    /// link of the network says any.
    #[arg(long, value_name = "FIGURE")]
    capacity: Option<f64>,
}

impl GraphArgs {
    pub(crate) fn read(&self) -> Result<Topology, Failure> {
        self.file.read()
    }

    /// The graph of its arcs.
    pub(crate) fn directed(&self, topology: &Topology) -> Result<Directed, Failure> {
        let says_any = topology.arcs.iter().any(|arc| arc.capacity.is_some());
        let usual = if says_any { CAPACITY } else { 1.0 };
        let capacity = self.capacity.unwrap_or(usual);
        if !capacity.is_finite() || capacity < 0.0 {
            return Err(Failure::usage(format!("--capacity {capacity}: it is zero or more")));
        }
        if units_differ(topology) {
            let what = "some of its capacities are in bit/s and others figures without a unit: they cannot be compared";
            return Err(Failure::usage(format!("{}: {what}", self.file.graph.display())));
        }
        Ok(topology.directed(Unsaid { capacity, delay: DELAY }))
    }

    /// The same, for what keeps something for each pair of nodes.
    pub(crate) fn directed_for_pairs(&self, topology: &Topology) -> Result<Directed, Failure> {
        let nodes = topology.nodes.len();
        if nodes > ALL_PAIRS_NODES_MOST as usize {
            let what = format!(
                "it has {nodes} nodes: what is kept for each two of them has room for {ALL_PAIRS_NODES_MOST} nodes at most"
            );
            return Err(Failure::usage(format!("{}: {what}", self.file.graph.display())));
        }
        self.directed(topology)
    }
}

fn units_differ(topology: &Topology) -> bool {
    let rates = || topology.arcs.iter().filter_map(|arc| arc.capacity);
    let is_figure = |rate: Rate| matches!(rate, Rate::Figure(_));
    rates().any(is_figure) && !rates().all(is_figure)
}

fn by_name(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    match name.rsplit_once('.')?.1 {
        "json" if name.ends_with(".rfc8345.json") => Some(Format::Rfc8345),
        "graph" => Some(Format::Repetita),
        "graphml" => Some(Format::Graphml),
        "xml" => Some(Format::Sndlib),
        "json" => Some(Format::NodeLink),
        _ => None,
    }
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Write the manifests here.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[command(flatten)]
    assumptions: AssumptionArgs,
}

pub(crate) fn import(context: &Context, args: &ImportArgs) -> Result<(), Failure> {
    let ImportArgs { file, to, assumptions } = args;
    topology::run(context, file.format()?, &file.graph, to.as_deref(), assumptions)
}
