//! SkyPilot task files.

mod fields;
mod program;
mod resources;
mod tree;

use std::collections::BTreeMap;

use model::{DatasetRef, Name};

use crate::{
    Order, World, job_of,
    note::{Fault, Note, Place},
    text::{as_name, is_variable, nearest},
};
use fields::{Becomes, TASK, find};
use program::{Mount, Program};
use tree::{Node, Value};

/// Fields that a manifest does not have at its top.
const MARKS: [&str; 8] =
    ["run", "setup", "resources", "num_nodes", "file_mounts", "workdir", "service", "envs"];

/// What holds fields and nothing else.
const FIELDS: [&str; 4] = ["envs", "file_mounts", "resources", "resources.labels"];

/// Whether a text is a SkyPilot task file: YAML whose first document has no `kind` and one of SkyPilot's fields.
#[must_use]
pub fn is_task(text: &str) -> bool {
    // Most texts are manifests, and some are long: these are not read twice.
    let has_mark = |line: &str| {
        MARKS.iter().any(|mark| line.strip_prefix(mark).is_some_and(|rest| rest.starts_with(':')))
    };
    if !text.lines().any(has_mark) {
        return false;
    }
    let Ok(documents) = tree::read(text) else { return false };
    let first = documents.iter().find(|node| !node.is_null());
    // A pipeline begins with a document that has only a name.
    let is_one = |node: &Node| MARKS.iter().any(|mark| node.get(mark).is_some());
    first.is_some_and(|node| node.get("kind").is_none() && node.get("apiVersion").is_none())
        && documents.iter().take(2).any(is_one)
}

/// Reads a task file. `name` is for one that names itself not; `env` are values given by `--env`.
///
/// # Errors
/// Everything that keeps it from being a job.
pub fn task(
    text: &str,
    name: &str,
    env: &BTreeMap<String, String>,
    world: &World,
) -> Result<Order, Vec<Fault>> {
    let documents = tree::read(text).map_err(|fault| vec![fault])?;
    let [root] = documents.as_slice() else {
        let message = "a pipeline of several tasks: jobs do not wait for each other, submit each task by itself";
        return Err(vec![Fault::new(Place::Whole, "task", message)]);
    };
    let mut reader = Reader { world, faults: Vec::new(), notes: Vec::new() };
    reader.check(root, TASK, "");
    let order = reader.order(root, name, env);
    reader.finish(order)
}

/// What comes of reading a task.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) world: &'a World,
    faults: Vec<Fault>,
    notes: Vec<Note>,
}

impl Reader<'_> {
    pub(crate) fn fail(&mut self, node: &Node, what: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(node.place(), what, message));
    }

    pub(crate) fn say(&mut self, node: &Node, what: &str, instead: &str, lost: bool) {
        let shown = node.shown();
        let what = if shown.is_empty() { what.to_owned() } else { format!("{what}: {shown}") };
        let note = Note { place: node.place(), what, instead: instead.to_owned(), lost };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Says of all fields what the table says, and finds those that are not in it.
    pub(crate) fn check(&mut self, node: &Node, table: &[(&'static str, Becomes)], parent: &str) {
        for (name, value) in node.fields() {
            let what = format!("{parent}{name}");
            match find(table, name) {
                Some(_) if value.is_nothing() => {}
                Some(_) if FIELDS.contains(&what.as_str()) && !value.has_fields() => {
                    self.fail(value, &what, "fields are expected, as NAME: VALUE");
                }
                Some(Becomes::This(_)) => {}
                Some(Becomes::Else(instead)) => self.say(value, &what, instead, false),
                Some(Becomes::Lost(instead)) => self.say(value, &what, instead, true),
                Some(Becomes::Refused(message)) => self.fail(value, &what, message),
                None => {
                    let near = nearest(name, table.iter().map(|(known, _)| *known));
                    let near =
                        near.map_or_else(String::new, |it| format!(": did you mean `{it}`?"));
                    self.fail(value, &what, format!("SkyPilot has no such field{near}"));
                }
            }
        }
    }

    /// A text, or nothing and a fault.
    pub(crate) fn text(&mut self, node: Option<&Node>, what: &str) -> Option<String> {
        let node = node.filter(|node| !node.is_null())?;
        let text = node.scalar();
        if text.is_none() {
            self.fail(node, what, "a text is expected");
        }
        text
    }

    fn order(&mut self, root: &Node, name: &str, given: &BTreeMap<String, String>) -> Order {
        if !matches!(root.value, Value::Fields(_)) {
            self.fail(root, "task", "fields as `run` and `resources` are expected");
        }
        let env = self.env(root.get("envs"), given);
        let nodes = self.nodes(root.get("num_nodes"));
        let mounts = self.mounts(root.get("file_mounts"), &env);
        let setup = self.text(root.get("setup"), "setup");
        let run = self.text(root.get("run"), "run");
        if nodes > 1
            && [&setup, &run].into_iter().flatten().any(|text| text.contains("SKYPILOT_NODE_IPS"))
        {
            let place = root.get("run").unwrap_or(root);
            let instead = "addresses of the other nodes are not known; SKYPILOT_NODE_RANK and SKYPILOT_NUM_NODES are";
            self.notes.push(Note {
                place: place.place(),
                what: "SKYPILOT_NODE_IPS".to_owned(),
                instead: instead.to_owned(),
                lost: true,
            });
        }
        if root.get("run").is_none_or(Node::is_null) {
            self.fail(root, "run", "say what to run: a job without it would do nothing");
        }
        let program = Program {
            setup: setup.as_deref(),
            run: run.as_deref().unwrap_or_default(),
            mounts: &mounts,
            nodes,
        };
        let mut spec = job_of(program.text());
        spec.tasks = nodes;
        spec.inputs = inputs(&mounts);
        let labels = resources::read(self, root.get("resources"), &env, &mut spec);
        spec.env = env;
        spec.env.insert("SKYPILOT_NUM_NODES".to_owned(), nodes.to_string());
        let own = self.text(root.get("name"), "name");
        let mut order = Order::new(job_name(own.as_deref().unwrap_or(name)), spec);
        order.metadata.title = own;
        order.metadata.labels = labels;
        order
    }

    fn nodes(&mut self, node: Option<&Node>) -> u32 {
        let Some(node) = node.filter(|node| !node.is_null()) else { return 1 };
        let count = node.scalar().and_then(|text| text.parse().ok()).filter(|count| *count > 0);
        if count.is_none() {
            self.fail(node, "num_nodes", "a number of 1 or more is expected");
        }
        count.unwrap_or(1)
    }

    fn env(
        &mut self,
        node: Option<&Node>,
        given: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut all = given.clone();
        for (name, value) in node.map(Node::fields).unwrap_or_default() {
            if all.contains_key(name) {
                continue;
            }
            match value.scalar().filter(|text| !text.is_empty()) {
                Some(text) => drop(all.insert(name.clone(), text)),
                None => self.fail(
                    value,
                    &format!("envs.{name}"),
                    format!("it has to be given: --env {name}=VALUE"),
                ),
            }
        }
        for name in all.keys().filter(|name| !is_variable(name)) {
            self.faults.push(Fault::new(
                Place::Whole,
                "envs",
                format!("`{name}` is not the name of a variable"),
            ));
        }
        all
    }

    fn mounts(&mut self, node: Option<&Node>, env: &BTreeMap<String, String>) -> Vec<Mount> {
        let mut all = Vec::new();
        for (path, source) in node.map(Node::fields).unwrap_or_default() {
            let what = format!("file_mounts.{path}");
            let from = source.scalar().or_else(|| source.get("source").and_then(Node::scalar));
            let from = filled(&from.unwrap_or_default(), env);
            match from.strip_prefix("dataset://").map(str::parse::<Name>) {
                Some(Ok(dataset)) => all.push(Mount { path: filled(path, env), dataset }),
                Some(Err(error)) => self.fail(source, &what, error.to_string()),
                None => self.say(
                    source,
                    &what,
                    "nothing is copied from there: `jw data push`, then dataset://NAME",
                    true,
                ),
            }
        }
        all
    }

    fn finish(mut self, order: Order) -> Result<Order, Vec<Fault>> {
        order.check(self.faults)?;
        self.notes.sort_by(|one, other| one.place.cmp(&other.place));
        Ok(Order { notes: self.notes, ..order })
    }
}

fn job_name(text: &str) -> Name {
    let name = as_name(text);
    let name = if name.is_empty() { "task" } else { &name };
    name.parse().expect("only what a name can have is left")
}

/// Each dataset once, however often it is mounted.
fn inputs(mounts: &[Mount]) -> Vec<DatasetRef> {
    let mut names: Vec<Name> = mounts.iter().map(|mount| mount.dataset.clone()).collect();
    names.sort();
    names.dedup();
    names.into_iter().map(|dataset| DatasetRef { dataset }).collect()
}

/// `${NAME}` replaced by its value, once.
fn filled(text: &str, env: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, left)) = after.split_once('}') else { break };
        out.push_str(before);
        match env.get(name) {
            Some(value) => out.push_str(value),
            None => out.push_str(&format!("${{{name}}}")),
        }
        rest = left;
    }
    out + rest
}

#[cfg(test)]
mod tests;
