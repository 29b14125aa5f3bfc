//! Hubs with sun and wind for as much as they use in a year: how much of it is there in the hour of its use.

mod online;
mod read;

use std::{path::Path, time::Instant};

use energy::{DAY, HubEffort, Hubs};
use serde::Serialize;

pub use read::{Hub, World};

use crate::SimError;

/// What is known when a decision is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foresight {
    /// All generation of the year.
    Perfect,
    /// That of this hour and of those before it.
    Forecast,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub foresight: &'static str,
    pub flexible: f64,
    /// Percent of load that is not from the grid.
    pub cfe_pct: f64,
    /// The most that any plan reaches with all generation known; with perfect foresight only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cfe_bound_pct: Option<f64>,
    /// Percent with no flexibility and no battery.
    pub cfe_plain_pct: f64,
    /// Yuan: energy from the grid at each hub's price, and transfer of what was moved.
    pub cost: f64,
    /// Of it, the transfer.
    pub transfer_cost: f64,
    /// Of energy from the grid, by each hub's factor.
    pub co2_t: f64,
    pub moved_mwh: f64,
    pub grid_mwh: f64,
    pub load_mwh: f64,
    pub rounds: u32,
    pub seconds: f64,
}

/// # Errors
/// The world or the year is not readable, or figures of the world are out of bounds.
pub fn run(
    world: &Path,
    year: &Path,
    flexible: f64,
    foresight: Foresight,
    threads: usize,
) -> Result<Report, SimError> {
    if !(0.0..=1.0).contains(&flexible) {
        return Err(SimError::Asked(format!("--flexible {flexible}: it is 0 to 1")));
    }
    let world = read::world(world)?;
    let generation = read::generation(&world, year)?;
    let clock = Instant::now();
    let hubs = Hubs {
        generation: &generation,
        load: world.load_mw,
        flexible,
        storage: world.storage(),
        start: world.battery.energy_mwh / 2.0,
    };
    let effort = HubEffort { rounds: 400, tolerance: 0.003, threads };
    let (given, bound, rounds) = match foresight {
        Foresight::Perfect => {
            let plan = hubs.plan(&effort).ok_or_else(stuck)?;
            (plan.given, Some(plan.bound), plan.rounds)
        }
        Foresight::Forecast => (online::given(&hubs).ok_or_else(stuck)?, None, 0),
    };
    let used = Used::of(&hubs, &world, &given);
    let seconds = clock.elapsed().as_secs_f64();
    Ok(used.report(&hubs, &world, foresight, bound, rounds, seconds))
}

fn stuck() -> SimError {
    SimError::Asked("the battery cannot come back to half full at the end of the year".to_owned())
}

/// What every hub does, summed.
#[derive(Debug, Default)]
struct Used {
    grid: f64,
    cost: f64,
    co2_t: f64,
    moved: f64,
}

impl Used {
    fn of(hubs: &Hubs<'_>, world: &World, given: &[Vec<f64>]) -> Self {
        let mut used = Self::default();
        let mut order: Vec<usize> = (0..world.hubs.len()).collect();
        let price = |hub: usize| world.hubs.get(hub).map_or(0.0, |it| it.tariff_cny_per_kwh);
        order.sort_by(|a, b| price(*a).total_cmp(&price(*b)));
        let hours = hubs.generation.first().map_or(0, Vec::len);
        for day in 0..hours / DAY {
            used.day(hubs, world, given, &order, day);
        }
        used
    }

    /// Work follows generation, but as much is done in a day as there is: no more once only the least of what is left
    /// would be, and from the grid, at the cheapest hubs, once there would be no time for it later.
    fn day(
        &mut self,
        hubs: &Hubs<'_>,
        world: &World,
        given: &[Vec<f64>],
        order: &[usize],
        day: usize,
    ) {
        let count = world.hubs.len() as f64;
        let mut left = hubs.load * count * DAY as f64;
        let mut work = vec![0.0; world.hubs.len()];
        let (least, most) = (hubs.follows(f64::MIN), hubs.follows(f64::MAX));
        for hour in day * DAY..(day + 1) * DAY {
            let there: Vec<f64> = hubs
                .generation
                .iter()
                .zip(given)
                .map(|(generation, given)| {
                    generation.get(hour).unwrap_or(&0.0) + given.get(hour).unwrap_or(&0.0)
                })
                .collect();
            let mut loads: Vec<f64> = there.iter().map(|it| hubs.follows(*it)).collect();
            let after = ((day + 1) * DAY - hour - 1) as f64 * count;
            fit(&mut loads, (left - most * after, left - least * after), (least, most), order);
            left -= loads.iter().sum::<f64>();
            for (((hub, load), there), work) in
                world.hubs.iter().zip(&loads).zip(&there).zip(&mut work)
            {
                let grid = (load - there).max(0.0);
                *work += load;
                self.grid += grid;
                self.cost += grid * 1_000.0 * hub.tariff_cny_per_kwh;
                self.co2_t += grid * hub.grid_kgco2_per_kwh;
            }
        }
        self.moved += work.iter().map(|it| (it - hubs.load * DAY as f64).max(0.0)).sum::<f64>();
    }

    fn report(
        &self,
        hubs: &Hubs<'_>,
        world: &World,
        foresight: Foresight,
        bound: Option<f64>,
        rounds: u32,
        seconds: f64,
    ) -> Report {
        let hours = hubs.generation.first().map_or(0, Vec::len);
        let load = hubs.load * (hours * world.hubs.len()) as f64;
        let share = |grid: f64| (1.0 - grid / load) * 100.0;
        let plain: f64 = hubs.generation.iter().flatten().map(|it| (hubs.load - it).max(0.0)).sum();
        let transfer_cost = self.moved * world.transfer_cny_per_mwh;
        Report {
            foresight: if foresight == Foresight::Perfect { "perfect" } else { "forecast" },
            flexible: hubs.flexible,
            cfe_pct: share(self.grid),
            cfe_bound_pct: bound.map(share),
            cfe_plain_pct: share(plain),
            cost: self.cost + transfer_cost,
            transfer_cost,
            co2_t: self.co2_t,
            moved_mwh: self.moved,
            grid_mwh: self.grid,
            load_mwh: load,
            rounds,
            seconds,
        }
    }
}

/// Brings the sum within bounds: down in parts of what is above the least, up at the first hubs of the order.
fn fit(loads: &mut [f64], (low, high): (f64, f64), (least, most): (f64, f64), order: &[usize]) {
    let sum: f64 = loads.iter().sum();
    if sum > high {
        let above = sum - least * loads.len() as f64;
        let keep = if above > 0.0 { (1.0 - (sum - high) / above).max(0.0) } else { 0.0 };
        loads.iter_mut().for_each(|load| *load = least + (*load - least) * keep);
    }
    let mut missing = (low - sum).max(0.0);
    for hub in order {
        if let Some(load) = loads.get_mut(*hub) {
            let more = missing.min(most - *load).max(0.0);
            (*load, missing) = (*load + more, missing - more);
        }
    }
}
