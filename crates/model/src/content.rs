//! What data is, told by itself.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// BLAKE3 of a dataset's manifest (the list of its files and their chunks): 64 hexadecimal digits. Equal contents
/// have equal names, so a copy can be checked against it anywhere.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9a-f]{64}$"))]
pub struct Content(String);

impl Content {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Content {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if text.len() == 64 && text.bytes().all(is_digit) {
            return Ok(Self(text.to_owned()));
        }
        let text: String = text.chars().take(80).collect();
        Err(format!("`{text}` is not a content: use the 64 hexadecimal digits of a BLAKE3 hash"))
    }
}

impl TryFrom<String> for Content {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Content> for String {
    fn from(content: Content) -> Self {
        content.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sixty_four_small_hexadecimal_digits() {
        let text = "0123456789abcdef".repeat(4);
        assert_eq!(text.parse::<Content>().unwrap().as_str(), text);
        for wrong in ["", "abc", &text.to_uppercase(), &format!("{text}0"), &"g".repeat(64)] {
            assert!(wrong.parse::<Content>().is_err(), "{wrong}");
        }
    }
}
