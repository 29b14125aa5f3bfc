//! The files under `docs/` that follow from the code: written by `generate`, compared by `check`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use model::Kind;

use crate::cargo;

/// Directories that hold nothing but generated files.
const DIRECTORIES: [&str; 3] = ["docs/schemas", "docs/man", "docs/completions"];
/// What the shells expect their files to be called.
const SHELLS: [(&str, &str); 3] = [("bash", "jw.bash"), ("zsh", "_jw"), ("fish", "jw.fish")];

/// Contents by path from the workspace's root.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Writes what is not as it should be.
pub(crate) fn write() -> Result<()> {
    let wanted = wanted()?;
    for path in differing(&wanted)? {
        let full = cargo::root().join(&path);
        if let Some(content) = wanted.get(&path) {
            fs::create_dir_all(full.parent().context("a generated file has a directory")?)?;
            fs::write(&full, content)
                .with_context(|| format!("cannot write {}", path.display()))?;
            eprintln!("wrote {}", path.display());
        } else {
            fs::remove_file(&full).with_context(|| format!("cannot remove {}", path.display()))?;
            eprintln!("removed {}", path.display());
        }
    }
    Ok(())
}

/// Fails if `write` would change anything.
pub(crate) fn check() -> Result<()> {
    let stale: Vec<String> =
        differing(&wanted()?)?.iter().map(|path| path.display().to_string()).collect();
    if !stale.is_empty() {
        bail!(
            "not up to date: {}\nrun `cargo xtask generate` and commit the result",
            stale.join(", ")
        );
    }
    Ok(())
}

/// Paths whose content is not what is wanted, and files that nothing generates any more.
fn differing(wanted: &Files) -> Result<Vec<PathBuf>> {
    let differs = |(path, content): &(&PathBuf, &Vec<u8>)| {
        fs::read(cargo::root().join(path)).ok().as_ref() != Some(*content)
    };
    let mut paths: Vec<PathBuf> =
        wanted.iter().filter(differs).map(|(path, _)| path.clone()).collect();
    paths.extend(present()?.into_iter().filter(|path| !wanted.contains_key(path)));
    Ok(paths)
}

/// Every file in the generated directories.
fn present() -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for directory in DIRECTORIES.map(Path::new) {
        let full = cargo::root().join(directory);
        if full.exists() {
            paths.extend(names_in(&full)?.into_iter().map(|name| directory.join(name)));
        }
    }
    Ok(paths)
}

fn names_in(directory: &Path) -> Result<Vec<std::ffi::OsString>> {
    let mut names = Vec::new();
    for entry in
        fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))?
    {
        names.push(entry?.file_name());
    }
    names.sort();
    Ok(names)
}

fn wanted() -> Result<Files> {
    let mut files = schemas()?;
    files.insert("docs/openapi.json".into(), pretty(&api::openapi())?);
    let jw = cargo::build_jw()?;
    files.append(&mut completions(&jw)?);
    files.append(&mut man_pages(&jw)?);
    Ok(files)
}

fn schemas() -> Result<Files> {
    let mut files = Files::new();
    for kind in Kind::ALL {
        let path = format!("docs/schemas/{}.json", kind.as_str().to_ascii_lowercase());
        files.insert(path.into(), pretty(&api::manifest::schema(kind))?);
    }
    Ok(files)
}

fn pretty(value: &serde_json::Value) -> Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}

fn completions(jw: &Path) -> Result<Files> {
    let mut files = Files::new();
    for (shell, name) in SHELLS {
        let text = output(jw, &["completion", shell])?;
        ensure!(!text.is_empty(), "`jw completion {shell}` printed nothing");
        files.insert(Path::new("docs/completions").join(name), text);
    }
    Ok(files)
}

fn man_pages(jw: &Path) -> Result<Files> {
    let scratch = tempfile::tempdir().context("cannot make a temporary directory")?;
    let directory =
        scratch.path().to_str().context("the temporary directory's name is not UTF-8")?;
    output(jw, &["man", directory])?;
    let mut files = Files::new();
    for name in names_in(scratch.path())? {
        files.insert(Path::new("docs/man").join(&name), fs::read(scratch.path().join(&name))?);
    }
    ensure!(!files.is_empty(), "`jw man` wrote nothing");
    Ok(files)
}

/// What `jw` prints, as it would for anyone: without this machine's settings.
fn output(jw: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let what = || format!("`jw {}`", arguments.join(" "));
    let mut command = Command::new(jw);
    command.args(arguments).env_clear().env("HOME", "/nonexistent");
    let output = command.output().with_context(|| format!("cannot run {}", what()))?;
    ensure!(
        output.status.success(),
        "{}: {}: {}",
        what(),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}
