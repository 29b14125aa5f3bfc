//! From meters to money: what a reading comes to, and what of a charge its two sides differ about.

use model::{LineKind, PriceLine};
use units::{Bytes, Carbon, Energy, Money, Span};

/// Readings that differ by no more than this part of what was charged agree: in parts of a million.
pub const TOLERANCE_PPM: u64 = 20_000;
/// A difference that comes to less than this is not disputed.
pub const DISPUTED_LEAST: Money = Money::new(1_000_000);

/// How much a price line is for, in base units of its kind, from its words: "16 unit x 2h", "3.2 kWh". They have as many
/// digits as people are shown.
#[must_use]
pub fn metered(line: &PriceLine) -> Option<u64> {
    let text: String = line.quantity.chars().filter(|c| !c.is_whitespace()).collect();
    match line.kind {
        LineKind::Compute => {
            let (units, span) = text.split_once("unitx").or_else(|| text.split_once("unitsx"))?;
            let span: Span = span.parse().ok()?;
            units.parse::<u64>().ok()?.checked_mul(span.get())
        }
        LineKind::Electricity => text.parse().ok().map(Energy::get),
        LineKind::Carbon => text.parse().ok().map(Carbon::get),
        LineKind::Link | LineKind::Transfer | LineKind::Data => text.parse().ok().map(Bytes::get),
        LineKind::Waiting => None,
    }
}

/// What a reading comes to where `metered` cost `amount`, rounded once, half away from zero; at most what money can be.
/// Nothing where nothing was metered.
#[must_use]
pub fn rate(amount: Money, metered: u64, quantity: u64) -> Money {
    amount.part(quantity, metered)
}

/// The part of a line that its two sides differ about: what the provider charged beyond what the consumer metered.
/// Nothing within [`TOLERANCE_PPM`], below [`DISPUTED_LEAST`], or where the consumer metered as much or more.
#[must_use]
pub fn disputed(amount: Money, metered: u64, consumer: u128) -> Money {
    let Some(less) = u128::from(metered).checked_sub(consumer).filter(|it| *it > 0) else {
        return Money::ZERO;
    };
    if less * 1_000_000 <= u128::from(metered) * u128::from(TOLERANCE_PPM) {
        return Money::ZERO;
    }
    let part = rate(amount, metered, u64::try_from(less).unwrap_or(metered));
    if part < DISPUTED_LEAST { Money::ZERO } else { part }
}

/// A line at what the provider's own meter read, where that is less than what the line is for; none of it changes where
/// it is more: nobody pays for more than was held and reported.
#[must_use]
pub fn at_most(line: PriceLine, read: Option<u128>) -> PriceLine {
    let Some(metered) = metered(&line) else { return line };
    match read.and_then(|it| u64::try_from(it).ok()).filter(|it| *it < metered) {
        Some(read) => PriceLine {
            amount: rate(line.amount, metered, read),
            quantity: line.kind.quantity_text(read),
            ..line
        },
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(kind: LineKind, quantity: &str, amount: i64) -> PriceLine {
        PriceLine {
            kind,
            what: "x".parse().unwrap(),
            provider: None,
            quantity: quantity.to_owned(),
            price: String::new(),
            amount: Money::new(amount),
        }
    }

    #[test]
    fn lines_say_how_much_they_are_for() {
        let of = |kind, text: &str| metered(&line(kind, text, 1));
        assert_eq!(of(LineKind::Compute, "16 unit x 2h"), Some(16 * 7_200_000));
        assert_eq!(of(LineKind::Electricity, "3.2 kWh"), Some(3_200 * 3_600_000));
        assert_eq!(of(LineKind::Carbon, "0.5 kgCO2"), Some(500_000_000));
        assert_eq!(of(LineKind::Transfer, "120GB"), Some(120_000_000_000));
        assert_eq!(of(LineKind::Waiting, "1h"), None);
        assert_eq!(of(LineKind::Compute, "many"), None);
        for kind in [LineKind::Compute, LineKind::Link, LineKind::Data] {
            let text = kind.quantity_text(7_200_000);
            assert_eq!(of(kind, &text), Some(7_200_000), "{text}");
        }
    }

    #[test]
    fn only_what_is_beyond_the_tolerance_is_disputed() {
        let yuan = Money::new(1_000_000_000);
        let of = |consumer| disputed(yuan, 1_000, consumer).get();
        assert_eq!([of(1_000), of(980), of(2_000)], [0, 0, 0]);
        assert_eq!([of(979), of(500), of(0)], [21_000_000, 500_000_000, 1_000_000_000]);
        assert_eq!(disputed(Money::new(999_999), 1_000, 0), Money::ZERO, "less than a thousandth");
        assert_eq!(disputed(yuan, 0, 0), Money::ZERO, "nothing was charged for");
        assert_eq!(disputed(Money::new(-5_000_000_000), 10, 0), Money::ZERO, "it was paid for");
    }

    #[test]
    fn a_meter_lowers_a_line_and_never_raises_it() {
        let full = line(LineKind::Compute, "2 unit x 1h", 4_000);
        let half = at_most(full.clone(), Some(3_600_000));
        assert_eq!((half.amount.get(), half.quantity.as_str()), (2_000, "1 unit x 1h"));
        assert_eq!(at_most(full.clone(), Some(u128::MAX)), full);
        assert_eq!(at_most(full.clone(), None), full);
        assert_eq!(at_most(full, Some(0)).amount, Money::ZERO);
    }

    proptest! {
        #[test]
        fn the_parts_of_a_charge_are_its_whole(
            amount in 0..i64::MAX, metered in 1..=u64::MAX, consumer in 0..=u64::MAX,
        ) {
            let charged = Money::new(amount);
            prop_assert_eq!(rate(charged, metered, metered), charged);
            let held = disputed(charged, metered, consumer.into());
            prop_assert!(held >= Money::ZERO && held <= charged);
            let more = disputed(charged, metered, u128::from(consumer) + 1);
            prop_assert!(more <= held, "who metered more disputes less");
        }

        #[test]
        fn a_rate_is_off_by_less_than_one(amount in -1_000_000_000_000_000_000..=1_000_000_000_000_000_000_i64, metered in 1..=1_000_000_000_000_000_000_u64, part in 0..=1_000_000_u64) {
            let quantity = u64::try_from(u128::from(metered) * u128::from(part) / 1_000_000).unwrap();
            let exact = i128::from(amount) * i128::from(quantity);
            let off = i128::from(rate(Money::new(amount), metered, quantity).get()) * i128::from(metered) - exact;
            prop_assert!(off.abs() * 2 <= i128::from(metered));
        }
    }
}
