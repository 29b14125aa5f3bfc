//! What is told of sites hour by hour.

use api::{Problem, ProblemKind, SignalUpload};
use model::{Invalid, Name};
use units::Time;

use crate::{Change, Control};

/// Most characters of a source.
const SOURCE_MOST: usize = 200;

impl Control {
    /// Whether there is a resource of this kind and name.
    #[must_use]
    pub fn has(&self, kind: model::Kind, name: &Name) -> bool {
        self.resources.contains_key(&(kind, name.clone()))
    }

    /// Takes points of a series of a site. What is known better already stays.
    ///
    /// # Errors
    /// There is no such site, or a point that cannot be true: then none is taken.
    pub fn signals(&mut self, site: &Name, told: SignalUpload, now: Time) -> Result<(), Problem> {
        if !self.sites.contains_key(site) {
            let detail = self.no_such(model::Kind::Site, site);
            return Err(Problem::new(ProblemKind::NotFound, detail));
        }
        let length = told.source.chars().count();
        if !(1..=SOURCE_MOST).contains(&length) || told.source.chars().any(char::is_control) {
            let message = format!("{length} characters: use 1 to {SOURCE_MOST} on one line");
            return Err(Problem::invalid(vec![Invalid::new("source", message)]));
        }
        let SignalUpload { signal, source, points } = told;
        energy::signals::check(signal, &points, None, now)
            .map_err(|refused| Problem::invalid(vec![Invalid::new("points", refused.0)]))?;
        self.out.push(Change::Signals { site: site.clone(), signal, source, at: now, points });
        Ok(())
    }
}
