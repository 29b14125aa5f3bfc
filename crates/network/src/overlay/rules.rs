//! Which class flows have by their addresses and by the names of their servers, as an operator says it.

use std::net::IpAddr;

use super::{Class, FlowKey};

/// Rules of a gateway, at most.
pub const RULES_MOST: usize = 256;

/// One rule: by an address or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRule {
    pub matches: Match,
    pub class: Class,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Packets from or to these addresses: the first so many bits count.
    Prefix(IpAddr, u8),
    /// Flows whose client greets this server, in lower case; `*.` in front takes in all names below it.
    ServerName(String),
}

impl ClassRule {
    /// As an edge's manifest says it.
    ///
    /// # Errors
    /// What is right instead.
    pub fn of_edge(it: &model::EdgeClass) -> Result<Self, String> {
        Self::of(it.prefix.as_deref(), it.server_name.as_deref(), Class::of_service(it.class))
    }

    /// By one of both.
    ///
    /// # Errors
    /// What is right instead.
    pub fn of(
        prefix: Option<&str>,
        server_name: Option<&str>,
        class: Class,
    ) -> Result<Self, String> {
        match (prefix, server_name) {
            (Some(prefix), None) => Self::of_prefix(prefix, class),
            (None, Some(name)) => Self::of_server_name(name, class),
            _ => Err("say either `prefix` or `server_name`".to_owned()),
        }
    }

    /// By `10.9.0.0/16`, `2001:db8::/32`, or one address.
    ///
    /// # Errors
    /// What is right instead.
    pub fn of_prefix(text: &str, class: Class) -> Result<Self, String> {
        let (address, length) = text.split_once('/').unwrap_or((text, ""));
        let parsed = address.parse::<IpAddr>().ok().and_then(|address| {
            let most = if address.is_ipv4() { 32 } else { 128 };
            let length = if length.is_empty() { most } else { length.parse().ok()? };
            (length <= most).then_some(Match::Prefix(address, length))
        });
        let wrong = || format!("`{text}` is no prefix: write it as 10.9.0.0/16 or 2001:db8::/32");
        Ok(Self { matches: parsed.ok_or_else(wrong)?, class })
    }

    /// By `video.example.com`, or `*.example.com`.
    ///
    /// # Errors
    /// What is right instead.
    pub fn of_server_name(text: &str, class: Class) -> Result<Self, String> {
        let name = text.to_ascii_lowercase();
        let bare = name.strip_prefix("*.").unwrap_or(&name);
        let label = |it: &str| {
            let inner = |it: u8| it.is_ascii_alphanumeric() || b"-_".contains(&it);
            !it.is_empty() && it.bytes().all(inner)
        };
        if name.len() > 253 || !bare.split('.').all(label) {
            let right = "write it as video.example.com or *.example.com";
            return Err(format!("`{text}` is no name of a server: {right}"));
        }
        Ok(Self { matches: Match::ServerName(name), class })
    }
}

/// The class of the first rule that a flow's addresses match.
#[must_use]
pub fn by_address(rules: &[ClassRule], key: &FlowKey) -> Option<Class> {
    let takes = |rule: &&ClassRule| match &rule.matches {
        Match::Prefix(prefix, length) => {
            is_within(key.from, *prefix, *length) || is_within(key.to, *prefix, *length)
        }
        Match::ServerName(_) => false,
    };
    rules.iter().find(takes).map(|rule| rule.class)
}

/// The class of the first rule that a server's name matches.
#[must_use]
pub fn by_server_name(rules: &[ClassRule], name: &str) -> Option<Class> {
    let takes = |rule: &&ClassRule| match &rule.matches {
        Match::ServerName(pattern) => match pattern.strip_prefix('*') {
            Some(end) => name.len() > end.len() && name.ends_with(end),
            None => name == pattern,
        },
        Match::Prefix(..) => false,
    };
    rules.iter().find(takes).map(|rule| rule.class)
}

fn is_within(address: IpAddr, prefix: IpAddr, length: u8) -> bool {
    let (one, other, bits) = match (address, prefix) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits().into(), other.to_bits().into(), 32),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits(), other.to_bits(), 128_u32),
        _ => return false,
    };
    let differs: u128 = one ^ other;
    differs.checked_shr(bits - u32::from(length).min(bits)).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(from: &str, to: &str) -> FlowKey {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        FlowKey { from, to, from_port: 1, to_port: 2, is_udp: false }
    }

    #[test]
    fn the_first_rule_that_matches_counts() {
        let rules = [
            ClassRule::of_prefix("10.1.2.3", Class::Secure).unwrap(),
            ClassRule::of_prefix("10.1.0.0/16", Class::Bulk).unwrap(),
            ClassRule::of_prefix("2001:db8::/33", Class::LowDelay).unwrap(),
            ClassRule::of_server_name("*.Example.com", Class::LowDelay).unwrap(),
            ClassRule::of_server_name("backup.example.com", Class::Bulk).unwrap(),
        ];
        let address = |from, to| by_address(&rules, &key(from, to));
        assert_eq!(address("10.1.2.3", "10.1.9.9"), Some(Class::Secure));
        assert_eq!(address("10.2.2.3", "10.1.9.9"), Some(Class::Bulk));
        assert_eq!(address("10.2.2.3", "10.3.9.9"), None);
        assert_eq!(address("::1", "2001:db8:7fff::1"), Some(Class::LowDelay));
        assert_eq!(address("::1", "2001:db8:8000::1"), None);
        let name = |name| by_server_name(&rules, name);
        assert_eq!(name("backup.example.com"), Some(Class::LowDelay));
        assert_eq!(name("example.com"), None);
        assert_eq!(name("badexample.com"), None);
        let all = [ClassRule::of_prefix("0.0.0.0/0", Class::Bulk).unwrap()];
        assert_eq!(by_address(&all, &key("1.2.3.4", "4.3.2.1")), Some(Class::Bulk));
        assert_eq!(by_address(&all, &key("::1", "::2")), None);
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for text in ["10.0.0.0/33", "ten", "::1/129", "/8", "10.0.0.0/x"] {
            assert!(ClassRule::of_prefix(text, Class::Bulk).is_err(), "{text}");
        }
        for text in ["", "*", "*.", "a..b", "a b", "*.a.*"] {
            assert!(ClassRule::of_server_name(text, Class::Bulk).is_err(), "{text}");
        }
    }
}
