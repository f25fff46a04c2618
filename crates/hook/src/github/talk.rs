//! Events of what people write: issues, pull requests, discussions, releases, reviews and comments.

use serde_json::Value;

use super::code::place;
use super::words::{action, body, code, headline, line_of, titled, who};
use crate::value::text;
use crate::write::{Note, label};

/// The actions that come with a new text; with others the text is the old one.
const WRITING: [&str; 7] =
    ["opened", "created", "edited", "published", "released", "prereleased", "submitted"];

/// Something that has a title and a text of its own, and that people discuss or plan with.
pub fn thread(payload: &Value, field: &str, noun: &str) -> Note {
    let thing = &payload[field];
    let mut note = Note::default();
    let address = text(&payload["answer"], "html_url");
    note.line(&headline(
        payload,
        [
            who(&payload["sender"]).or_else(|| who(&thing["user"])),
            Some(verb(payload, thing)),
            Some(noun.to_owned()),
            titled(thing, address),
            detail(payload),
            branches(payload, thing),
        ],
    ));
    if is_writing(payload) {
        note.paragraph(&body(thing));
        note.paragraph(&line_of(thing, "description"));
    }
    note.paragraph(&body(&payload["answer"]));
    note
}

fn is_writing(payload: &Value) -> bool {
    text(payload, "action").is_none_or(|action| WRITING.contains(&action.as_str()))
}

/// What was done to a thing.
fn verb(payload: &Value, thing: &Value) -> String {
    let action_name = text(payload, "action").unwrap_or_default();
    match action_name.as_str() {
        "closed" if thing["merged"] == true => "merged".to_owned(),
        "closed" => match text(thing, "state_reason") {
            Some(reason) if reason != "completed" => {
                format!("closed as {}", label(&reason.replace('_', " ")))
            }
            _ => "closed".to_owned(),
        },
        "opened" if thing["draft"] == true => "opened draft".to_owned(),
        "ready_for_review" => "marked as ready for review".to_owned(),
        "review_requested" => "requested a review of".to_owned(),
        "review_request_removed" => "withdrew the request for a review of".to_owned(),
        "synchronize" => "pushed to".to_owned(),
        "auto_merge_enabled" => "enabled automatic merging of".to_owned(),
        "auto_merge_disabled" => "disabled automatic merging of".to_owned(),
        _ => label(&action(payload)),
    }
}

/// What an action adds or takes away: a label, a person, a milestone, the former title.
fn detail(payload: &Value) -> Option<String> {
    let people = ["assignee", "requested_reviewer", "requested_team"];
    let person = people.into_iter().find_map(|field| who(&payload[field]));
    let action_name = text(payload, "action").unwrap_or_default();
    let label_or_milestone = match action_name.as_str() {
        "labeled" | "unlabeled" => titled(&payload["label"], None),
        "milestoned" | "demilestoned" => titled(&payload["milestone"], None),
        _ => None,
    };
    let former =
        text(&payload["changes"]["title"], "from").map(|title| format!("formerly {}", label(&title)));
    label_or_milestone.or(person).or(former).map(|detail| format!("({detail})"))
}

/// From which branch into which a new pull request leads.
fn branches(payload: &Value, thing: &Value) -> Option<String> {
    let (head, base) = (text(&thing["head"], "ref")?, text(&thing["base"], "ref")?);
    (payload["action"] == "opened").then(|| format!("({} → {})", code(&head), code(&base)))
}

/// A release, with its tag if its name is another one.
pub fn release(payload: &Value) -> Note {
    let release = &payload["release"];
    let mut note = Note::default();
    let kind = match (release["draft"] == true, release["prerelease"] == true) {
        (true, _) => "draft release",
        (false, true) => "pre-release",
        (false, false) => "release",
    };
    let tag = text(release, "tag_name").filter(|tag| text(release, "name").is_some_and(|name| name != *tag));
    note.line(&headline(
        payload,
        [
            who(&payload["sender"]).or_else(|| who(&release["author"])),
            Some(label(&action(payload))),
            Some(kind.to_owned()),
            titled(release, None),
            tag.map(|tag| format!("({})", code(&tag))),
        ],
    ));
    if is_writing(payload) {
        note.paragraph(&body(release));
    }
    note
}

/// A comment on an issue or on a pull request, which GitHub calls an issue too.
pub fn issue_comment(payload: &Value) -> Note {
    let is_pull_request = !payload["issue"]["pull_request"].is_null();
    comment(payload, "issue", if is_pull_request { "pull request" } else { "issue" })
}

/// A comment on something, or on a line of it.
pub fn comment(payload: &Value, field: &str, noun: &str) -> Note {
    let comment = &payload["comment"];
    let mut note = Note::default();
    let verb = match text(payload, "action").as_deref() {
        Some("created") | None => "commented on".to_owned(),
        Some(_) => format!("{} a comment on", label(&action(payload))),
    };
    note.line(&headline(
        payload,
        [
            who(&payload["sender"]).or_else(|| who(&comment["user"])),
            Some(verb),
            Some(noun.to_owned()),
            titled(&payload[field], text(comment, "html_url")),
            place(comment),
        ],
    ));
    note.paragraph(&body(comment));
    note
}

/// A review of a pull request.
pub fn review(payload: &Value) -> Note {
    let review = &payload["review"];
    let mut note = Note::default();
    let state = text(review, "state").unwrap_or_default().to_lowercase();
    let verb = match (text(payload, "action").as_deref(), state.as_str()) {
        (Some("submitted") | None, "approved") => "approved".to_owned(),
        (Some("submitted") | None, "changes_requested") => "requested changes of".to_owned(),
        (Some("submitted") | None, _) => "reviewed".to_owned(),
        _ => format!("{} a review of", label(&action(payload))),
    };
    note.line(&headline(
        payload,
        [
            who(&payload["sender"]).or_else(|| who(&review["user"])),
            Some(verb),
            Some("pull request".to_owned()),
            titled(&payload["pull_request"], text(review, "html_url")),
        ],
    ));
    note.paragraph(&body(review));
    note
}
