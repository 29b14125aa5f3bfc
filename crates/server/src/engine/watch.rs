//! The newest generation of every site, for agents that wait for it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::Name;
use tokio::sync::watch;

/// Shared by the engine, which raises them, and handlers, which wait.
#[derive(Debug, Clone, Default)]
pub(crate) struct Generations(Arc<Mutex<BTreeMap<Name, watch::Sender<i64>>>>);

impl Generations {
    pub(crate) fn of(&self, site: &Name) -> Option<watch::Receiver<i64>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(site).map(watch::Sender::subscribe)
    }

    pub(crate) fn set(&self, site: &Name, generation: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(site) {
            Some(sender) => drop(sender.send_replace(generation)),
            None => drop(all.insert(site.clone(), watch::Sender::new(generation))),
        }
    }

    pub(crate) fn remove(&self, site: &Name) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(site);
    }
}
