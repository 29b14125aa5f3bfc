//! The one rounding rule: parts are rounded down to the thousand-millionth, and what is left over then goes, one each, to
//! those that lost most by it, the first of equals first. So parts always sum to the whole.

use model::PriceLine;
use units::Money;

/// `total`, zero or more, in proportion to `weights`, all zero or more; all to the first where every weight is zero.
#[must_use]
pub fn split(total: Money, weights: &[Money]) -> Vec<Money> {
    let size = |it: &Money| u64::try_from(it.get()).unwrap_or(0);
    let weights: Vec<u64> = weights.iter().map(size).collect();
    let parts = units::shares(size(&total), &weights).into_iter();
    parts.map(|it| money(it.into())).collect()
}

/// Lines that sum to no more than `most`: what is above it is taken from those above zero, in proportion. Where those
/// below zero alone are above it, nothing is left of the others.
#[must_use]
pub fn cut(lines: Vec<PriceLine>, most: Money) -> Vec<PriceLine> {
    let sum = |lines: &[PriceLine], above: bool| -> i128 {
        let amounts = lines.iter().map(|it| i128::from(it.amount.get()));
        amounts.filter(|it| (*it > 0) == above).sum()
    };
    let (above, below) = (sum(&lines, true), sum(&lines, false));
    if above + below <= i128::from(most.get()) {
        return lines;
    }
    let left = money((i128::from(most.get()) - below).max(0));
    let weights: Vec<Money> = lines.iter().map(|it| it.amount.max(Money::ZERO)).collect();
    let parts = split(left, &weights);
    let cut = |(line, part): (PriceLine, Money)| PriceLine {
        amount: if line.amount > Money::ZERO { part } else { line.amount },
        ..line
    };
    lines.into_iter().zip(parts).map(cut).collect()
}

fn money(amount: i128) -> Money {
    Money::new(i64::try_from(amount).unwrap_or(i64::MAX))
}
