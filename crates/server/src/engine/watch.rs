//! The newest generation of every site and edge, for agents that wait for it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::{Kind, Name};
use tokio::sync::watch;

/// By kind, Site or Edge, and name.
pub(crate) type Place = (Kind, Name);

/// Shared by the engine, which raises them, and handlers, which wait.
#[derive(Debug, Clone, Default)]
pub(crate) struct Generations(Arc<Mutex<BTreeMap<Place, watch::Sender<i64>>>>);

impl Generations {
    pub(crate) fn of(&self, place: &Place) -> Option<watch::Receiver<i64>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(place).map(watch::Sender::subscribe)
    }

    pub(crate) fn set(&self, place: &Place, generation: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(place) {
            Some(sender) => drop(sender.send_replace(generation)),
            None => drop(all.insert(place.clone(), watch::Sender::new(generation))),
        }
    }

    pub(crate) fn remove(&self, place: &Place) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(place);
    }
}
