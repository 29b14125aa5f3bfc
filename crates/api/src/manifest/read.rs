//! A tree to typed values: a serde deserializer that knows the line and the field of everything it refuses, and
//! goes on after an unknown field.

use std::cell::RefCell;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, IntoDeserializer, Visitor},
};

use super::{
    fault::{Fault, Path, Place, shown, unknown},
    tree::{Key, Node, Value},
};

/// Reads one value. Unknown fields are noted and passed over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    node: &'a Node,
    /// Where it is said to be: its key, if it has one.
    place: Place,
    path: &'a Path<'a>,
    noted: &'a RefCell<Vec<Fault>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        node: &'a Node,
        place: Place,
        path: &'a Path<'a>,
        noted: &'a RefCell<Vec<Fault>>,
    ) -> Self {
        Self { node, place, path, noted }
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(message).at(self.path, self.place)
    }

    fn expected(&self, what: &str) -> Fault {
        self.fault(format!("found {}: expected {what}", found(&self.node.value)))
    }

    fn located<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        result.map_err(|fault| fault.at(self.path, self.place))
    }

    fn text(&self) -> Result<&'a str, Fault> {
        match &self.node.value {
            Value::Text(text) => Ok(text),
            Value::Number(text) => {
                Err(self.expected(&format!("text; in quotes, \"{text}\", it is text")))
            }
            Value::Bool(value) => {
                Err(self.expected(&format!("text; in quotes, \"{value}\", it is text")))
            }
            _ => Err(self.expected("text")),
        }
    }

    fn list(&self) -> Result<&'a [Node], Fault> {
        match &self.node.value {
            Value::List(items) => Ok(items),
            Value::Empty => Ok(&[]),
            _ => Err(self.expected("a list, as [a, b]")),
        }
    }

    fn fields(&self, what: &str) -> Result<&'a [(Key, Node)], Fault> {
        match &self.node.value {
            Value::Fields(fields) => Ok(fields),
            Value::Empty => Ok(&[]),
            _ => Err(self.expected(what)),
        }
    }

    /// A whole number between two bounds.
    fn whole(&self, least: i128, most: i128) -> Result<i128, Fault> {
        let Value::Number(text) = &self.node.value else {
            return Err(self.expected(&format!("a whole number, {least} to {most}")));
        };
        let wrong = |why: &str| {
            self.fault(format!("{} {why}: use a whole number, {least} to {most}", shown(text)))
        };
        let value = match text.parse::<i128>() {
            Ok(value) => value,
            Err(_) => as_whole(text).ok_or_else(|| wrong("is not a whole number in range"))?,
        };
        if (least..=most).contains(&value) { Ok(value) } else { Err(wrong("is out of range")) }
    }

    fn float(&self) -> Result<f64, Fault> {
        let Value::Number(text) = &self.node.value else { return Err(self.expected("a number")) };
        let value = text.parse().ok().filter(|value: &f64| value.is_finite());
        value.ok_or_else(|| self.fault(format!("{} is too large a number", shown(text))))
    }
}

/// "3.0" and "3e2" are whole numbers too.
fn as_whole(text: &str) -> Option<i128> {
    let value: f64 = text.parse().ok()?;
    let is_exact = value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0; // 2^53
    #[expect(clippy::cast_possible_truncation, reason = "whole and less than 2^53")]
    is_exact.then_some(value as i128)
}

fn found(value: &Value) -> String {
    match value {
        Value::Empty | Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(text) => format!("the number {}", shown(text)),
        Value::Text(text) => format!("the text `{}`", shown(text)),
        Value::List(_) => "a list".to_owned(),
        Value::Fields(_) => "fields".to_owned(),
    }
}

macro_rules! whole {
    ($($method:ident $visit:ident $int:ty),+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let value = self.whole(<$int>::MIN.into(), <$int>::MAX.into())?;
            let value = <$int>::try_from(value).map_err(|_| self.fault("is out of range"))?;
            self.located(visitor.$visit(value))
        })+
    };
}

macro_rules! text {
    ($($method:ident),+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let text = self.text()?;
            self.located(visitor.visit_str(text))
        })+
    };
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Fault;

    /// Only quantities ask so. They read a number as it is written.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Empty | Value::Null => self.located(visitor.visit_unit()),
            Value::Bool(value) => self.located(visitor.visit_bool(*value)),
            Value::Number(text) if !text.contains(['e', 'E']) => {
                self.located(visitor.visit_str(text))
            }
            Value::Number(_) => self.located(visitor.visit_f64(self.float()?)),
            Value::Text(text) => self.located(visitor.visit_str(text)),
            Value::List(_) => self.deserialize_seq(visitor),
            Value::Fields(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.value {
            Value::Bool(value) => self.located(visitor.visit_bool(value)),
            _ => Err(self.expected("true or false")),
        }
    }

    whole!(
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64
    );

    text!(deserialize_char, deserialize_str, deserialize_string, deserialize_identifier);

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = self.float()?;
        self.located(visitor.visit_f64(value))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.value {
            Value::Empty | Value::Null => self.located(visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let items = self.list()?.iter().enumerate();
        self.located(visitor.visit_seq(Listed { items, around: self }))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        match self.list()?.len() {
            given if given == len => self.deserialize_seq(visitor),
            given => Err(self.fault(format!("{given} items: give exactly {len}"))),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fields = self.fields("fields, as `name: value`")?;
        self.located(visitor.visit_map(Fielded {
            fields: fields.iter(),
            known: None,
            current: None,
            around: self,
        }))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let fields = self.fields(&format!("fields: {}", known.join(", ")))?;
        let names =
            Fielded { fields: fields.iter(), known: Some(known), current: None, around: self };
        self.located(visitor.visit_map(names))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Text(text) => {
                self.located(visitor.visit_enum(text.as_str().into_deserializer()))
            }
            Value::Fields(fields) => match fields.as_slice() {
                [(key, node)] => {
                    self.located(visitor.visit_enum(Variant { key, node, around: self }))
                }
                _ => Err(self.fault(format!("give exactly one of {}", names.join(", ")))),
            },
            _ => Err(self.expected(&format!("one of {}", names.join(", ")))),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 bytes byte_buf unit unit_struct tuple_struct }
}

/// The place of a field: of its value if that is on the same line, else of its name.
fn place_of(key: &Key, node: &Node) -> Place {
    if node.place.line == key.place.line { node.place } else { key.place }
}

struct Listed<'a> {
    items: std::iter::Enumerate<std::slice::Iter<'a, Node>>,
    around: Reader<'a>,
}

impl<'de> de::SeqAccess<'de> for Listed<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some((at, node)) = self.items.next() else { return Ok(None) };
        let path = Path::Item(self.around.path, at);
        let inner = Reader::new(node, node.place, &path, self.around.noted);
        inner.located(seed.deserialize(inner)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Fielded<'a> {
    fields: std::slice::Iter<'a, (Key, Node)>,
    /// None: every name is taken.
    known: Option<&'static [&'static str]>,
    current: Option<&'a (Key, Node)>,
    around: Reader<'a>,
}

impl<'a> Fielded<'a> {
    fn next_known(&mut self) -> Option<&'a (Key, Node)> {
        while let Some(field) = self.fields.next() {
            let Some(known) = self.known else { return Some(field) };
            if known.contains(&field.0.name.as_str()) {
                return Some(field);
            }
            self.note(&field.0, known);
        }
        None
    }

    fn note(&self, key: &Key, known: &[&str]) {
        let path = Path::Field(self.around.path, &key.name);
        let fault = Fault::new(unknown("field", &key.name, known)).at(&path, key.place);
        let mut noted = self.around.noted.borrow_mut();
        if noted.len() < super::MOST_ERRORS {
            noted.push(fault);
        }
    }
}

impl<'de> de::MapAccess<'de> for Fielded<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        self.current = self.next_known();
        let Some((key, _)) = self.current else { return Ok(None) };
        let path = Path::Field(self.around.path, &key.name);
        let read = seed.deserialize(key.name.as_str().into_deserializer());
        read.map(Some).map_err(|fault: Fault| fault.at(&path, key.place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, node)) = self.current.take() else {
            return Err(self.around.fault("a value without a name"));
        };
        let path = Path::Field(self.around.path, &key.name);
        let inner = Reader::new(node, place_of(key, node), &path, self.around.noted);
        inner.located(seed.deserialize(inner))
    }
}

/// `weights: {cost: 1}` where one of several is meant.
struct Variant<'a> {
    key: &'a Key,
    node: &'a Node,
    around: Reader<'a>,
}

impl<'de> de::EnumAccess<'de> for Variant<'_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let path = Path::Field(self.around.path, &self.key.name);
        let read = seed.deserialize(self.key.name.as_str().into_deserializer());
        let value = read.map_err(|fault: Fault| fault.at(&path, self.key.place))?;
        Ok((value, self))
    }
}

impl Variant<'_> {
    fn read<T>(&self, read: impl FnOnce(Reader<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let path = Path::Field(self.around.path, &self.key.name);
        let inner = Reader::new(self.node, place_of(self.key, self.node), &path, self.around.noted);
        inner.located(read(inner))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Err(self.around.fault(format!("`{}` has no fields: write it as it is", self.key.name)))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        self.read(|inner| seed.deserialize(inner))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        self.read(|inner| inner.deserialize_tuple(len, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.read(|inner| inner.deserialize_struct("", fields, visitor))
    }
}

/// The place of the deepest value on the way that a path as "spec.seasons[0].bands" names.
pub(super) fn locate(root: &Node, field: &str) -> Place {
    let (mut node, mut place) = (root, root.place);
    let steps = field.split(['.', '[', ']']).filter(|step| !step.is_empty());
    for step in steps {
        let next = match &node.value {
            Value::Fields(fields) => fields
                .iter()
                .find(|(key, _)| key.name == step)
                .map(|(key, node)| (node, place_of(key, node))),
            Value::List(items) => {
                step.parse().ok().and_then(|at: usize| items.get(at)).map(|it| (it, it.place))
            }
            _ => None,
        };
        let Some(found) = next else { break };
        (node, place) = found;
    }
    place
}
