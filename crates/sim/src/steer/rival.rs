//! Ways to choose an instance.

use network::cats::{
    score::{Along, Contact, Rule},
    view::View,
};
use serde::Serialize;

/// Who chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rival {
    /// `network::cats`.
    Ours,
    /// Knows every queue, every server, every link and what is on its way at the instant, and takes what is best for the
    /// flow.
    Oracle,
    /// The least delay over the network.
    Nearest,
    /// The least expected delay by the last metrics, and no more than that.
    Best,
    /// The better of two at random, by the last metrics.
    TwoChoices,
    /// At random, by the L2 score of the last metrics.
    Score,
}

impl Rival {
    pub const ALL: [Self; 6] =
        [Self::Ours, Self::Oracle, Self::Nearest, Self::Best, Self::TwoChoices, Self::Score];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Oracle => "oracle",
            Self::Nearest => "nearest",
            Self::Best => "best",
            Self::TwoChoices => "two_choices",
            Self::Score => "score",
        }
    }
}

/// The last that an ingress was told of all instances of a service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) view: &'a View,
    pub(super) ingress: usize,
}

impl Told<'_> {
    fn usable(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.view.instances.len()).filter(|at| self.delay_s(*at).is_some())
    }

    fn contact(&self, at: usize) -> Option<Contact> {
        self.view.instances.get(at)?.contact
    }

    /// One way; none where it cannot be used.
    fn delay_s(&self, at: usize) -> Option<f64> {
        self.contact(at)?;
        let ways = &self.view.ingresses.get(self.ingress)?.ways;
        Some(ways.get(at).copied().flatten()?.delay_s)
    }

    fn expected_s(&self, at: usize) -> f64 {
        let sojourn_s = self.contact(at).map_or(f64::INFINITY, |it| it.sojourn_s());
        2.0 * self.delay_s(at).unwrap_or(f64::INFINITY) + sojourn_s
    }

    fn least(&self, cost: impl Fn(usize) -> f64) -> Option<usize> {
        self.usable().min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
    }

    fn score(&self, at: usize) -> f64 {
        let Some((contact, delay_s)) = self.contact(at).zip(self.delay_s(at)) else { return 0.0 };
        let along = Along { delay_s, jitter_s: 0.0, loss: 0.0, used: 0.0 };
        f64::from(Rule::newest().scores(&contact, &along).all)
    }

    fn by_score(&self, hash: u64) -> Option<usize> {
        let sum: f64 = self.usable().map(|at| self.score(at)).sum();
        let mut point = (hash >> 11) as f64 / (1_u64 << 53) as f64 * sum;
        let drawn = self.usable().find(|at| {
            point -= self.score(*at);
            point < 0.0
        });
        drawn.or_else(|| self.usable().next())
    }

    fn of_two(&self, hash: u64) -> Option<usize> {
        let count = self.usable().count();
        let nth = |word: u64, of: usize| ((word as usize) * of) >> 32;
        let first = nth(hash >> 32, count);
        let second = nth(hash & 0xffff_ffff, count.saturating_sub(1));
        let second = if second >= first { second + 1 } else { second };
        let two = [first, second].into_iter().filter_map(|n| self.usable().nth(n));
        two.min_by(|a, b| self.expected_s(*a).total_cmp(&self.expected_s(*b)))
    }

    /// What a rival without memory or knowledge of its own takes.
    pub(super) fn choose(&self, rival: Rival, hash: u64) -> Option<usize> {
        match rival {
            Rival::Nearest => self.least(|at| self.delay_s(at).unwrap_or(f64::INFINITY)),
            Rival::Best => self.least(|at| self.expected_s(at)),
            Rival::TwoChoices => self.of_two(hash),
            Rival::Score => self.by_score(hash),
            Rival::Ours | Rival::Oracle => None,
        }
    }
}
