//! Networks made of namespaces on one machine, to try steering in: each router and client of a file is a namespace, each
//! link a pair of virtual devices, or, where it has a delay, two that a process joins.
//!
//! Nothing is kept but what the kernel has: what a lab is like now is read from it, and `down` finds everything by name.

mod emulate;
mod file;
mod flows;
mod link;
mod measure;
mod overlay;
mod plan;
mod status;

use std::{collections::BTreeMap, io, net::IpAddr, path::Path};

use model::Name;
use network::NodeId;

pub use emulate::Wires;
pub use file::{Client, Description, Link, Service};
pub use flows::{Act, FLOWS_MOST, Play, flows};
pub use measure::{Bench, Measured};
pub use overlay::{Overlay, overlay};
pub use status::{RouterStatus, ServiceStatus, Status};

use self::{
    link::{Cable, Kernel},
    plan::{ANCHOR, Plan},
};
use crate::srv6::{
    Action, Desired, MAIN, Namespace, Place, Plane, PlaneError, Prefix, Refusal, Route,
};

#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// Correct the file.
    #[error("{0}")]
    Invalid(String),
    /// Take it down first.
    #[error("lab `{0}` is up already: take it down first")]
    Up(Name),
    #[error("lab `{0}` is not up")]
    Down(Name),
    /// Run it as root.
    #[error("{what}: not permitted: a lab needs root, or CAP_NET_ADMIN and CAP_SYS_ADMIN")]
    NotPermitted { what: String },
    #[error("{what}: {error}")]
    Io { what: String, error: io::Error },
    #[error("{what}: {refusal}")]
    Refused { what: String, refusal: Refusal },
    #[error("router `{router}`: {error}")]
    Plane { router: Name, error: PlaneError },
}

impl LabError {
    fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |error| match error.kind() {
            io::ErrorKind::PermissionDenied => Self::NotPermitted { what },
            _ => Self::Io { what, error },
        }
    }

    fn refused(what: impl Into<String>) -> impl FnOnce(Refusal) -> Self {
        let what = what.into();
        move |refusal| Self::Refused { what, refusal }
    }

    fn plane(router: &Name) -> impl FnOnce(PlaneError) -> Self {
        let router = router.clone();
        move |error| Self::Plane { router, error }
    }
}

/// Starts what carries packets over links that have a delay; it may write into the lab's folder.
pub type Starts<'a> = dyn Fn(&Path) -> io::Result<()> + 'a;

/// A lab by its description, up or not.
#[derive(Debug)]
pub struct Lab<'a> {
    file: &'a Description,
    plan: Plan<'a>,
}

/// Figures of the kernel in each namespace: packets and segments are forwarded, ways over a device that is not connected
/// are not used, and a device keeps its addresses while it is off.
const SETTINGS: [(&str, &str); 9] = [
    ("ipv6/conf/all/forwarding", "1"),
    ("ipv6/conf/all/seg6_enabled", "1"),
    ("ipv6/conf/default/seg6_enabled", "1"),
    ("ipv6/conf/all/ignore_routes_with_linkdown", "1"),
    ("ipv6/conf/default/ignore_routes_with_linkdown", "1"),
    ("ipv6/conf/all/keep_addr_on_down", "1"),
    ("ipv6/conf/default/keep_addr_on_down", "1"),
    ("ipv6/conf/all/accept_dad", "0"),
    ("ipv6/conf/default/accept_dad", "0"),
];

impl<'a> Lab<'a> {
    #[must_use]
    pub fn new(file: &'a Description) -> Self {
        Self { file, plan: Plan::new(file) }
    }

    /// The namespace of a router or client. Names have no dots: no other lab's begins so.
    #[must_use]
    pub fn namespace(&self, of: &Name) -> String {
        format!("{}{of}", self.beginning())
    }

    fn beginning(&self) -> String {
        format!("jw.{}.", self.file.name)
    }

    fn is_up(&self) -> Result<bool, LabError> {
        let names = Namespace::beginning(&self.beginning());
        Ok(!names.map_err(LabError::io("the names of namespaces"))?.is_empty())
    }

    fn check_up(&self) -> Result<(), LabError> {
        if self.is_up()? { Ok(()) } else { Err(LabError::Down(self.file.name.clone())) }
    }

    fn everybody(&self) -> impl Iterator<Item = &'a Name> {
        self.file.routers.iter().chain(self.file.clients.iter().map(|it| &it.name))
    }

    /// Makes it whole, or not at all. `emulate` starts what carries packets over links that have a delay; without it they
    /// have none.
    pub fn up(&self, emulate: Option<&Starts<'_>>) -> Result<(), LabError> {
        if self.is_up()? {
            return Err(LabError::Up(self.file.name.clone()));
        }
        self.make(emulate).inspect_err(|_| {
            // The first error is the one to be told.
            let _ = self.down();
        })
    }

    fn make(&self, emulate: Option<&Starts<'_>>) -> Result<(), LabError> {
        for name in self.everybody() {
            let of = self.namespace(name);
            let made = Namespace::make(&of).and_then(|it| it.set(&SETTINGS));
            made.map_err(LabError::io(format!("namespace `{of}`")))?;
        }
        if let Some(start) = emulate.filter(|_| self.wires().next().is_some()) {
            let started =
                std::fs::create_dir_all(self.folder()).and_then(|()| start(&self.folder()));
            started.map_err(LabError::io("the process that carries packets over delayed links"))?;
        }
        let mut kernel = Kernel::open(self)?;
        for cable in self.cables() {
            kernel.join(&cable, emulate.is_some())?;
        }
        for router in &self.file.routers {
            kernel.furnish(self, router)?;
        }
        self.apply(1, &BTreeMap::new())?;
        (self.file.links.len()..).zip(&self.file.clients).try_for_each(|(link, it)| {
            let to = Prefix { address: IpAddr::from([0_u16; 8]), length: 0 };
            let route = Route {
                place: Place { table: MAIN, to, metric: 100 },
                device: plan::device(&it.at, link),
                action: Action::Forward(Some(plan::end(link, 1).into())),
            };
            let desired = Desired { generation: 1, routes: vec![route], ..Desired::default() };
            self.plane(&it.name)?.apply(&desired).map_err(LabError::plane(&it.name)).map(drop)
        })
    }

    /// Takes everything away that is the lab's. One that is not there is fine.
    pub fn down(&self) -> Result<(), LabError> {
        let names = Namespace::beginning(&self.beginning());
        for name in names.map_err(LabError::io("the names of namespaces"))? {
            Namespace::remove(&name).map_err(LabError::io(format!("namespace `{name}`")))?;
        }
        match std::fs::remove_dir_all(self.folder()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(LabError::io("changed figures of links")(error))
            }
            _ => Ok(()),
        }
    }

    /// Links, then what joins clients: who is on both ends.
    fn cables(&self) -> impl Iterator<Item = Cable<'a>> {
        let of_routers = self.file.links.iter().map(|it| {
            let [a, b] = &it.between;
            ([a, b], it.capacity, it.delay)
        });
        let of_clients =
            self.file.clients.iter().map(|it| ([&it.name, &it.at], None, units::Delay::ZERO));
        (0..).zip(of_routers.chain(of_clients)).map(|(link, (ends, capacity, delay))| Cable {
            link,
            ends,
            capacity,
            delay,
        })
    }

    /// Those between two routers that are `wanted`; it is an error that there is none.
    fn between(
        &self,
        [a, b]: [&Name; 2],
        what: &str,
        wanted: impl Fn(&Cable<'_>) -> bool,
    ) -> Result<Vec<Cable<'a>>, LabError> {
        let joins = |it: &Cable<'_>| it.ends == [a, b] || it.ends == [b, a];
        let found: Vec<Cable<'a>> = self.cables().filter(|it| joins(it) && wanted(it)).collect();
        if found.is_empty() {
            return Err(LabError::Invalid(format!("there is no {what} between `{a}` and `{b}`")));
        }
        Ok(found)
    }

    /// Does something in the namespace of a router or client.
    fn within<T: Send>(
        &self,
        of: &Name,
        work: impl FnOnce() -> io::Result<T> + Send,
    ) -> Result<T, LabError> {
        let room = self.namespace(of);
        let done = Namespace::open(&room).and_then(|it| it.within(work));
        done.map_err(LabError::io(format!("namespace `{room}`")))
    }

    fn wires(&self) -> impl Iterator<Item = Cable<'a>> {
        self.cables().filter(|it| !it.delay.is_zero())
    }

    fn plane(&self, of: &Name) -> Result<Plane, LabError> {
        Plane::of(&self.namespace(of)).map_err(LabError::plane(of))
    }

    /// Gives every router what it is to have now.
    fn apply(&self, generation: u64, current: &BTreeMap<Name, Name>) -> Result<(), LabError> {
        (0..).zip(&self.file.routers).try_for_each(|(router, name): (NodeId, &Name)| {
            let desired = self.plan.desired(router, generation, current);
            self.plane(name)?.apply(&desired).map_err(LabError::plane(name)).map(drop)
        })
    }

    /// The routers that have services to steer, and what each is to have.
    fn steered(
        &self,
        generation: u64,
        current: &BTreeMap<Name, Name>,
    ) -> Result<Vec<(Plane, Desired)>, LabError> {
        let has_clients =
            |(_, name): &(NodeId, &Name)| self.file.clients.iter().any(|it| it.at == **name);
        let ingress = (0..).zip(&self.file.routers).filter(has_clients);
        let desired =
            ingress.map(|(router, name)| (name, self.plan.desired(router, generation, current)));
        let steers = desired.filter(|(_, it)| !it.services.is_empty());
        steers.map(|(name, desired)| Ok((self.plane(name)?, desired))).collect()
    }

    /// Leads new flows of a service to the instance at a router. Flows that have begun stay where they are.
    pub fn steer(&self, service: &Name, to: &Name) -> Result<(), LabError> {
        let known = self.file.services.iter().find(|it| it.name == *service);
        let Some(known) = known else {
            return Err(LabError::Invalid(format!("there is no service `{service}`")));
        };
        if !known.instances.contains(to) {
            let what = format!("service `{service}` has no instance at `{to}`");
            return Err(LabError::Invalid(what));
        }
        let status = self.status()?;
        let mut current = status.current();
        current.insert(service.clone(), to.clone());
        for (mut plane, desired) in self.steered(status.generation() + 1, &current)? {
            plane.apply(&desired).map_err(LabError::plane(&self.file.name))?;
        }
        Ok(())
    }

    /// Cuts all links between two routers, at the first one's end, or joins them again. A pair of devices loses its carrier
    /// together; those of a link with a delay do not, so both ends of it are cut.
    pub fn join(&self, between: [&Name; 2], is_on: bool) -> Result<(), LabError> {
        self.check_up()?;
        let mut kernel = Kernel::open(self)?;
        for cable in self.between(between, "link", |_| true)? {
            let both = !cable.delay.is_zero();
            for of in [Some(between[0]), both.then_some(between[1])].into_iter().flatten() {
                kernel.switch(&cable, of, is_on)?;
            }
        }
        // Routes over a device go with it.
        if is_on { self.restore() } else { Ok(()) }
    }

    /// Gives every router what it had.
    fn restore(&self) -> Result<(), LabError> {
        let status = self.status()?;
        self.apply(status.generation() + 1, &status.current())
    }

    pub fn status(&self) -> Result<Status, LabError> {
        self.check_up()?;
        status::of(self)
    }
}
