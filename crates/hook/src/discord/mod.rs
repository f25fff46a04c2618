//! Discord's payloads: content, embeds, polls, stickers and components.
//!
//! Discord's Markdown is ours, so what Discord reads as Markdown passes; what Discord shows as it is (names, footers, labels)
//! is escaped. Colours, flags and text to speech show nothing.

mod components;
mod embed;
mod files;
mod moment;
mod poll;
mod tokens;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::label::label;
use crate::value::{items, text};
use crate::write::{Note, bold, link};

pub use files::take_files;
pub use tokens::to_markdown;

/// What a payload says in Discord's fields.
#[derive(Debug, Default)]
pub struct Said {
    /// The text, below the name of the thread that it asks for.
    pub content: String,
    pub embeds: Note,
    /// Stickers, components and the poll.
    pub rest: Note,
}

/// What a payload says in Discord's fields; none if it says nothing there.
#[must_use]
pub fn said(payload: &Value) -> Option<Said> {
    let said = Said { content: content(payload), embeds: embeds(payload), rest: rest(payload) };
    let is_silent = said.content.is_empty() && said.embeds.is_empty() && said.rest.is_empty();
    (!is_silent).then_some(said)
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
        note.paragraph(&embed::said(embed).into_markdown());
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
    for component in items(payload, "components").filter(|component| component.is_object()) {
        components::say(component, &mut shown);
    }
    note.paragraph(&shown.into_markdown());
    note.paragraph(&poll::said(&payload["poll"]).into_markdown());
    note
}

/// The name of a thing that is an object with a name, or the name alone.
fn name_of(value: &Value) -> Option<String> {
    text(value, "name").or_else(|| crate::value::scalar(value)).map(|name| label(&name))
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
