//! Paths between two gateways over networks of others: how good each is by its probes, and which one each class of traffic
//! takes; and which class a flow has, by rules, by the name of its server, by what it does.

mod behaviour;
mod choice;
mod hello;
mod packet;
mod rules;
mod window;

pub use behaviour::{Accuracy, FEATURES, Features, Kind, Tree, Watch};
pub use choice::{CLASSES, Chooser, Class, Facts, Ways};
pub use hello::{HELLO_MOST, Hello, read_hello};
pub use packet::{FlowKey, Packet, code_point};
pub use rules::{ClassRule, Match, RULES_MOST, by_address, by_server_name};
pub use window::{Quality, Window};
