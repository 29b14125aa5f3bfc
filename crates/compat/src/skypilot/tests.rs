//! Task files in, jobs out.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::world::tests::{shown, world};

fn read(text: &str, env: &[(&str, &str)]) -> String {
    let env: BTreeMap<String, String> =
        env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    match task(text, "my_file", &env, &world()) {
        Ok(order) => shown(&order),
        Err(faults) => faults.iter().map(|fault| format!("! {fault}\n")).collect(),
    }
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&read(text, &[]));
}

#[test]
fn a_small_task() {
    check(
        "run: echo hello\n",
        expect![[r#"
            {"name":"my-file"}
            network: {"open":true}
            resources: {"cores":"1","memory":"1GiB"}
            retries: 0
              SKYPILOT_NUM_NODES=1
        "#]],
    );
}

#[test]
fn a_training_task() {
    let text = r#"name: finetune-llm

resources:
  infra: aws/us-east-1
  accelerators: A100:8
  cpus: 32+
  memory: 4x
  disk_size: 512
  use_spot: true
  image_id: docker:nvcr.io/nvidia/pytorch:24.05-py3
  ports: 8888
  autostop: 10
  job_recovery:
    strategy: EAGER_NEXT_REGION
    max_restarts_on_errors: 3
  labels:
    team: nlp

num_nodes: 2
workdir: .

file_mounts:
  /data/corpus: dataset://${CORPUS}
  /checkpoints:
    source: s3://my-bucket
    mode: MOUNT
  ~/code: ./src

envs:
  CORPUS: corpus
  EPOCHS: 3
  DEBUG: false

setup: |
  pip install -r requirements.txt

run: |
  torchrun --nnodes $SKYPILOT_NUM_NODES --node_rank $SKYPILOT_NODE_RANK \
    --master_addr $(echo "$SKYPILOT_NODE_IPS" | head -n1) train.py
"#;
    check(
        text,
        expect![[r#"
            {"name":"finetune-llm","title":"finetune-llm","labels":{"team":"nlp"}}
            image: "nvcr.io/nvidia/pytorch:24.05-py3"
            inputs: [{"dataset":"corpus"}]
            interruptible: true
            network: {"open":true}
            regions: {"allow":["us-east-1"]}
            resources: {"accelerators":8,"any_of":[{"flavor":"a100x1"}],"cores":"32","memory":"128GiB"}
            retries: 3
            tasks: 2
              CORPUS=corpus
              DEBUG=false
              EPOCHS=3
              SKYPILOT_NUM_NODES=2
            - line 8: resources.disk_size: 512 is not honoured: disk is not counted
            - line 11: resources.ports: 8888 is not honoured: nothing at a site listens for others
            - line 12: resources.autostop: 10: nothing is left running when a job has ended
            - line 20: workdir: . is not honoured: nothing is copied from here: `jw data push`, then file_mounts: { PATH: dataset://NAME }
            - line 24: file_mounts./checkpoints is not honoured: nothing is copied from there: `jw data push`, then dataset://NAME
            - line 27: file_mounts.~/code: ./src is not honoured: nothing is copied from there: `jw data push`, then dataset://NAME
            - line 37: SKYPILOT_NODE_IPS is not honoured: addresses of the other nodes are not known; SKYPILOT_NODE_RANK and SKYPILOT_NUM_NODES are
        "#]],
    );
}

#[test]
fn alternatives_become_flavors_with_what_differs() {
    check(
        "resources:\n  cpus: 4\n  any_of:\n    - accelerators: A100:2\n      region: east\n    - accelerators: {910B: 4}\n      cpus: 8\n      infra: x/us-east-1/z\nrun: x\n",
        expect![[r#"
            {"name":"my-file"}
            network: {"open":true}
            regions: {"allow":["east","us-east-1"]}
            resources: {"accelerators":2,"any_of":[{"flavor":"a100x1"},{"accelerators":4,"cores":"8","flavor":"ascend","memory":"8GiB"}],"cores":"4","memory":"4GiB"}
            retries: 0
              SKYPILOT_NUM_NODES=1
        "#]],
    );
    check(
        "resources:\n  accelerators: [A100:1, H100:1]\n  ordered:\n    - infra: aws\n    - infra: gcp\nrun: x\n",
        expect![[r#"
            {"name":"my-file"}
            network: {"open":true}
            resources: {"accelerators":1,"any_of":[{"flavor":"a100x1"}],"cores":"1","memory":"1GiB"}
            retries: 0
              SKYPILOT_NUM_NODES=1
            - line 2: resources.accelerators: no flavor has H100; the others are left
            - line 3: resources.ordered: the prices choose, not the order
            - line 4: resources.infra: aws is not honoured: no region has that name: the prices choose
            - line 5: resources.infra: gcp is not honoured: no region has that name: the prices choose
        "#]],
    );
    check(
        "resources: {accelerators: {A100, 910B:2}, memory: 16GB}\nrun: x\n",
        expect![[r#"
            {"name":"my-file"}
            network: {"open":true}
            resources: {"accelerators":1,"any_of":[{"flavor":"a100x1"},{"accelerators":2,"flavor":"ascend"}],"cores":"1","memory":"16GiB"}
            retries: 0
              SKYPILOT_NUM_NODES=1
        "#]],
    );
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let text = "name: x\nresources:\n  acelerators: A100\n  cpus: many\n  memory: 1.5.2\nnum_nodes: 0\nenvs:\n  TOKEN:\n  1A: x\nsecrets:\n  KEY: null\n  HF: x\nservice:\n  readiness_probe: /\n";
    check(
        text,
        expect![[r#"
            ! line 1: run: say what to run: a job without it would do nothing
            ! line 3: resources.acelerators: SkyPilot has no such field: did you mean `accelerators`?
            ! line 4: resources.cpus: `many` is not a number of cores: use one as 8 or 8+
            ! line 5: resources.memory: `1.5.2` is not an amount of memory: use one as 32, 32+ or 64GB
            ! line 6: num_nodes: a number of 1 or more is expected
            ! line 8: envs.TOKEN: it has to be given: --env TOKEN=VALUE
            ! line 10: secrets: secrets are not kept yet: whoever may see the job would see them
            ! line 13: service: services are not supported yet: only tasks that end
            ! envs: `1A` is not the name of a variable
        "#]],
    );
    check(
        "resources: {accelerators: H100}\nrun: x\n",
        expect![[r#"
        ! line 1: resources.accelerators: no flavor has H100: there are a100, ascend-910b
    "#]],
    );
    check(
        "resources: {accelerators: A100:0.5}\nrun: x\n",
        expect![[r#"
        ! line 1: resources.accelerators: `A100:0.5` is not a model and a whole number of 1 or more, as A100:8
    "#]],
    );
    check(
        "name: pipeline\n---\nrun: a\n---\nrun: b\n",
        expect![[r#"
        ! task: a pipeline of several tasks: jobs do not wait for each other, submit each task by itself
    "#]],
    );
    check(
        "run: [a\n",
        expect![[r#"
        ! line 1: task: error: line 1 column 6: unclosed bracket '['
    "#]],
    );
}

#[test]
fn a_variable_without_a_value_has_to_be_given() {
    let text = "envs: {A: null, B: x}\nrun: echo $A\n";
    assert!(read(text, &[]).contains("--env A=VALUE"));
    let given = read(text, &[("A", "1"), ("C", "2")]);
    assert!(["  A=1", "  B=x", "  C=2"].iter().all(|line| given.contains(line)), "{given}");
}

#[test]
fn fields_of_the_wrong_form_are_not_passed_over() {
    check(
        "resources: [a]\nenvs: x\nfile_mounts: 3\nrun: x\nsecrets: {}\n",
        expect![[r#"
        ! line 1: resources: fields are expected, as NAME: VALUE
        ! line 2: envs: fields are expected, as NAME: VALUE
        ! line 3: file_mounts: fields are expected, as NAME: VALUE
    "#]],
    );
    check(
        "resources: {use_spot: maybe, labels: x, any_of: [a]}\nrun: {a: b}\n",
        expect![[r#"
        ! line 1: resources.labels: fields are expected, as NAME: VALUE
        ! line 1: resources.any_of: a list of resources is expected
        ! line 1: resources.use_spot: true or false is expected
        ! line 2: run: a text is expected
    "#]],
    );
}

#[test]
fn truth_is_written_in_many_ways() {
    for (text, is_spot) in
        [("yes", true), ("on", true), ("True", true), ("no", false), ("false", false)]
    {
        let told = read(&format!("resources: {{use_spot: {text}}}\nrun: x\n"), &[]);
        assert_eq!(told.contains("interruptible: true"), is_spot, "{text}: {told}");
    }
}

#[test]
fn task_files_are_told_from_manifests() {
    for text in
        ["run: x", "resources: {cpus: 2}\n", "name: p\n---\nrun: x\n", "service: {}\nrun: x"]
    {
        assert!(is_task(text), "{text}");
    }
    for text in [
        "",
        "kind: Job\nmetadata: {name: x}\nspec: {script: x}\n",
        "{\"kind\": \"Job\", \"run\": 1}",
        "- run: x",
        "run",
        "name: x",
        "a: [",
        "\0",
    ] {
        assert!(!is_task(text), "{text}");
    }
}

#[test]
fn the_page_for_users_has_the_tables() {
    let page = include_str!("../../../../docs/compat.md");
    for (prefix, table) in [("", fields::TASK), ("resources.", fields::RESOURCES)] {
        let rows = table
            .iter()
            .filter(|(name, _)| !name.starts_with('_') && *name != "file_mounts_mapping");
        let rows: String = rows
            .map(|(name, becomes)| {
                let (what, instead) = match becomes {
                    Becomes::This(text) => (*text, ""),
                    Becomes::Else(text) => ("said", *text),
                    Becomes::Lost(text) => ("**not honoured**", *text),
                    Becomes::Refused(text) => ("**refused**", *text),
                };
                format!("| `{prefix}{name}` | {what} | {instead} |\n")
            })
            .collect();
        assert!(page.contains(&rows), "docs/compat.md has to contain:\n{rows}");
    }
}

fn any_field() -> impl Strategy<Value = String> {
    let names: Vec<String> = fields::TASK
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .chain(fields::RESOURCES.iter().map(|(name, _)| format!("resources:\n  {name}")))
        .collect();
    let value = prop_oneof![
        Just("null"),
        Just("true"),
        Just("-1"),
        Just("1e99"),
        Just("[a, {b: c}]"),
        Just("{a: b, c: [d]}"),
        Just("'x:y:z'"),
        Just("99999999999999999999999"),
        Just("''"),
        Just("0x")
    ];
    (prop::sample::select(names), value).prop_map(|(name, value)| format!("{name}: {value}\n"))
}

proptest! {
    #[test]
    fn no_text_brings_it_down(text in "[ -~\n\t]{0,200}") {
        let _any = (is_task(&text), read(&text, &[]));
    }

    #[test]
    fn no_value_brings_it_down(field in any_field()) {
        let _any = read(&format!("{field}run: x\n"), &[]);
    }
}
