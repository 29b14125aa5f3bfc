//! When several scarce things are free together.

use units::Time;

use crate::Calendar;

/// An amount of one scarce thing.
#[derive(Debug, Clone, Copy)]
pub struct Demand<'a> {
    pub calendar: &'a Calendar,
    pub amount: u64,
}

/// The maximal intervals within `[from, to)` throughout which every demand is free, in order of time.
pub const fn free_together<const N: usize>(
    demands: [Demand<'_>; N],
    from: Time,
    to: Time,
) -> Free<'_, N> {
    Free { demands, from, to }
}

/// See [`free_together`].
#[derive(Debug, Clone)]
pub struct Free<'a, const N: usize> {
    demands: [Demand<'a>; N],
    from: Time,
    to: Time,
}

impl<const N: usize> Free<'_, N> {
    /// The first time from `at` on when every demand is free.
    fn all_free_from(&self, mut at: Time) -> Option<Time> {
        loop {
            let before = at;
            for demand in &self.demands {
                at = demand.calendar.free_from(at, demand.amount)?;
            }
            if at == before || at >= self.to {
                return Some(at);
            }
        }
    }
}

impl<const N: usize> Iterator for Free<'_, N> {
    type Item = (Time, Time);

    fn next(&mut self) -> Option<(Time, Time)> {
        if self.from >= self.to {
            return None;
        }
        let from = self.all_free_from(self.from)?;
        if from >= self.to {
            self.from = self.to;
            return None;
        }
        let ends =
            self.demands.iter().map(|demand| demand.calendar.free_until(from, demand.amount));
        let to = ends.fold(self.to, Time::min);
        self.from = to;
        Some((from, to))
    }
}
