//! What a path selector knows of one service.

use serde::{Deserialize, Serialize};

use super::{CsId, CsciId, PathId, score::Contact};

/// One instance, by the last that its C-SMA told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    pub id: CsciId,
    /// None where it is gone, or silent for too long.
    pub contact: Option<Contact>,
}

/// A path in use, and its expected delay, one way, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Way {
    pub path: PathId,
    pub delay_s: f64,
}

impl Instance {
    /// As it was told, where it serves anything.
    #[must_use]
    pub fn serving(&self) -> Option<Contact> {
        self.contact.filter(|it| it.rate() > 0.0)
    }
}

/// One ingress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ingress {
    /// New flows a second.
    pub arrivals: f64,
    /// To each instance, in their order; none where no path leads.
    pub ways: Vec<Option<Way>>,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    pub service: CsId,
    /// Each once.
    pub instances: Vec<Instance>,
    pub ingresses: Vec<Ingress>,
}

/// Instances of one service, at most.
pub const INSTANCES_MOST: usize = 255;
/// Ingresses of one service, at most.
pub const INGRESSES_MOST: usize = 10_000;

/// Why a view is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ViewError {
    #[error("service {service}: {count} {what}: at most {most}")]
    TooMany { service: u32, what: &'static str, count: usize, most: usize },
    #[error("service {service}: instance {instance} is there twice: once is right")]
    Twice { service: u32, instance: u32 },
    #[error(
        "service {service}, ingress {ingress}: {count} ways to {instances} instances: one to each, or none in its place"
    )]
    Ways { service: u32, ingress: usize, count: usize, instances: usize },
    #[error("service {service}, {whose} {at}: {what} is {value}: it is a number, zero or more")]
    Figure { service: u32, whose: &'static str, at: usize, what: &'static str, value: f64 },
}

impl View {
    /// Whether every figure is a number, zero or more, and every ingress has a place for a way to every instance.
    ///
    /// # Errors
    /// What is not so, and where.
    pub fn check(&self) -> Result<(), ViewError> {
        self.within("instances", self.instances.len(), INSTANCES_MOST)?;
        self.within("ingresses", self.ingresses.len(), INGRESSES_MOST)?;
        self.each_once()?;
        for (at, it) in self.instances.iter().enumerate() {
            self.check_instance(at, it)?;
        }
        self.ingresses.iter().enumerate().try_for_each(|(at, it)| self.check_ingress(at, it))
    }

    fn within(&self, what: &'static str, count: usize, most: usize) -> Result<(), ViewError> {
        let service = self.service.0;
        if count > most {
            return Err(ViewError::TooMany { service, what, count, most });
        }
        Ok(())
    }

    fn each_once(&self) -> Result<(), ViewError> {
        let mut ids: Vec<u32> = self.instances.iter().map(|it| it.id.0).collect();
        ids.sort_unstable();
        let twice = ids.windows(2).find(|pair| pair.first() == pair.last());
        let instance = twice.and_then(|pair| pair.first().copied());
        let service = self.service.0;
        instance.map_or(Ok(()), |instance| Err(ViewError::Twice { service, instance }))
    }

    fn check_instance(&self, at: usize, it: &Instance) -> Result<(), ViewError> {
        let Some(Contact { capacity, used, queue, service_s }) = it.contact else { return Ok(()) };
        let figures =
            [("capacity", capacity), ("used", used), ("queue", queue), ("service_s", service_s)];
        let mut figures = figures.into_iter();
        figures.try_for_each(|(what, value)| self.figure("instance", at, what, value))
    }

    fn check_ingress(&self, ingress: usize, it: &Ingress) -> Result<(), ViewError> {
        let (service, count, instances) = (self.service.0, it.ways.len(), self.instances.len());
        if count != instances {
            return Err(ViewError::Ways { service, ingress, count, instances });
        }
        self.figure("ingress", ingress, "arrivals", it.arrivals)?;
        let mut delays = it.ways.iter().flatten().map(|way| way.delay_s);
        delays.try_for_each(|it| self.figure("ingress", ingress, "delay_s", it))
    }

    fn figure(
        &self,
        whose: &'static str,
        at: usize,
        what: &'static str,
        value: f64,
    ) -> Result<(), ViewError> {
        if value.is_finite() && value >= 0.0 {
            return Ok(());
        }
        Err(ViewError::Figure { service: self.service.0, whose, at, what, value })
    }
}
