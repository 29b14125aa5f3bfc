use proptest::prelude::*;
use units::{Span, Time};

use super::{
    CsId, CsciId, PathId,
    classify::{Classifier, Rule, RuleError},
    damping::{Damping, Flaps},
    edge::{Edge, Stale, Why},
    flows::{Flows, Tuple},
    hold::{Hysteresis, Since},
    metric::{Metric, MetricError, MetricType, Source, Statistics},
    score::{self, Along, Contact, Scores},
    selector::{Policy, Selector},
    shares::{Shares, shares},
    slots::{SLOTS, Slots},
    table::{Refusal, Table},
    trigger::{Sender, Threshold},
    view::{Ingress, Instance, View, ViewError, Way},
};

const SERVICE: CsId = CsId(0);

fn at(ms: i64) -> Time {
    Time::from_millis(ms)
}

fn contact(capacity: f64, queue: f64) -> Contact {
    Contact { capacity, used: 0.5, queue, service_s: 0.1 }
}

/// Every ingress is 1 ms from every instance.
fn view(contacts: &[Option<Contact>], arrivals: &[f64]) -> View {
    let instance =
        |(id, contact): (u32, &Option<Contact>)| Instance { id: CsciId(id), contact: *contact };
    let way = |path: usize| Some(Way { path: PathId(path as u32), delay_s: 0.001 });
    let ways: Vec<_> = (0..contacts.len()).map(way).collect();
    let ingress = |arrivals: &f64| Ingress { arrivals: *arrivals, ways: ways.clone() };
    View {
        service: SERVICE,
        instances: (0..).zip(contacts).map(instance).collect(),
        ingresses: arrivals.iter().map(ingress).collect(),
    }
}

fn two(queue: f64) -> View {
    view(&[Some(contact(10.0, 0.0)), Some(contact(10.0, queue))], &[60.0, 60.0])
}

fn packet(number: u128) -> Tuple {
    Tuple { source: number, target: 1, source_port: 7, target_port: 443, protocol: 17 }
}

fn classifier() -> Classifier {
    let rule = Rule { prefix: 0, length: 0, protocol: None, ports: None, service: SERVICE };
    Classifier::new(vec![rule]).unwrap()
}

/// The first ingress's table.
fn table(view: &View, generation: u64) -> Table {
    let tables = Selector::default().tables(
        &Policy::default(),
        std::slice::from_ref(view),
        (generation, at(0)),
    );
    tables.unwrap().swap_remove(0)
}

fn edge(view: &View) -> Edge {
    let mut edge = Edge::new(Flows::new(4_096, 60_000), 7);
    edge.install(table(view, 1), at(0)).unwrap();
    edge
}

#[test]
fn a_metric_that_is_no_number_or_out_of_range_is_refused_by_name() {
    let raw = |of, value| Metric::raw(of, value, Source::Measured, Statistics::Mean);
    let said = |of, value| raw(of, value).unwrap_err().to_string();
    assert_eq!(
        said(MetricType::NetworkDelay, f64::NAN),
        "network_delay: NaN is not between 0 and 86400000000"
    );
    assert_eq!(
        said(MetricType::ServiceQueue, -1.0),
        "service_queue: -1 is not between 0 and 1000000000000"
    );
    assert_eq!(said(MetricType::ComputeUse, 1.5), "compute_use: 1.5 is not between 0 and 1");
    assert!(
        raw(MetricType::NormFi, 3.0)
            .unwrap_err()
            .to_string()
            .contains("scores are made of raw metrics")
    );
    let contact = Contact { queue: f64::INFINITY, ..contact(1.0, 0.0) };
    assert!(matches!(
        contact.metrics(),
        Err(MetricError::OutOfRange { name: "service_queue", .. })
    ));
}

#[test]
fn metrics_are_read_as_they_were_written_and_with_their_own_fields_only() {
    let (contact, along) =
        (contact(8.0, 3.0), Along { delay_s: 0.02, jitter_s: 0.001, loss: 0.01, used: 0.3 });
    let there = |metrics: [Metric; 4]| serde_json::to_string(&metrics).unwrap();
    let back = |text: &str| serde_json::from_str::<Vec<Metric>>(text);
    assert_eq!(Contact::read(&back(&there(contact.metrics().unwrap())).unwrap()).unwrap(), contact);
    let text = there(along.metrics().unwrap());
    assert_eq!(Along::read(&back(&text).unwrap()).unwrap(), along);
    assert!(
        back(&text.replace("\"us\"", "\"none\""))
            .unwrap_err()
            .to_string()
            .contains("network_delay: its unit")
    );
    let missing = Contact::read(&along.metrics().unwrap()).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "compute_capacity is missing: an agent tells it with the others"
    );
}

#[test]
fn scores_follow_the_first_rule() {
    let rule = score::Rule::newest();
    assert_eq!((rule.version, rule.name), (1, "jingwei-norm-1"));
    let along = Along { delay_s: 0.02, jitter_s: 0.0, loss: 0.0, used: 0.3 };
    let scores = rule.scores(&contact(10.0, 0.0), &along);
    assert_eq!(scores, Scores { compute: 5, communication: 5, service: 5, all: 5 });
    let idle = Contact { used: 0.0, service_s: 0.001, ..contact(10.0, 0.0) };
    let near = rule.scores(&idle, &Along { delay_s: 0.0, ..along });
    assert_eq!(near, Scores { compute: 10, communication: 10, service: 10, all: 10 });
    let waits = rule.scores(&contact(10.0, 30.0), &Along { used: 0.95, ..along });
    assert_eq!(waits, Scores { compute: 5, communication: 3, service: 2, all: 3 });
    for (contact, along) in [
        (Contact { capacity: 0.0, ..idle }, along),
        (idle, Along { loss: 1.0, ..along }),
        (idle, Along { used: 1.0, ..along }),
        (Contact { service_s: f64::NAN, ..idle }, along),
    ] {
        assert_eq!(rule.scores(&contact, &along).all, 0, "{contact:?} {along:?}");
    }
    let [.., all] = scores.metrics(&rule).unwrap();
    assert_eq!((all.value(), all.format_std()), (5.0, Some("jingwei-norm-1")));
}

#[test]
fn a_view_with_a_figure_that_is_no_number_is_refused_and_changes_nothing() {
    let mut selector = Selector::default();
    let mut decide = |view: View| selector.tables(&Policy::default(), &[view], (1, at(0)));
    let said = |view: Result<_, ViewError>| view.unwrap_err().to_string();
    let bad = |contact| view(&[Some(contact)], &[1.0]);
    assert_eq!(
        said(decide(bad(contact(f64::NAN, 0.0)))),
        "service 0, instance 0: capacity is NaN: it is a number, zero or more"
    );
    assert_eq!(
        said(decide(bad(contact(1.0, -2.0)))),
        "service 0, instance 0: queue is -2: it is a number, zero or more"
    );
    assert!(said(decide(view(&[None], &[f64::INFINITY]))).contains("ingress 0: arrivals is inf"));
    let mut twice = two(0.0);
    twice.instances[1].id = CsciId(0);
    assert!(said(decide(twice)).contains("instance 0 is there twice"));
    // Without capacity it is no error, but nobody is sent there.
    let full = view(&[Some(contact(0.0, 0.0)), Some(contact(10.0, 0.0))], &[60.0]);
    let tables = decide(full).unwrap();
    let picks: Vec<_> =
        (0..64_u64).map(|n| tables[0].pick(SERVICE, n << 58, true).unwrap().instance).collect();
    assert!(picks.iter().all(|it| *it == CsciId(1)));
}

#[test]
fn what_is_sent_is_what_has_changed_enough_or_is_due() {
    let mut sender = Sender::new([Threshold { relative: 0.1, absolute: 1.0 }], Span::new(1_000));
    let told: Vec<bool> = [(0, 100.0), (100, 110.0), (200, 111.5), (300, 105.0), (1_300, 105.0)]
        .map(|(ms, figure)| sender.sends(at(ms), [figure]))
        .to_vec();
    assert_eq!(told, [true, false, true, false, true]);
}

#[test]
fn what_is_better_only_now_and_then_is_not_moved_to() {
    let rule = Hysteresis { margin: 0.1, hold: Span::new(1_000) };
    let mut since = Since::default();
    let flapping = (0..100).any(|n| {
        let best = if n % 2 == 0 { 0.5 } else { 1.5 };
        since.moves(&rule, at(500 * n), 1.0, best)
    });
    assert!(!flapping);
    assert!(!since.moves(&rule, at(60_000), 1.0, 0.95), "within the margin");
    assert!(!since.moves(&rule, at(61_000), 1.0, 0.5));
    assert!(since.moves(&rule, at(62_000), 1.0, 0.5), "has held");
    assert!(since.moves(&rule, at(62_001), f64::INFINITY, 9.0), "what is lost is left at once");
    assert!(!since.moves(&rule, at(90_000), f64::INFINITY, f64::NAN));
}

#[test]
fn a_way_is_kept_until_another_has_been_better_for_long_enough() {
    let (rule, mut selector) = (Policy::default().paths, Selector::default());
    let way = |path, delay_s| Way { path: PathId(path), delay_s };
    let mut choose = |ms, used: Option<f64>, best| {
        let like = |path: PathId| used.map(|delay_s| Way { path, delay_s });
        selector.way(&rule, at(ms), (0, CsciId(0)), like, best).map(|it| it.path.0)
    };
    assert_eq!(choose(0, None, Some(way(1, 0.010))), Some(1));
    assert_eq!(choose(100, Some(0.010), Some(way(2, 0.005))), Some(1));
    assert_eq!(choose(2_000, Some(0.010), Some(way(2, 0.0099))), Some(1), "not better by enough");
    assert_eq!(choose(2_100, Some(0.010), Some(way(2, 0.005))), Some(1), "begins anew");
    assert_eq!(choose(4_100, Some(0.010), Some(way(2, 0.005))), Some(2));
    assert_eq!(choose(4_200, None, Some(way(3, 0.020))), Some(3), "lost");
    assert_eq!(choose(4_300, None, None), None);
}

#[test]
fn a_link_that_fails_again_and_again_is_left_alone_for_a_while() {
    let (rule, mut flaps) = (Damping::default(), Flaps::default());
    for ms in [0, 1_000, 2_000] {
        assert!(!flaps.is_suppressed(&rule, at(ms)));
        flaps.fail(&rule, at(ms));
    }
    assert!(flaps.is_suppressed(&rule, at(3_000)));
    assert!(flaps.is_suppressed(&rule, at(10_000)), "above the limit of reuse");
    assert!(!flaps.is_suppressed(&rule, at(15_000)));
    (0..5_000).for_each(|_| flaps.fail(&rule, at(20_000)));
    assert!(flaps.is_suppressed(&rule, at(79_900)));
    assert!(!flaps.is_suppressed(&rule, at(80_100)), "never for longer than a minute");
}

#[test]
fn shares_move_to_the_shorter_queue_step_by_step_and_then_rest() {
    let (policy, mut selector) = (Policy::default(), Selector::default());
    let mut decide = |queue, n: i64| {
        selector.tables(&policy, &[two(queue)], (n as u64, at(250 * n))).unwrap();
        selector.moves()
    };
    let even = decide(0.0, 1);
    assert_eq!(
        (0..50).map(|n| decide(0.1 * f64::from(n % 2), 2 + i64::from(n))).last(),
        Some(even),
        "no flapping"
    );
    let step = (policy.step * SLOTS as f64) as u64 + 1;
    let first = decide(40.0, 100);
    assert!((1..=2 * step).contains(&(first.slots - even.slots)), "{first:?}");
    let later: Vec<u64> = (101..120).map(|n| decide(40.0, n).shares).collect();
    assert_eq!(later.first(), later.last(), "{later:?}");
}

#[test]
fn a_table_that_is_not_newer_is_refused() {
    let mut edge = edge(&two(0.0));
    edge.install(table(&two(0.0), 5), at(10)).unwrap();
    let refused = |edge: &mut Edge, generation| edge.install(table(&two(9.0), generation), at(20));
    assert_eq!(refused(&mut edge, 4), Err(Stale { came: 4, used: 5 }));
    assert_eq!(
        refused(&mut edge, 5).unwrap_err().to_string(),
        "a table of generation 5: generation 5 is in use"
    );
    assert_eq!(edge.table(), &table(&two(0.0), 5));
}

#[test]
fn an_edge_decides_by_its_last_table_and_says_when_that_is_too_old() {
    let mut view = two(0.0);
    view.ingresses[0].ways[0] = Some(Way { path: PathId(0), delay_s: 0.002 });
    let mut edge = edge(&view);
    let keep = Policy::default().keep.get() as i64;
    let mut picks = |from: u128, ms| -> (Vec<CsciId>, bool) {
        let steered: Vec<_> = (from..from + 200)
            .map(|n| edge.steer(&classifier(), &packet(n), at(ms)).unwrap())
            .collect();
        (steered.iter().map(|it| it.pick.instance).collect(), steered.iter().all(|it| it.is_fresh))
    };
    let (away, is_fresh) = picks(0, keep);
    assert!(is_fresh && away.contains(&CsciId(0)) && away.contains(&CsciId(1)));
    let (old, is_fresh) = picks(1_000, keep + 1);
    assert!(!is_fresh && old.iter().all(|it| *it == CsciId(1)), "new flows go to the nearest");
    assert_eq!(picks(0, keep + 2), (away, false), "flows that go on stay");
    let mut empty = Edge::new(Flows::new(8, 1), 7);
    assert!(!empty.is_fresh(at(0)));
    assert_eq!(empty.steer(&classifier(), &packet(0), at(0)), Err(Refusal::Unknown));
}

#[test]
fn a_flow_moves_only_when_its_instance_is_gone() {
    let mut edge = edge(&two(0.0));
    let first = edge.steer(&classifier(), &packet(1), at(0)).unwrap();
    assert_eq!(first.why, Why::New);
    let from = first.pick.instance;
    edge.leave_out(from);
    let second = edge.steer(&classifier(), &packet(1), at(1)).unwrap();
    assert_eq!(second.why, Why::Gone { from });
    assert_ne!(second.pick.instance, from);
    edge.install(table(&two(0.0), 2), at(2)).unwrap();
    let back = edge.steer(&classifier(), &packet(1), at(3)).unwrap();
    assert_eq!((back.why, back.pick), (Why::Stays, second.pick));
    edge.end(&packet(1));
    assert_eq!(edge.steer(&classifier(), &packet(1), at(4)).unwrap().why, Why::New);
    edge.leave_out(CsciId(0));
    edge.leave_out(CsciId(1));
    assert_eq!(edge.steer(&classifier(), &packet(9), at(5)), Err(Refusal::NoInstance));
}

#[test]
fn flows_beyond_the_room_follow_their_hash_and_silent_ones_make_room() {
    let mut edge = Edge::new(Flows::new(4, 1_000), 7);
    edge.install(table(&two(0.0), 1), at(0)).unwrap();
    let mut why = |n, ms| edge.steer(&classifier(), &packet(n), at(ms)).unwrap().why;
    assert!((0..4).all(|n| why(n, 0) == Why::New));
    assert_eq!([why(4, 1), why(4, 2), why(0, 3)], [Why::Unkept, Why::Unkept, Why::Stays]);
    assert_eq!([why(4, 1_002), why(0, 1_003), why(1, 1_003)], [Why::New, Why::Stays, Why::New]);
}

#[test]
fn slots_are_nobodys_without_shares_and_there_is_one_for_each_of_255_instances() {
    let owners = |shares: &[f64]| {
        let slots = Slots::default().follow(shares);
        (0..SLOTS as u64).filter_map(|slot| slots.owner(slot << 54)).collect::<Vec<_>>()
    };
    assert!(owners(&[0.0, 0.0]).is_empty());
    let mut all = owners(&[1.0 / 255.0; 255]);
    all.dedup();
    assert_eq!(all, (0..255).collect::<Vec<_>>());
}

#[test]
fn tables_are_sent_and_read_as_they_are() {
    let table = table(&view(&[Some(contact(1.0, 0.0)), None], &[1.0]), 3);
    let text = serde_json::to_string(&table).unwrap();
    assert_eq!(serde_json::from_str::<Table>(&text).unwrap(), table);
    let short = serde_json::from_str::<Slots>("[0,1]").unwrap_err();
    assert!(short.to_string().contains("2 slots: there are always 1024"));
}

fn rule(prefix: u128, length: u8) -> Rule {
    Rule { prefix, length, protocol: None, ports: None, service: CsId(u32::from(length)) }
}

#[test]
fn a_rule_that_is_none_is_refused() {
    let said = |rule| Classifier::new(vec![rule]).unwrap_err();
    assert_eq!(said(rule(0, 129)), RuleError::Length { at: 0, length: 129 });
    assert_eq!(said(rule(3, 127)), RuleError::Beyond { at: 0, length: 127, right: 2 });
    let ports = Rule { ports: Some(std::ops::RangeInclusive::new(9, 8)), ..rule(0, 0) };
    assert_eq!(said(ports), RuleError::Ports { at: 0, from: 9, to: 8 });
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let ports =
        proptest::option::of((0..4_u16, 0..4_u16).prop_map(|(from, more)| from..=from + more));
    let protocol = proptest::option::of(6..8_u8);
    (0..16_u128, 124..=128_u8, protocol, ports, 0..9_u32).prop_map(
        |(prefix, length, protocol, ports, id)| {
            let bits = 128 - u32::from(length);
            Rule { prefix: prefix >> bits << bits, length, protocol, ports, service: CsId(id) }
        },
    )
}

proptest! {
    #[test]
    fn a_packet_is_of_the_rule_that_says_most(
        rules in proptest::collection::vec(any_rule(), 0..12), target in 0..20_u128, port in 0..9_u16, protocol in 5..9_u8,
    ) {
        let packet = Tuple { source: 0, target, source_port: 0, target_port: port, protocol };
        let takes = |it: &&Rule| {
            let bits = 128 - u32::from(it.length);
            target >> bits == it.prefix >> bits
                && it.protocol.is_none_or(|it| it == protocol)
                && it.ports.as_ref().is_none_or(|it| it.contains(&port))
        };
        let says = |it: &&Rule| (it.length, it.ports.is_some(), it.protocol.is_some());
        // Of equals `max_by_key` takes the last, so the first given comes last here.
        let expected = rules.iter().rev().filter(takes).max_by_key(says).map(|it| it.service);
        prop_assert_eq!(Classifier::new(rules.clone()).unwrap().service(&packet), expected);
    }

    #[test]
    fn one_change_moves_no_more_than_a_step_and_shares_stay_whole(
        queues in proptest::collection::vec(0.0..500.0_f64, 2..6),
        arrivals in proptest::collection::vec(0.0..200.0_f64, 1..5),
        before in proptest::collection::vec(0.01..1.0_f64, 6),
        step in 0.05..1.0_f64,
    ) {
        let contacts: Vec<_> = queues.iter().map(|queue| Some(contact(10.0, *queue))).collect();
        let sum: f64 = before[..queues.len()].iter().sum();
        let row: Vec<f64> = before[..queues.len()].iter().map(|it| it / sum).collect();
        let before = Shares { rows: vec![row.clone(); arrivals.len()] };
        for after in shares(&view(&contacts, &arrivals), &before, 0.5, step).rows {
            let moved: f64 = after.iter().zip(&row).map(|(a, b)| (a - b).max(0.0)).sum();
            prop_assert!(moved <= step + 1e-9, "{moved}");
            prop_assert!((after.iter().sum::<f64>() - 1.0).abs() < 1e-9 && after.iter().all(|it| *it >= 0.0));
        }
    }

    #[test]
    fn slots_follow_shares_and_move_as_few_as_can_be(
        parts in proptest::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 2..9),
    ) {
        let scaled = |of: fn(&(f64, f64)) -> f64| -> Vec<f64> {
            let sum: f64 = parts.iter().map(of).sum::<f64>().max(1e-9);
            parts.iter().map(|it| of(it) / sum).collect()
        };
        let (first, second) = (scaled(|it| it.0), scaled(|it| it.1));
        let before = Slots::default().follow(&first);
        let after = before.follow(&second);
        let count = |slots: &Slots, of: usize| {
            (0..SLOTS as u64).filter(|slot| slots.owner(slot << 54) == Some(of)).count()
        };
        let mut least = 0;
        for (at, share) in second.iter().enumerate() {
            prop_assert!((count(&after, at) as f64 - share * SLOTS as f64).abs() <= 1.0);
            least += count(&after, at).saturating_sub(count(&before, at));
        }
        prop_assert_eq!(before.moved(&after), least);
    }

    #[test]
    fn a_flow_stays_whatever_new_tables_say(queues in proptest::collection::vec(0.0..300.0_f64, 1..20), flow in any::<u64>()) {
        let (policy, mut selector) = (Policy::default(), Selector::default());
        let mut edge = edge(&two(0.0));
        let (classifier, packet) = (classifier(), packet(u128::from(flow)));
        let first = edge.steer(&classifier, &packet, at(0)).unwrap();
        for (n, queue) in (2..).zip(queues) {
            let now = at(250 * n as i64);
            let tables = selector.tables(&policy, &[two(queue)], (n, now)).unwrap();
            edge.install(tables[0].clone(), now).unwrap();
            let again = edge.steer(&classifier, &packet, now).unwrap();
            prop_assert_eq!((again.pick, again.why), (first.pick, Why::Stays));
        }
    }
}
