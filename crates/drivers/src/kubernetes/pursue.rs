//! Making the cluster have what is wanted.

use std::collections::BTreeMap;

use super::{
    Inner, Place,
    act::{self, Doing, What},
    calls::Fault,
    held::Need,
    manifest::Part,
    shape::Selector,
};
use crate::DriverError;

impl Inner {
    /// Makes what is wanted and not there, deletes what is there and not wanted.
    pub(super) async fn pursue(&mut self, place: &Place) -> Result<(), DriverError> {
        for (name, held) in &mut self.held {
            let ended = held.end_untried();
            ended.map_err(DriverError::failed(format!("record what became of {name}")))?;
        }
        if !self.held.values().any(super::Held::is_live) {
            return Ok(());
        }
        let minor = self.version(place).await?.minor;
        let needs: Vec<(String, Need)> = self
            .held
            .iter_mut()
            .filter_map(|(name, held)| Some((name.clone(), held.needs(minor)?)))
            .collect();
        if needs.is_empty() {
            return Ok(());
        }
        if needs.iter().any(|(_, need)| matches!(need, Need::Make(_))) {
            self.learn_pools(place).await?;
        }
        let doing = self.plan(place, needs)?;
        let doing = self.prepare(place, doing).await?;
        for it in &doing {
            if let (Some(held), What::Make { part, .. }) = (self.held.get_mut(&it.name), &it.what) {
                held.try_parts(&[*part]);
                let opened = place.open_data(&held.order);
                opened.map_err(DriverError::failed(format!("open the folders of {}", it.name)))?;
            }
        }
        self.settle(place.run_all(doing).await)
    }

    fn plan(
        &mut self,
        place: &Place,
        needs: Vec<(String, Need)>,
    ) -> Result<Vec<Doing>, DriverError> {
        let mut doing = Vec::new();
        for (name, need) in needs {
            let selector = self.selector(place, &name);
            let generation = self.accepted.generation;
            let Some(held) = self.held.get_mut(&name) else { continue };
            match need {
                Need::Delete { at_once } => {
                    held.follow_logs(&place.cluster, true);
                    doing.push(place.delete(held, at_once));
                }
                Need::Make(parts) => match place.plan(held, &parts, &selector, generation) {
                    Ok(new) => doing.extend(new),
                    Err(why) => {
                        let ended = held.never(&why);
                        ended.map_err(DriverError::failed(format!("record the end of {name}")))?;
                    }
                },
            }
        }
        Ok(doing)
    }

    /// By configuration, else as the pool that was published under its name; else any node.
    fn selector(&self, place: &Place, name: &str) -> Selector {
        let Some(held) = self.held.get(name) else { return Selector::default() };
        let pool = &held.order.work.pool;
        let named = place.config.pools.get(pool).map_or(pool.as_str(), String::as_str);
        let pools = self.pools.iter().flatten();
        let fits = |group: &str| named == group || named.ends_with(&format!("-{group}"));
        let longest = pools.filter(|(group, _)| fits(group)).max_by_key(|(group, _)| group.len());
        longest.map(|(_, selector)| selector.clone()).unwrap_or_default()
    }

    /// Leaves out what has no namespace yet, and says so.
    async fn prepare(
        &mut self,
        place: &Place,
        mut doing: Vec<Doing>,
    ) -> Result<Vec<Doing>, DriverError> {
        self.prepare_queue(place, &mut doing).await?;
        for namespace in act::namespaces(&doing) {
            if self.ready.contains(&namespace) {
                continue;
            }
            match place.prepare_namespace(&namespace).await {
                Ok(()) => drop(self.ready.insert(namespace)),
                Err(Fault::Away(words)) => return Err(DriverError::Away(words)),
                Err(Fault::Refused(_, words)) => {
                    let words = format!("namespace `{namespace}`: {words}");
                    tracing::warn!(%words, "cannot be used");
                    self.hold_back(&mut doing, &words, |it| it.namespace == namespace);
                }
            }
        }
        Ok(doing)
    }

    async fn prepare_queue(
        &mut self,
        place: &Place,
        doing: &mut Vec<Doing>,
    ) -> Result<(), DriverError> {
        let is_made = |it: &Doing| matches!(it.what, What::Make { .. });
        if place.config.queue.is_none() || !doing.iter().any(is_made) {
            return Ok(());
        }
        if !place.cluster.serves("kueue.x-k8s.io").await? {
            let words = "`queue` is set, but the cluster has no Kueue (kueue.x-k8s.io)";
            self.hold_back(doing, words, |_| true);
        }
        Ok(())
    }

    fn hold_back(&mut self, doing: &mut Vec<Doing>, words: &str, which: impl Fn(&Doing) -> bool) {
        let is_held = |it: &Doing| matches!(it.what, What::Make { .. }) && which(it);
        for it in doing.iter().filter(|it| is_held(it)) {
            if let Some(held) = self.held.get_mut(&it.name) {
                held.refused(words);
            }
        }
        doing.retain(|it| !is_held(it));
    }

    fn settle(&mut self, done: Vec<(Doing, Result<(), Fault>)>) -> Result<(), DriverError> {
        let mut outcome = Ok(());
        let mut made: BTreeMap<String, (String, Vec<Part>)> = BTreeMap::new();
        for (doing, done) in done {
            let Some(held) = self.held.get_mut(&doing.name) else { continue };
            match (done, doing.what) {
                (Ok(()), What::Make { part, .. }) => {
                    let entry = made.entry(doing.name).or_insert((doing.namespace, Vec::new()));
                    entry.1.push(part);
                }
                (Ok(()), What::Delete { .. }) => held.deleted(),
                (Err(Fault::Away(words)), _) => outcome = Err(DriverError::Away(words)),
                (Err(Fault::Refused(400 | 422, words)), What::Make { .. }) => {
                    let ended = held.never(&format!("Kubernetes refuses it: {words}"));
                    ended.map_err(DriverError::failed("record an end"))?;
                }
                (Err(Fault::Refused(code, words)), _) => {
                    if code == 404 {
                        self.ready.remove(&doing.namespace);
                    }
                    held.refused(&words);
                    outcome = outcome.and(Err(act::failed(&doing.name, &words)));
                }
            }
        }
        for (name, (namespace, parts)) in made {
            let Some(held) = self.held.get_mut(&name) else { continue };
            let kept = held.made(&parts, &namespace);
            kept.map_err(DriverError::failed(format!("record what was made of {name}")))?;
        }
        outcome
    }
}
