//! Pools filled lane by lane: of all jobs without a place, the sequence over all time that gains the most, by dynamic
//! programming.

#![expect(clippy::indexing_slicing, reason = "indexes are made here, by the tables they index")]

use super::{options::Spot, round::Rounding, table::Work};

/// The best job for a window of a lane, and what it gains.
#[derive(Debug, Clone, Copy)]
struct Bid {
    job: u32,
    choice: u32,
    gain: f32,
}

const NO_BID: Bid = Bid { job: u32::MAX, choice: 0, gain: 0.0 };

/// Working space of lanes.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// By window.
    bids: Vec<Bid>,
    touched: Vec<u32>,
    /// `[first tick][last tick]`: the least free between.
    least: Vec<f64>,
    best: Vec<f32>,
    from: Vec<u32>,
}

/// Where windows begin and end at more times than these, jobs are not laid in lanes: the table of what is free
/// between any two grows with the square. They are pushed in one by one.
const TICKS_MOST: usize = 400;

impl Rounding<'_> {
    /// What a job costs in a window of a column, as far as can be told without looking for a path.
    fn cost_in(&self, work: &Work, units: f32, window: u32, column: usize) -> f32 {
        let table = self.table;
        let length = table.windows[window as usize].length;
        let far = work.home.map_or(0.0, |(row, held)| table.distances[row][column] * held * length);
        table.cost_at(work, units, window, column) + far
    }

    /// Fills a lane of a column with jobs that have no place; what it gained. `worth`, if any, is subtracted
    /// from what placing a job gains, by job.
    pub(super) fn fill_lane(
        &mut self,
        lanes: &mut Lanes,
        column: usize,
        worth: Option<&[f32]>,
    ) -> f32 {
        if self.room.ticks() > TICKS_MOST {
            return 0.0;
        }
        self.bid(lanes, column, worth);
        let chain = self.chain(lanes);
        let mut gained = 0.0;
        for (window, bid) in chain {
            if self.places[bid.job as usize].is_some() {
                continue;
            }
            let work = self.work(bid.job as usize);
            let units = work.choices[bid.choice as usize].units;
            let cost = self.cost_in(work, units, window, column);
            let spot =
                self.guide.spot(Spot { window, column: column as u32, units, cost, priced: 0.0 });
            let place = self.room.with_path(work, spot, true);
            if let Some(place) = place.filter(|it| it.cost < f64::from(work.refusal)) {
                gained += bid.gain;
                self.settle(bid.job as usize, place);
            }
        }
        gained
    }

    /// The best job for every window of a column.
    fn bid(&mut self, lanes: &mut Lanes, column: usize, worth: Option<&[f32]>) {
        lanes.bids.resize(self.table.windows.len(), NO_BID);
        for window in lanes.touched.drain(..) {
            lanes.bids[window as usize] = NO_BID;
        }
        self.room.least_free(column, &mut lanes.least);
        let ticks = self.room.ticks();
        for job in &self.unplaced {
            let work = self.work(*job as usize);
            for (number, choice) in (0..).zip(&work.choices) {
                if column < choice.first || column >= choice.last {
                    continue;
                }
                for window in &choice.windows {
                    let (from, to) = self.room.span(*window);
                    if lanes.least[from * ticks + to - 1] < f64::from(choice.units) {
                        continue;
                    }
                    let cost = self.cost_in(work, choice.units, *window, column);
                    let kept = worth.map_or(0.0, |worth| worth[*job as usize]);
                    let gain = work.refusal - cost - kept;
                    let bid = &mut lanes.bids[*window as usize];
                    if gain > bid.gain {
                        if bid.job == u32::MAX {
                            lanes.touched.push(*window);
                        }
                        *bid = Bid { job: *job, choice: number, gain };
                    }
                }
            }
        }
    }

    /// The windows one after the other that gain the most together.
    fn chain(&self, lanes: &mut Lanes) -> Vec<(u32, Bid)> {
        let ticks = self.room.ticks();
        lanes.touched.sort_unstable_by_key(|window| self.room.span(*window).1);
        lanes.best.clear();
        lanes.best.resize(ticks + 1, 0.0);
        lanes.from.clear();
        lanes.from.resize(ticks + 1, u32::MAX);
        let mut next = 0;
        for end in 1..=ticks {
            lanes.best[end] = lanes.best[end - 1];
            while let Some(window) = lanes.touched.get(next).copied() {
                let (from, to) = self.room.span(window);
                if to > end {
                    break;
                }
                let gain = lanes.best[from] + lanes.bids[window as usize].gain;
                if gain > lanes.best[end] {
                    lanes.best[end] = gain;
                    lanes.from[end] = window;
                }
                next += 1;
            }
        }
        let mut chain = Vec::new();
        let mut end = ticks;
        while end > 0 {
            let window = lanes.from[end];
            if window == u32::MAX {
                end -= 1;
                continue;
            }
            chain.push((window, lanes.bids[window as usize]));
            end = self.room.span(window).0;
        }
        chain.sort_by(|one, two| two.1.gain.total_cmp(&one.1.gain));
        chain
    }
}
