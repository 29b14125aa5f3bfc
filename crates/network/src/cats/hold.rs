//! Hysteresis: something else is taken only where it has been better by a margin for a while.

use units::{Span, Time};

/// The rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hysteresis {
    /// The part of its cost that the new one has to save.
    pub margin: f64,
    /// For so long without a break.
    pub hold: Span,
}

/// Since when something has been better than what is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Since(Option<Time>);

impl Since {
    /// Whether to move now, where what is in use costs `used` and the best costs `best`, both zero or more. Moves at
    /// most once in each `hold`, but leaves at once what cannot be used: its cost is infinite. Never moves to what
    /// costs no number.
    pub fn moves(&mut self, rule: &Hysteresis, now: Time, used: f64, best: f64) -> bool {
        let is_lost = used == f64::INFINITY && best.is_finite();
        let is_better = best < used * (1.0 - rule.margin);
        self.0 = is_better.then(|| self.0.unwrap_or(now));
        let has_held = self.0.is_some_and(|since| now.since(since) >= rule.hold);
        let moves = is_lost || has_held;
        if moves {
            self.0 = None;
        }
        moves
    }
}
