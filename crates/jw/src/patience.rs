//! How long a command that follows something bears a server that does not answer.

use std::time::Duration;

use crate::{failure::Failure, output::Output};

/// Waits between tries: 0.2 s, then twice as long each time, at most 5 s.
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);
/// All waits together before it gives up.
const ENOUGH: Duration = Duration::from_secs(120);

#[derive(Debug, Default)]
pub(crate) struct Patience {
    waited: Duration,
    last: Duration,
    /// Someone else says that the server does not answer.
    silent: bool,
}

impl Patience {
    pub(crate) fn silent() -> Self {
        Self { silent: true, ..Self::default() }
    }

    /// The server answered.
    pub(crate) fn reset(&mut self) {
        *self = Self { silent: self.silent, ..Self::default() };
    }

    /// The wait before the next try; none when enough is enough.
    fn wait(&mut self) -> Option<Duration> {
        if self.waited >= ENOUGH {
            return None;
        }
        self.last = if self.last.is_zero() { FIRST } else { (self.last * 2).min(LONGEST) };
        self.waited += self.last;
        Some(self.last)
    }

    /// Waits if the failure may pass, else hands it back.
    pub(crate) async fn bear(&mut self, failure: Failure, output: &Output) -> Result<(), Failure> {
        if !failure.may_pass() {
            return Err(failure);
        }
        let Some(wait) = self.wait() else { return Err(failure) };
        // A short loss is not worth a word.
        if !self.silent
            && self.last >= Duration::from_secs(1)
            && self.waited < Duration::from_secs(4)
        {
            output.note("the server does not answer: trying again");
        }
        tokio::time::sleep(wait).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let mut patience = Patience::default();
        let waits: Vec<Duration> = std::iter::from_fn(|| patience.wait()).collect();
        assert!(waits.is_sorted() && waits[0] == FIRST && waits[waits.len() - 1] == LONGEST);
        assert!((ENOUGH..ENOUGH + LONGEST).contains(&waits.iter().sum()));
        patience.reset();
        assert_eq!(patience.wait(), Some(FIRST));
    }
}
