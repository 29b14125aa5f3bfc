//! Months of the calendar.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil::Date, tz::TimeZone};

use crate::{QuantityError, Time};

/// A month in UTC, years 1 to 9998. Written "2026-03".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    /// The month that a time is in.
    #[must_use]
    pub fn of(time: Time) -> Self {
        Self(time.timestamp().to_zoned(TimeZone::UTC).date().first_of_month())
    }

    /// Its first moment, and the first after it.
    #[must_use]
    pub fn range(self) -> (Time, Time) {
        (begin(self.0), self.0.checked_add(1.month()).map_or(Time::MAX, begin))
    }
}

fn begin(day: Date) -> Time {
    day.to_zoned(TimeZone::UTC).map_or(Time::MAX, |it| it.timestamp().into())
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.strftime("%Y-%m").to_string())
    }
}

impl FromStr for Month {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (year, month) = text.split_once('-')?;
            let digits = |it: &str, len| it.len() == len && it.bytes().all(|b| b.is_ascii_digit());
            let is_form = digits(year, 4) && digits(month, 2);
            let date = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
            (is_form && (1..=9998).contains(&date.year())).then_some(Self(date))
        };
        read().ok_or_else(|| QuantityError::NotANumber {
            text: text.to_owned(),
            what: "month",
            example: "2026-03",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_where_the_one_before_ends() {
        let month: Month = "2024-02".parse().unwrap();
        let (from, to) = month.range();
        assert_eq!(
            (from.to_string(), to.to_string()),
            ("2024-02-01T00:00:00Z".into(), "2024-03-01T00:00:00Z".into())
        );
        assert_eq!(Month::of(to.before(crate::Span::new(1))), month);
        assert_eq!(Month::of(to).to_string(), "2024-03");
        assert_eq!(
            "2026-12".parse::<Month>().unwrap().range().1.to_string(),
            "2027-01-01T00:00:00Z"
        );
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "26-01",
            "2026-1",
            "2026-01-01",
            "-001-01",
            "9999-12",
            "+026-01",
        ] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }
}
