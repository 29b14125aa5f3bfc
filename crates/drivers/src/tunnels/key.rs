//! Keys of tunnels: Curve25519, written as WireGuard writes them, in 44 letters of base64.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_STANDARD};
use boringtun::x25519::{PublicKey, StaticSecret};

/// Whom a gateway is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Public(pub(super) PublicKey);

/// What only the gateway itself knows. It does not show itself.
#[derive(Clone)]
pub struct Private(pub(super) StaticSecret);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("that is no key: a key is 32 bytes in base64, 44 letters")]
pub struct InvalidKey;

impl Private {
    /// A new one.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes.into()))
    }

    #[must_use]
    pub fn public(&self) -> Public {
        Public(PublicKey::from(&self.0))
    }

    /// For a file that only its owner can read.
    #[must_use]
    pub fn reveal(&self) -> String {
        BASE64_STANDARD.encode(self.0.to_bytes())
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(..)")
    }
}

impl fmt::Display for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&BASE64_STANDARD.encode(self.0.to_bytes()))
    }
}

fn bytes(text: &str) -> Result<[u8; 32], InvalidKey> {
    let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| InvalidKey)?;
    bytes.try_into().map_err(|_| InvalidKey)
}

impl FromStr for Private {
    type Err = InvalidKey;
    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        bytes(text).map(|it| Self(it.into()))
    }
}

impl FromStr for Public {
    type Err = InvalidKey;
    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        bytes(text).map(|it| Self(it.into()))
    }
}

impl serde::Serialize for Public {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Public {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_and_secrets_do_not_show() {
        let key = Private::generate().unwrap();
        let again: Private = key.reveal().parse().unwrap();
        assert_eq!(again.public(), key.public());
        let public: Public = key.public().to_string().parse().unwrap();
        assert_eq!((public, public.to_string().len()), (key.public(), 44));
        assert!(!format!("{key:?}").contains(&key.reveal()));
        assert_eq!("AAAA".parse::<Public>(), Err(InvalidKey));
    }
}
