//! Data at sites: who has a copy of which content, and which copies may go.
//!
//! Knows contents, sites and rules. Does not know bytes, stores, or why somebody wants a content.
//!
//! A copy goes only if somebody else has one, or nobody speaks of the content any more. The rules hold for what all
//! sites together are told, not for what one of them is: a copy that is told to go counts as gone at once, so two
//! sites are never told to delete the last two copies.

use std::collections::{BTreeMap, BTreeSet};

use model::{Content, Name};
use units::{Bytes, Span, Time};

/// What nobody speaks of goes this long after it was last used; before, somebody may be about to name it.
pub const ORPHAN_AGE: Span = Span::minutes(10);
/// The same where room is wanted.
pub const ORPHAN_AGE_AT_LEAST: Span = Span::minutes(1);

/// Which sites hold which content, as far as they say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    holders: BTreeMap<Content, BTreeSet<Name>>,
    held: BTreeMap<Name, BTreeSet<Content>>,
}

/// One copy at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    pub content: Content,
    pub size: Bytes,
    pub last_used: Time,
}

impl Catalogue {
    /// Makes a site hold exactly these contents. Gives those for which that changes something, in order.
    pub fn set(&mut self, site: &Name, contents: &BTreeSet<Content>) -> Vec<Content> {
        let held = self.held.insert(site.clone(), contents.clone()).unwrap_or_default();
        for content in held.difference(contents) {
            self.remove(site, content);
        }
        for content in contents.difference(&held) {
            self.holders.entry(content.clone()).or_default().insert(site.clone());
        }
        held.symmetric_difference(contents).cloned().collect()
    }

    fn remove(&mut self, site: &Name, content: &Content) {
        let Some(sites) = self.holders.get_mut(content) else { return };
        sites.remove(site);
        if sites.is_empty() {
            self.holders.remove(content);
        }
    }

    /// In order of name.
    pub fn holders(&self, content: &Content) -> impl Iterator<Item = &Name> {
        self.holders.get(content).into_iter().flatten()
    }

    #[must_use]
    pub fn has(&self, site: &Name, content: &Content) -> bool {
        self.holders.get(content).is_some_and(|sites| sites.contains(site))
    }
}

/// What is said of the copies of one site.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// They stay: named by a dataset for this site, or used by a job here.
    pub pinned: &'a BTreeSet<Content>,
    /// Somebody, anywhere, speaks of them.
    pub named: &'a BTreeSet<Content>,
    /// Copies elsewhere that can be counted on.
    pub elsewhere: &'a BTreeSet<Content>,
}

/// Copies of a site that go: what nobody has spoken of for long; and for the room that is wanted, what nobody speaks
/// of, then what can be had elsewhere, the longest unused first. Never one that is pinned, and never the last of a
/// content that is named.
#[must_use]
pub fn leaving(
    copies: &[Copy],
    claims: &Claims<'_>,
    wanted: Bytes,
    now: Time,
) -> BTreeSet<Content> {
    let free = copies.iter().filter(|it| !claims.pinned.contains(&it.content));
    let mut free: Vec<(&Copy, bool)> =
        free.map(|it| (it, claims.named.contains(&it.content))).collect();
    free.sort_by_key(|(it, is_named)| (*is_named, it.last_used, it.content.clone()));
    let mut gone = BTreeSet::new();
    let mut freed = Bytes::ZERO;
    for (copy, is_named) in free {
        let age = now.since(copy.last_used);
        let may = if is_named {
            claims.elsewhere.contains(&copy.content)
        } else {
            age >= ORPHAN_AGE_AT_LEAST
        };
        let must = !is_named && age >= ORPHAN_AGE;
        if must || may && freed < wanted {
            freed = freed.saturating_add(copy.size);
            gone.insert(copy.content.clone());
        }
    }
    gone
}

#[cfg(test)]
mod tests;
