//! How good a node is for a pod.
use super::{Book, Shape, states::State};

/// A rule that gives every node that fits a score; the greatest is taken, of equals the one with the smallest name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// The least loss of what the mix of pods could still fill.
    Jingwei,
    /// Fragmentation gradient descent (Weng et al., USENIX ATC'23), with its rounding.
    Fgd,
    /// The least left over, of CPU and devices.
    BestFit,
    /// The smallest product of what is free and what is asked.
    DotProd,
    /// Any node.
    Random,
}

/// Does not fit.
pub(super) const NONE: f32 = f32::NEG_INFINITY;

/// Greatest CPU and devices of a node, to which others are measured (as in the published simulator).
const CPU_MOST: f32 = 128_000.0;
const DEVICES_MOST: f32 = 8_000.0;

impl Policy {
    pub const ALL: [Self; 5] =
        [Self::Jingwei, Self::Fgd, Self::BestFit, Self::DotProd, Self::Random];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jingwei => "jingwei",
            Self::Fgd => "fgd",
            Self::BestFit => "bestfit",
            Self::DotProd => "dotprod",
            Self::Random => "random",
        }
    }

    /// What it does, in a line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Jingwei => {
                "The least loss of what may still be filled; refuses what is not worth its device"
            }
            Self::Fgd => "Fragmentation gradient descent (Weng et al., USENIX ATC'23)",
            Self::BestFit => "The least left over",
            Self::DotProd => "The smallest product of what is free and what is asked",
            Self::Random => "Any node with room",
        }
    }

    /// Score of a state for a shape of this kind, and the row that it would lead to.
    pub(super) fn score(
        self,
        book: &mut Book,
        state: &State,
        shape: &Shape,
        kind: u32,
    ) -> (f32, u32) {
        let has_room = state.cpu_milli >= shape.cpu_milli
            && state.memory_mib >= shape.memory_mib
            && shape.permits(book.model(state.row));
        if !has_room {
            return (NONE, 0);
        }
        let most = book.next(state.row, kind).len();
        let mut best = (NONE, 0);
        for way in 0..most {
            let Some(after) = book.next(state.row, kind).get(way).copied() else { break };
            let score = self.of(book, state, shape, after);
            if score > best.0 {
                best = (score, after);
            }
        }
        best
    }

    fn of(self, book: &Book, state: &State, shape: &Shape, after: u32) -> f32 {
        let cpu = state.cpu_milli;
        match self {
            Self::Jingwei => {
                let memory = state.memory_mib - shape.memory_mib;
                book.hope_milli(after, cpu - shape.cpu_milli, memory) - state.hope
            }
            Self::Fgd => {
                let before = book.fragment_milli(state.row, cpu);
                descent(before - book.fragment_milli(after, cpu - shape.cpu_milli))
            }
            Self::BestFit => {
                let left = (cpu - shape.cpu_milli) as f32 / CPU_MOST
                    + book.free_milli(after) as f32 / DEVICES_MOST;
                -left - tight(book, state.row, after)
            }
            Self::DotProd => {
                let cpus = cpu as f32 / CPU_MOST * (shape.cpu_milli as f32 / CPU_MOST);
                let free = book.free_milli(state.row) as f32 / DEVICES_MOST;
                -cpus - free * (shape.device_milli() as f32 / DEVICES_MOST)
            }
            Self::Random => 0.0,
        }
    }
}

/// Of the devices of one node the one with the least left: below every difference between nodes.
fn tight(book: &Book, before: u32, after: u32) -> f32 {
    let (before, after) = (book.free(before), book.free(after));
    let left = before.iter().zip(&after).filter(|(one, other)| one != other).map(|(_, left)| *left);
    f32::from(left.min().unwrap_or(0)) * 1e-7
}

/// `int(100 x sigmoid(difference / 1000))`: ties are common, and decided by name.
fn descent(difference: f64) -> f32 {
    (100.0 / (1.0 + (-difference / 1000.0).exp())).floor() as f32
}
