//! `bill invoice`.

use std::{fmt::Write as _, path::Path};

use api::{Invoice, InvoiceLine};
use units::{Money, Month};

use crate::{
    context::Context,
    failure::Failure,
    format::money,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column},
};

pub(super) async fn run(
    context: &Context,
    month: Option<Month>,
    html: Option<&Path>,
) -> Result<(), Failure> {
    let project = context.global.project.as_ref();
    let invoice = context.client()?.invoice(project, month).await?;
    if let Some(path) = html {
        std::fs::write(path, printed(&invoice)).map_err(|error| {
            Failure::usage(format!("{} cannot be written: {error}", path.display()))
        })?;
    }
    context.out.print(Values::One(&invoice), |_| page(&invoice))
}

fn page(invoice: &Invoice) -> Page {
    let state = if invoice.is_final { "final" } else { "the month goes on" };
    let fields = vec![
        ("invoice", Cell::from(invoice.id.as_str())),
        ("to", Cell::new(format!("{}, project {}", invoice.organization, invoice.project))),
        ("for", Cell::new(format!("{} until {}", invoice.from, invoice.to))),
        ("state", state.into()),
    ];
    let mut table = Table::new([
        column("PAID TO"),
        column("KIND"),
        column("CHARGED").point(),
        column("TAX RATE").right(),
        column("OF THIS TAX").point(),
        column("AMOUNT").point(),
    ]);
    for line in &invoice.lines {
        let cells = vec![
            Cell::option(line.provider.as_ref()),
            Cell::new(line.kind),
            exact(line.exact),
            Cell::from(rate(line.tax_rate)),
            money(line.tax),
            money(line.amount),
        ];
        table.push(line.kind.as_str(), cells);
    }
    if !table.is_empty() {
        let total = money(invoice.total).style(Style::Bold);
        table.footer(vec![
            "total".into(),
            "".into(),
            exact(invoice.exact),
            "".into(),
            money(invoice.tax),
            total,
        ]);
    }
    Page(vec![Section::Fields { title: None, fields }, Section::Table { title: None, table }])
}

/// To the last digit.
fn exact(amount: Money) -> Cell {
    let text = amount.to_string();
    Cell::exact(text.trim_end_matches("CNY"), amount)
}

/// One page that needs nothing else, to be printed or kept; English and Chinese side by side.
fn printed(invoice: &Invoice) -> String {
    let mut rows = String::new();
    for line in &invoice.lines {
        row(&mut rows, line);
    }
    let provisional = if invoice.is_final {
        ""
    } else {
        "<p><strong>Provisional 预估：</strong>the month goes on 账期未结束</p>"
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{id}</title><style>\
         body{{font:14px/1.5 system-ui,'Noto Sans SC',sans-serif;max-width:46em;margin:3em auto;color:#111}}\
         table{{border-collapse:collapse;width:100%}}th,td{{padding:.3em .6em;border-bottom:1px solid #bbb;text-align:left}}\
         .n{{text-align:right;font-variant-numeric:tabular-nums}}tfoot td{{font-weight:bold}}@page{{margin:2cm}}\
         </style></head><body>\n<h1>Invoice 账单 {id}</h1>\n{provisional}\
         <p>To 付款方: {organization}, project 项目 {project}<br>For 账期: {from} – {to} (UTC)</p>\n\
         <table><thead><tr><th>Paid to 收款方</th><th>Kind 类别</th><th class=\"n\">Charged 计费</th><th class=\"n\">Tax 税率</th><th class=\"n\">Of this tax 其中税额</th><th class=\"n\">Amount 应付</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n<tfoot><tr><td>Total 合计</td><td></td><td class=\"n\">{exact}</td><td></td><td class=\"n\">{tax}</td><td class=\"n\">{total}</td></tr></tfoot></table>\n\
         <p>Each line is rounded to a hundredth, half away from zero. 每行四舍五入到分。</p>\n</body></html>\n",
        id = invoice.id,
        organization = invoice.organization,
        project = invoice.project,
        from = invoice.from,
        to = invoice.to,
        exact = invoice.exact,
        tax = hundredths(invoice.tax),
        total = hundredths(invoice.total),
    )
}

fn row(rows: &mut String, line: &InvoiceLine) {
    let provider = line.provider.as_ref().map_or("–", |it| it.as_str());
    let _ = writeln!(
        rows,
        "<tr><td>{provider}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
        line.kind,
        line.exact,
        rate(line.tax_rate),
        hundredths(line.tax),
        hundredths(line.amount)
    );
}

/// "12.30 CNY" of what is rounded already.
fn hundredths(amount: Money) -> String {
    let fen = amount.get() / market::STEP.get();
    let sign = if fen < 0 { "-" } else { "" };
    let size = fen.unsigned_abs();
    format!("{sign}{}.{:02} CNY", size / 100, size % 100)
}

fn rate(tax: units::Share) -> String {
    if tax.is_zero() { "0%".to_owned() } else { tax.to_string() }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    fn invoice() -> Invoice {
        serde_json::from_value(json!({
            "id": "demo-2026-03", "project": "demo", "organization": "lab", "is_final": true,
            "from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z",
            "lines": [
                {"provider": "op-a", "kind": "compute", "exact": "12.344CNY", "amount": "12.34CNY", "tax_rate": "6%", "tax": "0.70CNY"},
                {"kind": "carbon", "exact": "0.005CNY", "amount": "0.01CNY"},
            ],
            "exact": "12.349CNY", "rounding": "0.001CNY", "total": "12.35CNY", "tax": "0.70CNY",
        }))
        .unwrap()
    }

    #[test]
    fn as_a_table_and_as_a_page() {
        let out = crate::output::Output::plain(
            crate::args::Format::Table,
            crate::format::Clock::system(),
        );
        let invoice = invoice();
        let text = out.render(Values::One(&invoice), |_| page(&invoice)).unwrap();
        expect![[r#"
            invoice:  demo-2026-03
            to:       lab, project demo
            for:      2026-03-01T00:00:00Z until 2026-04-01T00:00:00Z
            state:    final

            PAID TO  KIND     CHARGED  TAX RATE  OF THIS TAX     AMOUNT
            op-a     compute   12.344        6%      0.7 CNY  12.34 CNY
            -        carbon     0.005        0%      0 CNY     0.01 CNY
            total              12.349                0.7 CNY  12.35 CNY
        "#]]
        .assert_eq(&text);
        let html = printed(&invoice);
        assert!(html.contains("<td class=\"n\">12.35 CNY</td>"), "{html}");
        assert!(!html.contains("http") && !html.contains("Provisional"), "{html}");
    }
}
