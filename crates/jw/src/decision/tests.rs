use expect_test::expect;
use model::{Alternative, Refusal, Rule};

use super::*;
use crate::{
    args::Format,
    output::{Output, Values},
};

fn candidate(site: &str, start: &str, lines: &[(LineKind, &str)]) -> Candidate {
    let lines: Vec<(LineKind, Money)> =
        lines.iter().map(|(kind, text)| (*kind, text.parse().unwrap())).collect();
    let billed = lines.iter().filter(|(kind, _)| kind.is_billed());
    let sum = |lines: &mut dyn Iterator<Item = &(LineKind, Money)>| {
        lines.fold(Money::ZERO, |sum, (_, amount)| sum.saturating_add(*amount))
    };
    Candidate {
        site: site.parse().unwrap(),
        pool: Some(format!("{site}-cpu").parse().unwrap()),
        start: Some(start.parse().unwrap()),
        total: Some(sum(&mut billed.into_iter())),
        score: Some(sum(&mut lines.iter())),
        lines,
        refused: None,
    }
}

fn refused(site: &str, rule: Rule, detail: &str) -> Candidate {
    Candidate {
        site: site.parse().unwrap(),
        pool: None,
        start: None,
        total: None,
        score: None,
        lines: Vec::new(),
        refused: Some(Refusal::new(rule, detail)),
    }
}

fn hop(from: &str, to: &str, links: &[&str], bandwidth: &str) -> PathChoice {
    PathChoice {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        links: links.iter().map(|link| link.parse().unwrap()).collect(),
        delay: "4.2ms".parse().unwrap(),
        jitter: "100us".parse().unwrap(),
        bandwidth: bandwidth.parse().unwrap(),
    }
}

pub(crate) fn sample() -> Decision {
    use LineKind::{Carbon, Compute, Data, Electricity, Link, Transfer as Moved, Waiting};
    let line =
        |kind, what: &str, provider: Option<&str>, quantity: &str, price: &str, amount: &str| {
            PriceLine {
                kind,
                what: what.parse().unwrap(),
                provider: provider.map(|name| name.parse().unwrap()),
                quantity: quantity.into(),
                price: price.into(),
                amount: amount.parse().unwrap(),
            }
        };
    let here = candidate(
        "horinger",
        "2026-03-01T04:05:00Z",
        &[
            (Compute, "12CNY"),
            (Electricity, "0.912345CNY"),
            (Carbon, "0.0431CNY"),
            (Link, "1.25CNY"),
            (Moved, "2.4CNY"),
            (Waiting, "0.05CNY"),
        ],
    );
    let there = candidate(
        "zhongwei",
        "2026-03-01T04:00:00Z",
        &[
            (Compute, "12CNY"),
            (Electricity, "1.5CNY"),
            (Carbon, "0.021CNY"),
            (Link, "3.75CNY"),
            (Data, "0.5CNY"),
        ],
    );
    Decision {
        site: "horinger".parse().unwrap(),
        pool: "horinger-cpu".parse().unwrap(),
        flavor: "cpu-small".parse().unwrap(),
        units_per_task: 2,
        units: 8,
        staging_start: "2026-03-01T04:00:10Z".parse().unwrap(),
        start: "2026-03-01T04:05:00Z".parse().unwrap(),
        run_time: "2h".parse().unwrap(),
        run_time_from: None,
        cleared: None,
        end: "2026-03-01T06:05:00Z".parse().unwrap(),
        intervals: Vec::new(),
        unpaused: None,
        delivered: "2026-03-01T06:06:30Z".parse().unwrap(),
        path: Some(hop("beijing", "horinger", &["bj-zjk", "zjk-hlg"], "1Gbit/s")),
        transfers: vec![Transfer {
            dataset: Some("weather".parse().unwrap()),
            size: "120GB".parse().unwrap(),
            path: hop("gui-an", "horinger", &["ga-hlg"], "4Gbit/s"),
            start: "2026-03-01T04:00:10Z".parse().unwrap(),
            span: "4m".parse().unwrap(),
        }],
        lines: vec![
            line(Compute, "horinger-cpu", Some("hub-nm"), "8 unit x 2h", "0.75CNY/h", "12CNY"),
            line(
                Electricity,
                "horinger",
                Some("hub-nm"),
                "3.2kWh",
                "0.28511CNY/kWh",
                "0.912345CNY",
            ),
            line(Carbon, "horinger", None, "1.92kgCO2", "90CNY/t", "0.0431CNY"),
            line(Link, "bj-zjk", Some("backbone"), "900GB", "0.00139CNY/GB", "1.25CNY"),
            line(Moved, "ga-hlg", Some("backbone"), "120GB", "0.02CNY/GB", "2.4CNY"),
            line(Waiting, "horinger", None, "5m", "0.6CNY/h", "0.05CNY"),
        ],
        total: here.total.unwrap(),
        score: here.score.unwrap(),
        bound: Some("16.55CNY".parse().unwrap()),
        energy: "3.2kWh".parse().unwrap(),
        carbon: "1.92kgCO2".parse().unwrap(),
        candidates: vec![
            here,
            there,
            refused("gui-an", Rule::Latency, "28.4ms to beijing, the order allows 20ms"),
            refused("shaoguan", Rule::Offline, "no agent reports"),
        ],
        more_candidates: 3,
    }
}

fn shown(format: Format, page: Page) -> String {
    let clock = Clock::fixed("2026-03-01T04:00:00Z", 8);
    Output::plain(format, clock).render(Values::One(&()), |_| page).unwrap()
}

fn explained() -> Page {
    explain_page(
        &sample(),
        "2026-03-01T04:00:00Z".parse().unwrap(),
        &Clock::fixed("2026-03-01T04:00:00Z", 8),
    )
}

#[test]
fn a_decision_explains_itself() {
    expect![[r#"
           SITE      POOL          START     WAIT  COMPUTE  ELECTRICITY  CARBON  LINKS  DATA      TOTAL  REFUSED BY  WHY
        *  horinger  horinger-cpu  12:05:00    5m       12       0.9123  0.0431   3.65   0    16.61 CNY
           zhongwei  zhongwei-cpu  12:00:00    0s       12       1.5     0.021    3.75   0.5  17.77 CNY
           gui-an    -             -            -        -       -       -        -      -     -         latency     28.4ms to beijing, the order allows 20ms
           shaoguan  -             -            -        -       -       -        -      -     -         offline     no agent reports

        and 3 more sites, none better

        Decision
        place:         horinger / horinger-cpu
        units:         8 of cpu-small, 2 a task
        data moves:    12:00:10 (+10s)
        start:         12:05:00 (+5m)
        run time:      2h
        end:           14:05:00 (+2h 5m)
        result there:  14:06:30 (+2h 6m)
        path:          beijing -> horinger by bj-zjk, zjk-hlg (4.2 ms, jitter 100 us, holds 1 Gbit/s)
        energy:        3.2 kWh
        carbon:        1.92 kgCO2
        proof:         at most 0.7 % above the cheapest possible

        Data that moves
        WHAT       SIZE  START     TAKES  PATH
        weather  120 GB  12:00:10     4m  gui-an -> horinger by ga-hlg (4.2 ms, jitter 100 us, holds 4 Gbit/s)

        Price
        LINE         WHAT             QUANTITY           PRICE       AMOUNT  PAID TO
        compute      horinger-cpu  8 unit x 2h       0.75CNY/h  12 CNY       hub-nm
        electricity  horinger           3.2kWh  0.28511CNY/kWh   0.9123 CNY  hub-nm
        carbon       horinger        1.92kgCO2         90CNY/t   0.0431 CNY  -
        link         bj-zjk              900GB   0.00139CNY/GB   1.25 CNY    backbone
        transfer     ga-hlg              120GB      0.02CNY/GB   2.4 CNY     backbone
        waiting      horinger               5m        0.6CNY/h   0.05 CNY    (not billed)
        total                                                   16.61 CNY

        Why here
        horinger comes to 1.116 CNY less than zhongwei, the next best, as the order weighs it.
        LINE            HERE  NEXT BEST  DIFFERENCE
        compute      12          12          0
        electricity   0.9123      1.5       -0.5877
        carbon        0.0431      0.021     +0.0221
        links         3.65        3.75      -0.1
        data          0           0.5       -0.5
        waiting       0.05        0         +0.05
        total        16.61       17.77      -1.166
        weighed      16.66       17.77      -1.116
    "#]].assert_eq(&shown(Format::Table, explained()));
}

#[test]
fn candidates_are_exact_in_csv() {
    expect![[r#"
        chosen,site,pool,start,wait,compute,electricity,carbon,links,data,waiting,total,score,refused_by,why
        true,horinger,horinger-cpu,2026-03-01T04:05:00Z,5m,12CNY,0.912345CNY,0.0431CNY,3.65CNY,0CNY,0.05CNY,16.605445CNY,16.655445CNY,,
        false,zhongwei,zhongwei-cpu,2026-03-01T04:00:00Z,0ms,12CNY,1.5CNY,0.021CNY,3.75CNY,0.5CNY,0CNY,17.771CNY,17.771CNY,,
        false,gui-an,,,,,,,,,,,,latency,"28.4ms to beijing, the order allows 20ms"
        false,shaoguan,,,,,,,,,,,,offline,no agent reports
    "#]].assert_eq(&shown(Format::Csv, explained()));
    assert_eq!(shown(Format::Name, explained()), "horinger\nzhongwei\ngui-an\nshaoguan\n");
}

#[test]
fn a_lone_site_needs_no_comparison() {
    let mut decision = sample();
    decision.candidates.remove(1);
    let Page(sections) =
        explain_page(&decision, decision.start, &Clock::fixed("2026-03-01T04:00:00Z", 8));
    let Some(Section::Text { lines, .. }) = sections.last() else {
        panic!("the reason comes last")
    };
    assert_eq!(lines, &["horinger is the only site that can take it."]);
}

#[test]
fn a_plan_that_fails_names_the_way_out() {
    let outcome = Outcome::Unplaced {
        candidates: vec![refused("wuhu", Rule::Budget, "costs 12.4CNY, the budget is 10CNY")],
        nearest: Some(Alternative {
            field: "spec.budget".into(),
            value: "12.4CNY".into(),
            site: "wuhu".parse().unwrap(),
            start: "2026-03-01T04:00:00Z".parse().unwrap(),
            delivered: "2026-03-02T04:00:00Z".parse().unwrap(),
            total: "12.4CNY".parse().unwrap(),
        }),
    };
    let clock = Clock::fixed("2026-03-01T04:00:00Z", 8);
    expect![[r#"
        SITE  POOL  RULE    WHY
        wuhu  -     budget  costs 12.4CNY, the budget is 10CNY

        nearest that would do: set spec.budget to 12.4CNY (wuhu, start 12:00:00, done 2026-03-02 12:00, 12.4 CNY)
    "#]]
        .assert_eq(&shown(Format::Table, outcome_page(&outcome, clock.now, &clock)));
}

#[test]
fn pauses_are_told_with_what_they_save() {
    let at = |text: &str| text.parse().unwrap();
    let interval = |start, end| model::Interval { start: at(start), end: at(end) };
    let mut paused = sample();
    paused.intervals = vec![
        interval("2026-03-01T04:05:00Z", "2026-03-01T05:05:00Z"),
        interval("2026-03-01T08:00:00Z", "2026-03-01T09:01:00Z"),
    ];
    paused.unpaused = Some(model::Unpaused {
        site: "zhongwei".parse().unwrap(),
        start: at("2026-03-01T04:00:00Z"),
        end: at("2026-03-01T06:00:00Z"),
        total: "18CNY".parse().unwrap(),
        score: "18CNY".parse().unwrap(),
        carbon: "2.5kgCO2".parse().unwrap(),
    });
    let clock = Clock::fixed("2026-03-01T04:00:00Z", 8);
    let text = shown(
        Format::Table,
        Page(vec![intervals(&paused.intervals, &clock), pauses(&paused, &clock)]),
    );
    for part in ["PAUSED BEFORE", "2h 55m", "1h 1m", " and 580 gCO2, beside", "at zhongwei from"] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    paused.unpaused = None;
    let text = shown(Format::Table, Page(vec![pauses(&paused, &clock)]));
    assert_eq!(text.trim(), "Without pauses it would have no place.");
}
