//! What is held for whom.

use std::collections::BTreeMap;

use model::{Decision, Interval, JobKey, Name};
use prices::Calendar;
use units::{Bandwidth, Time};

use crate::index::Index;

/// Why a decision cannot be held: decide again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Overbooked {
    #[error("`{what}` is taken: {cause}")]
    Full { what: Name, cause: prices::Overbooked },
    #[error("`{what}` does not exist any more")]
    Gone { what: Name },
}

/// What is in use at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Name, units in use, units there are.
    pub pools: Vec<(Name, u64, u64)>,
    /// Name, bandwidth held.
    pub links: Vec<(Name, Bandwidth)>,
}

/// One thing held for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    place: Place,
    from: Time,
    to: Time,
    amount: u64,
    /// For as long as the tasks run; else for a transfer.
    with_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Pool(u32),
    Link(u32),
    /// Power of a site.
    Power(u32),
}

/// Everything held, by job.
#[derive(Debug, Default)]
pub(crate) struct Book {
    held: BTreeMap<JobKey, Vec<Piece>>,
}

impl Book {
    /// Holds everything a decision names, or nothing.
    pub(crate) fn hold(
        &mut self,
        index: &mut Index,
        key: &JobKey,
        decision: &Decision,
    ) -> Result<(), Overbooked> {
        self.forget(index, key);
        let pieces = pieces(index, decision)?;
        for (done, piece) in pieces.iter().enumerate() {
            if let Err(error) = take(index, piece) {
                pieces.iter().take(done).for_each(|piece| give_back(index, piece, piece.from));
                return Err(error);
            }
        }
        self.held.insert(key.clone(), pieces);
        Ok(())
    }

    /// Holds everything a decision names that is still there, full or not: it is running already.
    pub(crate) fn adopt(&mut self, index: &mut Index, key: &JobKey, decision: &Decision) {
        self.forget(index, key);
        let Ok(pieces) = pieces(index, decision) else { return };
        pieces.iter().for_each(|piece| force(index, piece));
        self.held.insert(key.clone(), pieces);
    }

    pub(crate) fn release(&mut self, index: &mut Index, key: &JobKey, now: Time) {
        for piece in self.held.remove(key).unwrap_or_default() {
            give_back(index, &piece, now);
        }
    }

    /// The pool in which a job holds units.
    pub(crate) fn pool_of(&self, key: &JobKey) -> Option<u32> {
        self.held.get(key)?.iter().find_map(|piece| match piece.place {
            Place::Pool(id) => Some(id),
            Place::Link(_) | Place::Power(_) => None,
        })
    }

    pub(crate) fn holds_after(&self, key: &JobKey, now: Time) -> bool {
        self.held.get(key).is_some_and(|pieces| pieces.iter().any(|piece| piece.to > now))
    }

    /// The tasks run on until then at least.
    pub(crate) fn extend(&mut self, index: &mut Index, key: &JobKey, until: Time) {
        let pieces = self.held.get_mut(key).map(Vec::as_mut_slice).unwrap_or_default();
        let last = pieces.iter().filter(|it| it.with_run).map(|it| it.from).max();
        for piece in pieces {
            if piece.with_run && Some(piece.from) == last && piece.to < until {
                force(index, &Piece { from: piece.to, to: until, ..*piece });
                piece.to = until;
            }
        }
    }

    /// Holds the same in a new world, as far as it still has the places.
    pub(crate) fn move_to(&mut self, old: &Index, new: &mut Index) {
        for pieces in self.held.values_mut() {
            *pieces = pieces.iter().filter_map(|piece| moved(piece, old, new)).collect();
            pieces.iter().for_each(|piece| force(new, piece));
        }
    }

    fn forget(&mut self, index: &mut Index, key: &JobKey) {
        self.release(index, key, Time::MIN);
    }
}

fn pieces(index: &Index, decision: &Decision) -> Result<Vec<Piece>, Overbooked> {
    let gone = |what: &Name| Overbooked::Gone { what: what.clone() };
    let pool_id = *index.ids.pools.get(&decision.pool).ok_or_else(|| gone(&decision.pool))?;
    let pool = index.pool(pool_id).ok_or_else(|| gone(&decision.pool))?;
    let link_id = |name: &Name| index.ids.links.get(name).copied().ok_or_else(|| gone(name));
    let power = facility_power(index, pool.site, pool.flavor, decision.units);
    let path = decision.path.as_ref().filter(|path| !path.bandwidth.is_zero());
    let mut pieces = Vec::new();
    for Interval { start: from, end: to } in decision.runs() {
        let run = |place, amount| Piece { place, from, to, amount, with_run: true };
        pieces.push(run(Place::Pool(pool_id), decision.units.into()));
        pieces.extend(power.map(|power| run(Place::Power(pool.site), power)));
        for link in path.iter().flat_map(|path| &path.links) {
            let bandwidth = path.map_or(0, |path| path.bandwidth.get());
            pieces.push(run(Place::Link(link_id(link)?), bandwidth));
        }
    }
    for transfer in &decision.transfers {
        let (from, to) = (transfer.start, transfer.start.after(transfer.span));
        for link in &transfer.path.links {
            let place = Place::Link(link_id(link)?);
            pieces.push(Piece {
                place,
                from,
                to,
                amount: transfer.path.bandwidth.get(),
                with_run: false,
            });
        }
    }
    Ok(pieces)
}

/// Milliwatts, where the site has a cap on them.
fn facility_power(index: &Index, site: u32, flavor: u32, units: u32) -> Option<u64> {
    let site = index.site(site)?;
    site.power.as_ref()?;
    let power = index.flavors.get(flavor as usize)?.power.saturating_mul(units.into());
    power.at_pue(site.pue).map(units::Power::get)
}

fn calendar(index: &mut Index, place: Place) -> Option<(&mut Calendar, &Name)> {
    match place {
        Place::Pool(id) => index.pools.get_mut(id as usize).map(|it| (&mut it.calendar, &it.name)),
        Place::Link(id) => index.links.get_mut(id as usize).map(|it| (&mut it.calendar, &it.name)),
        Place::Power(id) => {
            let site = index.sites.get_mut(id as usize)?;
            Some((site.power.as_mut()?, &site.name))
        }
    }
}

fn take(index: &mut Index, piece: &Piece) -> Result<(), Overbooked> {
    let Some((calendar, what)) = calendar(index, piece.place) else { return Ok(()) };
    let held = calendar.hold(piece.from, piece.to, piece.amount);
    held.map_err(|cause| Overbooked::Full { what: what.clone(), cause })
}

fn force(index: &mut Index, piece: &Piece) {
    if let Some((calendar, _)) = calendar(index, piece.place) {
        calendar.force(piece.from, piece.to, piece.amount);
    }
}

fn give_back(index: &mut Index, piece: &Piece, from: Time) {
    if let Place::Pool(id) = piece.place
        && let Some(freed) = index.freed.get_mut(id as usize).filter(|_| piece.to > from)
    {
        *freed = freed.wrapping_add(1);
    }
    if let Some((calendar, _)) = calendar(index, piece.place) {
        calendar.release(piece.from.max(from), piece.to, piece.amount);
    }
}

/// The same piece with the numbers of another world; none if its place is gone.
fn moved(piece: &Piece, old: &Index, new: &Index) -> Option<Piece> {
    let place = match piece.place {
        Place::Pool(id) => Place::Pool(*new.ids.pools.get(&old.pool(id)?.name)?),
        Place::Link(id) => Place::Link(*new.ids.links.get(&old.link(id)?.name)?),
        Place::Power(id) => Place::Power(*new.ids.sites.get(&old.site(id)?.name)?),
    };
    Some(Piece { place, ..*piece })
}

pub(crate) fn trim(index: &mut Index, now: Time) {
    index.pools.iter_mut().for_each(|pool| pool.calendar.trim(now));
    index.links.iter_mut().for_each(|link| link.calendar.trim(now));
    index.sites.iter_mut().filter_map(|site| site.power.as_mut()).for_each(|power| power.trim(now));
}

pub(crate) fn usage(index: &Index, now: Time) -> Usage {
    let pools = index
        .pools
        .iter()
        .map(|pool| (pool.name.clone(), pool.calendar.used_at(now), pool.units.into()));
    let links = index
        .links
        .iter()
        .map(|link| (link.name.clone(), Bandwidth::new(link.calendar.used_at(now))));
    Usage { pools: pools.collect(), links: links.collect() }
}
