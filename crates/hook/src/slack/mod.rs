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
use words::Reading;

/// What a payload says in Slack's fields; none if it says nothing there.
#[must_use]
pub fn said(payload: &Value) -> Option<Note> {
    let mut note = text_and_blocks_said(payload).unwrap_or_default();
    note.paragraph(&attachments_said(payload).unwrap_or_default().into_markdown());
    if note.is_empty() && payload.is_object() {
        // In Slack's oldest form the payload is an attachment itself.
        note.paragraph(&attachment::said(payload));
    }
    with_own_words(payload, note).said()
}

/// Fields that no client of Slack's sends, but programs that know only "a JSON webhook".
const OWN_WORDS: [&str; 5] = ["subject", "message", "summary", "description", "body"];

/// A note with what such a program says beside the text: its title above, everything else below.
fn with_own_words(payload: &Value, note: Note) -> Note {
    let said = note.into_markdown();
    let new = |piece: String| if piece.is_empty() || repeats(&piece, &said) { String::new() } else { piece };
    let mut whole = Note::default();
    whole.paragraph(&new(inline::strong(&words::plain(&payload["title"]))));
    whole.paragraph(&said);
    for name in OWN_WORDS {
        whole.paragraph(&new(words::markdown(&payload[name], Reading::Literal)));
    }
    whole
}

/// What a payload says in `text` and `blocks`. Slack shows the text only where it can't show the blocks, so most senders
/// repeat in it what the blocks say; a text that says something else is shown too.
#[must_use]
pub fn text_and_blocks_said(payload: &Value) -> Option<Note> {
    let is_literal = payload["mrkdwn"].as_bool() == Some(false);
    let text = words::markdown(&payload["text"], if is_literal { Reading::Literal } else { Reading::Mrkdwn });
    let blocks = blocks::paragraphs(payload);
    let mut note = Note::default();
    if !repeats(&text, &blocks.join("\n\n")) {
        note.paragraph(&text);
    }
    blocks.iter().for_each(|block| note.paragraph(block));
    note.said()
}

/// What the attachments of a payload say.
#[must_use]
pub fn attachments_said(payload: &Value) -> Option<Note> {
    let mut note = Note::default();
    for one in words::list(payload, "attachments") {
        note.paragraph(&attachment::said(one));
    }
    note.said()
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
