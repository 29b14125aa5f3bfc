use model::LineKind;
use proptest::prelude::*;

use api::ChargeRecord;
use expect_test::expect;
use units::Month;

use super::{
    focus::{COLUMNS, Context, Row},
    *,
};

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
        let charged = charges((&"p.j".parse().unwrap(), 1), &lines, (Time::MIN, Time::MAX), None);
        let billed: i64 = lines.iter().filter(|line| line.kind != LineKind::Waiting).map(|line| line.amount.get()).sum();
        let shared: i64 = shares(&billed_lines(&charged)).values().map(|share| share.get()).sum();
        prop_assert_eq!(billed, shared);
        prop_assert!(charged.iter().all(|charge| charge.line.kind.is_billed()));
    }
}

fn record(kind: LineKind, quantity: &str, amount: i64) -> ChargeRecord {
    let charge = Charge {
        job: "p.j".parse().unwrap(),
        project: "p".parse().unwrap(),
        line: PriceLine {
            quantity: quantity.into(),
            price: "0.5CNY/h".into(),
            ..line(kind, Some(1), amount)
        },
        start: "2026-02-28T23:59:59.5Z".parse().unwrap(),
        end: "2026-02-28T23:59:59.9Z".parse().unwrap(),
        attempt: 1,
        metered: None,
        booked: None,
        tax: Share::ZERO,
        corrects: None,
    };
    ChargeRecord { number: 7, charged: "2026-03-01T00:00:00.1Z".parse().unwrap(), charge }
}

#[test]
fn a_charge_as_focus_has_it() {
    let context = Context { organization: "lab".into(), region: Some("west".into()) };
    let rows = Row::all(&record(LineKind::Compute, "16 unit x 90min", 12_000_000_001), &context);
    assert_eq!(rows.len(), 1, "there is no tax");
    let row = &rows[0];
    let cells = COLUMNS.iter().zip(row.cells()).filter(|(_, cell)| !cell.is_empty());
    let said: Vec<_> = cells.map(|(name, cell)| format!("{name}: {cell}")).collect();
    expect![[r#"
        BilledCost: 12.000000001
        BillingAccountId: lab
        BillingAccountName: lab
        BillingAccountType: Organization
        BillingCurrency: CNY
        BillingPeriodEnd: 2026-04-01T00:00:00Z
        BillingPeriodStart: 2026-03-01T00:00:00Z
        ChargeCategory: Usage
        ChargeDescription: compute of thing for p.j
        ChargeFrequency: Usage-Based
        ChargePeriodEnd: 2026-03-01T00:00:00Z
        ChargePeriodStart: 2026-02-28T23:59:59Z
        ConsumedQuantity: 24
        ConsumedUnit: Unit-Hours
        ContractedCost: 12.000000001
        ContractedUnitPrice: 0.500000000041
        EffectiveCost: 12.000000001
        InvoiceId: p-2026-03
        InvoiceIssuerName: Jingwei
        ListCost: 12.000000001
        ListUnitPrice: 0.500000000041
        PricingCategory: Standard
        PricingQuantity: 24
        PricingUnit: Unit-Hours
        ProviderName: o1
        PublisherName: o1
        RegionId: west
        RegionName: west
        ResourceId: p.j
        ResourceName: j
        ResourceType: Job
        ServiceCategory: Compute
        ServiceName: compute
        ServiceSubcategory: Other (Compute)
        SkuId: compute/thing
        SkuMeter: compute
        SkuPriceId: compute/thing@0.5CNY/h
        SubAccountId: p
        SubAccountName: p
        SubAccountType: Project
        x_ChargeNumber: 7
        x_Price: 0.5CNY/h
        x_Quantity: 16 unit x 90min"#]]
    .assert_eq(&said.join("\n"));
}

#[test]
fn quantities_are_in_the_units_of_their_kind() {
    let used = |kind, quantity: &str| {
        let row = Row::all(&record(kind, quantity, 1_000_000_000), &Context::default()).remove(0);
        let of = |column| &row.cells()[COLUMNS.iter().position(|it| *it == column).unwrap()];
        format!("{} {} at {}", of("PricingQuantity"), of("PricingUnit"), of("ListUnitPrice"))
    };
    let said = [
        used(LineKind::Electricity, "3.2 kWh"),
        used(LineKind::Electricity, "18 J"),
        used(LineKind::Carbon, "2.386 mgCO2"),
        used(LineKind::Transfer, "120GB"),
        used(LineKind::Compute, "3 unit x 1s"),
        used(LineKind::Data, "0B"),
        used(LineKind::Data, "plenty"),
    ];
    expect![[r#"
        3.2 kWh at 0.3125
        0.000005 kWh at 200000
        0.000002386 kgCO2 at 419111.483654652137
        120 GB at 0.008333333333
        0.000833333333 Unit-Hours at 1200.00000048
        0 GB at 
          at "#]]
    .assert_eq(&said.join("\n"));
}

proptest! {
    #[test]
    fn an_invoice_and_its_rounding_sum_to_what_is_paid(amounts in prop::collection::vec(-(1i64 << 50)..1 << 50, 0..20), rate in 0_u64..=1_000_000) {
        let row = |(at, amount): (usize, &i64)| Billed {
            provider: (at > 0).then(|| format!("o{at}").parse().unwrap()),
            kind: LineKind::Compute,
            tax: Share::new(rate),
            amount: Money::new(*amount),
        };
        let rows: Vec<Billed> = amounts.iter().enumerate().map(row).collect();
        let month: Month = "2026-03".parse().unwrap();
        let names = ("p".parse().unwrap(), "o".parse().unwrap());
        let made = invoice((&names.0, &names.1), month, &rows, month.range().1).unwrap();
        prop_assert!(made.is_final && made.id == "p-2026-03");
        prop_assert_eq!(made.exact.get(), amounts.iter().sum::<i64>());
        prop_assert_eq!(made.exact.get() + made.rounding.get(), made.total.get());
        for line in &made.lines {
            prop_assert_eq!(line.amount.get() % STEP.get(), 0);
            prop_assert!((line.amount.get() - line.exact.get()).abs() * 2 <= STEP.get());
        }
        prop_assert_eq!(made.tax.get(), made.lines.iter().map(|it| it.tax.get()).sum::<i64>());
        for (at, line) in made.lines.iter().enumerate() {
            prop_assert_eq!(line.tax.get() % STEP.get(), 0);
            prop_assert!(line.tax.get().abs() <= line.amount.get().abs());
            // As rows of FOCUS its charges come to the same, with and without tax.
            let mut one = record(LineKind::Compute, "1 unit x 1h", amounts[at]);
            one.charge.tax = Share::new(rate);
            let rows = Row::all(&one, &Context::default());
            let cost = |row: &Row| format!("{}CNY", row.cells()[0]).parse::<Money>().unwrap().get();
            prop_assert_eq!(rows.iter().map(cost).sum::<i64>(), amounts[at]);
        }
        prop_assert_eq!(Row::of_rounding(&made).is_none(), made.rounding == Money::ZERO);
    }
}

#[test]
fn tax_and_what_is_given_back_are_rows_of_their_own() {
    let mut it = record(LineKind::Electricity, "3.2 kWh", 1_060_000_000);
    it.charge.tax = "6%".parse().unwrap();
    let said = |it: &ChargeRecord| -> Vec<String> {
        let rows = Row::all(it, &Context::default());
        let cell = |row: &Row, name: &str| {
            let at = COLUMNS.iter().position(|it| *it == name).unwrap();
            row.cells()[at].clone()
        };
        let columns = ["ChargeCategory", "ChargeClass", "BilledCost", "ConsumedQuantity", "SkuId"];
        rows.iter().map(|row| columns.map(|it| cell(row, it)).join(" | ")).collect()
    };
    assert_eq!(
        said(&it),
        ["Usage |  | 1 | 3.2 | electricity/thing", "Tax |  | 0.06 |  | "].map(str::to_owned)
    );
    it.charge.corrects = Some(7);
    it.charge.line.amount = Money::new(-530_000_000);
    assert_eq!(
        said(&it),
        ["Usage | Correction | -0.5 | -3.2 | electricity/thing", "Tax | Correction | -0.03 |  | "]
            .map(str::to_owned)
    );
}
