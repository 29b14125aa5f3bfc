//! The world's resources: created, changed and deleted, all of a set or none.

use std::collections::{BTreeMap, BTreeSet};

use api::{AppliedResource, ApplyAction, ApplyAnswer, JobView, Problem, ProblemKind, ResourceView};
use model::{DatasetSpec, Decision, Invalid, JobKey, Kind, Name, Resource, Spec};
use planner::World;
use units::Time;

use crate::{
    Change, Control,
    jobs::{Live, Stop, check_version},
    sites::Site,
};

impl Control {
    /// Creates or changes everything, or nothing. `ended` holds the jobs of the same names that are final already.
    ///
    /// # Errors
    /// What is wrong, each with the number of its document where there are several.
    pub fn apply(
        &mut self,
        resources: Vec<Resource>,
        ended: &BTreeMap<JobKey, JobView>,
        dry_run: bool,
        now: Time,
    ) -> Result<ApplyAnswer, Problem> {
        self.check_set(&resources)?;
        let (jobs, nouns): (Vec<_>, Vec<_>) =
            resources.into_iter().partition(|it| it.spec.kind() == Kind::Job);
        let book = self.try_accounts(&nouns, now)?;
        let before = self.try_world(&nouns);
        let is_new_world = before.is_some();
        let orders = self.check_orders(jobs, &nouns, ended, now);
        if dry_run || orders.is_err() {
            if let Some(before) = before {
                self.planner.set_world(before);
                self.note_window();
            }
            let orders = orders?;
            return Ok(self.answer_for(&nouns, &orders));
        }
        let orders = orders?;
        let answer = self.answer_for(&nouns, &orders);
        self.book = book.unwrap_or_else(|| std::mem::take(&mut self.book));
        for noun in nouns {
            self.put_resource(noun, now);
        }
        if is_new_world {
            self.replan_broken(now);
            self.empty_drained(now);
            self.note_all_data();
            self.note_all_told();
            self.look_at_all();
        }
        for order in orders {
            self.accept(order, now);
        }
        Ok(answer)
    }

    /// Plans with the nouns from now on; the world as it was, if they change it.
    fn try_world(&mut self, nouns: &[Resource]) -> Option<World> {
        if nouns.is_empty() {
            return None;
        }
        let before = self.planner.world().clone();
        let mut world = before.clone();
        for noun in nouns {
            put(&mut world, noun);
        }
        let is_new = world != before;
        is_new.then(|| {
            self.planner.set_world(world);
            self.note_window();
            before
        })
    }

    fn check_set(&self, resources: &[Resource]) -> Result<(), Problem> {
        let mut wrong = Vec::new();
        let given = given(resources);
        for (at, resource) in resources.iter().enumerate() {
            let prefix =
                if resources.len() > 1 { format!("document {}: ", at + 1) } else { String::new() };
            let mut found = self.missing_references(&given, &resource.spec.references());
            found.extend(self.name_clash(resource, &given));
            found.extend(self.without_storage(resource, resources));
            found.extend(self.check_steering(resource, resources));
            wrong.extend(
                found
                    .into_iter()
                    .map(|it| Invalid::new(format!("{prefix}{}", it.field), it.message)),
            );
        }
        if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
    }

    /// What is moved goes to sites that keep data.
    fn without_storage(&self, resource: &Resource, given: &[Resource]) -> Vec<Invalid> {
        let Spec::Dataset(DatasetSpec { content: Some(_), replicas, .. }) = &resource.spec else {
            return Vec::new();
        };
        let of_given = |name: &Name| {
            given.iter().find_map(|it| match &it.spec {
                Spec::Site(site) if it.metadata.name == *name => Some(site),
                _ => None,
            })
        };
        let spec = |name: &Name| of_given(name).or_else(|| self.planner.world().sites.get(name));
        let lacks = |name: &Name| spec(name).is_some_and(|site| site.storage.is_none());
        let lacking = replicas.iter().enumerate().filter(|(_, name)| lacks(name));
        let told = lacking.map(|(at, name)| {
            let message = format!("site `{name}` keeps no data: give it `storage`");
            Invalid::new(format!("spec.replicas[{at}]"), message)
        });
        told.collect()
    }

    /// Sites and nodes are both places of the network: a link's end names either.
    fn name_clash(&self, resource: &Resource, given: &Given<'_>) -> Option<Invalid> {
        let other = match resource.spec.kind() {
            Kind::Site => Kind::Node,
            Kind::Node => Kind::Site,
            _ => return None,
        };
        let name = &resource.metadata.name;
        let clash =
            given.contains(&(other, name)) || self.resources.contains_key(&(other, name.clone()));
        clash
            .then(|| Invalid::new("metadata.name", format!("a {other} is called `{name}` already")))
    }

    /// Those of `references` that are neither given nor exist.
    pub(crate) fn missing_references(
        &self,
        given: &Given<'_>,
        references: &[(Kind, &Name, String)],
    ) -> Vec<Invalid> {
        let exists = |kind: Kind, name: &Name| {
            given.contains(&(kind, name)) || self.resources.contains_key(&(kind, name.clone()))
        };
        let missing = references.iter().filter(|(kind, name, _)| {
            !(exists(*kind, name) || *kind == Kind::Node && exists(Kind::Site, name))
        });
        missing
            .map(|(kind, name, field)| Invalid::new(field.clone(), self.no_such(*kind, name)))
            .collect()
    }

    /// "there is no site `x`; there are: a, b".
    pub(crate) fn no_such(&self, kind: Kind, name: &Name) -> String {
        let what = if kind == Kind::Node {
            "site or node".to_owned()
        } else {
            kind.as_str().to_ascii_lowercase()
        };
        let fits = |it: &&(Kind, Name)| it.0 == kind || kind == Kind::Node && it.0 == Kind::Site;
        let mut known: Vec<&str> =
            self.resources.keys().filter(fits).map(|(_, name)| name.as_str()).take(12).collect();
        known.sort_unstable();
        if known.is_empty() {
            return format!("there is no {what} `{name}`, and no other");
        }
        format!("there is no {what} `{name}`; there are: {}", known.join(", "))
    }

    fn check_orders(
        &mut self,
        jobs: Vec<Resource>,
        nouns: &[Resource],
        ended: &BTreeMap<JobKey, JobView>,
        now: Time,
    ) -> Result<Vec<NewOrder>, Problem> {
        let (many, nouns) = (jobs.len() > 1, given(nouns));
        let mut orders = Vec::new();
        for job in jobs {
            let name = job.metadata.name.clone();
            let order = self.check_one(job, &nouns, ended, now).map_err(|problem| {
                let detail =
                    if many { format!("job {name}: {}", problem.detail) } else { problem.detail };
                Problem { detail, ..problem }
            })?;
            orders.push(order);
        }
        Ok(orders)
    }

    fn check_one(
        &mut self,
        job: Resource,
        nouns: &Given<'_>,
        ended: &BTreeMap<JobKey, JobView>,
        now: Time,
    ) -> Result<NewOrder, Problem> {
        let (key, metadata, spec) = self.check_order(job, nouns, now)?;
        let known = self.jobs.get(&key).map(|live| &*live.view).or_else(|| ended.get(&key));
        if let Some(known) = known {
            if known.status.quote.is_some_and(|it| it.ordered.is_none()) {
                let detail = format!(
                    "`{key}` is a quote that was not ordered: order it, or choose another name"
                );
                return Err(Problem::new(ProblemKind::Exists, detail));
            }
            if known.spec == spec && known.metadata == metadata {
                return Ok(NewOrder { version: Some(known.version), key, metadata, spec });
            }
            let detail = format!(
                "job `{key}` exists and is different: a job cannot be changed, choose another name"
            );
            return Err(Problem::new(ProblemKind::Exists, detail));
        }
        self.check_room()?;
        let outcome = self.planner.decide(&self.estimates.order(&key, &spec, now, now), now);
        self.refuse_the_impossible(&key, &outcome, now)?;
        Ok(NewOrder { version: None, key, metadata, spec })
    }

    fn answer_for(&self, nouns: &[Resource], orders: &[NewOrder]) -> ApplyAnswer {
        let mut resources: Vec<AppliedResource> =
            nouns.iter().map(|noun| self.applied(noun)).collect();
        resources.extend(orders.iter().map(|order| AppliedResource {
            kind: Kind::Job,
            name: order.key.to_string(),
            action: if order.version.is_some() {
                ApplyAction::Unchanged
            } else {
                ApplyAction::Created
            },
            version: order.version.unwrap_or(1),
        }));
        ApplyAnswer { resources }
    }

    fn applied(&self, noun: &Resource) -> AppliedResource {
        let (kind, name) = (noun.spec.kind(), noun.metadata.name.clone());
        let (action, version) = match self.resources.get(&(kind, name.clone())) {
            None => (ApplyAction::Created, 1),
            Some(old) if is_same(old, noun) => (ApplyAction::Unchanged, old.version),
            Some(old) => (ApplyAction::Updated, old.version + 1),
        };
        AppliedResource { kind, name: name.to_string(), action, version }
    }

    pub(crate) fn put_resource(&mut self, noun: Resource, now: Time) {
        let kind = noun.spec.kind();
        let key = (kind, noun.metadata.name.clone());
        let old = self.resources.get(&key);
        if old.is_some_and(|old| is_same(old, &noun)) {
            return;
        }
        let what = if old.is_some() { "updated" } else { "created" };
        let view = ResourceView {
            kind,
            version: old.map_or(1, |old| old.version + 1),
            created: old.map_or(now, |old| old.created),
            updated: now,
            spec: serde_json::to_value(&noun.spec).unwrap_or_default(),
            metadata: noun.metadata.clone(),
            status: None,
        };
        if kind == Kind::Site {
            self.sites
                .entry(key.1.clone())
                .or_insert_with(|| Site::new(api::SiteStatus::default()));
        }
        self.put_steering(&key.1, &noun.spec, now);
        let data = serde_json::json!({ "version": view.version });
        self.out.push(Change::PutResource(Box::new(view.clone())));
        self.event(kind, key.1.as_str(), what, String::new(), data, now);
        self.resources.insert(key, view);
    }

    /// Forgets a resource that nothing refers to.
    ///
    /// # Errors
    /// It is not there, was changed meanwhile, or is in use.
    pub fn delete(
        &mut self,
        kind: Kind,
        name: &Name,
        if_match: Option<i64>,
        now: Time,
    ) -> Result<(), Problem> {
        let key = (kind, name.clone());
        let Some(view) = self.resources.get(&key) else {
            return Err(Problem::new(ProblemKind::NotFound, self.no_such(kind, name)));
        };
        check_version(if_match, view.version)?;
        if let Some(user) = self.user_of(kind, name) {
            let detail = format!(
                "{user} refers to {} `{name}`: remove that first",
                kind.as_str().to_ascii_lowercase()
            );
            return Err(Problem::new(ProblemKind::InUse, detail));
        }
        if let Some(account) = self.account_left(kind, name) {
            let detail = format!(
                "account `{account}` is not empty: settle it (`jw settle`) and pay out what is left (`jw ledger deposit`)"
            );
            return Err(Problem::new(ProblemKind::InUse, detail));
        }
        self.resources.remove(&key);
        if kind == Kind::Site {
            self.sites.remove(name);
        }
        let mut world = self.planner.world().clone();
        remove(&mut world, kind, name);
        self.planner.set_world(world);
        self.note_window();
        self.out.push(Change::DeleteResource { kind, name: name.clone() });
        self.event(kind, name.as_str(), "deleted", String::new(), serde_json::Value::Null, now);
        self.remove_steering(kind, name, now);
        self.note_all_data();
        Ok(())
    }

    fn user_of(&self, kind: Kind, name: &Name) -> Option<String> {
        let is_it = |(of, it, _): &(Kind, &Name, String)| {
            *it == name && (*of == kind || *of == Kind::Node && kind == Kind::Site)
        };
        let steering = self.steering.specs_of_all();
        let by_resource = specs(self.planner.world())
            .chain(steering)
            .find(|(_, spec)| spec.references().iter().any(is_it))
            .map(|(name, spec)| format!("{} `{name}`", spec.kind().as_str().to_ascii_lowercase()));
        by_resource.or_else(|| {
            let uses = |live: &&Live| {
                live.view.spec.references().iter().any(is_it)
                    || kind == Kind::Project && live.view.key.project == *name
                    || live
                        .view
                        .status
                        .decision
                        .as_ref()
                        .is_some_and(|it| decision_uses(it, kind, name))
            };
            self.jobs.values().find(uses).map(|live| format!("job `{}`", live.view.key))
        })
    }

    /// Jobs that use a link that is gone or down look for another way.
    fn replan_broken(&mut self, now: Time) {
        let links = &self.planner.world().links;
        let is_up = |name: &Name| links.get(name).is_some_and(|link| !link.down);
        let pools = &self.planner.world().pools;
        let broken = self.jobs.values().filter(|live| {
            let decision = live.view.status.decision.as_ref();
            decision.is_some_and(|it| !links_of(it).all(is_up) || !pools.contains_key(&it.pool))
        });
        let broken: Vec<(JobKey, bool)> = broken
            .map(|live| (live.view.key.clone(), live.view.status.state.is_at_site()))
            .collect();
        for (key, at_site) in broken {
            if at_site {
                self.stop(&key, Stop::Replan);
            } else {
                self.replan(&key, "a link of its path failed", now);
            }
        }
    }

    /// Takes an order that was checked.
    fn accept(&mut self, order: NewOrder, now: Time) {
        let NewOrder { version: None, key, metadata, spec } = order else { return };
        let order = self.estimates.order(&key, &spec, now, now);
        let outcome = self.planner.decide(&order, now);
        self.take_in(&key, metadata, spec, now);
        self.settle(&key, outcome, now);
    }
}

/// What comes together in one text may refer to each other.
pub(crate) type Given<'a> = BTreeSet<(Kind, &'a Name)>;

fn given(resources: &[Resource]) -> Given<'_> {
    resources.iter().map(|it| (it.spec.kind(), &it.metadata.name)).collect()
}

/// An order that was checked; with the version of the same one if there is one already.
struct NewOrder {
    version: Option<i64>,
    key: JobKey,
    metadata: model::Metadata,
    spec: model::JobSpec,
}

fn is_same(old: &ResourceView, new: &Resource) -> bool {
    old.metadata == new.metadata
        && serde_json::to_value(&new.spec).is_ok_and(|spec| spec == old.spec)
}

fn decision_uses(decision: &Decision, kind: Kind, name: &Name) -> bool {
    match kind {
        Kind::Site => decision.site == *name,
        Kind::Pool => decision.pool == *name,
        Kind::Flavor => decision.flavor == *name,
        Kind::Link => links_of(decision).any(|link| link == name),
        _ => false,
    }
}

fn links_of(decision: &Decision) -> impl Iterator<Item = &Name> {
    let paths =
        decision.path.iter().chain(decision.transfers.iter().map(|transfer| &transfer.path));
    paths.flat_map(|path| path.links.iter())
}

pub(crate) fn put(world: &mut World, resource: &Resource) {
    let name = resource.metadata.name.clone();
    match resource.spec.clone() {
        Spec::Organization(spec) => drop(world.organizations.insert(name, spec)),
        Spec::Project(spec) => drop(world.projects.insert(name, spec)),
        Spec::Node(spec) => drop(world.nodes.insert(name, spec)),
        Spec::Flavor(spec) => drop(world.flavors.insert(name, spec)),
        Spec::Site(spec) => drop(world.sites.insert(name, spec)),
        Spec::Pool(spec) => drop(world.pools.insert(name, spec)),
        Spec::Link(spec) => drop(world.links.insert(name, spec)),
        Spec::Dataset(spec) => drop(world.datasets.insert(name, spec)),
        Spec::Edge(_) | Spec::Service(_) | Spec::Job(_) => {}
    }
}

fn remove(world: &mut World, kind: Kind, name: &Name) {
    match kind {
        Kind::Organization => drop(world.organizations.remove(name)),
        Kind::Project => drop(world.projects.remove(name)),
        Kind::Node => drop(world.nodes.remove(name)),
        Kind::Flavor => drop(world.flavors.remove(name)),
        Kind::Site => drop(world.sites.remove(name)),
        Kind::Pool => drop(world.pools.remove(name)),
        Kind::Link => drop(world.links.remove(name)),
        Kind::Dataset => drop(world.datasets.remove(name)),
        Kind::Edge | Kind::Service | Kind::Job => {}
    }
}

/// Every spec that may refer to another.
fn specs(world: &World) -> impl Iterator<Item = (&Name, Spec)> {
    let projects = world.projects.iter().map(|(name, it)| (name, Spec::Project(it.clone())));
    let sites = world.sites.iter().map(|(name, it)| (name, Spec::Site(it.clone())));
    let pools = world.pools.iter().map(|(name, it)| (name, Spec::Pool(it.clone())));
    let links = world.links.iter().map(|(name, it)| (name, Spec::Link(it.clone())));
    let datasets = world.datasets.iter().map(|(name, it)| (name, Spec::Dataset(it.clone())));
    projects.chain(sites).chain(pools).chain(links).chain(datasets)
}
