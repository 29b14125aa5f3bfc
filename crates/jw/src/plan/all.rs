//! `plan --all`: what all jobs would get if they were planned anew together.

use api::{PlanAllAnswer, PlannedJob, PlannedPlace};

use crate::{
    context::Context,
    failure::Failure,
    format::{Clock, money},
    output::{Page, Section, Values},
    table::{Cell, Style, Table, column},
};

pub(crate) async fn run(context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    if context.out.is_human() {
        context.out.note("planning all jobs that wait or can still move ...");
    }
    let answer = client.plan_all().await?;
    context.out.print(Values::One(&answer), |out| page(&answer, &out.clock.at(answer.now)))
}

fn page(answer: &PlanAllAnswer, clock: &Clock) -> Page {
    let mut table = Table::new([
        column("JOB"),
        column("NOW AT"),
        column("START"),
        column("BETTER AT"),
        column("START").keyed("better_start"),
    ]);
    for job in &answer.jobs {
        table.push(job.key.to_string(), row(job, clock));
    }
    Page(vec![Section::Table { title: None, table }, figures(answer)])
}

fn row(job: &PlannedJob, clock: &Clock) -> Vec<Cell> {
    let stays = job.before == job.after;
    let at = |place: &Option<PlannedPlace>| match place {
        Some(it) => Cell::from(format!("{} / {}", it.site, it.pool)),
        None => Cell::from("waits"),
    };
    let start = |place: &Option<PlannedPlace>| match place {
        Some(it) => Cell::exact(clock.time(it.start), it.start),
        None => Cell::none(),
    };
    let style = if stays { Style::Dim } else { Style::Good };
    let after = [at(&job.after), start(&job.after)].map(|cell| cell.style(style));
    [Cell::from(job.key.to_string()), at(&job.before), start(&job.before)]
        .into_iter()
        .chain(after)
        .collect()
}

fn figures(answer: &PlanAllAnswer) -> Section {
    let mut fields =
        vec![("held now", money(answer.cost_before)), ("planned anew", money(answer.cost))];
    fields.extend(answer.bound.map(|bound| ("nothing is below", money(bound))));
    let gap = |percent: f64| {
        Cell::exact(format!("at most {percent:.2} % above the cheapest possible"), percent)
    };
    fields.extend(answer.gap_before_pct.map(|it| ("now", gap(it))));
    fields.extend(answer.gap_pct.map(|it| ("then", gap(it))));
    if !answer.left_out.is_empty() {
        fields.push(("left out", Cell::from(answer.left_out.len().to_string())));
    }
    Section::Fields { title: Some("Together"), fields }
}
