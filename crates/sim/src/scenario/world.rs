//! The world of a scenario.

use std::collections::BTreeMap;

use model::{Kind, Name, Resource};
use serde_json::json;

use super::file::{Scenario, WorldRule};
use crate::{SimError, files, random::Random};

/// Resources, all jobs left out.
pub(super) fn resources(scenario: &Scenario) -> Result<Vec<Resource>, SimError> {
    let mut all = Vec::new();
    for path in &scenario.world.files {
        let read =
            api::manifest::parse(&files::text(path)?).map_err(|wrong| SimError::Invalid {
                path: path.clone(),
                line: 1,
                what: wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            })?;
        all.extend(read.into_iter().filter(|it| it.spec.kind() != Kind::Job));
    }
    if let Some(rule) = scenario.world.rule {
        all.extend(by_rule(rule, scenario.seed)?);
    }
    Ok(all)
}

/// The first project by name: jobs belong to it.
pub(super) fn project(resources: &[Resource]) -> Result<Name, SimError> {
    let projects = resources.iter().filter(|it| it.spec.kind() == Kind::Project);
    let first = projects.map(|it| &it.metadata.name).min();
    first
        .cloned()
        .ok_or_else(|| SimError::Asked("the world has no Project for the jobs".to_owned()))
}

fn by_rule(rule: WorldRule, seed: u64) -> Result<Vec<Resource>, SimError> {
    if !(2..=10_000).contains(&rule.sites) || !(1..=1_000_000).contains(&rule.units) {
        let what = "world.rule: sites has to be from 2 to 10000, and units from 1 to 1000000";
        return Err(SimError::Asked(what.to_owned()));
    }
    let mut random = Random::new(!seed);
    let mut all = vec![
        json!({"kind": "Organization", "metadata": {"name": "o"}, "spec": {}}),
        json!({"kind": "Project", "metadata": {"name": "p"}, "spec": {"organization": "o"}}),
        json!({"kind": "Flavor", "metadata": {"name": "f"},
            "spec": {"arch": "x86_64", "cores": 4, "memory": "16GiB", "power": "400W"}}),
    ];
    for id in 0..rule.sites {
        all.extend(site(id, rule, &mut random));
    }
    let text = serde_json::to_string(&all).unwrap_or_default();
    let parsed = api::manifest::parse(&text);
    parsed.map_err(|wrong| {
        SimError::Asked(wrong.first().map_or_else(String::new, ToString::to_string))
    })
}

/// A site with its pool and its links: along the ring, and every tenth across it.
fn site(id: u32, rule: WorldRule, random: &mut Random) -> Vec<serde_json::Value> {
    let name = |id: u32| format!("s{id:05}");
    let mut around = || random.uniform(0.5, 1.5);
    let (price, power, carbon) = (0.2 * around(), 0.5 * around(), (500.0 * around()) as u32);
    let night = power * 0.5;
    let mut all = vec![
        json!({"kind": "Site", "metadata": {"name": name(id)}, "spec": {
            "organization": "o", "region": name(id), "storage": format!("s3://{}", name(id)), "place": {"lat": 30, "lon": 110},
            "time_zone": "Asia/Shanghai", "pue": 1.2,
            "tariff": {"seasons": [{"price": format!("{power:.4}CNY/kWh"),
                "bands": [{"name": "valley", "from": 0, "to": 8, "price": format!("{night:.4}CNY/kWh")}]}]},
            "carbon": {"intensity": format!("{carbon}gCO2/kWh")}}}),
        json!({"kind": "Pool", "metadata": {"name": format!("{}-f", name(id))}, "spec": {
            "site": name(id), "flavor": "f", "units": rule.units, "price": format!("{price:.4}CNY/h")}}),
    ];
    let mut link = |to: u32, delay: u32| {
        all.push(
            json!({"kind": "Link", "metadata": {"name": format!("l{id:05}-{to:05}")}, "spec": {
            "ends": [name(id), name(to)], "delay": format!("{delay}ms"), "capacity": "100Gbit/s",
            "price": "0.001CNY/GB", "organization": "o"}}),
        );
    };
    let next = (id + 1) % rule.sites;
    if rule.sites > 2 || id == 0 {
        link(next, 2);
    }
    let across = (id + rule.sites / 2) % rule.sites;
    if id.is_multiple_of(10) && across != next && id < rule.sites / 2 {
        link(across, 10);
    }
    all
}

/// Units of every pool.
pub(super) fn units(resources: &[Resource]) -> BTreeMap<Name, u64> {
    let units = resources.iter().filter_map(|it| match &it.spec {
        model::Spec::Pool(pool) => Some((it.metadata.name.clone(), u64::from(pool.units))),
        _ => None,
    });
    units.collect()
}
