//! Invoices: what was charged in a month, rounded once.

use api::{BillRow, Invoice, InvoiceLine};
use model::{LineKind, Name};
use units::{Money, Month, Time};

/// What lines of an invoice are rounded to: a hundredth of the currency, a fen.
pub const STEP: Money = Money::new(10_000_000);

/// The invoice of a project for a month. `rows` has what was charged in that month, one row for each who is paid.
/// `None` where a sum is beyond what money can be.
#[must_use]
pub fn invoice(
    (project, organization): (&Name, &Name),
    month: Month,
    rows: &[BillRow],
    now: Time,
) -> Option<Invoice> {
    let lines: Vec<InvoiceLine> = rows.iter().flat_map(lines).collect();
    let sum = |of: fn(&InvoiceLine) -> Money| {
        lines.iter().try_fold(Money::ZERO, |sum, line| sum.checked_add(of(line)))
    };
    let (exact, total) = (sum(|line| line.exact)?, sum(|line| line.amount)?);
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
    })
}

/// What the invoice of a project for a month is called.
pub(crate) fn invoice_id(project: &Name, month: Month) -> String {
    format!("{project}-{month}")
}

fn lines(row: &BillRow) -> impl Iterator<Item = InvoiceLine> {
    let provider: Option<Name> = row.name.parse().ok();
    let line = move |(kind, exact): (&LineKind, &Money)| InvoiceLine {
        provider: provider.clone(),
        kind: *kind,
        exact: *exact,
        amount: exact.rounded_to(STEP),
    };
    row.by_kind.iter().map(line)
}
