//! What electricity really costs and emits, or is expected to, value by value over even steps of time.

use std::sync::Arc;

use units::{CarbonIntensity, EnergyPrice, Span, Time};

/// Stands in for a site's tariff and carbon source, each for as long as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signal {
    pub price: Option<Course<EnergyPrice>>,
    pub carbon: Option<Course<CarbonIntensity>>,
}

/// Values over even steps of time; nothing before the first and after the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course<T> {
    start: Time,
    step: Span,
    values: Arc<[T]>,
}

impl<T: Copy> Course<T> {
    /// A step of zero counts as a millisecond.
    #[must_use]
    pub fn new(start: Time, step: Span, values: Vec<T>) -> Self {
        Self { start, step: step.max(Span::new(1)), values: values.into() }
    }

    #[must_use]
    pub fn at(&self, time: Time) -> Option<T> {
        self.values.get(self.place(time)?).copied()
    }

    /// The next time after this at which there is another value, or the first or the last ends.
    #[must_use]
    pub fn next_turn(&self, time: Time) -> Option<Time> {
        let Some(place) = self.place(time) else { return Some(self.start) };
        let turn = self.start.after(self.step.saturating_mul(place as u64 + 1));
        (place < self.values.len()).then_some(turn)
    }

    /// With other values from one time to another: each is given, and whatever `change` says comes instead.
    #[must_use]
    pub fn changed(&self, from: Time, to: Time, mut change: impl FnMut(T) -> T) -> Self {
        let last = to.since(self.start).get() / self.step.get();
        let places = self.place(from).unwrap_or(0)..usize::try_from(last).unwrap_or(usize::MAX);
        let value = |(place, value): (usize, &T)| {
            if places.contains(&place) { change(*value) } else { *value }
        };
        let values = self.values.iter().enumerate().map(value).collect();
        Self { values, ..*self }
    }

    fn place(&self, time: Time) -> Option<usize> {
        if time < self.start {
            return None;
        }
        usize::try_from(time.since(self.start).get() / self.step.get()).ok()
    }
}

impl Signal {
    pub(crate) fn next_turn(&self, time: Time) -> Option<Time> {
        let price = self.price.as_ref().and_then(|it| it.next_turn(time));
        let carbon = self.carbon.as_ref().and_then(|it| it.next_turn(time));
        price.into_iter().chain(carbon).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_hold_for_their_step_and_turn_after_it() {
        let course = Course::new(Time::from_millis(100), Span::new(10), vec![1, 2]);
        let all: Vec<_> = [99, 100, 109, 110, 119, 120]
            .into_iter()
            .map(|ms| (course.at(Time::from_millis(ms)), course.next_turn(Time::from_millis(ms))))
            .collect();
        let turn = |ms| Some(Time::from_millis(ms));
        let (first, second) = ((Some(1), turn(110)), (Some(2), turn(120)));
        assert_eq!(all, [(None, turn(100)), first, first, second, second, (None, None)]);
        let changed = course.changed(Time::from_millis(110), Time::from_millis(500), |it| it * 10);
        assert_eq!(changed.at(Time::from_millis(105)), Some(1));
        assert_eq!(changed.at(Time::from_millis(115)), Some(20));
    }
}
