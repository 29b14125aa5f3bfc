use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

const SITE: &str = "\
kind: Site
metadata:
  name: gui-an
  title: 贵安
spec:
  organization: cloud
  region: west
  place: {lat: 26.4, lon: 106.5}
  time_zone: Asia/Shanghai
  pue: 1.18
  tariff:
    source: notice 12
    seasons:
      - months: [7, 8]
        price: 0.5CNY/kWh
        bands:
          - {name: peak, from: 10, to: 12, price: 0.8CNY/kWh}
      - months: [1, 2, 3, 4, 5, 6, 9, 10, 11, 12]
        price: 0.42CNY/kWh
  carbon:
    intensity: 581gCO2/kWh
";
const JOB: &str = "\
apiVersion: jingwei/v1
kind: Job
metadata:
  name: train
  labels: {team: vision}
spec:
  script: |
    echo hello
    sleep 1
  env: {A: \"1\"}
  tasks: 2
  resources:
    cores: 0.5
    memory: 1GiB
    accelerators: 1
    any_of:
      - {flavor: a100, run_time: 2h}
  inputs: [{dataset: images}]
  user: beijing
  network: {bandwidth: 1Gbit/s, latency: 20ms}
  deadline: +6h
  objective: {weights: {cost: 1, carbon: 3}}
  regions: {forbid: [east]}
  budget: 12.5CNY
";
const REST: &str = "\
kind: Organization
metadata: {name: cloud}
spec:
---
{\"kind\": \"Project\", \"metadata\": {\"name\": \"demo\"}, \"spec\": {\"organization\": \"cloud\", \"allocation\": null}}
---
kind: Node
metadata: {name: beijing}
spec: {place: {lat: 39.9, lon: 116.4}, region: north}
---
kind: Flavor
metadata: {name: a100}
spec:
  arch: x86_64
  cores: 8
  memory: 64GiB
  accelerator: {model: a100, count: 1, memory: 80GiB}
  throughput: {fp64: 19.5TFLOP/s}
  power: 700W
---
kind: Pool
metadata: {name: gui-an-a100}
spec: {site: gui-an, flavor: a100, units: 64, units_per_node: 8, price: 12CNY/h}
---
kind: Link
metadata: {name: b-g}
spec: {ends: [beijing, gui-an], delay: 12ms, capacity: 100Gbit/s, price: 0.02CNY/GB, organization: cloud, loss: 0.01%}
---
kind: Dataset
metadata: {name: images}
spec: {size: 2TB, replicas: [gui-an], organization: cloud}
";

fn world() -> String {
    format!("{SITE}---\n{JOB}---\n{REST}")
}

fn check(text: &str, expect: Expect) {
    let wrong = parse(text).unwrap_err();
    expect.assert_eq(&wrong.iter().map(|it| format!("{it}\n")).collect::<String>());
}

fn job(more: &str) -> String {
    format!("kind: Job\nmetadata:\n  name: a\nspec:\n  command: [echo]\n{more}")
}

#[test]
fn a_world_is_read() {
    let all = parse(&world()).unwrap();
    let kinds: Vec<Kind> = all.iter().map(|it| it.spec.kind()).collect();
    assert_eq!(kinds.len(), 9);
    assert_eq!(check_references(&all, |_, _| false), vec![]);
    let Spec::Job(job) = &all[1].spec else { panic!("{kinds:?}") };
    assert_eq!(job.script.as_deref(), Some("echo hello\nsleep 1\n"));
    assert_eq!(job.resources.cores, units::Cores::new(500));
}

#[test]
fn unknown_fields() {
    check(
        &job("  resources:\n    gpu: 1\n    memroy: 1GiB\n  cpus: 3\n  colour: red\n"),
        expect![[r#"
            spec.resources.gpu: line 7, column 5: unknown field `gpu`, did you mean `accelerators`? Use one of cores, memory, accelerators, any_of
            spec.resources.memroy: line 8, column 5: unknown field `memroy`, did you mean `memory`? Use one of cores, memory, accelerators, any_of
            spec.cpus: line 9, column 3: unknown field `cpus`, did you mean `resources.cores`? Use one of command, script, env, tasks, array, image, resources, inputs, result, user, network, earliest, deadline, run_time, work, time_limit, interruptible, grace, checkpoint, pauses, exclusive, budget, carbon_cap, regions, priority, objective, retries
            spec.colour: line 10, column 3: unknown field `colour`: use one of command, script, env, tasks, array, image, resources, inputs, result, user, network, earliest, deadline, run_time, work, time_limit, interruptible, grace, checkpoint, pauses, exclusive, budget, carbon_cap, regions, priority, objective, retries
        "#]],
    );
    check(
        &job("  tasks: 2\nname: x\nspecs: {}\n"),
        expect![[r#"
        name: line 7, column 1: unknown field `name`, did you mean `metadata.name`? Use one of kind, metadata, spec, apiVersion
        specs: line 8, column 1: unknown field `specs`, did you mean `spec`? Use one of kind, metadata, spec, apiVersion
    "#]],
    );
}

#[test]
fn wrong_quantities() {
    check(
        &job("  resources: {memory: -1GiB}\n"),
        expect![[r#"
        spec.resources.memory: line 6, column 23: `-1GiB` is negative: a data size is zero or more
    "#]],
    );
    check(
        &job("  resources:\n    memory: 3 gigabytes\n"),
        expect![[r#"
        spec.resources.memory: line 7, column 13: `3 gigabytes` has an unknown unit for a data size: use one of PiB, PB, TiB, TB, GiB, GB, MiB, MB, KiB, kB, B, as "64GiB"
    "#]],
    );
    check(
        &job("  resources: {memory: 99999999999PiB}\n"),
        expect![[r#"
        spec.resources.memory: line 6, column 23: `99999999999PiB` is too large for a data size: the most is 18447 PB
    "#]],
    );
    check(
        &job("  resources: {memory: 5}\n"),
        expect![[r#"
        spec.resources.memory: line 6, column 23: `5` has an unknown unit for a data size: use one of PiB, PB, TiB, TB, GiB, GB, MiB, MB, KiB, kB, B, as "64GiB"
    "#]],
    );
    check(
        &job("  resources: {cores: 0.0001}\n"),
        expect![[r#"
        spec.resources.cores: line 6, column 22: `0.0001` is finer than a number of cores is kept: the smallest step is 1m
    "#]],
    );
    check(
        &job("  resources: {cores: -2}\n"),
        expect![[r#"
        spec.resources.cores: line 6, column 22: `-2` is negative: a number of cores is zero or more
    "#]],
    );
    check(
        &job("  resources: {cores: [2]}\n"),
        expect![[r#"
        spec.resources.cores: line 6, column 22: found a list: expected a quantity with its unit, as "20ms"
    "#]],
    );
    check(
        &job("  run_time:\n    hours: 3\n"),
        expect![[r#"
        spec.run_time: line 6, column 3: found fields: expected a quantity with its unit, as "20ms"
    "#]],
    );
}

#[test]
fn wrong_types() {
    check(
        &job("  tasks: -3\n"),
        expect![[r#"
        spec.tasks: line 6, column 10: -3 is out of range: use a whole number, 0 to 4294967295
    "#]],
    );
    check(
        &job("  tasks: many\n"),
        expect![[r#"
        spec.tasks: line 6, column 10: found the text `many`: expected a whole number, 0 to 4294967295
    "#]],
    );
    check(
        &job("  tasks: 99999999999999999999999999999999999999999999\n"),
        expect![[r#"
        spec.tasks: line 6, column 10: 99999999999999999999999999999999999999999999 is not a whole number in range: use a whole number, 0 to 4294967295
    "#]],
    );
    check(
        &job("  env:\n    PORT: 8080\n"),
        expect![[r#"
        spec.env.PORT: line 7, column 11: found the number 8080: expected text; in quotes, "8080", it is text
    "#]],
    );
    check(
        &job("  inputs: images\n"),
        expect![[r#"
        spec.inputs: line 6, column 11: found the text `images`: expected a list, as [a, b]
    "#]],
    );
    check(
        &job("  resources: 3\n"),
        expect![[r#"
        spec.resources: line 6, column 14: found the number 3: expected fields: cores, memory, accelerators, any_of
    "#]],
    );
    check(
        &job("  interruptible: yes\n"),
        expect![[r#"
        spec.interruptible: line 6, column 18: found the text `yes`: expected true or false
    "#]],
    );
    check(
        &job("  objective: cheap\n"),
        expect![[r#"
        spec.objective: line 6, column 14: unknown value `cheap`: use one of cost, carbon, time, weights
    "#]],
    );
    check(
        &job("  objective: weights\n"),
        expect![[r#"
        spec.objective: line 6, column 14: needs fields of its own, indented below it
    "#]],
    );
    check(
        &job("  objective: {weights: {cots: 1}}\n"),
        expect![[r#"
        spec.objective.weights.cots: line 6, column 25: unknown field `cots`, did you mean `cost`? Use one of cost, carbon, time
    "#]],
    );
    check(
        &job("  work: {fp99: 1TFLOP}\n"),
        expect![[r#"
        spec.work.fp99: line 6, column 10: unknown value `fp99`: use one of fp64, fp32, bf16, fp16, fp8, int8, int64
    "#]],
    );
    check(
        &job("  user: Bei_jing\n"),
        expect![[r#"
        spec.user: line 6, column 9: `Bei_jing` is not a name: use 1 to 63 of a-z, 0-9 and `-`, starting and ending with a letter or digit
    "#]],
    );
    check(
        &job("  deadline: tomorrow\n"),
        expect![[r#"
        spec.deadline: line 6, column 13: `tomorrow` is not a point in time: write a number and a unit, as "2026-03-01T08:00:00+08:00"
    "#]],
    );
    check(
        "kind: Link\nmetadata: {name: a}\nspec: {ends: [a, b, c], delay: 1ms}",
        expect![[r#"
        spec.ends: line 3, column 14: 3 items: give exactly 2
    "#]],
    );
}

#[test]
fn wrong_as_a_whole() {
    check(
        &SITE.replace("1.18", "0.9").replace("8]", "8, 9]"),
        expect![[r#"
        spec.pue: line 10, column 8: a PUE of 0.9 cannot be: use 1 to 5
        spec.tariff.seasons: line 13, column 5: month 9 is in 2 seasons: put it in exactly one
    "#]],
    );
    check(
        &JOB.replace("  user: beijing\n", ""),
        expect![[r#"
        spec.user: line 6, column 1: say where the user is, or what the bandwidth and latency are meant to
    "#]],
    );
}

#[test]
fn wrong_documents() {
    check(
        "",
        expect![[r#"
        document: nothing is given: write at least one document with `kind`, `metadata` and `spec`
    "#]],
    );
    check(
        "---\n# nothing\n---\n",
        expect![[r#"
        document: nothing is given: write at least one document with `kind`, `metadata` and `spec`
    "#]],
    );
    check(
        "hello",
        expect![[r#"
        document: line 1, column 1: expected the fields kind, metadata and spec
    "#]],
    );
    check(
        "[]",
        expect![[r#"
        document: nothing is given: write at least one document with `kind`, `metadata` and `spec`
    "#]],
    );
    check(
        "kind: site\nmetadata: {name: a}\nspec: {}",
        expect![[r#"
            kind: line 1, column 7: unknown kind `site`, did you mean `Site`? Use one of Organization, Project, Node, Flavor, Site, Pool, Link, Dataset, Edge, Service, Job
        "#]],
    );
    check(
        "kind: Cluster\nmetadata: {}\n",
        expect![[r#"
            spec: line 1, column 1: `spec` is missing: it must be given
            kind: line 1, column 7: unknown kind `Cluster`: use one of Organization, Project, Node, Flavor, Site, Pool, Link, Dataset, Edge, Service, Job
            metadata.name: line 2, column 1: `name` is missing: it must be given
        "#]],
    );
    check(
        "kind: Organization\nspec: {}\nmetadata: {name: a}\napiVersion: v1",
        expect![[r#"
        apiVersion: line 4, column 13: only `jingwei/v1` is known: write that or leave it out
    "#]],
    );
    check(
        &world().replace("name: images", "name: Images"),
        expect![[r#"
        metadata.name: document 9, line 77, column 18: `Images` is not a name: use 1 to 63 of a-z, 0-9 and `-`, starting and ending with a letter or digit
    "#]],
    );
    check(
        "kind: Organization\nmetadata: {name: a\nspec: {}",
        expect![[r#"
        document: line 3, column 5: this is neither YAML nor JSON: while parsing a flow mapping, did not find expected ',' or '}'
    "#]],
    );
    check(
        "kind: !!python/object Site\n",
        expect![[r#"
        kind: line 1, column 23: the tag `!!python/object` is not taken: leave it out
    "#]],
    );
}

#[test]
fn what_stands_twice() {
    check(
        "kind: Organization\nmetadata:\n  name: a\n  name: b\nspec: {}\nspec: {}\n",
        expect![[r#"
        metadata.name: line 4, column 3: `name` is already given on line 3: give it once
        spec: line 6, column 1: `spec` is already given on line 5: give it once
    "#]],
    );
    check(
        &format!("{SITE}---\n{SITE}"),
        expect![[r#"
        metadata.name: document 2, line 25, column 9: Site `gui-an` is already given on line 3: give each once
    "#]],
    );
    check(
        &format!("{JOB}---\n{}", JOB.replace("train", "train\n  project: default")),
        expect![[r#"
        metadata.name: document 2, line 29, column 9: Job `train` is already given on line 4: give each once
    "#]],
    );
    assert!(
        parse(&format!("{JOB}---\n{}", JOB.replace("train", "train\n  project: other"))).is_ok()
    );
}

#[test]
fn limits() {
    check(
        &"x".repeat(MOST_BYTES + 1),
        expect![[r#"
        document: the text has 8388609 bytes: the most is 8388608, split it
    "#]],
    );
    check(
        &("[".repeat(5_000) + &"]".repeat(5_000)),
        expect![[r#"
        document: line 1, column 65: more than 64 lists and fields within each other
    "#]],
    );
    check(
        &(0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>(),
        expect![[r#"
        document: line 65, column 65: more than 64 lists and fields within each other
    "#]],
    );
    let nested: String = (1..100).map(|at| format!("a{at}: &a{at} [*a{}]\n", at - 1)).collect();
    check(
        &format!("a0: &a0 x\n{nested}"),
        expect![[r#"
        a63[0]: line 64, column 12: more than 64 lists and fields within each other
    "#]],
    );
    let bomb: String = (1..10)
        .map(|at| format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 10].join(",")))
        .collect();
    check(
        &format!("a0: &a0 x\n{bomb}"),
        expect![[r#"
        a6[6]: line 7, column 34: more than 1000000 values: split the text
    "#]],
    );
    check(
        "a: &a [*a]",
        expect![[r#"
        a[0]: line 1, column 8: this alias refers to something that contains it
    "#]],
    );
    let one = "kind: Organization\nmetadata: {name: a}\nspec: {}\n---\n";
    let many: String =
        (0..=MOST_DOCUMENTS).map(|at| one.replace("name: a", &format!("name: a{at}"))).collect();
    check(
        &many,
        expect![[r#"
        document: document 10001, line 40001, column 1: more than 10000 documents: split the text
    "#]],
    );
    assert_eq!(parse(&"x: 1\n---\n".repeat(100)).unwrap_err().len(), MOST_ERRORS);
}

#[test]
fn json_is_read() {
    let all = parse(&world()).unwrap();
    let documents: Vec<serde_json::Value> = all.iter().map(json).collect();
    assert_eq!(parse(&serde_json::to_string(&documents).unwrap()).unwrap(), all);
    assert_eq!(
        parse(&serde_json::to_string_pretty(&documents).unwrap().replace("  ", "\t")).unwrap(),
        all
    );
}

fn json(it: &Resource) -> serde_json::Value {
    serde_json::json!({"kind": it.spec.kind(), "metadata": it.metadata, "spec": it.spec})
}

#[test]
fn aliases_are_followed() {
    let text = SITE
        .replace("intensity: 581", "source: &s notice\n    intensity: 581")
        .replace("notice 12", "ok");
    assert!(parse(&text).is_ok());
    let text = "kind: Node\nmetadata: {name: &n a}\nspec: {place: {lat: 1, lon: 2}, region: *n}";
    assert!(parse(text).is_ok());
}

#[test]
fn missing_references() {
    let text =
        world().replace("user: beijing", "user: bejing").replace("site: gui-an,", "site: nowhere,");
    let wrong = check_references(&parse(&text).unwrap(), |_, _| false);
    let told: String = wrong.iter().map(|(at, it)| format!("{at} {it}\n")).collect();
    expect![[r#"
        1 spec.user: there is no Site or Node `bejing`, did you mean `beijing`?
        6 spec.site: there is no Site `nowhere`: create it first or in the same text
    "#]]
    .assert_eq(&told);
    let all = parse(SITE).unwrap();
    let told = check_references(&all, |kind, _| kind != Kind::Organization);
    let told: String = told.iter().map(|(at, it)| format!("{at} {it}\n")).collect();
    expect![[r#"
        0 spec.organization: there is no Organization `cloud`: create it first or in the same text
        0 metadata.name: there is a Node `gui-an` already: a site and a node must not share a name
    "#]]
    .assert_eq(&told);
}

#[test]
fn schemas_describe_manifests() {
    for kind in Kind::ALL {
        let schema = schema(kind);
        assert_eq!(schema["properties"]["kind"]["const"], kind.as_str());
        let spec = schema["properties"]["spec"]["$ref"].as_str().unwrap().trim_start_matches('#');
        assert_eq!(schema.pointer(spec).unwrap()["additionalProperties"], false, "{kind}");
    }
}

/// Deletes, doubles or changes a few bytes or lines.
fn mutate(text: &str, steps: &[(u8, usize, u8)]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (how, at, with) in steps {
        let at = at % bytes.len().max(1);
        let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |p| p + 1);
        let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |p| at + p + 1);
        match how % 6 {
            0 => drop(bytes.drain(start..end)),
            1 => drop(bytes.splice(start..start, bytes[start..end].to_vec())),
            2 if at < bytes.len() => bytes[at] = *with,
            3 => bytes.insert(at, *with),
            4 if at < bytes.len() => drop(bytes.remove(at)),
            _ => bytes.truncate(at),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_sound(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Ok(all) => {
            prop_assert!(!all.is_empty());
            for it in &all {
                let yaml = to_yaml(it);
                let back = parse(&yaml);
                prop_assert_eq!(back.as_deref(), Ok(std::slice::from_ref(it)), "{}", yaml);
            }
        }
        Err(wrong) => {
            prop_assert!(!wrong.is_empty() && wrong.len() <= MOST_ERRORS);
            for it in wrong {
                prop_assert!(!it.field.is_empty() && !it.message.is_empty(), "{it}");
            }
        }
    }
    Ok(())
}

/// Texts that YAML writers get wrong.
fn awkward() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,20}",
        "[ \t\n\r#:'\"|>&*!%@`a0~,\\[\\]{}?-]{0,12}",
        proptest::sample::select(vec![
            "",
            "null",
            "~",
            "yes",
            "true",
            "1e3",
            "0x1F",
            "0o7",
            "1_000",
            ".inf",
            "-",
            "---",
            "...",
            "12:30:45",
            "a: b",
            "a #b",
            "\u{feff}x",
            "\u{85}",
            "\u{2028}x",
            "x\r\ny",
            "\u{7}",
            " lead",
            "trail ",
            "\n\nx\n\n",
            "\tx\n",
            "  x\ny\n",
            "<<",
            "=",
            "+1",
            "-.5",
            "0.",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn mutated_manifests(steps in prop::collection::vec((any::<u8>(), any::<usize>(), any::<u8>()), 1..6)) {
        is_sound(&mutate(&world(), &steps))?;
    }

    #[test]
    fn mutated_json(steps in prop::collection::vec((any::<u8>(), any::<usize>(), any::<u8>()), 1..4)) {
        let documents: Vec<serde_json::Value> = parse(&world()).unwrap().iter().map(json).collect();
        is_sound(&mutate(&serde_json::to_string_pretty(&documents).unwrap(), &steps))?;
    }

    #[test]
    fn random_texts(text in "[\\PC\n\t]{0,200}") {
        is_sound(&text)?;
    }

    #[test]
    fn awkward_texts_come_back(texts in prop::collection::vec(awkward(), 4)) {
        let mut it = parse(JOB).unwrap().remove(0);
        let Spec::Job(spec) = &mut it.spec else { unreachable!() };
        spec.script = None;
        spec.command = vec!["x".to_owned(), texts[0].replace('\0', "")];
        spec.env = [("A".to_owned(), texts[1].replace('\0', ""))].into();
        it.metadata.title = Some(texts[2].clone());
        it.metadata.labels = [(texts[3].clone(), texts[2].clone())].into();
        let yaml = to_yaml(&it);
        prop_assert_eq!(parse(&yaml), Ok(vec![it.clone()]), "{}", yaml);
        spec_script(&mut it, &texts[3]);
        let yaml = to_yaml(&it);
        prop_assert_eq!(parse(&yaml), Ok(vec![it]), "{}", yaml);
    }
}

fn spec_script(it: &mut Resource, text: &str) {
    if let Spec::Job(spec) = &mut it.spec {
        spec.command = Vec::new();
        spec.script = Some(text.replace('\0', ""));
    }
}

#[test]
fn every_example_is_read() {
    let examples = std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap())
        .join("../../examples");
    let mut read = 0;
    for folder in ["worlds", "jobs"] {
        for file in std::fs::read_dir(examples.join(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|it| it == "yaml") {
                let all = parse(&std::fs::read_to_string(&path).unwrap());
                assert!(all.is_ok(), "{}: {all:?}", path.display());
                read += all.unwrap().len();
            }
        }
    }
    assert!(read > 50, "{read}");
}
