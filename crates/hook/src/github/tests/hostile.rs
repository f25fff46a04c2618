//! Hidden comments, texts that look like markup, and payloads that lack things or hold others than they should.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::super::samples::{commit, issue, of, pull_request, workflow_run};
use super::markdown;

#[test]
fn hidden_comments_are_hidden_outside_code_only() {
    let body = |text: &str| crate::github::words::body(&json!({"body": text}));
    for (text, shown) in [
        ("a <!-- b --> c", "a  c"),
        ("<!-- a\nb -->\r\nc", "c"),
        ("`<!-- a -->` <!-- b -->", "`<!-- a -->` "),
        ("```\n<!-- a -->\n```", "```\n<!-- a -->\n```"),
        ("<!-- `a --> b` <!-- c -->", " b` "),
        ("a <!-- b", "a <!-- b"),
        ("a <!-- b <!-- c --> d", "a  d"),
        ("<!---->x", "x"),
        ("<details>\n<summary>s</summary>", "<details>\n<summary>s</summary>"),
    ] {
        assert_eq!(body(text), shown, "{text:?}");
    }
    let started = std::time::Instant::now();
    for seed in ["<!-- ", "--> ", "<!-- -->", "`<!--", "<"] {
        let _ = body(&seed.repeat(1_000_000 / seed.len()));
    }
    for prefix in ["<!-- ", "-->", "`", "```\n", " "] {
        for seed in ["<!-- ", "-->", "`", "```\n", "<", "<!---->"] {
            let _ = body(&(prefix.repeat(100_000 / prefix.len()) + &seed.repeat(100_000 / seed.len())));
        }
    }
    // Quadratic work would take minutes; the bound is for a debug build on a busy machine.
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "took {:?}", started.elapsed());
}

const EVENTS: [&str; 29] = [
    "push",
    "create",
    "delete",
    "commit_comment",
    "issues",
    "pull_request",
    "discussion",
    "milestone",
    "label",
    "release",
    "issue_comment",
    "discussion_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "workflow_run",
    "workflow_job",
    "check_run",
    "check_suite",
    "status",
    "deployment",
    "deployment_status",
    "fork",
    "star",
    "watch",
    "member",
    "repository",
    "ping",
    "team",
    "gollum",
];

/// All that samples have, in one payload.
fn everything() -> Value {
    let mut payload = workflow_run("failure");
    for (field, value) in [
        ("issue", issue()),
        ("pull_request", pull_request()),
        ("commits", json!([commit(1)])),
        ("release", json!({"name": "r"})),
        ("comment", json!({"body": "b", "path": "p", "line": 3})),
        ("review", json!({"state": "approved"})),
        ("ref", json!("refs/heads/x")),
        ("check_run", json!({"output": {"title": "t"}})),
        ("forkee", json!({"name": "f"})),
    ] {
        payload[field] = value;
    }
    payload
}

/// Names and titles that could be taken for markup.
static LITERALS: [&str; 20] = [
    "plain words",
    "*a*",
    "**b**",
    "snake_case",
    "_c_",
    "`d`",
    "> quote",
    "# head",
    "- item",
    "5.",
    "<html>",
    "&copy;",
    "[label](https://a.example)",
    "](<",
    "a\\",
    ":tada:",
    "||e||",
    "~~f~~",
    "@everyone",
    "https://a.example/x_y",
];

fn without_blanks(text: &str) -> String {
    // The joiner keeps a backslash apart from what follows, and shows nothing.
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{2060}').collect()
}

/// Replaces each `every`-th value of a payload, objects and lists included.
fn damaged(value: &mut Value, count: &mut usize, every: usize, by: &Value) {
    *count += 1;
    if (*count).is_multiple_of(every) {
        *value = by.clone();
        return;
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|field| damaged(field, count, every, by)),
        Value::Array(list) => list.iter_mut().for_each(|item| damaged(item, count, every, by)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn every_event_says_something_whatever_is_missing(event in 0usize..29, every in 2usize..9, offset in 0usize..9, kind in 0usize..6) {
        let by = [Value::Null, json!(5), json!("x"), json!([]), json!({}), json!([{"name": "n"}])];
        let mut payload = everything();
        let mut count = offset;
        if let Value::Object(fields) = &mut payload {
            fields.values_mut().for_each(|field| damaged(field, &mut count, every, &by[kind]));
        }
        let shown = markdown(EVENTS[event], &payload);
        prop_assert!(ajet_markup::shows(&shown));
    }

    #[test]
    fn what_is_said_is_shown_in_order(sender in select(&LITERALS[..]), title in select(&LITERALS[..]), detail in select(&LITERALS[..])) {
        let issue = json!({"number": 7, "title": title, "html_url": "https://github.example/7", "body": "Some words"});
        let payload = of(json!({
            "action": "opened", "sender": {"login": sender}, "issue": issue, "assignee": {"login": detail},
        }));
        let seen = without_blanks(&ajet_markup::visible(&markdown("issues", &payload)));
        let mut rest = seen.as_str();
        for text in ["acme/app", sender, "opened", title, detail, "Some words"] {
            let text = without_blanks(text);
            let Some(at) = rest.find(&text) else {
                return Err(TestCaseError::fail(format!("{text:?} is not in {rest:?} of {seen:?}")));
            };
            rest = &rest[at + text.len()..];
        }
    }
}
