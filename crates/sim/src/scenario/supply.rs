//! What supplies the sites, requests to draw less, and what an outage of the grid would do.

use std::collections::BTreeMap;

use api::{DemandRequest, DemandView, DispatchSlot, DispatchView};
use energy::dispatch::SLOT;
use model::Name;
use serde::Serialize;
use units::{Carbon, Energy, Money, Span, Time};

use super::{
    event::Event,
    file::{Ask, Outage},
    grid::Grid,
};
use crate::SimError;

/// Longest time over which supply is added up.
pub(super) const MOST: Span = Span::hours(24 * 31);
const KWH: f64 = 3.6e9;

/// Where the electricity of a site came from and went, by its plan at the beginning of each quarter of an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Supply {
    /// Of jobs, and of what the site draws at all times.
    pub load_kwh: f64,
    pub own_kwh: f64,
    pub curtailed_kwh: f64,
    pub contracted_kwh: f64,
    pub import_kwh: f64,
    pub export_kwh: f64,
    /// By the battery.
    pub discharged_kwh: f64,
    pub unserved_kwh: f64,
    /// Paid to others less what they pay, with wear.
    pub cost: Money,
    pub carbon_kg: f64,
}

/// What came of a request to draw less.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    pub site: Name,
    pub cut_kw: f64,
    pub asked_kwh: f64,
    pub delivered_kwh: f64,
    /// From the request until so much less was drawn.
    pub reached_s: Option<f64>,
    /// That were paused, moved or put off.
    pub jobs: usize,
    /// Why it was refused.
    pub refused: Option<String>,
}

/// What a site could not have had, if the grid had failed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Island {
    pub site: Name,
    pub hours: f64,
    pub load_kwh: f64,
    pub unserved_kwh: f64,
    /// In the battery when it began.
    pub stored_kwh: f64,
}

/// All that is counted of supply.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Supplied {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub supply: BTreeMap<Name, Supply>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub demand_response: Vec<Asked>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub islands: Vec<Island>,
}

pub(super) fn kwh(it: Energy) -> f64 {
    it.get() as f64 / KWH
}

impl Supply {
    fn add(&mut self, it: &DispatchSlot) {
        self.load_kwh += kwh(it.load);
        self.own_kwh += kwh(it.own);
        self.curtailed_kwh += kwh(it.curtailed);
        self.contracted_kwh += kwh(it.contracted);
        self.import_kwh += kwh(it.import);
        self.export_kwh += kwh(it.export);
        self.discharged_kwh += kwh(it.discharge);
        self.unserved_kwh += kwh(it.unserved);
        self.cost = self.cost.saturating_add(it.cost);
        self.carbon_kg += kilograms(it.carbon);
    }
}

pub(super) fn kilograms(it: Carbon) -> f64 {
    it.get() as f64 / 1e9
}

impl Asked {
    fn begun(ask: &Ask, refused: Option<String>) -> Self {
        Self {
            site: ask.site.clone(),
            cut_kw: ask.cut.get() as f64 / 1e6,
            asked_kwh: kwh(ask.cut.over(ask.lasts).unwrap_or(Energy::MAX)),
            delivered_kwh: 0.0,
            reached_s: None,
            jobs: 0,
            refused,
        }
    }

    fn ended(ask: &Ask, view: &DemandView) -> Self {
        Self {
            delivered_kwh: kwh(view.delivered.min(view.asked)),
            reached_s: view.reached.map(|it| it.since(view.from).get() as f64 / 1e3),
            jobs: view.jobs.len(),
            ..Self::begun(ask, None)
        }
    }
}

impl Island {
    fn new(site: &Name, lasts: Span, from: Time, view: &DispatchView) -> Self {
        let during = || view.slots.iter().filter(|it| it.from < from.after(lasts));
        Self {
            site: site.clone(),
            hours: lasts.get() as f64 / 3.6e6,
            load_kwh: during().map(|it| kwh(it.load)).sum(),
            unserved_kwh: during().map(|it| kwh(it.unserved)).sum(),
            stored_kwh: kwh(view.stored),
        }
    }
}

impl Grid<'_> {
    /// # Errors
    /// A request or an outage is of no site of the world.
    pub(super) fn begin_supply(&mut self) -> Result<(), SimError> {
        let scenario = self.scenario;
        let asks = scenario.demand_response.iter().map(|it| (&it.site, "demand_response"));
        let outages = scenario.outages.iter().map(|it| (&it.site, "outages"));
        if let Some((site, part)) = asks.chain(outages).find(|(site, _)| !self.knows(site)) {
            return Err(SimError::Asked(format!("{part}: the world has no site `{site}`")));
        }
        for (id, it) in scenario.demand_response.iter().enumerate() {
            let at = self.now.after(it.at);
            self.plan_at(at, Event::Ask { id, ends: false });
            self.plan_at(at.after(it.lasts).after(Span::seconds(1)), Event::Ask { id, ends: true });
        }
        for (id, it) in scenario.outages.iter().enumerate() {
            self.plan_at(self.now.after(it.at), Event::Outage { id });
        }
        if scenario.supply_over.is_some() {
            self.plan_at(self.now.after(Span::seconds(1)), Event::Supply);
        }
        Ok(())
    }

    /// Adds up what is planned of the quarter of an hour that begins.
    pub(super) fn look_at_supply(&mut self) {
        for site in self.supplied_sites() {
            if let Ok(view) = self.control.supply_plan(&site, None, self.now)
                && let Some(slot) = view.slots.first()
            {
                self.tally.supplied.supply.entry(site).or_default().add(slot);
            }
        }
        let next = self.now.after(SLOT);
        if next < self.supply_ends() {
            self.plan_at(next, Event::Supply);
        }
    }

    pub(super) fn supply_ends(&self) -> Time {
        self.scenario.start.after(self.scenario.supply_over.unwrap_or(Span::ZERO))
    }

    fn supplied_sites(&self) -> Vec<Name> {
        let sites = self.control.planner_world().sites.iter();
        let own = sites.filter(|it| it.1.electricity.as_ref().is_some_and(|it| it.has_supply()));
        own.map(|it| it.0.clone()).collect()
    }

    pub(super) fn ask(&mut self, id: usize, ends: bool) {
        let Some(ask) = self.scenario.demand_response.get(id) else { return };
        let Ok(name) = format!("ask-{id}").parse::<Name>() else { return };
        let told = if ends {
            let views = self.control.demands(&ask.site);
            views.iter().find(|it| it.id == name).map(|it| Asked::ended(ask, it))
        } else {
            let request = request(ask, name, self.now);
            let answer = match self.control.demand_keys(&ask.site) {
                Ok(_) => self.control.demand(&ask.site, &request, self.now),
                Err(problem) => Err(problem),
            };
            answer.err().map(|it| Asked::begun(ask, Some(it.detail)))
        };
        self.tally.supplied.demand_response.extend(told);
    }

    pub(super) fn fail_grid(&mut self, id: usize) {
        let Some(Outage { site, lasts, .. }) = self.scenario.outages.get(id) else { return };
        if let Ok(view) = self.control.supply_plan(site, Some(*lasts), self.now) {
            self.tally.supplied.islands.push(Island::new(site, *lasts, self.now, &view));
        }
    }
}

/// Who asks was checked before control is told; nothing is to be signed here.
fn request(ask: &Ask, id: Name, now: Time) -> DemandRequest {
    let minutes = u32::try_from(ask.lasts.get() / 60_000).unwrap_or(u32::MAX);
    DemandRequest { id, cut: ask.cut, minutes, issued: now, signature: String::new() }
}
