//! What a site has of supply: its grid connection, a battery, sun and wind of its own or under contract.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Energy, EnergyPrice, Money, Power, Share};

use crate::{
    Electricity, Technology,
    resource::{Invalid, is_usual},
};

/// What may come from the grid and go into it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GridConnection {
    /// The most that may come, with what comes under contract. Left out: as much as is needed; none: an island.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<Power>,
    /// The most that may be given. Left out: nothing.
    #[serde(skip_serializing_if = "is_usual")]
    pub export: Power,
    /// What is paid for a kWh that is given.
    #[serde(skip_serializing_if = "is_usual")]
    pub export_price: EnergyPrice,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demand_charge: Option<DemandCharge>,
}

/// What the highest quarter of an hour costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DemandCharge {
    /// Paid for already: drawing less saves nothing.
    pub declared: Power,
    /// For each kW above it; from nothing to 10,000 yuan.
    pub per_kw: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Battery {
    /// What it can hold.
    pub energy: Energy,
    /// What it takes or gives at most.
    pub power: Power,
    /// Of what is taken in, the part that is stored; of what is stored, the part that is given: 50 to 100 %.
    pub efficiency: Share,
    /// What a kWh that is given wears off.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub cycle_cost: EnergyPrice,
    /// Kept for when the grid fails.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub reserve: Energy,
}

/// Sun, wind or the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supply {
    pub technology: Technology,
    /// What it gives at most.
    pub power: Power,
    /// The part of it that is expected, 24 values, midnight first, in the site's own time; left out: all of it all day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hour: Vec<Share>,
    /// Of a kWh under contract. What is the site's own has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<EnergyPrice>,
}

/// Beyond any site: 10 GW, 100 GWh, 100 yuan for a kWh.
const POWER_MOST: Power = Power::new(10_000_000_000_000);
const ENERGY_MOST: Energy = Energy::new(360_000_000_000_000_000);
const PRICE_MOST: i64 = 100_000_000_000;
const CHARGE_MOST: i64 = 10_000_000_000_000;
const WHOLE: u64 = 1_000_000;

impl Electricity {
    /// Whether there is something to dispatch: power is not only drawn from the grid at its price.
    #[must_use]
    pub const fn has_supply(&self) -> bool {
        self.battery.is_some() || !self.generation.is_empty() || !self.contracts.is_empty()
    }

    pub(crate) fn check_supply(&self, wrong: &mut Vec<Invalid>) {
        let mut say = |field: &str, text: &str| {
            wrong.push(Invalid::new(format!("spec.electricity.{field}"), text));
        };
        if self.base_load > POWER_MOST {
            say("base_load", "at most 10GW");
        }
        if self.water.is_some_and(|it| it.get() > 100_000) {
            say("water", "at most 100L/kWh");
        }
        if let Some(grid) = &self.grid {
            grid.check(&mut say);
        }
        if let Some(battery) = &self.battery {
            battery.check(&mut say);
        }
        check_all("generation", &self.generation, false, &mut say);
        check_all("contracts", &self.contracts, true, &mut say);
    }
}

impl GridConnection {
    fn check(&self, say: &mut impl FnMut(&str, &str)) {
        let of_charge = self.demand_charge;
        let powers = [self.import, Some(self.export), of_charge.map(|it| it.declared)];
        if powers.into_iter().flatten().any(|it| it > POWER_MOST) {
            say("grid", "at most 10GW");
        }
        if !(-PRICE_MOST..=PRICE_MOST).contains(&self.export_price.get()) {
            say("grid.export_price", "-100CNY/kWh to 100CNY/kWh");
        }
        if of_charge.is_some_and(|it| !(0..=CHARGE_MOST).contains(&it.per_kw.get())) {
            say("grid.demand_charge.per_kw", "0CNY to 10000CNY");
        }
    }
}

impl Battery {
    fn check(&self, say: &mut impl FnMut(&str, &str)) {
        if self.energy.is_zero() || self.energy > ENERGY_MOST {
            say("battery.energy", "more than nothing, at most 100GWh");
        }
        if self.power.is_zero() || self.power > POWER_MOST {
            say("battery.power", "more than nothing, at most 10GW");
        }
        if !(WHOLE / 2..=WHOLE).contains(&self.efficiency.get()) {
            say("battery.efficiency", "50% to 100%, each way");
        }
        if !(0..=PRICE_MOST).contains(&self.cycle_cost.get()) {
            say("battery.cycle_cost", "0CNY/kWh to 100CNY/kWh");
        }
        if self.reserve > self.energy {
            say("battery.reserve", "no more than its energy");
        }
    }
}

fn check_all(list: &str, all: &[Supply], is_contract: bool, say: &mut impl FnMut(&str, &str)) {
    if all.len() > 8 {
        say(list, "at most 8");
    }
    for (at, it) in all.iter().enumerate() {
        let mut of = |field: &str, text: &str| say(&format!("{list}[{at}].{field}"), text);
        if it.power.is_zero() || it.power > POWER_MOST {
            of("power", "more than nothing, at most 10GW");
        }
        if !matches!(it.by_hour.len(), 0 | 24) || it.by_hour.iter().any(|it| it.get() > WHOLE) {
            of("by_hour", "give 24, midnight first, each 0% to 100%");
        }
        if it.price.is_some() != is_contract {
            of("price", "a contract has one, what is the site's own has none");
        }
        if it.price.is_some_and(|it| !(0..=PRICE_MOST).contains(&it.get())) {
            of("price", "0CNY/kWh to 100CNY/kWh");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        let electricity: Electricity = serde_json::from_str(text).unwrap();
        let mut wrong = Vec::new();
        electricity.check_supply(&mut wrong);
        wrong.into_iter().map(|it| it.to_string()).collect()
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_field() {
        let good = r#"{"base_load": "1kW", "water": "1.5L/kWh", "grid": {"import": "0W"}, "battery":
            {"energy": "10kWh", "power": "5kW", "efficiency": "95%", "reserve": "10kWh"},
            "generation": [{"technology": "solar", "power": "5kW"}]}"#;
        assert_eq!(wrong(good), Vec::<String>::new());
        let bad = r#"{"battery": {"energy": "10kWh", "power": "0W", "efficiency": "40%", "reserve": "11kWh"},
            "generation": [{"technology": "wind", "power": "5kW", "by_hour": ["50%"], "price": "1CNY/kWh"}],
            "contracts": [{"technology": "wind", "power": "5kW"}]}"#;
        let fields: Vec<String> = wrong(bad)
            .iter()
            .filter_map(|it| {
                it.strip_prefix("spec.electricity.")?.split(':').next().map(Into::into)
            })
            .collect();
        let wanted = [
            "battery.power",
            "battery.efficiency",
            "battery.reserve",
            "generation[0].by_hour",
            "generation[0].price",
            "contracts[0].price",
        ];
        assert_eq!(fields, wanted);
    }
}
