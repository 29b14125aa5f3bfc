//! Manifest files, directories of them, and stdin. Each is checked here first, so that errors name their file.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use model::{Invalid, Kind, Name, Resource, Spec};

use crate::failure::Failure;

/// One file's text and what it says.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) resources: Vec<Resource>,
}

/// Reads and checks everything that the arguments name, in their order; of a directory its manifests by name.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Vec<Manifest>, Failure> {
    texts(paths)?.into_iter().map(|(file, text)| parse(file, text)).collect()
}

/// The texts of everything that the arguments name, each with its file's name.
pub(crate) fn texts(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        for path in expand(path)? {
            all.push(read_text(&path)?);
        }
    }
    Ok(all)
}

pub(crate) fn parse(file: String, text: String) -> Result<Manifest, Failure> {
    match api::manifest::parse(&text) {
        Ok(resources) => Ok(Manifest { file, text, resources }),
        Err(errors) => Err(Failure::Manifest { file, errors }),
    }
}

/// All documents as one text, so that they are applied all or none.
pub(crate) fn joined(manifests: &[Manifest], project: Option<&Name>) -> String {
    let texts = manifests.iter().flat_map(|manifest| match project {
        None => vec![manifest.text.clone()],
        Some(_) => manifest.resources.iter().map(|resource| document(resource, project)).collect(),
    });
    texts.collect::<Vec<_>>().join("\n---\n")
}

/// The jobs of the files, each as a document of its own; anything else is refused.
pub(crate) fn jobs(manifests: &[Manifest], project: Option<&Name>) -> Result<Vec<String>, Failure> {
    let mut jobs = Vec::new();
    for manifest in manifests {
        for resource in &manifest.resources {
            let kind = resource.spec.kind();
            if kind != Kind::Job {
                let message =
                    format!("is a {kind}, not a Job: use `jw apply -f {}`", manifest.file);
                let errors = vec![Invalid::new(resource.metadata.name.as_str(), message)];
                return Err(Failure::Manifest { file: manifest.file.clone(), errors });
            }
            jobs.push(document(resource, project));
        }
    }
    if jobs.is_empty() {
        return Err(Failure::usage("there is no job in the files"));
    }
    Ok(jobs)
}

/// As one JSON document. A job without a project gets the one that was asked for.
pub(crate) fn document(resource: &Resource, project: Option<&Name>) -> String {
    let mut metadata = resource.metadata.clone();
    if matches!(resource.spec, Spec::Job(_)) {
        metadata.project = metadata.project.or_else(|| project.cloned());
    }
    serde_json::json!({ "kind": resource.spec.kind(), "metadata": metadata, "spec": resource.spec })
        .to_string()
}

fn read_text(path: &Path) -> Result<(String, String), Failure> {
    match path.to_str() {
        Some("-") => Ok(("stdin".to_owned(), read_stdin()?)),
        _ => {
            let text =
                std::fs::read_to_string(path).map_err(|e| Failure::file("read", path, &e))?;
            Ok((path.display().to_string(), text))
        }
    }
}

pub(crate) fn read_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    match std::io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::usage(format!("cannot read stdin: {error}"))),
    }
}

fn expand(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error: std::io::Error| Failure::file("read", path, &error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let is_manifest =
            file.extension().is_some_and(|end| ["yaml", "yml", "json"].iter().any(|it| end == *it));
        if is_manifest && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::usage(format!(
            "there is no .yaml, .yml or .json file in {}",
            path.display()
        )));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_gives_its_manifests_by_name() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.yaml", "a.json", "c.txt"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let names: Vec<String> = expand(dir.path())
            .unwrap()
            .iter()
            .map(|p| p.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["a.json", "b.yaml"]);
        assert_eq!(expand(&dir.path().join("b.yaml")).unwrap().len(), 1);
        std::fs::create_dir(dir.path().join("empty")).unwrap();
        assert_eq!(expand(&dir.path().join("empty")).unwrap_err().code(), 2);
        assert_eq!(read(&[dir.path().join("none.yaml")]).unwrap_err().code(), 2);
    }

    #[test]
    fn a_job_without_a_project_gets_the_one_asked_for() {
        let job = |project: Option<&str>| Resource {
            metadata: model::Metadata {
                name: "hello".parse().unwrap(),
                project: project.map(|name| name.parse().unwrap()),
                title: None,
                labels: Default::default(),
            },
            spec: Spec::Job(Box::new(serde_json::from_str(r#"{"script":"true"}"#).unwrap())),
        };
        let asked: Name = "demo".parse().unwrap();
        let project = |project, asked| {
            let value: serde_json::Value =
                serde_json::from_str(&document(&job(project), asked)).unwrap();
            value["metadata"]["project"].as_str().map(str::to_owned)
        };
        assert_eq!(project(None, Some(&asked)).as_deref(), Some("demo"));
        assert_eq!(project(Some("own"), Some(&asked)).as_deref(), Some("own"));
        assert_eq!(project(None, None), None);
    }
}
