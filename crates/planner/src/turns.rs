//! Starts that can be best for other reasons than pool and rates: a link turns free or full, a cap is just kept.

use units::Time;

use crate::{
    moves,
    scan::{Scan, Start},
};

/// Starts added to one scan because links on the way get free or full.
const LINK_STARTS_MOST: usize = 256;

impl Scan<'_> {
    /// Starts at which a link of the network gets free or full for the run, or for the result after it.
    pub(crate) fn add_link_changes(&self, starts: &mut Vec<Start>) {
        let ask = self.cx.ask;
        let run = self.need.run;
        let to = self.last.after(run);
        let mut times: Vec<Time> = Vec::new();
        if ask.user.is_some() && !ask.bandwidth.is_zero() {
            for link in &self.cx.index.links {
                let free = link.calendar.free(self.first, to, ask.bandwidth.get());
                let partly = free.filter(|(from, until)| (*from, *until) != (self.first, to));
                times.extend(partly.flat_map(|(from, until)| [from, until.before(run)]));
            }
        }
        if ask.result.is_some() {
            let horizon = ask.deadline.unwrap_or(to);
            let changes = self
                .cx
                .index
                .links
                .iter()
                .flat_map(|link| link.calendar.changes(self.first.after(run), horizon));
            times.extend(changes.map(|at| at.before(run)));
        }
        times.sort_unstable();
        times.dedup();
        self.add(times.into_iter().take(LINK_STARTS_MOST), starts);
    }

    /// Adds those of the times at which units and power are free, rated.
    fn add(&self, times: impl Iterator<Item = Time>, starts: &mut Vec<Start>) {
        let mut spans: Vec<(u32, Time, Time)> = Vec::new();
        for start in starts.iter() {
            match spans.iter_mut().find(|(interval, ..)| *interval == start.interval) {
                Some((_, from, to)) => (*from, *to) = ((*from).min(start.at), (*to).max(start.at)),
                None => spans.push((start.interval, start.at, start.at)),
            }
        }
        for at in times {
            if let Some((interval, ..)) =
                spans.iter().find(|(_, from, to)| (*from..=*to).contains(&at))
            {
                starts.push(Start { numerator: self.numerator(at), at, interval: *interval });
            }
        }
    }

    /// Starts at which the run just keeps the budget and the carbon cap.
    pub(crate) fn add_crossings(&self, starts: &mut Vec<Start>) {
        if self.cx.ask.budget.is_none() && self.cx.ask.carbon_cap.is_none() {
            return;
        }
        starts.sort_unstable_by_key(|start| start.at);
        let pairs = starts.windows(2).filter_map(|pair| match pair {
            [a, b] if a.interval == b.interval => self.crossing(a.at, b.at),
            _ => None,
        });
        let times: Vec<Time> = pairs.collect();
        self.add(times.into_iter(), starts);
    }

    /// The last or first start between two at which the caps are kept, where they are at one end only. Between two
    /// starts no link gets free or full, so the ways are those of the middle.
    fn crossing(&self, a: Time, b: Time) -> Option<Time> {
        let middle = Time::from_millis(i64::midpoint(a.as_millis(), b.as_millis()));
        let end = middle.after(self.need.run);
        let (path, _) = self.path((middle, end), &[]).ok()?;
        let result =
            moves::deliver(self.cx.index, self.cx.policy, self.cx.ask, self.pool.site, end).ok()?;
        let keeps = |at| {
            let sums = self.sums(at, path.as_ref(), result.as_ref());
            sums.is_some_and(|sums| self.check_caps(&sums).is_ok())
        };
        (keeps(a) != keeps(b)).then(|| bisect(a, b, keeps))
    }
}

/// The time next to the turn at which `keeps` holds, between two times of which it holds at one.
fn bisect(a: Time, b: Time, keeps: impl Fn(Time) -> bool) -> Time {
    let (mut good, mut bad) =
        if keeps(a) { (a.as_millis(), b.as_millis()) } else { (b.as_millis(), a.as_millis()) };
    while good.abs_diff(bad) > 1 {
        let middle = i64::midpoint(good, bad);
        if keeps(Time::from_millis(middle)) { good = middle } else { bad = middle }
    }
    Time::from_millis(good)
}
