use model::LineKind;
use proptest::prelude::*;

use super::*;

fn line(kind: LineKind, provider: Option<u8>, amount: i64) -> PriceLine {
    PriceLine {
        kind,
        what: "thing".parse().unwrap(),
        provider: provider.map(|at| format!("o{at}").parse().unwrap()),
        quantity: "1".into(),
        price: "1".into(),
        amount: Money::new(amount),
    }
}

fn billed_lines(charges: &[Charge]) -> Vec<PriceLine> {
    charges.iter().map(|it| it.line.clone()).collect()
}

proptest! {
    #[test]
    fn shares_sum_to_what_is_charged(lines in prop::collection::vec((any::<bool>(), prop::option::of(0u8..4), 0i64..1 << 40), 0..40)) {
        let lines: Vec<PriceLine> = lines
            .into_iter()
            .map(|(waits, provider, amount)| line(if waits { LineKind::Waiting } else { LineKind::Link }, provider, amount))
            .collect();
        let charged = charges(&"p.j".parse().unwrap(), &lines, Time::MIN, Time::MAX);
        let billed: i64 = lines.iter().filter(|line| line.kind != LineKind::Waiting).map(|line| line.amount.get()).sum();
        let shared: i64 = shares(&billed_lines(&charged)).values().map(|share| share.get()).sum();
        prop_assert_eq!(billed, shared);
        prop_assert!(charged.iter().all(|charge| charge.line.kind.is_billed()));
    }
}
