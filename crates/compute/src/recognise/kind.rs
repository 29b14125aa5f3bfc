//! The kind of a task, by rules that anyone can read: the first that holds decides, and it is told which.

use std::{collections::BTreeSet, fmt};

use model::JobSpec;
use serde::Serialize;
use units::Bytes;

/// What holds a task back when it has too little of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bound {
    Cpu,
    Memory,
    Accelerator,
    Io,
}

/// How the tasks of a job work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Independent of each other.
    Array,
    /// They speak with each other through MPI.
    Mpi,
    /// They start together, and it is not known why.
    Gang,
    Training,
    Inference,
    /// One task of its own.
    Single,
}

impl Bound {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Accelerator => "accelerator",
            Self::Io => "io",
        }
    }
}

impl Form {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Array => "array",
            Self::Mpi => "mpi",
            Self::Gang => "gang",
            Self::Training => "training",
            Self::Inference => "inference",
            Self::Single => "single",
        }
    }
}

/// The kind of a job's tasks, and what it was seen by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recognised {
    pub form: Form,
    pub bound: Bound,
    /// One reason for the form and one for the bound.
    pub evidence: [String; 2],
}

impl fmt::Display for Recognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [form, bound] = &self.evidence;
        write!(f, "{} ({form}), {} bound ({bound})", self.form.as_str(), self.bound.as_str())
    }
}

/// What a rule looks at.
struct Signs<'a> {
    spec: &'a JobSpec,
    words: BTreeSet<String>,
}

/// When a rule holds: the reason, for people.
type Sign = fn(&Signs<'_>) -> Option<String>;

const FORMS: [(Form, Sign); 7] = [
    (Form::Array, |it| it.spec.array.map(|_| "spec.array".to_owned())),
    (Form::Mpi, |it| it.word(&["mpirun", "mpiexec", "orterun", "openmpi", "mpich"])),
    (Form::Training, |it| {
        it.word(&[
            "train",
            "training",
            "trainer",
            "pretrain",
            "finetune",
            "torchrun",
            "deepspeed",
            "horovodrun",
            "epochs",
        ])
    }),
    (Form::Inference, |it| {
        it.word(&[
            "serve",
            "serving",
            "server",
            "vllm",
            "tritonserver",
            "infer",
            "inference",
            "predict",
        ])
    }),
    (Form::Gang, |it| {
        (it.spec.tasks > 1).then(|| format!("{} tasks that start together", it.spec.tasks))
    }),
    (Form::Training, |it| {
        let learns = it.accelerators() > 0 && it.spec.checkpoint.is_some();
        learns.then(|| "accelerators and a checkpoint".to_owned())
    }),
    (Form::Single, |_| Some("one task".to_owned())),
];

const BOUNDS: [(Bound, Sign); 5] = [
    (Bound::Accelerator, |it| {
        let most = it.accelerators();
        (most > 0).then(|| format!("{most} accelerators a task"))
    }),
    (Bound::Io, |it| {
        it.word(&[
            "rsync", "rclone", "scp", "cp", "tar", "wget", "curl", "dd", "fio", "gzip", "zstd",
            "s3cmd",
        ])
    }),
    (Bound::Memory, |it| it.much_memory()),
    (Bound::Memory, |it| it.word(&["redis", "memcached", "duckdb", "spark"])),
    (Bound::Cpu, |_| Some("nothing says otherwise".to_owned())),
];

/// Memory for each core from which it is what a task needs: twice what general machines have.
const MEMORY_PER_CORE: Bytes = Bytes::new(8 << 30);
/// Of a script, so many bytes are looked through.
const SCRIPT_MOST: usize = 4_096;

impl Signs<'_> {
    fn accelerators(&self) -> u32 {
        let resources = &self.spec.resources;
        let others = resources.any_of.iter().filter_map(|choice| choice.accelerators);
        others.chain([resources.accelerators]).max().unwrap_or_default()
    }

    fn word(&self, words: &[&str]) -> Option<String> {
        words.iter().find(|word| self.words.contains(**word)).map(|word| format!("`{word}`"))
    }

    fn much_memory(&self) -> Option<String> {
        let resources = &self.spec.resources;
        // Cores are in thousandths.
        let per_core = u128::from(resources.memory.get()) * 1_000;
        let per_core = per_core / u128::from(resources.cores.get().max(1));
        let is_much = resources.cores.get() > 0 && per_core >= u128::from(MEMORY_PER_CORE.get());
        is_much.then(|| format!("{} for {} cores", resources.memory.human(), resources.cores))
    }
}

/// The kind of a job's tasks, by the first rule of each table that holds.
#[must_use]
pub fn recognise(spec: &JobSpec) -> Recognised {
    let signs = Signs { spec, words: words(spec) };
    let (form, of_form) = first(&FORMS, &signs, Form::Single);
    let (bound, of_bound) = first(&BOUNDS, &signs, Bound::Cpu);
    Recognised { form, bound, evidence: [of_form, of_bound] }
}

/// The last rule of a table always holds.
fn first<K: Copy>(rules: &[(K, Sign)], signs: &Signs<'_>, otherwise: K) -> (K, String) {
    let found = rules.iter().find_map(|(kind, sign)| Some((*kind, sign(signs)?)));
    found.unwrap_or_else(|| (otherwise, String::new()))
}

/// Words of the program, its arguments and its image, without the text of comments.
fn words(spec: &JobSpec) -> BTreeSet<String> {
    let script = spec.script.as_deref().unwrap_or_default();
    let script = script.get(..script.floor_char_boundary(SCRIPT_MOST)).unwrap_or(script);
    let lines = script.lines().filter(|line| !line.trim_start().starts_with('#'));
    let texts = spec.command.iter().map(String::as_str).chain(spec.image.as_deref()).chain(lines);
    let is_between = |c: char| !c.is_ascii_alphanumeric();
    texts
        .flat_map(|text| text.split(is_between))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}
