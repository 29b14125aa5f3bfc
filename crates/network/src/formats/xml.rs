//! What forms of XML have in common.

use roxmltree::{Document, Node, ParsingOptions};

use super::FormatError;

/// Elements and texts, at most.
const PARTS_MOST: u32 = 20_000_000;

pub(super) fn parse<'a>(text: &'a str, form: &str) -> Result<Document<'a>, FormatError> {
    let options = ParsingOptions { nodes_limit: PARTS_MOST, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        FormatError::at(u64::from(error.pos().row), format!("not {form}: {error}"))
    })
}

/// Names of elements are compared without their namespaces, which many files leave out.
pub(super) fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

pub(super) fn child<'a, 'i>(of: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    of.children().find(|it| is(*it, name))
}

pub(super) fn wrong(at: Node<'_, '_>, what: impl Into<String>) -> FormatError {
    let line = at.document().text_pos_at(at.range().start).row;
    FormatError::at(u64::from(line), what)
}

pub(super) fn attribute<'a>(of: Node<'a, '_>, name: &str) -> Result<&'a str, FormatError> {
    let element = of.tag_name().name().to_owned();
    of.attribute(name).ok_or_else(|| wrong(of, format!("<{element}> needs `{name}`")))
}
