//! One scarce thing over time.

use units::{Span, Time};

use crate::{Demand, Free, free_together};

/// How much of one scarce thing is used over time: a step function, zero outside its breakpoints.
///
/// `hold` never lets use exceed capacity. `force` may, for what happens whether it was planned or not (a run
/// that takes longer, capacity that was taken away); what is free then counts as zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    capacity: u64,
    /// Use from this time until the next breakpoint's. Strictly rising in time, no two neighbours with the same
    /// use, the last one zero.
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    at: Time,
    used: u64,
}

/// Too little is free: ask for less, for another time, or elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{asked} asked, {free} free at {at}")]
pub struct Overbooked {
    pub asked: u64,
    pub free: u64,
    pub at: Time,
}

impl Calendar {
    pub const fn new(capacity: u64) -> Self {
        Self { capacity, steps: Vec::new() }
    }

    pub const fn capacity(&self) -> u64 {
        self.capacity
    }

    /// Takes `amount` in `[from, to)`, or nothing.
    pub fn hold(&mut self, from: Time, to: Time, amount: u64) -> Result<(), Overbooked> {
        if let Some((at, used)) = self.first_over(from, to, amount) {
            return Err(Overbooked { asked: amount, free: self.capacity.saturating_sub(used), at });
        }
        self.force(from, to, amount);
        Ok(())
    }

    /// Takes `amount` in `[from, to)` even where that exceeds capacity.
    pub fn force(&mut self, from: Time, to: Time, amount: u64) {
        self.change(from, to, |used| used.saturating_add(amount));
    }

    /// Gives back `amount` in `[from, to)`, where at least that much is held.
    pub fn release(&mut self, from: Time, to: Time, amount: u64) {
        self.change(from, to, |used| used.saturating_sub(amount));
    }

    pub fn used_at(&self, at: Time) -> u64 {
        self.used_before(self.after(at))
    }

    /// The most used at any time in `[from, to)`; zero if that is empty.
    pub fn max_used(&self, from: Time, to: Time) -> u64 {
        if from >= to {
            return 0;
        }
        let first = self.after(from);
        let later = self.steps.iter().skip(first).take_while(|step| step.at < to);
        later.map(|step| step.used).fold(self.used_before(first), u64::max)
    }

    /// The least free at any time in `[from, to)`; everything if that is empty.
    pub fn least_free(&self, from: Time, to: Time) -> u64 {
        self.capacity.saturating_sub(self.max_used(from, to))
    }

    /// Whether `amount` is free throughout `[from, to)`.
    pub fn fits(&self, from: Time, to: Time, amount: u64) -> bool {
        self.first_over(from, to, amount).is_none()
    }

    /// The earliest start in `[from, latest_start]` at which `amount` is free for `span`. One sweep.
    pub fn earliest_fit(
        &self,
        from: Time,
        span: Span,
        amount: u64,
        latest_start: Time,
    ) -> Option<Time> {
        let mut start = from;
        while start <= latest_start {
            match self.first_over(start, start.after(span), amount) {
                None => return Some(start),
                Some((at, _)) => start = self.free_from(at, amount)?,
            }
        }
        None
    }

    /// The first time from `at` on when `amount` is free; none if it is more than there is.
    pub fn free_from(&self, at: Time, amount: u64) -> Option<Time> {
        let most = self.capacity.checked_sub(amount)?;
        let next = self.after(at);
        if self.used_before(next) <= most {
            return Some(at);
        }
        self.steps.iter().skip(next).find(|step| step.used <= most).map(|step| step.at)
    }

    /// Until when `amount`, free at `at`, stays free; [`Time::MAX`] if for ever.
    pub fn free_until(&self, at: Time, amount: u64) -> Time {
        let Some(most) = self.capacity.checked_sub(amount) else { return at };
        let busy = self.steps.iter().skip(self.after(at)).find(|step| step.used > most);
        busy.map_or(Time::MAX, |step| step.at)
    }

    /// The maximal intervals within `[from, to)` throughout which `amount` is free.
    pub fn free(&self, from: Time, to: Time, amount: u64) -> Free<'_, 1> {
        free_together([Demand { calendar: self, amount }], from, to)
    }

    /// The times in `(from, to)` at which use changes.
    pub fn changes(&self, from: Time, to: Time) -> impl Iterator<Item = Time> + '_ {
        self.steps.iter().skip(self.after(from)).map(|step| step.at).take_while(move |at| *at < to)
    }

    /// Forgets what was before; what is held from then on stays.
    pub fn trim(&mut self, before: Time) {
        let next = self.after(before);
        if next == 0 {
            return;
        }
        let used = self.used_before(next);
        self.steps.drain(..next);
        if used > 0 {
            self.steps.insert(0, Step { at: before, used });
        }
    }

    /// Index of the first breakpoint after `at`.
    fn after(&self, at: Time) -> usize {
        self.steps.partition_point(|step| step.at <= at)
    }

    /// Use just before the breakpoint at `index`.
    fn used_before(&self, index: usize) -> u64 {
        index.checked_sub(1).and_then(|index| self.steps.get(index)).map_or(0, |step| step.used)
    }

    /// The first time in `[from, to)` at which `amount` is not free, and what is used then.
    fn first_over(&self, from: Time, to: Time, amount: u64) -> Option<(Time, u64)> {
        if from >= to {
            return None;
        }
        let first = self.after(from);
        let over = |used: u64| used.saturating_add(amount) > self.capacity && amount > 0;
        let used = self.used_before(first);
        if over(used) {
            return Some((from, used));
        }
        let mut later = self.steps.iter().skip(first).take_while(|step| step.at < to);
        later.find(|step| over(step.used)).map(|step| (step.at, step.used))
    }

    fn change(&mut self, from: Time, to: Time, new: impl Fn(u64) -> u64) {
        if from >= to {
            return;
        }
        let first = self.split(from);
        let last = self.split(to);
        for step in self.steps.iter_mut().take(last).skip(first) {
            step.used = new(step.used);
        }
        self.join(last);
        self.join(first);
    }

    /// Makes `at` a breakpoint; its index.
    fn split(&mut self, at: Time) -> usize {
        let next = self.after(at);
        if let Some(before) = next.checked_sub(1)
            && self.steps.get(before).is_some_and(|step| step.at == at)
        {
            return before;
        }
        self.steps.insert(next, Step { at, used: self.used_before(next) });
        next
    }

    /// Removes the breakpoint at `index` if use does not change there.
    fn join(&mut self, index: usize) {
        if self.steps.get(index).is_some_and(|step| step.used == self.used_before(index)) {
            self.steps.remove(index);
        }
    }
}
