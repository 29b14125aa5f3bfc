//! A plan in the making: who is where, who has no place, and what it all costs.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the tables they index")]

use std::sync::Arc;

use super::{
    Problem,
    options::{Options, Spot},
    room::{Place, Room},
    table::{Table, Work},
};

/// What shadow prices say, for all who make a plan.
#[derive(Debug)]
pub(super) struct Guide {
    /// `[window][column]`: for a unit.
    pub(super) shadow: Vec<f32>,
    pub(super) columns: usize,
    pub(super) options: Options,
}

impl Guide {
    /// Work: jobs x pools x starts.
    pub(super) fn new(table: &Table, prices: &[f32]) -> Self {
        let mut shadow = Vec::new();
        table.over_windows(prices, &mut shadow);
        let options = Options::new(table, &shadow);
        Self { shadow, columns: table.columns(), options }
    }

    /// A spot with its priced cost filled in.
    pub(super) fn spot(&self, spot: Spot) -> Spot {
        let scarce = self.shadow[spot.window as usize * self.columns + spot.column as usize];
        Spot { priced: spot.cost + scarce * spot.units, ..spot }
    }
}

/// A job in a column: from a tick up to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) job: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    /// What its place is worth at shadow prices.
    pub(super) worth: f32,
}

/// Places by job of the problem.
#[derive(Debug, Clone)]
pub(super) struct Rounding<'a> {
    pub(super) table: &'a Table,
    pub(super) guide: &'a Guide,
    pub(super) room: Room<'a>,
    /// Row of works, by job.
    work_of: Arc<Vec<u32>>,
    pub(super) places: Vec<Option<Place>>,
    /// Jobs without a place, in no order; and where each stands there.
    pub(super) unplaced: Vec<u32>,
    stand: Vec<u32>,
    /// Jobs with places, by column.
    pub(super) here: Vec<Vec<Held>>,
    /// Where each stands there, by job.
    seat: Vec<u32>,
    /// How much more than the least each costs at shadow prices, by job.
    pub(super) loss: Vec<f32>,
    /// Money that all jobs cost.
    pub(super) total: f64,
    /// What jobs had before the present attempt changed them, the oldest first.
    journal: Vec<(u32, Option<Place>)>,
    /// Jobs that may be touched.
    pub(super) mine: Vec<u32>,
    /// Columns that may be touched.
    pub(super) is_open: Vec<bool>,
    seed: u64,
    /// What all places are worth at shadow prices.
    pub(super) worth: f64,
}

impl<'a> Rounding<'a> {
    pub(super) fn new(problem: &'a Problem, table: &'a Table, guide: &'a Guide) -> Self {
        let count = problem.jobs.len();
        let mut work_of = vec![0; count];
        for (row, work) in (0..).zip(&table.works) {
            for job in &work.jobs {
                work_of[*job as usize] = row;
            }
        }
        let lost = |row: &u32| {
            let row = *row as usize;
            table.works[row].refusal - guide.options.least[row]
        };
        let loss = work_of.iter().map(lost).collect();
        let refusals = table.works.iter().map(|it| f64::from(it.refusal) * it.jobs.len() as f64);
        let all: Vec<u32> = (0..).take(count).collect();
        Self {
            table,
            guide,
            room: Room::new(problem, table),
            work_of: Arc::new(work_of),
            places: vec![None; count],
            unplaced: all.clone(),
            stand: all.clone(),
            here: vec![Vec::new(); table.columns()],
            seat: vec![0; count],
            loss,
            total: refusals.sum(),
            journal: Vec::new(),
            mine: all,
            is_open: vec![true; table.columns()],
            seed: 1,
            worth: 0.0,
        }
    }

    pub(super) fn work(&self, job: usize) -> &'a Work {
        &self.table.works[self.row(job)]
    }

    pub(super) fn row(&self, job: usize) -> usize {
        self.work_of[job] as usize
    }

    pub(super) fn spots(&self, job: usize) -> &'a [Spot] {
        self.guide.options.of(self.row(job))
    }

    /// In `[0, 1)`, by SplitMix64 (Steele, Lea and Flood, 2014).
    pub(super) fn chance(&mut self) -> f32 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// Gives a place to a job that has none.
    pub(super) fn settle(&mut self, job: usize, place: Place) {
        let (row, work) = (self.row(job), self.work(job));
        self.room.take(work, &place);
        self.total += place.cost - f64::from(work.refusal);
        let (from, to) = self.room.span(place.spot.window);
        let worth = place.spot.worth();
        self.worth += f64::from(worth);
        self.loss[job] = place.cost as f32 + worth - self.guide.options.least[row];
        let here = &mut self.here[place.spot.column as usize];
        self.seat[job] = here.len() as u32;
        here.push(Held { job: job as u32, from: from as u32, to: to as u32, worth });
        self.journal.push((job as u32, None));
        self.places[job] = Some(place);
        let at = self.stand[job] as usize;
        self.unplaced.swap_remove(at);
        if let Some(other) = self.unplaced.get(at) {
            self.stand[*other as usize] = at as u32;
        }
    }

    /// Takes a job's place away.
    pub(super) fn lift(&mut self, job: usize) -> Option<Spot> {
        let place = self.places[job].take()?;
        let (row, work) = (self.row(job), self.work(job));
        let spot = place.spot;
        self.room.give_back(work, &place);
        self.worth -= f64::from(spot.worth());
        self.total -= place.cost - f64::from(work.refusal);
        self.loss[job] = work.refusal - self.guide.options.least[row];
        let here = &mut self.here[spot.column as usize];
        let at = self.seat[job] as usize;
        here.swap_remove(at);
        if let Some(other) = here.get(at) {
            self.seat[other.job as usize] = at as u32;
        }
        self.journal.push((job as u32, Some(place)));
        self.stand[job] = self.unplaced.len() as u32;
        self.unplaced.push(job as u32);
        Some(spot)
    }

    /// What is changed from here on can be undone.
    pub(super) fn begin(&mut self) {
        self.journal.clear();
    }

    /// Everything is as it was at the beginning of the attempt.
    pub(super) fn undo(&mut self) {
        for (job, before) in std::mem::take(&mut self.journal).into_iter().rev() {
            match before {
                Some(place) => self.settle(job as usize, place),
                None => drop(self.lift(job as usize)),
            }
        }
        self.journal.clear();
    }

    /// Deals the pools, the jobs in them, and the jobs without a place to so many hands.
    pub(super) fn deal(&mut self, hands: usize) -> Vec<Self> {
        let columns = self.is_open.len();
        let owner: Vec<usize> =
            (0..columns).map(|_| (self.chance() * hands as f32) as usize % hands).collect();
        let mut dealt: Vec<Self> = (0..hands).map(|hand| self.hand(&owner, hand)).collect();
        for (at, job) in self.unplaced.iter().enumerate() {
            dealt[at % hands].receive(*job);
        }
        dealt
    }

    fn hand(&mut self, owner: &[usize], hand: usize) -> Self {
        let seed = self.seed ^ (hand as u64 + 1).wrapping_mul(0xD134_2543_DE82_EF95);
        let mut mine = Self { seed, ..self.clone() };
        mine.unplaced.clear();
        mine.mine.clear();
        for (column, owner) in owner.iter().enumerate() {
            mine.is_open[column] = *owner == hand;
            if *owner == hand {
                mine.mine.extend(self.here[column].iter().map(|held| held.job));
            } else {
                mine.room.close(column);
            }
        }
        mine
    }

    fn receive(&mut self, job: u32) {
        self.stand[job as usize] = self.unplaced.len() as u32;
        self.unplaced.push(job);
        self.mine.push(job);
    }

    /// Takes over what the hands have done. Links are shared, so a path may have become full meanwhile: another is
    /// looked for, or the job has no place.
    pub(super) fn collect(&mut self, hands: Vec<Self>) {
        for hand in &hands {
            for job in &hand.mine {
                self.lift(*job as usize);
            }
            self.seed = self.seed.rotate_left(17) ^ hand.seed;
        }
        for hand in hands {
            for job in &hand.mine {
                if let Some(place) = &hand.places[*job as usize] {
                    self.settle_again(*job as usize, place);
                }
            }
        }
        self.journal.clear();
    }

    fn settle_again(&mut self, job: usize, place: &Place) {
        let work = self.work(job);
        if self.room.has_path(work, place) {
            self.settle(job, place.clone());
        } else if let Some(other) = self.room.with_path(work, place.spot, true) {
            self.settle(job, other);
        }
    }
}
