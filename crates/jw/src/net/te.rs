//! `net te`.

use std::path::PathBuf;

use clap::Args;
use network::traffic::{Effort, Objective};
use sim::{
    files,
    traffic::{self, Matrix, Report},
};

use super::graph::GraphArgs;
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    sim::one_of,
    table::{Cell, Style, figure},
};

#[derive(Debug, Args)]
pub(crate) struct TeArgs {
    #[command(flatten)]
    graph: GraphArgs,
    /// Repetita's .demands, or CSV with tm,src,dst,demand; may be compressed (`.gz`). Left out, with no --gravity: those
    /// in the network's own text.
    #[arg(long, value_name = "FILE", conflicts_with = "gravity")]
    demands: Option<PathBuf>,
    /// Which matrix of the file.
    #[arg(long, value_name = "N", default_value_t = 0)]
    matrix: u32,
    /// Make demands between all nodes by weights that this seed draws.
    #[arg(long, value_name = "SEED")]
    gravity: Option<u64>,
    /// Use of the busiest arc if those demands took ways of fewest arcs; all are scaled to that.
    #[arg(long, value_name = "X", default_value_t = 1.0, requires = "gravity")]
    load: f64,
    #[arg(long, value_parser = one_of(&Objective::ALL, Objective::name, Objective::about), default_value = "mlu")]
    objective: Objective,
    /// How far from the bound the value may be, as part of it.
    #[arg(long, value_name = "PART", default_value_t = 0.01)]
    tol: f64,
    /// Rounds over all nodes, at most; what is reached then is told with its gap.
    #[arg(long, value_name = "N", default_value_t = Effort::default().rounds)]
    rounds: u32,
    /// Fail every link once, and spread demands anew over what is left.
    #[arg(long)]
    each_failure: bool,
    /// Write every arc with its load and price as JSON.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

impl TeArgs {
    fn matrix(&self) -> Matrix {
        match (&self.demands, self.gravity) {
            (Some(path), _) => Matrix::File { path: path.clone(), matrix: self.matrix },
            (None, Some(seed)) => Matrix::Gravity { seed, load: self.load },
            (None, None) => Matrix::Own,
        }
    }

    fn effort(&self) -> Result<Effort, Failure> {
        if !(1e-6..=1.0).contains(&self.tol) {
            return Err(Failure::usage(format!(
                "--tol {}: it is between 0.000001 and 1",
                self.tol
            )));
        }
        if self.rounds == 0 {
            return Err(Failure::usage("--rounds 0: one at least"));
        }
        Ok(Effort { tolerance: self.tol, rounds: self.rounds })
    }
}

pub(crate) fn run(context: &Context, args: &TeArgs) -> Result<(), Failure> {
    let effort = args.effort()?;
    let topology = args.graph.read()?;
    let graph = args.graph.directed(&topology)?;
    let demands = traffic::demands(&topology, &graph, &args.matrix())?;
    let (mut report, found) = traffic::run(&graph, &demands, args.objective, effort);
    if args.each_failure {
        let failures = traffic::fail_each(&graph, &demands, args.objective, effort, &report);
        report.failures = Some(failures);
    }
    if let Some(to) = &args.to {
        files::write_json(to, &traffic::loaded(&topology, &graph, &found))?;
    }
    context.out.print(Values::One(&report), |_| page(&report, args))
}

fn page(report: &Report, args: &TeArgs) -> Page {
    let is_near = report.gap_pct <= 100.0 * args.tol;
    let style = if is_near { Style::Good } else { Style::Bad };
    let (value, bound) = match args.objective {
        Objective::Mlu => ("busiest arc used", "at least, whatever the paths"),
        Objective::Served => ("carried", "at most, whatever the paths"),
    };
    let amount = |it: f64| match args.objective {
        Objective::Mlu => figure(100.0 * it, 3, " %"),
        Objective::Served => {
            figure(100.0 * it / report.amount.max(f64::MIN_POSITIVE), 3, " % of all")
        }
    };
    let mut fields = vec![
        ("nodes, arcs", Cell::from(format!("{}, {}", report.nodes, report.arcs))),
        ("demands", Cell::new(report.demands)),
        (value, amount(report.value)),
        (bound, amount(report.bound)),
        ("gap", figure(report.gap_pct, 3, " %").style(style)),
        ("found in", figure(report.seconds * 1e3, 1, " ms")),
    ];
    if report.unroutable > 0 {
        fields.push(("without any way", Cell::new(report.unroutable).style(Style::Bad)));
    }
    if let Some(it) = &report.failures {
        fields.extend([
            ("links failed, each once", Cell::new(it.links)),
            ("of them cut something off", Cell::new(it.cutting)),
            ("worst after a failure", amount(it.value_worst)),
            ("found anew in, median", figure(it.seconds_median * 1e3, 1, " ms")),
            ("found anew in, at most", figure(it.seconds_max * 1e3, 1, " ms")),
        ]);
    }
    Page(vec![Section::Fields { title: Some("Traffic"), fields }])
}
