//! An account as a page for a browser: charts drawn in it, nothing fetched from anywhere.

use std::{collections::BTreeMap, fmt::Write};

use api::{EnergyReport, EnergyRow, EnergySums};
use units::{Energy, Time};

const WIDTH: f64 = 920.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 70.0;
/// Points of a curve at most: more than that is summed up.
const POINTS: usize = 240;
/// Rows of bars at most.
const BARS: usize = 16;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2em auto;padding:0 1em;color:#1c2a33}\
h1{font-size:1.5em;margin-bottom:0}h2{font-size:1.1em;margin:2em 0 .4em}table{border-collapse:collapse;width:100%}\
th,td{padding:.25em .6em;text-align:right;border-bottom:1px solid #d9e0e4}th:first-child,td:first-child{text-align:left}\
tfoot td{font-weight:600}.key span{margin-right:1.4em}.key i{display:inline-block;width:.8em;height:.8em;margin-right:.4em}\
svg text{font:12px system-ui,sans-serif;fill:#51626d}p.big{font-size:1.1em}";
const LOCATION: &str = "#7a8791";
const MARKET: &str = "#2f7d5b";
const ENERGY: &str = "#b9c6ce";
const FREE: &str = "#3aa675";

/// The page of `report`, with curves of `sites` hour by hour, and of `months`.
pub(super) fn html(report: &EnergyReport, sites: &EnergyReport, months: &EnergyReport) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Energy and carbon</title>\
         <style>{STYLE}</style></head><body><h1>Energy and carbon</h1><p>{} to {}</p>",
        report.from, report.to
    );
    let total = &report.total;
    let _ = write!(
        page,
        "<p class=\"big\">{} of IT, {} of the facility. Scope 2: {} location-based, {} market-based. {} of the energy was \
         carbon-free in its own hour.</p>",
        total.sums.it.human(),
        total.sums.facility.human(),
        total.sums.location_based.human(),
        total.sums.market_based.human(),
        percent(total.cfe_pct),
    );
    let _ = write!(
        page,
        "<h2>Energy over time</h2>{}{}",
        key(&[(ENERGY, "facility"), (FREE, "carbon-free")]),
        curve(sites)
    );
    let colours = key(&[(LOCATION, "location-based"), (MARKET, "market-based")]);
    let _ = write!(page, "<h2>Carbon</h2>{colours}{}", bars(&report.rows));
    let _ = write!(page, "<h2>Carbon-free by hour of the day, UTC</h2>{}", day(sites));
    for (title, of) in [("In all", report), ("By site", sites), ("By month", months)] {
        let _ = write!(page, "<h2>{title}</h2>{}", table(of));
    }
    page.push_str("<h2>Rests on</h2><ul>");
    for note in &report.notes {
        let _ = write!(page, "<li>{}</li>", escaped(note));
    }
    page.push_str("</ul></body></html>\n");
    page
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |it| format!("{it:.1} %"))
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

fn key(colours: &[(&str, &str)]) -> String {
    let one = |(colour, name): &(&str, &str)| {
        format!("<span><i style=\"background:{colour}\"></i>{name}</span>")
    };
    format!("<p class=\"key\">{}</p>", colours.iter().map(one).collect::<String>())
}

fn table(report: &EnergyReport) -> String {
    let row = |row: &EnergyRow| {
        let EnergySums { it, facility, location_based, market_based, .. } = row.sums;
        let ratio = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), |it| format!("{it:.3}"));
        let cells = [
            escaped(&row.name),
            it.human(),
            facility.human(),
            location_based.human(),
            market_based.human(),
            percent(row.cfe_pct),
            ratio(row.pue),
            ratio(row.cue),
            row.sci.map_or_else(|| "–".to_owned(), |it| it.human()),
        ];
        let cells: String = cells.iter().map(|it| format!("<td>{it}</td>")).collect();
        format!("<tr>{cells}</tr>")
    };
    let heads = [
        "",
        "IT",
        "facility",
        "location-based",
        "market-based",
        "carbon-free",
        "PUE",
        "CUE kg/kWh",
        "SCI, a job",
    ];
    let heads: String = heads.iter().map(|it| format!("<th>{it}</th>")).collect();
    let rows: String = report.rows.iter().map(row).collect();
    format!(
        "<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody><tfoot>{}</tfoot></table>",
        row(&report.total)
    )
}

fn svg(height: f64, inside: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"100%\" role=\"img\">{inside}</svg>")
}

fn kwh(energy: Energy) -> f64 {
    energy.get() as f64 / 3.6e9
}

/// Energy of all sites, and the part that was free of carbon, over time.
fn curve(sites: &EnergyReport) -> String {
    let mut hours: BTreeMap<Time, (f64, f64)> = BTreeMap::new();
    for it in &sites.hours {
        let (all, free) = hours.entry(it.hour).or_default();
        *all += kwh(it.sums.facility);
        *free += kwh(it.sums.carbon_free);
    }
    let (from, to) = (sites.from.as_millis(), sites.to.as_millis());
    let count = usize::try_from((to - from) / 3_600_000).unwrap_or(1).clamp(1, POINTS);
    let mut sums = vec![(0.0, 0.0); count];
    for (hour, (all, free)) in hours {
        let at = (hour.as_millis() - from) as f64 / (to - from) as f64 * count as f64;
        if let Some(sum) = sums.get_mut((at as usize).min(count - 1)) {
            (sum.0, sum.1) = (sum.0 + all, sum.1 + free);
        }
    }
    let most = sums.iter().map(|it| it.0).fold(f64::MIN_POSITIVE, f64::max);
    let step = (WIDTH - LEFT) / count as f64;
    let mut inside = axis(most, "kWh");
    for (at, (all, free)) in sums.iter().enumerate() {
        for (value, colour) in [(all, ENERGY), (free, FREE)] {
            let high = value / most * (HEIGHT - 40.0);
            let (x, y) = (LEFT + step * at as f64, HEIGHT - 20.0 - high);
            let width = (step - 0.5).max(0.5);
            let _ = write!(
                inside,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{high:.1}\" fill=\"{colour}\"/>"
            );
        }
    }
    let day = |at: Time| at.to_string().chars().take(10).collect::<String>();
    let y = HEIGHT - 4.0;
    let _ = write!(
        inside,
        "<text x=\"{LEFT}\" y=\"{y}\">{}</text><text x=\"{WIDTH}\" y=\"{y}\" text-anchor=\"end\">{}</text>",
        day(sites.from),
        day(sites.to)
    );
    svg(HEIGHT, &inside)
}

fn axis(most: f64, unit: &str) -> String {
    let (x, low) = (LEFT - 6.0, HEIGHT - 20.0);
    format!(
        "<text x=\"{x}\" y=\"28\" text-anchor=\"end\">{most:.3}</text><text x=\"{x}\" y=\"44\" text-anchor=\"end\">{unit}</text>\
         <line x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{low}\" y2=\"{low}\" stroke=\"#d9e0e4\"/>"
    )
}

/// Both figures of the rows that emit most, one below the other and never added up.
fn bars(rows: &[EnergyRow]) -> String {
    let mut rows: Vec<&EnergyRow> = rows.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.sums.location_based));
    rows.truncate(BARS);
    let all = rows.iter().flat_map(|it| [it.sums.location_based, it.sums.market_based]);
    let most = all.max().map_or(1.0, |it| (it.get() as f64).max(1.0));
    let mut inside = String::new();
    for (at, row) in rows.iter().enumerate() {
        let y = 40.0 * at as f64;
        let _ = write!(
            inside,
            "<text x=\"190\" y=\"{}\" text-anchor=\"end\">{}</text>",
            y + 22.0,
            escaped(&row.name)
        );
        let both =
            [(row.sums.location_based, LOCATION, 6.0), (row.sums.market_based, MARKET, 20.0)];
        for (carbon, colour, down) in both {
            let width = carbon.get() as f64 / most * (WIDTH - 330.0);
            let _ = write!(
                inside,
                "<rect x=\"200\" y=\"{}\" width=\"{width:.1}\" height=\"12\" fill=\"{colour}\"/>\
                 <text x=\"{:.1}\" y=\"{}\">{}</text>",
                y + down,
                width + 206.0,
                y + down + 10.0,
                carbon.human()
            );
        }
    }
    svg(40.0 * rows.len() as f64 + 4.0, &inside)
}

/// The carbon-free share of each hour of the day, over all days.
fn day(sites: &EnergyReport) -> String {
    let mut sums = [(0.0, 0.0); 24];
    for it in &sites.hours {
        let hour = it.hour.as_millis().div_euclid(3_600_000).rem_euclid(24);
        if let Some(sum) = usize::try_from(hour).ok().and_then(|hour| sums.get_mut(hour)) {
            (sum.0, sum.1) = (sum.0 + kwh(it.sums.facility), sum.1 + kwh(it.sums.carbon_free));
        }
    }
    let step = (WIDTH - LEFT) / 24.0;
    let mut inside = axis(100.0, "%");
    for (hour, (all, free)) in sums.iter().enumerate().filter(|(_, it)| it.0 > 0.0) {
        let high = free / all * (HEIGHT - 40.0);
        let (x, y) = (LEFT + step * hour as f64, HEIGHT - 20.0 - high);
        let _ = write!(
            inside,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{high:.1}\" fill=\"{FREE}\"/>",
            step - 3.0
        );
        let _ = write!(inside, "<text x=\"{x:.1}\" y=\"{}\">{hour}</text>", HEIGHT - 4.0);
    }
    svg(HEIGHT, &inside)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_needs_nothing_but_itself_and_says_what_is_named_as_text() {
        let sums = json!({"it": "10kWh", "facility": "12kWh", "location_based": "6kgCO2", "market_based": "3kgCO2",
            "granular": "6kWh", "yearly": "0kWh", "carbon_free": "6kWh", "embodied": "0gCO2"});
        let mut row = sums.clone();
        row["name"] = "<b>&\"".into();
        row["jobs"] = 1.into();
        row["cfe_pct"] = 50.0.into();
        let mut hour = sums;
        hour["hour"] = "2026-03-01T05:00:00Z".into();
        hour["name"] = "s".into();
        let report: EnergyReport = serde_json::from_value(json!({"from": "2026-03-01T00:00:00Z",
            "to": "2026-03-02T00:00:00Z", "by": "job", "rows": [row], "total": row, "hours": [hour], "notes": ["a < b"]}))
        .unwrap();
        let page = html(&report, &report, &report);
        assert!(
            !page.contains("<b>")
                && page.contains("&lt;b&gt;&amp;&quot;")
                && page.contains("a &lt; b")
        );
        assert!(!page.contains("http") && !page.contains("src=") && !page.contains("@import"));
        assert!(
            page.contains("6 kgCO2 location-based, 3 kgCO2 market-based. 50.0 % of the energy"),
            "{page}"
        );
        assert_eq!(page.matches("<svg").count(), 3);
        assert!(!page.contains("NaN") && !page.contains("inf"));
    }
}
