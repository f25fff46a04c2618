//! Events of the code itself: pushes, branches, tags, and comments on commits.

use serde_json::Value;

use super::words::{body, code, commit, counted, headline, who};
use crate::value::{first_of, items, text};
use crate::write::{Note, joined, label, link};

/// Commits of a push that are listed; the others are counted.
const COMMITS: usize = 20;

/// Who pushed what to which branch, and the commits.
pub fn push(payload: &Value) -> Note {
    let commits: Vec<&Value> = items(payload, "commits").collect();
    let pusher = who(&payload["sender"]).or_else(|| who(&payload["pusher"]));
    let mut note = Note::default();
    note.line(&headline(payload, [pusher, Some(pushed(payload, commits.len()))]));
    for commit in commits.iter().take(COMMITS) {
        note.item(&listed(commit));
    }
    if let Some(more @ 1..) = commits.len().checked_sub(COMMITS) {
        note.line(&format!("… and {more} more"));
    }
    note
}

fn pushed(payload: &Value, commits: usize) -> String {
    let (kind, name) = branch_or_tag(&text(payload, "ref").unwrap_or_default());
    let is = |field: &str| payload[field] == true;
    let compare = first_of(payload, &["compare", "compare_url"]);
    if is("deleted") {
        return joined([Some(format!("deleted {kind}")), name], " ");
    }
    let verb = if is("forced") { "force-pushed" } else { "pushed" };
    if commits == 0 {
        let what = if is("created") { format!("created {kind}") } else { verb.to_owned() };
        let to = name.map(|name| if is("created") { name } else { format!("to {name}") });
        let compare = compare.map(|compare| format!("({})", link("compare", &compare)));
        return joined([Some(what), to, compare], " ");
    }
    let what = link(&counted(commits, "commit", "commits"), &compare.unwrap_or_default());
    let to = name
        .map(|name| if is("created") { format!("to the new {kind} {name}") } else { format!("to {name}") });
    joined([Some(verb.to_owned()), Some(what), to], " ")
}

/// The kind and the name of what a reference names.
fn branch_or_tag(reference: &str) -> (&'static str, Option<String>) {
    let (kind, name) = match (reference.strip_prefix("refs/tags/"), reference.strip_prefix("refs/heads/")) {
        (Some(tag), _) => ("tag", tag),
        (None, Some(branch)) => ("branch", branch),
        (None, None) => ("branch", reference),
    };
    (kind, Some(code(name)).filter(|name| !name.is_empty()))
}

/// A commit of a push, on one line.
fn listed(one: &Value) -> String {
    let message = text(one, "message").unwrap_or_default();
    let first = message.trim_start().lines().next().map(label);
    let name = commit(first_of(one, &["id", "sha"]), text(one, "url"));
    let author = who(&one["author"]).or_else(|| who(&one["committer"])).map(|author| format!("— {author}"));
    joined([name, first, author], " ")
}

/// A branch or a tag that was created or deleted without a push.
pub fn reference(event: &str, payload: &Value) -> Note {
    let mut note = Note::default();
    let verb = if event == "create" { "created" } else { "deleted" };
    let kind = text(payload, "ref_type").map(|kind| label(&kind));
    let name = text(payload, "ref").map(|name| code(&name));
    note.line(&headline(payload, [who(&payload["sender"]), Some(verb.to_owned()), kind, name]));
    note
}

/// A comment on a commit, or on a line of it.
pub fn commit_comment(payload: &Value) -> Note {
    let comment = &payload["comment"];
    let mut note = Note::default();
    let author = who(&payload["sender"]).or_else(|| who(&comment["user"]));
    let verb = if payload["action"] == "created" || payload["action"].is_null() {
        "commented on".to_owned()
    } else {
        format!("{} a comment on", label(&super::words::action(payload)))
    };
    let commit = commit(text(comment, "commit_id"), text(comment, "html_url"));
    note.line(&headline(payload, [author, Some(verb), Some("commit".to_owned()), commit, place(comment)]));
    note.paragraph(&body(comment));
    note
}

/// The file and the line that a comment stands at.
pub fn place(comment: &Value) -> Option<String> {
    let path = text(comment, "path")?;
    let line = first_of(comment, &["line", "original_line"]);
    Some(code(&line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"))))
}
