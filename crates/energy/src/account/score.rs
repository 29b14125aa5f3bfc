//! What a sum says, as standards put it.

use units::{Carbon, Energy};

use super::Sums;

/// Figures of a sum; none where what they divide by is zero.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// Facility energy over IT energy (ISO/IEC 30134-2).
    pub pue: Option<f64>,
    /// kgCO2 by location for a kWh of IT energy (ISO/IEC 30134-8).
    pub cue: Option<f64>,
    /// Litres of water for a kWh of IT energy (ISO/IEC 30134-9); none where no site says what it uses.
    pub wue: Option<f64>,
    /// Of facility energy, free of carbon in the hour it was used, in percent.
    pub cfe_pct: Option<f64>,
}

impl Scores {
    #[must_use]
    pub fn of(sums: &Sums) -> Self {
        let parts =
            |of: Energy, all: Energy| (!all.is_zero()).then(|| of.get() as f64 / all.get() as f64);
        // ug / mJ to kg / kWh.
        let cue = |it: Energy| sums.location.get() as f64 * 3.6 / it.get() as f64;
        // ml / mJ to L / kWh.
        let wue = |it: Energy| sums.water.get() as f64 * 3_600_000.0 / it.get() as f64;
        Self {
            pue: parts(sums.facility, sums.it),
            wue: (!sums.it.is_zero() && !sums.water.is_zero()).then(|| wue(sums.it)),
            cue: (!sums.it.is_zero()).then(|| cue(sums.it)),
            cfe_pct: parts(sums.free, sums.facility).map(|it| it * 100.0),
        }
    }
}

/// Software carbon intensity (SCI 1.1, ISO/IEC 21031): energy times the grid's intensity, which is the carbon by location,
/// and the embodied part, for each of `units` functional units; rounded down. None for no units.
#[must_use]
pub fn sci(sums: &Sums, units: u64) -> Option<Carbon> {
    sums.location.saturating_add(sums.embodied).get().checked_div(units).map(Carbon::new)
}
