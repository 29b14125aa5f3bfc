//! What was denied lately: whoever gives out tokens sees what they were not enough for.

use std::{collections::VecDeque, sync::Mutex};

use api::{Denial, Problem};
use model::Name;

use crate::clock;

/// The latest so many are remembered.
const MOST: usize = 200;

/// Newest first.
#[derive(Debug, Default)]
pub(crate) struct Denials(Mutex<VecDeque<Denial>>);

impl Denials {
    /// Notes a problem that came from the policy; others are none.
    pub(crate) fn note(&self, token: &Name, action: &str, problem: &Problem) {
        let Some(rule) = problem.rule.clone() else { return };
        let (token, action, detail) = (token.clone(), action.to_owned(), problem.detail.clone());
        let denial = Denial { time: clock::now(), token, action, rule, detail };
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.truncate(MOST - 1);
        all.push_front(denial);
    }

    pub(crate) fn all(&self) -> Vec<Denial> {
        let all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.iter().cloned().collect()
    }
}
