//! Text to a tree in which every value knows its line. Nothing is known of resources here.
//!
//! YAML 1.2 with the core schema; JSON is a part of it. Limits keep a small text from becoming a large tree: depth
//! and the number of values, those behind aliases counted each time they are used.

use std::{borrow::Cow, collections::BTreeMap};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Span, Tag};

use super::fault::{Fault, Place, shown};

/// Lists and fields within each other.
const DEEPEST: usize = 64;
/// Values in a whole text.
const MOST_VALUES: usize = 1_000_000;

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Nothing is written where a value could stand.
    Empty,
    /// `null` or `~`.
    Null,
    Bool(bool),
    /// As written: "1.50" stays that.
    Number(String),
    Text(String),
    List(Vec<Node>),
    /// In the order written; every name once.
    Fields(Vec<(Key, Node)>),
}

#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) place: Place,
    pub(super) name: String,
}

/// One document, and the keys that stand twice in it.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) root: Node,
    pub(super) faults: Vec<Fault>,
}

/// A list or fields being read.
#[derive(Debug)]
struct Open {
    place: Place,
    anchor: usize,
    /// Depth of the deepest child so far.
    deepest: usize,
    /// Values within, itself counted.
    values: usize,
    items: Items,
}

#[derive(Debug)]
enum Items {
    List(Vec<Node>),
    Fields { done: Vec<(Key, Node)>, key: Option<Key> },
}

/// A finished value with its size.
#[derive(Debug, Clone)]
struct Sized {
    node: Node,
    depth: usize,
    values: usize,
}

#[derive(Debug, Default)]
struct Builder {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Sized>,
    values: usize,
    faults: Vec<Fault>,
    root: Option<Node>,
}

/// Reads all documents up to the end or to what makes reading on impossible.
pub(super) fn read(text: &str) -> (Vec<Document>, Option<Fault>) {
    let mut options = granit_parser::options! {
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
        disallow_directives: true,
    };
    options.set_emit_comments(false);
    let mut builder = Builder::default();
    let mut documents = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let step = match event {
            Ok((Event::DocumentEnd, _)) => {
                documents.extend(builder.finish());
                Ok(())
            }
            Ok((event, span)) => builder.take(event, &span),
            Err(error) => Err(broken(&error)),
        };
        if let Err(fault) = step {
            return (documents, Some(fault));
        }
    }
    (documents, None)
}

fn broken(error: &granit_parser::ScanError) -> Fault {
    let marker = error.marker();
    let place = Place { line: marker.line().max(1), column: marker.col() + 1 };
    let message = match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(),
        _ => format!("this is neither YAML nor JSON: {}", error.info()),
    };
    Fault::located("", place, message)
}

fn too_deep() -> String {
    format!("more than {DEEPEST} lists and fields within each other")
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line().max(1), column: span.start.col() + 1 }
}

impl Builder {
    fn finish(&mut self) -> Option<Document> {
        self.anchors.clear();
        let faults = std::mem::take(&mut self.faults);
        self.root.take().map(|root| Document { root, faults })
    }

    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Fault> {
        let place = place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.check_tag(tag.as_deref(), "str", place)?;
                let is_plain = style == ScalarStyle::Plain && tag.is_none();
                let value = match text {
                    _ if is_plain && span.is_empty() => Value::Empty,
                    text if is_plain => resolve(text),
                    text => Value::Text(text.into_owned()),
                };
                self.close(Sized { node: Node { place, value }, depth: 0, values: 1 }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", place)?;
                self.begin(place, anchor, Items::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", place)?;
                self.begin(place, anchor, Items::Fields { done: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor, place),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, place: Place, anchor: usize, items: Items) -> Result<(), Fault> {
        if let Some(Open { items: Items::Fields { key: None, .. }, .. }) = self.open.last() {
            return Err(self.fault("a field's name must be text", place));
        }
        self.check_depth(0, place)?;
        self.open.push(Open { place, anchor, deepest: 0, values: 1, items });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let value = match open.items {
            Items::List(items) => Value::List(items),
            Items::Fields { done, .. } => Value::Fields(self.without_repeated(done)),
        };
        let node = Node { place: open.place, value };
        self.close(Sized { node, depth: open.deepest + 1, values: open.values }, open.anchor)
    }

    /// A value is complete: it becomes a key, or goes into what is open around it.
    fn close(&mut self, it: Sized, anchor: usize) -> Result<(), Fault> {
        self.count(if anchor == 0 { 1 } else { 1 + it.values }, it.node.place)?;
        if anchor != 0 {
            self.anchors.insert(anchor, it.clone());
        }
        let is_key =
            matches!(self.open.last(), Some(Open { items: Items::Fields { key: None, .. }, .. }));
        let key = if is_key { Some(self.key(&it.node)?) } else { None };
        let Some(around) = self.open.last_mut() else {
            self.root = Some(it.node);
            return Ok(());
        };
        around.deepest = around.deepest.max(it.depth);
        around.values += it.values;
        match &mut around.items {
            Items::List(items) => items.push(it.node),
            Items::Fields { done, key: waiting } => match (waiting.take(), key) {
                (Some(name), _) => done.push((name, it.node)),
                (None, key) => *waiting = key,
            },
        }
        Ok(())
    }

    fn key(&self, node: &Node) -> Result<Key, Fault> {
        let name = match &node.value {
            Value::Text(name) | Value::Number(name) => name.clone(),
            Value::Bool(value) => value.to_string(),
            _ => return Err(self.fault("a field's name must be text", node.place)),
        };
        Ok(Key { place: node.place, name })
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Fault> {
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(self.fault("this alias refers to something that contains it", place));
        };
        let (depth, values) = (target.depth, target.values);
        self.check_depth(depth, place)?;
        self.count(values, place)?;
        let target = self.anchors.get(&anchor).cloned();
        target.map_or(Ok(()), |it| self.close(Sized { node: Node { place, ..it.node }, ..it }, 0))
    }

    fn check_depth(&self, more: usize, place: Place) -> Result<(), Fault> {
        if self.open.len() + more < DEEPEST {
            return Ok(());
        }
        Err(self.fault(too_deep(), place))
    }

    fn count(&mut self, values: usize, place: Place) -> Result<(), Fault> {
        self.values += values;
        if self.values <= MOST_VALUES {
            return Ok(());
        }
        Err(self.fault(format!("more than {MOST_VALUES} values: split the text"), place))
    }

    fn check_tag(&self, tag: Option<&Tag>, permitted: &str, place: Place) -> Result<(), Fault> {
        match tag {
            Some(tag) if !tag.is_yaml_core_schema_tag(permitted) => Err(self
                .fault(format!("the tag `{}` is not taken: leave it out", tag.original()), place)),
            _ => Ok(()),
        }
    }

    /// Keeps the first of each name and notes the others.
    fn without_repeated(&mut self, mut fields: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
        let mut first: BTreeMap<&str, Place> = BTreeMap::new();
        let mut repeated = Vec::new();
        for (at, (key, _)) in fields.iter().enumerate() {
            match first.get(key.name.as_str()) {
                Some(place) => repeated.push((at, key.clone(), *place)),
                None => drop(first.insert(&key.name, key.place)),
            }
        }
        for (_, key, before) in repeated.iter().take(50) {
            let message = format!(
                "`{}` is already given on line {}: give it once",
                shown(&key.name),
                before.line
            );
            let mut path = self.path();
            join(&mut path, &key.name);
            self.faults.push(Fault::located(path, key.place, message));
        }
        let mut at = 0;
        let mut repeated = repeated.into_iter().map(|(at, ..)| at).peekable();
        fields.retain(|_| {
            at += 1;
            repeated.next_if_eq(&(at - 1)).is_none()
        });
        fields
    }

    fn fault(&self, message: impl Into<String>, place: Place) -> Fault {
        Fault::located(self.path(), place, message)
    }

    /// The way to what is being read. A list around the documents is not part of it.
    fn path(&self) -> String {
        let mut path = String::new();
        for (depth, open) in self.open.iter().enumerate() {
            match &open.items {
                Items::List(_) if depth == 0 => {}
                Items::List(items) => path.push_str(&format!("[{}]", items.len())),
                Items::Fields { key: Some(key), .. } => join(&mut path, &key.name),
                Items::Fields { key: None, .. } => {}
            }
        }
        path
    }
}

fn join(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(&shown(name));
}

/// What a plain scalar is in the core schema of YAML 1.2; numbers in decimal only.
fn resolve(text: Cow<'_, str>) -> Value {
    match text.as_ref() {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        other if is_number(other) => Value::Number(text.into_owned()),
        _ => Value::Text(text.into_owned()),
    }
}

/// `[-+]?(digits[.digits?]|.digits)([eE][-+]?digits)?`
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let good_mantissa =
        all_digits(whole) && all_digits(fraction) && whole.len() + fraction.len() > 0;
    let good_exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    good_mantissa && good_exponent
}
