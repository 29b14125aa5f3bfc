//! Names and shell text.

use strsim::jaro_winkler;

/// Lower case, every run of what a name cannot have as one `-`, at most 54 characters: a suffix still fits. Empty if
/// nothing is left.
#[must_use]
pub fn as_name(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => name.push(c),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
        if name.len() >= 54 {
            break;
        }
    }
    name.trim_end_matches('-').to_owned()
}

/// A word that a shell takes as it is.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A text as a here-document that ends at a line the text does not have.
pub(crate) fn here(text: &str) -> String {
    let mut end = "END".to_owned();
    while text.lines().any(|line| line == end) {
        end.push('_');
    }
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("<<'{end}'\n{text}{newline}{end}\n")
}

/// A name for an environment variable.
pub(crate) fn is_variable(name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.chars().all(is_word) && name.chars().next().is_some_and(|c| !c.is_ascii_digit())
}

/// The known name that is most like `name`, if one is much like it.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = known.map(|it| (jaro_winkler(name, it), it));
    let best = likeness.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1)));
    best.filter(|(likeness, _)| *likeness >= 0.8).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_systems_become_names() {
        assert_eq!(as_name("My_Job (v2)!"), "my-job-v2");
        assert_eq!(as_name("__"), "");
        assert_eq!(as_name("训练 A"), "a");
        assert_eq!(as_name(&"x".repeat(99)).len(), 54);
    }

    #[test]
    fn no_text_ends_its_own_document() {
        assert_eq!(here("a\nEND\nEND_"), "<<'END__'\na\nEND\nEND_\nEND__\n");
    }
}
