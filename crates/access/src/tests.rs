use std::fmt::Write;

use expect_test::{Expect, expect};
use model::{Kind, Name};

use super::*;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// "member@a" is a member of project a, "agent@a" an agent of site a, "edge@a" edge a.
fn principal(text: &str) -> Principal {
    let (role, of) = text.split_once('@').map_or((text, None), |(role, of)| (role, Some(name(of))));
    let (project, site, edge) = match role {
        "agent" => (None, of, None),
        "edge" | "joiner" => (None, None, of),
        _ => (of, None, None),
    };
    Principal { name: name("t"), role: role.to_owned(), project, site, edge }
}

fn target(text: &str) -> Target {
    match text.split_once(' ') {
        Some(("project", of)) => Target::Project(name(of)),
        Some(("site", of)) => Target::Site(name(of)),
        _ => Target::Grid,
    }
}

const ASKED: &[(&str, &str, Option<Kind>)] = &[
    ("whoami", "grid", None),
    ("list", "grid", Some(Kind::Site)),
    ("metrics", "grid", None),
    ("apply", "grid", Some(Kind::Site)),
    ("apply", "project a", Some(Kind::Job)),
    ("delete", "grid", Some(Kind::Site)),
    ("list-jobs", "grid", None),
    ("list-jobs", "project a", None),
    ("logs", "project a", None),
    ("bill", "grid", None),
    ("submit", "project a", Some(Kind::Job)),
    ("submit", "project b", Some(Kind::Job)),
    ("cancel", "project a", None),
    ("cancel", "project b", None),
    ("delete-job", "project a", None),
    ("list-accounts", "grid", None),
    ("get-account", "project a", None),
    ("get-account", "project b", None),
    ("get-account", "grid", None),
    ("deposit", "grid", None),
    ("settle", "grid", None),
    ("send-usage", "project a", None),
    ("send-usage", "project b", None),
    ("send-usage", "site a", None),
    ("send-usage", "site b", None),
    ("list-disputes", "project a", None),
    ("list-disputes", "grid", None),
    ("resolve-dispute", "grid", None),
    ("create-token", "grid", None),
    ("report", "site a", None),
    ("report", "site b", None),
    ("energy-report", "grid", None),
    ("energy-report", "project a", None),
    ("signals", "grid", None),
    ("upload-signals", "site a", None),
    ("upload-signals", "site b", None),
    ("demand-response", "site a", None),
    ("list-certificates", "grid", None),
    ("order-certificates", "grid", None),
];

#[test]
fn the_table_of_what_each_role_may() {
    let policy = Policy::builtin().unwrap();
    let who = ["admin", "operator", "member@a", "viewer@a", "agent@a", "nobody"];
    let mut table = format!("{:<32}{}\n", "", who.map(|it| format!("{it:<10}")).concat());
    for (action, of, kind) in ASKED {
        let may = who.map(|who| {
            let asked = Asked { kind: *kind };
            let may = policy.decide(&principal(who), action, &target(of), &asked).is_ok();
            format!("{:<10}", if may { "yes" } else { "-" })
        });
        let kind = kind.map(|kind| format!(" {kind}")).unwrap_or_default();
        writeln!(table, "{:<32}{}", format!("{action}{kind} in {of}"), may.concat()).unwrap();
    }
    let table: String = table.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
    expect![[r#"
                                        admin     operator  member@a  viewer@a  agent@a   nobody
        whoami in grid                  yes       yes       yes       yes       yes       yes
        list Site in grid               yes       yes       yes       yes       -         -
        metrics in grid                 yes       yes       yes       yes       -         -
        apply Site in grid              yes       yes       -         -         -         -
        apply Job in project a          yes       yes       yes       -         -         -
        delete Site in grid             yes       yes       -         -         -         -
        list-jobs in grid               yes       yes       -         -         -         -
        list-jobs in project a          yes       yes       yes       yes       -         -
        logs in project a               yes       yes       yes       yes       -         -
        bill in grid                    yes       yes       -         -         -         -
        submit Job in project a         yes       yes       yes       -         -         -
        submit Job in project b         yes       yes       -         -         -         -
        cancel in project a             yes       yes       yes       -         -         -
        cancel in project b             yes       yes       -         -         -         -
        delete-job in project a         yes       yes       -         -         -         -
        list-accounts in grid           yes       yes       -         -         -         -
        get-account in project a        yes       yes       yes       yes       -         -
        get-account in project b        yes       yes       -         -         -         -
        get-account in grid             yes       yes       -         -         -         -
        deposit in grid                 yes       -         -         -         -         -
        settle in grid                  yes       -         -         -         -         -
        send-usage in project a         yes       yes       yes       -         -         -
        send-usage in project b         yes       yes       -         -         -         -
        send-usage in site a            yes       -         -         -         yes       -
        send-usage in site b            yes       -         -         -         -         -
        list-disputes in project a      yes       yes       yes       yes       -         -
        list-disputes in grid           yes       yes       -         -         -         -
        resolve-dispute in grid         yes       yes       -         -         -         -
        create-token in grid            yes       -         -         -         -         -
        report in site a                yes       -         -         -         yes       -
        report in site b                yes       -         -         -         -         -
        energy-report in grid           yes       yes       -         -         -         -
        energy-report in project a      yes       yes       yes       yes       -         -
        signals in grid                 yes       yes       yes       yes       -         -
        upload-signals in site a        yes       yes       -         -         yes       -
        upload-signals in site b        yes       yes       -         -         -         -
        demand-response in site a       yes       yes       -         -         -         -
        list-certificates in grid       yes       yes       yes       yes       -         -
        order-certificates in grid      yes       yes       -         -         -         -
    "#]]
    .assert_eq(&table);
}

fn denial(who: &str, action: &str, of: &str, kind: Option<Kind>, expected: &Expect) {
    let policy = Policy::builtin().unwrap();
    let denied = policy.decide(&principal(who), action, &target(of), &Asked { kind }).unwrap_err();
    expected.assert_eq(&format!("{}: {}", denied.rule, denied.detail));
}

#[test]
fn a_denial_names_its_rule_and_what_would_do() {
    denial(
        "member@a",
        "submit",
        "project b",
        Some(Kind::Job),
        &expect![
            "a-project-is-closed-to-others: `t` (member of project `a`) may not `submit` a Job in project `b`: a token of a project acts in that project only"
        ],
    );
    denial(
        "viewer@a",
        "submit",
        "project a",
        Some(Kind::Job),
        &expect![
            "no-rule-permits-it: `t` (viewer of project `a`) may not `submit` a Job in project `a`: no rule permits it; the nearest, `member-works-in-its-project`, would for a token with the role member of project `a`"
        ],
    );
    denial(
        "member@a",
        "apply",
        "grid",
        Some(Kind::Site),
        &expect![
            "no-rule-permits-it: `t` (member of project `a`) may not `apply` a Site in the grid: no rule permits it; the nearest, `operator-runs-the-world`, would for a token with the role operator"
        ],
    );
    denial(
        "member",
        "get-job",
        "project a",
        None,
        &expect![
            "no-rule-permits-it: `t` (member) may not `get-job` in project `a`: no rule permits it; the nearest, `member-works-in-its-project`, would for a token with the role member of project `a`"
        ],
    );
    denial(
        "operator",
        "create-token",
        "grid",
        None,
        &expect![
            "only-admins-handle-tokens: `t` (operator) may not `create-token` in the grid: tokens are made, listed and ended by an admin"
        ],
    );
    denial(
        "agent@a",
        "report",
        "site b",
        None,
        &expect![
            "a-site-is-closed-to-others: `t` (agent of site `a`) may not `report` in site `b`: a token of a site acts for that site only"
        ],
    );
    denial(
        "admin",
        "fly",
        "grid",
        None,
        &expect![[
            r#"no-such-question: `fly` cannot be asked of the grid: request's action `Jingwei::Action::"fly"` is not declared in the schema"#
        ]],
    );
    denial(
        "admin",
        "report",
        "grid",
        None,
        &expect![[
            r#"no-such-question: `report` cannot be asked of the grid: resource type `Jingwei::Grid` is not valid for `Jingwei::Action::"report"`"#
        ]],
    );
}

fn refused(files: &[(&str, &str)], expected: &Expect) {
    expected.assert_eq(&Policy::from_files(files).unwrap_err().to_string());
}

#[test]
fn a_wrong_file_is_refused_and_says_where() {
    refused(
        &[],
        &expect![
            "no file holds a rule, so nothing would be permitted: name at least one *.cedar file"
        ],
    );
    refused(
        &[("a.cedar", "permit (principal, action")],
        &expect!["a.cedar: not Cedar: unexpected end of input"],
    );
    refused(
        &[("a.cedar", "permit (principal, action, resource);")],
        &expect![[r#"a.cedar: rule 1 has no name: put @id("...") before it"#]],
    );
    let rule = "@id(\"r\") permit (principal, action, resource);";
    refused(
        &[("a.cedar", rule), ("b.cedar", rule)],
        &expect!["b.cedar: there is another rule `r`: give each its own @id"],
    );
    refused(
        &[("a.txt", rule)],
        &expect!["a.txt: name it *.cedar, or *.cedarschema for the one schema"],
    );
    let template = "@id(\"r\") permit (principal == ?principal, action, resource);";
    refused(
        &[("a.cedar", template)],
        &expect!["a.cedar: templates are not used here: write the rule out"],
    );
    let unknown_role =
        "@id(\"r\") permit (principal in Jingwei::Role::\"boss\", action, resource);";
    refused(
        &[("a.cedar", unknown_role)],
        &expect![[
            r#"the rules do not fit the schema: for policy `r`: entity `Jingwei::Role::"boss"` is of an enumerated entity type, but `"boss"` is not declared as a valid eid"#
        ]],
    );
    let unknown_action =
        "@id(\"r\") permit (principal, action == Jingwei::Action::\"fly\", resource);";
    refused(
        &[("a.cedar", unknown_action)],
        &expect![[
            r#"the rules do not fit the schema: for policy `r`, policy is impossible: the policy expression evaluates to false for all valid requests; for policy `r`, unable to find an applicable action given the policy scope constraints; for policy `r`, unrecognized action `Jingwei::Action::"fly"`"#
        ]],
    );
    let unsafe_attribute = "@id(\"r\") permit (principal, action, resource is Jingwei::Project) when { principal.project == resource };";
    refused(
        &[("a.cedar", unsafe_attribute)],
        &expect![
            "the rules do not fit the schema: for policy `r`, unable to guarantee safety of access to optional attribute `project` on entity type `Jingwei::Token`"
        ],
    );
}

#[test]
fn rules_can_be_replaced() {
    let rule = "@id(\"all\") permit (principal, action, resource);";
    let policy = Policy::from_files(&[("all.cedar", rule)]).unwrap();
    assert!(
        policy
            .decide(&principal("nobody"), "create-token", &Target::Grid, &Asked::default())
            .is_ok()
    );
    assert!(policy.knows("submit") && !policy.knows("read-jobs") && !policy.knows("fly"));
}

#[test]
fn every_rule_says_who_it_is() {
    for (file, text) in crate::load::BUILTIN.iter().filter(|(file, _)| file.ends_with(".cedar")) {
        let rules = text.matches("\npermit (").count() + text.matches("\nforbid (").count();
        assert_eq!(text.matches("\n@id(").count(), rules, "{file}");
    }
}
