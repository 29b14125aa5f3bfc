//! Exact decimal text to integer and back. No floats on the way.

/// One unit a quantity may be written in: its suffix and how many base units it is.
pub(crate) type Unit = (&'static str, u64);

/// Why a text is not a quantity. The message says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    #[error("`{text}` is not a {what}: write a number and a unit, as \"{example}\"")]
    NotANumber { text: String, what: &'static str, example: &'static str },
    #[error("`{text}` has an unknown unit for a {what}: use one of {known}, as \"{example}\"")]
    UnknownUnit { text: String, what: &'static str, known: String, example: &'static str },
    #[error("`{text}` is negative: a {what} is zero or more")]
    Negative { text: String, what: &'static str },
    #[error("`{text}` is too large for a {what}: the most is {most}")]
    TooLarge { text: String, what: &'static str, most: String },
    #[error("`{text}` is finer than a {what} is kept: the smallest step is {step}")]
    TooFine { text: String, what: &'static str, step: String },
}

/// What a kind of quantity looks like in text.
#[derive(Debug)]
pub(crate) struct Spelling {
    pub(crate) what: &'static str,
    pub(crate) example: &'static str,
    /// Largest first; the last one is the base unit or the finest that is printed.
    pub(crate) units: &'static [Unit],
}

/// Reads `text` as a count of base units, exactly.
pub(crate) fn parse(text: &str, spelling: &Spelling) -> Result<i128, QuantityError> {
    let what = spelling.what;
    let trimmed = text.trim();
    let (number, unit) = split(trimmed);
    let not_a_number =
        || QuantityError::NotANumber { text: text.to_owned(), what, example: spelling.example };
    let (negative, digits, decimals) = read_number(number).ok_or_else(not_a_number)?;
    let &(_, scale) = spelling
        .units
        .iter()
        .find(|(name, _)| *name == unit)
        .ok_or_else(|| unknown_unit(text, spelling))?;
    let too_large = || QuantityError::TooLarge {
        text: text.to_owned(),
        what,
        most: "2^63 base units".to_owned(),
    };
    let product = digits.checked_mul(i128::from(scale)).ok_or_else(too_large)?;
    let divisor = 10_i128.checked_pow(decimals).ok_or_else(too_large)?;
    if product % divisor != 0 {
        return Err(QuantityError::TooFine { text: text.to_owned(), what, step: finest(spelling) });
    }
    let value = product / divisor;
    Ok(if negative { -value } else { value })
}

fn finest(spelling: &Spelling) -> String {
    spelling
        .units
        .last()
        .map(
            |(name, scale)| {
                if *scale == 1 { format!("1{name}") } else { format!("1/{scale} {name}") }
            },
        )
        .unwrap_or_default()
}

fn unknown_unit(text: &str, spelling: &Spelling) -> QuantityError {
    let known: Vec<&str> = spelling.units.iter().map(|(name, _)| *name).collect();
    QuantityError::UnknownUnit {
        text: text.to_owned(),
        what: spelling.what,
        known: known.join(", "),
        example: spelling.example,
    }
}

/// Splits "12.5 kW" into number and unit.
fn split(text: &str) -> (&str, &str) {
    let end = text
        .char_indices()
        .find(|(at, c)| {
            !(c.is_ascii_digit()
                || *c == '.'
                || *c == '_'
                || (*at == 0 && (*c == '-' || *c == '+')))
        })
        .map_or(text.len(), |(at, _)| at);
    let (number, unit) = text.split_at(end);
    (number, unit.trim_start())
}

/// Sign, all digits as one integer, and how many of them are behind the point.
fn read_number(text: &str) -> Option<(bool, i128, u32)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || whole.len() + fraction.len() > 36 || text.ends_with('.') {
        return None;
    }
    let digits: String = whole.chars().chain(fraction.chars()).filter(|c| *c != '_').collect();
    let fraction = fraction.trim_end_matches('0');
    let digits = digits.get(..whole.replace('_', "").len() + fraction.len()).unwrap_or(&digits);
    Some((negative, digits.parse().ok()?, u32::try_from(fraction.len()).ok()?))
}

/// The shortest exact text: the largest unit in which at most three decimals are needed, else more decimals of
/// the finest unit.
pub(crate) fn print(value: i128, spelling: &Spelling) -> String {
    let size = value.unsigned_abs();
    let fits =
        |scale: u64| size >= u128::from(scale) && (size * 1000).is_multiple_of(u128::from(scale));
    let (name, scale) = spelling
        .units
        .iter()
        .copied()
        .find(|(_, scale)| size > 0 && fits(*scale))
        .or_else(|| spelling.units.last().copied())
        .unwrap_or(("", 1));
    format!("{}{}{name}", if value < 0 { "-" } else { "" }, exact(size, u128::from(scale)))
}

/// `value` parts of 10^-`places` (at most 37), exactly and without zeros at the end: "-0.25".
#[must_use]
pub fn decimal(value: i128, places: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", exact(value.unsigned_abs(), 10_u128.pow(places)))
}

/// `size / scale` in decimal, without trailing zeros. Every scale in use divides a power of ten or `size * 1000`.
fn exact(size: u128, scale: u128) -> String {
    let mut text = (size / scale).to_string();
    let mut rest = size % scale;
    if rest > 0 {
        text.push('.');
    }
    while rest > 0 {
        rest *= 10;
        text.push(char::from(b'0' + u8::try_from(rest / scale).unwrap_or(9)));
        rest %= scale;
    }
    text
}

/// Rounded for people: about four significant digits in the largest unit that keeps the number at 1 or more.
pub(crate) fn human(value: i128, spelling: &Spelling) -> String {
    let size = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    let decimal =
        spelling.units.iter().filter(|(name, _)| !name.contains('i') || name.contains("bit"));
    let (name, scale) = decimal
        .copied()
        .find(|(_, scale)| size >= u128::from(*scale))
        .or_else(|| spelling.units.last().copied())
        .unwrap_or(("", 1));
    let scale = u128::from(scale);
    let places = places_for(size, scale);
    let power = 10_u128.pow(places);
    let rounded = (size * power + scale / 2) / scale;
    let (whole, part) = (rounded / power, rounded % power);
    if places == 0 || part == 0 {
        return format!("{sign}{whole} {name}");
    }
    let part = format!("{part:0width$}", width = usize::try_from(places).unwrap_or(0));
    format!("{sign}{whole}.{} {name}", part.trim_end_matches('0'))
}

/// How many decimals show about four significant digits.
fn places_for(size: u128, scale: u128) -> u32 {
    match size / scale {
        1000.. => 0,
        100.. => 1,
        10.. => 2,
        1.. => 3,
        _ => (4..=9).find(|places| size * 10_u128.pow(*places) / scale >= 1000).unwrap_or(9),
    }
}
