//! GitHub's payloads, trimmed to the fields that matter.

use serde_json::{Map, Value, json};

/// A payload with a repository and a sender beside its own fields.
pub fn of(fields: Value) -> Value {
    let mut payload = json!({
        "repository": {"id": 1, "name": "app", "full_name": "acme/app", "html_url": "https://github.example/acme/app",
            "description": "An app", "owner": {"login": "acme"}},
        "sender": {"login": "anna", "id": 7, "html_url": "https://github.example/anna"},
    });
    let fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
    if let Some(object) = payload.as_object_mut() {
        object.extend(fields);
    }
    payload
}

pub fn issue() -> Value {
    json!({
        "number": 12, "title": "It *crashes* on <start>", "html_url": "https://github.example/acme/app/issues/12",
        "url": "https://api.github.example/repos/acme/app/issues/12", "state": "open", "user": {"login": "bert"},
        "body": "Steps:\r\n<!-- please fill in -->\r\n- start it\r\n", "labels": [],
    })
}

pub fn pull_request() -> Value {
    json!({
        "number": 34, "title": "Fix the start", "html_url": "https://github.example/acme/app/pull/34", "state": "open",
        "user": {"login": "anna"}, "body": "Closes #12", "draft": false, "merged": false,
        "head": {"ref": "fix_start", "sha": "0123456789abcdef"}, "base": {"ref": "main"},
    })
}

pub fn commit(number: usize) -> Value {
    json!({
        "id": format!("{number:040x}"), "message": format!("Change *{number}*\n\nBecause."),
        "url": format!("https://github.example/acme/app/commit/{number}"), "distinct": true,
        "author": {"name": "Anna A", "username": "anna", "email": "anna@a.example"},
    })
}

pub fn push(commits: usize) -> Value {
    of(json!({
        "ref": "refs/heads/main", "before": "aaaa", "after": "bbbb", "created": false, "deleted": false, "forced": false,
        "compare": "https://github.example/acme/app/compare/a...b", "pusher": {"name": "anna"},
        "commits": (1..=commits).map(commit).collect::<Vec<_>>(),
    }))
}

pub fn workflow_run(conclusion: &str) -> Value {
    of(json!({
        "action": "completed",
        "workflow_run": {"name": "CI", "run_number": 99, "display_title": "Fix the start", "status": "completed",
            "conclusion": conclusion, "head_branch": "main", "head_sha": "0123456789abcdef",
            "html_url": "https://github.example/acme/app/actions/runs/1", "actor": {"login": "anna"}},
        "workflow": {"name": "CI", "html_url": "https://github.example/acme/app/ci.yml"},
    }))
}
