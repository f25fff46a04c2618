//! An event's JSON as readers of a live stream get it.
//!
//! Two things are not theirs. The ACL version counts changes of rights, also of those that a reader may not know of. And a
//! community's own stream counts events that not every member gets (a private channel was created), so that a hole in its
//! numbers would tell of them. Nothing else is changed: the rest of the bytes stays as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;

use crate::Envelope;

const ACL_VERSION: &[u8] = b",\"acl_version\":";
const SEQ: &[u8] = b",\"seq\":";
const PAYLOAD: &[u8] = b",\"payload\":";
const NULL: &[u8] = b"null";

impl Envelope {
    /// Whether it stands on a community's own stream, whose numbers readers do not get.
    #[must_use]
    pub fn is_of_community(&self) -> bool {
        self.community_id.is_some_and(|community| community.0 == self.stream.0)
    }
}

/// An envelope's JSON without the ACL version, and without the number where it stands on a community's own stream. What is no
/// JSON object stays as it is.
///
/// This runs once for each event and node, so it cuts the bytes instead of parsing the payload.
#[must_use]
pub fn for_readers(json: &[u8], of_community: bool) -> Cow<'_, [u8]> {
    cut(json, of_community).map_or_else(|| parsed(json, of_community), Cow::Owned)
}

/// Cuts the bytes; `None` where they are not as this version writes them.
fn cut(json: &[u8], of_community: bool) -> Option<Vec<u8>> {
    let (head, payload) = json.split_at(find(json, PAYLOAD)?);
    // Without escapes and nested values each quote begins or ends a string, so what is found is a field of the envelope itself.
    let nested = head.iter().skip(1).any(|byte| matches!(byte, b'\\' | b'{' | b'['));
    if nested || !head.starts_with(b"{") {
        return None;
    }
    let version = value_of(head, ACL_VERSION)?;
    let mut shown = Vec::with_capacity(json.len());
    let mut from = 0;
    if of_community {
        let seq = value_of(head, SEQ)?;
        shown.extend_from_slice(&head[..seq.start]);
        shown.extend_from_slice(NULL);
        from = seq.end;
    }
    // `None` where the version comes first.
    shown.extend_from_slice(head.get(from..version.start - ACL_VERSION.len())?);
    shown.extend_from_slice(&head[version.end..]);
    shown.extend_from_slice(payload);
    Some(shown)
}

/// The same by parsing the fields of the envelope; their values stay as they are written.
fn parsed(json: &[u8], of_community: bool) -> Cow<'_, [u8]> {
    let Ok(mut fields) = serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(json) else {
        return Cow::Borrowed(json);
    };
    fields.remove("acl_version");
    if of_community && let Some(seq) = fields.get_mut("seq") {
        // The default is `null`.
        *seq = Box::<RawValue>::default();
    }
    // Text by text always serializes.
    Cow::Owned(serde_json::to_vec(&fields).unwrap_or_default())
}

/// Where the value of a field stands, if it is a number or null: then no comma is in it.
fn value_of(head: &[u8], field: &[u8]) -> Option<Range<usize>> {
    let from = find(head, field)? + field.len();
    let rest = &head[from..];
    let len = rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len());
    let value = &rest[..len];
    (value == NULL || value.iter().all(u8::is_ascii_digit)).then_some(from..from + len)
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
#[path = "shown_tests.rs"]
mod tests;
