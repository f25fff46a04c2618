//! Mentions: `@<user:uuid>`, `@<here>` and `#<channel:uuid>`, lifted out of a text before Markdown sees it.
//!
//! Each mention becomes one private-use character that stands for its place in the list. The Markdown tree then tells
//! where it landed: in text it is a mention, in code it turns back into what was typed (MP-T7). An author's own
//! private-use characters of that plane are replaced first, so nobody can forge one.

use ajet_protocol::{Mention, MentionType};
use comrak::nodes::NodeValue;
use uuid::Uuid;

use crate::parse;

/// The first stand-in; the supplementary private-use plane A.
const FIRST: u32 = 0xF_0000;
/// The last stand-in; far more than fit into one message.
const LAST: u32 = 0xF_FFFD;

/// A text whose mentions are lifted out.
pub struct Lifted {
    /// The text with one stand-in per mention.
    pub text: String,
    slots: Vec<(Mention, String)>,
}

impl Lifted {
    /// The mention that a character stands for.
    pub fn mention(&self, c: char) -> Option<Mention> {
        self.slot(c).map(|(mention, _)| *mention)
    }

    /// A literal (code, an address) with its stand-ins turned back into what was typed.
    pub fn typed(&self, literal: &str) -> String {
        let mut out = String::with_capacity(literal.len());
        for c in literal.chars() {
            match self.slot(c) {
                Some((_, typed)) => out.push_str(typed),
                None => out.push(c),
            }
        }
        out
    }

    fn slot(&self, c: char) -> Option<&(Mention, String)> {
        let index = u32::from(c).checked_sub(FIRST)?;
        self.slots.get(index as usize)
    }
}

/// Lifts the mentions out of a text, in one pass. Its lines then end at LF alone: renderers drop a CR, even the one that
/// ends a line of code.
pub fn lift(text: &str) -> Lifted {
    let mut lifted = Lifted { text: String::with_capacity(text.len()), slots: Vec::new() };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some((mention, length)) = mention_at(rest)
            && let Some(stand_in) = char::from_u32(FIRST + lifted.slots.len() as u32)
            && u32::from(stand_in) <= LAST
        {
            lifted.slots.push((mention, rest[..length].to_owned()));
            lifted.text.push(stand_in);
            rest = &rest[length..];
            continue;
        }
        let reserved = (FIRST..=0xF_FFFF).contains(&u32::from(c));
        lifted.text.push(if reserved { char::REPLACEMENT_CHARACTER } else { c });
        rest = &rest[c.len_utf8()..];
    }
    lifted
}

fn mention_at(text: &str) -> Option<(Mention, usize)> {
    const HERE: &str = "@<here>";
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
    const UUID: usize = 36;
    let id = text.get(head..head + UUID)?;
    let target_id = Uuid::try_parse(id).ok()?;
    (text.as_bytes().get(head + UUID) == Some(&b'>'))
        .then_some((Mention { kind, target_id: Some(target_id) }, head + UUID + 1))
}

/// The mentions of a text outside code, each once, in order (MP-4).
#[must_use]
pub fn mentions(text: &str) -> Vec<Mention> {
    of(&lift(text))
}

/// The mentions of a lifted text outside code.
pub fn of(lifted: &Lifted) -> Vec<Mention> {
    if lifted.slots.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Mention> = Vec::new();
    parse::walk(&lifted.text, |value, entering| {
        let NodeValue::Text(text) = value else { return };
        if !entering {
            return;
        }
        for mention in text.chars().filter_map(|c| lifted.mention(c)) {
            if !found.contains(&mention) {
                found.push(mention);
            }
        }
    });
    found
}
