//! How times, spans, money and states look to people. The exact value stays beside it for programs.

use jiff::{Zoned, tz::TimeZone};
use model::JobState;
use units::{Money, Span, Time};

use crate::table::{Cell, Style};

/// Now, and where the reader is.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    pub(crate) now: Time,
    zone: TimeZone,
}

impl Clock {
    pub(crate) fn system() -> Self {
        Self { now: jiff::Timestamp::now().into(), zone: TimeZone::system() }
    }

    #[cfg(test)]
    pub(crate) fn fixed(now: &str, hours_east: i8) -> Self {
        Self { now: now.parse().unwrap(), zone: jiff::tz::offset(hours_east).to_time_zone() }
    }

    /// The same place at another time.
    pub(crate) fn at(&self, now: Time) -> Self {
        Self { now, zone: self.zone.clone() }
    }

    fn local(&self, time: Time) -> Zoned {
        time.timestamp().to_zoned(self.zone.clone())
    }

    /// "14:03:22" today, else "2026-11-23 14:03".
    pub(crate) fn time(&self, time: Time) -> String {
        let local = self.local(time);
        let today = local.date() == self.local(self.now).date();
        local.strftime(if today { "%H:%M:%S" } else { "%Y-%m-%d %H:%M" }).to_string()
    }

    /// "14:03:22.125": for events, of which many happen in a second.
    pub(crate) fn fine(&self, time: Time) -> String {
        let local = self.local(time);
        let today = local.date() == self.local(self.now).date();
        local.strftime(if today { "%H:%M:%S.%3f" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
    }

    /// "14:03:22 (+2h 3m)".
    pub(crate) fn both(&self, time: Time) -> String {
        format!("{} ({})", self.time(time), self.relative(time))
    }

    /// "+2h 3m", "5m 10s ago", "now".
    pub(crate) fn relative(&self, time: Time) -> String {
        match time.as_millis() - self.now.as_millis() {
            -999..=999 => "now".to_owned(),
            1000.. => format!("+{}", span(time.since(self.now))),
            _ => format!("{} ago", span(self.now.since(time))),
        }
    }

    pub(crate) fn cell(&self, time: Time) -> Cell {
        Cell::exact(self.time(time), time)
    }

    pub(crate) fn cell_option(&self, time: Option<Time>) -> Cell {
        time.map_or_else(Cell::none, |time| self.cell(time))
    }
}

/// The two largest parts: "3d 4h", "2h 3m", "45s", "1.5s", "20ms".
pub(crate) fn span(span: Span) -> String {
    let ms = span.get();
    let (s, m, h, d) = (ms / 1000, ms / 60_000, ms / 3_600_000, ms / 86_400_000);
    let two = |large: u64, name: &str, small: u64, part: &str| match small {
        0 => format!("{large}{name}"),
        _ => format!("{large}{name} {small}{part}"),
    };
    match ms {
        0 => "0s".to_owned(),
        1..1_000 => format!("{ms}ms"),
        1_000..10_000 if !ms.is_multiple_of(1000) => format!("{s}.{}s", ms % 1000 / 100),
        1_000..60_000 => format!("{s}s"),
        60_000..3_600_000 => two(m, "m", s % 60, "s"),
        3_600_000..86_400_000 => two(h, "h", m % 60, "m"),
        _ => two(d, "d", h % 24, "h"),
    }
}

/// "12.5 CNY".
pub(crate) fn money(amount: Money) -> Cell {
    Cell::exact(amount.human(), amount)
}

/// Without the unit, for tables with many amounts; their total carries it.
pub(crate) fn amount(amount: Money) -> Cell {
    let human = amount.human();
    Cell::exact(human.strip_suffix(" CNY").unwrap_or(&human), amount)
}

/// A price per something, always in the same unit so that a column compares: "0.2851 CNY/kWh". `nano` yuan.
pub(crate) fn price(nano: i64, per: &str, exact: impl std::fmt::Display) -> Cell {
    Cell::exact(format!("{}/{per}", Money::new(nano).human()), exact)
}

/// With its sign, to compare.
pub(crate) fn difference(amount: Money) -> String {
    let human = amount.human();
    let human = human.strip_suffix(" CNY").unwrap_or(&human);
    if amount.get() > 0 { format!("+{human}") } else { human.to_owned() }
}

pub(crate) fn state(state: JobState) -> Cell {
    Cell::new(state).style(state_style(state))
}

pub(crate) const fn state_style(state: JobState) -> Style {
    match state {
        JobState::Succeeded => Style::Good,
        JobState::Failed | JobState::Expired | JobState::Unplaceable => Style::Bad,
        JobState::Cancelled => Style::Dim,
        JobState::Running | JobState::Dispatched | JobState::Staging => Style::Busy,
        JobState::Submitted
        | JobState::Planned
        | JobState::Bidding
        | JobState::Quoted
        | JobState::Held => Style::Plain,
    }
}

pub(crate) fn yes_no(yes: bool) -> Cell {
    if yes { Cell::new("yes").style(Style::Good) } else { Cell::new("no").style(Style::Bad) }
}

/// The part in whole percent, and a bar of ten: "60% ██████····".
pub(crate) fn part(used: u64, of: u64) -> Cell {
    let percent = used.saturating_mul(100).checked_div(of).unwrap_or(0).min(999);
    let full = usize::try_from((percent + 5) / 10).unwrap_or(10).min(10);
    let bar = format!("{percent:>3}% {}{}", "█".repeat(full), "·".repeat(10 - full));
    let style = match percent {
        90.. => Style::Bad,
        60.. => Style::Busy,
        _ => Style::Plain,
    };
    Cell::exact(bar, percent).style(style)
}

/// A word as manifests write it.
pub(crate) fn word(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_show_their_two_largest_parts() {
        let shown: Vec<String> =
            [0, 20, 1_500, 45_000, 60_000, 310_000, 7_380_000, 7_200_000, 273_600_000]
                .map(|ms| span(Span::new(ms)))
                .into();
        assert_eq!(shown, ["0s", "20ms", "1.5s", "45s", "1m", "5m 10s", "2h 3m", "2h", "3d 4h"]);
    }

    #[test]
    fn times_are_local_and_short_today() {
        let clock = Clock::fixed("2026-03-01T16:30:00Z", 8);
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(clock.both(at("2026-03-01T18:33:00Z")), "02:33:00 (+2h 3m)");
        assert_eq!(clock.both(at("2026-03-01T15:59:59Z")), "2026-03-01 23:59 (30m 1s ago)");
        assert_eq!(clock.fine(at("2026-03-01T16:30:00.125Z")), "00:30:00.125");
    }

    #[test]
    fn money_is_rounded_for_people_and_exact_for_programs() {
        let cell = money("12.345678901CNY".parse().unwrap());
        assert_eq!((cell.line(false).as_str(), cell.value()), ("12.35 CNY", "12.345678901CNY"));
        assert_eq!(difference(Money::new(1_500_000_000)), "+1.5");
        assert_eq!(difference(Money::new(-1_500_000_000)), "-1.5");
    }

    #[test]
    fn prices_keep_to_one_unit() {
        let shown = |text: &str| {
            let exact: units::EnergyPrice = text.parse().unwrap();
            price(exact.get(), "kWh", exact).line(false)
        };
        assert_eq!(
            (shown("285.1CNY/MWh"), shown("1.05CNY/kWh")),
            ("0.2851 CNY/kWh".into(), "1.05 CNY/kWh".into())
        );
    }

    #[test]
    fn bars_fill_up() {
        assert_eq!(part(6, 10).line(false), " 60% ██████····");
        assert_eq!(part(0, 0).line(false), "  0% ··········");
        assert_eq!(part(u64::MAX, 1).line(false).matches('█').count(), 10);
    }
}
