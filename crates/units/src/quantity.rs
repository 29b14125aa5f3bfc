//! The quantities, one line each: what it is, its integer type, and the units it is written in.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::decimal::{self, QuantityError, Spelling};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident($int:ty), $what:literal, $example:literal, [$(($unit:literal, $scale:expr)),+ $(,)?]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($int);

        impl $name {
            pub const ZERO: Self = Self(0);
            pub const MAX: Self = Self(<$int>::MAX);
            const SPELLING: Spelling =
                Spelling { what: $what, example: $example, units: &[$(($unit, $scale)),+] };

            /// From a count of base units.
            pub const fn new(base_units: $int) -> Self { Self(base_units) }
            /// The count of base units.
            pub const fn get(self) -> $int { self.0 }
            pub const fn is_zero(self) -> bool { self.0 == 0 }
            #[must_use]
            pub fn checked_add(self, other: Self) -> Option<Self> { self.0.checked_add(other.0).map(Self) }
            #[must_use]
            pub fn checked_sub(self, other: Self) -> Option<Self> { self.0.checked_sub(other.0).map(Self) }
            #[must_use]
            pub fn checked_mul(self, times: $int) -> Option<Self> { self.0.checked_mul(times).map(Self) }
            /// Sticks at the largest value instead of overflowing.
            #[must_use]
            pub const fn saturating_add(self, other: Self) -> Self { Self(self.0.saturating_add(other.0)) }
            /// Sticks at the smallest value instead of overflowing.
            #[must_use]
            pub const fn saturating_sub(self, other: Self) -> Self { Self(self.0.saturating_sub(other.0)) }
            /// Sticks at the largest value instead of overflowing.
            #[must_use]
            pub const fn saturating_mul(self, times: $int) -> Self { Self(self.0.saturating_mul(times)) }
            /// Rounded for people, about four significant digits: "1.234 kW".
            #[must_use]
            pub fn human(self) -> String { decimal::human(i128::from(self.0), &Self::SPELLING) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&decimal::print(i128::from(self.0), &Self::SPELLING))
            }
        }

        impl FromStr for $name {
            type Err = QuantityError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let value = decimal::parse(text, &Self::SPELLING)?;
                #[expect(clippy::allow_attributes, reason = "only unsigned kinds have a least of zero")]
                #[allow(unused_comparisons, reason = "signed kinds compare for real")]
                if value < 0 && <$int>::MIN == 0 {
                    return Err(QuantityError::Negative { text: text.to_owned(), what: $what });
                }
                <$int>::try_from(value).map(Self).map_err(|_| QuantityError::TooLarge {
                    text: text.to_owned(), what: $what, most: Self::MAX.human(),
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text: Scalar = Deserialize::deserialize(deserializer)?;
                text.0.parse().map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let units: Vec<&str> = Self::SPELLING.units.iter().map(|(name, _)| *name).collect();
                let bare = units.contains(&"");
                let alternatives: Vec<&str> = units.into_iter().filter(|unit| !unit.is_empty()).collect();
                let suffix = if bare { "?" } else { "" };
                json_schema!({
                    "type": if bare { serde_json_types(&["string", "number"]) } else { serde_json_types(&["string"]) },
                    "description": concat!("A ", $what, ", as \"", $example, "\"."),
                    "pattern": format!(r"^\s*[+-]?[0-9_]+(\.[0-9]+)?\s*({}){suffix}\s*$", alternatives.join("|").replace('$', "")),
                    "examples": [$example],
                })
            }
        }
    };
}

fn serde_json_types(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A YAML or JSON scalar as its text, so that `cpu: 2` and `cpu: "2"` are the same.
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity with its unit, as \"20ms\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

const K: u64 = 1_000;
const M: u64 = K * K;
const G: u64 = M * K;
const T: u64 = G * K;
const P: u64 = T * K;
const KI: u64 = 1 << 10;
const MI: u64 = 1 << 20;
const GI: u64 = 1 << 30;
const TI: u64 = 1 << 40;
const PI: u64 = 1 << 50;

quantity! {
    /// Bits per second.
    Bandwidth(u64), "bandwidth", "10Gbit/s",
    [("Tbit/s", T), ("Gbit/s", G), ("Mbit/s", M), ("kbit/s", K), ("bit/s", 1)]
}
quantity! {
    /// Bytes. Decimal (GB) and binary (GiB) units are both read.
    Bytes(u64), "data size", "64GiB",
    [("PiB", PI), ("PB", P), ("TiB", TI), ("TB", T), ("GiB", GI), ("GB", G), ("MiB", MI), ("MB", M), ("KiB", KI), ("kB", K), ("B", 1)]
}
quantity! {
    /// Network delay or jitter, in nanoseconds.
    Delay(u64), "delay", "20ms",
    [("s", G), ("ms", M), ("us", K), ("µs", K), ("ns", 1)]
}
quantity! {
    /// A length of time, in milliseconds.
    Span(u64), "length of time", "6h",
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("min", 60_000), ("s", K), ("ms", 1)]
}
quantity! {
    /// Electrical power, in milliwatts.
    Power(u64), "power", "2.5kW",
    [("GW", T), ("MW", G), ("kW", M), ("W", K), ("mW", 1)]
}
quantity! {
    /// Electrical energy, in millijoules. 1 kWh = 3,600,000,000 mJ.
    Energy(u64), "energy", "1.5kWh",
    [("GWh", 3_600 * T), ("MWh", 3_600 * G), ("kWh", 3_600 * M), ("Wh", 3_600 * K), ("J", K), ("mJ", 1)]
}
quantity! {
    /// Mass of carbon dioxide equivalent, in micrograms.
    Carbon(u64), "mass of CO2", "250gCO2",
    [("tCO2", T), ("kgCO2", G), ("gCO2", M), ("mgCO2", K), ("ugCO2", 1)]
}
quantity! {
    /// CO2 equivalent behind a kilowatt-hour, in micrograms per kWh.
    CarbonIntensity(u64), "carbon intensity", "581gCO2/kWh",
    [("kgCO2/kWh", G), ("gCO2/kWh", M), ("mgCO2/kWh", K), ("ugCO2/kWh", 1)]
}
quantity! {
    /// Processor cores, in thousandths: "2", "0.5" or "500m".
    Cores(u64), "number of cores", "2",
    [("", K), ("m", 1)]
}
quantity! {
    /// Operations per second, in millions: one MFLOP/s is the base unit. FLOP counts any arithmetic operation of
    /// the stated precision.
    Throughput(u64), "throughput", "19.5TFLOP/s",
    [("EFLOP/s", T), ("PFLOP/s", G), ("TFLOP/s", M), ("GFLOP/s", K), ("MFLOP/s", 1)]
}
quantity! {
    /// An amount of arithmetic, in millions of operations.
    Work(u64), "amount of work", "3.6PFLOP",
    [("ZFLOP", P), ("EFLOP", T), ("PFLOP", G), ("TFLOP", M), ("GFLOP", K), ("MFLOP", 1)]
}
quantity! {
    /// Part of packets lost, in millionths.
    Loss(u64), "loss", "0.01%",
    [("%", 10_000), ("ppm", 1)]
}
quantity! {
    /// A part of a whole, in millionths.
    Share(u64), "share", "50%",
    [("%", 10_000), ("ppm", 1)]
}
quantity! {
    /// Power usage effectiveness (ISO/IEC 30134-2) in thousandths: facility energy over IT energy.
    Pue(u64), "PUE", "1.2",
    [("", K)]
}
quantity! {
    /// A volume of water, in millilitres.
    Water(u64), "volume of water", "1.5m3",
    [("m3", M), ("L", K), ("mL", 1)]
}
quantity! {
    /// Water used for a kWh of IT energy (WUE, ISO/IEC 30134-9), in millilitres.
    WaterIntensity(u64), "water for a kWh", "1.8L/kWh",
    [("L/kWh", K), ("mL/kWh", 1)]
}
quantity! {
    /// Money in thousand-millionths of a yuan; within ±9.2 thousand million yuan.
    Money(i64), "amount of money", "12.5CNY",
    [("CNY", G)]
}
quantity! {
    /// Price of electricity, nano-yuan per kWh. May be negative, as wholesale prices are.
    EnergyPrice(i64), "price of electricity", "0.42CNY/kWh",
    [("CNY/kWh", G), ("CNY/MWh", M)]
}
quantity! {
    /// Price of holding something for an hour, nano-yuan.
    HourPrice(i64), "price per hour", "1.5CNY/h",
    [("CNY/h", G)]
}
quantity! {
    /// Price of moving or reading data, nano-yuan per 10^9 bytes.
    DataPrice(i64), "price per gigabyte", "0.02CNY/GB",
    [("CNY/GB", G), ("CNY/TB", M)]
}
quantity! {
    /// Price of emitting carbon, nano-yuan per tonne.
    CarbonPrice(i64), "price of carbon", "90CNY/t",
    [("CNY/t", G)]
}

impl Pue {
    pub const ONE: Self = Self(K);
}

impl Span {
    pub const fn hours(hours: u64) -> Self {
        Self(hours * 3_600_000)
    }
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes * 60_000)
    }
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * K)
    }
}

impl Delay {
    pub const fn millis(millis: u64) -> Self {
        Self(millis * M)
    }
}
