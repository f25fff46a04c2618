//! Hidden comments, and payloads that lack things or hold others than they should.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::samples::{commit, issue, pull_request, workflow_run};
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

/// Replaces every so-manieth leaf or branch of a payload.
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
}
