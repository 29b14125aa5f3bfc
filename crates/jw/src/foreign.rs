//! Orders of other systems: what is said of them, and the world that their names are looked up in.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use api::ResourceView;
use client::Client;
use compat::{Fault, Note, World};
use model::{FlavorSpec, Invalid, Kind, Name, PoolSpec};

use crate::{
    args,
    context::Context,
    failure::Failure,
    manifests::{self, Manifest},
};

/// The jobs of the files, each as a document of its own. SkyPilot task files become jobs here.
pub(crate) async fn jobs(
    context: &Context,
    paths: &[PathBuf],
    asked: &args::Foreign,
) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    let mut known = None;
    for (file, text) in manifests::texts(paths)? {
        if !compat::skypilot::is_task(&text) {
            all.push(manifests::parse(file, text)?);
            continue;
        }
        if known.is_none() {
            known = Some(world(&context.client()?).await?);
        }
        all.push(task(context, file, text, asked, known.as_ref().unwrap_or(&World::default()))?);
    }
    manifests::jobs(&all, context.global.project.as_ref())
}

fn task(
    context: &Context,
    file: String,
    text: String,
    asked: &args::Foreign,
    world: &World,
) -> Result<Manifest, Failure> {
    let name = Path::new(&file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let given = given(&asked.env)?;
    let order = compat::skypilot::task(&text, &name.unwrap_or_default(), &given, world)
        .map_err(|faults| refused(&file, &faults))?;
    say(context, &file, &order.notes, asked.strict)?;
    Ok(Manifest { file, text, resources: vec![order.resource()] })
}

/// `NAME=VALUE`, or `NAME` for what it is here.
fn given(words: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut all = BTreeMap::new();
    for word in words {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => (word.as_str(), here(word)?),
        };
        all.insert(name.to_owned(), value);
    }
    Ok(all)
}

fn here(name: &str) -> Result<String, Failure> {
    std::env::var(name).map_err(|_| {
        Failure::usage(format!("--env {name}: there is no such variable here; give {name}=VALUE"))
    })
}

/// Faults as what is wrong in a file.
pub(crate) fn refused(file: &str, faults: &[Fault]) -> Failure {
    let errors = faults
        .iter()
        .map(|it| Invalid::new(format!("{}{}", it.place, it.what), it.message.clone()))
        .collect();
    Failure::Manifest { file: file.to_owned(), errors }
}

/// Says what becomes something else; with `strict`, what is not honoured is wrong.
pub(crate) fn say(
    context: &Context,
    file: &str,
    notes: &[Note],
    strict: bool,
) -> Result<(), Failure> {
    let lost: Vec<&Note> = notes.iter().filter(|note| strict && note.lost).collect();
    if lost.is_empty() {
        notes.iter().for_each(|note| context.out.note(format!("{file}: {note}")));
        return Ok(());
    }
    let errors = lost
        .iter()
        .map(|note| {
            Invalid::new(
                format!("{}{}", note.place, note.what),
                format!("not honoured: {}", note.instead),
            )
        })
        .collect();
    Err(Failure::Manifest { file: file.to_owned(), errors })
}

/// What names of other systems are looked up in.
pub(crate) async fn world(client: &Client) -> Result<World, Failure> {
    let regions = client.all_resources(Kind::Site).await?;
    let region = |view: &ResourceView| view.spec.get("region")?.as_str()?.parse::<Name>().ok();
    Ok(World {
        flavors: client.specs::<FlavorSpec>(Kind::Flavor).await?,
        pools: client.specs::<PoolSpec>(Kind::Pool).await?,
        regions: regions.iter().filter_map(region).collect(),
    })
}
