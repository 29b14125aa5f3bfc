//! What forms of JSON have in common: words that may be numbers, and numbers that may have a unit.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use units::{DataPrice, QuantityError};

use super::{Rate, arcs::Figures};

/// A text or a whole number, as text.
#[derive(Debug, Clone)]
pub(super) struct Word(pub(super) String);

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

struct WordVisitor;

impl de::Visitor<'_> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a whole number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
        Ok(Word(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Word, E> {
        Ok(Word(number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Word, E> {
        Ok(Word(number.to_string()))
    }
}

/// A plain number, or a quantity with its unit.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Amount {
    Figure(f64),
    Quantity(String),
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl de::Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a text of a number with its unit")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
        Ok(Amount::Quantity(text.to_owned()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Amount, E> {
        Ok(Amount::Figure(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
        Ok(Amount::Figure(number as f64))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
        Ok(Amount::Figure(number as f64))
    }
}

impl Amount {
    pub(super) fn of(quantity: impl fmt::Display) -> Self {
        Self::Quantity(quantity.to_string())
    }

    pub(super) fn of_rate(rate: Rate) -> Self {
        match rate {
            Rate::Known(bandwidth) => Self::of(bandwidth),
            Rate::Figure(figure) => Self::Figure(figure),
        }
    }

    /// As in a form that has nothing but texts: a plain number is a figure.
    pub(super) fn in_text(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Quantity(text.to_owned()), Self::Figure)
    }

    fn rate(&self, name: &str) -> Result<Rate, String> {
        match self {
            Self::Figure(number) => figure(name, *number),
            Self::Quantity(text) => quantity(name, text).map(Rate::Known),
        }
    }

    /// None of a number without a unit.
    fn quantity<T: FromStr<Err = QuantityError>>(&self, name: &str) -> Result<Option<T>, String> {
        match self {
            Self::Figure(_) => Ok(None),
            Self::Quantity(text) => quantity(name, text).map(Some),
        }
    }
}

impl Figures {
    /// Of a link, as a form with units says them.
    pub(super) fn said(
        capacity: Option<&Amount>,
        delay: Option<&Amount>,
        price: Option<&Amount>,
        length_m: Option<u64>,
    ) -> Result<Self, String> {
        let capacity = capacity.map(|it| it.rate("capacity")).transpose()?;
        let delay = delay.map(|it| it.quantity("delay")).transpose()?.flatten();
        let price: Option<DataPrice> = price.map(|it| it.quantity("price")).transpose()?.flatten();
        if let Some(price) = price.filter(|price| *price < DataPrice::ZERO) {
            return Err(format!("price is {price}: it has to be zero or more"));
        }
        Ok(Self { capacity, delay, length_m, price })
    }
}

fn quantity<T: FromStr<Err = QuantityError>>(name: &str, text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|error| format!("{name}: {error}"))
}

pub(super) fn figure(name: &str, value: f64) -> Result<Rate, String> {
    let fits = value.is_finite() && value >= 0.0;
    // Adding zero makes a negative zero a plain one.
    let rate = fits.then_some(Rate::Figure(value + 0.0));
    rate.ok_or_else(|| format!("{name} is {value}: it has to be a number that is not below zero"))
}

pub(super) fn text(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("texts and finite numbers are JSON") + "\n"
}
