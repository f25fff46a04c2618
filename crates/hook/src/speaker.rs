//! The name and the picture that a payload asks to speak under. What can't be used is absent, never an error.

use ajet_protocol::{Trimmed, limits, shape};
use serde_json::Value;

use crate::value;

/// The name, without the characters that a name may not hold, and at most as long as a name.
#[must_use]
pub fn username(payload: &Value) -> Option<String> {
    let name = Trimmed::from(value::text(payload, "username")?).cut(limits::NAME_CHARS);
    if shape::name(&name).is_ok() {
        return Some(name.into());
    }
    let name = Trimmed::from(printable(&name));
    shape::name(&name).is_ok().then(|| name.into())
}

/// A text without the characters that a name may not hold. Whether one may stand depends on those before it.
fn printable(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    for c in name.chars() {
        let before = kept.len();
        kept.push(if c.is_whitespace() && c.is_control() { ' ' } else { c });
        // A topic has the rules of a name but for its least length.
        if shape::topic(&kept).is_err() {
            kept.truncate(before);
        }
    }
    kept
}

/// The first usable address of a picture, its scheme in lower case.
#[must_use]
pub fn avatar_url(payload: &Value) -> Option<String> {
    ["icon_url", "avatar_url"].into_iter().find_map(|name| web_address(&value::text(payload, name)?))
}

fn web_address(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once("://")?;
    let address = format!("{}://{rest}", scheme.to_ascii_lowercase());
    shape::web_url(&address).is_ok().then_some(address)
}
