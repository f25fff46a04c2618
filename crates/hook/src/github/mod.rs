//! GitHub's events: one line that tells who did what where, and below it what was written.
//!
//! Every event says something, known or not. Titles and names are literal; bodies are GitHub's Markdown, without the comments
//! that GitHub hides. What a payload lacks is left out: a deleted account is null everywhere.

mod ci;
mod code;
mod people;
mod talk;
mod words;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::value::text;
use crate::write::{Note, joined, label};
use words::{action, headline, line_of, subject, who};

/// What an event says; none only if neither its name nor its payload tells what it is.
#[must_use]
pub fn said(event: &str, payload: &Value) -> Option<Note> {
    let note = match named(event.trim(), payload) {
        "push" => code::push(payload),
        "create" | "delete" => code::reference(event.trim(), payload),
        "commit_comment" => code::commit_comment(payload),
        "issues" => talk::thread(payload, "issue", "issue"),
        "pull_request" | "pull_request_target" => talk::thread(payload, "pull_request", "pull request"),
        "discussion" => talk::thread(payload, "discussion", "discussion"),
        "milestone" => talk::thread(payload, "milestone", "milestone"),
        "label" => talk::thread(payload, "label", "label"),
        "release" => talk::release(payload),
        "issue_comment" => talk::issue_comment(payload),
        "discussion_comment" => talk::comment(payload, "discussion", "discussion"),
        "pull_request_review" => talk::review(payload),
        "pull_request_review_comment" => talk::comment(payload, "pull_request", "pull request"),
        "workflow_run" => ci::run(payload, "workflow_run", "workflow"),
        "workflow_job" => ci::run(payload, "workflow_job", "job"),
        "check_run" => ci::run(payload, "check_run", "check"),
        "check_suite" => ci::run(payload, "check_suite", "checks"),
        "status" => ci::status(payload),
        "deployment" | "deployment_status" => ci::deployment(payload),
        "fork" => people::fork(payload),
        "star" | "watch" => people::star(payload),
        "member" => people::member(payload),
        "repository" => people::repository(payload),
        "ping" => people::ping(payload),
        name => other(name, payload),
    };
    note.shows().then_some(note)
}

/// The event's name. Some programs send GitHub's payloads without the header that names it.
fn named<'a>(event: &'a str, payload: &Value) -> &'a str {
    match event {
        "" if !payload["zen"].is_null() => "ping",
        "" if payload["commits"].is_array() && !payload["ref"].is_null() => "push",
        "" if !payload["pull_request"].is_null() && payload["comment"].is_null() => "pull_request",
        "" if !payload["issue"].is_null() && payload["comment"].is_null() => "issues",
        "" if !payload["issue"].is_null() => "issue_comment",
        "" if !payload["release"].is_null() => "release",
        _ => event,
    }
}

/// An event that has no form of its own here.
fn other(event: &str, payload: &Value) -> Note {
    let mut note = Note::default();
    let event = label(event);
    let action = text(payload, "action").map(|_| format!("({})", label(&action(payload))));
    let subject = subject(payload).map(|subject| format!("— {subject}"));
    // The repository and the sender alone do not tell what happened.
    if !event.is_empty() || action.is_some() || subject.is_some() {
        let by = who(&payload["sender"]).map(|who| format!("by {who}"));
        let words = joined([Some(event), action, by], " ");
        note.line(&headline(payload, [Some(words), subject]));
    }
    note.line(&line_of(payload, "message"));
    note.line(&line_of(payload, "description"));
    note
}
