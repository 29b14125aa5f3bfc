//! Names that are valid and told apart, out of labels in any script.

use std::collections::{BTreeMap, BTreeSet};

use model::Name;

const NAME_MOST: usize = 63;
/// Of one end in the name of a link.
const END_MOST: usize = 31;

/// Latin letters with marks, and what they are without.
const FOLDED: [(&str, &str); 22] = [
    ("àáâãäåāăąÀÁÂÃÄÅĀĂĄ", "a"),
    ("æÆ", "ae"),
    ("çćčÇĆČ", "c"),
    ("ďđðĎĐÐ", "d"),
    ("èéêëēėęěÈÉÊËĒĖĘĚ", "e"),
    ("ğģĞĢ", "g"),
    ("ìíîïīįıÌÍÎÏĪĮİ", "i"),
    ("ķĶ", "k"),
    ("ĺļľłĹĻĽŁ", "l"),
    ("ñńņňÑŃŅŇ", "n"),
    ("òóôõöøōőÒÓÔÕÖØŌŐ", "o"),
    ("œŒ", "oe"),
    ("ŕřŔŘ", "r"),
    ("śşšșŚŞŠȘ", "s"),
    ("ß", "ss"),
    ("ţťțŢŤȚ", "t"),
    ("þÞ", "th"),
    ("ùúûüūůűųÙÚÛÜŪŮŰŲ", "u"),
    ("ýÿÝŸ", "y"),
    ("źżžŹŻŽ", "z"),
    ("'’`", ""),
    ("&", "and"),
];

/// Names that are given out, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The number to try next, by the text that is numbered.
    next: BTreeMap<String, u32>,
    pub(super) numbered: usize,
}

impl Names {
    /// The first text that makes a name makes it; a number sets it apart from those given before.
    pub(super) fn take(&mut self, texts: &[&str]) -> Name {
        let slug = texts.iter().map(|text| slug(text)).find(|slug| !slug.is_empty());
        let slug = worded(&slug.unwrap_or_else(|| "node".to_owned()));
        let free = if self.taken.contains(&slug) { self.number(&slug) } else { slug };
        self.taken.insert(free.clone());
        free.parse().expect("a slug is a name")
    }

    fn number(&mut self, slug: &str) -> String {
        self.numbered += 1;
        let next = self.next.entry(slug.to_owned()).or_insert(2);
        loop {
            let suffix = format!("-{next}");
            let room = NAME_MOST - suffix.len();
            let name = format!("{}{suffix}", cut(slug, room));
            *next += 1;
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }

    /// Of a link between two.
    pub(super) fn take_between(&mut self, a: &Name, b: &Name) -> Name {
        let [a, b] = [a, b].map(|end| cut(end.as_str(), END_MOST));
        self.take(&[&format!("{a}-{b}")])
    }
}

/// A text as a name; none where nothing of it can be in one.
#[must_use]
pub fn name_of(text: &str) -> Option<Name> {
    worded(&slug(text)).parse().ok()
}

/// With a letter before a number, which would have to be quoted in YAML.
fn worded(slug: &str) -> String {
    let is_number = !slug.is_empty() && slug.bytes().all(|it| it.is_ascii_digit());
    let letter = if is_number { "n" } else { "" };
    cut(&format!("{letter}{slug}"), NAME_MOST).to_owned()
}

/// Letters and digits of ASCII, with `-` for whatever is between them; may be empty.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().take(4 * NAME_MOST) {
        match folded(letter) {
            Some(plain) => slug.push_str(&plain),
            None if slug.is_empty() || slug.ends_with('-') => {}
            None => slug.push('-'),
        }
    }
    cut(&slug, NAME_MOST).to_owned()
}

fn folded(letter: char) -> Option<String> {
    if letter.is_ascii_alphanumeric() {
        return Some(letter.to_ascii_lowercase().to_string());
    }
    let row = FOLDED.iter().find(|(marked, _)| marked.contains(letter));
    row.map(|(_, plain)| (*plain).to_owned())
}

/// At most so many letters of ASCII, without `-` at the end.
fn cut(slug: &str, most: usize) -> &str {
    slug.get(..most).unwrap_or(slug).trim_end_matches('-')
}
