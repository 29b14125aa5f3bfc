//! A whole cut into parts that sum to it.

/// Cuts `total` in proportion to `weights`, by the largest remainder; of equal remainders the earlier part gets more.
/// Where no weight is above zero, the first part gets all. Empty for no parts.
#[must_use]
pub fn shares(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|it| u128::from(*it)).sum();
    if sum == 0 {
        return weights.iter().enumerate().map(|(at, _)| if at == 0 { total } else { 0 }).collect();
    }
    // At most 2^64 * 2^64: it fits.
    let product = |weight: u64| u128::from(total) * u128::from(weight);
    let floor = |weight: u64| u64::try_from(product(weight) / sum).unwrap_or(total);
    let mut parts: Vec<u64> = weights.iter().map(|it| floor(*it)).collect();
    let missing = total - parts.iter().sum::<u64>();
    let mut order: Vec<(u128, usize)> =
        weights.iter().enumerate().map(|(at, weight)| (product(*weight) % sum, at)).collect();
    order.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let most = usize::try_from(missing).unwrap_or(usize::MAX);
    for (_, at) in order.into_iter().take(most) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_remainder_gets_what_is_left() {
        assert_eq!(shares(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(shares(7, &[5, 3, 2]), [4, 2, 1]);
        assert_eq!((shares(7, &[0, 0]), shares(7, &[])), (vec![7, 0], vec![]));
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(total: u64, weights in prop::collection::vec(any::<u64>(), 1..20)) {
            let parts = shares(total, &weights);
            prop_assert_eq!(parts.iter().map(|it| u128::from(*it)).sum::<u128>(), u128::from(total));
            let sum: u128 = weights.iter().map(|it| u128::from(*it)).sum();
            for (part, weight) in parts.iter().zip(&weights).filter(|_| sum > 0) {
                let exact = (u128::from(total) * u128::from(*weight)) / sum;
                prop_assert!((exact..=exact + 1).contains(&u128::from(*part)));
            }
        }
    }
}
