//! Mentions: `@<user:uuid>`, `@<role:uuid>`, `@<here>`, `@<channel>` (everybody in the channel) and `#<channel:uuid>` (MP-1 to MP-3).

use ajet_protocol::{Mention, MentionType};
use uuid::Uuid;

/// What is mentioned without a target, as it is written.
static WITHOUT_TARGET: [(MentionType, &str); 2] =
    [(MentionType::Here, "@<here>"), (MentionType::Everyone, "@<channel>")];
/// What stands before the id of a target.
static WITH_TARGET: [(MentionType, &str); 3] =
    [(MentionType::User, "@<user:"), (MentionType::Role, "@<role:"), (MentionType::Channel, "#<channel:")];

/// A mention as it is written in a text; `None` for one that needs a target and has none.
#[must_use]
pub fn written(mention: Mention) -> Option<String> {
    let of_all = WITHOUT_TARGET.iter().find(|(kind, _)| *kind == mention.kind);
    if let Some((_, written)) = of_all {
        return Some((*written).to_owned());
    }
    let (_, head) = WITH_TARGET.iter().find(|(kind, _)| *kind == mention.kind)?;
    Some(format!("{head}{}>", mention.target_id?.hyphenated()))
}

/// The mention that a text begins with, and its length. Its inverse is [`written`].
#[must_use]
pub fn at(text: &str) -> Option<(Mention, usize)> {
    /// Characters of an id.
    const UUID: usize = 36;
    let of_all = WITHOUT_TARGET.iter().find(|(_, written)| text.starts_with(*written));
    if let Some((kind, written)) = of_all {
        return Some((Mention { kind: *kind, target_id: None }, written.len()));
    }
    let (kind, head) = WITH_TARGET.iter().find(|(_, head)| text.starts_with(*head))?;
    let (kind, head) = (*kind, head.len());
    let target_id = Uuid::try_parse(text.get(head..head + UUID)?).ok()?;
    let closed = text.as_bytes().get(head + UUID) == Some(&b'>');
    closed.then_some((Mention { kind, target_id: Some(target_id) }, head + UUID + 1))
}
