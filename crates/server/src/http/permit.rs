//! What the policy is asked for each request. The answers are the policy's.

use std::collections::BTreeSet;

use access::{Asked, Policy, Principal, Target};
use api::{Body, Problem, ProblemKind};
use model::{Holder, JobKey, Kind, Name, Resource, Side};

use crate::http::input::Input;

/// Jobs that name no project, of callers that have none.
const DEFAULT_PROJECT: &str = "default";

/// One question: of what, and what else a rule may look at.
pub(crate) type Question = (Target, Asked);

/// The project of a job that names none: the caller's own, else `default`.
pub(crate) fn project_of_jobs(own: Option<&Name>) -> Name {
    own.cloned().unwrap_or_else(|| DEFAULT_PROJECT.parse().expect("a constant that is a name"))
}

/// Asks everything there is to ask; the first denial is the answer.
pub(crate) fn permit(
    policy: &Policy,
    who: &Principal,
    action: &str,
    all: &BTreeSet<Question>,
) -> Result<(), Problem> {
    all.iter()
        .try_for_each(|(target, asked)| policy.decide(who, action, target, asked))
        .map_err(problem)
}

/// Asks before a body of manifests is read, when it is not known yet what they hold: whether the caller may do
/// this to anything at all.
pub(crate) fn may_begin(policy: &Policy, who: &Principal, action: &str) -> Result<(), Problem> {
    let jobs = Target::Project(project_of_jobs(who.project.as_ref()));
    match policy.decide(who, action, &jobs, &Kind::Job.into()) {
        Err(_) if action == "apply" => {
            policy.decide(who, action, &Target::Grid, &Asked::default()).map_err(problem)
        }
        decided => decided.map_err(problem),
    }
}

/// The same of usage events: whether the caller may send any, of its own site or project.
pub(crate) fn may_send(policy: &Policy, who: &Principal, action: &str) -> Result<(), Problem> {
    let of_project = || Target::Project(project_of_jobs(who.project.as_ref()));
    let target = who.site.clone().map_or_else(of_project, Target::Site);
    policy.decide(who, action, &target, &Asked::default()).map_err(problem)
}

fn problem(denied: access::Denied) -> Problem {
    Problem { rule: Some(denied.rule), ..Problem::new(ProblemKind::Denied, denied.detail) }
}

/// What has to be permitted for this request, now that all of it is known.
pub(crate) fn questions(input: &Input, own: Option<&Name>) -> Result<BTreeSet<Question>, Problem> {
    if input.endpoint.request == Body::Manifests {
        return Ok(input.manifests.iter().map(|resource| of_resource(resource, own)).collect());
    }
    let targets = match input.endpoint.id {
        "list-jobs" | "count-jobs" | "list-quotes" | "list-bids" | "watch" | "list-disputes" => {
            vec![scope(input.query.parsed("project")?.as_ref(), own)]
        }
        "bill" | "list-charges" | "invoice" | "energy-report" | "list-usage" | "list-readings" => {
            of_bill(input, own)?
        }
        "send-usage" => of_usage(input)?,
        _ if input.has("account") => vec![match input.account()?.holder {
            Holder::Project(project) => Target::Project(project),
            _ => Target::Grid,
        }],
        _ if input.has("job") => vec![Target::Project(input.job()?.project)],
        _ if input.has("site") => vec![Target::Site(input.site()?)],
        _ if input.has("edge") => vec![Target::Edge(input.edge()?)],
        _ if input.has("kind") => {
            return Ok(BTreeSet::from([(Target::Grid, input.kind()?.into())]));
        }
        _ => vec![Target::Grid],
    };
    Ok(targets.into_iter().map(|target| (target, Asked::default())).collect())
}

/// The project that a list is confined to: the one named, else the caller's own, else none.
fn scope(named: Option<&Name>, own: Option<&Name>) -> Target {
    named.or(own).cloned().map_or(Target::Grid, Target::Project)
}

fn of_bill(input: &Input, own: Option<&Name>) -> Result<Vec<Target>, Problem> {
    let job = input.query.parsed::<JobKey>("job")?.map(|job| Target::Project(job.project));
    let project = input.query.parsed::<Name>("project")?;
    Ok(match (job, project) {
        (Some(job), None) => vec![job],
        (job, project) => job.into_iter().chain([scope(project.as_ref(), own)]).collect(),
    })
}

/// The sites and projects whose meters speak.
fn of_usage(input: &Input) -> Result<Vec<Target>, Problem> {
    let mut targets = BTreeSet::new();
    for (at, event) in input.events.iter().enumerate() {
        let wrong = |text: String| {
            Problem::invalid(vec![model::Invalid::new(format!("[{at}].source"), text)])
        };
        targets.insert(match event.whose().map_err(wrong)? {
            (Side::Provider, site) => Target::Site(site),
            (Side::Consumer, project) => Target::Project(project),
        });
    }
    Ok(targets.into_iter().collect())
}

fn of_resource(resource: &Resource, own: Option<&Name>) -> Question {
    let kind = resource.spec.kind();
    let target = match (kind, &resource.metadata.project) {
        (Kind::Job, project) => {
            Target::Project(project.clone().unwrap_or_else(|| project_of_jobs(own)))
        }
        _ => Target::Grid,
    };
    (target, kind.into())
}

#[cfg(test)]
mod tests {
    use api::{ENDPOINTS, Role};

    use super::*;
    use crate::http::{auth::role, input::tests::input};

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn asked(id: &str, uri: &str, own: Option<&str>) -> Vec<String> {
        let own = own.map(name);
        let all = questions(&input(id, uri), own.as_ref()).unwrap();
        all.into_iter()
            .map(|(target, asked)| {
                format!("{target}{}", asked.kind.map(|it| format!(" {it}")).unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn a_list_is_confined_to_the_callers_project() {
        assert_eq!(asked("list-jobs", "/v1/jobs", None), ["the grid"]);
        assert_eq!(asked("list-jobs", "/v1/jobs", Some("a")), ["project `a`"]);
        assert_eq!(asked("list-jobs", "/v1/jobs?project=b", Some("a")), ["project `b`"]);
        assert_eq!(asked("watch", "/v1/watch", Some("a")), ["project `a`"]);
        assert_eq!(asked("bill", "/v1/bill", Some("a")), ["project `a`"]);
        assert_eq!(asked("bill", "/v1/bill?job=b.j", Some("a")), ["project `b`"]);
        assert_eq!(
            asked("bill", "/v1/bill?job=b.j&project=a", Some("a")),
            ["project `a`", "project `b`"]
        );
    }

    #[test]
    fn the_path_says_what_is_acted_on() {
        assert_eq!(asked("logs", "/v1/jobs/a.j/logs", Some("b")), ["project `a`"]);
        assert_eq!(asked("report", "/v1/sites/s/report", None), ["site `s`"]);
        assert_eq!(asked("join-edge", "/v1/edges/e/join", None), ["edge `e`"]);
        assert_eq!(asked("delete", "/v1/resources/sites/s", None), ["the grid Site"]);
        assert_eq!(asked("create-token", "/v1/tokens", None), ["the grid"]);
    }

    /// Whether a token of the role, bound to `own`, may do what the endpoint does to the job `own.j`, the site
    /// `own` or the sites of the world.
    fn may(policy: &Policy, id: &str, of: Role) -> bool {
        let own = name("own");
        let (project, site, edge) = match of {
            Role::Member | Role::Viewer => (Some(own), None, None),
            Role::Agent => (None, Some(own), None),
            Role::Edge | Role::Joiner => (None, None, Some(own)),
            Role::Admin | Role::Operator => (None, None, None),
        };
        let who = Principal { name: name("t"), role: role(of).to_owned(), project, site, edge };
        let endpoint = api::endpoint(id).unwrap();
        let path = endpoint
            .path
            .replace("{job}", "own.j")
            .replace("{site}", "own")
            .replace("{account}", "project:own")
            .replace("{edge}", "own");
        let input = input(id, &path.replace("{kind}", "sites").replace("{name}", "x"));
        if endpoint.request == Body::Manifests {
            return may_begin(policy, &who, id).is_ok();
        }
        if endpoint.request == Body::CloudEvents {
            return may_send(policy, &who, id).is_ok();
        }
        permit(policy, &who, id, &questions(&input, who.project.as_ref()).unwrap()).is_ok()
    }

    #[test]
    fn every_endpoint_is_permitted_to_whom_it_should_be() {
        let policy = Policy::builtin().unwrap();
        let permitted = |of: Role| -> Vec<&str> {
            ENDPOINTS
                .iter()
                .filter(|it| !it.open && may(&policy, it.id, of))
                .map(|it| it.id)
                .collect()
        };
        let all: Vec<&str> = ENDPOINTS.iter().filter(|it| !it.open).map(|it| it.id).collect();
        assert_eq!(permitted(Role::Admin), all);
        let not_operators = [
            "create-token",
            "list-tokens",
            "delete-token",
            "policies",
            "denials",
            "report",
            "target",
            "upload-logs",
            "deposit",
            "reverse",
            "settle",
            "join-edge",
            "edge-report",
            "edge-target",
        ];
        let rest: Vec<&str> =
            all.iter().copied().filter(|id| !not_operators.contains(id)).collect();
        assert_eq!(permitted(Role::Operator), rest);
        let not_members = [
            "delete",
            "delete-job",
            "plan-all",
            "list-accounts",
            "upload-signals",
            "demand-response",
            "order-certificates",
            "resolve-dispute",
        ];
        let rest: Vec<&str> = rest.into_iter().filter(|id| !not_members.contains(id)).collect();
        assert_eq!(permitted(Role::Member), rest);
        let not_viewers = [
            "apply",
            "submit",
            "cancel",
            "plan",
            "quote",
            "order",
            "refresh",
            "withdraw",
            "bid",
            "send-usage",
        ];
        let rest: Vec<&str> = rest.into_iter().filter(|id| !not_viewers.contains(id)).collect();
        assert_eq!(permitted(Role::Viewer), rest);
        assert_eq!(
            permitted(Role::Agent),
            ["whoami", "upload-signals", "send-usage", "report", "target", "upload-logs"]
        );
        assert_eq!(permitted(Role::Edge), ["whoami", "edge-report", "edge-target"]);
        assert_eq!(permitted(Role::Joiner), ["whoami", "join-edge"]);
    }

    #[test]
    fn the_policy_knows_every_endpoint() {
        let policy = Policy::builtin().unwrap();
        for endpoint in ENDPOINTS.iter().filter(|it| !it.open) {
            assert!(policy.knows(endpoint.id), "{}", endpoint.id);
        }
    }

    #[test]
    fn a_denial_is_a_problem_with_its_rule() {
        let who = Principal {
            name: name("t"),
            role: "viewer".into(),
            project: Some(name("a")),
            site: None,
            edge: None,
        };
        let policy = Policy::builtin().unwrap();
        let denied = may_begin(&policy, &who, "submit").unwrap_err();
        assert!(denied.is(ProblemKind::Denied));
        assert_eq!(denied.rule.as_deref(), Some("no-rule-permits-it"));
    }
}
