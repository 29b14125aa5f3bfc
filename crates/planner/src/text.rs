//! Figures in words, as they stand on price lines.

use model::Name;
use units::{EnergyPrice, Span};

pub(crate) fn or_none(name: Option<&Name>) -> &str {
    name.map_or("", Name::as_str)
}

/// "16 unit x 2h".
pub(crate) fn units_for(units: u64, span: Span) -> String {
    format!("{units} unit x {span}")
}

/// "0.4312CNY/kWh", rounded to four decimals; "mean" behind it where the price changes over the run.
pub(crate) fn energy_price(price: EnergyPrice, is_mean: bool) -> String {
    let size = price.get().unsigned_abs().saturating_add(50_000) / 100_000;
    let (whole, part) = (size / 10_000, size % 10_000);
    let sign = if price.get() < 0 && size > 0 { "-" } else { "" };
    let part = format!(".{part:04}");
    let part = part.trim_end_matches('0').trim_end_matches('.');
    format!("{sign}{whole}{part}CNY/kWh{}", if is_mean { " mean" } else { "" })
}
