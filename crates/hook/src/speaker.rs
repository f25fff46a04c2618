//! The name and the picture that a payload asks to speak under. What can't be used is absent, never an error.

use ajet_protocol::{Trimmed, limits, shape};
use serde_json::Value;
use unicode_normalization::char::is_combining_mark;

use crate::value;

/// The name, without the characters that a name may not hold, and at most as long as a name.
#[must_use]
pub fn username(payload: &Value) -> Option<String> {
    let name = Trimmed::from(value::scalar(&payload["username"])?).cut(limits::NAME_CHARS);
    if shape::name(&name).is_ok() {
        return Some(name.into());
    }
    let name = Trimmed::from(printable(&name));
    shape::name(&name).is_ok().then(|| name.into())
}

/// A text without the characters that no name may hold, and without the marks that stack too high on one letter.
fn printable(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut stacked = 0;
    for c in name.chars() {
        let c = if c.is_whitespace() && !is_allowed(c) { ' ' } else { c };
        let marks = if is_combining_mark(c) { stacked + 1 } else { 0 };
        if marks <= limits::STACKED_MARKS && is_allowed(c) {
            kept.push(c);
            stacked = marks;
        }
    }
    kept
}

/// Whether a character may stand behind a letter in a name.
fn is_allowed(c: char) -> bool {
    shape::name(&format!("a{c}")).is_ok()
}

/// The first usable address of a picture, its scheme in lower case.
#[must_use]
pub fn avatar_url(payload: &Value) -> Option<String> {
    ["icon_url", "avatar_url"].into_iter().find_map(|name| web_address(&value::scalar(&payload[name])?))
}

fn web_address(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once("://")?;
    let address = format!("{}://{rest}", scheme.to_ascii_lowercase());
    shape::web_url(&address).is_ok().then_some(address)
}
