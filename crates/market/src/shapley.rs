//! What each of several owners is due of what they make together: the Shapley value (1953), which gives each the mean of
//! what it adds over all orders in which they could have come.
//!
//! Exact to [`EXACT_MOST`] owners, in whole numbers; above that over orders drawn by a seed, with how far off the shares may
//! be. Either way the shares sum to the whole, to the last thousand-millionth.

use units::Money;

/// Owners to which all sets of them are looked at: 4,096 of 12.
pub const EXACT_MOST: usize = 12;
/// Owners, at most: a set of them is 64 bits.
pub const OWNERS_MOST: usize = 64;
/// Orders drawn, at most.
pub const SAMPLES_MOST: u32 = 1_000_000;

/// Shares by owner, and how sure they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    pub shares: Vec<Money>,
    /// Half the width of the interval in which each exact share lies in 95 of 100 cases, of the widest; zero where the
    /// shares are exact but for their rounding.
    pub error: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapleyError {
    #[error("{owners} owners: 1 to {OWNERS_MOST} share something")]
    Owners { owners: usize },
    #[error("{samples} orders are drawn: 2 to {SAMPLES_MOST} can be")]
    Samples { samples: u32 },
    #[error("nobody alone makes {worth}: a set of no owners is worth nothing")]
    Nobody { worth: Money },
}

/// Shares what `worth` says all owners make together. Bit `n` of a set stands for owner `n`.
///
/// # Errors
/// [`ShapleyError`]. `samples` counts only above [`EXACT_MOST`] owners.
pub fn shapley(
    owners: usize,
    samples: u32,
    seed: u64,
    mut worth: impl FnMut(u64) -> Money,
) -> Result<Shares, ShapleyError> {
    if !(1..=OWNERS_MOST).contains(&owners) {
        return Err(ShapleyError::Owners { owners });
    }
    let nobody = worth(0);
    if !nobody.is_zero() {
        return Err(ShapleyError::Nobody { worth: nobody });
    }
    if owners <= EXACT_MOST {
        return Ok(exact(owners, worth));
    }
    if !(2..=SAMPLES_MOST).contains(&samples) {
        return Err(ShapleyError::Samples { samples });
    }
    Ok(sampled(owners, samples, seed, worth))
}

/// Each set once. An owner's part is the sum of what it adds to each set, times the orders in which that set comes before
/// it, over all orders: below 2^65 x 12!, far within 128 bits.
fn exact(owners: usize, mut worth: impl FnMut(u64) -> Money) -> Shares {
    let worths: Vec<i128> = (0..1_u64 << owners).map(|set| worth(set).get().into()).collect();
    let of = |set: usize| worths.get(set).copied().unwrap_or_default();
    let mut sums = vec![0_i128; owners];
    for (owner, sum) in sums.iter_mut().enumerate() {
        for set in (0..worths.len()).filter(|set| set & (1 << owner) == 0) {
            let before = set.count_ones() as usize;
            let orders = factorial(before) * factorial(owners - before - 1);
            *sum += orders * (of(set | 1 << owner) - of(set));
        }
    }
    Shares { shares: rounded(&sums, factorial(owners)), error: Money::ZERO }
}

/// Of at most 12.
fn factorial(n: usize) -> i128 {
    (1..=n as i128).product()
}

fn sampled(owners: usize, samples: u32, seed: u64, mut worth: impl FnMut(u64) -> Money) -> Shares {
    let (mut sums, mut squares) = (vec![0_i128; owners], vec![0.0_f64; owners]);
    let mut order: Vec<usize> = (0..owners).collect();
    let mut dice = Dice(seed | 1);
    for _ in 0..samples {
        dice.shuffle(&mut order);
        let (mut set, mut before) = (0_u64, 0_i128);
        for owner in &order {
            set |= 1 << owner;
            let after = i128::from(worth(set).get());
            if let (Some(sum), Some(square)) = (sums.get_mut(*owner), squares.get_mut(*owner)) {
                *sum += after - before;
                *square += ((after - before) as f64).powi(2);
            }
            before = after;
        }
    }
    let n = f64::from(samples);
    let variance = |(sum, square): (&i128, &f64)| {
        let mean = *sum as f64 / n;
        ((square / n - mean * mean) * n / (n - 1.0)).max(0.0)
    };
    let widest = sums.iter().zip(&squares).map(variance).fold(0.0, f64::max);
    // 1.96 standard errors: 95 of 100 by the normal distribution. Saturates at the largest amount.
    let error = Money::new((1.96 * (widest / n).sqrt()).ceil() as i64);
    Shares { shares: rounded(&sums, samples.into()), error }
}

/// Each sum over `by`, by the one rounding rule: down, and what is left over to those that lost most, the first of equals first.
fn rounded(sums: &[i128], by: i128) -> Vec<Money> {
    let mut parts: Vec<i128> = sums.iter().map(|sum| sum.div_euclid(by)).collect();
    let lost = |(at, sum): (usize, &i128)| (std::cmp::Reverse(sum.rem_euclid(by)), at);
    let mut lost: Vec<_> = sums.iter().enumerate().map(lost).collect();
    lost.sort_unstable();
    let left = sums.iter().sum::<i128>() / by - parts.iter().sum::<i128>();
    for (_, at) in lost.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    // Each is a mean of differences of two amounts: beyond 64 bits only where those are.
    let narrow =
        |part: i128| i64::try_from(part).unwrap_or(if part < 0 { i64::MIN } else { i64::MAX });
    parts.into_iter().map(|part| Money::new(narrow(part))).collect()
}

/// xorshift64*.
struct Dice(u64);

impl Dice {
    fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            let high = u128::from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D));
            // Below 2^64 x 64: the part above 2^64 is below at + 1.
            order.swap(at, ((high * (at as u128 + 1)) >> 64) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shares(owners: usize, worth: impl FnMut(u64) -> i64) -> Vec<i64> {
        let mut worth = worth;
        let found = shapley(owners, 2, 1, |set| Money::new(worth(set))).unwrap();
        assert_eq!(found.error, Money::ZERO);
        found.shares.iter().map(|it| it.get()).collect()
    }

    #[test]
    fn games_with_known_values() {
        // A left glove and two right ones make one pair: 2/3, 1/6, 1/6.
        let pair = |set: u64| 600 * i64::from(set & 1 == 1 && set & 0b110 != 0);
        assert_eq!(shares(3, pair), [400, 100, 100]);
        // The airport game: a runway for the longest costs 12, for the others 10 and 6. 2, 4, 6.
        let runway = |set: u64| match set {
            0 => 0,
            1 => 6,
            2 | 3 => 10,
            _ => 12,
        };
        assert_eq!(shares(3, runway), [2, 4, 6]);
        // A majority of seven, all alike; 100 does not divide by seven.
        let majority = |set: u64| 100 * i64::from(set.count_ones() >= 4);
        assert_eq!(shares(7, majority), [15, 15, 14, 14, 14, 14, 14]);
        assert_eq!(shares(1, |set| set as i64 * -5), [-5]);
    }

    #[test]
    fn what_cannot_be_shared_is_refused() {
        let none = |_| Money::ZERO;
        assert_eq!(shapley(0, 9, 1, none), Err(ShapleyError::Owners { owners: 0 }));
        assert_eq!(shapley(65, 9, 1, none), Err(ShapleyError::Owners { owners: 65 }));
        assert_eq!(shapley(13, 1, 1, none), Err(ShapleyError::Samples { samples: 1 }));
        let worth = Money::new(1);
        assert_eq!(shapley(3, 9, 1, |_| worth), Err(ShapleyError::Nobody { worth }));
        assert!(shapley(64, 2, 1, |set| Money::new(set.count_ones().into())).is_ok());
    }

    /// All orders, one after the other.
    fn brute(owners: usize, worth: &[i64]) -> Vec<i128> {
        fn go(left: &mut Vec<usize>, set: usize, worth: &[i64], sums: &mut [i128]) {
            for at in 0..left.len() {
                let owner = left.remove(at);
                let after = set | 1 << owner;
                let orders = (1..=left.len() as i128).product::<i128>();
                sums[owner] += orders * (i128::from(worth[after]) - i128::from(worth[set]));
                go(left, after, worth, sums);
                left.insert(at, owner);
            }
        }
        let mut sums = vec![0; owners];
        go(&mut (0..owners).collect(), 0, worth, &mut sums);
        sums
    }

    proptest! {
        #[test]
        fn exact_shares_are_those_of_all_orders(owners in 1usize..7, seed: u64, large: bool) {
            let worth: Vec<i64> = (0..1_u64 << owners).map(|set| {
                let drawn = set.wrapping_mul(seed | 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) as i64;
                if set == 0 { 0 } else if large { drawn / 4 } else { drawn >> 50 }
            }).collect();
            let found = shares(owners, |set| worth[set as usize]);
            let all: i128 = factorial(owners);
            for (share, sum) in found.iter().zip(brute(owners, &worth)) {
                prop_assert!((i128::from(*share) * all - sum).abs() < all);
            }
            prop_assert_eq!(found.iter().map(|it| i128::from(*it)).sum::<i128>(), i128::from(worth[worth.len() - 1]));
        }
    }

    #[test]
    fn sampled_shares_are_as_near_as_they_say() {
        // Owner n brings n + 1 by itself, and any ten of the twenty bring a bonus: 210 / 20 of it each.
        let worth = |set: u64| {
            let own: i64 = (0..20).filter(|n| set & (1 << n) != 0).map(|n| (n + 1) * 1_000).sum();
            Money::new(own + 200_000 * i64::from(set.count_ones() >= 10))
        };
        let mut within = 0;
        for seed in 1..=20 {
            let found = shapley(20, 2_000, seed, worth).unwrap();
            let whole: i64 = found.shares.iter().map(|it| it.get()).sum();
            assert_eq!(whole, 210_000 + 200_000);
            assert!(found.error > Money::ZERO && found.error.get() < 3_000, "{:?}", found.error);
            let exact = |n: usize| (n as i64 + 1) * 1_000 + 10_000;
            let off =
                |(n, share): (usize, &Money)| (share.get() - exact(n)).abs() <= found.error.get();
            within += found.shares.iter().enumerate().filter(|it| off(*it)).count();
        }
        assert!(within >= 360, "90 of 100 at least: {within} of 400");
        assert_eq!(shapley(20, 50, 7, worth), shapley(20, 50, 7, worth));
    }
}
