//! How a decision looks to people: the place, the candidates, the price lines, and why here.

use model::{
    Candidate, Decision, Interval, LineKind, Name, Outcome, PathChoice, PriceLine, Transfer,
};
use units::{Bytes, Money, Time};

use crate::{
    failure::{nearest, refusals},
    format::{self, Clock, amount, difference, money},
    output::{Page, Section},
    table::{Cell, Style, Table, column},
};

/// What would happen: every candidate, the chosen one marked, and its price lines.
pub(crate) fn outcome_page(outcome: &Outcome, from: Time, clock: &Clock) -> Page {
    match outcome {
        Outcome::Placed(decision) => Page(vec![
            candidates(&decision.candidates, &decision.site, from, clock),
            more(decision.more_candidates),
            place(decision, clock),
            intervals(&decision.intervals, clock),
            pauses(decision, clock),
            transfers(&decision.transfers, clock),
            prices(&decision.lines, decision.total),
        ]),
        Outcome::Unplaced { candidates: all, nearest: way_out } => Page(vec![
            Section::Table { title: None, table: refusals(all) },
            Section::Text {
                title: None,
                lines: way_out.iter().map(|it| nearest(it, clock)).collect(),
            },
        ]),
    }
}

/// As [`outcome_page`], from the stored decision, and the difference to the next best.
pub(crate) fn explain_page(decision: &Decision, from: Time, clock: &Clock) -> Page {
    let Page(mut sections) =
        outcome_page(&Outcome::Placed(Box::new(decision.clone())), from, clock);
    sections.push(why_here(decision));
    Page(sections)
}

fn more(count: u32) -> Section {
    let line = (count > 0).then(|| format!("and {count} more sites, none better"));
    Section::Text { title: None, lines: line.into_iter().collect() }
}

/// One row a site; the chosen one has a star.
pub(crate) fn candidates(all: &[Candidate], chosen: &Name, from: Time, clock: &Clock) -> Section {
    let mut table = Table::new([
        column("").keyed("chosen"),
        column("SITE"),
        column("POOL"),
        column("START"),
        column("WAIT").right(),
        column("COMPUTE").point(),
        column("ELECTRICITY").point(),
        column("CARBON").point(),
        column("LINKS").point(),
        column("DATA").point(),
        column("WAITING").point().wide(),
        column("TOTAL").point(),
        column("SCORE").point().wide(),
        column("REFUSED BY"),
        column("WHY"),
    ]);
    for candidate in all {
        table.push(candidate.site.as_str(), candidate_row(candidate, chosen, from, clock));
    }
    Section::Table { title: None, table }
}

fn candidate_row(candidate: &Candidate, chosen: &Name, from: Time, clock: &Clock) -> Vec<Cell> {
    let is_chosen = *chosen == candidate.site && candidate.refused.is_none();
    let style = match &candidate.refused {
        Some(_) => Style::Dim,
        None if is_chosen => Style::Good,
        None => Style::Plain,
    };
    let sum = |kinds: &[LineKind]| match candidate.total {
        Some(_) => amount(sum_of(&candidate.lines, kinds)),
        None => Cell::none(),
    };
    let wait = |start: Time| Cell::exact(format::span(start.since(from)), start.since(from));
    let refusal = candidate.refused.as_ref();
    vec![
        Cell::exact(if is_chosen { "*" } else { "" }, is_chosen).style(Style::Good),
        Cell::new(&candidate.site).style(style),
        Cell::option(candidate.pool.as_ref()).style(style),
        clock.cell_option(candidate.start),
        candidate.start.map_or_else(Cell::none, wait),
        sum(&[LineKind::Compute]),
        sum(&[LineKind::Electricity]),
        sum(&[LineKind::Carbon]),
        sum(&[LineKind::Link, LineKind::Transfer]),
        sum(&[LineKind::Data]),
        sum(&[LineKind::Waiting]),
        candidate.total.map_or_else(Cell::none, money),
        candidate.score.map_or_else(Cell::none, money),
        refusal.map_or_else(|| Cell::from(""), |it| Cell::new(it.rule).style(Style::Bad)),
        refusal.map_or_else(|| Cell::from(""), |it| it.detail.as_str().into()),
    ]
}

pub(crate) fn sum_of(lines: &[(LineKind, Money)], kinds: &[LineKind]) -> Money {
    let of_kind = lines.iter().filter(|(kind, _)| kinds.contains(kind));
    of_kind.fold(Money::ZERO, |sum, (_, amount)| sum.saturating_add(*amount))
}

/// As long as the order says, or as what it comes from.
fn run_time(decision: &Decision) -> Cell {
    let span = format::span(decision.run_time);
    let from = decision.run_time_from.as_ref().map(|from| format!(", from {from}"));
    Cell::exact(span + &from.unwrap_or_default(), decision.run_time)
}

/// Where, when and how.
pub(crate) fn place(decision: &Decision, clock: &Clock) -> Section {
    let units =
        format!("{} of {}, {} a task", decision.units, decision.flavor, decision.units_per_task);
    let mut fields = vec![
        ("place", Cell::from(format!("{} / {}", decision.site, decision.pool)).style(Style::Bold)),
        ("units", units.into()),
        ("start", Cell::exact(clock.both(decision.start), decision.start)),
        ("run time", run_time(decision)),
        ("end", Cell::exact(clock.both(decision.end), decision.end)),
    ];
    if decision.staging_start < decision.start {
        fields.insert(
            2,
            ("data moves", Cell::exact(clock.both(decision.staging_start), decision.staging_start)),
        );
    }
    if decision.delivered > decision.end {
        fields.push((
            "result there",
            Cell::exact(clock.both(decision.delivered), decision.delivered),
        ));
    }
    if let Some(it) = &decision.path {
        fields.push(("path", path(it).into()));
    }
    fields.push(("energy", Cell::exact(decision.energy.human(), decision.energy)));
    fields.push(("carbon", Cell::exact(decision.carbon.human(), decision.carbon)));
    fields.extend(decision.gap().map(|gap| ("proof", proof(gap))));
    Section::Fields { title: Some("Decision"), fields }
}

/// When it runs, where it is paused in between.
fn intervals(all: &[Interval], clock: &Clock) -> Section {
    let mut table = Table::new([
        column("INTERVAL").right(),
        column("START"),
        column("END"),
        column("RUNS").right(),
        column("PAUSED BEFORE").right(),
    ]);
    let before = std::iter::once(None).chain(all.iter().map(|it| Some(it.end)));
    for ((number, interval), before) in (1_u32..).zip(all).zip(before) {
        let runs = interval.end.since(interval.start);
        let paused = before.map(|end| interval.start.since(end));
        let cells = vec![
            Cell::new(number),
            clock.cell(interval.start),
            clock.cell(interval.end),
            Cell::exact(format::span(runs), runs),
            paused.map_or_else(Cell::none, |it| Cell::exact(format::span(it), it)),
        ];
        table.push(number.to_string(), cells);
    }
    Section::Table { title: Some("Intervals"), table }
}

/// What the pauses save, beside the best run without.
fn pauses(decision: &Decision, clock: &Clock) -> Section {
    let lines = match &decision.unpaused {
        _ if decision.intervals.is_empty() => Vec::new(),
        None => vec!["Without pauses it would have no place.".to_owned()],
        Some(whole) => {
            let dearer = whole.total.saturating_sub(decision.total);
            let (less, more) = (decision.carbon, whole.carbon);
            let carbon = match less <= more {
                true => format!(" and {}", more.saturating_sub(less).human()),
                false => format!(", and emit {} more", less.saturating_sub(more).human()),
            };
            let (start, end) = (clock.both(whole.start), clock.both(whole.end));
            let at = format!("at {} from {start} to {end}", whole.site);
            vec![format!(
                "Pauses save {}{carbon}, beside the best run without: {at}.",
                dearer.human()
            )]
        }
    };
    Section::Text { title: None, lines }
}

/// How far above the least possible; below a thousandth of a percent is the rounding of its lines.
fn proof(gap: f64) -> Cell {
    const ROUNDING: f64 = 1e-5;
    let percent = gap * 100.0;
    let text = match gap {
        _ if gap < ROUNDING => "nothing cheaper was possible".to_owned(),
        _ if percent < 0.1 => "at most 0.1 % above the cheapest possible".to_owned(),
        _ => format!("at most {:.1} % above the cheapest possible", (percent * 10.0).ceil() / 10.0),
    };
    Cell::exact(text, percent)
}

/// "beijing -> horinger by bj-zjk, zjk-hlg (4.2 ms, jitter 0.1 ms, holds 1 Gbit/s)".
pub(crate) fn path(it: &PathChoice) -> String {
    if it.links.is_empty() {
        return format!("{} (the same place)", it.to);
    }
    let links = it.links.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut figures = vec![it.delay.human()];
    if !it.jitter.is_zero() {
        figures.push(format!("jitter {}", it.jitter.human()));
    }
    if !it.bandwidth.is_zero() {
        figures.push(format!("holds {}", it.bandwidth.human()));
    }
    format!("{} -> {} by {links} ({})", it.from, it.to, figures.join(", "))
}

pub(crate) fn transfers(all: &[Transfer], clock: &Clock) -> Section {
    let mut table = Table::new([
        column("WHAT"),
        column("SIZE").right(),
        column("START"),
        column("TAKES").right(),
        column("PATH"),
    ]);
    for transfer in all {
        let what = transfer.dataset.as_ref().map_or("result", Name::as_str);
        let cells = vec![
            what.into(),
            bytes(transfer.size),
            clock.cell(transfer.start),
            Cell::exact(format::span(transfer.span), transfer.span),
            path(&transfer.path).into(),
        ];
        table.push(what, cells);
    }
    Section::Table { title: Some("Data that moves"), table }
}

pub(crate) fn bytes(size: Bytes) -> Cell {
    Cell::exact(size.human(), size)
}

/// The lines that explain it are the lines that bill it.
pub(crate) fn prices(lines: &[PriceLine], total: Money) -> Section {
    let mut table = Table::new([
        column("LINE"),
        column("WHAT"),
        column("QUANTITY").right(),
        column("PRICE").right(),
        column("AMOUNT").point(),
        column("PAID TO"),
    ]);
    for line in lines {
        let paid = match &line.provider {
            _ if !line.kind.is_billed() => Cell::exact("(not billed)", "").style(Style::Dim),
            provider => Cell::option(provider.as_ref()),
        };
        let quantity = line.quantity.as_str().into();
        let cells = vec![
            Cell::new(line.kind),
            Cell::new(&line.what),
            quantity,
            line.price.as_str().into(),
            money(line.amount),
            paid,
        ];
        table.push(line.kind.as_str(), cells);
    }
    table.footer(vec![
        "total".into(),
        "".into(),
        "".into(),
        "".into(),
        money(total).style(Style::Bold),
        "".into(),
    ]);
    Section::Table { title: Some("Price"), table }
}

const COMPARED: [(&str, &[LineKind]); 6] = [
    ("compute", &[LineKind::Compute]),
    ("electricity", &[LineKind::Electricity]),
    ("carbon", &[LineKind::Carbon]),
    ("links", &[LineKind::Link, LineKind::Transfer]),
    ("data", &[LineKind::Data]),
    ("waiting", &[LineKind::Waiting]),
];

/// The difference to the next best site, line by line.
fn why_here(decision: &Decision) -> Section {
    let title = Some("Why here");
    let chosen =
        decision.candidates.iter().find(|it| it.site == decision.site && it.refused.is_none());
    let others =
        decision.candidates.iter().filter(|it| it.site != decision.site && it.refused.is_none());
    let next = others.filter(|it| it.score.is_some()).min_by_key(|it| (it.score, &it.site));
    let (Some(chosen), Some(next)) = (chosen, next) else {
        let line = format!("{} is the only site that can take it.", decision.site);
        return Section::Text { title, lines: vec![line] };
    };
    let mut lines = vec![sentence(decision, next)];
    let look = crate::table::Look { wide: false, headers: true, color: false };
    lines.extend(comparison(chosen, next, decision).text(look).lines().map(str::to_owned));
    Section::Text { title, lines }
}

/// "horinger comes to 1.2 CNY less than wuhu, the next best, as the order weighs it."
fn sentence(decision: &Decision, next: &Candidate) -> String {
    let gap = next.score.unwrap_or_default().saturating_sub(decision.score);
    if gap.is_zero() {
        return format!("{} and {} come to the same; the name decides.", decision.site, next.site);
    }
    format!(
        "{} comes to {} less than {}, the next best, as the order weighs it.",
        decision.site,
        gap.human(),
        next.site
    )
}

fn comparison(chosen: &Candidate, next: &Candidate, decision: &Decision) -> Table {
    let mut table = Table::new([
        column("LINE"),
        column("HERE").point(),
        column("NEXT BEST").point(),
        column("DIFFERENCE").point(),
    ]);
    let mut row = |name: &str, here: Money, there: Money| {
        let gap = here.saturating_sub(there);
        table.push(
            name,
            vec![name.into(), amount(here), amount(there), Cell::exact(difference(gap), gap)],
        );
    };
    for (name, kinds) in COMPARED {
        let (here, there) = (sum_of(&chosen.lines, kinds), sum_of(&next.lines, kinds));
        if !here.is_zero() || !there.is_zero() {
            row(name, here, there);
        }
    }
    row("total", decision.total, next.total.unwrap_or_default());
    row("weighed", decision.score, next.score.unwrap_or_default());
    table
}

#[cfg(test)]
pub(crate) mod tests;
