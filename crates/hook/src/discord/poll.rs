//! Polls: the question and its answers, as a list. A message has no votes.

use serde_json::Value;

use super::emoji;
use crate::label::label;
use crate::value::{items, scalar, text};
use crate::write::{Note, bold};

/// What a poll says.
#[must_use]
pub fn said(poll: &Value) -> Note {
    let mut note = Note::default();
    let question = text(&poll["question"], "text").or_else(|| scalar(&poll["question"]));
    note.line(&question.map(|question| bold(&label(&question))).unwrap_or_default());
    for answer in items(poll, "answers") {
        let media = if answer["poll_media"].is_null() { answer } else { &answer["poll_media"] };
        let words = text(media, "text").or_else(|| scalar(media)).map(|words| label(&words));
        let parts: Vec<_> = emoji(&media["emoji"]).into_iter().chain(words).collect();
        if !parts.is_empty() {
            note.line(&format!("- {}", &parts.join(" ")));
        }
    }
    note
}
