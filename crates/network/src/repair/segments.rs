//! The way round a failure as a list of segments, and a packet that follows it.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and slots are numbers that the net itself gave out"
)]

use super::tables::{Failure, Tables};
use crate::{
    NodeId,
    search::{NONE, Net, Slot},
};

/// A step of a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment {
    /// To a node, by the shortest way of all routers (node SID).
    Node(NodeId),
    /// Over an arc of the router it is at (adjacency SID).
    Arc(Slot),
}

/// A way as few segments: from each node on it the furthest one is taken to which no shortest way leads over the failure
/// (for the first one that is its P-space, for the last its Q-space; RFC 9855, section 6); where there is none, the next
/// arc. What leads to the destination itself is no segment.
pub(super) fn encode(
    net: &Net,
    tables: &Tables,
    failure: &Failure,
    from: NodeId,
    way: &[Slot],
    list: &mut Vec<Segment>,
) {
    list.clear();
    let heads = |at: usize| net.heads[way[at] as usize];
    let (mut here, mut done) = (from, 0);
    while done < way.len() {
        let furthest =
            (done..way.len()).rev().find(|at| tables.avoids(net, here, heads(*at), failure));
        let to = furthest.unwrap_or(done);
        if furthest.is_none() {
            list.push(Segment::Arc(way[done]));
        } else if to + 1 < way.len() {
            list.push(Segment::Node(heads(to)));
        }
        (here, done) = (heads(to), to + 1);
    }
}

/// How a packet ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// With the cost of its way.
    Arrived(f64),
    /// At what fails, or where nothing leads on.
    Lost,
    /// More hops in a segment than there are nodes: it went round.
    Loop,
}

/// Follows a packet hop by hop by the tables of before, with these segments before it goes to its destination.
pub(super) fn walk(
    net: &Net,
    tables: &Tables,
    failing: &[bool],
    from: NodeId,
    list: &[Segment],
    to: NodeId,
) -> End {
    let (mut here, mut cost) = (from, 0.0);
    for segment in list.iter().copied().chain(std::iter::once(Segment::Node(to))) {
        let mut hops = 0;
        loop {
            let slot = match segment {
                Segment::Node(node) if node == here => break,
                Segment::Node(node) => tables.next(here, node),
                Segment::Arc(slot) if net.tails[slot as usize] == here => slot,
                Segment::Arc(_) => return End::Lost,
            };
            if slot == NONE || failing[slot as usize] {
                return End::Lost;
            }
            hops += 1;
            if hops > net.nodes() {
                return End::Loop;
            }
            cost += tables.costs[slot as usize];
            here = net.heads[slot as usize];
            if matches!(segment, Segment::Arc(_)) {
                break;
            }
        }
    }
    End::Arrived(cost)
}
