//! Standard Workload Format, version 2.2 (Chapin and others, "Benchmarks and standards for the evaluation of parallel
//! job schedulers", 1999): 18 numbers a line, -1 where nothing is known; lines of `;` are notes.

use super::{Trace, TraceJob, run_time, seconds};

/// Places of fields, from zero.
const SUBMIT: usize = 1;
const RUN: usize = 3;
const ALLOCATED: usize = 4;
const REQUESTED: usize = 7;
const REQUESTED_TIME: usize = 8;
const REQUESTED_MEMORY_KIB: usize = 9;
const FIELDS: usize = 18;

pub(super) fn read(text: &str) -> Result<Trace, (u64, String)> {
    let mut trace = Trace::default();
    let lines = (1..).zip(text.lines());
    for (line, row) in lines.filter(|(_, row)| !row.trim().is_empty() && !row.starts_with(';')) {
        let fields: Vec<f64> =
            row.split_whitespace().map_while(|field| field.parse().ok()).collect();
        let said = row.split_whitespace().count();
        if fields.len() != said || said != FIELDS {
            let what = format!(
                "{} numbers in {said} fields where {FIELDS} numbers are needed",
                fields.len()
            );
            if trace.jobs.is_empty() && trace.skipped_in_all == 0 {
                return Err((line, format!("not Standard Workload Format: {what}")));
            }
            trace.skip(line, what);
            continue;
        }
        trace.take(line, job(&fields));
    }
    Ok(trace)
}

/// Processors asked for, else those it got; each is one task of one core.
fn job(fields: &[f64]) -> Result<TraceJob, String> {
    let known = |at: usize| fields.get(at).copied().filter(|it| *it >= 0.0);
    let submit = known(SUBMIT).ok_or("its submit time is not known")?;
    let run = known(RUN).ok_or("its run time is not known")?;
    let positive = |at: usize| known(at).filter(|it| *it >= 1.0);
    let processors = positive(REQUESTED).or_else(|| positive(ALLOCATED));
    let processors = processors.ok_or("its number of processors is not known")?;
    Ok(TraceJob {
        submit: seconds("its submit time", submit)?,
        run_time: run_time(run)?,
        estimate: positive(REQUESTED_TIME).and_then(|it| run_time(it).ok()),
        tasks: processors.min(f64::from(u32::MAX)) as u32,
        cores_milli: 1_000,
        memory_mib: positive(REQUESTED_MEMORY_KIB).map_or(0, |kib| (kib / 1_024.0).ceil() as u64),
        accelerators: 0,
    })
}
