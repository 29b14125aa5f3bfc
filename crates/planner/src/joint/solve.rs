//! The batch: prices by ascent of the dual, then a plan by rounding against them, then jobs pushed to better places.

use prices::ascent::{Peak, Rows, Stage, ascend};

use super::{
    Offer, Piece, Plan, Prices, Problem, Shape,
    certificate::{Invalid, sound},
    dual::JointDual,
    room::Place,
    round::{Guide, Rounding},
    search,
    table::Table,
};

/// How much work is done, in counts: the same on every machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Effort {
    /// Threads at most. Changes nothing but the time taken.
    pub threads: usize,
    /// Rounds of the ascent at temperatures that are parts of the mean price.
    pub stages: Vec<(f32, u32)>,
    /// Attempts to push a job to a better place, for each job; fewer where filled lanes are near the bound already.
    pub attempts: u32,
}

impl Default for Effort {
    fn default() -> Self {
        let stages =
            vec![(0.05, 16), (0.015, 24), (0.005, 50), (0.0025, 60), (0.001, 100), (0.0005, 100)];
        Self { threads: 2, stages, attempts: 192 }
    }
}

impl Effort {
    /// Little, for a plan that is needed at once.
    #[must_use]
    pub fn quick() -> Self {
        Self { threads: 1, stages: vec![(0.05, 16), (0.01, 24), (0.003, 40)], attempts: 48 }
    }
}

/// A plan and the prices that say how good it is. Only a certificate makes the figures sure.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    pub plan: Plan,
    pub prices: Prices,
    /// Of the plan, in units of money.
    pub cost: f64,
    /// At the prices, by fractions.
    pub bound: f64,
}

/// Plans all jobs together. Work grows with jobs x pools x starts; no clock is looked at.
///
/// Whatever the shape of a job, it is planned to run whole and without a break.
///
/// # Errors
/// The problem contradicts itself, or has what is not planned for yet: see [`plannable`].
pub fn solve(problem: &Problem, effort: &Effort) -> Result<Solved, Invalid> {
    sound(problem)?;
    plannable(problem)?;
    let table = Table::new(problem);
    let peak = climb(&table, effort);
    let guide = Guide::new(&table, &peak.prices);
    let mut rounding = Rounding::new(problem, &table, &guide);
    search::search(&mut rounding, peak.bound, effort);
    Ok(Solved {
        cost: rounding.total,
        plan: plan(&table, &rounding),
        prices: prices(problem, &table, &peak),
        bound: peak.bound,
    })
}

/// Whether a problem has only what plans are made for. Certificates judge more than that: groups of pools, caps on
/// sums, limits on delay, pools that are offered from later on.
///
/// # Errors
/// What is not planned for, and where.
pub(super) fn plannable(problem: &Problem) -> Result<(), Invalid> {
    let not_yet =
        |place: String| Err(Invalid::wrong(place, "is not planned for yet: leave it out"));
    if !problem.groups.is_empty() {
        return not_yet("groups".to_owned());
    }
    if !problem.caps.is_empty() {
        return not_yet("caps".to_owned());
    }
    for (id, job) in problem.jobs.iter().enumerate() {
        if job.home.is_some_and(|home| home.delay_most_us.is_some()) {
            return not_yet(format!("jobs[{id}].home.delay_most_us"));
        }
        let is_later = |offer: &Offer| offer.earliest_ms > job.earliest_ms.max(0);
        if job.pools.iter().flatten().any(is_later) {
            return not_yet(format!("jobs[{id}].pools: a later earliest_ms"));
        }
        if let Shape::Elastic { least, most } = job.shape
            && job.needs.iter().any(|need| !(least..=most).contains(&need.units))
        {
            return not_yet(format!("jobs[{id}].shape: a width other than its units"));
        }
    }
    Ok(())
}

fn climb(table: &Table, effort: &Effort) -> Peak {
    let mut dual = JointDual::new(table, effort.threads);
    let (scale, units) = (table.mean_price(), table.mean_units());
    let rows = Rows {
        // A row moves by its temperature when it is used twice over.
        steps: table.capacity.iter().map(|it| 1.0 / it.max(units)).collect(),
        levels: (0..table.columns()).flat_map(|_| (0_u32..).take(table.slots)).collect(),
    };
    let stage = |(part, rounds): &(f32, u32)| Stage { temperature: part * scale, rounds: *rounds };
    let stages: Vec<Stage> = effort.stages.iter().map(stage).collect();
    ascend(&mut dual, vec![0.0; table.columns() * table.slots], &rows, &stages)
}

fn plan(table: &Table, rounding: &Rounding<'_>) -> Plan {
    let piece = |(job, place): (usize, &Option<Place>)| {
        let place = place.as_ref()?;
        let window = table.windows.get(place.spot.window as usize)?;
        Some(Piece {
            pool: *table.pools.get(place.spot.column as usize)?,
            start_ms: window.start_ms,
            end_ms: window.end_ms,
            units: place.spot.units as i64,
            path: rounding.room.path(rounding.work(job), place),
        })
    };
    let pieces = rounding.places.iter().enumerate().map(|it| piece(it).into_iter().collect());
    Plan { jobs: pieces.collect() }
}

/// Rounded to whole atoms: prices that are a little off bound a little less.
fn prices(problem: &Problem, table: &Table, peak: &Peak) -> Prices {
    let atoms = |money: f32| {
        let each = f64::from(money) / table.money / problem.slot_ms as f64;
        each.round().clamp(0.0, (1_i64 << 61) as f64) as i64
    };
    let mut prices = Prices::zero(problem);
    for (id, row) in table.pools.iter().zip(peak.prices.chunks(table.slots.max(1))) {
        if let Some(into) = prices.pools.get_mut(*id as usize) {
            *into = row.iter().copied().map(atoms).collect();
        }
    }
    prices
}
