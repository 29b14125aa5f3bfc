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
        let of_pool = self.pools.iter().filter(|(pool, _)| pool.as_str() == name);
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
