//! The texts of a payload, whichever way they are written: as a string, a text object, a number or a boolean.
//!
//! A text that is absent, blank or of a wrong type is an empty string here, so callers can list what they would show.

use serde_json::Value;
use time::OffsetDateTime;

use super::inline::Inline;
use super::mrkdwn;
use crate::value::{items, scalar};
use crate::write;

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

/// A text exactly as it was sent, blanks included. An object says its `text`, a list its texts.
#[must_use]
pub fn exact(value: &Value) -> String {
    let mut value = value;
    while value.is_object() {
        value = &value["text"];
    }
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(scalar).collect::<Vec<_>>().join(", "),
        other => scalar(other).unwrap_or_default(),
    }
}

/// A text as it was sent; empty if it is blank.
#[must_use]
pub fn plain(value: &Value) -> String {
    let text = exact(value);
    if text.trim().is_empty() { String::new() } else { text }
}

/// The first of these fields that says something.
#[must_use]
pub fn first_of(object: &Value, names: &[&str]) -> String {
    names.iter().map(|name| plain(&object[*name])).find(|text| !text.is_empty()).unwrap_or_default()
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
        Reading::Literal => write::literal(&text),
        Reading::Emoji => with_emoji(&text),
        Reading::Mrkdwn => mrkdwn::to_markdown(&text),
        Reading::Markdown => with_closed_fence(&text),
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

/// The items of a list. A flag or a number in its place means that there is no list.
pub fn list<'a>(object: &'a Value, name: &'static str) -> impl Iterator<Item = &'a Value> {
    let is_list = !matches!(object[name], Value::Bool(_) | Value::Number(_));
    items(object, name).filter(move |_| is_list)
}

/// A time that is given in seconds since 1970, as text; anything else that is given for a time is shown as it is.
#[must_use]
pub fn moment(value: &Value) -> String {
    let seconds = if value.is_boolean() { String::new() } else { plain(value) };
    utc(&seconds).unwrap_or(seconds)
}

/// A time in seconds since 1970, fractions left out, as `2026-01-31 12:00 UTC`.
#[must_use]
pub fn utc(seconds: &str) -> Option<String> {
    let whole = seconds.trim().split('.').next()?;
    let time = OffsetDateTime::from_unix_timestamp(whole.parse().ok()?).ok()?;
    let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
    let (hour, minute) = (time.hour(), time.minute());
    Some(format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC"))
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
