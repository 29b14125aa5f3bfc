//! What a lab is like now, read from the kernel.

use std::collections::BTreeMap;

use model::Name;
use serde::Serialize;

use super::{Lab, LabError, Service, link::Kernel};
use crate::srv6::{Counters, Installed};

#[derive(Debug, Clone, Serialize)]
pub struct Status {
    pub name: Name,
    pub routers: Vec<RouterStatus>,
}

#[derive(Debug, Clone, Serialize)]
pub struct RouterStatus {
    pub name: Name,
    /// Of the state it accepted last.
    pub generation: u64,
    /// Routes that are ours.
    pub routes: usize,
    /// Devices of links that are on and connected, and of those that are not.
    pub up: Vec<String>,
    pub down: Vec<String>,
    /// Packets that its segments have handled, and those they could do nothing with.
    pub packets: u64,
    pub errors: u64,
    /// Those that are steered here.
    pub services: Vec<ServiceStatus>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ServiceStatus {
    pub name: Name,
    /// Where new flows go.
    pub current: Name,
    /// Flows that are kept with each instance.
    pub flows: BTreeMap<Name, usize>,
}

impl Status {
    /// The greatest of all routers.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.routers.iter().map(|it| it.generation).max().unwrap_or(0)
    }

    /// Where new flows of each service go.
    #[must_use]
    pub fn current(&self) -> BTreeMap<Name, Name> {
        let all = self.routers.iter().flat_map(|it| &it.services);
        all.map(|it| (it.name.clone(), it.current.clone())).collect()
    }
}

pub(super) fn of(lab: &Lab<'_>) -> Result<Status, LabError> {
    let mut kernel = Kernel::open(lab)?;
    let routers = lab.file.routers.iter().map(|name| router(lab, &mut kernel, name));
    let routers: Result<Vec<RouterStatus>, LabError> = routers.collect();
    Ok(Status { name: lab.file.name.clone(), routers: routers? })
}

fn router(lab: &Lab<'_>, kernel: &mut Kernel, name: &Name) -> Result<RouterStatus, LabError> {
    let mut plane = lab.plane(name)?;
    let installed = plane.observe().map_err(LabError::plane(name))?;
    let flows = plane.flows().map_err(LabError::plane(name))?;
    let devices = kernel.devices(name)?;
    let of_links = devices.iter().filter(|(it, _)| it.contains('-'));
    let (up, down): (Vec<_>, Vec<_>) = of_links.cloned().partition(|(_, works)| *works);
    let names = |list: Vec<(String, bool)>| list.into_iter().map(|(name, _)| name).collect();
    let sum = |of: fn(&Counters) -> u64| installed.counters.values().map(of).sum();
    Ok(RouterStatus {
        name: name.clone(),
        generation: installed.generation.unwrap_or(0),
        routes: installed.routes.len(),
        up: names(up),
        down: names(down),
        packets: sum(|it| it.packets),
        errors: sum(|it| it.errors),
        services: services(lab, &installed, &flows),
    })
}

fn services(
    lab: &Lab<'_>,
    installed: &Installed,
    flows: &BTreeMap<u16, usize>,
) -> Vec<ServiceStatus> {
    let service = |(service, instances): (&Service, Vec<(u16, &Name)>)| {
        let number = installed.current(service.address.into())?;
        let (_, current) = *instances.iter().find(|it| it.0 == number)?;
        let count =
            |(number, at): (u16, &Name)| (at.clone(), flows.get(&number).copied().unwrap_or(0));
        Some(ServiceStatus {
            name: service.name.clone(),
            current: current.clone(),
            flows: instances.into_iter().map(count).collect(),
        })
    };
    lab.file.numbered().filter_map(service).collect()
}
