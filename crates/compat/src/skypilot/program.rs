//! What runs at the site: mounts, then `setup`, then `run`, each in a bash of its own as with SkyPilot.

use std::fmt::Write;

use model::Name;

use crate::text::{here, quoted};

/// A dataset under the path where the task expects it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) path: String,
    pub(crate) dataset: Name,
}

#[derive(Debug)]
pub(crate) struct Program<'a> {
    pub(crate) setup: Option<&'a str>,
    pub(crate) run: &'a str,
    pub(crate) mounts: &'a [Mount],
    pub(crate) nodes: u32,
}

impl Program<'_> {
    pub(crate) fn text(&self) -> String {
        let mut text = String::from(
            "#!/bin/bash\n# What SkyPilot sets for a task; `setup` and `run` are below, as they were.\n\
             S=$(pwd)/.sky-$JINGWEI_TASK\nmkdir -p \"$S\" || exit 1\n\
             export SKYPILOT_NODE_RANK=\"$JINGWEI_TASK\" SKYPILOT_TASK_ID=\"$JINGWEI_JOB\" PYTHONUNBUFFERED=1\n\
             export SKYPILOT_NUM_GPUS_PER_NODE=\"$JINGWEI_ACCELERATORS\"\n",
        );
        if self.nodes == 1 {
            text.push_str("export SKYPILOT_NODE_IPS=127.0.0.1\n");
        }
        for mount in self.mounts {
            text.push_str(&linked(mount));
        }
        if let Some(setup) = self.setup.filter(|setup| !setup.trim().is_empty()) {
            let _ = write!(text, "cat >\"$S/setup\" {}", here(setup));
            text.push_str("bash \"$S/setup\" || { C=$?; echo \"setup failed with exit code $C\" >&2; exit $C; }\n");
        }
        let _ = writeln!(text, "cat >\"$S/run\" {}exec bash \"$S/run\"", here(self.run));
        text
    }
}

/// A link from the path to the dataset's folder.
fn linked(mount: &Mount) -> String {
    let path = match mount.path.strip_prefix("~/") {
        Some(rest) => format!("\"$HOME\"/{}", quoted(rest)),
        None => quoted(&mount.path),
    };
    let from = format!("\"$JINGWEI_INPUTS\"/{}", quoted(mount.dataset.as_str()));
    format!(
        "P={path} P=${{P%/}}\nmkdir -p \"$(dirname -- \"$P\")\" && ln -sfn -- {from} \"$P\" || \
         {{ echo \"cannot mount {} at $P: use a path below the working folder, or \\$JINGWEI_INPUTS\" >&2; exit 1; }}\n",
        mount.dataset
    )
}
