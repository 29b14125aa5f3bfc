//! Options to a job.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;
use model::{Array as Turns, Choice, JobSpec, Name, Resources};
use units::{Bytes, Cores, Span};

use super::{
    array::{Array, array},
    options::{Becomes, OPTIONS},
    program::{Program, environment},
    shape::Shape,
    values::{Signal, image, signal, time_limit},
    when::when,
    words::{CommandLine, Options, lines, variables},
};
use crate::{
    Order, PRIORITY, World, job_of,
    note::{Fault, Note, Place},
    text::{as_name, is_variable},
};

/// What the reading of a script is given besides the script.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The environment of the caller.
    pub variables: &'a BTreeMap<String, String>,
    pub world: &'a World,
    /// In the caller's time zone.
    pub now: &'a Zoned,
}

/// A batch script as a job, and what is asked of the submission itself.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of sbatch")]
pub struct Submission {
    pub order: Order,
    /// The project was named on the command line, not in the script.
    pub project_is_said: bool,
    pub parsable: bool,
    pub wait: bool,
    pub test_only: bool,
    pub strict: bool,
    pub quiet: bool,
}

/// The options, and what comes of reading them.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) options: Options,
    setting: Setting<'a>,
    faults: Vec<Fault>,
    notes: Vec<Note>,
}

impl Reader<'_> {
    /// The value of an option that is given and right.
    pub(crate) fn read<T>(
        &mut self,
        option: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let given = self.options.get(option)?;
        match read(&given.value) {
            Ok(value) => Some(value),
            Err(message) => {
                self.faults.push(Fault::new(given.place.clone(), format!("--{option}"), message));
                None
            }
        }
    }

    fn text(&self, option: &str) -> Option<&str> {
        self.options.get(option).map(|given| given.value.as_str())
    }

    fn has(&self, option: &str) -> bool {
        self.options.contains_key(option)
    }

    /// Says once what an option becomes.
    pub(crate) fn say(&mut self, option: &str, instead: &str, lost: bool) {
        let Some(given) = self.options.get(option) else { return };
        let short: String = given.value.chars().take(60).collect();
        let equals = if short.is_empty() { "" } else { "=" };
        let what = format!("--{option}{equals}{short}");
        let note = Note { place: given.place.clone(), what, instead: instead.to_owned(), lost };
        self.notes.push(note);
    }

    fn fail(&mut self, option: &str, message: impl Into<String>) {
        let place = self.options.get(option).map_or(Place::Whole, |given| given.place.clone());
        self.faults.push(Fault::new(place, format!("--{option}"), message));
    }

    /// What the table says of everything that is given.
    fn say_the_table(&mut self) {
        for opt in OPTIONS {
            match opt.becomes {
                Becomes::This(_) => {}
                Becomes::Else(instead) => self.say(opt.long, instead, false),
                Becomes::Lost(instead) => self.say(opt.long, instead, true),
            }
        }
    }
}

/// Reads a script with its options.
///
/// # Errors
/// Everything that keeps it from being a job: what is no script, unknown options, values that are wrong.
pub fn submission(
    line: &CommandLine,
    script: &str,
    setting: Setting<'_>,
) -> Result<Submission, Vec<Fault>> {
    let wrapped = line.value("wrap").map(|text| format!("#!/bin/sh\n{text}\n"));
    let script = wrapped.as_deref().unwrap_or(script);
    check_script(script)?;
    let from_script = lines(script);
    let mut options = from_script.options;
    options.extend(variables(setting.variables));
    options.extend(line.options.clone());
    let mut reader = Reader { options, setting, faults: from_script.faults, notes: Vec::new() };
    reader.say_the_table();
    if let Some(late) = from_script.late {
        let instead =
            "it stands behind the first command, where it counts for nothing, as with sbatch"
                .to_owned();
        reader.notes.push(Note {
            place: Place::Line(late),
            what: "#SBATCH".to_owned(),
            instead,
            lost: false,
        });
    }
    let order = reader.order(line, script);
    reader.finish(order)
}

fn check_script(script: &str) -> Result<(), Vec<Fault>> {
    let message = if !script.starts_with("#!") {
        "the first line has to be #! and the path of an interpreter, as #!/bin/bash"
    } else if script.contains("\r\n") {
        "it has the line ends of DOS (\\r\\n): sbatch takes those of UNIX (\\n) only"
    } else if script.contains('\0') {
        "it has a zero byte: it is not a script"
    } else {
        return Ok(());
    };
    Err(vec![Fault::new(Place::Line(1), "script", message)])
}

impl Reader<'_> {
    fn order(&mut self, line: &CommandLine, script: &str) -> Order {
        let array = self.read("array", array);
        let shape = Shape::read(self);
        let signal = self.read("signal", signal);
        let program = Program {
            script,
            arguments: &line.arguments,
            array: array.as_ref(),
            nodes: shape.nodes,
            chdir: self.text("chdir"),
            signal: signal.as_ref(),
        };
        let mut spec = job_of(program.text());
        spec.env = self.environment(line, &shape, array.as_ref());
        self.shape(&mut spec, &shape, array.as_ref());
        self.times(&mut spec, signal.as_ref());
        spec.image = self.text("container-image").map(image);
        spec.exclusive = self.has("no-requeue");
        spec.priority = self.read("nice", priority).unwrap_or(PRIORITY);
        let mut order = Order::new(self.name(line), spec);
        order.metadata.title = Some(self.raw_name(line).chars().take(120).collect());
        order.metadata.project = self.project();
        if let Some(comment) = self.text("comment").filter(|text| !text.is_empty()) {
            order.metadata.labels.insert("comment".to_owned(), comment.chars().take(256).collect());
        }
        order
    }

    fn shape(&mut self, spec: &mut JobSpec, shape: &Shape, array: Option<&Array>) {
        let most = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        spec.tasks = array.map_or_else(|| most(shape.nodes), |array| array.count);
        spec.array = array.map(|array| Turns { at_once: array.at_once });
        spec.resources = Resources {
            cores: Cores::new(shape.cores.saturating_mul(1_000)),
            memory: Bytes::new(shape.memory),
            accelerators: most(shape.gpus),
            any_of: self.flavors(shape.model.as_deref()),
        };
    }

    /// Flavors that have the model of GPU and are what partition and constraint name. Empty: any.
    fn flavors(&mut self, model: Option<&str>) -> Vec<Choice> {
        let world = self.setting.world;
        let mut fitting: Option<BTreeSet<Name>> = None;
        if let Some(model) = model {
            let found = world.with_accelerator(model);
            if found.is_empty() {
                let option = ["gres", "gpus", "gpus-per-node", "gpus-per-task"]
                    .into_iter()
                    .find(|it| self.has(it));
                let message = format!("no flavor has the GPU `{model}`: {}", world.models());
                self.fail(option.unwrap_or("gpus"), message);
            }
            fitting = Some(found.into_iter().collect());
        }
        for option in ["partition", "constraint"] {
            let Some(text) = self.text(option).map(str::to_owned) else { continue };
            let words = text.split(['|', ',']).map(|word| word.trim_matches(['[', ']', '"']));
            let found: BTreeSet<Name> = words.flat_map(|word| world.called(word)).collect();
            let both: BTreeSet<Name> = match &fitting {
                Some(before) => before.intersection(&found).cloned().collect(),
                None => found,
            };
            if both.is_empty() {
                self.say(
                    option,
                    "no flavor, pool or accelerator of that name fits: the prices choose",
                    true,
                );
            } else {
                fitting = Some(both);
            }
        }
        let choice = |flavor| Choice {
            flavor,
            cores: None,
            memory: None,
            accelerators: None,
            run_time: None,
        };
        fitting.unwrap_or_default().into_iter().take(64).map(choice).collect()
    }

    fn times(&mut self, spec: &mut JobSpec, signal: Option<&Signal>) {
        let now = self.setting.now;
        spec.earliest = self.read("begin", |text| when(text, now));
        spec.deadline = self.read("deadline", |text| when(text, now));
        spec.time_limit = self.read("time", time_limit).flatten();
        spec.run_time = self.read("time-min", time_limit).flatten().or(spec.time_limit);
        if let Some(signal) = signal {
            let grace = signal.before.min(GRACE_MOST);
            spec.grace = Some(grace);
            // Slurm's limit includes the time after the signal.
            let before = |limit: Span| limit.checked_sub(grace).filter(|left| !left.is_zero());
            spec.time_limit = spec.time_limit.map(|limit| before(limit).unwrap_or(limit));
            if grace < signal.before {
                self.say("signal", "an hour before the end is the most", false);
            }
        }
    }

    fn environment(
        &mut self,
        line: &CommandLine,
        shape: &Shape,
        array: Option<&Array>,
    ) -> BTreeMap<String, String> {
        let mut all = self.exported();
        all.extend(environment(shape, array));
        all.insert("SLURM_JOB_NAME".to_owned(), self.raw_name(line));
        for (option, variable) in [
            ("account", "SLURM_JOB_ACCOUNT"),
            ("partition", "SLURM_JOB_PARTITION"),
            ("qos", "SLURM_JOB_QOS"),
        ] {
            all.extend(self.text(option).map(|value| (variable.to_owned(), value.to_owned())));
        }
        all
    }

    /// `NAME` is taken from here, `NAME=value` as it stands.
    fn exported(&mut self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        let Some(text) = self.text("export").map(str::to_owned) else { return all };
        for word in text.split(',').filter(|word| !word.is_empty()) {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word, self.setting.variables.get(word).cloned()),
            };
            match (word, value) {
                ("ALL", _) => self.say(
                    "export",
                    "the environment here is not taken along: name what the script needs",
                    true,
                ),
                ("NONE" | "NIL", _) => {}
                (_, Some(value)) if is_variable(name) => drop(all.insert(name.to_owned(), value)),
                (_, None) if is_variable(name) => {}
                _ => self.fail("export", format!("`{name}` is not the name of a variable")),
            }
        }
        all
    }

    fn raw_name(&self, line: &CommandLine) -> String {
        let file = line.script.as_deref().filter(|_| !self.has("wrap"));
        let file = file.and_then(|path| path.rsplit('/').next());
        let otherwise = if self.has("wrap") { "wrap" } else { "sbatch" };
        self.text("job-name")
            .filter(|name| !name.is_empty())
            .or(file)
            .unwrap_or(otherwise)
            .to_owned()
    }

    fn name(&self, line: &CommandLine) -> Name {
        let raw = self.raw_name(line);
        let stem = match raw.rsplit_once('.') {
            Some((stem, _)) if !self.has("job-name") && !stem.is_empty() => stem,
            _ => &raw,
        };
        let name = as_name(stem);
        let name = if name.is_empty() { "sbatch" } else { &name };
        name.parse().expect("only what a name can have is left")
    }

    fn project(&mut self) -> Option<Name> {
        self.read("account", |text| {
            as_name(text).parse().map_err(|_| format!("`{text}` is not the name of a project"))
        })
    }

    fn finish(mut self, order: Order) -> Result<Submission, Vec<Fault>> {
        order.check(std::mem::take(&mut self.faults))?;
        self.notes.sort_by(|one, other| one.place.cmp(&other.place));
        let said =
            self.options.get("account").is_some_and(|given| given.place == Place::CommandLine);
        Ok(Submission {
            project_is_said: said,
            parsable: self.has("parsable"),
            wait: self.has("wait"),
            test_only: self.has("test-only"),
            strict: self.has("strict"),
            quiet: self.has("quiet"),
            order: Order { notes: self.notes, ..order },
        })
    }
}

/// Between the signal and the end.
const GRACE_MOST: Span = Span::hours(1);

/// Slurm's adjustment, from -2147483645 (first) to 2147483645 (last), as one of ten steps.
fn priority(text: &str) -> Result<u8, String> {
    let nice: i64 = match text {
        "" => 100,
        _ => text.parse().map_err(|_| format!("`{text}` is not a number"))?,
    };
    Ok(match nice {
        ..=-100 => 7,
        -99..=-1 => 6,
        0 => PRIORITY,
        1..=99 => 4,
        100..=999 => 3,
        1_000..=9_999 => 2,
        _ => 1,
    })
}
