//! Permit or deny, and the rule that says so.

use std::{collections::BTreeSet, sync::Mutex};

use cedar_policy::{
    Authorizer, Decision, Effect, Entities, PolicyId, PolicySet, Request, Response, Schema,
};

use crate::{
    AccessError, Asked, Principal, Target,
    asked::Types,
    load::{BUILTIN, load},
};

/// Every role, the least powerful first: the order in which the nearest permit is looked for.
const ROLES: [&str; 5] = ["viewer", "member", "agent", "operator", "admin"];

/// Permitted questions remembered at once.
const REMEMBERED: usize = 10_000;

/// The rules in force, parsed once. A rule can look at nothing but the question, so a question that was permitted
/// stays permitted: it is remembered and not asked again.
#[derive(Debug)]
pub struct Policy {
    rules: PolicySet,
    schema: Schema,
    /// The actions and the groups they are in.
    actions: Entities,
    types: Types,
    authorizer: Authorizer,
    permitted: Mutex<BTreeSet<String>>,
    /// Names and texts of the rules, to be read.
    files: Vec<(String, String)>,
}

/// A refusal and the rule behind it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Denied {
    /// The id of the `forbid` rule that matched, or `no-rule-permits-it`.
    pub rule: String,
    /// Who may not do what, why, and what would be needed.
    pub detail: String,
}

impl Policy {
    /// The policy in `policies/` of the repository.
    ///
    /// # Errors
    /// The files built in are wrong; a test of this crate keeps that from happening.
    pub fn builtin() -> Result<Self, AccessError> {
        Self::from_files(BUILTIN)
    }

    /// From names and texts of files: `*.cedar`, and at most one `*.cedarschema` in place of the one built in.
    ///
    /// # Errors
    /// The first file that cannot be read, or everything that does not fit the schema.
    pub fn from_files(files: &[(&str, &str)]) -> Result<Self, AccessError> {
        let (rules, schema) = load(files)?;
        let actions = schema
            .action_entities()
            .map_err(|error| AccessError::Misfit(vec![error.to_string()]))?;
        Ok(Self {
            rules,
            schema,
            actions,
            types: Types::new(),
            authorizer: Authorizer::new(),
            permitted: Mutex::default(),
            files: files
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
        })
    }

    /// Name and text of each file, as they were read.
    #[must_use]
    pub fn files(&self) -> &[(String, String)] {
        &self.files
    }

    /// Whether the schema has an action of this id that can be asked for.
    #[must_use]
    pub fn knows(&self, action: &str) -> bool {
        let action = self.types.action(action);
        self.schema.actions().any(|known| *known == action)
            && self.schema.resources_for_action(&action).is_some_and(|mut of| of.next().is_some())
    }

    /// Whether `principal` may do `action` to `target`.
    ///
    /// # Errors
    /// It may not: the rule, and what would be needed.
    pub fn decide(
        &self,
        principal: &Principal,
        action: &str,
        target: &Target,
        asked: &Asked,
    ) -> Result<(), Denied> {
        let question = format!(
            "{}/{}/{:?}/{:?}/{action}/{target:?}/{:?}",
            principal.name, principal.role, principal.project, principal.site, asked.kind
        );
        if self.permitted.lock().is_ok_and(|permitted| permitted.contains(&question)) {
            return Ok(());
        }
        let answer = self.ask(principal, action, target, asked)?;
        if answer.decision() == Decision::Allow && answer.diagnostics().errors().next().is_none() {
            self.remember(question);
            return Ok(());
        }
        Err(self.denied(principal, action, target, asked, &answer))
    }

    fn remember(&self, question: String) {
        if let Ok(mut permitted) = self.permitted.lock() {
            if permitted.len() >= REMEMBERED {
                permitted.clear();
            }
            permitted.insert(question);
        }
    }

    fn ask(
        &self,
        principal: &Principal,
        action: &str,
        target: &Target,
        asked: &Asked,
    ) -> Result<Response, Denied> {
        let unknown = |detail: String| Denied { rule: "no-such-question".to_owned(), detail };
        let context =
            asked.context().ok_or_else(|| unknown("the context cannot be read".to_owned()))?;
        let who = self.types.principal(principal);
        let what = self.types.target(target);
        let request =
            Request::new(who, self.types.action(action), what, context, Some(&self.schema))
                .map_err(|error| {
                    unknown(format!("`{action}` cannot be asked of {target}: {error}"))
                })?;
        let token = self.types.token(principal);
        let entities =
            token.and_then(|token| self.actions.clone().add_entities([token], None).ok());
        let entities = entities.ok_or_else(|| unknown(format!("{principal} cannot be read")))?;
        Ok(self.authorizer.is_authorized(&request, &self.rules, &entities))
    }

    fn denied(
        &self,
        principal: &Principal,
        action: &str,
        target: &Target,
        asked: &Asked,
        answer: &Response,
    ) -> Denied {
        let kind = asked.kind.map(|kind| format!(" a {kind}")).unwrap_or_default();
        let who = format!("{principal} may not `{action}`{kind} in {target}");
        if let Some(error) = answer.diagnostics().errors().next() {
            return Denied { rule: "a-rule-failed".to_owned(), detail: format!("{who}: {error}") };
        }
        if let Some(forbid) = first(answer, |id| self.effect(id) == Some(Effect::Forbid)) {
            let says = self.rules.annotation(forbid, "says").unwrap_or("this rule forbids it");
            return Denied { rule: forbid.to_string(), detail: format!("{who}: {says}") };
        }
        let nearest = self.nearest(principal, action, target, asked);
        let nearest = nearest.map(|text| format!("; {text}")).unwrap_or_default();
        Denied {
            rule: "no-rule-permits-it".to_owned(),
            detail: format!("{who}: no rule permits it{nearest}"),
        }
    }

    /// The permit that the least change of the token would meet: the same role bound elsewhere, then other roles.
    fn nearest(
        &self,
        principal: &Principal,
        action: &str,
        target: &Target,
        asked: &Asked,
    ) -> Option<String> {
        let own = std::iter::once(principal.role.as_str());
        own.chain(ROLES).find_map(|role| {
            let other = bound(&principal.name, role, target);
            let answer = self.ask(&other, action, target, asked).ok()?;
            let rule = first(&answer, |id| self.effect(id) == Some(Effect::Permit))?;
            let of = [
                other.project.map(|it| format!(" of project `{it}`")),
                other.site.map(|it| format!(" of site `{it}`")),
            ];
            let of: String = of.into_iter().flatten().collect();
            Some(format!("the nearest, `{rule}`, would for a token with the role {role}{of}"))
        })
    }

    fn effect(&self, id: &PolicyId) -> Option<Effect> {
        self.rules.policy(id).map(cedar_policy::Policy::effect)
    }
}

/// A token of this role bound to what is acted on, as far as the role is bound to anything.
fn bound(name: &model::Name, role: &str, target: &Target) -> Principal {
    let mut it = Principal {
        name: name.clone(),
        role: role.to_owned(),
        project: None,
        site: None,
        edge: None,
    };
    match (role, target) {
        ("member" | "viewer", Target::Project(project)) => it.project = Some(project.clone()),
        ("agent", Target::Site(site)) => it.site = Some(site.clone()),
        ("edge" | "joiner", Target::Edge(edge)) => it.edge = Some(edge.clone()),
        _ => {}
    }
    it
}

/// The alphabetically first of the rules that made the answer: Cedar gives them in no order.
fn first(answer: &Response, is: impl Fn(&PolicyId) -> bool) -> Option<&PolicyId> {
    answer.diagnostics().reason().filter(|id| is(id)).min_by_key(|id| id.to_string())
}
