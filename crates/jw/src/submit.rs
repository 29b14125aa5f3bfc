//! `submit` and `cancel`: jobs in, jobs stopped, nothing followed.

use api::{JobSummary, JobView};

use crate::{
    args::{Files, Foreign, JobName},
    context::Context,
    failure::Failure,
    foreign,
    get::summary,
    kinds,
    output::Values,
};

pub(crate) async fn submit(
    context: &Context,
    files: &Files,
    unique_name: bool,
    foreign: &Foreign,
) -> Result<(), Failure> {
    let jobs = foreign::jobs(context, &files.files, foreign).await?;
    let client = context.client()?;
    let mut views = Vec::new();
    for job in jobs {
        match client.submit(&job, unique_name).await {
            Ok(view) => views.push(view),
            // What was accepted before is accepted: say so first.
            Err(error) => {
                show(context, &views)?;
                return Err(error.into());
            }
        }
    }
    show(context, &views)
}

pub(crate) async fn cancel(context: &Context, jobs: &[JobName]) -> Result<(), Failure> {
    let client = context.client()?;
    let mut views = Vec::new();
    let mut first = None;
    for job in jobs {
        match client.cancel(&context.key(job), None).await {
            Ok(view) => views.push(view),
            Err(error) => {
                let failure = Failure::from(error);
                if first.is_none() {
                    first = Some(failure);
                } else {
                    context.out.fail(&failure);
                }
            }
        }
    }
    show(context, &views)?;
    first.map_or(Ok(()), Err)
}

fn show(context: &Context, views: &[JobView]) -> Result<(), Failure> {
    if views.is_empty() {
        return Ok(());
    }
    let rows: Vec<JobSummary> = views.iter().map(summary).collect();
    context.out.print(Values::Many(views), |out| kinds::jobs(&rows, &out.clock).into())
}
