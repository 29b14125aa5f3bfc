//! Carries packets over links that have a delay: some kernels have no `netem`. Each end is a TAP device of this process;
//! what is read at one is written to the other when its time has come.

use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use model::Name;
use serde::{Deserialize, Serialize};
use tun_rs::{DeviceBuilder, Layer, SyncDevice};
use units::Delay;

use super::{Lab, LabError, link::Cable};
use crate::srv6::Namespace;

/// Where figures of links that are to be changed stand.
const FOLDER: &str = "/run/jingwei/lab";
/// Packets that are under way in one direction; more are lost.
const UNDER_WAY: usize = 20_000;
/// The longest packet there is, with its Ethernet header.
const PACKET: usize = 65_600;
/// How often changed figures and the end of the lab are looked for.
const LOOKS: Duration = Duration::from_millis(50);

/// What a link does to packets, in each direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Figures {
    pub delay: Delay,
    /// Of a million packets, those that are lost.
    pub loss_ppm: u32,
}

/// The same, changed while packets pass.
#[derive(Debug, Default)]
struct Live {
    delay_ns: AtomicU64,
    loss_ppm: AtomicU32,
}

impl Live {
    fn set(&self, figures: Figures) {
        self.delay_ns.store(figures.delay.get(), Relaxed);
        self.loss_ppm.store(figures.loss_ppm, Relaxed);
    }
}

/// The links of a lab that have a delay.
#[derive(Debug)]
pub struct Wires {
    first: Namespace,
    links: Vec<(PathBuf, Figures, Arc<Live>)>,
}

impl Wires {
    /// Makes their devices and carries packets from then on.
    pub fn start(lab: &Lab<'_>) -> Result<Self, LabError> {
        let name = lab.file.routers.first().map_or_else(String::new, |it| lab.namespace(it));
        let first = Namespace::open(&name).map_err(LabError::io(format!("namespace `{name}`")))?;
        let links = lab.wires().map(|cable| {
            let figures = Figures { delay: cable.delay, loss_ppm: 0 };
            let live = carry(lab, &cable, figures)?;
            Ok((lab.figures_file(cable.link), figures, live))
        });
        Ok(Self { first, links: links.collect::<Result<_, LabError>>()? })
    }

    /// Changes what a link does from now on; links with a delay are counted from 0.
    pub(super) fn set(&self, link: usize, figures: Figures) {
        if let Some((_, _, live)) = self.links.get(link) {
            live.set(figures);
        }
    }

    /// Returns when the lab is taken down.
    pub fn run(&self) {
        while self.first.is_there() {
            for (file, usual, live) in &self.links {
                let changed = fs::read(file).ok().and_then(|it| serde_json::from_slice(&it).ok());
                live.set(changed.unwrap_or(*usual));
            }
            thread::sleep(LOOKS);
        }
    }
}

impl Lab<'_> {
    fn figures_file(&self, link: usize) -> PathBuf {
        self.folder().join(format!("{}.json", link + 1))
    }

    pub(super) fn folder(&self) -> PathBuf {
        PathBuf::from(FOLDER).join(self.file.name.as_str())
    }

    /// Makes the links between two routers as bad as that, in each direction. None: as the file says. They have to have a
    /// delay in the file: nobody carries packets over the others.
    pub fn degrade(
        &self,
        between: [&Name; 2],
        delay: Option<Delay>,
        loss_ppm: u32,
    ) -> Result<(), LabError> {
        self.check_up()?;
        let wires = self.between(between, "link with a delay", |it| !it.delay.is_zero())?;
        wires.into_iter().try_for_each(|it| {
            let file = self.figures_file(it.link);
            let figures = Figures { delay: delay.unwrap_or(it.delay), loss_ppm };
            self.write_figures(&file, figures).map_err(LabError::io(file.display().to_string()))
        })
    }

    /// In one step: a reader sees the old or the new.
    fn write_figures(&self, file: &PathBuf, figures: Figures) -> io::Result<()> {
        fs::create_dir_all(self.folder())?;
        let new = file.with_extension("new");
        fs::write(&new, serde_json::to_vec(&figures)?)?;
        fs::rename(new, file)
    }
}

fn carry(lab: &Lab<'_>, cable: &Cable<'_>, figures: Figures) -> Result<Arc<Live>, LabError> {
    let tap = |which: usize, of: &Name| {
        let name = cable.device(which);
        lab.within(of, || tap(&name)).map(Arc::new)
    };
    let [a, b] = cable.ends;
    let (a, b) = (tap(0, a)?, tap(1, b)?);
    let live = Arc::new(Live::default());
    live.set(figures);
    direction(Arc::clone(&a), Arc::clone(&b), Arc::clone(&live));
    direction(b, a, Arc::clone(&live));
    Ok(live)
}

fn tap(name: &str) -> io::Result<SyncDevice> {
    // It is switched on by who waits for it to appear, perhaps before this returns.
    DeviceBuilder::new().name(name).layer(Layer::L2).inherit_enable_state().build_sync()
}

type Packet = (Instant, Vec<u8>);

/// One thread reads, one waits and writes: packets stay in order.
fn direction(from: Arc<SyncDevice>, to: Arc<SyncDevice>, live: Arc<Live>) {
    let (sender, receiver) = sync_channel(UNDER_WAY);
    thread::spawn(move || read(&from, &live, &sender));
    thread::spawn(move || write(&to, &receiver));
}

fn read(from: &SyncDevice, live: &Live, to: &SyncSender<Packet>) {
    let mut buffer = vec![0; PACKET];
    let mut count = 0_u64;
    loop {
        let Ok(length) = from.recv(&mut buffer) else {
            // The device is off, or going.
            thread::sleep(Duration::from_millis(1));
            continue;
        };
        count += 1;
        if chance(count) < u64::from(live.loss_ppm.load(Relaxed)) {
            continue;
        }
        let due = Instant::now() + Duration::from_nanos(live.delay_ns.load(Relaxed));
        let packet = buffer.get(..length).unwrap_or_default().to_vec();
        if matches!(to.try_send((due, packet)), Err(TrySendError::Disconnected(_))) {
            return;
        }
    }
}

fn write(to: &SyncDevice, packets: &Receiver<Packet>) {
    while let Ok((due, packet)) = packets.recv() {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        // A device that is off takes nothing: the packet is lost, as on a real link.
        let _ = to.send(&packet);
    }
}

/// Evenly spread over a million, the same for every run (the finalizer of SplitMix64).
const fn chance(count: u64) -> u64 {
    let mut it = count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (it ^ (it >> 31)) % 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_lost_as_are_to_be() {
        let lost = (1..=100_000).filter(|it| chance(*it) < 50_000).count();
        assert!((4_800..5_200).contains(&lost), "{lost}");
    }
}
