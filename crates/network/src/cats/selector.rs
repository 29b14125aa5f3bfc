//! The path selector, C-PS: from what agents told to a table for each ingress.

use std::collections::BTreeMap;

use units::{Span, Time};

use super::{
    CsId, CsciId, PathId,
    hold::{Hysteresis, Since},
    shares::{Shares, mean_delay_s, shares},
    slots::Slots,
    table::{Choice, Row, Table},
    view::{Ingress, Instance, View, ViewError, Way},
};

/// How to decide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// How long shares are going to be in use, in seconds: how much of a queue counts.
    pub ahead_s: f64,
    /// The part of an ingress's flows, 0 to 1, that one change of shares sends elsewhere at most; those of an instance
    /// that cannot be used do not count.
    pub step: f64,
    /// Before shares change.
    pub shares: Hysteresis,
    /// Before a path changes that could be kept.
    pub paths: Hysteresis,
    /// How long edges use the shares of a table that nothing newer replaces.
    pub keep: Span,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            ahead_s: 0.5,
            step: 0.25,
            shares: Hysteresis { margin: 0.003, hold: Span::ZERO },
            paths: Hysteresis { margin: 0.05, hold: Span::new(2_000) },
            keep: Span::new(30_000),
        }
    }
}

/// What is in use for one service.
#[derive(Debug, Clone, Default)]
struct Used {
    instances: Vec<CsciId>,
    shares: Shares,
    slots: Vec<Slots>,
    since: Since,
}

/// Remembers what it decided, so that it does not change its mind for nothing.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    used: BTreeMap<CsId, Used>,
    paths: BTreeMap<(u32, CsciId), (PathId, Since)>,
    moves: Moves,
}

/// What changed, in sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moves {
    /// Services whose shares were changed.
    pub shares: u64,
    /// Slots with another owner after that.
    pub slots: u64,
    /// Paths changed for another one.
    pub paths: u64,
}

impl Selector {
    pub const fn moves(&self) -> Moves {
        self.moves
    }

    /// The path that an ingress uses to an instance: the one that it used last, where `like` knows what that is like
    /// now and `best` has not been better for long enough; else `best`. None where there is no best one.
    pub fn way(
        &mut self,
        rule: &Hysteresis,
        now: Time,
        (ingress, instance): (u32, CsciId),
        like: impl Fn(PathId) -> Option<Way>,
        best: Option<Way>,
    ) -> Option<Way> {
        let best = best?;
        let first = (best.path, Since::default());
        let (path, since) = self.paths.entry((ingress, instance)).or_insert(first);
        let used = like(*path).filter(|_| *path != best.path);
        let cost = used.map_or(f64::INFINITY, |way| way.delay_s);
        if *path != best.path && since.moves(rule, now, cost, best.delay_s) {
            (*path, *since) = first;
            self.moves.paths += 1;
            return Some(best);
        }
        if *path == best.path {
            *since = Since::default();
        }
        used.or(Some(best))
    }

    /// A table for each ingress, in the order of the views' ingresses. The generation has to be above that of all
    /// tables before.
    ///
    /// # Errors
    /// A view has a figure that is no number, or more than is allowed.
    pub fn tables(
        &mut self,
        policy: &Policy,
        views: &[View],
        (generation, now): (u64, Time),
    ) -> Result<Vec<Table>, ViewError> {
        views.iter().try_for_each(View::check)?;
        let ingresses = views.iter().map(|it| it.ingresses.len()).max().unwrap_or(0);
        let mut rows: Vec<Vec<Row>> = vec![Vec::new(); ingresses];
        for view in views {
            let used = self.used.entry(view.service).or_default();
            used.decide(policy, view, now, &mut self.moves);
            let each = view.ingresses.iter().zip(&used.slots);
            for (into, (ingress, slots)) in rows.iter_mut().zip(each) {
                into.push(row(view, ingress, slots.clone()));
            }
        }
        Ok(rows.into_iter().map(|rows| Table::new(generation, policy.keep, rows)).collect())
    }
}

fn row(view: &View, ingress: &Ingress, slots: Slots) -> Row {
    let choice = |(instance, way): (&Instance, &Option<Way>)| Choice {
        instance: instance.id,
        way: way.filter(|_| instance.serving().is_some()),
    };
    let choices = view.instances.iter().zip(&ingress.ways).map(choice).collect();
    Row { service: view.service, choices, slots }
}

impl Used {
    fn decide(&mut self, policy: &Policy, view: &View, now: Time, moves: &mut Moves) {
        self.renumber(view);
        let ahead_s = policy.ahead_s;
        let best = shares(view, &self.shares, ahead_s, policy.step);
        let cost = mean_delay_s(view, &best, ahead_s);
        let is_whole = self.serves_all(view);
        let used = if is_whole { mean_delay_s(view, &self.shares, ahead_s) } else { f64::INFINITY };
        if !self.since.moves(&policy.shares, now, used, cost) {
            return;
        }
        let follow = |(slots, row): (&Slots, &Vec<f64>)| slots.follow(row);
        let after: Vec<Slots> = self.slots.iter().zip(&best.rows).map(follow).collect();
        moves.shares += 1;
        moves.slots += self.slots.iter().zip(&after).map(|(a, b)| a.moved(b) as u64).sum::<u64>();
        (self.shares, self.slots) = (best, after);
    }

    /// Follows instances that come, go or change places, and ingresses that come or go.
    fn renumber(&mut self, view: &View) {
        let instances: Vec<CsciId> = view.instances.iter().map(|it| it.id).collect();
        if self.instances != instances {
            let before = |id: &CsciId| self.instances.iter().position(|it| it == id);
            let places: Vec<Option<usize>> = instances.iter().map(before).collect();
            let after = |was: usize| places.iter().position(|it| *it == Some(was));
            let share = |row: &Vec<f64>, was: &Option<usize>| {
                was.and_then(|was| row.get(was)).copied().unwrap_or(0.0)
            };
            for row in &mut self.shares.rows {
                *row = places.iter().map(|was| share(row, was)).collect();
            }
            self.slots.iter_mut().for_each(|slots| *slots = slots.renumbered(after));
            self.instances = instances;
        }
        let nothing = vec![0.0; view.instances.len()];
        self.slots.resize(view.ingresses.len(), Slots::default());
        self.shares.rows.resize(view.ingresses.len(), nothing);
    }

    /// Whether every ingress that reaches an instance has all its shares with such.
    fn serves_all(&self, view: &View) -> bool {
        let serves = |(ingress, row): (&Ingress, &Vec<f64>)| {
            let usable = |(way, instance): (&Option<Way>, &Instance)| {
                way.is_some() && instance.serving().is_some()
            };
            let reaches = ingress.ways.iter().zip(&view.instances).any(usable);
            !reaches || row.iter().sum::<f64>() > 0.999
        };
        view.ingresses.iter().zip(&self.shares.rows).all(serves)
    }
}
