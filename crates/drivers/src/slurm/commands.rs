//! Slurm's own commands, called with arguments and never through a shell.

use std::{path::PathBuf, process::Stdio, time::Duration};

use async_trait::async_trait;
use tokio::process::Command;

use super::{
    config::Account,
    controller::{Controller, Node, Refused, Row, Signal, Submission, Used, ids_of},
};
use crate::DriverError;

/// No command of Slurm takes longer, unless its controller is away.
const MOST: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub(crate) struct Commands {
    pub(crate) conf: Option<PathBuf>,
    /// The name of all jobs of this agent, by which they are found.
    pub(crate) name: String,
}

/// What the controller says when it can say nothing.
const AWAY: [&str; 5] = [
    "Unable to contact slurm controller",
    "Socket timed out",
    "Connection refused",
    "Unexpected missing socket error",
    "Transport endpoint",
];
const PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
/// What a line of the queue consists of.
const QUEUE: &str =
    "--Format=ArrayJobID:|,ArrayTaskID:|,State:|,Reason:|,NodeList:|,exit_code:|,Comment:|";

impl Commands {
    async fn call(&self, program: &str, args: &[String]) -> Result<String, DriverError> {
        let (out, error) = self.run(None, program, args).await?;
        match error {
            None => Ok(out),
            Some(text) => Err(DriverError::Failed {
                action: program.to_owned(),
                source: std::io::Error::other(text),
            }),
        }
    }

    /// Output, and the error text if it failed. As another account of this machine if asked.
    async fn run(
        &self,
        account: Option<(u32, u32)>,
        program: &str,
        args: &[String],
    ) -> Result<(String, Option<String>), DriverError> {
        let mut command = match account {
            None => Command::new(program),
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
                command.args(["--init-groups", "--"]).arg(program);
                command
            }
        };
        command.args(args).env_clear().stdin(Stdio::null()).kill_on_drop(true);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_else(|| PATH.into()));
        command.envs(self.conf.as_ref().map(|conf| ("SLURM_CONF", conf)));
        let ran = tokio::time::timeout(MOST, command.output()).await;
        let ran = ran.map_err(|_| DriverError::Away(format!("{program} does not answer")))?;
        let ran = ran.map_err(DriverError::failed(format!("start {program}")))?;
        let error = String::from_utf8_lossy(&ran.stderr).trim().to_owned();
        if !ran.status.success() && AWAY.iter().any(|sign| error.contains(sign)) {
            return Err(DriverError::Away(error));
        }
        let out = String::from_utf8_lossy(&ran.stdout).into_owned();
        Ok((out, (!ran.status.success()).then_some(error)))
    }

    /// One that has ended, or is forgotten by Slurm, needs no cancelling.
    async fn scancel(&self, args: &[&str], job: String) -> Result<(), DriverError> {
        let mut all: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        all.push(job);
        let (_, error) = self.run(None, "scancel", &all).await?;
        if let Some(error) = error {
            tracing::debug!(error, "scancel");
        }
        Ok(())
    }

    fn arguments(&self, account: &Account, it: &Submission) -> Vec<String> {
        let mut args = vec![
            "--parsable".to_owned(),
            format!("--job-name={}", self.name),
            format!("--comment={}", it.comment),
            // Of an environment with nothing in it. Anything but ALL makes each task's node ask a login shell first.
            "--export=ALL".to_owned(),
            "--no-requeue".to_owned(),
            "--output=/dev/null".to_owned(),
            format!("--chdir={}", it.folder.display()),
            format!("--ntasks={}", it.tasks),
            format!("--cpus-per-task={}", it.cores),
            format!("--mem-per-cpu={}M", it.memory_per_core_mib),
        ];
        let gpus = it.accelerators.as_ref().map(|gres| match gres.strip_prefix("gpu:") {
            Some(gpus) if it.tasks > 1 => format!("--gpus-per-task={gpus}"),
            _ => format!("--gres={gres}"),
        });
        let mut option = |name: &str, value: &Option<String>| {
            args.extend(value.as_ref().map(|value| format!("--{name}={value}")));
        };
        option("account", &account.slurm_account);
        option("qos", &account.qos);
        option("partition", &it.partition);
        option("constraint", &it.constraint);
        option("time", &it.minutes.map(|minutes| minutes.to_string()));
        option("array", &it.array);
        args.extend(gpus);
        args.push(it.script.display().to_string());
        args
    }
}

#[async_trait]
impl Controller for Commands {
    async fn queue(&self, only: Option<u64>) -> Result<Vec<Row>, DriverError> {
        let mut args = ["--noheader", "--all", "--states=all", QUEUE].map(str::to_owned).to_vec();
        args.push(format!("--name={}", self.name));
        args.extend(only.map(|job| format!("--jobs={job}")));
        let (out, error) = self.run(None, "squeue", &args).await?;
        match error {
            // One that Slurm has forgotten.
            Some(text) if only.is_some() && text.contains("Invalid job id") => Ok(Vec::new()),
            Some(text) => Err(DriverError::failed("squeue")(std::io::Error::other(text))),
            None => Ok(out.lines().filter_map(row).collect()),
        }
    }

    async fn submit(&self, account: &Account, submission: &Submission) -> Result<u64, Refused> {
        let user = match account.account.as_deref() {
            Some(name) => Some(ids_of(name).await.map_err(Refused::ForGood)?),
            None => None,
        };
        let args = self.arguments(account, submission);
        let (out, error) = self.run(user, "sbatch", &args).await.map_err(Refused::Unknown)?;
        if let Some(error) = error {
            return Err(Refused::by("sbatch", &error.replace("sbatch: error: ", "")));
        }
        let number = out.trim().split(';').next().and_then(|text| text.parse().ok());
        number.ok_or_else(|| {
            let text: String = out.chars().take(200).collect();
            Refused::unknown("sbatch", format!("answered `{text}`, which is no job's number"))
        })
    }

    async fn signal(&self, job: u64, signal: Signal) -> Result<(), DriverError> {
        self.scancel(&["--full", &format!("--signal={}", signal.name())], job.to_string()).await
    }

    async fn cancel(&self, job: u64) -> Result<(), DriverError> {
        self.scancel(&[], job.to_string()).await
    }

    async fn cancel_waiting(&self, job: u64, _tasks: Option<&str>) -> Result<(), DriverError> {
        self.scancel(&["--state=PENDING"], job.to_string()).await
    }

    async fn accounts(&self, job: u64) -> Result<Vec<Row>, DriverError> {
        let fields = "--format=JobID,State,ExitCode,NodeList,TotalCPU,MaxRSS,ConsumedEnergyRaw";
        let args = ["--noheader", "--parsable2", "--noconvert", "--allusers", fields];
        let mut args = args.map(str::to_owned).to_vec();
        args.push(format!("--jobs={job}"));
        let (out, error) = self.run(None, "sacct", &args).await?;
        match error {
            Some(text) => {
                tracing::debug!(text, "no accounting");
                Ok(Vec::new())
            }
            None => Ok(accounted(&out, job)),
        }
    }

    async fn nodes(&self) -> Result<Vec<Node>, DriverError> {
        let args = ["--noheader", "--all", "--Node", "--format=%N|%P|%c|%m|%G|%T|%f"];
        let out = self.call("sinfo", &args.map(str::to_owned)).await?;
        Ok(out.lines().filter_map(node).collect())
    }

    async fn version(&self) -> Result<String, DriverError> {
        let out = self.call("sinfo", &["--version".to_owned()]).await?;
        Ok(out.split_whitespace().nth(1).unwrap_or("of unknown version").to_owned())
    }
}

fn row(line: &str) -> Option<Row> {
    let mut parts = line.split('|').map(|part| part.trim().to_owned());
    let job = parts.next()?.parse().ok()?;
    let array = parts.next()?;
    Some(Row {
        job,
        array: if array == "N/A" { String::new() } else { array },
        state: parts.next()?,
        reason: parts.next()?,
        nodes: parts.next()?,
        status: parts.next()?.parse().ok(),
        comment: parts.next()?,
        used: Used::default(),
    })
}

/// Jobs of `sacct`, each with the most or the sum of what its steps used.
fn accounted(out: &str, job: u64) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in out.lines() {
        let fields: Vec<&str> = line.split('|').collect();
        let [id, state, code, nodes, cpu, memory, energy] = fields.as_slice() else { continue };
        let used = Used {
            cpu_ms: clock(cpu).unwrap_or(0),
            peak_memory: memory.parse().unwrap_or(0),
            energy_j: energy.parse().unwrap_or(0),
        };
        if id.contains('.') {
            // A step of the job above.
            if let Some(row) = rows.last_mut() {
                row.used.peak_memory = row.used.peak_memory.max(used.peak_memory);
                row.used.energy_j = row.used.energy_j.max(used.energy_j);
            }
            continue;
        }
        let array = id.split_once('_').map_or("", |(_, array)| array).to_owned();
        let (code, signal) = code.split_once(':').unwrap_or((code, "0"));
        let status = code.parse::<i32>().ok().zip(signal.parse::<i32>().ok());
        rows.push(Row {
            job,
            array,
            state: state.split(' ').next().unwrap_or_default().to_owned(),
            nodes: (*nodes).to_owned(),
            status: status.map(|(code, signal)| (code << 8) | signal),
            used,
            ..Row::default()
        });
    }
    rows
}

/// "1-02:03:04", "02:03:04" or "03:04.567" in milliseconds.
fn clock(text: &str) -> Option<u64> {
    let (days, rest) = text.split_once('-').unwrap_or(("0", text));
    let (whole, part) = rest.split_once('.').unwrap_or((rest, "0"));
    let seconds = whole
        .split(':')
        .try_fold(0_u64, |sum, field| sum.checked_mul(60)?.checked_add(field.parse().ok()?))?;
    let part: u64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    let days = days.parse::<u64>().ok()?.checked_mul(86_400)?;
    seconds.checked_add(days)?.checked_mul(1_000)?.checked_add(part)
}

/// Name, partition, cores, MiB, generic resources, state, features.
fn node(line: &str) -> Option<Node> {
    let mut parts = line.split('|').map(|part| part.trim().to_owned());
    let (name, partition) = (parts.next()?, parts.next()?);
    let is_default = partition.ends_with('*');
    Some(Node {
        name,
        partition: partition.trim_end_matches('*').to_owned(),
        is_default,
        cores: parts.next()?.parse().ok()?,
        memory_mib: parts.next()?.parse().ok()?,
        gres: parts.next()?,
        state: parts.next()?.to_lowercase(),
        features: features(&parts.next().unwrap_or_default()),
    })
}

pub(crate) fn features(text: &str) -> Vec<String> {
    let all = text.split(',').map(str::trim).filter(|it| !it.is_empty() && *it != "(null)");
    all.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_no_row() {
        let read = row("12|3|RUNNING|None|a-n1|768|p.j.1|").unwrap();
        assert_eq!((read.job, read.array.as_str(), read.comment.as_str()), (12, "3", "p.j.1"));
        assert_eq!(read.status, Some(3 << 8));
        assert_eq!(row("12|N/A|PENDING|Resources||0|p.j.1|").unwrap().array, "");
        for garbage in ["", "slurm_load_jobs error", "x|1|2|3|4|5|6|", "12|1"] {
            assert_eq!(row(garbage), None, "{garbage}");
        }
    }

    #[test]
    fn accounting_tells_codes_and_use() {
        let out = "7_3|FAILED|3:0|n1|00:01.250||\n7_3.batch|FAILED|3:0|n1|00:01.250|1048576|12\n\
                   7_4|CANCELLED by 0|0:9|n1|1-00:00:01||\n";
        let rows = accounted(out, 7);
        let told: Vec<_> = rows.iter().map(|it| (it.array.as_str(), it.status)).collect();
        assert_eq!(told, [("3", Some(3 << 8)), ("4", Some(9))]);
        assert_eq!(rows[0].used, Used { cpu_ms: 1_250, peak_memory: 1 << 20, energy_j: 12 });
        assert_eq!((rows[1].state.as_str(), rows[1].used.cpu_ms), ("CANCELLED", 86_401_000));
    }
}
