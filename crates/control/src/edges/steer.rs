//! Which instance the new flows of each edge go to: views of what is measured for the path selector, and what it
//! answered, for people.

use std::collections::BTreeMap;

use api::{
    InstanceView, MeasuredPath, PathQuality, ScoreParts, ServiceView, Services, SteeredEdge,
    SteeredShare,
};
use model::{Name, ServiceInstance, ServiceSpec};
use network::cats::{
    CsId, CsciId, PathId,
    hold::Hysteresis,
    score::{Along, Contact, Rule, Scores},
    selector::Policy,
    table::Row,
    view::{Ingress, Instance, View, Way},
};
use units::{Span, Time};

use super::{Gateway, Served, Steering};
use crate::Control;

/// One way to what is behind the same edge.
const HERE_S: f64 = 0.000_05;
/// What jobs hold of a pool slows the instance there: with half of it, all takes twice as long. This part it always has.
const FREE_LEAST: f64 = 0.05;
const NS_PER_S: f64 = 1e9;
const MS_PER_S: f64 = 1e3;
/// Flows move when they gain a tenth of the mean time for a second, at most half of an edge's at once.
const CALM: Hysteresis = Hysteresis { margin: 0.1, hold: Span::new(1_000) };
const STEP: f64 = 0.5;

/// The part of each pool that jobs hold, 0 to 1.
type Held = BTreeMap<Name, f64>;

impl Control {
    /// Decides for all services. Tells whether that changed anything that targets say.
    pub(crate) fn steer(&mut self, now: Time) -> bool {
        let held = self.held_parts(now);
        let steering = &mut self.steering;
        let is_eager = now < steering.eager_until;
        let policy = Policy {
            step: if is_eager { 1.0 } else { STEP },
            shares: if is_eager { Hysteresis { hold: Span::ZERO, ..CALM } } else { CALM },
            keep: self.settings.keep,
            ..Policy::default()
        };
        let (names, views): (Vec<Name>, Vec<View>) = steering.views(&held).into_iter().unzip();
        // A figure that is no number cannot come from quantities; then all stays as it is.
        let Ok(tables) = steering.selector.tables(&policy, &views, (0, now)) else { return false };
        let mut is_changed = false;
        for (name, view) in names.into_iter().zip(views) {
            let of = |rows: &[Row]| rows.iter().find(|row| row.service == view.service).cloned();
            let rows: Vec<Row> = tables.iter().filter_map(|table| of(table.rows())).collect();
            if let Some(served) = steering.served.get_mut(&name) {
                is_changed |= told(&served.rows) != told(&rows);
                (served.rows, served.view) = (rows, Some(view));
            }
        }
        is_changed
    }

    fn held_parts(&self, now: Time) -> Held {
        let instances = self.steering.services.values().flat_map(|it| &it.instances);
        let pools: Vec<&Name> = instances.filter_map(|it| it.pool.as_ref()).collect();
        if pools.is_empty() {
            return Held::new();
        }
        let world = self.planner.world();
        let usage = self.planner.usage(now);
        let used = usage.pools.iter().filter(|(name, ..)| pools.contains(&name));
        used.filter_map(|(name, used, _)| {
            let units = f64::from(world.pools.get(name)?.units.max(1));
            Some((name.clone(), (*used as f64 / units).clamp(0.0, 1.0)))
        })
        .collect()
    }

    /// Every service, where its flows go, and why.
    #[must_use]
    pub fn services(&self, now: Time) -> Services {
        let held = self.held_parts(now);
        let it = &self.steering;
        let view = |(name, spec): (&Name, &ServiceSpec)| {
            Some(it.service_view(name, spec, it.served.get(name)?, &held))
        };
        Services { items: it.services.iter().filter_map(view).collect() }
    }
}

impl Steering {
    fn views(&self, held: &Held) -> Vec<(Name, View)> {
        let edges = self.numbered();
        let view = |(name, spec): (&Name, &ServiceSpec)| {
            Some((name.clone(), self.view(spec, self.served.get(name)?, (&edges, held))))
        };
        self.services.iter().filter_map(view).collect()
    }

    /// By number, so that no edge's row becomes another's when one goes.
    fn numbered(&self) -> Vec<Option<(&Name, &Gateway)>> {
        let last = self.gateways.values().map(|it| it.status.number).max().unwrap_or(0);
        let mut all = vec![None; usize::from(last)];
        for (name, gateway) in &self.gateways {
            let at = usize::from(gateway.status.number).checked_sub(1);
            if let Some(place) = at.and_then(|at| all.get_mut(at)) {
                *place = Some((name, gateway));
            }
        }
        all
    }

    fn view(
        &self,
        spec: &ServiceSpec,
        served: &Served,
        (edges, held): (&[Option<(&Name, &Gateway)>], &Held),
    ) -> View {
        let instances = spec.instances.iter().map(|it| Instance {
            id: CsciId(served.status.instances.get(&it.name).copied().unwrap_or(0).into()),
            contact: self.contact(it, held).ok(),
        });
        let there = edges.iter().flatten().filter(|(_, it)| it.status.online).count().max(1);
        let arrivals = f64::from(spec.flows) / there as f64;
        let ingress = |edge: &Option<(&Name, &Gateway)>| match edge {
            Some((name, gateway)) if gateway.status.online => Ingress {
                arrivals,
                ways: spec.instances.iter().map(|it| self.way(name, gateway, spec, it)).collect(),
            },
            _ => Ingress { arrivals: 0.0, ways: vec![None; spec.instances.len()] },
        };
        View {
            service: CsId(served.status.number.into()),
            instances: instances.collect(),
            ingresses: edges.iter().map(ingress).collect(),
        }
    }

    /// What an instance can do now, or why it takes nothing.
    fn contact(&self, it: &ServiceInstance, held: &Held) -> Result<Contact, String> {
        match self.gateways.get(&it.edge) {
            Some(gateway) if !gateway.has_joined() => {
                return Err(format!("no gateway has joined as edge `{}` yet", it.edge));
            }
            Some(gateway) if gateway.status.online => {}
            _ => return Err(format!("edge `{}` is away", it.edge)),
        }
        let used = it.pool.as_ref().and_then(|pool| held.get(pool)).copied().unwrap_or(0.0);
        let service_s = it.service_time.get() as f64 / NS_PER_S;
        Ok(Contact {
            capacity: f64::from(it.capacity),
            used,
            queue: 0.0,
            service_s: service_s / (1.0 - used).max(FREE_LEAST),
        })
    }

    fn way(
        &self,
        name: &Name,
        gateway: &Gateway,
        spec: &ServiceSpec,
        to: &ServiceInstance,
    ) -> Option<Way> {
        let there = self.gateways.get(&to.edge)?;
        let path = PathId(u32::from(gateway.status.number) << 8 | u32::from(there.status.number));
        if to.edge == *name {
            return Some(Way { path, delay_s: HERE_S });
        }
        let delay_s = self.along(gateway, spec, to)?.expected_s();
        delay_s.is_finite().then_some(Way { path, delay_s })
    }

    /// What the edge measured of the path that the service's class takes.
    fn along(&self, gateway: &Gateway, spec: &ServiceSpec, to: &ServiceInstance) -> Option<Along> {
        let takes = |it: &&MeasuredPath| {
            it.peer == to.edge && it.classes.iter().any(|it| it == spec.class.as_str())
        };
        let path = gateway.report.as_ref()?.paths.iter().find(takes)?;
        let PathQuality { round_trip, jitter, loss } = path.quality?;
        Some(Along {
            delay_s: round_trip.get() as f64 / NS_PER_S / 2.0,
            jitter_s: jitter.get() as f64 / NS_PER_S,
            loss: (loss.get() as f64 / 1e6).min(1.0),
            used: 0.0,
        })
    }

    fn service_view(
        &self,
        name: &Name,
        spec: &ServiceSpec,
        served: &Served,
        held: &Held,
    ) -> ServiceView {
        let loads = served.loads();
        let instances = spec.instances.iter().enumerate().map(|(at, it)| {
            let number = served.status.instances.get(&it.name).copied().unwrap_or(0);
            let contact = self.contact(it, held);
            let rate = contact.as_ref().map_or(0.0, Contact::rate);
            let load = loads.get(at).copied().unwrap_or(0.0);
            let reports = self.gateways.values().filter_map(|it| it.report.as_ref());
            InstanceView {
                name: it.name.clone(),
                number,
                edge: it.edge.clone(),
                address: it.address,
                capacity: contact.as_ref().map_or(0.0, |c| c.capacity * (1.0 - c.used)),
                used_pct: contact.as_ref().map_or(0.0, |c| {
                    100.0 * (c.used + if rate > 0.0 { load / rate } else { 0.0 }).min(1.0)
                }),
                flows: reports.filter_map(|it| it.flows.get(&number)).sum(),
                left_out: contact.err(),
            }
        });
        let joined = self.gateways.iter().filter(|(_, it)| it.status.online);
        let steering = joined.filter_map(|(edge, it)| self.steered(edge, it, spec, served, &loads));
        ServiceView {
            name: name.clone(),
            address: spec.address,
            class: spec.class,
            flows: spec.flows,
            instances: instances.collect(),
            steering: steering.collect(),
        }
    }

    fn steered(
        &self,
        edge: &Name,
        gateway: &Gateway,
        spec: &ServiceSpec,
        served: &Served,
        loads: &[f64],
    ) -> Option<SteeredEdge> {
        let at = usize::from(gateway.status.number).checked_sub(1)?;
        let (row, view) = (served.rows.get(at)?, served.view.as_ref()?);
        let slots = row.slots.merged(api::EDGE_SLOTS);
        let ways = &view.ingresses.get(at)?.ways;
        let share = |(at, it): (usize, &ServiceInstance)| {
            let of_slots = slots.iter().filter(|owner| **owner == Some(at)).count();
            let here = Along { delay_s: HERE_S, jitter_s: 0.0, loss: 0.0, used: 0.0 };
            let along = if it.edge == *edge { Some(here) } else { self.along(gateway, spec, it) };
            let report = gateway.report.as_ref().zip(served.status.instances.get(&it.name));
            SteeredShare {
                share_pct: 100.0 * of_slots as f64 / slots.len().max(1) as f64,
                flows: report.and_then(|(it, number)| it.flows.get(number)).copied().unwrap_or(0),
                ..expected(
                    &it.name,
                    view.instances.get(at).and_then(|it| it.contact),
                    (ways.get(at).copied().flatten(), along),
                    loads.get(at).copied().unwrap_or(0.0),
                )
            }
        };
        let shares: Vec<SteeredShare> = spec.instances.iter().enumerate().map(share).collect();
        let why = why(&shares);
        Some(SteeredEdge { edge: edge.clone(), shares, why })
    }
}

/// What a new flow can expect of an instance over a way, at so many new flows a second; nothing is led yet.
fn expected(
    instance: &Name,
    contact: Option<Contact>,
    (way, along): (Option<Way>, Option<Along>),
    load: f64,
) -> SteeredShare {
    let wait_s = contact.map(|it| it.wait(load, Policy::default().ahead_s).s);
    let service_s = contact.map(|it| it.service_s);
    let total = |(way, (service, wait)): (Way, (f64, f64))| 2.0 * way.delay_s + service + wait;
    let scores = contact.zip(along).map(|it| Rule::newest().scores(&it.0, &it.1));
    let parts = |it: Scores| ScoreParts {
        compute: it.compute,
        network: it.communication,
        service: it.service,
    };
    let ms = |seconds: f64| seconds * MS_PER_S;
    SteeredShare {
        instance: instance.clone(),
        share_pct: 0.0,
        delay_ms: way.map(|way| ms(way.delay_s)),
        total_ms: way.zip(service_s.zip(wait_s)).map(total).map(ms),
        service_ms: service_s.map(ms),
        wait_ms: wait_s.map(ms),
        flows: 0,
        score: scores.map(|it| it.all),
        parts: scores.map(parts),
    }
}

/// What targets say of rows.
fn told(rows: &[Row]) -> Vec<(Vec<Option<usize>>, Vec<u32>)> {
    let instances = |row: &Row| row.choices.iter().map(|it| it.instance.0).collect();
    rows.iter().map(|row| (row.slots.merged(api::EDGE_SLOTS), instances(row))).collect()
}

impl Served {
    /// New flows a second at each instance, as they are led now.
    fn loads(&self) -> Vec<f64> {
        let Some(view) = &self.view else { return Vec::new() };
        let mut loads = vec![0.0; view.instances.len()];
        for (ingress, row) in view.ingresses.iter().zip(&self.rows) {
            let slots = row.slots.merged(api::EDGE_SLOTS);
            for owner in slots.iter().flatten() {
                if let Some(load) = loads.get_mut(*owner) {
                    *load += ingress.arrivals / slots.len() as f64;
                }
            }
        }
        loads
    }
}

/// The instances by the time that a new flow can expect.
fn why(shares: &[SteeredShare]) -> String {
    let mut known: Vec<(f64, &SteeredShare)> =
        shares.iter().filter_map(|it| Some((it.total_ms?, it))).collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    if known.is_empty() {
        return "no instance can be reached".to_owned();
    }
    let told = known.iter().take(4).map(|(ms, it)| format!("{} {ms:.1} ms", it.instance));
    let told: Vec<String> = told.collect();
    format!("expected time of a new flow: {}", told.join(", "))
}
