//! Mentions: `@<user:uuid>`, `@<here>` and `#<channel:uuid>` (MP-1 to MP-3).

use ajet_protocol::{Mention, MentionType};
use uuid::Uuid;

/// The mention that a text begins with, and its length.
#[must_use]
pub fn at(text: &str) -> Option<(Mention, usize)> {
    const HERE: &str = "@<here>";
    /// Characters of an id.
    const UUID: usize = 36;
    if text.starts_with(HERE) {
        return Some((Mention { kind: MentionType::Here, target_id: None }, HERE.len()));
    }
    let (kind, head) = if text.starts_with("@<user:") {
        (MentionType::User, "@<user:".len())
    } else if text.starts_with("#<channel:") {
        (MentionType::Channel, "#<channel:".len())
    } else {
        return None;
    };
    let target_id = Uuid::try_parse(text.get(head..head + UUID)?).ok()?;
    let closed = text.as_bytes().get(head + UUID) == Some(&b'>');
    closed.then_some((Mention { kind, target_id: Some(target_id) }, head + UUID + 1))
}
