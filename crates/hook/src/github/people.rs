//! Events of a repository as a whole: who watches, forks or joins it, and the event that tells of a new webhook.

use serde_json::Value;

use super::words::{action, headline, line_of, repository as named, titled, who};
use crate::value::text;
use crate::write::{Note, label};

pub fn fork(payload: &Value) -> Note {
    let forked = payload["forkee"].is_object().then(|| named(&payload["forkee"])).flatten();
    told(payload, [Some("forked the repository".to_owned()), forked.map(|forked| format!("to {forked}"))])
}

pub fn star(payload: &Value) -> Note {
    let verb = match text(payload, "action").as_deref() {
        Some("created" | "started") | None => "starred the repository".to_owned(),
        Some("deleted") => "removed a star from the repository".to_owned(),
        Some(_) => format!("{} a star", label(&action(payload))),
    };
    told(payload, [Some(verb), None])
}

pub fn member(payload: &Value) -> Note {
    let verb = label(&action(payload));
    told(payload, [Some(format!("{verb} member")), titled(&payload["member"], None)])
}

pub fn repository(payload: &Value) -> Note {
    let former = text(&payload["changes"]["repository"]["name"], "from");
    let verb = label(&action(payload));
    let former = former.map(|name| format!("(formerly {})", label(&name)));
    let mut note = told(payload, [Some(format!("{verb} the repository")), former]);
    if payload["action"] == "created" {
        note.line(&line_of(&payload["repository"], "description"));
    }
    note
}

/// The event that GitHub sends when a webhook is made.
pub fn ping(payload: &Value) -> Note {
    let mut note = Note::default();
    note.line(&headline(payload, [Some("ping".to_owned())]));
    note.line(&line_of(payload, "zen"));
    let events = text(&payload["hook"], "events").map(|events| format!("Events: {}", label(&events)));
    note.line(&events.unwrap_or_default());
    note
}

/// One line: the sender, and what the sender did.
fn told(payload: &Value, words: [Option<String>; 2]) -> Note {
    let mut note = Note::default();
    note.line(&headline(payload, [who(&payload["sender"])].into_iter().chain(words)));
    note
}
