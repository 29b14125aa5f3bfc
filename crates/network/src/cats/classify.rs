//! The traffic classifier, C-TC: whose a packet is, by its target's prefix, protocol and port.

use std::{cmp::Reverse, ops::RangeInclusive};

use super::{CsId, flows::Tuple};

/// One rule: packets to a prefix are a service's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// IPv6, or IPv4 as `::ffff:a.b.c.d`.
    pub prefix: u128,
    /// Bits of it that count, 0 to 128; 96 more than those of IPv4.
    pub length: u8,
    /// None is any.
    pub protocol: Option<u8>,
    /// None is any.
    pub ports: Option<RangeInclusive<u16>>,
    pub service: CsId,
}

/// Rules of one classifier, at most.
pub const RULES_MOST: usize = 65_536;

/// Why rules are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("{0} rules: at most {RULES_MOST}")]
    TooMany(usize),
    #[error("rule {at}: a prefix of {length} bits: at most 128, of which IPv4 takes the first 96")]
    Length { at: usize, length: u8 },
    #[error("rule {at}: the prefix has bits set beyond its {length}: {right:#034x} has none")]
    Beyond { at: usize, length: u8, right: u128 },
    #[error("rule {at}: ports from {from} to {to}: the first is not above the last")]
    Ports { at: usize, from: u16, to: u16 },
}

/// Addresses from `first` on, up to the next range.
#[derive(Debug, Clone)]
struct Range {
    first: u128,
    /// The place among rules of the one to ask first.
    rule: Option<u32>,
}

/// Rules, so that one look finds those of an address: ranges that do not overlap, in order.
#[derive(Debug, Clone)]
pub struct Classifier {
    rules: Vec<Rule>,
    /// Of each rule the next one to ask: of the same prefix, or of the narrowest around it.
    wider: Vec<Option<u32>>,
    ranges: Vec<Range>,
}

impl Rule {
    fn mask(&self) -> u128 {
        u128::MAX.checked_shl(128 - u32::from(self.length)).unwrap_or(0)
    }

    fn last(&self) -> u128 {
        self.prefix | !self.mask()
    }

    fn check(&self, at: usize) -> Result<(), RuleError> {
        let length = self.length;
        if length > 128 {
            return Err(RuleError::Length { at, length });
        }
        let right = self.prefix & self.mask();
        if right != self.prefix {
            return Err(RuleError::Beyond { at, length, right });
        }
        match &self.ports {
            Some(ports) if ports.is_empty() => {
                Err(RuleError::Ports { at, from: *ports.start(), to: *ports.end() })
            }
            _ => Ok(()),
        }
    }

    fn takes(&self, packet: &Tuple) -> bool {
        self.protocol.is_none_or(|it| it == packet.protocol)
            && self.ports.as_ref().is_none_or(|it| it.contains(&packet.target_port))
    }

    /// Less where it says more: ports count before the protocol.
    const fn vague(&self) -> u8 {
        self.protocol.is_none() as u8 + 2 * (self.ports.is_none() as u8)
    }
}

impl Classifier {
    /// Of rules that take a packet the one with the longest prefix counts; of equals the one that names ports, then
    /// the one that names a protocol, then the one given first.
    ///
    /// # Errors
    /// There are too many rules, or one is not a rule.
    pub fn new(mut rules: Vec<Rule>) -> Result<Self, RuleError> {
        if rules.len() > RULES_MOST {
            return Err(RuleError::TooMany(rules.len()));
        }
        rules.iter().enumerate().try_for_each(|(at, rule)| rule.check(at))?;
        // What is asked last comes first: each rule finds already laid what is asked after it.
        rules.reverse();
        rules.sort_by_key(|it| (it.prefix, it.length, Reverse(it.vague())));
        let mut it = Self { wider: Vec::with_capacity(rules.len()), ranges: Vec::new(), rules };
        it.lay();
        Ok(it)
    }

    fn lay(&mut self) {
        let mut open: Vec<(u32, u128)> = Vec::new();
        for (at, rule) in (0_u32..).zip(&self.rules) {
            close(&mut self.ranges, &mut open, Some(rule.prefix));
            self.wider.push(open.last().map(|(around, _)| *around));
            push(&mut self.ranges, rule.prefix, Some(at));
            open.push((at, rule.last()));
        }
        close(&mut self.ranges, &mut open, None);
    }

    /// Whose the packet is.
    #[must_use]
    pub fn service(&self, packet: &Tuple) -> Option<CsId> {
        let at =
            self.ranges.partition_point(|range| range.first <= packet.target).checked_sub(1)?;
        let mut next = self.ranges.get(at)?.rule;
        while let Some(at) = next {
            let rule = self.rules.get(at as usize)?;
            if rule.takes(packet) {
                return Some(rule.service);
            }
            next = self.wider.get(at as usize).copied().flatten();
        }
        None
    }
}

/// Ends the prefixes that end before an address, or all.
fn close(ranges: &mut Vec<Range>, open: &mut Vec<(u32, u128)>, before: Option<u128>) {
    while let Some((_, last)) = open.pop_if(|(_, last)| before.is_none_or(|it| *last < it)) {
        if let Some(next) = last.checked_add(1) {
            push(ranges, next, open.last().map(|(around, _)| *around));
        }
    }
}

/// A range begins here; what began at the same address before is empty.
fn push(ranges: &mut Vec<Range>, first: u128, rule: Option<u32>) {
    ranges.pop_if(|it| it.first == first);
    ranges.push(Range { first, rule });
}
