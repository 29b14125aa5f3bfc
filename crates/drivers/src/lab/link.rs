//! Devices of a lab: joined, named, with addresses and limits.

use std::{
    collections::BTreeMap,
    fs::File,
    net::IpAddr,
    thread,
    time::{Duration, Instant},
};

use model::Name;
use units::{Bandwidth, Delay};

use super::{
    ANCHOR, Lab, LabError,
    plan::{device, end, own},
};
use crate::srv6::{
    Namespace,
    device::{self, End},
    netlink::{Channel, Message, NETLINK_ROUTE},
    queue,
};

/// What the process that makes the devices of delayed links takes at most until they are there.
const APPEARS: Duration = Duration::from_secs(10);
const LOOPBACK: u32 = 1;

/// A link and who is on its ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cable<'a> {
    pub(super) link: usize,
    pub(super) ends: [&'a Name; 2],
    pub(super) capacity: Option<Bandwidth>,
    pub(super) delay: Delay,
}

impl Cable<'_> {
    /// The device at an end.
    pub(super) fn device(&self, which: usize) -> String {
        let [a, b] = self.ends;
        device(if which == 0 { b } else { a }, self.link)
    }

    /// Which end somebody is on.
    fn which(&self, who: &Name) -> usize {
        usize::from(self.ends[0] != who)
    }

    fn name(&self) -> String {
        let [a, b] = self.ends;
        format!("link {a} to {b}")
    }
}

/// What speaks to the kernel about each namespace of a lab.
#[derive(Debug)]
pub(super) struct Kernel {
    rooms: BTreeMap<Name, (File, Channel)>,
}

impl Kernel {
    pub(super) fn open(lab: &Lab<'_>) -> Result<Self, LabError> {
        let room = |name: &Name| {
            let of = lab.namespace(name);
            let opened = Namespace::open(&of)
                .and_then(|it| Ok((it.file()?, it.within(|| Channel::open(NETLINK_ROUTE))?)));
            let room = opened.map_err(LabError::io(format!("namespace `{of}`")))?;
            Ok((name.clone(), room))
        };
        let rooms: Result<_, LabError> = lab.everybody().map(room).collect();
        Ok(Self { rooms: rooms? })
    }

    fn room(&mut self, of: &Name) -> Result<&mut (File, Channel), LabError> {
        let missing = || LabError::Invalid(format!("there is nobody called `{of}`"));
        self.rooms.get_mut(of).ok_or_else(missing)
    }

    fn ask(&mut self, of: &Name, what: &str, message: Message) -> Result<(), LabError> {
        self.room(of)?.1.ask(message).map_err(LabError::refused(format!("{of}: {what}")))
    }

    /// Joins both ends; the devices are on and have their addresses.
    pub(super) fn join(&mut self, cable: &Cable<'_>, is_emulated: bool) -> Result<(), LabError> {
        if !is_emulated || cable.delay.is_zero() {
            self.pair(cable)?;
        }
        for (which, of) in cable.ends.into_iter().enumerate() {
            let name = cable.device(which);
            let index = self.index(of, &name)?;
            let address = end(cable.link, which as u16);
            self.ask(of, &name, device::address(index, address.into(), 64))?;
            self.ask(of, &name, device::switch(index, true))?;
            for limit in cable.capacity.into_iter().flat_map(|it| queue::limit(index, bytes(it))) {
                self.ask(of, &format!("the limit of {name}"), limit)?;
            }
        }
        Ok(())
    }

    /// Indices differ: see [`End::index`].
    fn pair(&mut self, cable: &Cable<'_>) -> Result<(), LabError> {
        let names = [cable.device(0), cable.device(1)];
        let files = cable.ends.map(|of| {
            let file = self.room(of)?.0.try_clone();
            file.map_err(LabError::io(cable.name()))
        });
        let [a, b] = files;
        let (a, b) = (a?, b?);
        let index = 100 + 2 * cable.link as u32;
        let end = |which: usize, namespace| End {
            name: names.get(which).map_or("", String::as_str),
            index: index + which as u32,
            namespace,
        };
        let message = device::pair(&end(0, &a), &end(1, &b));
        self.ask(cable.ends[0], &cable.name(), message)
    }

    /// Of a device; waits for one that another process makes.
    fn index(&mut self, of: &Name, name: &str) -> Result<u32, LabError> {
        let began = Instant::now();
        loop {
            let list = self.room(of)?.1.list(&device::list());
            let list = list.map_err(LabError::refused(format!("{of}: its devices")))?;
            let found = list.iter().filter_map(device::read).find(|(it, _)| it == name);
            match found {
                Some((_, index)) => return Ok(index),
                None if began.elapsed() > APPEARS => {
                    let what = format!("{of}: device `{name}` has not appeared");
                    return Err(LabError::Invalid(what));
                }
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// What a router has besides its links.
    pub(super) fn furnish(&mut self, lab: &Lab<'_>, router: &Name) -> Result<(), LabError> {
        self.ask(router, ANCHOR, device::anchor(ANCHOR))?;
        self.ask(router, "lo", device::switch(LOOPBACK, true))?;
        let numbers = lab.file.numbers();
        let served = lab.file.services.iter().filter(|it| it.instances.contains(router));
        let addresses = served.map(|it| it.address).chain(numbers.get(router).map(|it| own(*it)));
        for address in addresses {
            let message = device::address(LOOPBACK, IpAddr::V6(address), 128);
            self.ask(router, &address.to_string(), message)?;
        }
        Ok(())
    }

    /// Switches somebody's end of a link.
    pub(super) fn switch(
        &mut self,
        cable: &Cable<'_>,
        of: &Name,
        is_on: bool,
    ) -> Result<(), LabError> {
        let name = cable.device(cable.which(of));
        let index = self.index(of, &name)?;
        self.ask(of, &name, device::switch(index, is_on))
    }

    /// Somebody's devices, and whether each is on and connected.
    pub(super) fn devices(&mut self, of: &Name) -> Result<Vec<(String, bool)>, LabError> {
        let list = self.room(of)?.1.list(&device::list());
        let list = list.map_err(LabError::refused(format!("{of}: its devices")))?;
        Ok(list.iter().filter_map(device::works).collect())
    }
}

fn bytes(rate: Bandwidth) -> u64 {
    (rate.get() / 8).max(1)
}
