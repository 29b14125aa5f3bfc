//! `net reach`.

use clap::Args;
use model::Coordinates;
use network::{
    contours::{CIRCLES_MS, Known, within},
    formats::Topology,
    paths::round_trips,
};
use serde::Serialize;
use serde_json::{Value, json};
use units::Delay;

use super::graph::GraphArgs;
use crate::{
    args::Format,
    context::Context,
    failure::Failure,
    output::Values,
    table::{Cell, Table, column, figure},
};

#[derive(Debug, Args)]
pub(crate) struct ReachArgs {
    #[command(flatten)]
    graph: GraphArgs,
    /// What the network's text calls the node.
    node: String,
    /// How far around a node the ground counts as served by it, in kilometres.
    #[arg(long, default_value_t = 100.0, value_name = "KM")]
    around: f64,
}

/// A node, and how far it is.
#[derive(Debug, Serialize)]
struct Reached {
    id: String,
    name: String,
    round_trip_ms: f64,
    /// The smallest circle it is in; left out where it is in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    circle_ms: Option<f64>,
    #[serde(skip)]
    place: Option<Coordinates>,
}

pub(crate) fn run(context: &Context, args: &ReachArgs) -> Result<(), Failure> {
    if !(args.around > 0.0 && args.around <= 20_000.0) {
        return Err(Failure::usage(format!(
            "--around {}: it is above 0 and at most 20000",
            args.around
        )));
    }
    let topology = args.graph.read()?;
    let mut reached = reached(&topology, args)?;
    if context.out.format == Format::Geojson {
        let json = geojson(&reached, args)?;
        return context.out.raw(&format!("{json:#}\n"));
    }
    reached.sort_by(|a, b| a.round_trip_ms.total_cmp(&b.round_trip_ms));
    context.out.print(Values::Many(&reached), |_| table(&reached).into())
}

fn reached(topology: &Topology, args: &ReachArgs) -> Result<Vec<Reached>, Failure> {
    let from = topology.node(&args.node).map_err(Failure::usage)?;
    let round_trips = round_trips(&args.graph.directed(topology)?, from);
    let to = |(node, round_trip): (&network::formats::Node, Option<Delay>)| {
        let round_trip_ms = round_trip?.get() as f64 / 1e6;
        let circle_ms = CIRCLES_MS.into_iter().find(|circle| round_trip_ms <= *circle);
        let (id, name) = (node.id.clone(), node.name.to_string());
        Some(Reached { id, name, round_trip_ms, circle_ms, place: node.place })
    };
    Ok(topology.nodes.iter().zip(round_trips).filter_map(to).collect())
}

fn table(reached: &[Reached]) -> Table {
    let columns = [column("NODE"), column("ROUND TRIP").right(), column("CIRCLE").right()];
    let mut table = Table::new(columns);
    for it in reached {
        let circle = it.circle_ms.map_or_else(|| Cell::from("-"), |ms| figure(ms, 0, " ms"));
        let cells = vec![Cell::from(it.id.clone()), figure(it.round_trip_ms, 3, " ms"), circle];
        table.push(it.id.clone(), cells);
    }
    table
}

/// Circles, the widest one first, then nodes (RFC 7946).
fn geojson(reached: &[Reached], args: &ReachArgs) -> Result<Value, Failure> {
    let known = |it: &Reached| Some(Known { place: it.place?, round_trip_ms: it.round_trip_ms });
    let known: Vec<Known> = reached.iter().filter_map(known).collect();
    if known.is_empty() {
        let what = "none of the nodes it reaches has a place: -o json tells their round trips";
        return Err(Failure::usage(what));
    }
    let circle = |ms: &f64| {
        json!({
            "type": "Feature",
            "properties": { "round_trip_ms": ms },
            "geometry": { "type": "MultiPolygon", "coordinates": within(&known, *ms, args.around) },
        })
    };
    let node = |it: &Reached| {
        let Coordinates { lat, lon } = it.place?;
        let Reached { id, name, round_trip_ms, circle_ms, .. } = it;
        Some(json!({
            "type": "Feature",
            "properties": { "id": id, "name": name, "round_trip_ms": round_trip_ms, "circle_ms": circle_ms },
            "geometry": { "type": "Point", "coordinates": [lon, lat] },
        }))
    };
    let features: Vec<Value> =
        CIRCLES_MS.iter().rev().map(circle).chain(reached.iter().filter_map(node)).collect();
    Ok(json!({ "type": "FeatureCollection", "features": features }))
}
