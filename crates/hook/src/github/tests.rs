//! GitHub's events, each as a reader sees it.

mod hostile;
mod places;

use serde_json::{Value, json};

use super::samples::{issue, of, pull_request, push};
use crate::{Arrived, Dialect, Endpoint, read};

fn markdown(event: &str, payload: &Value) -> String {
    let body = payload.to_string();
    let arrived = Arrived {
        endpoint: Endpoint::GitHub,
        content_type: "application/json",
        event: Some(event),
        body: body.as_bytes(),
    };
    let delivery = read(&arrived).expect("says something");
    assert_eq!((delivery.dialect, delivery.username), (Dialect::GitHub, None));
    delivery.bodies.join("\n")
}

/// Each payload, and what a reader sees of it.
fn table(cases: &[(&str, Value, &str)]) {
    for (event, payload, shown) in cases {
        let seen = ajet_markup::visible(&markdown(event, payload));
        let lines: Vec<_> = seen.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines.join("\n"), *shown, "{event}: {payload}");
    }
}

fn with(mut payload: Value, field: &str, value: Value) -> Value {
    payload[field] = value;
    payload
}

#[test]
fn pushes() {
    let (main, url) = (push(2), "https://github.example/acme/app/commit");
    let two = markdown("push", &main);
    let head = "[acme/app](<https://github.example/acme/app>): anna pushed \
                [2 commits](<https://github.example/acme/app/compare/a...b>) to `main`";
    assert_eq!(
        two,
        format!(
            "{head}\n- [`0000000`](<{url}/1>) Change \\*1\\* — anna\n- [`0000000`](<{url}/2>) Change \\*2\\* — anna"
        )
    );
    let many = markdown("push", &push(23));
    assert_eq!((many.matches("\n- ").count(), many.ends_with("\n… and 3 more")), (20, true), "{many}");
    assert!(!markdown("push", &push(20)).contains("more"));
    table(&[
        ("push", push(1), "acme/app: anna pushed 1 commit to main\n0000000 Change *1* — anna"),
        (
            "push",
            with(push(1), "forced", json!(true)),
            "acme/app: anna force-pushed 1 commit to main\n0000000 Change *1* — anna",
        ),
        (
            "push",
            with(push(1), "created", json!(true)),
            "acme/app: anna pushed 1 commit to the new branch main\n0000000 Change *1* — anna",
        ),
        ("push", with(push(0), "created", json!(true)), "acme/app: anna created branch main (compare)"),
        ("push", with(push(0), "deleted", json!(true)), "acme/app: anna deleted branch main"),
        (
            "push",
            with(with(push(0), "created", json!(true)), "ref", json!("refs/tags/v1.0")),
            "acme/app: anna created tag v1.0 (compare)",
        ),
        (
            "push",
            with(with(push(0), "deleted", json!(true)), "ref", json!("refs/tags/v1.0")),
            "acme/app: anna deleted tag v1.0",
        ),
        (
            "push",
            with(with(push(0), "sender", Value::Null), "compare", Value::Null),
            "acme/app: anna pushed to main",
        ),
        (
            "push",
            json!({"commits": [{"message": null}, {"id": "abcdefabcdef"}], "ref": "refs/heads/a/b"}),
            "pushed 2 commits to a/b\nabcdefa",
        ),
        ("create", of(json!({"ref": "v2", "ref_type": "tag"})), "acme/app: anna created tag v2"),
        ("delete", of(json!({"ref": "old", "ref_type": "branch"})), "acme/app: anna deleted branch old"),
    ]);
}

#[test]
fn issues() {
    let act = |action: &str| of(json!({"action": action, "issue": issue()}));
    let titled = "issue #12 It *crashes* on <start>";
    table(&[
        ("issues", act("opened"), &format!("acme/app: anna opened {titled}\nSteps:\nstart it")),
        ("issues", act("closed"), &format!("acme/app: anna closed {titled}")),
        ("issues", act("reopened"), &format!("acme/app: anna reopened {titled}")),
        (
            "issues",
            with(act("labeled"), "label", json!({"name": "bug_1"})),
            &format!("acme/app: anna labeled {titled} (bug_1)"),
        ),
        (
            "issues",
            with(act("assigned"), "assignee", json!({"login": "carl"})),
            &format!("acme/app: anna assigned {titled} (carl)"),
        ),
        (
            "issues",
            with(act("milestoned"), "milestone", json!({"title": "1.0", "number": 3})),
            &format!("acme/app: anna milestoned {titled} (#3 1.0)"),
        ),
        ("issues", with(act("closed"), "sender", Value::Null), &format!("acme/app: bert closed {titled}")),
        ("issues", json!({"action": "closed", "issue": {"title": "T", "user": null}}), "closed issue T"),
        (
            "issues",
            json!({"action": "deleted", "issue": null, "sender": {"login": "dependabot[bot]"}}),
            "dependabot[bot] deleted issue",
        ),
    ]);
    let mut planned = act("closed");
    planned["issue"]["state_reason"] = json!("not_planned");
    table(&[("issues", planned, &format!("acme/app: anna closed as not planned {titled}"))]);
    let linked = markdown("issues", &act("closed"));
    assert!(linked.contains("](<https://github.example/acme/app/issues/12>)"), "{linked}");
    assert!(!markdown("issues", &act("opened")).contains("please"), "hidden comments stay hidden");
}

#[test]
fn pull_requests() {
    let act = |action: &str| of(json!({"action": action, "number": 34, "pull_request": pull_request()}));
    let titled = "pull request #34 Fix the start";
    let mut merged = act("closed");
    merged["pull_request"]["merged"] = json!(true);
    let mut draft = act("opened");
    draft["pull_request"]["draft"] = json!(true);
    table(&[
        (
            "pull_request",
            act("opened"),
            &format!("acme/app: anna opened {titled} (fix_start → main)\nCloses #12"),
        ),
        (
            "pull_request",
            draft,
            &format!("acme/app: anna opened draft {titled} (fix_start → main)\nCloses #12"),
        ),
        ("pull_request", act("closed"), &format!("acme/app: anna closed {titled}")),
        ("pull_request", merged, &format!("acme/app: anna merged {titled}")),
        ("pull_request", act("synchronize"), &format!("acme/app: anna pushed to {titled}")),
        (
            "pull_request",
            act("ready_for_review"),
            &format!("acme/app: anna marked as ready for review {titled}"),
        ),
        ("pull_request", act("converted_to_draft"), &format!("acme/app: anna converted to draft {titled}")),
        (
            "pull_request",
            with(act("review_requested"), "requested_reviewer", json!({"login": "carl"})),
            &format!("acme/app: anna requested a review of {titled} (carl)"),
        ),
        (
            "pull_request",
            with(act("review_requested"), "requested_team", json!({"name": "Core", "slug": "core"})),
            &format!("acme/app: anna requested a review of {titled} (Core)"),
        ),
        (
            "pull_request",
            with(
                with(act("edited"), "changes", json!({"title": {"from": "Fix"}})),
                "pull_request",
                json!({"number": 1, "title": "Fix it", "body": null}),
            ),
            "acme/app: anna edited pull request #1 Fix it (formerly Fix)",
        ),
    ]);
}

#[test]
fn reviews_and_comments() {
    let comment = json!({"id": 1, "body": "I *see*.", "html_url": "https://github.example/c/1", "user": {"login": "carl"}});
    let on_line = json!({"body": "Why?", "path": "src/a_b.rs", "line": 7, "user": null, "html_url": "https://github.example/c/2"});
    let on_commit = json!({"body": "Nice", "commit_id": "0123456789abcdef", "path": null, "line": null});
    let review = |state: &str| {
        of(json!({"action": "submitted", "pull_request": pull_request(),
        "review": {"state": state, "body": "Good", "html_url": "https://github.example/r/1"}}))
    };
    let mut on_pull_request = of(json!({"action": "created", "issue": issue(), "comment": comment}));
    on_pull_request["issue"]["pull_request"] = json!({"url": "https://api.github.example/x"});
    let titled = "#12 It *crashes* on <start>";
    table(&[
        (
            "issue_comment",
            of(json!({"action": "created", "issue": issue(), "comment": comment})),
            &format!("acme/app: anna commented on issue {titled}\nI see."),
        ),
        (
            "issue_comment",
            of(json!({"action": "deleted", "issue": issue(), "comment": {}})),
            &format!("acme/app: anna deleted a comment on issue {titled}"),
        ),
        (
            "issue_comment",
            on_pull_request,
            &format!("acme/app: anna commented on pull request {titled}\nI see."),
        ),
        (
            "pull_request_review",
            review("approved"),
            "acme/app: anna approved pull request #34 Fix the start\nGood",
        ),
        (
            "pull_request_review",
            review("CHANGES_REQUESTED"),
            "acme/app: anna requested changes of pull request #34 Fix the start\nGood",
        ),
        (
            "pull_request_review",
            review("commented"),
            "acme/app: anna reviewed pull request #34 Fix the start\nGood",
        ),
        (
            "pull_request_review_comment",
            of(json!({"action": "created", "pull_request": pull_request(), "comment": on_line})),
            "acme/app: anna commented on pull request #34 Fix the start src/a_b.rs:7\nWhy?",
        ),
        (
            "commit_comment",
            of(json!({"action": "created", "comment": on_commit})),
            "acme/app: anna commented on commit 0123456\nNice",
        ),
        (
            "discussion_comment",
            of(
                json!({"action": "created", "discussion": {"number": 5, "title": "Idea"}, "comment": comment}),
            ),
            "acme/app: anna commented on discussion #5 Idea\nI see.",
        ),
        (
            "discussion",
            of(
                json!({"action": "answered", "discussion": {"number": 5, "title": "Idea", "body": "old"}, "answer": {"body": "Yes"}}),
            ),
            "acme/app: anna answered discussion #5 Idea\nYes",
        ),
    ]);
}

#[test]
fn comments_are_linked() {
    let comment = json!({"body": "I see.", "html_url": "https://github.example/c/1"});
    let linked =
        markdown("issue_comment", &of(json!({"action": "created", "issue": issue(), "comment": comment})));
    assert!(linked.contains("](<https://github.example/c/1>)"), "{linked}");
}

#[test]
fn releases() {
    let release = json!({"tag_name": "v1.2.3", "name": "Spring *release*", "body": "- one\n- two", "prerelease": false, "draft": false});
    table(&[
        (
            "release",
            of(json!({"action": "published", "release": release})),
            "acme/app: anna published release Spring *release* (v1.2.3)\none\ntwo",
        ),
        (
            "release",
            of(
                json!({"action": "published", "release": {"tag_name": "v1", "name": null, "prerelease": true}}),
            ),
            "acme/app: anna published pre-release v1",
        ),
        (
            "release",
            of(json!({"action": "deleted", "release": {"tag_name": "v1", "name": "v1", "body": "x"}})),
            "acme/app: anna deleted release v1",
        ),
    ]);
}
