//! Embeds: each one a few lines, in the order in which Discord shows them.

use serde_json::Value;

use super::{address_of, media, moment, to_markdown};
use crate::label::label;
use crate::value::{items, text};
use crate::write::{Note, bold, link};

/// What an embed says.
#[must_use]
pub fn said(embed: &Value) -> Note {
    let mut note = Note::default();
    note.line(&named(&embed["author"]));
    note.line(&title(embed));
    note.line(&markdown(embed, "description").unwrap_or_default());
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
    let name = text(value, "name").or_else(|| value.as_str().map(str::to_owned)).unwrap_or_default();
    link(&label(&name), &text(value, "url").unwrap_or_default())
}

fn title(embed: &Value) -> String {
    let title = text(embed, "title").map(|title| label(&to_markdown(&title))).unwrap_or_default();
    let linked = link(&title, &text(embed, "url").unwrap_or_default());
    if title.is_empty() { linked } else { bold(&linked) }
}

fn field(field: &Value) -> String {
    match (markdown(field, "name"), markdown(field, "value")) {
        (None, None) => String::new(),
        (None, Some(value)) => value,
        (Some(name), None) => heading(&name),
        (Some(name), Some(value)) => {
            let colon = if name.trim_end().ends_with(':') { "" } else { ":" };
            let gap = if is_block(&value) { "\n" } else { " " };
            format!("{}{colon}{gap}{value}", heading(&name))
        }
    }
}

/// A field's name in bold, unless its sender made it so.
fn heading(name: &str) -> String {
    if name.contains("**") { name.trim().to_owned() } else { bold(name) }
}

/// Whether a text needs lines of its own, because it has several or begins with a mark that counts only there.
fn is_block(markdown: &str) -> bool {
    let text = markdown.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.contains('\n')
        || text.contains("```")
        || ["# ", "## ", "### ", "> ", ">>> ", "- ", "* ", "-# "].iter().any(|mark| text.starts_with(mark))
        || digits > 0 && text[digits..].starts_with(". ")
}

/// A field that Discord reads as Markdown; none if it shows nothing, as the zero-width blanks that fill unused fields.
fn markdown(object: &Value, name: &str) -> Option<String> {
    /// Bytes that no filler has.
    const LONG: usize = 200;
    text(object, name)
        .map(|text| to_markdown(&text))
        .filter(|text| text.len() > LONG || ajet_markup::shows(text))
}

/// The provider, the footer and the time, on one line.
fn small_print(embed: &Value) -> String {
    let footer = text(&embed["footer"], "text").or_else(|| embed["footer"].as_str().map(str::to_owned));
    let time = text(embed, "timestamp").map(|time| moment::of_text(&time).unwrap_or_else(|| label(&time)));
    let parts = [named(&embed["provider"]), footer.map(|footer| label(&footer)).unwrap_or_default()];
    let parts = parts.into_iter().chain(time).map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
