//! Jobs that lost most push others out of the way, if all together then cost less.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the tables they index")]

use super::{options::Spot, round::Rounding};

/// Of so many jobs at random, the one that lost most is looked at.
const DRAWN: u32 = 5;
/// Of so many of its spots, the best is tried.
const SPOTS_DRAWN: u32 = 6;
/// Of what a spot is worth at shadow prices, how much counts against it if others have all of it.
const TAKEN: f32 = 0.4;
/// Others that one job may push out.
const PUSHED_MOST: usize = 24;
/// How much what got free may bring, of what it is worth at shadow prices: beyond that an attempt is given up.
const FREED: f64 = 1.5;
/// Jobs without a place that are looked at to fill what got free.
const FILL_MOST: usize = 256;
/// Spots tried with a search for another path, for a job that has no place at last.
const LAST_TRIES: usize = 8;

/// A job that was pushed out.
#[derive(Debug, Clone, Copy)]
struct Pushed {
    job: u32,
    /// What its place was worth at shadow prices.
    worth: f32,
    /// What that saved against refusing it.
    saved: f64,
}

/// Working space.
#[derive(Debug, Default)]
struct Space {
    pushed: Vec<Pushed>,
    columns: Vec<u32>,
}

/// What an attempt must not exceed, and what all places were worth before it.
#[derive(Debug, Clone, Copy)]
struct Limit {
    total: f64,
    worth: f64,
}

impl Rounding<'_> {
    /// Attempts one after the other; each may lose up to a random part of `heat`.
    pub(super) fn push_many(&mut self, attempts: u32, heat: f64) {
        let mut space = Space::default();
        let count = self.mine.len();
        for _ in 0..if count == 0 { 0 } else { attempts } {
            let job = self.unluckiest(count);
            let chance = f64::from(self.chance() * self.chance());
            self.push_in(&mut space, job, heat * chance);
        }
    }

    fn unluckiest(&mut self, count: usize) -> u32 {
        let mut worst = (self.mine[0], f32::NEG_INFINITY);
        for _ in 0..DRAWN {
            let at = (self.chance() * count as f32) as usize % count;
            let job = self.mine[at];
            let loss = self.loss[job as usize];
            if loss > worst.1 {
                worst = (job, loss);
            }
        }
        worst.0
    }

    /// Puts a job where it would be better by shadow prices, moves those in its way elsewhere, and fills what gets
    /// free; undone if all together costs more than `slack` above before.
    fn push_in(&mut self, space: &mut Space, job: u32, slack: f64) {
        let limit = Limit { total: self.total + slack, worth: self.worth };
        let Some(spot) = self.good_spot(job) else { return };
        self.begin();
        if !self.enter(space, job, spot, limit) || self.is_hopeless(limit, 0.0, 0.0) {
            return self.undo();
        }
        space.columns.dedup();
        for column in &space.columns {
            self.fill(*column);
        }
        if self.total > limit.total {
            self.undo();
        }
    }

    /// Whether it costs too much already, even if some that wait save and take as much as they did, and what is free
    /// then is filled well.
    fn is_hopeless(&self, limit: Limit, saved: f64, worth: f64) -> bool {
        let freed = (limit.worth - self.worth - worth).max(0.0);
        self.total - saved > limit.total + FREED * freed
    }

    /// Of some places that lose less than what the job has, one that is good and mostly free.
    fn good_spot(&mut self, job: u32) -> Option<Spot> {
        let spots = self.spots(job as usize);
        let now = self.loss[job as usize] + self.guide.options.least[self.row(job as usize)];
        let mut best: Option<(f32, Spot)> = None;
        for _ in 0..SPOTS_DRAWN {
            let part = self.chance() * self.chance();
            let spot = spots.get((part * spots.len() as f32) as usize)?;
            if !self.is_open[spot.column as usize] || spot.priced >= now {
                continue;
            }
            let score = spot.priced + TAKEN * spot.worth() * self.room.taken_part(spot);
            if best.is_none_or(|best| score < best.0) {
                best = Some((score, *spot));
            }
        }
        best.map(|(_, spot)| spot)
    }

    fn enter(&mut self, space: &mut Space, job: u32, spot: Spot, limit: Limit) -> bool {
        space.pushed.clear();
        space.columns.clear();
        space.columns.push(spot.column);
        if let Some(left) = self.lift(job as usize) {
            space.columns.push(left.column);
        }
        if !self.clear(space, &spot) {
            return false;
        }
        let work = self.work(job as usize);
        let Some(place) = self.room.with_path(work, spot, true) else { return false };
        self.settle(job as usize, place);
        self.settle_pushed(space, limit)
    }

    /// Other places for those pushed out, the largest first; whether there is still hope.
    fn settle_pushed(&mut self, space: &mut Space, limit: Limit) -> bool {
        space.pushed.sort_by(|one, two| two.worth.total_cmp(&one.worth));
        let mut saved: f64 = space.pushed.iter().map(|it| it.saved).sum();
        let mut worth: f64 = space.pushed.iter().map(|it| f64::from(it.worth)).sum();
        for pushed in &space.pushed {
            if self.is_hopeless(limit, saved, worth) {
                return false;
            }
            self.settle_first(pushed.job as usize);
            saved -= pushed.saved;
            worth -= f64::from(pushed.worth);
        }
        true
    }

    /// Gives a job the first of its spots that is free.
    fn settle_first(&mut self, job: usize) {
        self.settle_in(job, self.spots(job));
    }

    /// Gives a job the first of some spots that is free; whether there is one.
    fn settle_in(&mut self, job: usize, spots: &[Spot]) -> bool {
        let work = self.work(job);
        for spot in spots {
            if self.room.fits(spot)
                && let Some(place) = self.room.with_path(work, *spot, false)
            {
                self.settle(job, place);
                return true;
            }
        }
        false
    }

    /// Jobs without a place that fit into a column now.
    fn fill(&mut self, column: u32) {
        let options = &self.guide.options;
        let mut at = (self.chance() * self.unplaced.len() as f32) as usize;
        for _ in 0..self.unplaced.len().min(FILL_MOST) {
            // Whoever gets a place leaves the list, and another stands there.
            at = if at < self.unplaced.len() { at } else { 0 };
            let Some(job) = self.unplaced.get(at).map(|job| *job as usize) else { return };
            if !self.settle_in(job, options.in_column(self.row(job), column)) {
                at += 1;
            }
        }
    }

    /// Jobs without a place get one over whatever path has room, if there is any.
    pub(super) fn settle_last(&mut self) {
        let mut left = self.unplaced.clone();
        left.sort_unstable();
        for job in left.into_iter().map(|job| job as usize) {
            let work = self.work(job);
            let spots = self.spots(job).iter();
            let free = spots.filter(|spot| self.room.fits(spot)).take(LAST_TRIES);
            let mut places = free.filter_map(|spot| self.room.with_path(work, *spot, true));
            let place = places.find(|place| place.cost < f64::from(work.refusal));
            if let Some(place) = place {
                self.settle(job, place);
            }
        }
    }

    /// Lifts others out of a spot until its units are free.
    fn clear(&mut self, space: &mut Space, spot: &Spot) -> bool {
        for _ in 0..PUSHED_MOST {
            let Some(tick) = self.room.first_short(spot) else { return true };
            let Some(other) = self.cheapest_at(spot.column as usize, tick as u32) else {
                return false;
            };
            let before = self.total;
            let worth = self.lift(other as usize).map_or(0.0, |spot| spot.worth());
            space.pushed.push(Pushed { job: other, worth, saved: self.total - before });
        }
        false
    }

    /// Of the jobs in a column at a time, one whose place is worth little.
    fn cheapest_at(&mut self, column: usize, tick: u32) -> Option<u32> {
        let mut best = (f32::INFINITY, None);
        for at in 0..self.here[column].len() {
            let held = self.here[column][at];
            if held.from <= tick && tick < held.to {
                let worth = held.worth * (0.3 + self.chance());
                if worth < best.0 {
                    best = (worth, Some(held.job));
                }
            }
        }
        best.1
    }
}
