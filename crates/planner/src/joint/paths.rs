//! Cheapest paths at given prices of links.

#![expect(clippy::indexing_slicing, reason = "links are checked against nodes before")]

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use super::Problem;

/// A node and how far it is, the nearest first out of a heap.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Reached(f64, u32);

impl Eq for Reached {}
impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
    }
}
impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Links by node.
#[derive(Debug)]
pub(super) struct Net {
    /// Link and the node at its other end.
    at: Vec<Vec<(u32, u32)>>,
    /// By link: both ends in one, by exclusive or: with one of them it gives the other.
    ends: Vec<u32>,
}

impl Net {
    pub(super) fn new(problem: &Problem) -> Self {
        let mut at = vec![Vec::new(); problem.nodes as usize];
        for (id, link) in (0..).zip(&problem.links) {
            let (a, b) = link.ends;
            at[a as usize].push((id, b));
            at[b as usize].push((id, a));
        }
        let ends = problem.links.iter().map(|link| link.ends.0 ^ link.ends.1).collect();
        Self { at, ends }
    }

    /// How far every node is from one, at non-negative prices by link; infinite where there is no way. And the link
    /// towards it by node.
    pub(super) fn tree(&self, from: u32, price: impl Fn(u32) -> f64) -> (Vec<f64>, Vec<u32>) {
        self.tree_until(from, u32::MAX, price)
    }

    /// As [`Self::tree`], but only until a node is reached: others may look further than they are.
    fn tree_until(
        &self,
        from: u32,
        until: u32,
        price: impl Fn(u32) -> f64,
    ) -> (Vec<f64>, Vec<u32>) {
        let mut far = vec![f64::INFINITY; self.at.len()];
        let mut by = vec![u32::MAX; self.at.len()];
        let mut heap = BinaryHeap::from([Reached(0.0, from)]);
        far[from as usize] = 0.0;
        while let Some(Reached(distance, node)) = heap.pop() {
            if distance > far[node as usize] {
                continue;
            }
            if node == until {
                break;
            }
            for (link, other) in &self.at[node as usize] {
                let reached = distance + price(*link);
                if reached < far[*other as usize] {
                    far[*other as usize] = reached;
                    by[*other as usize] = *link;
                    heap.push(Reached(reached, *other));
                }
            }
        }
        (far, by)
    }

    /// As [`Self::tree`], in whole numbers; none where there is no way.
    pub(super) fn exact(&self, from: u32, price: impl Fn(u32) -> i128) -> Vec<Option<i128>> {
        let mut far: Vec<Option<i128>> = vec![None; self.at.len()];
        let mut heap = BinaryHeap::from([Reverse((0_i128, from))]);
        far[from as usize] = Some(0);
        while let Some(Reverse((distance, node))) = heap.pop() {
            if far[node as usize].is_some_and(|known| distance > known) {
                continue;
            }
            for (link, other) in &self.at[node as usize] {
                let reached = distance.saturating_add(price(*link));
                if far[*other as usize].is_none_or(|known| reached < known) {
                    far[*other as usize] = Some(reached);
                    heap.push(Reverse((reached, *other)));
                }
            }
        }
        far
    }

    /// The links from a node to the root of a tree, one after the other.
    pub(super) fn steps<'a>(
        &'a self,
        tree: &'a [u32],
        from: u32,
    ) -> impl Iterator<Item = u32> + Clone + 'a {
        let link = move |node: u32| tree.get(node as usize).copied().filter(|it| *it != u32::MAX);
        let next = move |at: &(u32, u32)| {
            let node = self.ends[at.0 as usize] ^ at.1;
            link(node).map(|link| (link, node))
        };
        std::iter::successors(link(from).map(|link| (link, from)), next).map(|(link, _)| link)
    }

    /// The way from a node to the root along a tree, if all its links are usable.
    pub(super) fn known_way(
        &self,
        (root, tree): (u32, &[u32]),
        node: u32,
        usable: impl Fn(u32) -> bool,
    ) -> Option<Vec<u32>> {
        let way: Vec<u32> = self.steps(tree, node).collect();
        let is_there = node == root || !way.is_empty();
        (is_there && way.iter().all(|link| usable(*link))).then_some(way)
    }

    /// The cheapest way from a node to the root over usable links.
    pub(super) fn way_around(
        &self,
        problem: &Problem,
        root: u32,
        node: u32,
        usable: impl Fn(u32) -> bool,
    ) -> Option<Vec<u32>> {
        let price = |link: u32| {
            let price = problem.links[link as usize].price as f64;
            if usable(link) { price } else { f64::INFINITY }
        };
        let (far, tree) = self.tree_until(root, node, price);
        far[node as usize].is_finite().then(|| self.steps(&tree, node).collect())
    }
}
