//! Slurm's own commands, called with arguments and never through a shell.

use std::{path::PathBuf, process::Stdio, time::Duration};

use tokio::process::Command;

use super::config::Account;
use crate::DriverError;

/// No command of Slurm takes longer, unless its controller is away.
const MOST: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub(crate) struct Slurm {
    pub(crate) conf: Option<PathBuf>,
    /// The name of all jobs of this agent, by which they are found.
    pub(crate) name: String,
}

/// One line of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Of the whole array.
    pub(crate) job: u64,
    /// Which tasks: "", "3", "[5-9%2]".
    pub(crate) array: String,
    pub(crate) state: String,
    pub(crate) reason: String,
    pub(crate) nodes: String,
    /// What it was submitted for.
    pub(crate) comment: String,
}

/// Why something was not submitted.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The same again would be refused again.
    ForGood(String),
    /// It may or may not have come through.
    Unknown(DriverError),
}

/// What is refused now and may be taken later.
const LATER: [&str; 5] = ["uthentication", "munge", "submit limit", "emporarily", "try again"];

/// What the controller says when it can say nothing.
const AWAY: [&str; 5] = [
    "Unable to contact slurm controller",
    "Socket timed out",
    "Connection refused",
    "Unexpected missing socket error",
    "Transport endpoint",
];

impl Slurm {
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
        command.args(args).env_remove("SLURM_CONF").stdin(Stdio::null()).kill_on_drop(true);
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

    /// Every job of this agent that Slurm still knows.
    pub(crate) async fn queue(&self) -> Result<Vec<Row>, DriverError> {
        let args = ["--noheader", "--all", "--states=all", "--format=%F|%K|%T|%r|%N|%k"]
            .map(str::to_owned);
        let mut args = args.to_vec();
        args.push(format!("--name={}", self.name));
        let out = self.call("squeue", &args).await?;
        Ok(out.lines().filter_map(row).collect())
    }

    /// The number of the job.
    pub(crate) async fn submit(
        &self,
        account: &Account,
        args: Vec<String>,
    ) -> Result<u64, Refused> {
        let mut all = vec!["--parsable".to_owned(), format!("--job-name={}", self.name)];
        all.extend(account.slurm_account.iter().map(|it| format!("--account={it}")));
        all.extend(account.qos.iter().map(|it| format!("--qos={it}")));
        all.extend(args);
        let user = account.account.as_deref().map(ids_of).transpose().map_err(Refused::ForGood)?;
        let ran = self.run(user, "sbatch", &all).await;
        let (out, error) = ran.map_err(Refused::Unknown)?;
        if let Some(error) = error {
            if LATER.iter().any(|sign| error.contains(sign)) {
                let source = std::io::Error::other(error);
                return Err(Refused::Unknown(DriverError::Failed {
                    action: "sbatch".to_owned(),
                    source,
                }));
            }
            return Err(Refused::ForGood(format!(
                "Slurm refuses it: {}",
                error.replace("sbatch: error: ", "")
            )));
        }
        let number = out.trim().split(';').next().and_then(|text| text.parse().ok());
        number.ok_or_else(|| {
            let text: String = out.chars().take(200).collect();
            Refused::Unknown(DriverError::Failed {
                action: "sbatch".to_owned(),
                source: std::io::Error::other(format!(
                    "answered `{text}`, which is no job's number"
                )),
            })
        })
    }

    pub(crate) async fn cancel(&self, job: u64, args: &[&str]) -> Result<(), DriverError> {
        let mut all: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        all.push(job.to_string());
        let (_, error) = self.run(None, "scancel", &all).await?;
        // One that has ended, or is forgotten by Slurm, needs no cancelling.
        if let Some(error) = error {
            tracing::debug!(job, error, "scancel");
        }
        Ok(())
    }

    pub(crate) async fn version(&self) -> Result<String, DriverError> {
        let out = self.call("sinfo", &["--version".to_owned()]).await?;
        let number = out.split_whitespace().nth(1).unwrap_or("of unknown version");
        Ok(format!("slurm {number}"))
    }

    /// One line a node and partition: name, partition, cores, MiB, generic resources, state.
    pub(crate) async fn nodes(&self) -> Result<String, DriverError> {
        let args =
            ["--noheader", "--all", "--Node", "--format=%N|%P|%c|%m|%G|%T"].map(str::to_owned);
        self.call("sinfo", &args).await
    }
}

/// User and group numbers of an account, wherever accounts are kept.
pub(crate) fn ids_of(account: &str) -> Result<(u32, u32), String> {
    let none = || format!("there is no account `{account}` at this site: ask its operator");
    let told = std::process::Command::new("getent").args(["passwd", account]).output();
    let told = told.map_err(|error| format!("getent: {error}"))?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let mut fields = text.trim().split(':').skip(2);
    let mut number = || fields.next().and_then(|field| field.parse().ok()).ok_or_else(none);
    Ok((number()?, number()?))
}

fn row(line: &str) -> Option<Row> {
    let mut parts = line.splitn(6, '|').map(|part| part.trim().to_owned());
    let job = parts.next()?.parse().ok()?;
    let array = parts.next()?;
    Some(Row {
        job,
        array: if array == "N/A" { String::new() } else { array },
        state: parts.next()?,
        reason: parts.next()?,
        nodes: parts.next()?,
        comment: parts.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_no_row() {
        let read = row("12|3|RUNNING|None|a-n1|p.j.1").unwrap();
        assert_eq!((read.job, read.array.as_str(), read.comment.as_str()), (12, "3", "p.j.1"));
        assert_eq!(row("12|N/A|PENDING|Resources||p.j.1").unwrap().array, "");
        for garbage in ["", "slurm_load_jobs error", "x|1|2|3|4|5", "12|1"] {
            assert_eq!(row(garbage), None, "{garbage}");
        }
    }
}
