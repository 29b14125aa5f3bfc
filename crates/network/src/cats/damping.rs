//! What fails again and again is left alone for a while (RFC 2439, route flap damping).

use units::{Span, Time};

/// The rule. A failure adds one to a figure of merit that halves every `half_life`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Damping {
    pub half_life: Span,
    /// Above this it is suppressed.
    pub suppress: f64,
    /// Below this it is used again.
    pub reuse: f64,
    /// It is not suppressed for longer than this after its last failure.
    pub longest: Span,
}

impl Default for Damping {
    /// In the scale of links: three failures close to each other suppress.
    fn default() -> Self {
        let (half_life, longest) = (Span::new(5_000), Span::new(60_000));
        Self { half_life, suppress: 2.0, reuse: 0.75, longest }
    }
}

/// One link or path and how often it failed of late.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Flaps {
    figure: f64,
    at: Option<Time>,
    is_suppressed: bool,
}

impl Flaps {
    /// It failed.
    pub fn fail(&mut self, rule: &Damping, now: Time) {
        self.figure = (self.figure(rule, now) + 1.0).min(rule.ceiling());
        self.at = Some(now);
        self.is_suppressed |= self.figure > rule.suppress;
    }

    /// Whether it is to be left alone; asking ends a suppression that is over.
    pub fn is_suppressed(&mut self, rule: &Damping, now: Time) -> bool {
        self.is_suppressed &= self.figure(rule, now) >= rule.reuse;
        self.is_suppressed
    }

    /// The figure of merit, with its decay; never above the rule's ceiling.
    #[must_use]
    pub fn figure(&self, rule: &Damping, now: Time) -> f64 {
        let passed = self.at.map_or(Span::ZERO, |at| now.since(at));
        self.figure * (-halves(passed, rule.half_life)).exp2()
    }
}

impl Damping {
    /// From here the figure has decayed to `reuse` after `longest`.
    fn ceiling(&self) -> f64 {
        self.reuse * halves(self.longest, self.half_life).exp2()
    }
}

fn halves(passed: Span, half_life: Span) -> f64 {
    passed.get() as f64 / half_life.get().max(1) as f64
}
