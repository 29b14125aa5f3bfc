//! Manifests: text in, checked resources out, or everything that is wrong with line and field.

mod fault;
mod read;
mod references;
mod tree;
mod write;

use std::{
    cell::RefCell,
    collections::{BTreeMap, btree_map::Entry},
};

use model::{Invalid, Kind, Metadata, Name, Resource, Spec};
use serde::Deserialize;

pub use references::check_references;
pub(crate) use write::manifest_schema;
pub use write::{schema, to_yaml};

use fault::{Fault, Path, Place, shown, unknown};
use read::Reader;
use tree::{Key, Node, Value};

/// Bytes in a text.
pub const MOST_BYTES: usize = 8 << 20;
/// Resources in a text.
pub const MOST_DOCUMENTS: usize = 10_000;
/// Errors that are told at once.
pub const MOST_ERRORS: usize = 50;
/// What `apiVersion` may say; it may be left out.
pub const API_VERSION: &str = "jingwei/v1";
/// The project of a job that names none.
pub const DEFAULT_PROJECT: &str = "default";

/// Reads every document of a text in YAML or JSON: several separated by `---`, or a list of them.
///
/// # Errors
/// What is wrong in all documents, at most [`MOST_ERRORS`], in the order of the text. Never empty; every one has a
/// field ("document" where none is meant) and its line.
pub fn parse(text: &str) -> Result<Vec<Resource>, Vec<Invalid>> {
    if text.len() > MOST_BYTES {
        let message =
            format!("the text has {} bytes: the most is {MOST_BYTES}, split it", text.len());
        return Err(vec![Invalid::new("document", message)]);
    }
    let (documents, broken) = tree::read(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut reading = Reading::default();
    for document in &documents {
        reading
            .faults
            .extend(document.faults.iter().cloned().map(|fault| (reading.documents + 1, fault)));
        reading.take_root(&document.root);
    }
    reading.faults.extend(broken.map(|fault| (reading.documents + 1, fault)));
    reading.finish()
}

/// What has been read so far.
#[derive(Debug, Default)]
struct Reading {
    /// Those that are not empty.
    documents: usize,
    resources: Vec<Resource>,
    first: BTreeMap<(Kind, Option<String>, Name), Place>,
    /// Each with the number of its document.
    faults: Vec<(usize, Fault)>,
}

impl Reading {
    fn take_root(&mut self, root: &Node) {
        match &root.value {
            Value::Empty | Value::Null => {}
            Value::List(items) => items.iter().for_each(|item| self.take(item)),
            _ => self.take(root),
        }
    }

    fn take(&mut self, root: &Node) {
        self.documents += 1;
        if self.documents > MOST_DOCUMENTS {
            if self.documents == MOST_DOCUMENTS + 1 {
                let message = format!("more than {MOST_DOCUMENTS} documents: split the text");
                self.faults.push((self.documents, Fault::located("", root.place, message)));
            }
            return;
        }
        let noted = RefCell::new(Vec::new());
        let resource = read_document(root, &noted);
        let faults = noted.into_inner();
        self.faults.extend(faults.into_iter().map(|fault| (self.documents, fault)));
        if let Some(resource) = resource {
            self.keep(resource, root);
        }
    }

    fn keep(&mut self, resource: Resource, root: &Node) {
        let kind = resource.spec.kind();
        let wrong = resource.metadata.check(kind).into_iter().chain(resource.spec.check());
        for Invalid { field, message } in wrong {
            let place = read::locate(root, &field);
            self.faults.push((self.documents, Fault::located(field, place, message)));
        }
        let place = read::locate(root, "metadata.name");
        let project = resource.metadata.project.as_ref().map_or(DEFAULT_PROJECT, Name::as_str);
        let project = (kind == Kind::Job).then(|| project.to_owned());
        match self.first.entry((kind, project, resource.metadata.name.clone())) {
            Entry::Vacant(entry) => drop(entry.insert(place)),
            Entry::Occupied(entry) => {
                let (line, name) = (entry.get().line, &resource.metadata.name);
                let message =
                    format!("{kind} `{name}` is already given on line {line}: give each once");
                self.faults.push((self.documents, Fault::located("metadata.name", place, message)));
            }
        }
        self.resources.push(resource);
    }

    fn finish(mut self) -> Result<Vec<Resource>, Vec<Invalid>> {
        if self.documents == 0 && self.faults.is_empty() {
            let message =
                "nothing is given: write at least one document with `kind`, `metadata` and `spec`";
            return Err(vec![Invalid::new("document", message)]);
        }
        if self.faults.is_empty() {
            return Ok(self.resources);
        }
        self.faults
            .sort_by_key(|(number, fault)| (*number, fault.at.as_ref().map(|(_, place)| *place)));
        let several = self.documents > 1;
        Err(self
            .faults
            .into_iter()
            .take(MOST_ERRORS)
            .map(|(number, it)| told(number, several, it))
            .collect())
    }
}

/// "document 2, line 7, column 5: ...".
fn told(number: usize, several: bool, fault: Fault) -> Invalid {
    let document = if several { format!("document {number}, ") } else { String::new() };
    match fault.at {
        Some((field, place)) => {
            Invalid::new(field, format!("{document}{place}: {}", fault.message))
        }
        None => Invalid::new("document", format!("{document}{}", fault.message)),
    }
}

const PARTS: [&str; 4] = ["kind", "metadata", "spec", "apiVersion"];

/// One document, or none and something noted.
fn read_document(root: &Node, noted: &RefCell<Vec<Fault>>) -> Option<Resource> {
    let note = |field: &str, place: Place, message: String| {
        noted.borrow_mut().push(Fault::located(field, place, message));
    };
    let Value::Fields(fields) = &root.value else {
        note("", root.place, "expected the fields kind, metadata and spec".to_owned());
        return None;
    };
    for (key, _) in
        fields.iter().filter(|(key, _)| !PARTS.contains(&key.name.as_str())).take(MOST_ERRORS)
    {
        note(&shown(&key.name), key.place, unknown("field", &key.name, &PARTS));
    }
    check_version(fields, &note);
    let find = |name: &'static str| {
        let found = fields.iter().find(|(key, _)| key.name == name);
        if found.is_none() {
            note(name, root.place, format!("`{name}` is missing: it must be given"));
        }
        found
    };
    let kind = find("kind").and_then(|(_, node)| read_kind(node, &note));
    let metadata =
        find("metadata").and_then(|field| read_part(field, noted, |it| Metadata::deserialize(it)));
    let spec = find("spec")
        .zip(kind)
        .and_then(|(field, kind)| read_part(field, noted, |it| read_spec(kind, it)));
    Some(Resource { metadata: metadata?, spec: spec? })
}

fn check_version(fields: &[(Key, Node)], note: &impl Fn(&str, Place, String)) {
    let Some((_, node)) = fields.iter().find(|(key, _)| key.name == "apiVersion") else { return };
    if !matches!(&node.value, Value::Text(text) if text == API_VERSION) {
        note(
            "apiVersion",
            node.place,
            format!("only `{API_VERSION}` is known: write that or leave it out"),
        );
    }
}

fn read_kind(node: &Node, note: &impl Fn(&str, Place, String)) -> Option<Kind> {
    let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    let Value::Text(text) = &node.value else {
        note("kind", node.place, format!("expected one of {}", names.join(", ")));
        return None;
    };
    let kind = Kind::ALL.iter().find(|kind| kind.as_str() == text).copied();
    if kind.is_none() {
        note("kind", node.place, unknown("kind", text, &names));
    }
    kind
}

fn read_part<T>(
    (key, node): &(Key, Node),
    noted: &RefCell<Vec<Fault>>,
    read: impl FnOnce(Reader<'_>) -> Result<T, Fault>,
) -> Option<T> {
    let path = Path::Field(&Path::Root, &key.name);
    match read(Reader::new(node, key.place, &path, noted)) {
        Ok(value) => Some(value),
        Err(fault) => {
            noted.borrow_mut().push(fault.at(&path, key.place));
            None
        }
    }
}

fn read_spec(kind: Kind, reader: Reader<'_>) -> Result<Spec, Fault> {
    Ok(match kind {
        Kind::Organization => Spec::Organization(Deserialize::deserialize(reader)?),
        Kind::Project => Spec::Project(Deserialize::deserialize(reader)?),
        Kind::Node => Spec::Node(Deserialize::deserialize(reader)?),
        Kind::Flavor => Spec::Flavor(Deserialize::deserialize(reader)?),
        Kind::Site => Spec::Site(Deserialize::deserialize(reader)?),
        Kind::Pool => Spec::Pool(Deserialize::deserialize(reader)?),
        Kind::Link => Spec::Link(Deserialize::deserialize(reader)?),
        Kind::Dataset => Spec::Dataset(Deserialize::deserialize(reader)?),
        Kind::Edge => Spec::Edge(Deserialize::deserialize(reader)?),
        Kind::Service => Spec::Service(Deserialize::deserialize(reader)?),
        Kind::Job => Spec::Job(Deserialize::deserialize(reader)?),
    })
}

#[cfg(test)]
mod tests;
