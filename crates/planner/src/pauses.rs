//! Runs with pauses: in which of a pool's free times to run.
//!
//! The plan is the best on a grid of slots, by dynamic programming over time and work done; then what the grid made too
//! long is cut off where it costs most. Where room, rates, the shortest interval and the overhead all lie on the grid,
//! no plan is better: with the work before each interval fixed, its ends differ by constants only, so some best plan
//! has all of them on the grid. The bound is that of an easier order: the cheapest milliseconds that are free, without
//! overhead and shortest interval, and waiting only until the last of them.

use std::iter;

use model::Pauses;
use prices::{Demand, free_together};
use units::{Span, Time};

use crate::{
    ask::INTERVALS_MOST,
    scan::{Found, Scan},
};

/// Slots x work of one search at most; with more, slots are longer.
const CELLS_MOST: u64 = 24_000;
/// Minutes of a slot; above, hours.
const SLOTS: [u64; 5] = [1, 5, 15, 30, 60];
/// Cuts of one plan at most.
const CUTS_MOST: usize = 2_048;

/// Times at which a run may begin and end.
struct Grid {
    edges: Vec<Time>,
    /// The first slot is shorter than the others: what is done in it does not count.
    is_partial: bool,
    /// Slots of work.
    work: usize,
    /// Slots that the shortest interval takes, and the overhead.
    least: usize,
    overhead: usize,
    /// Part of the shortest interval that is counted as overhead and is none: it is cut off again.
    spare: f64,
    /// Numerator per millisecond of waiting.
    waiting: f64,
}

/// Working space of the search.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Numerators of all slots before each edge.
    sums: Vec<f64>,
    /// Free slots in a row from each edge on.
    room: Vec<usize>,
    /// By edge and work done: least numerator where it runs, and where it is paused or has not begun.
    running: Vec<f64>,
    paused: Vec<f64>,
    /// By edge and work done: where it runs since the shortest interval before, one more than what was done then; else 0.
    began: Vec<u32>,
    /// By edge and work done: it is paused since just now.
    stopped: Vec<bool>,
}

/// The best run with pauses in a pool; none where one without is as good.
pub(crate) fn find(scan: &Scan<'_>, table: &mut Table) -> Option<Found> {
    let pauses = scan.need.pauses?;
    let mut grid = Grid::new(scan, pauses)?;
    let free = free(scan);
    table.price(scan, &grid, &free);
    let mut runs = table.best(&grid)?;
    while runs.len() as u64 > INTERVALS_MOST {
        grid.least *= 2;
        runs = table.best(&grid)?;
    }
    let mut runs: Vec<(Time, Time)> = runs
        .into_iter()
        .filter_map(|(from, to)| Some((*grid.edges.get(from)?, *grid.edges.get(to)?)))
        .collect();
    cut(scan, &mut runs, pauses);
    let (first, last) = (*runs.first()?, *runs.last()?);
    let gaps: Vec<(Time, Time)> =
        runs.iter().zip(runs.iter().skip(1)).map(|(a, b)| (a.1, b.0)).collect();
    if gaps.is_empty() {
        return None;
    }
    scan.settle((first.0, last.1), gaps).ok().map(|(found, _)| found)
}

impl Grid {
    fn new(scan: &Scan<'_>, pauses: Pauses) -> Option<Self> {
        let end = scan.last.after(scan.need.run);
        let slot = slot(end.since(scan.first), scan.need.run);
        let next = scan.first.as_millis().div_euclid(slot) * slot + slot;
        let is_partial = next - slot != scan.first.as_millis();
        let first = if is_partial { next } else { next - slot };
        let whole = (end.as_millis() - first).div_euclid(slot);
        let edges = (0..=whole).map(|at| Time::from_millis(first + at * slot));
        let edges = iter::once(scan.first).filter(|_| is_partial).chain(edges).collect();
        let slots = |span: Span| usize::try_from(span.get().div_ceil(slot.unsigned_abs())).ok();
        let overhead = slots(pauses.overhead)?;
        let least = slots(pauses.least)?.max(overhead + 1);
        let counted = overhead as f64 * slot as f64;
        let spare = (counted - pauses.overhead.get() as f64) / (least as f64 * slot as f64);
        Some(Self {
            edges,
            is_partial,
            work: slots(scan.need.run)?,
            least,
            overhead,
            spare,
            waiting: scan.waiting as f64,
        })
    }

    const fn slots(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }
}

/// Milliseconds of a slot, so that there are not too many.
fn slot(window: Span, run: Span) -> i64 {
    let longer = iter::successors(Some(120_u64), |minutes| minutes.checked_mul(2));
    let mut all = SLOTS.into_iter().chain(longer).map(|minutes| minutes * 60_000);
    let is_few = |slot: &u64| {
        let (slots, work) = (window.get() / slot + 2, run.get() / slot + 2);
        slots.saturating_mul(work) <= CELLS_MOST
    };
    all.find(is_few).and_then(|slot| i64::try_from(slot).ok()).unwrap_or(i64::MAX / 4)
}

/// When there is room in the pool, and power at its site.
fn free(scan: &Scan<'_>) -> Vec<(Time, Time)> {
    let (from, to) = (scan.first, scan.last.after(scan.need.run));
    let units = Demand { calendar: &scan.pool.calendar, amount: scan.need.units };
    match &scan.site.power {
        None => free_together([units], from, to).collect(),
        Some(calendar) => {
            let power = Demand { calendar, amount: scan.power_mw };
            free_together([units, power], from, to).collect()
        }
    }
}

impl Table {
    /// What each slot costs, and where there is room.
    fn price(&mut self, scan: &Scan<'_>, grid: &Grid, free: &[(Time, Time)]) {
        self.sums.clear();
        self.room.clear();
        let of_units = scan.compute_per_ms() as f64;
        let slots = || grid.edges.iter().copied().zip(grid.edges.iter().copied().skip(1));
        let mut sum = 0.0;
        self.sums.push(sum);
        for (from, to) in slots() {
            sum += scan.drawn(from, to) as f64 + of_units * to.since(from).get() as f64;
            self.sums.push(sum);
        }
        let mut free = free.iter().rev().peekable();
        let mut room = 0;
        self.room.push(0);
        for (from, to) in slots().collect::<Vec<_>>().into_iter().rev() {
            while free.next_if(|(start, _)| *start >= to).is_some() {}
            let fits = free.peek().is_some_and(|(start, end)| *start <= from && to <= *end);
            room = if fits { room + 1 } else { 0 };
            self.room.push(room);
        }
        self.room.reverse();
    }

    /// From which edge to which it runs, at the least numerator.
    fn best(&mut self, grid: &Grid) -> Option<Vec<(usize, usize)>> {
        let (slots, width) = (grid.slots(), grid.work + 1);
        for costs in [&mut self.running, &mut self.paused] {
            costs.clear();
            costs.resize((slots + 1) * width, f64::INFINITY);
        }
        self.began.clear();
        self.began.resize((slots + 1) * width, 0);
        self.stopped.clear();
        self.stopped.resize((slots + 1) * width, false);
        for at in 0..=slots {
            self.pause(at, width);
            self.go_on(at, width);
            self.begin(at, grid);
        }
        let first = *grid.edges.first()?;
        let total = |at: usize| {
            let done = self.running.get(at * width + grid.work)?;
            Some((done + grid.waiting * grid.edges.get(at)?.since(first).get() as f64, at))
        };
        let ends = (0..=slots).filter_map(total).filter(|end| end.0.is_finite());
        let (_, end) = ends.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        self.traced(end, grid)
    }

    /// It is paused at an edge because it was, or stops there.
    fn pause(&mut self, at: usize, width: usize) {
        for done in 1..width {
            let cell = at * width + done;
            let before = cell.checked_sub(width).and_then(|it| self.paused.get(it)).copied();
            let before = before.unwrap_or(f64::INFINITY);
            let Some(stops) = self.running.get(cell).copied() else { return };
            let has_stopped = stops < before;
            if let (Some(cost), Some(stopped)) =
                (self.paused.get_mut(cell), self.stopped.get_mut(cell))
            {
                (*cost, *stopped) = (if has_stopped { stops } else { before }, has_stopped);
            }
        }
    }

    /// What runs at an edge runs one slot more.
    fn go_on(&mut self, at: usize, width: usize) {
        let Some((cost, 1..)) = self.sum(at, at + 1).zip(self.room.get(at).copied()) else {
            return;
        };
        for done in 0..width - 1 {
            let Some(so_far) = self.running.get(at * width + done).copied() else { return };
            self.put((at + 1) * width + done + 1, so_far + cost, 0);
        }
    }

    /// It begins at an edge, or goes on there after a pause, for the shortest interval.
    fn begin(&mut self, at: usize, grid: &Grid) {
        let (width, to) = (grid.work + 1, at + grid.least);
        if self.room.get(at).is_none_or(|room| *room < grid.least) {
            return;
        }
        let Some(cost) = self.sum(at, to) else { return };
        let counted = if at == 0 && grid.is_partial { grid.least - 1 } else { grid.least };
        self.put(to * width + counted.min(grid.work), cost, 1);
        let counted = grid.least - grid.overhead;
        let cost = cost * (1.0 - grid.spare);
        for done in 1..grid.work {
            let Some(before) = self.paused.get(at * width + done).copied() else { return };
            let began = u32::try_from(done + 1).unwrap_or(u32::MAX);
            self.put(to * width + (done + counted).min(grid.work), before + cost, began);
        }
    }

    fn sum(&self, from: usize, to: usize) -> Option<f64> {
        Some(self.sums.get(to)? - self.sums.get(from)?)
    }

    fn put(&mut self, cell: usize, cost: f64, began: u32) {
        if let (Some(known), Some(since)) = (self.running.get_mut(cell), self.began.get_mut(cell))
            && cost < *known
        {
            (*known, *since) = (cost, began);
        }
    }

    /// Back from the end; intervals that touch are one.
    fn traced(&self, end: usize, grid: &Grid) -> Option<Vec<(usize, usize)>> {
        let width = grid.work + 1;
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let (mut at, mut done, mut end) = (end, grid.work, end);
        loop {
            let began = usize::try_from(*self.began.get(at * width + done)?).ok()?;
            if began == 0 {
                (at, done) = (at.checked_sub(1)?, done.checked_sub(1)?);
                continue;
            }
            at = at.checked_sub(grid.least)?;
            match runs.last_mut().filter(|next| next.0 == end) {
                Some(next) => next.0 = at,
                None => runs.push((at, end)),
            }
            if began == 1 {
                runs.reverse();
                return Some(runs);
            }
            done = began - 1;
            while !*self.stopped.get(at * width + done)? {
                at = at.checked_sub(1)?;
            }
            end = at;
        }
    }
}

/// An end of an interval, and what a millisecond there costs.
#[derive(Debug, Clone, Copy)]
struct Edge {
    cost: i128,
    run: usize,
    is_end: bool,
    most: Span,
}

/// Cuts off what is longer than the work and its overhead take, where it costs most.
fn cut(scan: &Scan<'_>, runs: &mut [(Time, Time)], pauses: Pauses) {
    let count = runs.len();
    let ends = |run: usize, span: (Time, Time)| {
        [edge(scan, run, span, false, false), edge(scan, run, span, true, run + 1 == count)]
    };
    let mut edges: Vec<Edge> =
        runs.iter().enumerate().flat_map(|(run, span)| ends(run, *span)).collect();
    for _ in 0..CUTS_MOST {
        let pausing = pauses.overhead.saturating_mul(runs.len().saturating_sub(1) as u64);
        let total = runs.iter().fold(Span::ZERO, |sum, it| sum.saturating_add(it.1.since(it.0)));
        let excess = total.saturating_sub(scan.need.run.saturating_add(pausing));
        let room = |edge: &Edge| {
            let length = runs.get(edge.run).map_or(Span::ZERO, |it| it.1.since(it.0));
            edge.most.min(length.saturating_sub(pauses.least)).min(excess)
        };
        let open = edges.iter().copied().filter(|edge| !room(edge).is_zero());
        let Some(dearest) = open.max_by_key(|edge| (edge.cost, edge.run, edge.is_end)) else {
            return;
        };
        let by = room(&dearest);
        match runs.get_mut(dearest.run) {
            Some(run) if dearest.is_end => run.1 = run.1.before(by),
            Some(run) => run.0 = run.0.after(by),
            None => return,
        }
        // What the others cost is as before.
        let Some(span) = runs.get(dearest.run) else { return };
        let own = edges.iter_mut().filter(|it| it.run == dearest.run);
        own.zip(ends(dearest.run, *span)).for_each(|(old, new)| *old = new);
    }
}

fn edge(
    scan: &Scan<'_>,
    run: usize,
    (from, to): (Time, Time),
    is_end: bool,
    is_last: bool,
) -> Edge {
    let ms = Span::new(1);
    let changes = scan.site.energy.changes_between(from, to);
    let (cost, most) = if is_end {
        let since = changes.last().unwrap_or(from);
        (scan.drawn(to.before(ms), to), to.since(since))
    } else {
        let mut changes = changes;
        (scan.drawn(from, from.after(ms)), changes.next().unwrap_or(to).since(from))
    };
    let waiting = if is_last { scan.waiting } else { 0 };
    Edge { cost: cost.saturating_add(waiting), run, is_end, most }
}

/// Free time at one rate: when it begins, numerator per millisecond, milliseconds.
type Piece = (Time, i128, i128);

/// The least numerator of any run in a pool, paused or not; none where there is too little room.
pub(crate) fn least(scan: &Scan<'_>) -> Option<i128> {
    let run = i128::from(scan.need.run.get());
    let waited = |from: Time| {
        let since = i128::from(from.as_millis()) - i128::from(scan.cx.ask.waiting_from.as_millis());
        scan.waiting.saturating_mul(since - run)
    };
    let rate = scan.least_power().div_euclid(run.max(1)).saturating_add(scan.compute_per_ms());
    let more = rate.min(0).saturating_mul(scan.need.overhead_most().get().into());
    let floor = scan.least_power().saturating_add(more);
    let mut known: Vec<Piece> = Vec::new();
    let mut best: Option<i128> = None;
    for piece in pieces(scan) {
        let (from, rate, ms) = piece;
        // Later ends only wait longer.
        if best.is_some_and(|best| floor.saturating_add(waited(from)) >= best) {
            break;
        }
        let last = (from, rate.saturating_add(scan.waiting), ms);
        if let Some(sum) = filled(scan, &known, last) {
            let sum = sum.saturating_add(waited(from));
            best = Some(best.map_or(sum, |best| best.min(sum)));
        }
        let place = known.partition_point(|it| it.1 <= rate);
        known.insert(place, piece);
    }
    best.map(|best| best.saturating_add(scan.fixed))
}

fn pieces(scan: &Scan<'_>) -> Vec<Piece> {
    let mut all = Vec::new();
    for (from, to) in free(scan) {
        let changes: Vec<Time> = scan.site.energy.changes_between(from, to).collect();
        let starts = iter::once(from).chain(changes.iter().copied());
        for (from, to) in starts.zip(changes.iter().copied().chain([to])) {
            let rate = scan.drawn(from, from.after(Span::new(1)));
            all.push((from, rate, to.since(from).get().into()));
        }
    }
    all
}

/// The cheapest of these that the work takes; and of the rest what costs less than nothing, as far as pauses may add it.
fn filled(scan: &Scan<'_>, known: &[Piece], last: Piece) -> Option<i128> {
    let (mut work, mut more) =
        (i128::from(scan.need.run.get()), i128::from(scan.need.overhead_most().get()));
    let place = known.partition_point(|it| it.1 <= last.1);
    let (before, after) = known.split_at_checked(place)?;
    let mut sum: i128 = 0;
    for (_, rate, ms) in before.iter().chain([&last]).chain(after) {
        let taken = work.min(*ms);
        work -= taken;
        sum = sum.saturating_add(rate.saturating_mul(taken));
        let rate = rate.saturating_add(scan.compute_per_ms());
        if work == 0 && rate >= 0 {
            break;
        }
        let taken = more.min(ms - taken);
        more -= taken;
        sum = sum.saturating_add(rate.min(0).saturating_mul(taken));
    }
    (work == 0).then_some(sum)
}
