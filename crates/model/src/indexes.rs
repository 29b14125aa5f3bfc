//! Which of a job's tasks: "0-1999,2003".

use std::{collections::BTreeSet, fmt, ops::RangeInclusive, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A set of task numbers, kept and written as ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Indexes {
    /// In order, apart, not touching.
    ranges: Vec<(u32, u32)>,
}

/// Task numbers are below this.
const MOST: u32 = 1_000_000;

impl Indexes {
    #[must_use]
    pub const fn none() -> Self {
        Self { ranges: Vec::new() }
    }

    /// 0 to `count` - 1.
    #[must_use]
    pub fn first(count: u32) -> Self {
        Self { ranges: count.checked_sub(1).map(|last| (0, last)).into_iter().collect() }
    }

    #[must_use]
    pub fn one(index: u32) -> Self {
        Self { ranges: vec![(index, index)] }
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|(first, last)| RangeInclusive::new(*first, *last))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        let lengths = self.ranges.iter().map(|(first, last)| u64::from(last - first) + 1);
        usize::try_from(lengths.sum::<u64>()).unwrap_or(usize::MAX)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    #[must_use]
    pub fn contains(&self, index: u32) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&index))
    }
}

impl FromIterator<u32> for Indexes {
    fn from_iter<I: IntoIterator<Item = u32>>(indexes: I) -> Self {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for index in indexes.into_iter().collect::<BTreeSet<u32>>() {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(index) => *last = index,
                _ => ranges.push((index, index)),
            }
        }
        Self { ranges }
    }
}

impl fmt::Display for Indexes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let range = |(first, last): &(u32, u32)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        };
        f.pad(&self.ranges.iter().map(range).collect::<Vec<_>>().join(","))
    }
}

impl FromStr for Indexes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            let text: String = text.chars().take(60).collect();
            format!("`{text}` is not a set of task numbers: use one as \"0-7,12\", below {MOST}")
        };
        let mut indexes = Self::default();
        for part in text.split(',').filter(|_| !text.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let first: u32 = first.parse().map_err(|_| wrong())?;
            let last: u32 = last.parse().map_err(|_| wrong())?;
            let follows = indexes.ranges.last().is_none_or(|(_, before)| *before < first);
            if first > last || last >= MOST || !follows {
                return Err(wrong());
            }
            match indexes.ranges.last_mut() {
                Some((_, before)) if *before + 1 == first => *before = last,
                _ => indexes.ranges.push((first, last)),
            }
        }
        Ok(indexes)
    }
}

impl TryFrom<String> for Indexes {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Indexes> for String {
    fn from(indexes: Indexes) -> Self {
        indexes.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_reads() {
        for (text, count) in [("", 0), ("0-3", 4), ("0-3,7,9-10", 7), ("5", 1)] {
            let read: Indexes = text.parse().unwrap();
            assert_eq!((read.to_string(), read.len()), (text.to_owned(), count));
            assert_eq!(read.iter().collect::<Indexes>(), read);
        }
        assert_eq!("0-1,2-3".parse::<Indexes>().unwrap().to_string(), "0-3");
        assert_eq!(Indexes::first(3), "0-2".parse().unwrap());
        assert_eq!(Indexes::first(0), Indexes::default());
        for wrong in ["3-1", "1,1", "a", "-", "1-", "0-99999999", "5,3", ","] {
            assert!(wrong.parse::<Indexes>().is_err(), "{wrong}");
        }
    }
}
