//! JSON text, changed where readers of it stumble: escapes that name no character, and line ends that are none in JSON. And how fields of
//! requests are read where serde is more lenient than our contract.
//!
//! The functions on bytes look for single bytes only: they are linear, copy nothing where there is nothing to change, and leave
//! what is no JSON to its parser.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Reads an optional field in which null counts as absent.
///
/// # Errors
///
/// A value that is neither null nor of the field's type.
pub fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(from).map(Option::unwrap_or_default)
}

/// Reads an optional field in which null stands for the empty value, and so differs from an absent field.
///
/// # Errors
///
/// A value that is neither null nor of the field's type.
pub fn null_as_empty<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    null_as_default(from).map(Some)
}

/// Reads an optional field in which null is a value, and so differs from an absent field.
///
/// # Errors
///
/// A value that is not of the field's type.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// What is read from an object alone. By itself serde reads a struct from an array too, in the order of its fields, which is no part of our
/// contract and would make that order one.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}

/// Reads a field that holds an object.
///
/// # Errors
///
/// A value that is no object, or not one of the field's type.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Object::deserialize(from).map(|Object(value)| value)
}

/// Reads an optional field that holds an object; null counts as absent.
///
/// # Errors
///
/// A value that is neither null nor an object of the field's type.
pub fn object_or_none<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    Option::<Object<T>>::deserialize(from).map(|given| given.map(|Object(value)| value))
}

/// Reads an optional field that holds an object, in which null is a value, and so differs from an absent field.
///
/// # Errors
///
/// A value that is neither null nor an object of the field's type.
pub fn given_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    object_or_none(from).map(Some)
}

/// Reads a field that holds a list of objects.
///
/// # Errors
///
/// A value that is no list, or holds something that is no object of the field's type.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Object<T>>::deserialize(from)?;
    Ok(all.into_iter().map(|Object(value)| value).collect())
}

/// A high surrogate and the low one after it make one character together (RFC 8259, section 7).
const PAIR: usize = r"\ud83d\ude00".len();
const ESCAPE: usize = r"\u0000".len();
/// What stands for a surrogate without its other half, as an escape.
const REPLACEMENT: &[u8] = br"\ufffd";

/// JSON in which every escape of a lone surrogate is that of U+FFFD. Programs that cut a text in the middle of a character
/// write such escapes, and parsers refuse them.
#[must_use]
pub fn mended(json: &[u8]) -> Cow<'_, [u8]> {
    let mut mended = Cow::Borrowed(json);
    let mut at = 0;
    while let Some(skipped) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += skipped;
        let rest = &json[at..];
        let (unit, next) = (escaped_unit(rest), rest.get(ESCAPE..).and_then(escaped_unit));
        at += match (unit, next) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => PAIR,
            (Some(0xd800..=0xdfff), _) => {
                mended.to_mut()[at..at + ESCAPE].copy_from_slice(REPLACEMENT);
                ESCAPE
            }
            (Some(_), _) => ESCAPE,
            // Of another escape both bytes: the second one of `\\` begins none.
            (None, _) => 2,
        };
    }
    mended
}

/// The UTF-16 unit of the `\u` escape that a text begins with.
fn escaped_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit: u16, digit| {
        let digit = u16::try_from(char::from(*digit).to_digit(16)?).ok()?;
        Some((unit << 4) | digit)
    })
}

/// JSON on one line, whatever its reader takes for a line end: U+0085, U+2028 and U+2029 are escaped. They stand in strings
/// only, where the escape means the same.
#[must_use]
pub fn on_one_line(json: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Vec<u8> = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(skipped) = json[at..].iter().position(|byte| matches!(byte, 0xc2 | 0xe2)) {
        at += skipped;
        let Some((length, escape)) = line_end(&json[at..]) else {
            at += 1;
            continue;
        };
        out.extend_from_slice(&json[from..at]);
        out.extend_from_slice(escape);
        at += length;
        from = at;
    }
    if from == 0 {
        return Cow::Borrowed(json);
    }
    out.extend_from_slice(&json[from..]);
    Cow::Owned(out)
}

/// The line end that a text begins with: its length in bytes, and its escape.
fn line_end(text: &[u8]) -> Option<(usize, &'static [u8])> {
    match text {
        [0xc2, 0x85, ..] => Some((2, br"\u0085")),
        [0xe2, 0x80, 0xa8, ..] => Some((3, br"\u2028")),
        [0xe2, 0x80, 0xa9, ..] => Some((3, br"\u2029")),
        _ => None,
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
