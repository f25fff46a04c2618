//! Slack's payloads: text, blocks and attachments.
//!
//! Whatever a reader of Slack would see is in the message, in Slack's order; literal text is escaped, and Slack's markup
//! becomes ours. Colours, ids and what a press of a button would send are not shown.

mod angle;
mod attachment;
mod blocks;
mod elements;
mod inline;
mod marks;
pub mod mrkdwn;
mod rich_text;
mod runs;
mod walk;
mod words;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::write::Note;
use crate::{fields, value};
use words::Reading;

/// Fields of Slack's oldest form, in which the payload is an attachment itself.
const OLDEST: [&str; 19] = [
    "actions",
    "alt_text",
    "author_link",
    "author_name",
    "author_subname",
    "fallback",
    "fields",
    "footer",
    "from_url",
    "image_alt",
    "image_url",
    "original_url",
    "pretext",
    "service_name",
    "service_url",
    "thumb_url",
    "title",
    "title_link",
    "ts",
];

/// Fields that no client of Slack's sends, but programs that know only "a JSON webhook".
const OWN_WORDS: [&str; 5] = ["subject", "message", "summary", "description", "body"];

/// What a payload says. One without Slack's fields shows every field that it has.
#[must_use]
pub fn said(payload: &Value) -> Note {
    let mut note = text_and_blocks_said(&payload["text"], payload);
    note.paragraph(attachments_said(payload).markdown());
    if !payload.is_object() || note.shows() {
        return with_own_words(payload, note);
    }
    let mut note = Note::default();
    note.paragraph(&attachment::known(payload));
    let mut note = with_own_words(payload, note);
    let known = if note.shows() { [&OLDEST[..], &OWN_WORDS[..]].concat() } else { Vec::new() };
    note.paragraph(fields::said(payload, &known).markdown());
    note
}

/// A note with what a program says in fields of its own beside the text: its title above, everything else below.
fn with_own_words(payload: &Value, note: Note) -> Note {
    let said = note.into_markdown();
    let new = |piece: String| if piece.is_empty() || repeats(&piece, &said) { String::new() } else { piece };
    let mut whole = Note::default();
    whole.paragraph(&new(inline::strong(&value::plain(&payload["title"]))));
    whole.paragraph(&said);
    for name in OWN_WORDS {
        whole.paragraph(&new(words::markdown(&payload[name], Reading::Literal)));
    }
    whole
}

/// What a payload says in its text and in `blocks`. Slack shows the text only where it can't show the blocks, so most
/// senders repeat in it what the blocks say; a text that says something else is shown too.
#[must_use]
pub fn text_and_blocks_said(text: &Value, payload: &Value) -> Note {
    let is_literal = payload["mrkdwn"].as_bool() == Some(false);
    let text = words::markdown(text, if is_literal { Reading::Literal } else { Reading::Mrkdwn });
    let blocks = blocks::paragraphs(payload);
    let mut note = Note::default();
    if !repeats(&text, &blocks.join("\n\n")) {
        note.paragraph(&text);
    }
    blocks.iter().for_each(|block| note.paragraph(block));
    note
}

/// What the attachments of a payload say.
#[must_use]
pub fn attachments_said(payload: &Value) -> Note {
    let mut note = Note::default();
    for one in value::items(payload, "attachments") {
        note.paragraph(&attachment::said(one));
    }
    note
}

/// Whether all that a text says is said by the blocks. Only letters and digits count, unless a text has none.
fn repeats(text: &str, blocks: &str) -> bool {
    if blocks.is_empty() || text.contains(angle::HERE) && !blocks.contains(angle::HERE) {
        return false;
    }
    let (text, blocks) = (ajet_markup::visible(text), ajet_markup::visible(blocks));
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let signs = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let said = letters(&text);
    if said.is_empty() { signs(&blocks).contains(&signs(&text)) } else { letters(&blocks).contains(&said) }
}
