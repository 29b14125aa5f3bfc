//! `bill export`.

use std::collections::{BTreeMap, BTreeSet};

use api::ChargeRecord;
use client::{ChargesQuery, Client};
use market::focus::{COLUMNS, Context as About, Row};
use model::{Kind, Name, PoolSpec, ProjectSpec, SiteSpec};
use units::Month;

use crate::{args::ChargesFormat, context::Context, failure::Failure};

const KEPT: [&str; 12] = [
    "number", "charged", "job", "project", "kind", "what", "quantity", "price", "amount",
    "provider", "start", "end",
];

/// Page by page, so that it does not matter how many there are.
pub(super) async fn run(
    context: &Context,
    format: ChargesFormat,
    query: &ChargesQuery,
) -> Result<(), Failure> {
    let client = context.client()?;
    let places = match format {
        ChargesFormat::Focus => Places::read(&client).await?,
        ChargesFormat::Csv => Places::default(),
    };
    let header = match format {
        ChargesFormat::Focus => COLUMNS.as_slice(),
        ChargesFormat::Csv => KEPT.as_slice(),
    };
    context.out.raw(&csv(std::iter::once(header))?)?;
    let mut invoices = BTreeSet::new();
    let mut cursor = None;
    loop {
        let page = client.charges(query, cursor.as_deref()).await?;
        let rows = page.items.iter().flat_map(|record| match format {
            ChargesFormat::Focus => {
                let rows = Row::all(record, &places.about(record));
                rows.iter().map(|row| row.cells().to_vec()).collect()
            }
            ChargesFormat::Csv => vec![kept(record)],
        });
        context.out.raw(&csv(rows)?)?;
        invoices
            .extend(page.items.iter().map(|it| (it.charge.project.clone(), Month::of(it.charged))));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    let is_whole = query.job.is_none() && query.provider.is_none();
    if format == ChargesFormat::Focus && is_whole {
        context.out.raw(&csv(roundings(&client, invoices).await?)?)?;
    }
    Ok(())
}

/// What rounding has added to invoices that are final.
async fn roundings(
    client: &Client,
    invoices: BTreeSet<(Name, Month)>,
) -> Result<Vec<Vec<String>>, Failure> {
    let mut rows = Vec::new();
    for (project, month) in invoices {
        let invoice = client.invoice(Some(&project), Some(month)).await?;
        let row = invoice.is_final.then(|| Row::of_rounding(&invoice)).flatten();
        rows.extend(row.map(|row| row.cells().to_vec()));
    }
    Ok(rows)
}

fn kept(record: &ChargeRecord) -> Vec<String> {
    let (charge, line) = (&record.charge, &record.charge.line);
    vec![
        record.number.to_string(),
        record.charged.to_string(),
        charge.job.to_string(),
        charge.project.to_string(),
        line.kind.to_string(),
        line.what.to_string(),
        line.quantity.clone(),
        line.price.clone(),
        line.amount.to_string(),
        line.provider.as_ref().map(Name::to_string).unwrap_or_default(),
        charge.start.to_string(),
        charge.end.to_string(),
    ]
}

fn csv<R>(rows: impl IntoIterator<Item = R>) -> Result<String, Failure>
where
    R: IntoIterator,
    R::Item: AsRef<[u8]>,
{
    let unwritable = |error: &dyn std::fmt::Display| Failure::Fault(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| unwritable(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| unwritable(&error))?;
    String::from_utf8(bytes).map_err(|error| unwritable(&error))
}

/// Whose projects are, and where pools and sites are.
#[derive(Debug, Default)]
struct Places {
    organizations: BTreeMap<Name, Name>,
    regions: BTreeMap<Name, Name>,
}

impl Places {
    async fn read(client: &Client) -> Result<Self, Failure> {
        let projects = client.specs::<ProjectSpec>(Kind::Project).await?;
        let mut regions: BTreeMap<Name, Name> = client
            .specs::<SiteSpec>(Kind::Site)
            .await?
            .into_iter()
            .map(|(name, site)| (name, site.region))
            .collect();
        let pools = client.specs::<PoolSpec>(Kind::Pool).await?;
        let of_pools: Vec<(Name, Name)> = pools
            .into_iter()
            .filter_map(|(name, pool)| Some((name, regions.get(&pool.site)?.clone())))
            .collect();
        regions.extend(of_pools);
        let organizations = projects.into_iter().map(|(name, it)| (name, it.organization));
        Ok(Self { organizations: organizations.collect(), regions })
    }

    /// Of a project that is gone its own name has to do.
    fn about(&self, record: &ChargeRecord) -> About {
        let project = &record.charge.project;
        About {
            organization: self.organizations.get(project).unwrap_or(project).to_string(),
            region: self.regions.get(&record.charge.line.what).map(Name::to_string),
        }
    }
}
