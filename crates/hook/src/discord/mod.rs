//! Discord's payloads: content, embeds, polls, stickers and components.
//!
//! Discord's Markdown is ours, so what Discord reads as Markdown passes; what Discord shows as it is (names, footers, labels)
//! is escaped. Colours, flags and text to speech show nothing.

mod components;
mod embed;
mod files;
mod tokens;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::value::{items, text, text_of};
use crate::write::{Note, bold, joined, label, link};
use tokens::to_markdown;

pub use files::{File, take_files};

/// What a payload says in Discord's fields.
#[derive(Debug, Default)]
pub struct Said {
    /// The text, below the name of the thread that it asks for.
    pub content: String,
    pub embeds: Note,
    /// Stickers, components and the poll.
    pub rest: Note,
}

/// What a payload says in Discord's fields; none if it shows nothing there.
#[must_use]
pub fn said(payload: &Value) -> Option<Said> {
    let said = Said { content: content(payload), embeds: embeds(payload), rest: rest(payload) };
    let shows = ajet_markup::shows(&said.content) || said.embeds.shows() || said.rest.shows();
    shows.then_some(said)
}

fn content(payload: &Value) -> String {
    let mut note = Note::default();
    note.line(&text(payload, "thread_name").map(|name| bold(&label(&name))).unwrap_or_default());
    note.line(&text(payload, "content").map(|content| to_markdown(&content)).unwrap_or_default());
    note.into_markdown()
}

fn embeds(payload: &Value) -> Note {
    let mut note = Note::default();
    for embed in items(payload, "embeds") {
        note.paragraph(embed::said(embed).markdown());
    }
    note
}

fn rest(payload: &Value) -> Note {
    let mut note = Note::default();
    for field in ["stickers", "sticker_items", "sticker_ids"] {
        for sticker in items(payload, field) {
            note.line(&name_of(sticker).map(|name| format!("sticker {name}")).unwrap_or_default());
        }
    }
    let mut shown = Note::default();
    for component in items(payload, "components") {
        components::say(component, &mut shown);
    }
    note.paragraph(shown.markdown());
    note.paragraph(poll(&payload["poll"]).markdown());
    note
}

/// A poll: the question and its answers, as a list. A message has no votes.
fn poll(poll: &Value) -> Note {
    let mut note = Note::default();
    let question = text(poll, "question").or_else(|| poll.as_str().map(str::to_owned));
    note.line(&question.map(|question| bold(&label(&question))).unwrap_or_default());
    for answer in items(poll, "answers") {
        let media = if answer["poll_media"].is_null() { answer } else { &answer["poll_media"] };
        note.item(&joined([emoji(&media["emoji"]), text_of(media).map(|words| label(&words))], " "));
    }
    note
}

/// The name of a thing that is an object with a name, or the name alone.
fn name_of(value: &Value) -> Option<String> {
    text(value, "name").or_else(|| text_of(value)).map(|name| label(&name))
}

/// An emoji: Unicode's as it is, a server's own by its name.
fn emoji(value: &Value) -> Option<String> {
    let name = text(value, "name").or_else(|| value.as_str().map(str::to_owned))?;
    let is_own =
        !value["id"].is_null() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    Some(if is_own { format!(":{name}:") } else { label(&name) })
}

/// The address of a picture, a film or a file: `{"url": …}`, or the address alone.
fn address_of(media: &Value) -> Option<String> {
    text(media, "url").or_else(|| media.as_str().filter(|url| !url.trim().is_empty()).map(str::to_owned))
}

/// A link to a picture or a file. One that came with the payload has no address, only a name.
fn media(shown: &str, address: &str) -> String {
    match address.trim().strip_prefix("attachment://") {
        Some(name) => format!("{shown} ({})", label(name)),
        None => link(shown, address),
    }
}
