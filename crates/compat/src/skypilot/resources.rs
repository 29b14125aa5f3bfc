//! `resources`: what each node must have, and the alternatives that will do.

use std::collections::{BTreeMap, BTreeSet};

use model::{Choice, JobSpec, Name, Regions};
use units::{Bytes, Cores};

use super::{
    Reader,
    fields::RESOURCES,
    filled,
    tree::{Node, Value},
};
use crate::MEMORY_OF_CORE;

const GIB: u64 = 1 << 30;

/// One set of hardware that will do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hardware {
    /// In thousandths.
    cores: u64,
    memory: u64,
    gpus: Option<(String, u32)>,
}

/// Fills the job in, and gives its labels.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    env: &BTreeMap<String, String>,
    spec: &mut JobSpec,
) -> BTreeMap<String, String> {
    let nothing = Node { line: 0, value: Value::Fields(Vec::new()) };
    let base = node.unwrap_or(&nothing);
    reader.check(base, RESOURCES, "resources.");
    let sets = sets(reader, base);
    let hardware: Vec<Hardware> = sets.iter().flat_map(|set| hardware(reader, set)).collect();
    fill(reader, base, &hardware, spec);
    spec.regions = regions(reader, &sets);
    spec.interruptible = sets.iter().filter(|set| may_stop(reader, set)).count() == sets.len();
    spec.image = image(reader, base.get("image_id"), env);
    spec.retries = retries(reader, base.get("job_recovery"));
    let labels = base.get("labels").map(Node::fields).unwrap_or_default();
    labels.iter().filter_map(|(name, value)| Some((name.clone(), value.scalar()?))).collect()
}

/// Whether it may run on what can be taken away.
fn may_stop(reader: &mut Reader<'_>, set: &Node) -> bool {
    let Some(node) = set.get("use_spot").filter(|node| !node.is_null()) else { return false };
    let truth = node.truth();
    if truth.is_none() {
        reader.fail(node, "resources.use_spot", "true or false is expected");
    }
    truth.unwrap_or(false)
}

/// The alternatives of `any_of` or `ordered`, each laid over what stands beside them.
fn sets(reader: &mut Reader<'_>, base: &Node) -> Vec<Node> {
    let (name, list) = match (base.get("any_of"), base.get("ordered")) {
        (Some(list), _) => ("any_of", list),
        (None, Some(list)) => ("ordered", list),
        (None, None) => return vec![base.clone()],
    };
    let items = match &list.value {
        Value::List(items) if !items.is_empty() => items.as_slice(),
        _ => {
            reader.fail(list, &format!("resources.{name}"), "a list of resources is expected");
            return vec![base.clone()];
        }
    };
    if name == "ordered" {
        reader.say(list, "resources.ordered", "the prices choose, not the order", false);
    }
    let mut all = Vec::new();
    for item in items {
        if !item.has_fields() {
            reader.fail(item, &format!("resources.{name}"), "a list of resources is expected");
        }
        reader.check(item, RESOURCES, &format!("resources.{name}."));
        let own = item.fields();
        let others =
            base.fields().iter().filter(|(field, _)| field != name && item.get(field).is_none());
        let fields = own.iter().chain(others).cloned().collect();
        all.push(Node { line: item.line, value: Value::Fields(fields) });
    }
    all
}

fn hardware(reader: &mut Reader<'_>, set: &Node) -> Vec<Hardware> {
    let at = |field: &str| set.get(field).unwrap_or(set);
    let cores = match reader.text(set.get("cpus"), "resources.cpus") {
        None => 1_000,
        Some(text) => match text.trim_end_matches('+').parse::<Cores>() {
            Ok(cores) if !cores.is_zero() => cores.get(),
            _ => {
                reader.fail(
                    at("cpus"),
                    "resources.cpus",
                    format!("`{text}` is not a number of cores: use one as 8 or 8+"),
                );
                1_000
            }
        },
    };
    let of_cores = cores.saturating_mul(MEMORY_OF_CORE) / 1_000;
    let memory = match reader.text(set.get("memory"), "resources.memory") {
        None => of_cores,
        Some(text) => memory(&text, cores).unwrap_or_else(|| {
            reader.fail(
                at("memory"),
                "resources.memory",
                format!("`{text}` is not an amount of memory: use one as 32, 32+ or 64GB"),
            );
            of_cores
        }),
    };
    let gpus = accelerators(reader, set.get("accelerators"));
    if gpus.is_empty() {
        return vec![Hardware { cores, memory, gpus: None }];
    }
    gpus.into_iter().map(|gpus| Hardware { cores, memory, gpus: Some(gpus) }).collect()
}

/// `32`, `32+`, `4x` (so many for each core), `64GB`: binary units, GB where none is said.
fn memory(text: &str, cores: u64) -> Option<u64> {
    let text = text.trim().trim_end_matches('+');
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..)?.to_ascii_lowercase();
    let scale = match unit.as_str() {
        "" | "gb" | "g" | "gib" => GIB,
        "kb" | "k" => 1 << 10,
        "mb" | "m" | "mib" => 1 << 20,
        "tb" | "t" | "tib" => 1 << 40,
        "pb" | "p" => 1 << 50,
        "x" => GIB.checked_mul(cores)? / 1_000,
        _ => return None,
    };
    // `Cores` reads decimals exactly, in thousandths.
    let thousandths = digits.parse::<Cores>().ok()?.get();
    let bytes = u128::from(thousandths) * u128::from(scale) / 1_000;
    u64::try_from(bytes).ok().filter(|bytes| *bytes > 0)
}

/// `A100:8`, `A100`, a list, or a set.
fn accelerators(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<(String, u32)> {
    let Some(node) = node.filter(|node| !node.is_null()) else { return Vec::new() };
    let mut texts: Vec<String> = Vec::new();
    match &node.value {
        Value::List(items) => texts.extend(items.iter().filter_map(Node::scalar)),
        // {A100:1, V100:1} is a set of keys without values; {A100: 1} has values.
        Value::Fields(fields) => {
            texts.extend(fields.iter().map(|(name, count)| match count.scalar() {
                Some(count) => format!("{name}:{count}"),
                None => name.clone(),
            }))
        }
        _ => texts.extend(node.scalar()),
    }
    let mut all = Vec::new();
    for text in texts {
        let (model, count) = text.split_once(':').unwrap_or((&text, "1"));
        match count.trim().parse::<u32>() {
            Ok(count) if count > 0 => all.push((model.trim().to_owned(), count)),
            _ => reader.fail(
                node,
                "resources.accelerators",
                format!("`{text}` is not a model and a whole number of 1 or more, as A100:8"),
            ),
        }
    }
    all
}

/// One set without accelerators is what each task needs; anything else is a choice of flavors.
fn fill(reader: &mut Reader<'_>, base: &Node, sets: &[Hardware], spec: &mut JobSpec) {
    let Some(first) = sets.first() else { return };
    spec.resources.cores = Cores::new(first.cores);
    spec.resources.memory = Bytes::new(first.memory);
    spec.resources.accelerators = first.gpus.as_ref().map_or(0, |(_, count)| *count);
    if sets.iter().all(|set| set == first && set.gpus.is_none()) {
        return;
    }
    let mut choices: Vec<Choice> = Vec::new();
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    for set in sets {
        let flavors = match &set.gpus {
            Some((model, _)) => reader.world.with_accelerator(model),
            None => reader.world.plain(),
        };
        if flavors.is_empty() {
            missing.extend(set.gpus.as_ref().map(|(model, _)| model.as_str()));
        }
        for flavor in flavors {
            if !choices.iter().any(|choice| choice.flavor == flavor) && choices.len() < 64 {
                choices.push(choice(flavor, set, first));
            }
        }
    }
    let node = base
        .get("accelerators")
        .or_else(|| base.get("any_of"))
        .or_else(|| base.get("ordered"))
        .unwrap_or(base);
    let names = missing.into_iter().collect::<Vec<_>>().join(", ");
    if choices.is_empty() {
        reader.fail(
            node,
            "resources.accelerators",
            format!("no flavor has {names}: {}", reader.world.models()),
        );
    } else if !names.is_empty() {
        reader.say(
            node,
            "resources.accelerators",
            &format!("no flavor has {names}; the others are left"),
            false,
        );
    }
    spec.resources.any_of = choices;
}

/// A flavor with what differs on it.
fn choice(flavor: Name, set: &Hardware, first: &Hardware) -> Choice {
    let count = |set: &Hardware| set.gpus.as_ref().map_or(0, |(_, count)| *count);
    Choice {
        flavor,
        cores: (set.cores != first.cores).then_some(Cores::new(set.cores)),
        memory: (set.memory != first.memory).then_some(Bytes::new(set.memory)),
        accelerators: (count(set) != count(first)).then_some(count(set)),
        run_time: None,
    }
}

/// Regions that `region` and `infra` name, if all alternatives name one.
fn regions(reader: &mut Reader<'_>, sets: &[Node]) -> Regions {
    let mut allow: BTreeSet<Name> = BTreeSet::new();
    let mut is_open = false;
    for set in sets {
        let found: Vec<Name> = ["region", "infra"]
            .into_iter()
            .filter_map(|field| {
                let node = set.get(field).filter(|node| !node.is_null())?;
                let text = node.scalar().unwrap_or_default();
                let region = text.split('/').find_map(|part| reader.world.region(part));
                if region.is_none() {
                    reader.say(
                        node,
                        &format!("resources.{field}"),
                        "no region has that name: the prices choose",
                        true,
                    );
                }
                region
            })
            .collect();
        is_open |= found.is_empty();
        allow.extend(found);
    }
    if is_open {
        Regions::default()
    } else {
        Regions { allow: allow.into_iter().collect(), forbid: Vec::new() }
    }
}

fn image(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    env: &BTreeMap<String, String>,
) -> Option<String> {
    let node = node.filter(|node| !node.is_null())?;
    let text = filled(&node.scalar().unwrap_or_default(), env);
    match text.strip_prefix("docker:") {
        Some(image) => Some(image.trim_start_matches("//").to_owned()),
        None => {
            reader.say(
                node,
                "resources.image_id",
                "machines are as they are: name a container as docker:NAME",
                true,
            );
            None
        }
    }
}

/// A text names a strategy, which is the same here whatever it is.
fn retries(reader: &mut Reader<'_>, node: Option<&Node>) -> u32 {
    let Some(most) = node.and_then(|node| node.get("max_restarts_on_errors")) else { return 0 };
    let count = most.scalar().and_then(|text| text.parse::<u32>().ok());
    if count.is_none() {
        reader.fail(most, "resources.job_recovery.max_restarts_on_errors", "a number is expected");
    }
    count.unwrap_or(0).min(20)
}
