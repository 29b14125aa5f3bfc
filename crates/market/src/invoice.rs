//! Invoices: what was charged in a month, rounded once.

use api::{Invoice, InvoiceLine};
use model::{LineKind, Name};
use units::{Money, Month, Share, Time};

/// What lines of an invoice are rounded to: a hundredth of the currency, a fen.
pub const STEP: Money = Money::new(10_000_000);

/// What was charged of one kind, paid to one owner, at one rate of tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billed {
    pub provider: Option<Name>,
    pub kind: LineKind,
    /// The tax that the amount includes.
    pub tax: Share,
    pub amount: Money,
}

/// The invoice of a project for a month. `rows` has what was charged in that month. `None` where a sum is beyond what
/// money can be.
#[must_use]
pub fn invoice(
    (project, organization): (&Name, &Name),
    month: Month,
    rows: &[Billed],
    now: Time,
) -> Option<Invoice> {
    let lines: Vec<InvoiceLine> = rows.iter().map(line).collect();
    let sum = |of: fn(&InvoiceLine) -> Money| {
        lines.iter().try_fold(Money::ZERO, |sum, line| sum.checked_add(of(line)))
    };
    let (exact, total) = (sum(|line| line.exact)?, sum(|line| line.amount)?);
    let tax = sum(|line| line.tax)?;
    let (from, to) = month.range();
    Some(Invoice {
        id: invoice_id(project, month),
        project: project.clone(),
        organization: organization.clone(),
        from,
        to,
        is_final: now >= to,
        lines,
        exact,
        rounding: total.checked_sub(exact)?,
        total,
        tax,
    })
}

/// What the invoice of a project for a month is called.
pub(crate) fn invoice_id(project: &Name, month: Month) -> String {
    format!("{project}-{month}")
}

/// The tax in an amount that includes it at this rate: rate over one and rate, rounded once, half away from zero.
#[must_use]
pub fn included(amount: Money, rate: Share) -> Money {
    crate::usage::rate(amount, rate.get().saturating_add(1_000_000), rate.get())
}

fn line(row: &Billed) -> InvoiceLine {
    let amount = row.amount.rounded_to(STEP);
    InvoiceLine {
        provider: row.provider.clone(),
        kind: row.kind,
        exact: row.amount,
        amount,
        tax_rate: row.tax,
        tax: included(amount, row.tax).rounded_to(STEP),
    }
}
