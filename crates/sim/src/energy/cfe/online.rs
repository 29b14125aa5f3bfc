//! Decisions hour by hour, with what is known then.
//!
//! What may come is taken from what was: of the last days, each as if it came again from this hour of the day on, moved by
//! how much more there is now, which fades. The price of a day's work is the part of those in which there is too little.

use energy::{DAY, Hubs, Step};

/// Days that are taken for what may come.
const DAYS: usize = 8;
/// Hours ahead.
const AHEAD: usize = 48;
/// What is left of a difference after an hour.
const FADES: f64 = 0.93;

/// What every storage gives in every hour.
pub(super) fn given(hubs: &Hubs<'_>) -> Option<Vec<Vec<f64>>> {
    let hours = hubs.generation.first().map_or(0, Vec::len);
    let mut all: Vec<Vec<f64>> = vec![Vec::with_capacity(hours); hubs.generation.len()];
    let mut stored = vec![hubs.start; hubs.generation.len()];
    let mut done = 0.0;
    for now in 0..hours {
        if now % DAY == 0 {
            done = 0.0;
        }
        let ahead = AHEAD.min(hours - now);
        let coming: Vec<Vec<Vec<f64>>> = hubs
            .generation
            .iter()
            .map(|hub| (0..ahead).map(|lead| may_come(hub, now, lead, hubs.load)).collect())
            .collect();
        let prices = prices(hubs, &coming, now, done);
        for ((hub, stored), all) in coming.iter().zip(&mut stored).zip(&mut all) {
            let price = |lead: usize| prices.get((now % DAY + lead) / DAY).copied().unwrap_or(0.5);
            let steps: Vec<Step> = hub
                .iter()
                .enumerate()
                .map(|(lead, values)| hubs.hour(values, price(lead)))
                .collect();
            let end = if now + ahead == hours { hubs.start } else { 0.0 };
            let (given, after) = hubs.storage.first(&steps, *stored, end)?;
            *stored = after;
            done += hubs.follows(hub.first()?.first()? + given);
            all.push(given);
        }
    }
    Some(all)
}

/// What a hub may generate `lead` hours from `now`; now, what it does.
fn may_come(hub: &[f64], now: usize, lead: usize, load: f64) -> Vec<f64> {
    let here = hub.get(now).copied().unwrap_or(0.0);
    if lead == 0 {
        return vec![here];
    }
    let left = FADES.powi(lead as i32);
    let like = |day: usize| {
        let then = now.checked_sub(day * DAY)?;
        let (was, came) = (hub.get(then)?, hub.get(then + lead)?);
        Some((came + left * (here - was)).max(0.0))
    };
    let first = lead.div_ceil(DAY).max(1);
    let found: Vec<f64> = (first..first + DAYS).filter_map(like).collect();
    if found.is_empty() { vec![load] } else { found }
}

/// Of each day that is in sight: the part of what may come in which less work follows generation than there is.
fn prices(hubs: &Hubs<'_>, coming: &[Vec<Vec<f64>>], now: usize, done: f64) -> Vec<f64> {
    let work = hubs.load * (DAY * hubs.generation.len()) as f64;
    let ahead = coming.first().map_or(0, Vec::len);
    (0..=(now % DAY + ahead).saturating_sub(1) / DAY)
        .map(|day| {
            let from = (day * DAY).saturating_sub(now % DAY);
            let to = ((day + 1) * DAY - now % DAY).min(ahead);
            let part = (to - from) as f64 / DAY as f64;
            let before = if day == 0 { done } else { work * (1.0 - part) };
            let short = (0..DAYS).filter(|case| {
                let hours = coming.iter().flat_map(|hub| hub.get(from..to).unwrap_or_default());
                let follows = hours.map(|values| {
                    values.get(*case).or(values.last()).map_or(hubs.load, |it| hubs.follows(*it))
                });
                before + follows.sum::<f64>() < work
            });
            short.count() as f64 / DAYS as f64
        })
        .collect()
}
