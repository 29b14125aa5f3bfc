//! Pools of a flavor in order of what an hour of a unit costs at least, so that a decision looks at the first few.

use crate::{
    ask::Goal,
    index::{Flavor, Shelf, Site},
};

/// Kinds of goals that are kept at most; each for all pools, 48 bytes of each.
const KINDS_MOST: usize = 64;

/// By what goals weigh.
#[derive(Debug, Default)]
pub(crate) struct Ladders {
    kinds: Vec<Ladder>,
    /// Nothing is told of any pool, so that none is left out.
    #[cfg(test)]
    pub(crate) is_flat: bool,
}

#[derive(Debug)]
struct Ladder {
    weights: (i128, i128),
    flavors: Vec<Vec<Rung>>,
}

/// A pool, and what a unit costs there at least.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rung {
    /// From below, weighted nano-yuan for an hour of a unit at any time of the covered window: compute, electricity
    /// and carbon. The least number where that cannot be told.
    pub(crate) floor: i64,
    pub(crate) shelf: Shelf,
}

impl Ladders {
    /// Electricity is another now.
    pub(crate) fn clear(&mut self) {
        self.kinds.clear();
    }

    /// Makes them known for a goal.
    pub(crate) fn prepare(
        &mut self,
        goal: &Goal,
        sites: &[Site],
        flavors: &[Flavor],
        shelves: &[Vec<Shelf>],
    ) {
        if self.of(goal).is_some() {
            return;
        }
        if self.kinds.len() >= KINDS_MOST {
            self.clear();
        }
        let each = flavors.iter().zip(shelves);
        let flavors = each.map(|(flavor, shelves)| rungs(goal, sites, flavor, shelves)).collect();
        self.kinds.push(Ladder { weights: weights(goal), flavors });
        #[cfg(test)]
        if self.is_flat {
            let rungs = self.kinds.iter_mut().flat_map(|it| &mut it.flavors).flatten();
            rungs.for_each(|rung| rung.floor = i64::MIN);
        }
    }

    /// By flavor; none if they are not known for such a goal.
    pub(crate) fn of(&self, goal: &Goal) -> Option<&[Vec<Rung>]> {
        let ladder = self.kinds.iter().find(|it| it.weights == weights(goal))?;
        Some(&ladder.flavors)
    }
}

const fn weights(goal: &Goal) -> (i128, i128) {
    (goal.cost, goal.carbon)
}

fn rungs(goal: &Goal, sites: &[Site], flavor: &Flavor, shelves: &[Shelf]) -> Vec<Rung> {
    let rung = |shelf: &Shelf| {
        let floor =
            sites.get(shelf.site as usize).and_then(|site| floor(goal, site, flavor, shelf));
        Rung { floor: floor.unwrap_or(i64::MIN), shelf: *shelf }
    };
    let mut rungs: Vec<Rung> = shelves.iter().map(rung).collect();
    rungs.sort_unstable_by_key(|rung| (rung.floor, rung.shelf.id));
    rungs
}

/// Rounded down; none where 64 bits do not hold it.
fn floor(goal: &Goal, site: &Site, flavor: &Flavor, shelf: &Shelf) -> Option<i64> {
    const MILLIWATTS: i128 = 1_000_000;
    let (price, carbon) = (i128::from(site.floor.0), i128::from(site.floor.1));
    let per_kwh = goal.cost.checked_mul(price)?.checked_add(goal.carbon.checked_mul(carbon)?)?;
    let energy = per_kwh.checked_mul(flavor.power.get().into())?.div_euclid(MILLIWATTS);
    let compute = goal.cost.checked_mul(shelf.price.get().into())?;
    i64::try_from(compute.checked_add(energy)?).ok()
}
