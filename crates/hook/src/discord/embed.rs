//! Embeds: each one a few lines, in the order in which Discord shows them.

use serde_json::Value;

use super::tokens::{to_markdown, to_plain};
use super::{address_of, media};
use crate::moment;
use crate::value::{items, text, text_of};
use crate::write::{Note, bold, entry, joined, label, text_link};

/// What an embed says. A string in its place is its text.
#[must_use]
pub fn said(embed: &Value) -> Note {
    let mut note = Note::default();
    if embed.is_string() {
        note.line(&markdown(embed).unwrap_or_default());
    }
    note.line(&named(&embed["author"]));
    note.line(&title(embed));
    note.line(&markdown(&embed["description"]).unwrap_or_default());
    for one in items(embed, "fields") {
        note.line(&field(one));
    }
    for name in ["image", "thumbnail", "video"] {
        note.line(&address_of(&embed[name]).map(|address| media(name, &address)).unwrap_or_default());
    }
    note.line(&small_print(embed));
    note
}

/// A name with its address: an author's or a provider's.
fn named(value: &Value) -> String {
    let name = text(value, "name").or_else(|| text_of(value)).unwrap_or_default();
    text_link(&name, &text(value, "url").unwrap_or_default())
}

fn title(embed: &Value) -> String {
    let title = text(embed, "title").map(|title| to_plain(&title)).unwrap_or_default();
    let linked = text_link(&title, &text(embed, "url").unwrap_or_default());
    if title.is_empty() { linked } else { bold(&linked) }
}

fn field(field: &Value) -> String {
    if !field.is_object() {
        return markdown(field).unwrap_or_default();
    }
    match (markdown(&field["name"]), markdown(&field["value"])) {
        (None, value) => value.unwrap_or_default(),
        (Some(name), None) => heading(&name),
        (Some(name), Some(value)) => entry(&heading(&name), &value),
    }
}

/// A field's name in bold, unless its sender made it so.
fn heading(name: &str) -> String {
    if name.contains("**") { name.trim().to_owned() } else { bold(name) }
}

/// A text that Discord reads as Markdown; none if it shows nothing, as the zero-width blanks that fill unused fields.
fn markdown(value: &Value) -> Option<String> {
    /// Bytes that no filler has.
    const LONG: usize = 200;
    let text = to_markdown(&text_of(value)?);
    (text.len() > LONG || ajet_markup::shows(&text)).then_some(text)
}

/// The provider, the footer and the time, on one line.
fn small_print(embed: &Value) -> String {
    let footer = text(embed, "footer").map(|footer| label(&footer));
    let time = text(embed, "timestamp").map(|time| moment::of_text(&time).unwrap_or_else(|| label(&time)));
    joined([Some(named(&embed["provider"])), footer, time], " · ")
}
