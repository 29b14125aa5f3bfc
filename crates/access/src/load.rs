//! From the text of policy files to one checked set of rules.

use cedar_policy::{Policy as Rule, PolicyId, PolicySet, Schema, ValidationMode, Validator};

const SCHEMA: (&str, &str) =
    ("jingwei.cedarschema", include_str!("../../../policies/jingwei.cedarschema"));

/// The files built in.
pub(crate) const BUILTIN: &[(&str, &str)] = &[
    SCHEMA,
    ("roles.cedar", include_str!("../../../policies/roles.cedar")),
    ("walls.cedar", include_str!("../../../policies/walls.cedar")),
];

/// Why a set of policy files cannot be used. Correct the file and load again; the policy in force stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    #[error("{file}: not Cedar: {message}")]
    Syntax { file: String, message: String },
    #[error("{file}: rule {number} has no name: put @id(\"...\") before it")]
    Unnamed { file: String, number: usize },
    #[error("{file}: there is another rule `{id}`: give each its own @id")]
    TwiceNamed { file: String, id: String },
    #[error("{file}: templates are not used here: write the rule out")]
    Template { file: String },
    #[error("{file}: name it *.cedar, or *.cedarschema for the one schema")]
    UnknownFile { file: String },
    #[error("no file holds a rule, so nothing would be permitted: name at least one *.cedar file")]
    NoRules,
    /// It names an entity, action or attribute that the schema does not have, or compares what never is equal.
    #[error("the rules do not fit the schema: {}", .0.join("; "))]
    Misfit(Vec<String>),
}

/// Reads all files: any number of `*.cedar`, and at most one `*.cedarschema` in place of the one built in.
pub(crate) fn load(files: &[(&str, &str)]) -> Result<(PolicySet, Schema), AccessError> {
    let schema = schema(files)?;
    let mut rules = PolicySet::new();
    for (file, text) in files.iter().filter(|(file, _)| !is_schema(file)) {
        if !file.ends_with(".cedar") {
            return Err(AccessError::UnknownFile { file: (*file).to_owned() });
        }
        add(&mut rules, file, text)?;
    }
    if rules.is_empty() {
        return Err(AccessError::NoRules);
    }
    fits(&rules, &schema)?;
    Ok((rules, schema))
}

fn is_schema(file: &str) -> bool {
    file.ends_with(".cedarschema")
}

fn schema(files: &[(&str, &str)]) -> Result<Schema, AccessError> {
    let mut given = files.iter().filter(|(file, _)| is_schema(file));
    let (file, text) = given.next().copied().unwrap_or(SCHEMA);
    if let Some((second, _)) = given.next() {
        return Err(AccessError::UnknownFile { file: (*second).to_owned() });
    }
    let wrong = |error: &dyn std::error::Error| AccessError::Syntax {
        file: file.to_owned(),
        message: chain(error),
    };
    Schema::from_cedarschema_str(text).map(|(schema, _)| schema).map_err(|error| wrong(&error))
}

fn add(rules: &mut PolicySet, file: &str, text: &str) -> Result<(), AccessError> {
    let wrong = |error: &dyn std::error::Error| AccessError::Syntax {
        file: file.to_owned(),
        message: chain(error),
    };
    let read: PolicySet = text.parse().map_err(|error: cedar_policy::ParseErrors| wrong(&error))?;
    if read.templates().next().is_some() {
        return Err(AccessError::Template { file: file.to_owned() });
    }
    let mut read: Vec<&Rule> = read.policies().collect();
    // Cedar names them policy0, policy1, ... in the order of the text.
    read.sort_by_key(|rule| number(rule.id()));
    for rule in read {
        let unnamed =
            || AccessError::Unnamed { file: file.to_owned(), number: number(rule.id()) + 1 };
        let id = rule.annotation("id").filter(|id| !id.is_empty()).ok_or_else(unnamed)?.to_owned();
        let twice = |_| AccessError::TwiceNamed { file: file.to_owned(), id: id.clone() };
        rules.add(rule.new_id(PolicyId::new(&id))).map_err(twice)?;
    }
    Ok(())
}

fn number(id: &PolicyId) -> usize {
    id.to_string().trim_start_matches("policy").parse().unwrap_or(usize::MAX - 1)
}

fn fits(rules: &PolicySet, schema: &Schema) -> Result<(), AccessError> {
    let checked = Validator::new(schema.clone()).validate(rules, ValidationMode::Strict);
    let mut wrong: Vec<String> = checked.validation_errors().map(ToString::to_string).collect();
    // A rule that can never apply is a mistyped rule.
    wrong.extend(checked.validation_warnings().map(ToString::to_string));
    wrong.sort();
    if wrong.is_empty() { Ok(()) } else { Err(AccessError::Misfit(wrong)) }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}
