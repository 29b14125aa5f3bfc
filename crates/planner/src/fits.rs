//! Since when pools have room, as far as it was found out: what is taken later only puts it off.

use std::collections::BTreeMap;

use units::{Span, Time};

use crate::{
    ask::{Ask, Need},
    index::{Index, Pool},
};

/// Units are told apart up to here; above, by powers of two.
const APART: u64 = 16;
/// Runs are told apart by powers of two of this.
const SHORTEST: Span = Span::minutes(15);
/// Classes that are kept at most; each for all pools.
const CLASSES_MOST: usize = 256;

/// By class of what is needed.
#[derive(Debug, Default)]
pub(crate) struct Fits(BTreeMap<Class, Vec<Fit>>);

/// Whatever is of this class needs as many units for as long, or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class {
    units: u64,
    run: Span,
}

/// No room for a start from the one time to the other.
#[derive(Debug, Clone, Copy)]
struct Fit {
    from: Time,
    at: Time,
    /// How often some of the pool had been given back then: if it was again, this says nothing.
    freed: u32,
}

impl Class {
    pub(crate) fn of(need: &Need) -> Self {
        let units = if need.units <= APART { need.units } else { 1 << need.units.ilog2() };
        let times = need.shortest().get() / SHORTEST.get();
        let run = if times == 0 { 1 } else { SHORTEST.get() << times.ilog2() };
        Self { units, run: Span::new(run) }
    }
}

impl Fits {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What is known of a class, by pool.
    pub(crate) fn of(&self, class: Class) -> Known<'_> {
        Known(self.0.get(&class).map(Vec::as_slice).unwrap_or_default())
    }

    /// When a pool first has room for something of this class, from when the order may start; noted for the next.
    pub(crate) fn find(
        &mut self,
        index: &Index,
        ask: &Ask<'_>,
        (id, pool): (u32, &Pool),
        class: Class,
        last: Time,
    ) -> Option<Time> {
        let (known, from) = self.of(class).since(index, id, ask.earliest);
        let found = pool.calendar.earliest_fit(known, class.run, class.units, last);
        if !self.0.contains_key(&class) && self.0.len() >= CLASSES_MOST {
            self.0.clear();
        }
        let nothing = Fit { from: Time::MAX, at: Time::MIN, freed: 0 };
        let fits = self.0.entry(class).or_default();
        fits.resize(index.pools.len(), nothing);
        let freed = index.freed.get(id as usize).copied().unwrap_or_default();
        if let Some(fit) = fits.get_mut(id as usize) {
            *fit = Fit { from, at: found.unwrap_or(last), freed };
        }
        found
    }
}

/// Of one class.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a>(&'a [Fit]);

impl Known<'_> {
    /// No start from the earliest to this has room; and since when that is known.
    pub(crate) fn since(self, index: &Index, pool: u32, earliest: Time) -> (Time, Time) {
        let fit = self.0.get(pool as usize).zip(index.freed.get(pool as usize));
        match fit {
            Some((fit, freed)) if fit.freed == *freed && (fit.from..fit.at).contains(&earliest) => {
                (fit.at, fit.from)
            }
            _ => (earliest, earliest),
        }
    }
}
