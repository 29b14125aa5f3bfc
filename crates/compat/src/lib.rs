//! What people have already, as orders: Slurm batch scripts and SkyPilot task files.
//!
//! Knows their options and fields, and what Jingwei has instead of each. Does not know who runs them: text in, a job
//! and a list of what is not honoured out.

mod note;
pub mod sbatch;
pub mod skypilot;
mod text;
mod world;

use model::{Metadata, Name, Resource, Spec};

pub use note::{Fault, Note, Place};
pub use text::as_name;
pub use world::World;

/// A foreign order as a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub metadata: Metadata,
    pub spec: model::JobSpec,
    /// What became something else or nothing, each said once, in the order of the text.
    pub notes: Vec<Note>,
}

impl Order {
    /// As what is submitted.
    #[must_use]
    pub fn resource(&self) -> Resource {
        Resource { metadata: self.metadata.clone(), spec: Spec::Job(Box::new(self.spec.clone())) }
    }

    /// The faults of its text in their order, or if there are none, those of the job.
    fn check(&self, mut faults: Vec<Fault>) -> Result<(), Vec<Fault>> {
        if faults.is_empty() {
            let wrong = self.resource().spec.check().into_iter();
            faults.extend(wrong.map(|it| Fault::new(Place::Whole, it.field, it.message)));
        }
        faults.sort_by(|one, other| one.place.cmp(&other.place));
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn new(name: Name, spec: model::JobSpec) -> Self {
        let metadata = Metadata { name, project: None, title: None, labels: Default::default() };
        Self { metadata, spec, notes: Vec::new() }
    }
}

/// A job that runs a text and asks for nothing.
fn job_of(script: String) -> model::JobSpec {
    model::JobSpec {
        command: Vec::new(),
        script: Some(script),
        env: Default::default(),
        tasks: 1,
        array: None,
        image: None,
        resources: model::Resources::default(),
        inputs: Vec::new(),
        result: None,
        user: None,
        // Neither Slurm nor SkyPilot shuts a job off from the network.
        network: model::NetworkNeed { open: true, ..Default::default() },
        earliest: None,
        deadline: None,
        run_time: None,
        work: Default::default(),
        time_limit: None,
        interruptible: false,
        grace: None,
        checkpoint: None,
        pauses: None,
        exclusive: false,
        budget: None,
        carbon_cap: None,
        regions: Default::default(),
        priority: PRIORITY,
        objective: Default::default(),
        // Both run a program that fails once; what is lost with its machine runs again, which counts for nothing here.
        retries: 0,
    }
}

/// Of a job that asks for none.
const PRIORITY: u8 = 5;
/// For each core, where nothing is asked: clusters give some such share, and programs expect it.
const MEMORY_OF_CORE: u64 = 1 << 30;
