//! What an operator says of a Kubernetes cluster.

use std::{collections::BTreeMap, path::PathBuf};

use model::Name;
use serde::Deserialize;
use serde_json::Value;
use units::Span;

/// The text of `--config`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Left out: what `KUBECONFIG` names, `~/.kube/config`, or the pod's own account where the agent runs in the cluster.
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Of the kubeconfig; left out: its current one.
    pub(crate) context: Option<String>,
    /// The namespace of a project is called this and the project's name.
    pub(crate) namespace_prefix: String,
    /// Namespaces of projects that are called otherwise.
    pub(crate) namespaces: BTreeMap<Name, String>,
    /// Kept in each namespace as a `ResourceQuota`: "requests.cpu" to "100".
    pub(crate) quota: BTreeMap<String, String>,
    /// For jobs that name no image.
    pub(crate) image: Option<String>,
    /// A secret in each namespace, of type `kubernetes.io/dockerconfigjson`.
    pub(crate) pull_secret: Option<String>,
    /// An image that cannot be pulled for so long is given up.
    pub(crate) pull_wait: Span,
    pub(crate) service_account: Option<String>,
    /// As whom tasks run, in numbers.
    pub(crate) user: u32,
    pub(crate) group: u32,
    /// Tasks run as the image says, which may be root, instead of as `user`.
    pub(crate) user_of_image: bool,
    /// As pods have them.
    pub(crate) tolerations: Vec<Value>,
    /// Nodes with the same value of this label are one pool. Left out: nodes of the same shape are.
    pub(crate) group_label: Option<String>,
    /// The node group of a pool, where the pool was not published by this agent.
    pub(crate) pools: BTreeMap<Name, String>,
    /// Beside those that are known.
    pub(crate) accelerators: Vec<Accelerator>,
    /// A `LocalQueue` of Kueue in each namespace: it says when a job starts.
    pub(crate) queue: Option<String>,
    /// The volume that has the agent's data folder at its root. Left out: tasks get no data.
    pub(crate) data: Option<Volume>,
}

/// A resource of a device plugin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accelerator {
    /// "nvidia.com/gpu".
    pub(crate) resource: String,
    /// Left out: by `model_label`, else by the resource's name.
    #[serde(default)]
    pub(crate) model: Option<Name>,
    /// The label of nodes that says the model.
    #[serde(default)]
    pub(crate) model_label: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum Volume {
    /// A `PersistentVolumeClaim` of this name in each namespace.
    Claim(String),
    /// A folder that every node has.
    HostPath(PathBuf),
}

/// Resources of device plugins, and the node label that says the model where the vendor's feature discovery sets one.
const KNOWN: [(&str, Option<&str>); 8] = [
    ("nvidia.com/gpu", Some("nvidia.com/gpu.product")),
    ("amd.com/gpu", Some("amd.com/gpu.product-name")),
    ("gpu.intel.com/i915", None),
    ("huawei.com/Ascend910", None),
    ("huawei.com/Ascend310P", None),
    ("cambricon.com/mlu", None),
    ("hygon.com/dcu", None),
    ("metax-tech.com/gpu", None),
];

impl Default for Config {
    fn default() -> Self {
        Self {
            kubeconfig: None,
            context: None,
            namespace_prefix: "jw-".to_owned(),
            namespaces: BTreeMap::new(),
            quota: BTreeMap::new(),
            image: None,
            pull_secret: None,
            pull_wait: Span::new(300_000),
            service_account: None,
            user: NOBODY,
            group: NOBODY,
            user_of_image: false,
            tolerations: Vec::new(),
            group_label: None,
            pools: BTreeMap::new(),
            accelerators: Vec::new(),
            queue: None,
            data: None,
        }
    }
}

const NOBODY: u32 = 65_534;

impl Config {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let config: Self = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let is_prefix = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let prefix = &config.namespace_prefix;
        if prefix.len() > 30 || prefix.starts_with('-') || !prefix.chars().all(is_prefix) {
            return Err(format!(
                "`namespace_prefix: {prefix}`: use at most 30 of a-z, 0-9 and `-`"
            ));
        }
        if config.user == 0 && !config.user_of_image {
            return Err("`user: 0` is root: name another, or say `user_of_image: true`".to_owned());
        }
        let named = config.namespaces.values().chain(&config.queue).chain(&config.service_account);
        match named.chain(&config.pull_secret).find(|it| it.parse::<Name>().is_err()) {
            Some(wrong) => {
                Err(format!("`{wrong}` is not a name in Kubernetes: use a-z, 0-9 and `-`"))
            }
            None => Ok(config),
        }
    }

    /// Those of the configuration before those that are known.
    pub(crate) fn accelerators(&self) -> impl Iterator<Item = Accelerator> + '_ {
        let known = KNOWN.into_iter().map(|(resource, label)| Accelerator {
            resource: resource.to_owned(),
            model: None,
            model_label: label.map(str::to_owned),
        });
        self.accelerators.iter().cloned().chain(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused() {
        for wrong in [
            "namespace_prefix: Jw_",
            "user: 0",
            "queue: \"a b\"",
            "namespaces: {climate: -x}",
            "data: {claim: a, host_path: /b}",
            "datas: 1",
        ] {
            assert!(Config::read(wrong).is_err(), "{wrong}");
        }
        let config = Config::read("data: {claim: shared}\nimage: debian:12\npull_wait: 1min\n");
        assert_eq!(config.unwrap().data, Some(Volume::Claim("shared".to_owned())));
    }
}
