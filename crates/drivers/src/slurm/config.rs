//! What an operator says of a Slurm cluster, and who a customer is there.

use std::{collections::BTreeMap, path::PathBuf};

use model::{Name, Work};
use serde::Deserialize;

/// The text of `--config`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// `SLURM_CONF` of the cluster; left out: what the commands find by themselves.
    pub(crate) conf: Option<PathBuf>,
    /// Partitions that are published and used; empty: all.
    pub(crate) partitions: Vec<String>,
    /// The partition of a pool, where the pool was not published by this agent.
    pub(crate) pools: BTreeMap<Name, String>,
    /// How to reach `slurmrestd`; left out: Slurm's commands are used.
    pub(crate) rest: Option<RestConfig>,
    /// Who runs whose work: the first line that fits counts. Empty: everything runs as the agent's own account.
    pub(crate) accounts: Vec<Account>,
}

/// Slurm's REST interface.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestConfig {
    /// "http://127.0.0.1:6820" or "unix:///run/slurmrestd.sock".
    pub(crate) url: String,
    /// Holds a token (JWT), which is read anew for each question. Left out: the socket's peer says who asks.
    #[serde(default)]
    pub(crate) token_file: Option<PathBuf>,
    /// The account that asks; left out: the one that the token is for.
    #[serde(default)]
    pub(crate) user: Option<String>,
}

impl RestConfig {
    fn is_good(&self) -> bool {
        self.url.starts_with("unix:///") || self.url.starts_with("http://")
    }
}

/// One line of the map from customers to local accounts. It fits if everything it names is so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Account {
    pub(crate) project: Option<Name>,
    /// Who submitted the job.
    pub(crate) user: Option<Name>,
    /// The account of the operating system.
    pub(crate) account: Option<String>,
    pub(crate) slurm_account: Option<String>,
    pub(crate) qos: Option<String>,
}

impl Config {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let config: Self = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        if config.rest.as_ref().is_some_and(|rest| !rest.is_good()) {
            return Err("`rest.url`: use \"http://HOST:PORT\" or \"unix:///SOCKET\"".to_owned());
        }
        let wrong = config.words().find(|word| !is_word(word)).cloned();
        match wrong {
            Some(wrong) => {
                Err(format!("`{wrong}` is not a name of Slurm: use letters, digits, . _ -"))
            }
            None => Ok(config),
        }
    }

    /// Everything in it that Slurm or the system will be told.
    fn words(&self) -> impl Iterator<Item = &String> {
        let accounts = self.accounts.iter();
        let words = accounts.flat_map(|it| [&it.account, &it.slurm_account, &it.qos]).flatten();
        let user = self.rest.iter().filter_map(|it| it.user.as_ref());
        words.chain(user).chain(&self.partitions).chain(self.pools.values())
    }

    /// As whom a job runs, or what its operator has to be asked for.
    pub(crate) fn account(&self, project: &Name, work: &Work) -> Result<Account, String> {
        if self.accounts.is_empty() {
            return Ok(Account::default());
        }
        let fits = |line: &&Account| {
            line.project.as_ref().is_none_or(|it| it == project)
                && line.user.as_ref().is_none_or(|it| Some(it) == work.owner.as_ref())
        };
        self.accounts.iter().find(fits).cloned().ok_or_else(|| {
            let who = work.owner.as_ref().map_or("nobody", Name::as_str);
            format!(
                "project `{project}` (user `{who}`) has no account at this site: ask its operator for a line in \
                 `accounts`"
            )
        })
    }
}

/// Safe as an argument and in Slurm's own lists.
pub(crate) fn is_word(word: &str) -> bool {
    let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !word.is_empty() && word.len() <= 64 && !word.starts_with('-') && word.chars().all(is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_counts() {
        let config = Config::read(
            "accounts:\n- {project: climate, user: li, account: li}\n- {project: climate, account: climate, qos: low}\n",
        )
        .unwrap();
        let work = |owner: &str| -> Work {
            serde_json::from_value(serde_json::json!({
                "program": { "command": ["true"] }, "of": 1, "cores": "1", "memory": "1GiB", "owner": owner,
                "pool": "main", "flavor": "core", "power": "1W" }))
            .unwrap()
        };
        let account =
            |project: &str, owner| config.account(&project.parse().unwrap(), &work(owner));
        assert_eq!(account("climate", "li").unwrap().account.as_deref(), Some("li"));
        assert_eq!(account("climate", "wang").unwrap().account.as_deref(), Some("climate"));
        let refused = account("ocean", "li").unwrap_err();
        assert!(refused.contains("project `ocean` (user `li`) has no account"), "{refused}");
    }

    #[test]
    fn nothing_that_could_be_an_option_or_a_list_is_taken() {
        for wrong in [
            "partitions: [\"-p\"]",
            "accounts: [{account: \"a,b\"}]",
            "partition: [a]",
            "rest: {url: \"https://x\"}",
            "rest: {url: \"http://x\", user: \"a b\"}",
            "pools: {a: \"x y\"}",
        ] {
            assert!(Config::read(wrong).is_err(), "{wrong}");
        }
        assert!(Config::read("").is_ok() && Config::read("conf: /etc/slurm.conf").is_ok());
    }
}
