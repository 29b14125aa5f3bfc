//! The one rounding rule: parts are rounded down to the thousand-millionth, and what is left over then goes, one each, to
//! those that lost most by it, the first of equals first. So parts always sum to the whole.

use model::PriceLine;
use units::Money;

/// `total`, zero or more, in proportion to `weights`, all zero or more; all to the first where every weight is zero.
#[must_use]
pub fn split(total: Money, weights: &[Money]) -> Vec<Money> {
    let whole = i128::from(total.get().max(0));
    let weight = |it: &Money| i128::from(it.get().max(0));
    let sum: i128 = weights.iter().map(weight).sum();
    if sum == 0 {
        return weights
            .iter()
            .enumerate()
            .map(|(at, _)| if at == 0 { money(whole) } else { Money::ZERO })
            .collect();
    }
    // Both are below 2^63: the products are below 2^126.
    let mut parts: Vec<i128> = weights.iter().map(|it| whole * weight(it) / sum).collect();
    let mut lost: Vec<(std::cmp::Reverse<i128>, usize)> = weights
        .iter()
        .enumerate()
        .map(|(at, it)| (std::cmp::Reverse(whole * weight(it) % sum), at))
        .collect();
    lost.sort_unstable();
    let left = usize::try_from(whole - parts.iter().sum::<i128>()).unwrap_or(0);
    for (_, at) in lost.into_iter().take(left) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts.into_iter().map(money).collect()
}

/// So many millionths of an amount, at most all of it, by the rule of [`split`]; below zero it is below zero.
#[must_use]
pub fn part(amount: Money, millionths: u64) -> Money {
    let taken = i64::try_from(millionths.min(1_000_000)).unwrap_or(1_000_000);
    let sign = amount.get().signum();
    let weights = [Money::new(taken), Money::new(1_000_000 - taken)];
    let parts = split(Money::new(amount.get().saturating_abs()), &weights);
    Money::new(parts.first().map_or(0, |it| it.get()) * sign)
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
