//! What moves over the network now, as it is held.

use std::collections::{BTreeMap, btree_map::Entry};

use api::{Flow, FlowKind, Flows};
use model::{Name, PathChoice};
use units::{Bytes, Time};

use crate::Control;

/// Flows that are listed.
const LISTED_MOST: usize = 1_000;

type Key = (FlowKind, Name, Name, Vec<Name>);

impl Control {
    /// Paths of jobs that are at their sites, and data on its way to sites, as one flow for each kind and list of links.
    #[must_use]
    pub fn flows(&self, now: Time) -> Flows {
        let mut all = BTreeMap::new();
        for (path, measured_delay) in self.steering.held_paths() {
            let flow = Flow { measured_delay, ..flow(FlowKind::Job, path) };
            add(&mut all, flow);
        }
        for (transfer, done) in self.data_on_its_way() {
            let size = Some(transfer.size);
            add(&mut all, Flow { size, done, ..flow(FlowKind::Data, &transfer.path) });
        }
        let mut items: Vec<Flow> = all.into_values().collect();
        items.sort_by_key(|it| std::cmp::Reverse(it.bandwidth));
        let more = items.len().saturating_sub(LISTED_MOST) as u64;
        items.truncate(LISTED_MOST);
        Flows { now, items, more }
    }
}

fn flow(kind: FlowKind, path: &PathChoice) -> Flow {
    Flow {
        kind,
        from: path.from.clone(),
        to: path.to.clone(),
        links: path.links.clone(),
        jobs: 1,
        bandwidth: path.bandwidth,
        delay: path.delay,
        measured_delay: None,
        size: None,
        done: None,
    }
}

fn add(all: &mut BTreeMap<Key, Flow>, flow: Flow) {
    let key = (flow.kind, flow.from.clone(), flow.to.clone(), flow.links.clone());
    let known = match all.entry(key) {
        Entry::Vacant(place) => {
            place.insert(flow);
            return;
        }
        Entry::Occupied(known) => known.into_mut(),
    };
    known.jobs = known.jobs.saturating_add(flow.jobs);
    known.bandwidth = known.bandwidth.saturating_add(flow.bandwidth);
    known.measured_delay = known.measured_delay.or(flow.measured_delay);
    known.size = sum(known.size, flow.size);
    known.done = sum(known.done, flow.done);
}

fn sum(one: Option<Bytes>, other: Option<Bytes>) -> Option<Bytes> {
    let both = one.zip(other).map(|(a, b)| a.saturating_add(b));
    both.or(one).or(other)
}
