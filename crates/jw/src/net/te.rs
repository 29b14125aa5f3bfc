//! `net te`.

use std::path::PathBuf;

use clap::Args;
use network::traffic::{Effort, Objective};
use sim::{
    files,
    traffic::{self, FairReport, Matrix, Report},
};

use super::graph::GraphArgs;
use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    sim::one_of,
    table::{Cell, Style, Table, column, figure},
};

#[derive(Debug, Args)]
pub(crate) struct TeArgs {
    #[command(flatten)]
    graph: GraphArgs,
    /// Repetita's .demands, or CSV with tm,src,dst,demand, which priority and max_delay may follow, or a list of such in
    /// JSON; may be compressed (`.gz`). Left out, with no --gravity: those
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
    #[arg(long, value_parser = one_of(&Goal::ALL, Goal::name, Goal::about), default_value = "mlu")]
    objective: Goal,
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

/// What is good.
#[derive(Debug, Clone, Copy)]
enum Goal {
    Of(Objective),
    Fair,
}

impl Goal {
    const ALL: [Self; 3] = [Self::Of(Objective::Mlu), Self::Of(Objective::Served), Self::Fair];

    const fn name(self) -> &'static str {
        match self {
            Self::Of(objective) => objective.name(),
            Self::Fair => "fair",
        }
    }

    const fn about(self) -> &'static str {
        match self {
            Self::Of(objective) => objective.about(),
            Self::Fair => {
                "Serve one priority after another within capacities, the least share of each as large as can be, on ways within delay limits"
            }
        }
    }
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
    let write = |loads: &[f64], prices: &[f64]| match &args.to {
        Some(to) => files::write_json(to, &traffic::loaded(&topology, &graph, (loads, prices))),
        None => Ok(()),
    };
    let objective = match args.objective {
        Goal::Of(objective) => objective,
        Goal::Fair if args.each_failure => {
            return Err(Failure::usage("--each-failure is for --objective mlu and served"));
        }
        Goal::Fair => {
            let wants = traffic::wants(&topology, &graph, &args.matrix())?;
            let (report, found) = traffic::run_fair(&graph, &wants, effort);
            write(&found.loads, &found.prices)?;
            return context.out.print(Values::One(&report), |_| fair_page(&report, args));
        }
    };
    let demands = traffic::demands(&topology, &graph, &args.matrix())?;
    let (mut report, found) = traffic::run(&graph, &demands, objective, effort);
    if args.each_failure {
        let failures = traffic::fail_each(&graph, &demands, objective, effort, &report);
        report.failures = Some(failures);
    }
    write(&found.loads, &found.prices)?;
    context.out.print(Values::One(&report), |_| page(&report, objective, args))
}

fn fair_page(report: &FairReport, args: &TeArgs) -> Page {
    let mut fields = head(report.nodes, report.arcs, report.demands);
    fields.push(("worst gap of a level", near(report.gap_pct, args)));
    fields.extend(foot(report.seconds, report.unroutable));
    let mut table = Table::new([
        column("PRIORITY").right(),
        column("DEMANDS").right(),
        column("SHARE").right(),
        column("AT MOST").right(),
    ]);
    for class in &report.classes {
        for (at, level) in class.levels.iter().enumerate() {
            let cells = vec![
                Cell::new(class.priority),
                Cell::new(level.demands),
                figure(100.0 * level.share, 2, " %"),
                figure(100.0 * level.bound, 2, " %"),
            ];
            table.push(format!("{}/{at}", class.priority), cells);
        }
    }
    Page(vec![
        Section::Fields { title: Some("Traffic"), fields },
        Section::Table { title: Some("Shares"), table },
    ])
}

fn head(nodes: u32, arcs: usize, demands: usize) -> Vec<(&'static str, Cell)> {
    vec![("nodes, arcs", Cell::from(format!("{nodes}, {arcs}"))), ("demands", Cell::new(demands))]
}

/// How far from the bound, and whether that is as near as was asked for.
fn near(gap_pct: f64, args: &TeArgs) -> Cell {
    let style = if gap_pct <= 100.0 * args.tol { Style::Good } else { Style::Bad };
    figure(gap_pct, 3, " %").style(style)
}

fn foot(seconds: f64, unroutable: usize) -> impl Iterator<Item = (&'static str, Cell)> {
    let lost =
        (unroutable > 0).then(|| ("without any way", Cell::new(unroutable).style(Style::Bad)));
    [("found in", figure(seconds * 1e3, 1, " ms"))].into_iter().chain(lost)
}

fn page(report: &Report, objective: Objective, args: &TeArgs) -> Page {
    let (value, bound) = match objective {
        Objective::Mlu => ("busiest arc used", "at least, whatever the paths"),
        Objective::Served => ("carried", "at most, whatever the paths"),
    };
    let amount = |it: f64| match objective {
        Objective::Mlu => figure(100.0 * it, 3, " %"),
        Objective::Served => {
            figure(100.0 * it / report.amount.max(f64::MIN_POSITIVE), 3, " % of all")
        }
    };
    let mut fields = head(report.nodes, report.arcs, report.demands);
    fields.extend([
        (value, amount(report.value)),
        (bound, amount(report.bound)),
        ("gap", near(report.gap_pct, args)),
    ]);
    fields.extend(foot(report.seconds, report.unroutable));
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
