//! What there is: so that the names of another system find their like.

use std::collections::{BTreeMap, BTreeSet};

use model::{Arch, FlavorSpec, Name, PoolSpec};

use crate::text::as_name;

/// Flavors and pools by name, and the regions of the sites.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    pub flavors: BTreeMap<Name, FlavorSpec>,
    pub pools: BTreeMap<Name, PoolSpec>,
    pub regions: BTreeSet<Name>,
}

impl World {
    /// Flavors with an accelerator of this model: "A100" is `a100`, and where there is none such, `a100-80gb` and
    /// `nvidia-a100`.
    pub(crate) fn with_accelerator(&self, model: &str) -> Vec<Name> {
        let model = as_name(model);
        let having = |fits: &dyn Fn(&str) -> bool| -> Vec<Name> {
            let has = |flavor: &FlavorSpec| {
                flavor.accelerator.as_ref().is_some_and(|it| fits(it.model.as_str()))
            };
            let found = self.flavors.iter().filter(|(_, flavor)| has(flavor));
            found.map(|(name, _)| name.clone()).collect()
        };
        let same = having(&|it| it == model);
        if !same.is_empty() || model.is_empty() {
            return same;
        }
        let (before, after) = (format!("{model}-"), format!("-{model}"));
        having(&|it| it.starts_with(&before) || it.ends_with(&after))
    }

    /// Models of all accelerators, for messages.
    pub(crate) fn models(&self) -> String {
        let models: BTreeSet<&str> = self
            .flavors
            .values()
            .filter_map(|flavor| flavor.accelerator.as_ref().map(|it| it.model.as_str()))
            .collect();
        match models.len() {
            0 => "there are no accelerators".to_owned(),
            _ => format!("there are {}", models.into_iter().collect::<Vec<_>>().join(", ")),
        }
    }

    /// Flavors without an accelerator.
    pub(crate) fn plain(&self) -> Vec<Name> {
        let plain = self.flavors.iter().filter(|(_, flavor)| flavor.accelerator.is_none());
        plain.map(|(name, _)| name.clone()).collect()
    }

    /// Flavors that a partition or feature may mean: of this name, of the pool of this name, of this accelerator or
    /// architecture.
    pub(crate) fn called(&self, word: &str) -> Vec<Name> {
        let name = as_name(word);
        // Agents publish the partition `main` of the site `north` as the pool `north-main`.
        let is_pool = |pool: &Name, spec: &PoolSpec| {
            pool.as_str() == name || pool.as_str() == format!("{}-{name}", spec.site)
        };
        let of_pool = self.pools.iter().filter(|(pool, spec)| is_pool(pool, spec));
        let mut found: Vec<Name> = of_pool.map(|(_, pool)| pool.flavor.clone()).collect();
        found.extend(self.flavors.keys().filter(|flavor| flavor.as_str() == name).cloned());
        found.extend(self.with_accelerator(word));
        let of_arch = self.flavors.iter().filter(|(_, it)| arch(it.arch) == name);
        found.extend(of_arch.map(|(name, _)| name.clone()));
        found.sort();
        found.dedup();
        found
    }

    pub(crate) fn region(&self, word: &str) -> Option<Name> {
        self.regions.iter().find(|region| region.as_str() == as_name(word)).cloned()
    }
}

const fn arch(arch: Arch) -> &'static str {
    match arch {
        Arch::X86_64 => "x86-64",
        Arch::Aarch64 => "aarch64",
        Arch::Loongarch64 => "loongarch64",
        Arch::Riscv64 => "riscv64",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::Order;

    /// Two kinds of accelerator, a plain flavor, two regions.
    pub(crate) fn world() -> World {
        let flavor = |model: Option<&str>| {
            let accelerator = model.map(|model| serde_json::json!({ "model": model, "count": 1 }));
            let spec = serde_json::json!({
                "arch": "x86_64", "cores": "8", "memory": "64GiB", "power": "500W", "accelerator": accelerator,
            });
            serde_json::from_value::<FlavorSpec>(spec).unwrap()
        };
        let name = |text: &str| text.parse::<Name>().unwrap();
        let pool = |flavor: &str| {
            let spec = serde_json::json!({
                "site": "north", "flavor": flavor, "units": 8, "price": "1CNY/h",
            });
            serde_json::from_value::<PoolSpec>(spec).unwrap()
        };
        World {
            flavors: [
                (name("a100x1"), flavor(Some("a100"))),
                (name("ascend"), flavor(Some("ascend-910b"))),
                (name("cpu"), flavor(None)),
            ]
            .into(),
            pools: [(name("gpu"), pool("a100x1")), (name("north-batch"), pool("cpu"))].into(),
            regions: [name("east"), name("us-east-1")].into(),
        }
    }

    /// Fields in the order of their names, whether or not serde_json is built to keep the order written.
    fn by_name(value: serde_json::Value) -> serde_json::Value {
        use serde_json::Value;
        match value {
            Value::Object(fields) => {
                let sorted: BTreeMap<String, Value> = fields.into_iter().collect();
                sorted.into_iter().map(|(name, value)| (name, by_name(value))).collect()
            }
            Value::Array(items) => items.into_iter().map(by_name).collect(),
            other => other,
        }
    }

    /// A job without its program, and what is said.
    pub(crate) fn shown(order: &Order) -> String {
        let mut spec = by_name(serde_json::to_value(&order.spec).unwrap());
        let spec = spec.as_object_mut().unwrap();
        let env = spec.get("env").cloned();
        spec.retain(|field, value| {
            !matches!(
                (field.as_str(), value.as_str()),
                ("script" | "env", _) | ("objective", Some("cost"))
            )
        });
        let mut text = format!("{}\n", serde_json::to_string(&order.metadata).unwrap());
        for (field, value) in spec {
            let _ = writeln!(text, "{field}: {value}");
        }
        for (name, value) in env.as_ref().and_then(|it| it.as_object()).into_iter().flatten() {
            let _ = writeln!(text, "  {name}={}", value.as_str().unwrap());
        }
        for note in &order.notes {
            let _ = writeln!(text, "- {note}");
        }
        text
    }

    #[test]
    fn accelerators_are_found_by_what_people_call_them() {
        let found = |text: &str| {
            world().with_accelerator(text).iter().map(Name::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            (found("A100").as_str(), found("910B").as_str(), found("h100").as_str()),
            ("a100x1", "ascend", "")
        );
        let called = |text: &str| {
            world().called(text).iter().map(Name::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(called("batch"), "cpu");
        assert_eq!(
            (called("gpu").as_str(), called("x86_64").as_str(), called("")),
            ("a100x1", "a100x1 ascend cpu", String::new())
        );
    }
}
