//! Energy and carbon that are added up.

use units::{Carbon, Energy, Water};

/// Of a job, a project, a site, a month: all that is added up. Sticks at the largest value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Of the machines.
    pub it: Energy,
    /// Of the whole facility.
    pub facility: Energy,
    /// As the grid is.
    pub location: Carbon,
    /// With certificates.
    pub market: Carbon,
    /// Of `facility`, covered by granular certificates of the same hour.
    pub granular: Energy,
    /// Of `facility`, covered by other certificates.
    pub yearly: Energy,
    /// Of `facility`, free of carbon in its own hour: by granular certificates, and by what the grid had.
    pub free: Energy,
    /// Of making the machines.
    pub embodied: Carbon,
    /// Used at the site, where it says so.
    pub water: Water,
}

impl Sums {
    pub fn add(&mut self, other: &Self) {
        self.it = self.it.saturating_add(other.it);
        self.facility = self.facility.saturating_add(other.facility);
        self.location = self.location.saturating_add(other.location);
        self.market = self.market.saturating_add(other.market);
        self.granular = self.granular.saturating_add(other.granular);
        self.yearly = self.yearly.saturating_add(other.yearly);
        self.free = self.free.saturating_add(other.free);
        self.embodied = self.embodied.saturating_add(other.embodied);
        self.water = self.water.saturating_add(other.water);
    }
}

impl<'a> std::iter::Sum<&'a Self> for Sums {
    fn sum<I: Iterator<Item = &'a Self>>(all: I) -> Self {
        let mut sums = Self::default();
        all.for_each(|it| sums.add(it));
        sums
    }
}
