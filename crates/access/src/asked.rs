//! The words of one question: who asks to do what, of what.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use cedar_policy::{Context, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use model::{Kind, Name};

/// Whom a token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub name: Name,
    /// "admin", "operator", "member", "viewer", "agent", "edge" or "joiner"; with any other nothing is permitted but `whoami`.
    pub role: String,
    /// Set where it acts in one project only.
    pub project: Option<Name>,
    /// Set where it acts for one site only.
    pub site: Option<Name>,
    /// Set where it acts for one edge only.
    pub edge: Option<Name>,
}

/// What is acted on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A project, with its jobs.
    Project(Name),
    /// A site, as its agent sees it.
    Site(Name),
    /// A gateway, as it sees itself.
    Edge(Name),
    /// All that belongs to no one project or site.
    Grid,
}

/// What else a rule may look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// Of the resource that is listed, applied or deleted.
    pub kind: Option<Kind>,
}

impl From<Kind> for Asked {
    fn from(kind: Kind) -> Self {
        Self { kind: Some(kind) }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}", self.name, self.role)?;
        if let Some(project) = &self.project {
            write!(f, " of project `{project}`")?;
        }
        if let Some(site) = &self.site {
            write!(f, " of site `{site}`")?;
        }
        if let Some(edge) = &self.edge {
            write!(f, " of edge `{edge}`")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(name) => write!(f, "project `{name}`"),
            Self::Site(name) => write!(f, "site `{name}`"),
            Self::Edge(name) => write!(f, "edge `{name}`"),
            Self::Grid => f.write_str("the grid"),
        }
    }
}

/// The entity types of the schema, parsed once.
#[derive(Debug, Clone)]
pub(crate) struct Types {
    token: EntityTypeName,
    role: EntityTypeName,
    project: EntityTypeName,
    site: EntityTypeName,
    edge: EntityTypeName,
    grid: EntityTypeName,
    action: EntityTypeName,
}

impl Types {
    pub(crate) fn new() -> Self {
        let named = |name: &str| name.parse().expect("a constant that is a Cedar type name");
        Self {
            token: named("Jingwei::Token"),
            role: named("Jingwei::Role"),
            project: named("Jingwei::Project"),
            site: named("Jingwei::Site"),
            edge: named("Jingwei::Edge"),
            grid: named("Jingwei::Grid"),
            action: named("Jingwei::Action"),
        }
    }

    pub(crate) fn action(&self, id: &str) -> EntityUid {
        uid(&self.action, id)
    }

    pub(crate) fn target(&self, target: &Target) -> EntityUid {
        match target {
            Target::Project(name) => uid(&self.project, name.as_str()),
            Target::Site(name) => uid(&self.site, name.as_str()),
            Target::Edge(name) => uid(&self.edge, name.as_str()),
            Target::Grid => uid(&self.grid, "grid"),
        }
    }

    pub(crate) fn principal(&self, principal: &Principal) -> EntityUid {
        uid(&self.token, principal.name.as_str())
    }

    /// The token with its role and attributes; `None` if Cedar does not take them.
    pub(crate) fn token(&self, principal: &Principal) -> Option<Entity> {
        let attribute = |of: &EntityTypeName, name: &Name| {
            RestrictedExpression::new_entity_uid(uid(of, name.as_str()))
        };
        let project = principal
            .project
            .as_ref()
            .map(|it| ("project".to_owned(), attribute(&self.project, it)));
        let site = principal.site.as_ref().map(|it| ("site".to_owned(), attribute(&self.site, it)));
        let edge = principal.edge.as_ref().map(|it| ("edge".to_owned(), attribute(&self.edge, it)));
        let all: BTreeMap<_, _> = project.into_iter().chain(site).chain(edge).collect();
        let attributes = all.into_iter().collect();
        let parents = BTreeSet::from([uid(&self.role, &principal.role)]).into_iter().collect();
        Entity::new(self.principal(principal), attributes, parents).ok()
    }
}

impl Asked {
    pub(crate) fn context(&self) -> Option<Context> {
        let kind = self.kind.map(|it| {
            ("kind".to_owned(), RestrictedExpression::new_string(it.as_str().to_owned()))
        });
        Context::from_pairs(kind).ok()
    }
}

fn uid(of: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of.clone(), EntityId::new(id))
}
