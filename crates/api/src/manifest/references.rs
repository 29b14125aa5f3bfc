//! Whether everything that resources speak of is there.

use std::collections::BTreeSet;

use model::{Invalid, Kind, Name, Resource};

use super::{MOST_ERRORS, fault::nearest};

/// What `new` speaks of that is neither in `new` nor `exists`, each with its index in `new`; at most
/// [`MOST_ERRORS`]. A site and a node must not share a name either, as links and users may speak of both.
pub fn check_references(
    new: &[Resource],
    exists: impl Fn(Kind, &Name) -> bool,
) -> Vec<(usize, Invalid)> {
    let given: BTreeSet<(Kind, &Name)> =
        new.iter().map(|it| (it.spec.kind(), &it.metadata.name)).collect();
    let is_there = |kind: Kind, name: &Name| given.contains(&(kind, name)) || exists(kind, name);
    let wrong = new.iter().enumerate().flat_map(|(at, it)| {
        let missing = missing(it, &given, &is_there);
        missing.into_iter().chain(shared(it, &is_there)).map(move |invalid| (at, invalid))
    });
    wrong.take(MOST_ERRORS).collect()
}

/// A reference to a node means a site as well.
fn meant(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Organization => &[Kind::Organization],
        Kind::Project => &[Kind::Project],
        Kind::Node => &[Kind::Site, Kind::Node],
        Kind::Flavor => &[Kind::Flavor],
        Kind::Site => &[Kind::Site],
        Kind::Pool => &[Kind::Pool],
        Kind::Link => &[Kind::Link],
        Kind::Dataset => &[Kind::Dataset],
        Kind::Edge => &[Kind::Edge],
        Kind::Service => &[Kind::Service],
        Kind::Job => &[Kind::Job],
    }
}

fn missing(
    resource: &Resource,
    given: &BTreeSet<(Kind, &Name)>,
    is_there: &impl Fn(Kind, &Name) -> bool,
) -> Vec<Invalid> {
    let references = resource.spec.references().into_iter();
    let missing =
        references.filter(|(kind, name, _)| !meant(*kind).iter().any(|kind| is_there(*kind, name)));
    missing.map(|(kind, name, field)| Invalid::new(field, there_is_no(kind, name, given))).collect()
}

fn there_is_no(kind: Kind, name: &Name, given: &BTreeSet<(Kind, &Name)>) -> String {
    let what = if kind == Kind::Node { "Site or Node".to_owned() } else { kind.to_string() };
    let known = given
        .iter()
        .filter(|(other, _)| meant(kind).contains(other))
        .map(|(_, name)| name.as_str());
    let known: Vec<&str> = known.collect();
    match nearest(name.as_str(), &known) {
        Some(near) => format!("there is no {what} `{name}`, did you mean `{near}`?"),
        None => format!("there is no {what} `{name}`: create it first or in the same text"),
    }
}

fn shared(resource: &Resource, is_there: &impl Fn(Kind, &Name) -> bool) -> Option<Invalid> {
    let other = match resource.spec.kind() {
        Kind::Site => Kind::Node,
        Kind::Node => Kind::Site,
        _ => return None,
    };
    let name = &resource.metadata.name;
    is_there(other, name).then(|| {
        let message =
            format!("there is a {other} `{name}` already: a site and a node must not share a name");
        Invalid::new("metadata.name", message)
    })
}
