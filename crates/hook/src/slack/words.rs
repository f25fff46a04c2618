//! Texts of a payload as Markdown, whichever way they are written: as a string, a text object, a number or a boolean.
//!
//! A text that is absent, blank or of a wrong type is an empty string here, so callers can list what they would show.

use ajet_markup::escape;
use serde_json::Value;

use super::inline::Inline;
use super::mrkdwn;
use crate::code::{rewrite, uncalled};
use crate::moment;
use crate::value::plain;

/// How a text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Every character is shown.
    Literal,
    /// Every character is shown, but for the short names of emoji.
    Emoji,
    /// Slack's own markup.
    Mrkdwn,
    /// Standard Markdown.
    Markdown,
}

/// A text as Markdown. Text objects say themselves how they are to be read; `reading` is for all others.
#[must_use]
pub fn markdown(value: &Value, reading: Reading) -> String {
    let (mut value, mut reading) = (value, reading);
    while value.is_object() {
        reading = reading_of(value).unwrap_or(reading);
        value = &value["text"];
    }
    let text = plain(value);
    match reading {
        Reading::Literal => escape(&text),
        Reading::Emoji => with_emoji(&text),
        Reading::Mrkdwn => mrkdwn::to_markdown(&text),
        Reading::Markdown => with_closed_fence(&rewrite(&text, uncalled)),
    }
}

fn with_emoji(text: &str) -> String {
    let mut inline = Inline::default();
    mrkdwn::push_with_emoji(&mut inline, text);
    inline.finish()
}

/// How a text object says that it is to be read.
#[must_use]
pub fn reading_of(object: &Value) -> Option<Reading> {
    match object["type"].as_str()? {
        "plain_text" if object["emoji"] != false => Some(Reading::Emoji),
        "plain_text" | "raw_text" | "text" => Some(Reading::Literal),
        "mrkdwn" => Some(Reading::Mrkdwn),
        "markdown" => Some(Reading::Markdown),
        _ => None,
    }
}

/// A time as text; what is given for a time and is none is shown as it is.
#[must_use]
pub fn time(value: &Value) -> String {
    let given = if value.is_boolean() { String::new() } else { plain(value) };
    moment::of_text(&given).unwrap_or(given)
}

/// Markdown whose last fence is closed, so that what follows does not become code.
fn with_closed_fence(markdown: &str) -> String {
    let mut open: Option<usize> = None;
    for line in markdown.lines().map(str::trim) {
        let marks = line.bytes().take_while(|byte| *byte == b'`').count();
        let info = &line[marks..];
        open = match open {
            None if marks >= 3 && !info.contains('`') => Some(marks),
            Some(length) if marks >= length && info.is_empty() => None,
            unchanged => unchanged,
        };
    }
    match open {
        Some(marks) => format!("{markdown}\n{}", "`".repeat(marks)),
        None => markdown.to_owned(),
    }
}
