//! Rules that lead packets with an instance's mark to its table (`linux/fib_rules.h`).

use std::collections::BTreeSet;

use super::{
    netlink::{Answer, CREATE, EXCL, Message, attribute, number},
    route::PROTOCOL,
    state::MARKS,
};

const NEW: u16 = 32;
const DELETE: u16 = 33;
const GET: u16 = 34;

/// Bytes of `struct fib_rule_hdr`.
const HEAD: usize = 12;
const TO_TABLE: u8 = 1;
const PRIORITY: u16 = 6;
const MARK: u16 = 10;
const TABLE: u16 = 15;
const MASK: u16 = 16;
const OWNER: u16 = 21;

/// After a node's own addresses (0), before everybody's routes (32766).
const OUR_PRIORITY: u32 = 7_400;

/// IP version (as address family) and mark.
pub(crate) type Rule = (u8, u32);

fn message(kind: u16, flags: u16, (family, mark): Rule) -> Message {
    let head = [family, 0, 0, 0, 0, 0, 0, TO_TABLE, 0, 0, 0, 0];
    let mut it = Message::new(kind, flags, &head);
    it.body.number(PRIORITY, OUR_PRIORITY).number(MARK, mark).number(MASK, u32::MAX);
    it.body.number(TABLE, mark).push(OWNER, &[PROTOCOL]);
    it
}

pub(crate) fn put(rule: Rule) -> Message {
    message(NEW, CREATE | EXCL, rule)
}

pub(crate) fn remove(rule: Rule) -> Message {
    message(DELETE, 0, rule)
}

pub(crate) fn list(family: u8) -> Message {
    Message::new(GET, 0, &[family, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// Ours among them.
pub(crate) fn read(answers: &[Answer]) -> BTreeSet<Rule> {
    answers.iter().filter_map(read_one).collect()
}

fn read_one(answer: &Answer) -> Option<Rule> {
    let ([family, ..], attributes) = answer.body.split_first_chunk::<HEAD>()?;
    let is_ours = attribute(attributes, OWNER)? == [PROTOCOL];
    let mark = number(attribute(attributes, MARK)?)?;
    (is_ours && mark & 0xffff_0000 == MARKS).then_some((*family, mark))
}
