use proptest::prelude::*;

use super::*;
use crate::files::at_hand;

/// Jobs, skipped, submission of the last in hours, sum of run times in hours.
fn told(format: Format, path: &str) -> Option<String> {
    let trace = read(format, &at_hand(path)?).unwrap();
    let hours = |span: Span| span.get() as f64 / 3.6e6;
    let last = hours(trace.jobs.last().unwrap().submit);
    let run: f64 = trace.jobs.iter().map(|job| hours(job.run_time)).sum();
    let why = trace
        .skipped
        .first()
        .map_or(String::new(), |it| format!(", e.g. {}: {}", it.line, it.what));
    Some(format!(
        "{} jobs, {} skipped{why}; last after {last:.1} h; {run:.0} h of runs\n",
        trace.jobs.len(),
        trace.skipped_in_all
    ))
}

#[test]
fn traces_at_hand_are_read() {
    let all = [
        told(Format::Swf, "traces/NASA-iPSC-1993-3.1-cln.swf.gz"),
        told(Format::Gaia, "energy/jobs/gaia_pai_1k.csv"),
        told(Format::Gaia, "energy/jobs/gaia_azure-100k.csv.gz"),
        told(Format::Openb, "openb/openb_pod_list_default.csv.gz"),
        told(Format::Azure, "traces/AzureLLMInferenceTrace_code.csv.gz"),
    ];
    let Some(all) = all.into_iter().collect::<Option<Vec<String>>>() else { return };
    expect_test::expect![[r#"
        18066 jobs, 173 skipped, e.g. 248: it does not run: its run time is zero; last after 2208.0 h; 3875 h of runs
        1000 jobs, 0 skipped; last after 168.0 h; 2518 h of runs
        99988 jobs, 0 skipped; last after 8759.9 h; 382682 h of runs
        8151 jobs, 1 skipped, e.g. 7287: it does not run: its run time is zero; last after 3583.8 h; 58388 h of runs
        8819 jobs, 0 skipped; last after 1.0 h; 5 h of runs
    "#]].assert_eq(&all.concat());
}

fn said(format: Format, text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace");
    std::fs::write(&path, text).unwrap();
    match read(format, &path) {
        Ok(trace) => {
            let skipped: Vec<String> =
                trace.skipped.iter().map(|it| format!("{}: {}", it.line, it.what)).collect();
            format!("{} jobs\n{}\n", trace.jobs.len(), skipped.join("\n"))
        }
        Err(error) => error.to_string().rsplit("trace:").next().unwrap().to_owned() + "\n",
    }
}

#[test]
fn what_cannot_be_used_is_said_with_its_line() {
    let good = "1 0 -1 60 4 -1 -1 4 90 1024 1 1 1 -1 1 -1 -1 -1";
    let swf = format!(
        "; a note\n{good}\n2 5 -1 -1 4 -1 -1 4 90 -1 1 1 1 -1 1 -1 -1 -1\n3 9 x\n4 9 -1 99999999 4 -1 -1 4 90 -1 1 1 1 -1 1 -1 -1 -1\n"
    );
    let gaia = "arrival_time,length,cpus\n0,1000,1\n5,nan,1\n9,3000,0\n-1,10,1\n9,10\n";
    let openb = "cpu_milli,memory_mib,num_gpu,creation_time,deletion_time,scheduled_time\n1,1,0,5,3,5\n1,1,1,5,9,\n";
    let azure =
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,100,10\nyesterday,1,1\n";
    let all = [
        said(Format::Swf, &swf),
        said(Format::Swf, "arrival_time,length,cpus\n"),
        said(Format::Gaia, gaia),
        said(Format::Gaia, &swf),
        said(Format::Openb, openb),
        said(Format::Azure, azure),
        said(Format::Azure, ""),
    ];
    expect_test::expect![[r#"
        1 jobs
        3: its run time is not known
        4: 2 numbers in 3 fields where 18 numbers are needed
        5: it runs for 99999999 s: longer than a year is not planned
        1: not Standard Workload Format: 0 numbers in 1 fields where 18 numbers are needed
        1 jobs
        3: length is "nan": it has to be a number
        4: cpus is 0: it has to be above zero
        5: arrival_time is -1: it has to be a number that is not below zero
        6: cpus is "": it has to be a number
        1: the column arrival_time is missing; needed are arrival_time,length,cpus
        1 jobs
        2: its run time is -2: it has to be a number that is not below zero
        1 jobs
        3: TIMESTAMP is "yesterday": it has to be like 2023-11-16 18:15:46.68
        1: the column TIMESTAMP is missing; needed are TIMESTAMP,ContextTokens,GeneratedTokens
    "#]]
    .assert_eq(&all.concat());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[-0-9a-zA-Z.,; \n:_]{0,300}", format in 0_usize..4) {
        let heads = ["", "cpu_milli,memory_mib,num_gpu,creation_time,deletion_time,scheduled_time\n", "arrival_time,length,cpus\n", "TIMESTAMP,ContextTokens,GeneratedTokens\n"];
        let _ = said(Format::ALL[format], &format!("{}{text}", heads[format]));
    }
}
