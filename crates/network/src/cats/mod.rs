//! Computing-aware traffic steering (draft-ietf-cats-framework): where new flows of a service go, by what instances
//! and paths are like.
//!
//! Agents measure: a C-SMA its contact instances, a C-NMA its paths ([`metric`], [`score`], [`trigger`]). The path
//! selector, C-PS, makes of that what each ingress is to do ([`selector`]): a [`table::Table`], a plain value. The
//! edge sends packets by the last table that it got ([`edge`]), and its traffic classifier, C-TC, knows which packets
//! are whose ([`classify`]). Nothing here sends, waits or knows the time. Where the centre decides it runs the
//! selector and sends tables; where the edge decides it gets metrics and runs the same selector for itself.

use serde::{Deserialize, Serialize};

pub mod classify;
pub mod damping;
pub mod edge;
pub mod flows;
pub mod hold;
pub mod metric;
pub mod queue;
pub mod score;
pub mod selector;
pub mod shares;
pub mod slots;
pub mod table;
pub mod trigger;
pub mod view;

#[cfg(test)]
mod tests;

/// A service, whichever instance gives it: the CS-ID.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CsId(pub u32);

/// One contact instance of a service: the CSCI-ID. No two instances have the same, of whatever service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CsciId(pub u32);

/// A path from an ingress to the egress of an instance, by the number that the C-NMA gave it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PathId(pub u32);
