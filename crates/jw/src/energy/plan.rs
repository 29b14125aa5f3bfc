//! `energy plan`: how sites with supply of their own are supplied over the coming 48 hours.

use api::{DispatchSlot, DispatchView};
use clap::Args;
use energy::account::hour_of;
use model::{Kind, Name, SiteSpec};
use units::{Carbon, Energy, EnergyPrice, Money};

use crate::{
    context::Context,
    failure::Failure,
    format::Clock,
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column},
};

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Left out: every site that has a battery, sun, wind or a contract.
    #[arg(value_name = "SITE")]
    site: Option<Name>,
    /// All slots of 15 minutes instead of hours.
    #[arg(long)]
    slots: bool,
    /// As if the grid failed now, for so many hours.
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u8).range(1..=48))]
    island: Option<u8>,
}

pub(crate) async fn run(context: &Context, args: &PlanArgs) -> Result<(), Failure> {
    let client = context.client()?;
    let names = match &args.site {
        Some(site) => vec![site.clone()],
        None => with_supply(context).await?,
    };
    let mut all = Vec::with_capacity(names.len());
    for name in &names {
        all.push(client.dispatch(name, args.island).await?);
    }
    if all.is_empty() {
        context.out.note("no site has a battery, sun, wind or a contract in its `electricity`");
    }
    let shown =
        |clock: &Clock| Page(all.iter().flat_map(|it| sections(it, args.slots, clock)).collect());
    match (&args.site, all.first()) {
        (Some(_), Some(view)) => context.out.print(Values::One(view), |out| shown(&out.clock)),
        _ => context.out.print(Values::Many(&all), |out| shown(&out.clock)),
    }
}

async fn with_supply(context: &Context) -> Result<Vec<Name>, Failure> {
    let sites = context.client()?.specs::<SiteSpec>(Kind::Site).await?.into_iter();
    let has_supply = |spec: &SiteSpec| spec.electricity.as_ref().is_some_and(|it| it.has_supply());
    Ok(sites.filter(|(_, spec)| has_supply(spec)).map(|(name, _)| name).collect())
}

fn sections(view: &DispatchView, every_slot: bool, clock: &Clock) -> Vec<Section> {
    let table = if every_slot { of_slots(&view.slots, clock) } else { of_hours(view, clock) };
    vec![
        Section::Fields { title: None, fields: fields(view, clock) },
        Section::Table { title: None, table },
    ]
}

fn fields(view: &DispatchView, clock: &Clock) -> Vec<(&'static str, Cell)> {
    let money = |it: Money| Cell::exact(it.human(), it);
    let mut fields = vec![
        ("site", Cell::new(&view.site)),
        ("stored", Cell::exact(view.stored.human(), view.stored)),
        ("cost", money(view.cost)),
        ("without battery", money(view.cost_without_battery)),
        ("saving", money(view.saving)),
        ("wear", money(view.wear)),
        ("demand charge", money(view.demand_charge)),
        ("peak", Cell::exact(view.peak.human(), view.peak)),
        ("carbon", Cell::exact(view.carbon.human(), view.carbon)),
    ];
    if let Some(until) = view.island_until {
        fields.push(("without grid until", clock.cell(until)));
    }
    if !view.unserved.is_zero() {
        fields.push(("not met", Cell::exact(view.unserved.human(), view.unserved)));
    }
    fields
}

/// Slots of one hour, added up.
fn of_hours(view: &DispatchView, clock: &Clock) -> Table {
    let mut hours: Vec<Vec<DispatchSlot>> = Vec::new();
    let hour = |it: &DispatchSlot| hour_of(it.from);
    for slot in &view.slots {
        match hours.last_mut() {
            Some(last) if last.first().is_some_and(|first| hour(first) == hour(slot)) => {
                last.push(slot.clone());
            }
            _ => hours.push(vec![slot.clone()]),
        }
    }
    let hours: Vec<DispatchSlot> = hours.iter().filter_map(|it| added(it)).collect();
    of_slots(&hours, clock)
}

/// Flows are added up; of prices and intensities the mean stands, and what is stored at the end.
fn added(slots: &[DispatchSlot]) -> Option<DispatchSlot> {
    let mut sum = slots.first()?.clone();
    for it in slots.iter().skip(1) {
        let add = |to: &mut Energy, more: Energy| *to = to.saturating_add(more);
        add(&mut sum.load, it.load);
        add(&mut sum.own, it.own);
        add(&mut sum.curtailed, it.curtailed);
        add(&mut sum.contracted, it.contracted);
        add(&mut sum.import, it.import);
        add(&mut sum.export, it.export);
        add(&mut sum.charge, it.charge);
        add(&mut sum.discharge, it.discharge);
        add(&mut sum.unserved, it.unserved);
        sum.cost = sum.cost.saturating_add(it.cost);
        sum.carbon = sum.carbon.saturating_add(it.carbon);
        (sum.to, sum.stored) = (it.to, it.stored);
    }
    let count = i64::try_from(slots.len()).ok()?;
    let mean = |of: fn(&DispatchSlot) -> EnergyPrice| {
        EnergyPrice::new(slots.iter().map(|it| of(it).get() / count).sum())
    };
    (sum.price, sum.marginal_price) = (mean(|it| it.price), mean(|it| it.marginal_price));
    Some(sum)
}

/// Most flows are nothing most of the time.
fn nothing(exact: impl std::fmt::Display) -> Cell {
    Cell::exact("-", exact).style(Style::Dim)
}

fn of_slots(slots: &[DispatchSlot], clock: &Clock) -> Table {
    let names = [
        "LOAD",
        "OWN",
        "CURTAILED",
        "CONTRACT",
        "IMPORT",
        "EXPORT",
        "CHARGE",
        "DISCHARGE",
        "STORED",
    ];
    let head = [column("FROM")].into_iter().chain(names.map(|it| column(it).right()));
    let tail = ["PRICE", "NEXT KWH", "COST", "CARBON"].map(|it| column(it).right());
    let mut table = Table::new(head.chain(tail).collect::<Vec<_>>());
    for it in slots {
        let energy = |it: Energy| {
            if it == Energy::ZERO { nothing(it) } else { Cell::exact(it.human(), it) }
        };
        let price = |it: EnergyPrice| Cell::exact(it.human(), it);
        let carbon = |it: Carbon| {
            if it == Carbon::ZERO { nothing(it) } else { Cell::exact(it.human(), it) }
        };
        let mut cells = vec![clock.cell(it.from)];
        let flows = [it.load, it.own, it.curtailed, it.contracted, it.import, it.export];
        cells.extend(flows.into_iter().chain([it.charge, it.discharge, it.stored]).map(energy));
        cells.extend([it.price, it.marginal_price].map(price));
        cells.push(Cell::exact(it.cost.human(), it.cost));
        cells.push(carbon(it.carbon));
        table.push(it.from.to_string(), cells);
    }
    table
}
