use std::path::PathBuf;

use compute::packing::{DEVICES_MOST, Node, Policy, Shape, WHOLE};

use super::*;
use crate::{SimError, files::at_hand, random::Random};

fn spec(policy: Policy) -> PackSpec {
    PackSpec { policy, seeds: 1, load: 1.3, window: 1, admit_all: false }
}

/// Lists of the openb trace; none where it is not at hand.
fn openb(pods: &str) -> Option<Cluster> {
    let nodes = at_hand("openb/openb_node_list_gpu_node.csv.gz")?;
    let pods = at_hand(&format!("openb/openb_pod_list_{pods}.csv.gz"))?;
    Some(read(&nodes, &pods).unwrap())
}

#[test]
fn fgd_allocates_what_was_published() {
    let Some(cluster) = openb("default") else { return };
    let report = run(&cluster, &spec(Policy::Fgd)).unwrap();
    assert!((report.alloc_pct_mean - 95.39).abs() < 0.4, "{report:?}");
}

#[test]
fn ours_allocates_more_than_fgd_with_and_without_refusing_anything() {
    let Some(cluster) = openb("gpuspec33") else { return };
    let fgd = run(&cluster, &spec(Policy::Fgd)).unwrap().alloc_pct_mean;
    let plain = PackSpec { admit_all: true, ..spec(Policy::Jingwei) };
    let plain = run(&cluster, &plain).unwrap();
    assert!(plain.alloc_pct_mean > fgd + 0.5, "{plain:?}");
    assert_eq!(plain.refused, 0);
    let Some(cluster) = openb("default") else { return };
    let ours = run(&cluster, &spec(Policy::Jingwei)).unwrap();
    assert!(ours.alloc_pct_mean > 96.5 && ours.refused > 0, "{ours:?}");
    let held = run(&cluster, &PackSpec { window: 50, ..spec(Policy::Jingwei) }).unwrap();
    assert!(held.alloc_pct_mean > 97.5, "{held:?}");
    let again = run(&cluster, &spec(Policy::Jingwei)).unwrap();
    assert_eq!(
        (again.alloc_pct_mean, again.placed, again.refused),
        (ours.alloc_pct_mean, ours.placed, ours.refused)
    );
}

fn small(random: &mut Random) -> Cluster {
    let node = |id: u64, random: &mut Random| Node {
        name: format!("n{id:03}"),
        cpu_milli: 8_000 + 1_000 * random.below(60) as u32,
        memory_mib: 1_000 * (8 + random.below(200) as u32),
        model: random.below(3) as u8,
        devices: random.below(DEVICES_MOST as u64 + 1) as u8,
    };
    let pod = |random: &mut Random| {
        let devices = [0, 1, 1, 1, 2, 4][random.below(6) as usize];
        let part = if devices == 1 { 50 * (1 + random.below(20) as u16) } else { WHOLE };
        Shape {
            cpu_milli: 500 * random.below(30) as u32,
            memory_mib: 500 * random.below(60) as u32,
            devices,
            part_milli: if devices == 0 { 0 } else { part },
            models: if random.below(3) == 0 { 0b11 } else { u64::MAX },
        }
    };
    let nodes = (0..40).map(|id| node(id, random)).collect();
    Cluster { nodes, pods: (0..60).map(|_| pod(random)).collect() }
}

#[test]
fn every_policy_keeps_within_capacity_and_repeats() {
    for seed in 0..20 {
        let cluster = small(&mut Random::new(seed));
        for policy in Policy::ALL {
            let report = run(&cluster, &spec(policy)).unwrap();
            assert!((0.0..=100.0).contains(&report.alloc_pct_mean), "{report:?}");
            assert!(report.placed <= report.attempts && report.placed > 0);
            let again = run(&cluster, &spec(policy)).unwrap();
            assert_eq!(again.alloc_pct_mean, report.alloc_pct_mean, "{policy:?} {seed}");
        }
    }
}

#[test]
fn what_cannot_be_packed_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let head = "sn,cpu_milli,memory_mib,gpu,model\n";
    let nodes = file("nodes.csv", &format!("{head}n1,8000,8000,2,T4\n"));
    let pods = |rows: &str| {
        file("pods.csv", &format!("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n{rows}"))
    };
    let said = |nodes: &PathBuf, pods: &PathBuf| match read(nodes, pods) {
        Err(error) => error.to_string().rsplit('/').next().unwrap_or_default().to_owned(),
        Ok(cluster) => {
            run(&cluster, &spec(Policy::Fgd)).map_or_else(|it| it.to_string(), |_| String::new())
        }
    };
    let good = "p,1000,1000,1,500,\n";
    assert_eq!(said(&nodes, &pods(good)), "");
    expect_test::expect![[r#"
        pods.csv:3: cpu_milli is "-1": it has to be a whole number from 0 to 4294967295
        pods.csv:3: num_gpu is "9": it has to be a whole number from 0 to 8
        pods.csv:3: gpu_milli: 0 thousandths of a device; a part is 1 to 1000, and several devices are taken whole
        pods.csv:1: the list is empty; it has to have one line at least
        none of the pods asks for a device: demand would never be as large as the load
    "#]]
    .assert_eq(
        &[
            format!("{good}q,-1,1,1,500,\n"),
            format!("{good}q,1,1,9,1000,\n"),
            format!("{good}q,1,1,1,0,\n"),
            String::new(),
            "q,1,1,0,0,\n".to_owned(),
        ]
        .map(|rows| said(&nodes, &pods(&rows)) + "\n")
        .concat(),
    );
    let missing = file("missing.csv", "sn,cpu_milli,gpu,model\nn1,1,1,T4\n");
    assert!(said(&missing, &pods(good)).contains("the column memory_mib is missing"));
    let none = file("none.csv", &format!("{head}n1,8000,8000,0,\n"));
    assert!(said(&none, &pods(good)).contains("none of the nodes has a device"));
    let zero = PackSpec { seeds: 0, ..spec(Policy::Fgd) };
    let cluster = read(&nodes, &pods(good)).unwrap();
    assert!(matches!(run(&cluster, &zero), Err(SimError::Asked(_))));
}

#[test]
fn a_crowd_stays_as_full_as_asked_and_repeats() {
    let spec = PackScaleSpec {
        nodes: 2_000,
        full: 0.9,
        attempts: 20_000,
        policy: Policy::Jingwei,
        seed: 1,
    };
    let report = scale(&spec).unwrap();
    assert!((89.0..91.0).contains(&report.alloc_pct), "{report:?}");
    assert!(report.placed > 19_000 && report.left > 15_000, "{report:?}");
    let again = scale(&spec).unwrap();
    assert_eq!((report.placed, report.left), (again.placed, again.left));
    for wrong in [
        PackScaleSpec { nodes: 0, ..spec.clone() },
        PackScaleSpec { full: f64::NAN, ..spec.clone() },
        PackScaleSpec { attempts: 0, ..spec.clone() },
        PackScaleSpec { policy: Policy::Random, ..spec.clone() },
    ] {
        assert!(matches!(scale(&wrong), Err(SimError::Asked(_))), "{wrong:?}");
    }
}
