//! The tables of SkyPilot's fields: what is said, and the page for users follow from them.

/// What a field is here. The text is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Becomes {
    This(&'static str),
    Else(&'static str),
    Lost(&'static str),
    /// The task is refused with it.
    Refused(&'static str),
}

use Becomes::{Else, Lost, Refused, This};

const PRICES: Becomes = Lost("Jingwei chooses the site by price, deadline and network");
const SITES: Becomes = Lost("the site's machines are as they are");
const INNER: Becomes = Else("it is SkyPilot's own");

pub(crate) const TASK: &[(&str, Becomes)] = &[
    ("api_server_access", Lost("a token of Jingwei's is given to tasks by nobody")),
    ("config", Lost("it is for SkyPilot's engines")),
    ("envs", This("`env`; one without a value has to be given: --env NAME=VALUE")),
    ("event_callback", Lost("`jw watch job NAME` tells events")),
    ("experimental", Lost("it is for SkyPilot's engines")),
    (
        "file_mounts",
        This("`inputs`, where the source is dataset://NAME; other sources are not honoured"),
    ),
    ("inputs", Lost("name datasets: file_mounts: { /path: dataset://NAME }")),
    (
        "managed_secrets",
        Refused("secrets are not kept yet: whoever may see the job would see them"),
    ),
    ("name", This("the name, made one; a suffix is added where it is taken")),
    ("num_nodes", This("`tasks`: one for each node")),
    ("outputs", Lost("`result` in a manifest keeps what comes out")),
    ("pool", Refused("pools of workers are not known")),
    ("resources", This("see below")),
    ("run", This("`script`")),
    ("secrets", Refused("secrets are not kept yet: whoever may see the job would see them")),
    ("service", Refused("services are not supported yet: only tasks that end")),
    ("setup", This("it runs before `run`, in each task; the task fails if it does")),
    ("volume_mounts", Lost("data comes as datasets: `jw data push`")),
    ("volumes", Lost("data comes as datasets: `jw data push`")),
    (
        "workdir",
        Lost(
            "nothing is copied from here: `jw data push`, then file_mounts: { PATH: dataset://NAME }",
        ),
    ),
    ("file_mounts_mapping", INNER),
    ("_metadata", INNER),
];

pub(crate) const RESOURCES: &[(&str, Becomes)] = &[
    ("accelerator_args", SITES),
    ("accelerators", This("`accelerators`, and `any_of` the flavors that have the model")),
    ("any_of", This("`any_of`, and `regions`")),
    ("autostop", Else("nothing is left running when a job has ended")),
    ("cloud", PRICES),
    ("cpus", This("`cores`, at least")),
    ("disk_size", Lost("disk is not counted")),
    ("disk_tier", SITES),
    ("ephemeral_storage", Lost("disk is not counted")),
    ("image_id", This("`image`, for docker:NAME; other images are not honoured")),
    ("infra", This("`regions`, where a region has one of its names; else not honoured")),
    ("instance_type", Lost("ask for cpus, memory and accelerators")),
    (
        "job_recovery",
        This(
            "`retries` is its max_restarts_on_errors; what is lost with its site always runs again",
        ),
    ),
    ("labels", This("labels")),
    ("local_disk", Lost("disk is not counted")),
    ("max_hourly_cost", Lost("`budget` in a manifest limits what a job costs")),
    ("memory", This("`memory`, at least")),
    ("network_tier", Lost("`network` in a manifest asks for bandwidth and delay")),
    ("ordered", This("`any_of`, and `regions`; the prices choose, not the order")),
    ("ports", Lost("nothing at a site listens for others")),
    ("priority", Lost("`priority` in a manifest is 0 to 9")),
    ("priority_class", Lost("`priority` in a manifest is 0 to 9")),
    ("region", This("`regions`, where there is one of that name; else not honoured")),
    ("spot_recovery", Else("what is lost with its site always runs again")),
    ("use_spot", This("`interruptible`")),
    ("volumes", Lost("data comes as datasets: `jw data push`")),
    ("zone", PRICES),
    ("_cluster_config_overrides", INNER),
    ("_docker_login_config", INNER),
    ("_is_image_managed", INNER),
    ("_no_missing_accel_warnings", INNER),
    ("_requires_fuse", INNER),
];

pub(crate) fn find(table: &[(&'static str, Becomes)], name: &str) -> Option<Becomes> {
    table.iter().find(|(field, _)| *field == name).map(|(_, becomes)| *becomes)
}
