//! What is sent, as text: most of it is for clusters newer than the one of the other tests.

use expect_test::expect;
use model::{Indexes, Input};

use super::*;

fn order(work: Value) -> Assignment {
    let mut whole = json!({ "of": 3, "cores": "1.5", "memory": "1GiB", "pool": "main",
            "flavor": "core", "power": "1W", "program": { "command": ["echo", "$(HOME) $x"] } });
    for (key, value) in work.as_object().unwrap() {
        set(&mut whole, key, value.clone());
    }
    let all = json!({ "job": "climate.storm", "attempt": 2, "tasks": "0-2", "work": whole });
    serde_json::from_value(all).unwrap()
}

fn plan(order: &Assignment, config: &str, selector: &Selector) -> (Value, Option<Value>) {
    let config = Config::read(config).unwrap();
    let (agent, image, grace) = ("a1", "debian:12", Span::new(5_000));
    let plan = Plan { config: &config, order, agent, generation: 7, selector, grace, image };
    (plan.job(Part::All), plan.secret(Part::All, "uid-1"))
}

fn shown(job: &Value, pointers: &[&str]) -> String {
    // Another crate of the same build may have serde_json keep the order in which keys were written.
    let sorted = |at: &str| {
        let mut value = job.pointer(at).cloned().unwrap_or_default();
        value.sort_all_objects();
        value
    };
    let line = |at: &&str| format!("{at}: {}\n", sorted(at));
    pointers.iter().map(line).collect()
}

#[test]
fn an_array_is_one_job_whose_tasks_fail_each_on_its_own() {
    let order = order(json!({ "at_once": 2, "env": { "A": "$(id)" }, "grace": "20s",
            "time_limit": "90s", "open_network": true }));
    let (job, secret) = plan(&order, "", &Selector::default());
    assert_eq!(secret, None);
    let pod = "/spec/template/spec";
    let container = format!("{pod}/containers/0");
    expect![[r#"
            /metadata/name: "storm-5035b7a7053d"
            /metadata/labels: {"app.kubernetes.io/managed-by":"jingwei","jingwei/agent":"a1","jingwei/job":"storm-5035b7a7053d"}
            /metadata/annotations: {"jingwei/attempt":"climate.storm.2","jingwei/generation":"7"}
            /spec/completionMode: "Indexed"
            /spec/completions: 3
            /spec/parallelism: 2
            /spec/backoffLimitPerIndex: 0
            /spec/template/spec/activeDeadlineSeconds: 90
            /spec/template/spec/terminationGracePeriodSeconds: 20
            /spec/template/spec/securityContext: {"runAsGroup":65534,"runAsNonRoot":true,"runAsUser":65534,"seccompProfile":{"type":"RuntimeDefault"}}
            /spec/template/spec/containers/0/command: ["echo","$$(HOME) $$x"]
            /spec/template/spec/containers/0/env: [{"name":"A","value":"$$(id)"},{"name":"HOME","value":"/jingwei/work"},{"name":"JINGWEI_TASKS","value":"3"},{"name":"JINGWEI_JOB","value":"climate.storm"},{"name":"JINGWEI_ATTEMPT","value":"2"},{"name":"JINGWEI_ACCELERATORS","value":"0"},{"name":"JINGWEI_TASK","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.annotations['batch.kubernetes.io/job-completion-index']"}}}]
            /spec/template/spec/containers/0/resources/limits: {"cpu":"1500m","memory":"1073741824"}
        "#]].assert_eq(&shown(
            &job,
            &[
                "/metadata/name",
                "/metadata/labels",
                "/metadata/annotations",
                "/spec/completionMode",
                "/spec/completions",
                "/spec/parallelism",
                "/spec/backoffLimitPerIndex",
                &format!("{pod}/activeDeadlineSeconds"),
                &format!("{pod}/terminationGracePeriodSeconds"),
                &format!("{pod}/securityContext"),
                &format!("{container}/command"),
                &format!("{container}/env"),
                &format!("{container}/resources/limits"),
            ],
        ));
}

#[test]
fn a_gang_is_one_job_that_waits_in_its_queue_near_its_chips() {
    let order = order(json!({ "accelerators": 8, "program": { "script": "#!/bin/bash\ntrue" } }));
    let selector = Selector {
        labels: [("pool".to_owned(), "a100".to_owned())].into(),
        hosts: vec!["g1".to_owned()],
        resource: Some("nvidia.com/gpu".to_owned()),
    };
    let config = "queue: research\npull_secret: hub\nservice_account: runner\nuser_of_image: true\n\
                      tolerations: [{key: gpu, operator: Exists}]\n";
    let (job, secret) = plan(&order, config, &selector);
    let pod = "/spec/template/spec";
    expect![[r#"
            /metadata/labels/kueue.x-k8s.io~1queue-name: "research"
            /spec/suspend: true
            /spec/parallelism: 3
            /spec/completions: 3
            /spec/backoffLimit: 0
            /spec/backoffLimitPerIndex: null
            /spec/template/spec/nodeSelector: {"pool":"a100"}
            /spec/template/spec/affinity: {"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["g1"]}]}]}}}
            /spec/template/spec/tolerations: [{"key":"gpu","operator":"Exists"}]
            /spec/template/spec/imagePullSecrets: [{"name":"hub"}]
            /spec/template/spec/serviceAccountName: "runner"
            /spec/template/spec/securityContext: {"seccompProfile":{"type":"RuntimeDefault"}}
            /spec/template/spec/volumes: [{"emptyDir":{},"name":"work"},{"name":"program","secret":{"items":[{"key":"program","mode":365,"path":"program"}],"secretName":"storm-5035b7a7053d"}}]
            /spec/template/spec/containers/0/command: ["/jingwei/program/program"]
            /spec/template/spec/containers/0/resources/requests: {"cpu":"1500m","memory":"1073741824","nvidia.com/gpu":"8"}
        "#]].assert_eq(&shown(
            &job,
            &[
                "/metadata/labels/kueue.x-k8s.io~1queue-name",
                "/spec/suspend",
                "/spec/parallelism",
                "/spec/completions",
                "/spec/backoffLimit",
                "/spec/backoffLimitPerIndex",
                &format!("{pod}/nodeSelector"),
                &format!("{pod}/affinity"),
                &format!("{pod}/tolerations"),
                &format!("{pod}/imagePullSecrets"),
                &format!("{pod}/serviceAccountName"),
                &format!("{pod}/securityContext"),
                &format!("{pod}/volumes"),
                &format!("{pod}/containers/0/command"),
                &format!("{pod}/containers/0/resources/requests"),
            ],
        ));
    let secret = secret.unwrap();
    expect![[r##"
            /metadata/ownerReferences: [{"apiVersion":"batch/v1","kind":"Job","name":"storm-5035b7a7053d","uid":"uid-1"}]
            /stringData: {"program":"#!/bin/bash\ntrue"}
        "##]].assert_eq(&shown(&secret, &["/metadata/ownerReferences", "/stringData"]));
}

#[test]
fn data_is_mounted_folder_by_folder() {
    let mut order = order(json!({ "result": true, "checkpoint": "60s" }));
    order.tasks = Indexes::one(0);
    let content = "0123456789abcdef".repeat(4).parse().unwrap();
    order.work.inputs = vec![Input { name: "rain".parse().unwrap(), content }];
    let (job, _) = plan(&order, "data: {claim: shared}", &Selector::default());
    let pod = "/spec/template/spec";
    expect![[r#"
            /spec/template/spec/volumes: [{"emptyDir":{},"name":"work"},{"name":"data","persistentVolumeClaim":{"claimName":"shared"}}]
            /spec/template/spec/containers/0/volumeMounts: [{"mountPath":"/jingwei/work","name":"work"},{"mountPath":"/jingwei/inputs/rain","name":"data","readOnly":true,"subPath":"trees/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},{"mountPath":"/jingwei/result","name":"data","subPath":"jobs/climate.storm.2/result"},{"mountPath":"/jingwei/checkpoint","name":"data","subPath":"jobs/climate.storm.2/checkpoint"}]
        "#]].assert_eq(&shown(
            &job,
            &[&format!("{pod}/volumes"), &format!("{pod}/containers/0/volumeMounts")],
        ));
}
