//! Points in time as `--begin` and `--deadline` write them: `now+2hours`, `16:00`, `2026-01-20T12:34:00`, `tomorrow`.

use jiff::{
    Zoned,
    civil::{Date, Time as Clock},
};
use units::{Span, When};

/// Units behind `now+`, by how they begin.
const UNITS: [(&str, u64); 5] =
    [("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400), ("week", 604_800)];
const CLOCKS: [(&str, i8); 5] =
    [("midnight", 0), ("elevenses", 11), ("noon", 12), ("fika", 15), ("teatime", 16)];

/// In the time zone of `now`. A time of day that has passed means tomorrow.
pub(crate) fn when(text: &str, now: &Zoned) -> Result<When, String> {
    let wrong = || {
        format!(
            "`{text}` is not a point in time: use one as 16:00, now+2hours or 2026-01-20T12:34:00"
        )
    };
    let lower = text.trim().to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("now") {
        return after(rest.trim()).map(When::After).ok_or_else(wrong);
    }
    let (date, clock) = parts(&lower, now).ok_or_else(wrong)?;
    let midnight = Clock::midnight();
    let at = |date: Date| {
        let there = date.to_datetime(clock.unwrap_or(midnight)).to_zoned(now.time_zone().clone());
        there.ok().filter(|it| clock.is_some() || it.date() == date)
    };
    let found = match date {
        Some(date) => at(date),
        None => at(now.date()).filter(|it| it > now).or_else(|| at(now.date().tomorrow().ok()?)),
    };
    found.map(|it| When::At(it.timestamp().into())).ok_or_else(wrong)
}

/// `+60`, `+2hours`; nothing.
fn after(text: &str) -> Option<Span> {
    if text.is_empty() {
        return Some(Span::ZERO);
    }
    let text = text.strip_prefix('+')?.trim();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let named = |(name, _): &&(&str, u64)| {
        !unit.trim().is_empty()
            && (name.starts_with(unit.trim()) || unit.trim() == format!("{name}s"))
    };
    let scale = if unit.is_empty() { 1 } else { UNITS.iter().find(named)?.1 };
    Some(Span::seconds(count.checked_mul(scale).filter(|seconds| *seconds < 1 << 40)?))
}

fn parts(text: &str, now: &Zoned) -> Option<(Option<Date>, Option<Clock>)> {
    let (mut date, mut clock) = (None, None);
    let halves = text.split(|c: char| c == 't' || c.is_whitespace());
    // A word as "tomorrow" or "teatime" has a `t` of its own.
    let is_iso = text.starts_with(|c: char| c.is_ascii_digit());
    let words: Vec<&str> =
        if is_iso { halves.collect() } else { text.split_whitespace().collect() };
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        if let Some(found) = day(word, now) {
            if date.replace(found).is_some() {
                return None;
            }
        } else if clock.replace(time_of_day(word)?).is_some() {
            return None;
        }
    }
    (date.is_some() || clock.is_some()).then_some((date, clock))
}

/// `today`, `tomorrow`, `2026-01-20`, `01/20/26`, `01/20`, `012026`.
fn day(text: &str, now: &Zoned) -> Option<Date> {
    match text {
        "today" => return Some(now.date()),
        "tomorrow" => return now.date().tomorrow().ok(),
        _ => {}
    }
    let number = |text: &str| text.parse::<i16>().ok();
    let year =
        |text: &str| number(text).map(|year| if text.len() <= 2 { 2_000 + year } else { year });
    let of = |year: Option<i16>, month: &str, day: &str| {
        Date::new(year?, month.parse().ok()?, day.parse().ok()?).ok()
    };
    let by = |separator| text.split(separator).collect::<Vec<&str>>();
    match (by('-').as_slice(), by('/').as_slice()) {
        ([y, month, day], _) => of(number(y), month, day),
        (_, [month, day, y]) => of(year(y), month, day),
        (_, [month, day]) => {
            let date = of(Some(now.year()), month, day)?;
            if date < now.date() {
                date.checked_add(jiff::Span::new().years(1)).ok()
            } else {
                Some(date)
            }
        }
        _ if text.len() == 6 && text.is_ascii() => {
            of(year(text.get(4..)?), text.get(..2)?, text.get(2..4)?)
        }
        _ => None,
    }
}

/// `16:00`, `4:30:15pm`, `noon`.
fn time_of_day(text: &str) -> Option<Clock> {
    if let Some((_, hour)) = CLOCKS.iter().find(|(name, _)| *name == text) {
        return Clock::new(*hour, 0, 0, 0).ok();
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let mut parts = digits.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let hour = match text.strip_prefix(digits)? {
        "" => hour,
        "am" => hour % 12,
        "pm" => (hour % 12).checked_add(12)?,
        _ => return None,
    };
    parts.next().is_none().then(|| Clock::new(hour, minute, second, 0).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_have_all_of_slurms_forms() {
        let now: Zoned = "2026-03-05T10:20:30+08:00[Asia/Shanghai]".parse().unwrap();
        for (text, expected) in [
            ("now", "+0ms"),
            ("now+60", "+60s"),
            ("now+2hours", "+2h"),
            ("now + 1week", "+7d"),
            ("16:00", "2026-03-05T08:00:00Z"),
            ("10:00", "2026-03-06T02:00:00Z"),
            ("4:30PM", "2026-03-05T08:30:00Z"),
            ("2026-04-01", "2026-03-31T16:00:00Z"),
            ("2026-04-01T12:34", "2026-04-01T04:34:00Z"),
            ("2026-04-01T12:34:56", "2026-04-01T04:34:56Z"),
            ("04/01/26 08:00", "2026-04-01T00:00:00Z"),
            ("03/01", "2027-02-28T16:00:00Z"),
            ("040126", "2026-03-31T16:00:00Z"),
            ("tomorrow", "2026-03-05T16:00:00Z"),
            ("teatime", "2026-03-05T08:00:00Z"),
            ("noon tomorrow", "2026-03-06T04:00:00Z"),
        ] {
            let expected: When = expected.parse().unwrap();
            assert_eq!(when(text, &now), Ok(expected), "{text}");
        }
        for wrong in [
            "",
            "soon",
            "25:00",
            "now-1",
            "now+x",
            "2026-13-01",
            "12:00 13:00",
            "1/2/3/4",
            "t",
            "now+1fortnight",
        ] {
            assert!(when(wrong, &now).is_err(), "{wrong}");
        }
    }
}
