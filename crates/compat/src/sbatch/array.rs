//! Job arrays: `0-15%4`, `1,3,5-9:2`. Slurm's indexes are a set; Jingwei's tasks are counted from 0 in its order.

use std::collections::BTreeSet;

/// Tasks of one job at most.
const MOST: usize = 10_000;
/// The highest index of Slurm's own limit (MaxArraySize).
const HIGHEST: u32 = 4_000_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Array {
    /// Indexes in ascending order as runs of equal steps: first, how many, step.
    pub(crate) runs: Vec<(u32, u32, u32)>,
    pub(crate) count: u32,
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// Of the text, where it is one range; else 1, as Slurm says.
    pub(crate) step: u32,
    pub(crate) at_once: Option<u32>,
}

pub(crate) fn array(text: &str) -> Result<Array, String> {
    let wrong = || format!("`{text}` is not a list of indexes: use one as 0-15%4 or 1,3,5-9:2");
    let (list, at_once) = match text.split_once('%') {
        Some((list, most)) => (list, Some(most.parse().map_err(|_| wrong())?)),
        None => (text, None),
    };
    let list = list.trim_start_matches('[').trim_end_matches(']');
    let mut set = BTreeSet::new();
    for part in list.split(',') {
        let (first, last, step) = range(part).ok_or_else(wrong)?;
        let indexes = (first..=last).step_by(usize::try_from(step).unwrap_or(1));
        set.extend(indexes.take(MOST + 1));
        if set.len() > MOST {
            return Err(format!("more than {MOST} tasks: submit it in parts"));
        }
    }
    let (Some(first), Some(last)) = (set.first().copied(), set.last().copied()) else {
        return Err(wrong());
    };
    let step = if list.contains(',') { 1 } else { range(list).map_or(1, |(_, _, step)| step) };
    let count = u32::try_from(set.len()).unwrap_or(u32::MAX);
    // Slurm takes a limit of 0 for none.
    let at_once = at_once.filter(|most: &u32| *most > 0).map(|most| most.min(count));
    Ok(Array { runs: runs(&set), count, first, last, step, at_once })
}

fn range(text: &str) -> Option<(u32, u32, u32)> {
    let (ends, step) = match text.split_once(':') {
        Some((ends, step)) => (ends, step.parse().ok().filter(|step| *step > 0)?),
        None => (text, 1),
    };
    let (first, last) = ends.split_once('-').unwrap_or((ends, ends));
    let index = |text: &str| text.parse::<u32>().ok().filter(|index| *index <= HIGHEST);
    let (first, last) = (index(first)?, index(last)?);
    (first <= last).then_some((first, last, step))
}

fn runs(set: &BTreeSet<u32>) -> Vec<(u32, u32, u32)> {
    let mut all: Vec<(u32, u32, u32)> = Vec::new();
    for index in set {
        match all.last_mut() {
            Some((first, count @ 1, step)) => {
                *step = index - *first;
                *count = 2;
            }
            Some((first, count, step)) if *index == *first + *count * *step => *count += 1,
            _ => all.push((*index, 1, 1)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn indexes(array: &Array) -> Vec<u32> {
        array
            .runs
            .iter()
            .flat_map(|(first, count, step)| (0..*count).map(move |at| first + at * step))
            .collect()
    }

    #[test]
    fn indexes_have_all_of_slurms_forms() {
        let read = |text: &str| array(text).map(|it| (indexes(&it), it.step, it.at_once));
        assert_eq!(read("0-3"), Ok((vec![0, 1, 2, 3], 1, None)));
        assert_eq!(read("0-15:4%2"), Ok((vec![0, 4, 8, 12], 4, Some(2))));
        assert_eq!(read("9,1,3,5-9:2"), Ok((vec![1, 3, 5, 7, 9], 1, None)));
        assert_eq!(read("7"), Ok((vec![7], 1, None)));
        assert_eq!(read("1-2%0").map(|it| it.2), Ok(None));
        assert_eq!(array("0-9999").map(|it| it.runs), Ok(vec![(0, 10_000, 1)]));
        for wrong in ["", "a", "3-1", "1-", "-1", "1,,2", "0-3:0", "0-3%x", "0-10000", "0-4000001"]
        {
            assert!(array(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn runs_are_the_set(set in prop::collection::btree_set(0_u32..500, 1..60)) {
            let text = set.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
            let read = array(&text).unwrap();
            prop_assert_eq!(indexes(&read), set.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!((read.first, read.last, read.count as usize), (*set.first().unwrap(), *set.last().unwrap(), set.len()));
        }
    }
}
