//! What is done in the cluster: objects are made and deleted, many at once.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use futures::{StreamExt, stream};
use model::Assignment;
use serde_json::Value;

use super::{
    Place,
    calls::{Cluster, Fault},
    held::Held,
    manifest::{self, Part, Plan},
    names::{self, AGENT, JOB},
    shape::Selector,
    view::{Job, Thing},
};
use crate::DriverError;

/// Calls on their way at the same time.
pub(crate) const AT_ONCE: usize = 16;
/// Bytes that are kept of one task's log. Nodes keep less of it (`containerLogMaxSize`, usually 10 MiB).
const KEPT_LOG: u64 = 64 << 20;

pub(crate) fn jobs_path(namespace: &str) -> String {
    format!("/apis/batch/v1/namespaces/{namespace}/jobs")
}

/// One thing to be done for the assignment `name`.
#[derive(Debug)]
pub(crate) struct Doing {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    Make { part: Part, job: Value, secret: Option<Value> },
    Delete { labels: String, grace_s: Option<u32> },
}

impl Doing {
    pub(crate) async fn run(&self, cluster: &Cluster) -> Result<(), Fault> {
        match &self.what {
            What::Make { job, secret, .. } => {
                let made = cluster.create(&jobs_path(&self.namespace), job).await?;
                match secret {
                    Some(secret) => self.make_secret(cluster, secret, &made).await,
                    None => Ok(()),
                }
            }
            What::Delete { labels, grace_s } => {
                // First what would make new pods.
                cluster.delete_all(&jobs_path(&self.namespace), labels, None).await?;
                let pods = format!("/api/v1/namespaces/{}/pods", self.namespace);
                cluster.delete_all(&pods, labels, *grace_s).await
            }
        }
    }

    /// Belongs to the Job, so that it goes with it.
    async fn make_secret(
        &self,
        cluster: &Cluster,
        secret: &Value,
        job: &Thing,
    ) -> Result<(), Fault> {
        let mut secret = secret.clone();
        if let Some(uid) = secret.pointer_mut("/metadata/ownerReferences/0/uid") {
            *uid = job.metadata.uid.clone().into();
        }
        let path = format!("/api/v1/namespaces/{}/secrets", self.namespace);
        cluster.create(&path, &secret).await.map(drop)
    }
}

impl Place {
    pub(crate) fn namespace_of(&self, order: &Assignment) -> String {
        let project = &order.job.project;
        let named = self.config.namespaces.get(project).cloned();
        named.unwrap_or_else(|| names::namespace(&self.config.namespace_prefix, project))
    }

    /// Makes the namespace, its quota and its network policy where they are missing.
    pub(crate) async fn prepare_namespace(&self, name: &str) -> Result<(), Fault> {
        let there: Option<Thing> = self.cluster.get(&format!("/api/v1/namespaces/{name}")).await?;
        if there.is_none() {
            self.cluster.create("/api/v1/namespaces", &manifest::namespace(name)).await?;
        }
        let policies = format!("/apis/networking.k8s.io/v1/namespaces/{name}/networkpolicies");
        self.cluster.create(&policies, &manifest::closed_network()).await?;
        if !self.config.quota.is_empty() {
            let quotas = format!("/api/v1/namespaces/{name}/resourcequotas");
            self.cluster.create(&quotas, &manifest::quota(&self.config.quota)).await?;
        }
        Ok(())
    }

    /// How its Jobs are made, or why they never can be.
    pub(crate) fn plan(
        &self,
        held: &Held,
        parts: &[Part],
        selector: &Selector,
        generation: i64,
    ) -> Result<Vec<Doing>, String> {
        let work = &held.order.work;
        let image = work.image.as_ref().or(self.config.image.as_ref());
        let image = image.ok_or("it names no image, and this site has none for such jobs")?;
        if work.accelerators > 0 && selector.resource.is_none() {
            return Err(format!("pool `{}` has no accelerators in this cluster", work.pool));
        }
        if work.has_data() && (self.config.data.is_none() || self.data.is_none()) {
            return Err("this site has no volume for data: its operator can set `data`".to_owned());
        }
        let plan = Plan {
            config: &self.config,
            order: &held.order,
            agent: &self.agent,
            generation,
            selector,
            grace: self.grace,
            image,
        };
        let doing = |part: &Part| Doing {
            name: held.order.name(),
            namespace: self.namespace_of(&held.order),
            what: What::Make { part: *part, job: plan.job(*part), secret: plan.secret(*part, "") },
        };
        Ok(parts.iter().map(doing).collect())
    }

    /// Lets the account of the tasks write where they should.
    pub(crate) fn open_data(&self, order: &Assignment) -> std::io::Result<()> {
        use std::os::unix::fs::{PermissionsExt, chown};
        let Some(folders) = self.data.as_ref().and_then(|it| it.of(order)) else { return Ok(()) };
        for folder in folders.writable(&order.work) {
            let is_ours = rustix::process::geteuid().is_root() && !self.config.user_of_image;
            if is_ours {
                chown(&folder, Some(self.config.user), Some(self.config.group))?;
            } else {
                // Only who may enter the folder above gets there.
                fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))?;
            }
        }
        Ok(())
    }

    pub(crate) fn delete(&self, held: &Held, at_once: bool) -> Doing {
        Doing {
            name: held.order.name(),
            namespace: self.namespace_of(&held.order),
            what: What::Delete {
                labels: format!("{AGENT}={},{JOB}={}", self.agent, held.base),
                grace_s: at_once.then_some(1),
            },
        }
    }

    pub(crate) async fn run_all(&self, doing: Vec<Doing>) -> Vec<(Doing, Result<(), Fault>)> {
        let run = |it: Doing| async move {
            let done = it.run(&self.cluster).await;
            (it, done)
        };
        stream::iter(doing).map(run).buffer_unordered(AT_ONCE).collect().await
    }

    /// Deletes Jobs that nobody wants any more.
    pub(crate) async fn sweep(&self, jobs: Vec<&Job>) -> Result<(), Fault> {
        let delete = |job: &Job| {
            let (path, name) = (jobs_path(&job.metadata.namespace), job.metadata.name.clone());
            async move { self.cluster.delete(&path, &name).await }
        };
        let jobs: Vec<_> = jobs.into_iter().map(delete).collect();
        let done: Vec<_> = stream::iter(jobs).buffer_unordered(AT_ONCE).collect().await;
        done.into_iter().collect()
    }

    /// Whether the log of a task that has ended is here now, as far as there is one.
    pub(crate) async fn keep_log(&self, pod: &str, file: &Path) -> Result<(), Fault> {
        self.cluster.save_log(pod, file, KEPT_LOG, false).await.map(drop)
    }
}

/// Writes a log down until its task has ended.
pub(crate) fn follow(
    cluster: &Arc<Cluster>,
    pod: &str,
    file: &Path,
) -> tokio::task::JoinHandle<()> {
    let (cluster, pod, file) = (Arc::clone(cluster), pod.to_owned(), file.to_owned());
    tokio::spawn(async move {
        if let Err(fault) = cluster.save_log(&pod, &file, KEPT_LOG, true).await {
            tracing::debug!(pod, reason = fault.words(), "the end of its log is missing");
        }
    })
}

/// Namespaces of what is to be made.
pub(crate) fn namespaces(doing: &[Doing]) -> BTreeSet<String> {
    let is_made = |it: &&Doing| matches!(it.what, What::Make { .. });
    doing.iter().filter(is_made).map(|it| it.namespace.clone()).collect()
}

pub(crate) fn failed(action: &str, words: &str) -> DriverError {
    DriverError::failed(action)(std::io::Error::other(words.to_owned()))
}
