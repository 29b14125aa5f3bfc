//! Jobs that lost most push others out of the way, if all together then cost less.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the tables they index")]

use super::{
    dual::price_all,
    lanes::Lanes,
    round::Rounding,
    table::{Cell, Table},
};

/// Of so many jobs at random, the one that lost most is looked at.
const DRAWN: u32 = 5;
/// A place counts as good within this part of what the job has to gain.
const MARGIN: f32 = 0.02;
/// How much of their shadow prices those that are pushed out heed when they look for another place.
const HEED: f32 = 0.9;
/// Others that one job may push out.
const PUSHED_MOST: usize = 24;

/// What all searchers know.
#[derive(Debug)]
pub(super) struct Pusher<'a> {
    table: &'a Table,
    /// Shadow prices over windows.
    shadow: Vec<f32>,
    heeded: Vec<f32>,
    /// By job: the least it costs at them.
    least: Vec<f32>,
    /// Money that an attempt may lose at first.
    heat: f64,
}

/// Working space.
#[derive(Debug, Default)]
struct Space {
    costs: Vec<f32>,
    good: Vec<u32>,
    pushed: Vec<u32>,
    columns: Vec<usize>,
    lanes: Lanes,
}

impl<'a> Pusher<'a> {
    pub(super) fn new(table: &'a Table, shadow: Vec<f32>, least: Vec<f32>, heat: f64) -> Self {
        let heeded = shadow.iter().map(|price| price * HEED).collect();
        Self { table, shadow, heeded, least, heat }
    }

    fn worth(&self, window: u32, column: u32) -> f32 {
        self.shadow[window as usize * self.table.columns() + column as usize]
    }
}

impl Rounding<'_> {
    /// Attempts one after the other; `part` of the heat is left at their beginning.
    pub(super) fn push_many(&mut self, pusher: &Pusher<'_>, attempts: u32, part: f64) {
        let mut space = Space::default();
        let count = self.mine.len();
        for _ in 0..if count == 0 { 0 } else { attempts } {
            let job = self.unluckiest(pusher, count);
            let chance = f64::from(self.chance() * self.chance());
            let slack = pusher.heat * part * part * chance;
            self.push_in(pusher, &mut space, job, slack);
        }
    }

    fn unluckiest(&mut self, pusher: &Pusher<'_>, count: usize) -> u32 {
        let mut worst = (self.mine[0], f32::NEG_INFINITY);
        for _ in 0..DRAWN {
            let at = (self.chance() * count as f32) as usize % count;
            let job = self.mine[at];
            let loss = self.loss(pusher, job);
            if loss > worst.1 {
                worst = (job, loss);
            }
        }
        worst.0
    }

    /// How much more than the least it costs at shadow prices.
    fn loss(&self, pusher: &Pusher<'_>, job: u32) -> f32 {
        let refusal = self.work(job as usize).refusal;
        let now = self.places[job as usize].as_ref().map_or(refusal, |it| {
            it.cost as f32 + pusher.worth(it.window, it.column) * it.units as f32
        });
        now - pusher.least[job as usize].min(refusal)
    }

    /// Puts a job where it would be best by shadow prices, moves those in its way elsewhere, and fills what gets
    /// free; undone if all together costs more than `slack` above before.
    fn push_in(&mut self, pusher: &Pusher<'_>, space: &mut Space, job: u32, slack: f64) {
        let before = self.total;
        let Some(cell) = self.good_cell(pusher, space, job) else { return };
        self.begin();
        if !self.enter(pusher, space, job, cell) || self.total > before + slack {
            self.undo();
        }
    }

    /// One of the places that are nearly the cheapest.
    fn good_cell(&mut self, pusher: &Pusher<'_>, space: &mut Space, job: u32) -> Option<Cell> {
        let work = self.work(job as usize);
        let least = price_all(self.table, &pusher.shadow, work, &mut space.costs);
        let most = least + MARGIN * (work.refusal - least).abs();
        space.good.clear();
        let good = (0..).zip(&space.costs).filter(|(_, cost)| **cost <= most);
        space.good.extend(good.map(|(at, _)| at));
        for _ in 0..4 {
            let at = (self.chance() * space.good.len() as f32) as usize;
            let cell = space.good.get(at).and_then(|at| work.cell(*at as usize))?;
            if self.is_open[cell.column] {
                return Some(cell);
            }
        }
        None
    }

    fn enter(&mut self, pusher: &Pusher<'_>, space: &mut Space, job: u32, cell: Cell) -> bool {
        let work = self.work(job as usize);
        space.pushed.clear();
        space.columns.clear();
        space.columns.push(cell.column);
        if let Some(place) = self.lift(job as usize) {
            space.columns.push(place.column as usize);
        }
        if !self.clear(pusher, space, cell) {
            return false;
        }
        let Some(place) = self.room.with_path(work, cell.units, cell.window, cell.column) else {
            return false;
        };
        self.settle(job as usize, place);
        for at in 0..space.pushed.len() {
            let other = space.pushed[at];
            if let Some(place) = self.room.best(self.work(other as usize), &pusher.heeded) {
                self.settle(other as usize, place);
            }
        }
        self.fill_columns(space);
        true
    }

    fn fill_columns(&mut self, space: &mut Space) {
        space.columns.dedup();
        for at in 0..space.columns.len() {
            self.fill_lane(&mut space.lanes, space.columns[at], None);
        }
    }

    /// Lifts others out of a window of a column until its units are free.
    fn clear(&mut self, pusher: &Pusher<'_>, space: &mut Space, cell: Cell) -> bool {
        let (from, to) = self.room.span(cell.window);
        for _ in 0..PUSHED_MOST {
            let short = self.room.first_short(cell.column, from, to, f64::from(cell.units));
            let Some(tick) = short else { return true };
            let Some(other) = self.cheapest_at(pusher, cell.column, tick) else { return false };
            self.lift(other as usize);
            space.pushed.push(other);
        }
        false
    }

    /// Of the jobs in a column at a time, one whose place is worth little.
    fn cheapest_at(&mut self, pusher: &Pusher<'_>, column: usize, tick: usize) -> Option<u32> {
        let mut best = (f32::INFINITY, None);
        for at in 0..self.here[column].len() {
            let other = self.here[column][at];
            let Some(place) = &self.places[other as usize] else { continue };
            let (begin, end) = self.room.span(place.window);
            if begin <= tick && tick < end {
                let worth = pusher.worth(place.window, place.column) * place.units as f32;
                let worth = worth * (0.3 + self.chance());
                if worth < best.0 {
                    best = (worth, Some(other));
                }
            }
        }
        best.1
    }
}
