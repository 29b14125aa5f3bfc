//! The class of each packet that goes into a tunnel: by rules of addresses, by the code point of its header, by the name of
//! the server that its flow greets, and, where nothing names it, by what its flow does.

use std::{collections::HashMap, time::Duration};

use network::overlay::{
    Class, ClassRule, Features, FlowKey, HELLO_MOST, Hello, Kind, Packet, Tree, Watch, by_address,
    by_server_name, code_point, read_hello,
};
use serde::{Deserialize, Serialize};

/// Flows that are known at once; those beyond are reliable.
const FLOWS_MOST: usize = 65_536;
/// A flow that is silent for so long is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(60);
const SWEPT: Duration = Duration::from_secs(5);
/// Flows whose greetings are put together at once: each keeps up to [`HELLO_MOST`] octets.
const GREETINGS_MOST: usize = 1_024;

/// How a gateway tells classes apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassConfig {
    /// The first that matches counts.
    pub rules: Vec<ClassRule>,
    /// Flows that nothing names have the class of what they do; else they are reliable.
    pub by_behaviour: bool,
}

/// By what flows have their class, since the tunnel began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowCounts {
    /// Known now.
    pub flows: usize,
    pub by_address: u64,
    pub by_server_name: u64,
    /// By what they did, of each kind.
    pub bulk: u64,
    pub interactive: u64,
    pub video: u64,
    pub rpc: u64,
    /// Not looked at: there were too many at once.
    pub beyond: u64,
}

impl FlowCounts {
    fn count(&mut self, kind: Kind) {
        let place = match kind {
            Kind::Bulk => &mut self.bulk,
            Kind::Interactive => &mut self.interactive,
            Kind::Video => &mut self.video,
            Kind::Rpc => &mut self.rpc,
        };
        *place += 1;
    }
}

/// What a flow did, once that was known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watched {
    pub key: FlowKey,
    pub features: Features,
}

/// Data of a flow that may be a greeting.
#[derive(Debug)]
struct Greeting {
    bytes: Vec<u8>,
    /// Of the octet that comes next.
    next: u32,
}

#[derive(Debug)]
struct Flow {
    class: Class,
    last: Duration,
    /// Its class is that of an address rule, whatever its packets say.
    is_ruled: bool,
    /// None: its class is settled.
    watch: Option<Watch>,
    features: Option<Features>,
    /// None: it greets nobody, or has done so.
    greeting: Option<Greeting>,
    has_data: bool,
}

/// All flows of a tunnel.
#[derive(Debug)]
pub(super) struct Classes {
    config: ClassConfig,
    has_addresses: bool,
    has_names: bool,
    flows: HashMap<FlowKey, Flow>,
    greetings: usize,
    swept: Duration,
    counts: FlowCounts,
}

impl Classes {
    pub(super) fn new(config: ClassConfig) -> Self {
        let some = |of: fn(&ClassRule) -> bool| config.rules.iter().any(of);
        let is_name = |it: &ClassRule| matches!(it.matches, network::overlay::Match::ServerName(_));
        let (has_names, has_addresses) = (some(is_name), !config.rules.iter().all(is_name));
        Self {
            config,
            has_addresses,
            has_names,
            flows: HashMap::new(),
            greetings: 0,
            swept: Duration::ZERO,
            counts: FlowCounts::default(),
        }
    }

    /// Of a packet that goes out.
    pub(super) fn class(&mut self, bytes: &[u8], now: Duration) -> Class {
        let dscp = code_point(bytes);
        let by_code_point = Class::of_code_point(dscp);
        let looks = self.has_names || self.config.by_behaviour;
        if !self.has_addresses && (dscp != 0 || !looks) {
            return by_code_point;
        }
        let Some(packet) = Packet::read(bytes) else { return by_code_point };
        self.sweep(now);
        match self.flows.get_mut(&packet.key) {
            Some(flow) => {
                flow.last = now;
                if dscp != 0 && !flow.is_ruled {
                    return by_code_point;
                }
                if flow.greeting.is_none() && flow.watch.is_none() {
                    return flow.class;
                }
            }
            None => {
                if !self.take(packet.key, dscp, now) {
                    return by_address(&self.config.rules, &packet.key).unwrap_or(by_code_point);
                }
            }
        }
        self.look(&packet, now);
        self.flows.get(&packet.key).map_or(by_code_point, |it| it.class)
    }

    /// A packet that came: what it greets names the answers, too.
    pub(super) fn came(&mut self, bytes: &[u8], now: Duration) {
        let Some(packet) = Packet::read(bytes).filter(|it| !it.key.is_udp) else { return };
        let Hello::Name(name) = read_hello(packet.data) else { return };
        let key = packet.key.reversed();
        if by_address(&self.config.rules, &key).is_some() {
            return;
        }
        if let Some(class) = by_server_name(&self.config.rules, &name)
            && (self.flows.contains_key(&key) || self.take(key, 0, now))
        {
            self.settle(&key, class);
            self.counts.by_server_name += 1;
        }
    }

    pub(super) fn is_by(&self, config: &ClassConfig) -> bool {
        self.config == *config
    }

    /// Whether what comes is looked at.
    pub(super) const fn hears(&self) -> bool {
        self.has_names
    }

    pub(super) fn counts(&self) -> FlowCounts {
        FlowCounts { flows: self.flows.len(), ..self.counts }
    }

    /// Flows whose features are known, in order of their keys.
    pub(super) fn watched(&self) -> Vec<Watched> {
        let known = self.flows.iter().filter_map(|(key, it)| Some((*key, it.features?)));
        let mut all: Vec<Watched> =
            known.map(|(key, features)| Watched { key, features }).collect();
        all.sort_by_key(|it| it.key);
        all
    }

    /// A flow that begins; false where there are too many.
    fn take(&mut self, key: FlowKey, dscp: u8, now: Duration) -> bool {
        if self.flows.len() >= FLOWS_MOST {
            self.counts.beyond += 1;
            return false;
        }
        let by_rule = by_address(&self.config.rules, &key);
        self.counts.by_address += u64::from(by_rule.is_some());
        let class = by_rule.unwrap_or(Class::of_code_point(dscp));
        let is_open = by_rule.is_none() && dscp == 0;
        let watch = (is_open && self.config.by_behaviour).then(|| Watch::new(now));
        let greets = is_open && self.has_names && !key.is_udp && self.greetings < GREETINGS_MOST;
        self.greetings += usize::from(greets);
        let greeting = greets.then(|| Greeting { bytes: Vec::new(), next: 0 });
        let is_ruled = by_rule.is_some();
        let flow =
            Flow { class, last: now, is_ruled, watch, features: None, greeting, has_data: false };
        self.flows.insert(key, flow);
        true
    }

    /// Looks at one more packet of a flow whose class is not settled.
    fn look(&mut self, packet: &Packet<'_>, now: Duration) {
        let Some(flow) = self.flows.get_mut(&packet.key) else { return };
        if let Some(greeting) = &mut flow.greeting
            && !packet.data.is_empty()
        {
            let heard = greeting.hear(packet, flow.has_data);
            flow.has_data = true;
            if heard != Hello::More {
                flow.greeting = None;
                self.greetings = self.greetings.saturating_sub(1);
            }
            if let Hello::Name(name) = heard
                && let Some(class) = by_server_name(&self.config.rules, &name)
            {
                self.counts.by_server_name += 1;
                return self.settle(&packet.key, class);
            }
        }
        let Some(features) = flow.watch.as_mut().and_then(|it| it.saw(packet.data.len(), now))
        else {
            return;
        };
        flow.features = Some(features);
        flow.watch = None;
        if let Some(kind) = Tree::trained().kind(&features) {
            flow.class = kind.class();
            self.counts.count(kind);
        }
    }

    fn settle(&mut self, key: &FlowKey, class: Class) {
        if let Some(flow) = self.flows.get_mut(key) {
            flow.class = class;
            flow.watch = None;
            self.greetings -= usize::from(flow.greeting.take().is_some());
        }
    }

    fn sweep(&mut self, now: Duration) {
        if now.saturating_sub(self.swept) < SWEPT {
            return;
        }
        self.swept = now;
        let greetings = &mut self.greetings;
        self.flows.retain(|_, flow| {
            let stays = now.saturating_sub(flow.last) < FORGOTTEN;
            *greetings -= usize::from(!stays && flow.greeting.is_some());
            stays
        });
    }
}

impl Greeting {
    /// Takes the next data of its flow; data out of order ends it.
    fn hear(&mut self, packet: &Packet<'_>, has_data: bool) -> Hello {
        if has_data && packet.sequence != self.next {
            // Sent again: nothing new. Else something is missing.
            let is_old = self.next.wrapping_sub(packet.sequence) < u32::MAX / 2;
            return if is_old { Hello::More } else { Hello::Nothing };
        }
        let room = HELLO_MOST - self.bytes.len().min(HELLO_MOST);
        self.bytes.extend(packet.data.iter().take(room));
        let length = u32::try_from(packet.data.len()).unwrap_or(u32::MAX);
        self.next = packet.sequence.wrapping_add(length);
        read_hello(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An IPv4 packet of TCP with its data.
    fn packet(from: u8, port: u16, dscp: u8, sequence: u32, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(40 + data.len()).unwrap().to_be_bytes();
        let mut it = vec![0x45, dscp << 2, length[0], length[1], 0, 0, 0, 0, 64, 6, 0, 0];
        it.extend([10, 0, 0, from, 10, 0, 1, 1]);
        it.extend(port.to_be_bytes());
        it.extend(443_u16.to_be_bytes());
        it.extend(sequence.to_be_bytes());
        it.extend([0, 0, 0, 0, 0x50, 0x18, 0, 0, 0, 0, 0, 0]);
        it.extend(data);
        it
    }

    /// What a client sends to greet `video.example`, in so many octets.
    fn hello() -> Vec<u8> {
        let name = b"video.example";
        let host = [&[0, 16, 0, 0, 13][..], name].concat();
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.extend([0, 0, 2, 0x13, 1, 1, 0]);
        body.extend([0, 22, 0, 0, 0, 18]);
        body.extend(host);
        let message = [&[1, 0, 0, u8::try_from(body.len()).unwrap()][..], &body].concat();
        [&[22, 3, 1, 0, u8::try_from(message.len()).unwrap()][..], &message].concat()
    }

    fn classes(by_behaviour: bool) -> Classes {
        let rules = vec![
            ClassRule::of_prefix("10.0.0.9", Class::Secure).unwrap(),
            ClassRule::of_server_name("*.example", Class::LowDelay).unwrap(),
        ];
        Classes::new(ClassConfig { rules, by_behaviour })
    }

    const T: Duration = Duration::ZERO;

    #[test]
    fn an_address_counts_before_a_code_point_and_that_before_a_name() {
        let mut it = classes(false);
        assert_eq!(it.class(&packet(9, 1, 46, 0, b""), T), Class::Secure);
        assert_eq!(it.class(&packet(1, 1, 46, 0, b""), T), Class::Critical);
        assert_eq!(it.class(&packet(1, 1, 46, 0, &hello()), T), Class::Critical);
        assert_eq!(it.class(&packet(1, 2, 0, 0, b""), T), Class::Reliable);
        assert_eq!(it.class(&packet(1, 2, 0, 1, &hello()), T), Class::LowDelay);
        assert_eq!(it.class(&packet(1, 2, 0, 900, b"more"), T), Class::LowDelay, "it stays so");
        assert_eq!(it.class(&packet(1, 3, 0, 1, b"GET /"), T), Class::Reliable);
        assert_eq!(it.class(b"\x60 no packet", T), Class::Reliable);
        assert_eq!(it.class(b"", T), Class::Reliable);
        let counts = it.counts();
        assert_eq!((counts.by_address, counts.by_server_name, counts.flows), (1, 1, 4));
        assert_eq!(it.greetings, 0);
    }

    #[test]
    fn a_greeting_in_pieces_is_put_together_and_one_with_a_hole_is_given_up() {
        let (whole, mut it) = (hello(), classes(false));
        let (one, two) = whole.split_at(40);
        let class = |it: &mut Classes, port, sequence, data: &[u8]| {
            it.class(&packet(1, port, 0, sequence, data), T)
        };
        let next = u32::MAX.wrapping_add(40);
        assert_eq!(class(&mut it, 1, u32::MAX, one), Class::Reliable);
        assert_eq!(class(&mut it, 1, u32::MAX, one), Class::Reliable, "sent again");
        assert_eq!(class(&mut it, 1, next, two), Class::LowDelay);
        assert_eq!(class(&mut it, 2, 5, one), Class::Reliable);
        assert_eq!(class(&mut it, 2, 46, two), Class::Reliable);
        assert_eq!(it.greetings, 0);
    }

    #[test]
    fn a_greeting_that_comes_names_the_answers() {
        let mut it = classes(false);
        let answer = |it: &mut Classes| {
            let mut answer = packet(1, 443, 0, 0, b"");
            answer[12..20].copy_from_slice(&[10, 0, 1, 1, 10, 0, 0, 1]);
            answer[20..24].copy_from_slice(&[1, 187, 0, 7]);
            it.class(&answer, T)
        };
        assert_eq!(answer(&mut it), Class::Reliable);
        it.came(&packet(1, 7, 0, 1, &hello()), T);
        assert_eq!(answer(&mut it), Class::LowDelay);
    }

    #[test]
    fn what_is_silent_is_forgotten_and_what_is_too_much_is_not_kept() {
        let mut it = classes(true);
        for at in 0..FLOWS_MOST + 10 {
            let (from, port) =
                (u8::try_from(at >> 14).unwrap(), u16::try_from(at & 0x3fff).unwrap());
            it.class(&packet(from, port, 0, 0, b""), T);
        }
        assert_eq!((it.counts().flows, it.counts().beyond), (FLOWS_MOST, 10));
        assert_eq!(it.greetings, GREETINGS_MOST);
        it.class(&packet(200, 1, 0, 0, b""), FORGOTTEN);
        assert_eq!((it.counts().flows, it.greetings), (1, 1));
    }

    #[test]
    fn what_nothing_names_is_known_by_what_it_does() {
        let mut it = classes(true);
        let full = vec![0; 1_288];
        let at = |packet: u32| Duration::from_micros(100 * u64::from(packet / 16));
        for step in 0..400 {
            it.class(&packet(1, 1, 0, step * 1_288, &full), at(step));
        }
        assert_eq!(it.class(&packet(1, 1, 0, 0, &full), at(400)), Class::Bulk);
        let ten_a_second = |step: u32| Duration::from_millis(100 * u64::from(step));
        for step in 0..12 {
            it.class(&packet(1, 2, 0, step, b"x"), ten_a_second(step));
        }
        assert_eq!(it.class(&packet(1, 2, 0, 0, b"x"), ten_a_second(12)), Class::LowDelay);
        let counts = it.counts();
        assert_eq!((counts.bulk, counts.interactive, it.watched().len()), (1, 1, 2));
    }
}
