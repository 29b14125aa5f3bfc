//! `net export`.

use std::path::PathBuf;

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use network::formats::{Format, Topology, write};
use sim::import;
use units::{Bandwidth, Delay};

use super::graph::told;
use crate::{context::Context, failure::Failure, sim::one_of};

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// A network in any of the forms; may be compressed (`.gz`).
    graph: PathBuf,
    /// The form to write; json is node-link.
    #[arg(long, value_parser = writable())]
    format: Format,
    /// The form that the network has. Left out: by the end of the file's name.
    #[arg(long, value_parser = one_of(&Format::ALL, Format::name, Format::about))]
    from: Option<Format>,
    /// Write it here, compressed if the name ends in .gz. Left out: to standard output.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Of links that say none. Left out: they go on saying none.
    #[arg(long, value_name = "BANDWIDTH")]
    capacity: Option<Bandwidth>,
    /// Of links that say neither delay, length nor both places. Left out: they go on saying none.
    #[arg(long, value_name = "DELAY")]
    delay: Option<Delay>,
    /// What one is of capacities without a unit. Left out: they go on having none.
    #[arg(long, value_name = "BANDWIDTH")]
    unit: Option<Bandwidth>,
}

/// The forms by their names; node-link is the JSON of networks to most.
fn writable() -> impl TypedValueParser<Value = Format> {
    let value = |it: Format| {
        let value = PossibleValue::new(it.name()).help(it.about());
        if it == Format::NodeLink { value.alias("json") } else { value }
    };
    let named = |text: String| match text.as_str() {
        "json" => Ok(Format::NodeLink),
        name => Format::WRITTEN.into_iter().find(|it| it.name() == name).ok_or("not one of them"),
    };
    PossibleValuesParser::new(Format::WRITTEN.map(value)).try_map(named)
}

pub(crate) fn run(context: &Context, args: &ExportArgs) -> Result<(), Failure> {
    let form = told(&args.graph, args.from, "--from")?;
    let mut topology = import::topology::read(form, &args.graph)?;
    topology.assume(args.unit, args.capacity, args.delay);
    let text = write(args.format, &topology)
        .map_err(|error| Failure::usage(format!("{}: {error}", args.graph.display())))?;
    super::classes::write(context, args.to.as_ref(), &text)?;
    note_demands(context, &topology, args.format);
    Ok(())
}

fn note_demands(context: &Context, topology: &Topology, format: Format) {
    let lost = topology.demands.len() - topology.demands_written(format).len();
    if lost > 0 {
        context
            .out
            .note(format!("{lost} demands are left out: {} has no room for them", format.name()));
    }
}
