//! `data`: datasets between folders of this machine and the storages of sites.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use api::{ProblemKind, ResourceView};
use clap::{Args, Subcommand};
use client::Client;
use model::{Content, DatasetSpec, Kind, Name, SiteSpec};
use serde::Serialize;
use staging::{DataConfig, Objects, Odd, Pace, Pushing, Scan, StagingError, Storage};
use units::{Bytes, DataPrice};

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column},
};

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Put the files of a folder into the storage of a site, as a dataset.
    Push(PushArgs),
    /// Get the files of a dataset, checked, from any site that has it.
    Pull {
        name: Name,
        /// Must not be there yet.
        folder: PathBuf,
        #[command(flatten)]
        data: DataFile,
    },
    /// List datasets and where they are.
    Ls,
    /// Read a dataset wherever it is and check every byte, or tell which dataset a folder is.
    Verify {
        #[arg(value_name = "FOLDER|NAME")]
        what: String,
        #[command(flatten)]
        data: DataFile,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    pub(crate) folder: PathBuf,
    /// Of the dataset.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Name,
    #[arg(long, value_name = "NAME")]
    pub(crate) site: Name,
    /// Who owns the data [default: the dataset's own, if there is one already].
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<Name>,
    #[command(flatten)]
    pub(crate) data: DataFile,
}

#[derive(Debug, Args)]
pub(crate) struct DataFile {
    /// How storages are reached, as YAML: see docs/data.md. A "file:///folder" needs none.
    #[arg(long = "data", value_name = "FILE", env = "JW_DATA")]
    pub(crate) file: Option<PathBuf>,
}

impl DataFile {
    fn read(&self) -> Result<DataConfig, Failure> {
        match &self.file {
            Some(file) => DataConfig::read(file).map_err(failure),
            None => Ok(DataConfig { store: None, sources: Vec::new(), folders: None }),
        }
    }
}

/// What became of it, for whoever is to do something about it.
fn failure(error: StagingError) -> Failure {
    let text = error.to_string();
    match error {
        StagingError::Away { .. } | StagingError::Busy(_) => Failure::Unreachable(text),
        StagingError::Denied { .. } => Failure::problem(ProblemKind::Denied, text),
        StagingError::NotThere { .. } => Failure::problem(ProblemKind::NotFound, text),
        StagingError::Corrupt { .. } | StagingError::Manifest(_) => Failure::Fault(text),
        StagingError::NoRoom { .. }
        | StagingError::Refused { .. }
        | StagingError::Config(_)
        | StagingError::Disk { .. } => Failure::Usage(text),
    }
}

/// A dataset and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct DataRow {
    name: Name,
    size: Bytes,
    /// None: only its size and place are known.
    content: Option<Content>,
    /// Sites that report a whole copy; of what is known by size only, those that are said to have one.
    at: Vec<Name>,
    /// Sites that should hold one.
    replicas: Vec<Name>,
}

pub(crate) async fn run(context: &Context, command: &DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::Push(args) => push(context, args).await,
        DataCommand::Pull { name, folder, data } => pull(context, name, folder, data).await,
        DataCommand::Ls => list(context).await,
        DataCommand::Verify { what, data } => {
            let folder = PathBuf::from(what);
            if folder.is_dir() {
                return identify(context, folder).await;
            }
            verify(context, &crate::get::name(what)?, data).await
        }
    }
}

async fn push(context: &Context, args: &PushArgs) -> Result<(), Failure> {
    if !args.folder.is_dir() {
        let text =
            format!("{} is not a folder: its files are what a dataset is", args.folder.display());
        return Err(Failure::usage(text));
    }
    let client = context.client()?;
    let objects = storage_of(&client, &args.site, &args.data.read()?).await?;
    let before = dataset(&client, &args.name).await;
    let before = match before {
        Ok((_, spec)) => Some(spec),
        Err(failure) if failure.is_not_found() => None,
        Err(failure) => return Err(failure),
    };
    let owner = args.organization.clone().or(before.as_ref().map(|it| it.organization.clone()));
    let owner = owner.ok_or_else(|| Failure::usage("say by --organization whose data it is"))?;
    if let Some(before) = before.as_ref().filter(|it| it.organization != owner) {
        let whose = &before.organization;
        let text = format!("dataset {} belongs to {whose}: choose another name", args.name);
        return Err(Failure::usage(text));
    }
    let saved = save(&objects, &args.folder).await?;
    context.out.note(format!(
        "{} of {} new at {}",
        Bytes::new(saved.new).human(),
        Bytes::new(saved.size).human(),
        args.site
    ));
    let old = before.as_ref().map(|it| it.replicas.clone()).unwrap_or_default();
    let replicas: BTreeSet<Name> = old.into_iter().chain([args.site.clone()]).collect();
    let spec = DatasetSpec {
        size: Bytes::new(saved.size),
        replicas: replicas.into_iter().collect(),
        content: Some(saved.content.clone()),
        price: before.map_or(DataPrice::ZERO, |it| it.price),
        organization: owner,
    };
    apply(&client, &args.name, &spec).await?;
    let row = DataRow {
        name: args.name.clone(),
        size: spec.size,
        content: spec.content,
        at: vec![args.site.clone()],
        replicas: spec.replicas,
    };
    context.out.print(Values::One(&row), |_| table(std::slice::from_ref(&row)).into())
}

/// What people wrote of it before stays.
async fn apply(client: &Client, name: &Name, spec: &DatasetSpec) -> Result<(), Failure> {
    let metadata = match client.resource(Kind::Dataset, name).await {
        Ok(view) => {
            let mut metadata = view.metadata;
            // It was, and is now what somebody pushed.
            metadata.labels.remove("left-by");
            serde_json::to_value(&metadata)
        }
        Err(_) => Ok(serde_json::json!({ "name": name })),
    };
    let metadata = metadata.map_err(|error| Failure::Fault(error.to_string()))?;
    // JSON is YAML.
    let manifest = serde_json::json!({ "kind": "Dataset", "metadata": metadata, "spec": spec });
    client.apply(&manifest.to_string(), false).await?;
    Ok(())
}

async fn save(objects: &Objects, folder: &Path) -> Result<staging::Saved, Failure> {
    let at = folder.to_path_buf();
    let scan = tokio::task::spawn_blocking(move || Scan::of(&at, Odd::Refuse)).await;
    let scan = scan.map_err(|error| Failure::Fault(error.to_string()))?.map_err(failure)?;
    let pushing = Pushing::begin(objects).await.map_err(failure)?;
    let saved = async { Storage::open(objects.clone(), None).await?.save(scan).await }.await;
    pushing.end().await.map_err(failure)?;
    saved.map_err(failure)
}

async fn pull(
    context: &Context,
    name: &Name,
    folder: &Path,
    data: &DataFile,
) -> Result<(), Failure> {
    if folder.exists() {
        return Err(Failure::usage(format!("{} is there already", folder.display())));
    }
    let client = context.client()?;
    let (content, places) = places(&client, name, &data.read()?).await?;
    let places: Vec<Objects> = places.into_iter().map(|(_, objects)| objects).collect();
    let manifest = staging::lay_out(&places, &content, folder, true, &Pace::free()).await;
    let manifest = manifest.map_err(failure)?;
    let (files, size) = (manifest.files(), Bytes::new(manifest.size()));
    context.out.note(format!("{files} files, {} in {}", size.human(), folder.display()));
    Ok(())
}

async fn verify(context: &Context, name: &Name, data: &DataFile) -> Result<(), Failure> {
    let client = context.client()?;
    let (content, places) = places(&client, name, &data.read()?).await?;
    let mut checked = Vec::new();
    for (site, objects) in places {
        let error = staging::verify(&objects, &content).await.err();
        checked.push(Checked { site, error: error.map(|error| error.to_string()) });
    }
    let is_good = checked.iter().all(|it| it.error.is_none());
    context.out.print(Values::Many(&checked), |_| {
        let mut table = Table::new([column("SITE"), column("COPY")]);
        for Checked { site, error } in &checked {
            let copy = match error {
                None => Cell::new("whole").style(Style::Good),
                Some(error) => Cell::from(error.as_str()).style(Style::Bad),
            };
            table.push(site.as_str(), vec![Cell::new(site), copy]);
        }
        table.into()
    })?;
    if is_good { Ok(()) } else { Err(Failure::Code(1)) }
}

/// A copy that was read.
#[derive(Debug, Serialize)]
struct Checked {
    site: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What a folder is.
#[derive(Debug, Serialize)]
struct Identified {
    content: Content,
    size: Bytes,
    files: usize,
    datasets: Vec<Name>,
}

async fn identify(context: &Context, folder: PathBuf) -> Result<(), Failure> {
    let found = tokio::task::spawn_blocking(move || staging::identify(&folder)).await;
    let found = found.map_err(|error| Failure::Fault(error.to_string()))?;
    let (content, manifest) = found.map_err(failure)?;
    let rows = rows(&context.client()?).await?;
    let same = rows.into_iter().filter(|row| row.content.as_ref() == Some(&content));
    let datasets = same.map(|row| row.name).collect();
    let (size, files) = (Bytes::new(manifest.size()), manifest.files());
    let it = Identified { content, size, files, datasets };
    context.out.print(Values::One(&it), |_| {
        let names: Vec<&str> = it.datasets.iter().map(Name::as_str).collect();
        let fields = vec![
            ("content", Cell::new(&it.content)),
            ("size", Cell::exact(it.size.human(), it.size)),
            ("files", Cell::new(it.files)),
            ("datasets", Cell::option((!names.is_empty()).then(|| names.join(", ")))),
        ];
        Page(vec![Section::Fields { title: None, fields }])
    })
}

async fn list(context: &Context) -> Result<(), Failure> {
    let rows = rows(&context.client()?).await?;
    context.out.print(Values::Many(&rows), |_| table(&rows).into())
}

fn table(rows: &[DataRow]) -> Table {
    let mut table = Table::new([
        column("NAME"),
        column("SIZE").right(),
        column("AT"),
        column("REPLICAS").wide(),
        column("CONTENT"),
    ]);
    let names = |names: &[Name]| {
        let names: Vec<&str> = names.iter().map(Name::as_str).collect();
        Cell::option((!names.is_empty()).then(|| names.join(",")))
    };
    for row in rows {
        let content = Cell::option(row.content.as_ref()).clip(16);
        let size = Cell::exact(row.size.human(), row.size);
        let cells = vec![Cell::new(&row.name), size, names(&row.at), names(&row.replicas), content];
        table.push(row.name.as_str(), cells);
    }
    table
}

async fn rows(client: &Client) -> Result<Vec<DataRow>, Failure> {
    let sites = client.all_resources(Kind::Site).await?;
    let mut rows = Vec::new();
    for view in client.all_resources(Kind::Dataset).await? {
        // A newer server may say more than this program can read.
        let Ok(spec) = spec_of::<DatasetSpec>(&view) else { continue };
        let reported = spec.content.as_ref().map(|content| holders(&sites, content));
        let at = reported.unwrap_or_else(|| spec.replicas.clone());
        let DatasetSpec { size, content, replicas, .. } = spec;
        rows.push(DataRow { name: view.metadata.name, size, content, at, replicas });
    }
    Ok(rows)
}

/// Sites that report a whole copy.
fn holders(sites: &[ResourceView], content: &Content) -> Vec<Name> {
    let has = |view: &&ResourceView| {
        let data = view.status.as_ref().and_then(|status| status.data.as_ref());
        data.is_some_and(|data| data.contents.iter().any(|it| it.content == *content))
    };
    sites.iter().filter(has).map(|view| view.metadata.name.clone()).collect()
}

fn spec_of<S: serde::de::DeserializeOwned>(view: &ResourceView) -> Result<S, Failure> {
    serde_json::from_value(view.spec.clone()).map_err(|error| Failure::Fault(error.to_string()))
}

async fn dataset(client: &Client, name: &Name) -> Result<(ResourceView, DatasetSpec), Failure> {
    let view = client.resource(Kind::Dataset, name).await?;
    let spec = spec_of(&view)?;
    Ok((view, spec))
}

async fn storage_of(client: &Client, site: &Name, config: &DataConfig) -> Result<Objects, Failure> {
    let spec: SiteSpec = spec_of(&client.resource(Kind::Site, site).await?)?;
    let storage = spec.storage.ok_or_else(|| {
        Failure::usage(format!("the site {site} keeps no data: its manifest has no `storage`"))
    })?;
    config.source(&storage).map_err(failure)
}

/// The storages that have a dataset, or should.
async fn places(
    client: &Client,
    name: &Name,
    config: &DataConfig,
) -> Result<(Content, Vec<(Name, Objects)>), Failure> {
    let (_, spec) = dataset(client, name).await?;
    let content = spec.content.ok_or_else(|| {
        Failure::usage(format!("of the dataset {name} only size and place are known, no content"))
    })?;
    let mut names = holders(&client.all_resources(Kind::Site).await?, &content);
    names
        .extend(spec.replicas.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    let (mut places, mut why) = (Vec::new(), None);
    for site in names {
        match storage_of(client, &site, config).await {
            Ok(objects) => places.push((site, objects)),
            Err(failure) => why = Some(failure),
        }
    }
    match why {
        Some(failure) if places.is_empty() => Err(failure),
        _ => Ok((content, places)),
    }
}
