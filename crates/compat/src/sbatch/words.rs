//! Text to options: the `#SBATCH` lines of a script, the environment, and a command line, read as sbatch(1) says.

use std::collections::BTreeMap;

use super::options::{OPTIONS, Opt, Takes, long, short};
use crate::{
    note::{Fault, Place},
    text::nearest,
};

/// An option as it was given last: the command line counts before the environment, that before the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) value: String,
    pub(crate) place: Place,
}

/// By the option's long name.
pub(crate) type Options = BTreeMap<&'static str, Given>;

/// What stands on a command line: options, the script's path, its arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandLine {
    pub(crate) options: Options,
    /// None: `--wrap`, or standard input.
    pub script: Option<String>,
    pub arguments: Vec<String>,
}

impl CommandLine {
    /// # Errors
    /// Options that are unknown, or lack their value.
    pub fn read(words: &[String]) -> Result<Self, Vec<Fault>> {
        let mut all = Self::default();
        let mut rest = words;
        loop {
            match rest {
                [end, after @ ..] if end == "--" => {
                    rest = after;
                    break;
                }
                [word, ..] if word.starts_with('-') && word.len() > 1 => {
                    let used = take(&mut all.options, rest, &Place::CommandLine);
                    rest = used.map_err(|fault| vec![fault])?;
                }
                _ => break,
            }
        }
        if let [script, arguments @ ..] = rest {
            all.script = Some(script.clone());
            all.arguments = arguments.to_vec();
        }
        Ok(all)
    }

    #[must_use]
    pub fn has(&self, option: &str) -> bool {
        self.options.contains_key(option)
    }

    /// Of an option that is given here.
    #[must_use]
    pub fn value(&self, option: &str) -> Option<&str> {
        self.options.get(option).map(|given| given.value.as_str())
    }
}

/// Takes the option at the beginning, and gives the words behind it and its value.
fn take<'a>(
    options: &mut Options,
    words: &'a [String],
    place: &Place,
) -> Result<&'a [String], Fault> {
    let Some((word, rest)) = words.split_first() else { return Ok(words) };
    match word.strip_prefix("--") {
        Some(name) => take_long(options, name, rest, place),
        None => take_short(options, word.trim_start_matches('-'), rest, place),
    }
}

fn take_long<'a>(
    options: &mut Options,
    word: &str,
    rest: &'a [String],
    place: &Place,
) -> Result<&'a [String], Fault> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (word, None),
    };
    let opt = long(name).ok_or_else(|| unknown(&format!("--{name}"), place))?;
    let (value, rest) = match (opt.takes, value) {
        (Takes::Nothing, Some(_)) => {
            return Err(Fault::new(place.clone(), opt.shown(), "it takes no value"));
        }
        (Takes::Value, None) => behind(opt, rest, place)?,
        (_, value) => (value.unwrap_or_default(), rest),
    };
    options.insert(opt.long, Given { value, place: place.clone() });
    Ok(rest)
}

/// `-n4`, `-n 4`, or several letters that take nothing: `-HQ`.
fn take_short<'a>(
    options: &mut Options,
    letters: &str,
    rest: &'a [String],
    place: &Place,
) -> Result<&'a [String], Fault> {
    for (at, letter) in letters.char_indices() {
        let opt = short(letter).ok_or_else(|| unknown(&format!("-{letter}"), place))?;
        let after = letters.get(at + letter.len_utf8()..).unwrap_or_default();
        let (value, left) = match opt.takes {
            Takes::Value if after.is_empty() => behind(opt, rest, place)?,
            Takes::Value => (after.strip_prefix('=').unwrap_or(after).to_owned(), rest),
            Takes::Maybe | Takes::Nothing => (String::new(), rest),
        };
        options.insert(opt.long, Given { value, place: place.clone() });
        if opt.takes == Takes::Value {
            return Ok(left);
        }
    }
    Ok(rest)
}

fn behind<'a>(
    opt: &Opt,
    rest: &'a [String],
    place: &Place,
) -> Result<(String, &'a [String]), Fault> {
    match rest.split_first() {
        Some((value, rest)) => Ok((value.clone(), rest)),
        None => Err(Fault::new(place.clone(), opt.shown(), "its value is missing")),
    }
}

/// Options of `jw` itself, which stand before the word sbatch.
const OF_JW: [&str; 6] =
    ["--server", "--token-file", "--insecure", "--project", "--no-headers", "--color"];

fn unknown(option: &str, place: &Place) -> Fault {
    let message = match nearest(option.trim_start_matches('-'), OPTIONS.iter().map(|it| it.long)) {
        _ if OF_JW.contains(&option) => format!("it is an option of jw: `jw {option} ... sbatch`"),
        Some(near) if option.starts_with("--") => {
            format!("sbatch has no such option: did you mean --{near}?")
        }
        _ => "sbatch has no such option: see `jw sbatch --help`".to_owned(),
    };
    Fault::new(place.clone(), option, message)
}

/// What the script's own lines say.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) options: Options,
    pub(crate) faults: Vec<Fault>,
    /// The first line that looks like options and stands behind the first command.
    pub(crate) late: Option<u64>,
}

/// Options of all `#SBATCH` lines before the first command.
pub(crate) fn lines(script: &str) -> Lines {
    let mut all = Lines::default();
    let mut is_over = false;
    for (number, line) in (1..).zip(script.lines()) {
        let words = line
            .strip_prefix("#SBATCH")
            .filter(|rest| !rest.starts_with(|c: char| !c.is_whitespace()));
        match words {
            Some(_) if is_over => all.late = all.late.or(Some(number)),
            Some(text) => take_line(&mut all, text, number),
            None => is_over |= !line.trim().is_empty() && !line.starts_with('#'),
        }
    }
    all
}

fn take_line(all: &mut Lines, text: &str, number: u64) {
    let place = Place::Line(number);
    let words = match words(text) {
        Ok(words) => words,
        Err(message) => return all.faults.push(Fault::new(place, "#SBATCH", message)),
    };
    let mut rest = words.as_slice();
    while let Some(word) = rest.first() {
        if word == "hetjob" || word == "packjob" {
            let message = "jobs of several unlike parts are not known: submit each part";
            return all.faults.push(Fault::new(place, word, message));
        }
        if !word.starts_with('-') || word.len() < 2 {
            let message = "not an option: sbatch takes only options here";
            return all.faults.push(Fault::new(place, word, message));
        }
        match take(&mut all.options, rest, &place) {
            Ok(left) => rest = left,
            Err(fault) => return all.faults.push(fault),
        }
    }
}

/// Splits at blanks; quotes and backslashes keep them, `#` behind a blank begins a comment.
fn words(text: &str) -> Result<Vec<String>, &'static str> {
    let mut all: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, '#') if word.is_none() => break,
            (None, c) if c.is_whitespace() => all.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed");
    }
    all.extend(word);
    Ok(all)
}

/// What the environment says. A variable without a value counts for nothing, except where the option takes none.
pub(crate) fn variables(variables: &BTreeMap<String, String>) -> Options {
    let set = OPTIONS.iter().filter_map(|opt| {
        let variable = opt.variable?;
        let value = variables.get(variable)?;
        if value.is_empty() && opt.takes == Takes::Value {
            return None;
        }
        let value = if opt.takes == Takes::Nothing { String::new() } else { value.clone() };
        Some((opt.long, Given { value, place: Place::Variable(variable.to_owned()) }))
    });
    set.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        words(text).unwrap()
    }

    #[test]
    fn words_keep_what_is_quoted() {
        assert_eq!(
            split(r#" --comment="a b" -J 'x # y' z\ w # -n 4"#),
            ["--comment=a b", "-J", "x # y", "z w"]
        );
        assert_eq!(split(""), [""; 0]);
        assert!(words("--comment='a").is_err());
    }

    #[test]
    fn every_option_has_its_own_name_and_letter() {
        for (at, one) in OPTIONS.iter().enumerate() {
            for other in &OPTIONS[at + 1..] {
                assert!(one.long < other.long, "{} {}", one.long, other.long);
                assert!(one.short.is_none() || one.short != other.short, "{}", one.long);
                assert!(one.variable.is_none() || one.variable != other.variable, "{}", one.long);
            }
        }
    }
}
