//! Shares as slots that a flow's hash falls into: a new share moves as few slots as it can.
//!
//! Flows of which nothing is remembered move only with their slot (resilient hashing; after Maglev, NSDI 2016).

use serde::{Deserialize, Serialize};

/// Slots of one service at one ingress: shares are multiples of one part in so many.
pub const SLOTS: usize = 1024;
/// The owner of a slot that nobody has.
const NOBODY: u8 = u8::MAX;

/// Who has which slot, by the place of the instance in its service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Slots(Box<[u8; SLOTS]>);

impl Default for Slots {
    fn default() -> Self {
        Self(Box::new([NOBODY; SLOTS]))
    }
}

impl From<Slots> for Vec<u8> {
    fn from(Slots(owners): Slots) -> Self {
        owners.to_vec()
    }
}

impl TryFrom<Vec<u8>> for Slots {
    type Error = String;

    fn try_from(owners: Vec<u8>) -> Result<Self, String> {
        let count = owners.len();
        let right = owners.into_boxed_slice().try_into();
        right.map(Self).map_err(|_| format!("{count} slots: there are always {SLOTS}"))
    }
}

impl Slots {
    /// Whose the flow with this hash is; none where nobody has its slot.
    #[must_use]
    pub fn owner(&self, hash: u64) -> Option<usize> {
        let slot = (hash >> 54) as usize;
        self.0.get(slot).filter(|owner| **owner != NOBODY).map(|owner| usize::from(*owner))
    }

    /// Slots by these shares, which sum to one or are all zero; those that can stay, stay.
    #[must_use]
    pub fn follow(&self, shares: &[f64]) -> Self {
        let mut quotas = quotas(shares);
        let mut slots = self.0.clone();
        for owner in slots.iter_mut() {
            match quotas.get_mut(usize::from(*owner)) {
                Some(left) if *left > 0 => *left -= 1,
                _ => *owner = NOBODY,
            }
        }
        let mut takers =
            (0..NOBODY).zip(quotas).flat_map(|(it, left)| std::iter::repeat_n(it, left));
        for owner in slots.iter_mut().filter(|owner| **owner == NOBODY) {
            *owner = takers.next().unwrap_or(NOBODY);
        }
        Self(slots)
    }

    /// The same slots where instances have other places now; those of whom has none are nobody's.
    #[must_use]
    pub fn renumbered(&self, place: impl Fn(usize) -> Option<usize>) -> Self {
        let mut slots = self.0.clone();
        for owner in slots.iter_mut().filter(|owner| **owner != NOBODY) {
            let after = place(usize::from(*owner)).and_then(|it| u8::try_from(it).ok());
            *owner = after.unwrap_or(NOBODY);
        }
        Self(slots)
    }

    /// Fewer slots, 1 to 1024: each is of who has most of its range; of equals the first. None where nobody has any.
    #[must_use]
    pub fn merged(&self, count: usize) -> Vec<Option<usize>> {
        let range = SLOTS.div_ceil(count.clamp(1, SLOTS));
        self.0.chunks(range).map(most).collect()
    }

    /// How many slots have another owner here than there.
    #[must_use]
    pub fn moved(&self, other: &Self) -> usize {
        self.0.iter().zip(other.0.iter()).filter(|(a, b)| a != b).count()
    }
}

/// Who owns most of these.
fn most(owners: &[u8]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::new();
    for owner in owners.iter().filter(|owner| **owner != NOBODY) {
        *counts.entry(usize::from(*owner)).or_insert(0_usize) += 1;
    }
    let most = counts.into_iter().max_by_key(|(owner, count)| (*count, std::cmp::Reverse(*owner)));
    most.map(|(owner, _)| owner)
}

/// Whole slots, by the largest remainder; in sum all, or none where shares are zero.
fn quotas(shares: &[f64]) -> Vec<usize> {
    let exact = |share: &f64| (share * SLOTS as f64).clamp(0.0, SLOTS as f64);
    let mut quotas: Vec<usize> = shares.iter().map(|it| exact(it) as usize).collect();
    let rest = |it: &usize| shares.get(*it).map_or(0.0, |share| exact(share).fract());
    let has_any = |it: &usize| shares.get(*it).is_some_and(|share| *share > 0.0);
    let mut order: Vec<usize> = (0..shares.len()).filter(has_any).collect();
    order.sort_by(|a, b| rest(b).total_cmp(&rest(a)).then(a.cmp(b)));
    let missing = SLOTS.saturating_sub(quotas.iter().sum());
    for at in order.into_iter().cycle().take(missing) {
        if let Some(quota) = quotas.get_mut(at) {
            *quota += 1;
        }
    }
    quotas
}
