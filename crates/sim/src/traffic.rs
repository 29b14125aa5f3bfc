//! Traffic engineering on networks of others: whose demands, and what came out.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use network::{
    LinkId,
    directed::{Arc, Directed},
    formats::{Rate, Topology},
    traffic::{
        Demand, Effort, Fair, GRAVITY_NODES_MOST, Level, Objective, Spread, Want, fair, gravity,
        spread,
    },
};
use serde::Serialize;

use crate::{SimError, import::topology::read_demands};

/// Where demands come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Matrix {
    /// A file beside the network, and which of its matrices.
    File { path: PathBuf, matrix: u32 },
    /// Those in the network's own text.
    Own,
    /// By the gravity model; see [`gravity`].
    Gravity { seed: u64, load: f64 },
}

/// Reads or makes demands that are all of one class.
///
/// # Errors
/// As of [`wants`]; or some have a priority or a limit.
pub fn demands(
    topology: &Topology,
    graph: &Directed,
    matrix: &Matrix,
) -> Result<Vec<Demand>, SimError> {
    let wants = wants(topology, graph, matrix)?;
    if wants.iter().any(|it| it.priority > 0 || it.max_delay.is_some()) {
        let what = "demands have a priority or a max_delay, which only the objective `fair` keeps";
        return Err(SimError::Asked(what.to_owned()));
    }
    Ok(wants.into_iter().map(|it| it.demand).collect())
}

/// Reads or makes demands.
///
/// # Errors
/// There are none, they are in another unit than capacities, or the network is too large for a matrix of all pairs.
pub fn wants(
    topology: &Topology,
    graph: &Directed,
    matrix: &Matrix,
) -> Result<Vec<Want>, SimError> {
    let plain = |demand| Want { demand, priority: 0, max_delay: None };
    match matrix {
        Matrix::Gravity { seed, load } => {
            if graph.nodes() > GRAVITY_NODES_MOST {
                return Err(SimError::Asked(format!(
                    "{} nodes: a gravity matrix is made for at most {GRAVITY_NODES_MOST}; give demands in a file",
                    graph.nodes()
                )));
            }
            if !(load.is_finite() && *load > 0.0) {
                return Err(SimError::Asked(format!("load {load}: it is more than zero")));
            }
            Ok(gravity(graph, *seed, *load).into_iter().map(plain).collect())
        }
        Matrix::File { path, matrix } => {
            told(topology, &read_demands(path, topology)?, *matrix, Some(path))
        }
        Matrix::Own => told(topology, &topology.demands, 0, None),
    }
}

fn told(
    topology: &Topology,
    demands: &[network::formats::Demand],
    matrix: u32,
    path: Option<&Path>,
) -> Result<Vec<Want>, SimError> {
    let of_it: Vec<_> = demands.iter().filter(|it| it.matrix == matrix).collect();
    if of_it.is_empty() {
        let numbers = demands.iter().map(|it| it.matrix);
        let what = match (path, numbers.clone().min().zip(numbers.max())) {
            (None, _) => {
                "the network has no demands of its own: give --demands or --gravity".to_owned()
            }
            (Some(path), None) => format!("{}: there is no demand in it", path.display()),
            (Some(path), Some((first, last))) => {
                format!("{}: there is no matrix {matrix}, but {first} to {last}", path.display())
            }
        };
        return Err(SimError::Asked(what));
    }
    let is_known = |rate: Rate| matches!(rate, Rate::Known(_));
    let of_arcs = topology.arcs.iter().find_map(|arc| arc.capacity).map(is_known);
    if of_arcs.is_some_and(|known| of_it.iter().any(|it| is_known(it.rate) != known)) {
        let what = "demands and capacities are in different units: one of them is in bit/s, the other a figure without a unit";
        return Err(SimError::Asked(what.to_owned()));
    }
    Ok(of_it
        .iter()
        .map(|it| Want {
            demand: Demand { from: it.from, to: it.to, amount: it.rate.plain() },
            priority: it.terms.priority,
            max_delay: it.terms.max_delay,
        })
        .collect())
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub objective: &'static str,
    pub nodes: u32,
    pub arcs: usize,
    pub demands: usize,
    /// Demands that no way over arcs with capacity leads from and to: they are left out.
    pub unroutable: usize,
    /// The sum of all that can be routed.
    pub amount: f64,
    /// Of `mlu` the use of the busiest arc, load over capacity; of `served` what is carried.
    pub value: f64,
    /// No routing has a smaller value; of `served`, a larger one.
    pub bound: f64,
    /// How far from the bound the value is, in percent of the smaller one.
    pub gap_pct: f64,
    pub rounds: u32,
    /// Of the search alone, on the wall clock.
    pub seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Failures>,
}

/// What came out for classes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FairReport {
    /// `fair`.
    pub objective: &'static str,
    pub nodes: u32,
    pub arcs: usize,
    pub demands: usize,
    /// Demands that no way over arcs with capacity, and within their delay limit, leads from and to.
    pub unroutable: usize,
    /// The sum of all that can be routed.
    pub amount: f64,
    /// The least share of the class that is served first, and its bound.
    pub value: f64,
    pub bound: f64,
    /// How far below its bound the worst level of any class is, in percent of each demand.
    pub gap_pct: f64,
    pub rounds: u32,
    pub seconds: f64,
    pub classes: Vec<ClassReport>,
}

/// One priority.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassReport {
    pub priority: u8,
    /// Those that can be routed, their sum, and what of it is carried.
    pub demands: usize,
    pub amount: f64,
    pub served: f64,
    pub levels: Vec<LevelReport>,
}

/// Demands with the same share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LevelReport {
    pub demands: usize,
    /// The part of each that is carried.
    pub share: f64,
    /// No routing that gives those of before what they have gives every one of these more.
    pub bound: f64,
}

/// Serves classes of demands, and says how well.
#[must_use]
pub fn run_fair(graph: &Directed, wants: &[Want], effort: Effort) -> (FairReport, Fair) {
    let began = Instant::now();
    let found = fair(graph, wants, effort);
    let seconds = began.elapsed().as_secs_f64();
    let mut priorities: Vec<u8> = found.levels.iter().map(|it| it.priority).collect();
    priorities.dedup();
    let classes: Vec<ClassReport> =
        priorities.into_iter().map(|priority| class(priority, wants, &found)).collect();
    let gap = found.levels.iter().map(Level::gap).fold(0.0, f64::max);
    let first = found.levels.first();
    let report = FairReport {
        objective: "fair",
        nodes: graph.nodes(),
        arcs: graph.arcs().len(),
        demands: wants.len(),
        unroutable: found.unroutable.demands,
        amount: classes.iter().map(|it| it.amount).sum(),
        value: first.map_or(0.0, |it| it.share),
        bound: first.map_or(0.0, |it| it.bound),
        gap_pct: 100.0 * gap,
        rounds: found.rounds,
        seconds,
        classes,
    };
    (report, found)
}

fn class(priority: u8, wants: &[Want], found: &Fair) -> ClassReport {
    let levels = found.levels.iter().filter(|it| it.priority == priority);
    let level = |it: &Level| LevelReport { demands: it.demands, share: it.share, bound: it.bound };
    let levels: Vec<LevelReport> = levels.map(level).collect();
    let of_it = wants.iter().zip(&found.shares).filter(|(it, _)| it.priority == priority);
    let routed = of_it.filter_map(|(it, share)| Some((it.demand.amount, (*share)?)));
    let (mut amount, mut served) = (0.0, 0.0);
    for (one, share) in routed {
        amount += one;
        served += one * share;
    }
    let demands = levels.iter().map(|it| it.demands).sum();
    ClassReport { priority, demands, amount, served, levels }
}

/// The same once for every link that fails.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failures {
    pub links: u32,
    pub seconds_median: f64,
    pub seconds_max: f64,
    /// The worst value after a failure.
    pub value_worst: f64,
    pub gap_pct_max: f64,
    /// Failures that leave some demands without any way.
    pub cutting: usize,
}

/// Spreads demands, and says how well.
#[must_use]
pub fn run(
    graph: &Directed,
    demands: &[Demand],
    objective: Objective,
    effort: Effort,
) -> (Report, Spread) {
    let began = Instant::now();
    let found = spread(graph, demands, objective, effort);
    let seconds = began.elapsed().as_secs_f64();
    let amount = demands.iter().filter(|it| it.from != it.to).map(|it| it.amount).sum::<f64>();
    let report = Report {
        objective: objective.name(),
        nodes: graph.nodes(),
        arcs: graph.arcs().len(),
        demands: demands.len(),
        unroutable: found.unroutable.demands,
        amount: amount - found.unroutable.amount,
        value: found.value,
        bound: found.bound,
        gap_pct: 100.0 * found.gap(),
        rounds: found.rounds,
        seconds,
        failures: None,
    };
    (report, found)
}

/// Fails every link by itself, and spreads all demands anew over what is left; `usual` is what comes out with all links.
#[must_use]
pub fn fail_each(
    graph: &Directed,
    demands: &[Demand],
    objective: Objective,
    effort: Effort,
    usual: &Report,
) -> Failures {
    let of_one = |link| run(&without(graph, link), demands, objective, effort).0;
    let mut reports: Vec<Report> = (0..graph.links()).map(of_one).collect();
    reports.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let values = reports.iter().map(|it| it.value);
    Failures {
        links: graph.links(),
        seconds_median: reports.get(reports.len() / 2).map_or(0.0, |it| it.seconds),
        seconds_max: reports.last().map_or(0.0, |it| it.seconds),
        value_worst: match objective {
            Objective::Mlu => values.fold(0.0, f64::max),
            Objective::Served => values.fold(f64::INFINITY, f64::min),
        },
        gap_pct_max: reports.iter().map(|it| it.gap_pct).fold(0.0, f64::max),
        cutting: reports.iter().filter(|it| it.unroutable > usual.unroutable).count(),
    }
}

fn without(graph: &Directed, link: LinkId) -> Directed {
    let cut =
        |arc: &Arc| Arc { capacity: if arc.link == link { 0.0 } else { arc.capacity }, ..*arc };
    Directed::new(graph.nodes(), graph.arcs().iter().map(cut).collect())
}

/// An arc, what it carries, and its price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loaded<'a> {
    /// What the network's text calls its ends.
    pub from: &'a str,
    pub to: &'a str,
    pub capacity: f64,
    pub load: f64,
    /// The prices of all arcs prove the bound.
    pub price: f64,
}

/// Every arc with what it carries.
#[must_use]
pub fn loaded<'a>(
    topology: &'a Topology,
    graph: &Directed,
    (loads, prices): (&[f64], &[f64]),
) -> Vec<Loaded<'a>> {
    let name = |node: u32| topology.nodes.get(node as usize).map_or("", |it| it.id.as_str());
    let each = graph.arcs().iter().zip(loads.iter().zip(prices));
    let one = |(arc, (load, price)): (&Arc, (&f64, &f64))| Loaded {
        from: name(arc.from),
        to: name(arc.to),
        capacity: arc.capacity,
        load: *load,
        price: *price,
    };
    each.map(one).collect()
}

#[cfg(test)]
mod tests {
    use network::{directed::Unsaid, formats::Format};
    use units::Delay;

    use super::*;
    use crate::{files::at_hand, import::topology::read};

    fn network(graph: &Path) -> (Topology, Directed) {
        let format = match graph.extension().and_then(|it| it.to_str()) {
            Some("graph") => Format::Repetita,
            _ => Format::NodeLink,
        };
        let topology = read(format, graph).unwrap();
        let graph = topology.directed(Unsaid { capacity: 1.0, delay: Delay::ZERO });
        (topology, graph)
    }

    fn solved(graph: &Path, demands_of: &Path, effort: Effort) -> Report {
        let (topology, graph) = network(graph);
        let matrix = Matrix::File { path: demands_of.to_owned(), matrix: 0 };
        let demands = demands(&topology, &graph, &matrix).unwrap();
        run(&graph, &demands, Objective::Mlu, effort).0
    }

    /// Optima by another solver, of the whole linear program.
    #[test]
    fn optima_known_from_elsewhere_lie_between_bound_and_value() {
        let known = [
            ("Abilene", ".0000", 0.900_00),
            ("Geant2012", ".0000", 0.899_99),
            ("synth50_opt_hard", "", 0.687_12),
            ("rf1755_real_hard", "", 0.760_69),
        ];
        for (name, number, optimum) in known {
            let file = |end: &str| at_hand(&format!("topologies/repetita/{name}{end}"));
            let demands = format!("{number}.demands.gz");
            let (Some(graph), Some(demands)) = (file(".graph"), file(&demands)) else { return };
            let effort = Effort { tolerance: 0.002, ..Effort::default() };
            let report = solved(&graph, &demands, effort);
            assert!(report.gap_pct <= 0.2, "{name} {report:?}");
            assert!(
                report.bound <= optimum + 1e-5 && optimum <= report.value + 1e-5,
                "{name} {report:?}"
            );
        }
    }

    #[test]
    fn every_link_of_b4_fails_once() {
        let Some(graph) = at_hand("topologies/teal/B4.json") else { return };
        let Some(file) = at_hand("topologies/teal/B4_real_tms.csv.gz") else { return };
        let (topology, graph) = network(&graph);
        let path = file.clone();
        let demands_of =
            |matrix| demands(&topology, &graph, &Matrix::File { path: path.clone(), matrix });
        let demands = demands_of(0).unwrap();
        let effort = Effort::default();
        let (whole, found) = run(&graph, &demands, Objective::Mlu, effort);
        assert_eq!(loaded(&topology, &graph, (&found.loads, &found.prices)).len(), 38);
        let failures = fail_each(&graph, &demands, Objective::Mlu, effort, &whole);
        assert_eq!((failures.links, failures.cutting), (19, 0));
        assert!(failures.value_worst >= whole.bound && failures.gap_pct_max <= 1.0, "{failures:?}");
        let missing = demands_of(4_000_000).unwrap_err().to_string();
        assert!(missing.contains("no matrix 4000000"), "{missing}");
    }

    #[test]
    fn units_that_differ_and_demands_that_are_not_there_are_said() {
        let text =
            r#"{"nodes":[{"id":0},{"id":1}],"links":[{"source":0,"target":1,"capacity":5}]}"#;
        let topology = network::formats::read(Format::NodeLink, text).unwrap();
        let graph = topology.directed(Unsaid { capacity: 1.0, delay: Delay::ZERO });
        let own = demands(&topology, &graph, &Matrix::Own).unwrap_err().to_string();
        assert!(own.contains("no demands of its own"), "{own}");
        let rate = Rate::Known(units::Bandwidth::new(1));
        let terms = network::formats::Terms::default();
        let one = network::formats::Demand { matrix: 0, from: 0, to: 1, rate, terms };
        let mixed = told(&topology, &[one], 0, None).unwrap_err().to_string();
        assert!(mixed.contains("different units"), "{mixed}");
        for load in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(demands(&topology, &graph, &Matrix::Gravity { seed: 1, load }).is_err());
        }
    }
}
