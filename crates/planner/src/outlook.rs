//! What [`Hours::least`] finds, worked out beforehand for all sites and the coming hours, so that a pass over all
//! pools costs a few additions each.

use std::collections::BTreeMap;

use units::Time;

use crate::{
    hours::{HOUR_MS, Hours, PerKw, WAITING_MOST, hour_of},
    index::Site,
};

/// Hours from now on that are kept.
const KEPT: i64 = 24;
/// Starts are foreseen so many hours ahead.
const AHEAD: i64 = 24 * 14;
/// A kind of run that was asked for so often is worth the work.
const ASKED_LEAST: u32 = 4;
/// Kept at most: 20 bytes each.
const CELLS_MOST: usize = 1 << 22;
/// Kinds that are counted at most.
const KINDS_MOST: usize = 4_096;
/// Of a start that is too late.
const NEVER: i64 = i64::MAX / 4;

#[derive(Debug, Default)]
pub(crate) struct Outlook {
    /// Hours since 1970.
    first: i64,
    kinds: BTreeMap<Kind, Rows>,
    asked: BTreeMap<Kind, u32>,
    cells: usize,
}

/// Runs that differ by less than an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    price: i64,
    carbon: i64,
    waiting: i64,
    /// Whole hours of the run.
    run: i64,
}

/// Of one kind.
#[derive(Debug)]
pub(crate) struct Rows {
    kind: Kind,
    first: i64,
    /// Later starts are not foreseen.
    last: i64,
    sites: usize,
    /// By hour, then by site.
    cells: Vec<Cell>,
}

/// Weighted micro-yuan per kW of the runs that start in one hour or later.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// The whole hours of a run that starts at the beginning of the hour, and at its end.
    now: i32,
    then: i32,
    /// An hour of the rest of such a run.
    rest: i32,
    /// The least of later starts, with waiting from the end of the hour on: of a run of whole hours, and of one that
    /// is an hour longer. In between it is no less than the mean, as it is the least of straight lines.
    later: [i32; 2],
}

/// Nothing is known.
const UNKNOWN: Cell = Cell { now: i32::MIN, then: i32::MIN, rest: 0, later: [0, 0] };

/// What is beyond two thousand yuan counts as that; none below.
fn small(value: i64) -> Option<i32> {
    i32::try_from(value.min(i32::MAX.into())).ok().filter(|it| *it > i32::MIN)
}

impl Cell {
    fn new([now, then, rest]: [i64; 3], [whole, longer]: [i64; 2]) -> Option<Self> {
        let later = [small(whole)?, small(longer)?];
        Some(Self { now: small(now)?, then: small(then)?, rest: small(rest)?, later })
    }
}

impl Kind {
    fn of(run: &PerKw) -> Option<Self> {
        run.is_within_reason().then_some(())?;
        let whole = i64::try_from(run.run.get()).ok()? / HOUR_MS;
        let waiting = run.waiting.min(WAITING_MOST);
        Some(Self { price: run.price, carbon: run.carbon, waiting, run: whole })
    }
}

impl Outlook {
    /// Everything is another now.
    pub(crate) fn clear(&mut self) {
        self.kinds.clear();
        self.cells = 0;
    }

    /// Works a kind of run out, if it is asked for often. Work: sites x hours.
    pub(crate) fn foresee(&mut self, sites: &[Site], run: &PerKw, now: Time) {
        let Some(kind) = Kind::of(run) else { return };
        let (hour, _) = hour_of(now);
        if !(self.first..self.first + KEPT / 2).contains(&hour) {
            self.clear();
            self.first = hour;
        }
        let more = sites.len().saturating_mul(KEPT as usize);
        if self.kinds.contains_key(&kind) || self.cells + more > CELLS_MOST {
            return;
        }
        if self.asked.len() >= KINDS_MOST {
            self.asked.clear();
        }
        let asked = self.asked.entry(kind).or_default();
        *asked += 1;
        if *asked >= ASKED_LEAST {
            self.cells += more;
            self.kinds.insert(kind, Rows::new(kind, sites, self.first));
        }
    }

    pub(crate) fn rows(&self, run: &PerKw) -> Option<&Rows> {
        self.kinds.get(&Kind::of(run)?)
    }
}

impl Rows {
    fn new(kind: Kind, sites: &[Site], first: i64) -> Self {
        let ends = sites.iter().filter_map(|site| site.hours.last_start(kind.run));
        let last = ends.min().unwrap_or(first - 1).min(first + AHEAD);
        let cells = vec![UNKNOWN; sites.len() * KEPT as usize];
        let mut rows = Self { kind, first, last, sites: sites.len(), cells };
        for (id, site) in sites.iter().enumerate() {
            rows.fill(id, &site.hours);
        }
        rows
    }

    /// From the last hour to the first.
    fn fill(&mut self, site: usize, hours: &Hours) {
        let Kind { price, carbon, waiting, run } = self.kind;
        let mut later = [NEVER; 2];
        for hour in (self.first..=self.last).rev() {
            let Some(run) = hours.run_from(hour, run, (price, carbon)) else { return };
            let [now, then, rest] = run;
            let place = (hour - self.first) as usize * self.sites + site;
            if hour < self.first + KEPT
                && let Some(cell) = self.cells.get_mut(place)
            {
                *cell = Cell::new(run, later).unwrap_or(UNKNOWN);
            }
            let here = now.min(then);
            let [whole, longer] = later.map(|it| it.saturating_add(waiting).min(NEVER));
            later = [whole.min(here), longer.min(here.saturating_add(rest))];
        }
    }

    /// Of runs so long, that start no later than `last`. None if that is too far ahead.
    pub(crate) fn of(&self, run_ms: i64, last: Time) -> Option<Row<'_>> {
        let part = part_of_hour(run_ms % HOUR_MS);
        (hour_of(last).0 <= self.last).then_some(Row { rows: self, part })
    }
}

/// As an order reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    rows: &'a Rows,
    /// Of an hour, beyond the whole hours of the run.
    part: f64,
}

/// A time as its hour's cells are looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// From the first that is kept.
    hour: usize,
    /// Of an hour, gone by then.
    into: f64,
}

impl Row<'_> {
    /// None if it is not among the hours that are kept.
    pub(crate) fn moment(&self, at: Time) -> Option<Moment> {
        let (hour, into) = hour_of(at);
        let hour = usize::try_from(hour - self.rows.first).ok()?;
        Some(Moment { hour, into: part_of_hour(into) })
    }

    /// As [`Hours::least`] from that time on, or a little less: sums of six numbers of 31 bits, exact but for what
    /// comes after the 52nd. None if nothing is known.
    pub(crate) fn least(&self, site: u32, from: Moment) -> Option<f64> {
        let place = from.hour * self.rows.sites + site as usize;
        let cell = self.rows.cells.get(place).filter(|cell| cell.now > i32::MIN)?;
        let (now, then) = (f64::from(cell.now), f64::from(cell.then));
        let here = (now + (then - now) * from.into).min(then) + f64::from(cell.rest) * self.part;
        let [whole, longer] = cell.later.map(f64::from);
        let waits = self.rows.kind.waiting as f64 * (1.0 - from.into);
        Some(here.min(whole + (longer - whole) * self.part + waits))
    }
}

fn part_of_hour(ms: i64) -> f64 {
    ms as f64 / HOUR_MS as f64
}
