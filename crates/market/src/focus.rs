//! Charges as rows of FOCUS 1.2, the FinOps Open Cost and Usage Specification (<https://focus.finops.org>).
//!
//! All mandatory columns, those of the recommended and conditional ones that mean something here, and four of our own,
//! which begin with `x_`. Dates are UTC, null is an empty cell. Where nothing is discounted or amortised, billed,
//! contracted, effective and list cost are one.

use api::{ChargeRecord, Invoice};
use model::{Charge, LineKind, Name};
use units::{Money, Month, Time, decimal};

use crate::{
    invoice::{included, invoice_id},
    usage::metered,
};

/// Who bills.
const ISSUER: &str = "Jingwei";
const CURRENCY: &str = "CNY";
/// Decimal places of quantities and of unit prices.
const PLACES: u32 = 12;

/// The names of the columns, in the order of [`Row::cells`].
pub const COLUMNS: [&str; 44] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
    "x_ChargeNumber",
    "x_Price",
    "x_Quantity",
];

/// What is said of a charge beside what it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Whose the project is.
    pub organization: String,
    /// Where what is charged is; a link is nowhere.
    pub region: Option<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row([String; 44]);

impl Row {
    /// A charge, without the tax that it includes, and that tax. The costs of both sum to the charge.
    #[must_use]
    pub fn all(record: &ChargeRecord, context: &Context) -> Vec<Self> {
        let charge = &record.charge;
        let tax = included(charge.line.amount, charge.tax);
        let net = charge.line.amount.saturating_sub(tax);
        let mut rows = vec![Self::of(record, net, context)];
        if !tax.is_zero() {
            rows.push(Self::of_tax(record, tax, context));
        }
        rows
    }

    fn of_tax(record: &ChargeRecord, tax: Money, context: &Context) -> Self {
        let mut row = Self::of(record, tax, context);
        let (charge, line) = (&record.charge, &record.charge.line);
        let text = format!(
            "Tax of {}, included in {} of {} for {}",
            charge.tax, line.kind, line.what, charge.job
        );
        row.set("ChargeCategory", "Tax");
        row.set("ChargeDescription", text);
        // FOCUS wants these to be null in rows of tax.
        for column in [
            "ConsumedQuantity",
            "ConsumedUnit",
            "ContractedUnitPrice",
            "ListUnitPrice",
            "PricingCategory",
            "PricingQuantity",
            "PricingUnit",
            "SkuId",
            "SkuMeter",
            "SkuPriceId",
        ] {
            row.set(column, "");
        }
        row
    }

    fn of(record: &ChargeRecord, cost: Money, context: &Context) -> Self {
        let charge = &record.charge;
        let line = &charge.line;
        let sku = format!("{}/{}", line.kind, line.what);
        let (category, subcategory) = category(line.kind);
        let usage = Used::of(charge, cost);
        let of_used = |say: fn(&Used) -> String| usage.as_ref().map(say).unwrap_or_default();
        let (quantity, unit) = (of_used(Used::quantity), of_used(|it| it.unit.to_owned()));
        let unit_price = of_used(Used::price);
        let region = context.region.clone().unwrap_or_default();
        let mut row = Self::cost(&charge.project, record.charged, cost, context);
        row.set("ChargeCategory", "Usage");
        let about = format!("{} of {} for {}", line.kind, line.what, charge.job);
        row.set(
            "ChargeDescription",
            match charge.corrects {
                Some(dispute) => format!("{about}, given back after dispute {dispute}"),
                None => about,
            },
        );
        row.set("ChargeClass", if charge.corrects.is_some() { "Correction" } else { "" });
        row.set("ChargeFrequency", "Usage-Based");
        row.set("ChargePeriodStart", second(charge.start.as_millis().div_euclid(1000)));
        row.set("ChargePeriodEnd", second(end(charge)));
        row.set("ConsumedQuantity", quantity.clone());
        row.set("ConsumedUnit", unit.clone());
        row.set("ContractedUnitPrice", unit_price.clone());
        row.set("ListUnitPrice", unit_price);
        row.set("PricingCategory", if usage.is_some() { "Standard" } else { "" });
        row.set("PricingQuantity", quantity);
        row.set("PricingUnit", unit);
        let owner = line.provider.as_ref().map_or(ISSUER, Name::as_str);
        row.set("ProviderName", owner);
        row.set("PublisherName", owner);
        row.set("RegionId", region.clone());
        row.set("RegionName", region);
        row.set("ResourceId", charge.job.to_string());
        row.set("ResourceName", charge.job.name.as_str());
        row.set("ResourceType", "Job");
        row.set("ServiceCategory", category);
        row.set("ServiceName", line.kind.as_str());
        row.set("ServiceSubcategory", subcategory);
        row.set("SkuMeter", line.kind.as_str());
        row.set("SkuPriceId", format!("{sku}@{}", line.price));
        row.set("SkuId", sku);
        row.set("x_ChargeNumber", record.number.to_string());
        row.set("x_Price", line.price.as_str());
        row.set("x_Quantity", line.quantity.as_str());
        row
    }

    /// What rounding has added to an invoice: with it the billed costs of the invoice sum to its total. None if
    /// nothing.
    #[must_use]
    pub fn of_rounding(invoice: &Invoice) -> Option<Self> {
        if invoice.rounding == Money::ZERO {
            return None;
        }
        let context = Context { organization: invoice.organization.to_string(), region: None };
        let mut row = Self::cost(&invoice.project, invoice.from, invoice.rounding, &context);
        row.set("ChargeCategory", "Adjustment");
        row.set("ChargeDescription", "Each line of the invoice rounded to a hundredth");
        row.set("ChargeFrequency", "One-Time");
        row.set("ChargePeriodStart", second(invoice.from.as_millis() / 1000));
        row.set("ChargePeriodEnd", second(invoice.to.as_millis() / 1000));
        row.set("ProviderName", ISSUER);
        row.set("PublisherName", ISSUER);
        row.set("ServiceCategory", "Other");
        row.set("ServiceName", "rounding");
        row.set("ServiceSubcategory", "Other (Other)");
        Some(row)
    }

    /// Who owes how much, on which invoice.
    fn cost(project: &Name, charged: Time, amount: Money, context: &Context) -> Self {
        let month = Month::of(charged);
        let (from, to) = month.range();
        let cost = decimal(i128::from(amount.get()), 9);
        let mut row = Self(std::array::from_fn(|_| String::new()));
        for column in ["BilledCost", "ContractedCost", "EffectiveCost", "ListCost"] {
            row.set(column, cost.clone());
        }
        row.set("BillingAccountId", context.organization.as_str());
        row.set("BillingAccountName", context.organization.as_str());
        row.set("BillingAccountType", "Organization");
        row.set("BillingCurrency", CURRENCY);
        row.set("BillingPeriodStart", second(from.as_millis() / 1000));
        row.set("BillingPeriodEnd", second(to.as_millis() / 1000));
        row.set("InvoiceId", invoice_id(project, month));
        row.set("InvoiceIssuerName", ISSUER);
        row.set("SubAccountId", project.as_str());
        row.set("SubAccountName", project.as_str());
        row.set("SubAccountType", "Project");
        row
    }

    fn set(&mut self, column: &str, value: impl Into<String>) {
        let cell = self.0.iter_mut().zip(COLUMNS).find(|(_, name)| *name == column);
        debug_assert!(cell.is_some(), "there is no column {column}");
        if let Some((cell, _)) = cell {
            *cell = value.into();
        }
    }

    /// In the order of [`COLUMNS`].
    #[must_use]
    pub const fn cells(&self) -> &[String; 44] {
        &self.0
    }
}

/// The end is exclusive and in whole seconds, so that no use is of no time.
fn end(charge: &Charge) -> i64 {
    let begun = charge.start.as_millis().div_euclid(1000);
    charge.end.as_millis().saturating_add(999).div_euclid(1000).max(begun.saturating_add(1))
}

/// As FOCUS writes times: "2026-03-01T08:00:00Z".
fn second(second: i64) -> String {
    Time::from_millis(second.saturating_mul(1000)).to_string()
}

const fn category(kind: LineKind) -> (&'static str, &'static str) {
    match kind {
        LineKind::Compute => ("Compute", "Other (Compute)"),
        LineKind::Link | LineKind::Transfer => ("Networking", "Other (Networking)"),
        LineKind::Data => ("Storage", "Other (Storage)"),
        LineKind::Electricity | LineKind::Carbon | LineKind::Waiting => ("Other", "Other (Other)"),
    }
}

/// How much was used, and what for.
struct Used {
    /// In parts of 10^-[`PLACES`].
    quantity: i128,
    unit: &'static str,
    amount: Money,
}

impl Used {
    /// From the words of the line, "16 unit x 2h" or "3.2 kWh"; they have as many digits as people are shown.
    fn of(charge: &Charge, amount: Money) -> Option<Self> {
        let (base, unit) = match charge.line.kind {
            LineKind::Compute => (3_600_000, "Unit-Hours"),
            LineKind::Electricity => (3_600_000_000, "kWh"),
            LineKind::Carbon => (1_000_000_000, "kgCO2"),
            LineKind::Link | LineKind::Transfer | LineKind::Data => (1_000_000_000, "GB"),
            LineKind::Waiting => return None,
        };
        let metered = i128::from(metered(&charge.line)?);
        let quantity = if charge.corrects.is_some() { -metered } else { metered };
        let quantity = quantity.checked_mul(10_i128.pow(PLACES))? / base;
        Some(Self { quantity, unit, amount })
    }

    fn quantity(&self) -> String {
        decimal(self.quantity, PLACES)
    }

    /// The cost of one unit, so that it and the quantity make the cost; empty where nothing was used.
    fn price(&self) -> String {
        let nanos = i128::from(self.amount.get());
        // 10^12 of the quantity, 10^3 from nano to pico.
        let price = nanos.checked_mul(10_i128.pow(PLACES) * 1000).filter(|_| self.quantity != 0);
        price.map(|it| decimal(it / self.quantity, PLACES)).unwrap_or_default()
    }
}
