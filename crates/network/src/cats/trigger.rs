//! When an agent sends what it measures: if it has changed enough, or has long been silent.

use units::{Span, Time};

/// How much is enough. A figure has changed if it moved by more than both parts together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// As part of the figure sent last.
    pub relative: f64,
    /// In the figure's own unit.
    pub absolute: f64,
}

impl Threshold {
    /// Whether `now` is to be sent where `sent` was the last. What is not a number never is.
    #[must_use]
    pub fn is_passed(&self, sent: f64, now: f64) -> bool {
        (now - sent).abs() > self.absolute + self.relative * sent.abs()
    }
}

/// What was sent last, of `N` figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Sender<const N: usize> {
    thresholds: [Threshold; N],
    /// After so long it is sent as it is, so that silence tells that the agent is gone.
    silence: Span,
    last: Option<(Time, [f64; N])>,
}

impl<const N: usize> Sender<N> {
    #[must_use]
    pub const fn new(thresholds: [Threshold; N], silence: Span) -> Self {
        Self { thresholds, silence, last: None }
    }

    /// Whether these figures are to be sent at `now`; if so they count as sent.
    pub fn sends(&mut self, now: Time, figures: [f64; N]) -> bool {
        let is_due = self.is_due(now, &figures);
        if is_due {
            self.last = Some((now, figures));
        }
        is_due
    }

    fn is_due(&self, now: Time, figures: &[f64; N]) -> bool {
        let Some((at, sent)) = &self.last else { return true };
        let mut each = self.thresholds.iter().zip(sent.iter().zip(figures));
        now.since(*at) >= self.silence
            || each.any(|(threshold, (sent, now))| threshold.is_passed(*sent, *now))
    }
}
