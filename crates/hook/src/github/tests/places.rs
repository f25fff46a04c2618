//! Events of machines, of repositories, and those that are not known.

use serde_json::json;

use super::super::samples::{of, push, workflow_run};
use super::{markdown, table};

#[test]
fn machines() {
    let job = json!({"name": "test", "workflow_name": "CI", "status": "completed", "conclusion": "failure", "head_branch": "main",
        "steps": [{"name": "build", "conclusion": "success"}, {"name": "run *tests*", "conclusion": "failure"}]});
    let check = json!({"name": "lint", "status": "completed", "conclusion": "action_required", "details_url": "https://ci.example/1",
        "check_suite": {"head_branch": "dev"}, "output": {"title": "2 problems", "summary": "See below.", "text": null}});
    let status = json!({"state": "failure", "context": "ci/build", "description": "It failed", "target_url": "https://ci.example/2",
        "sha": "0123456789abcdef", "branches": [{"name": "main"}], "commit": {"html_url": "https://github.example/c"}});
    let deployment = json!({"deployment": {"environment": "production", "ref": "main", "sha": "0123456789abcdef", "creator": {"login": "anna"}},
        "deployment_status": {"state": "success", "description": "Live", "environment_url": "https://app.example"}, "action": "created"});
    table(&[
        (
            "workflow_run",
            workflow_run("failure"),
            "acme/app: ❌ workflow CI #99 failure on main 0123456 by anna\nFix the start",
        ),
        (
            "workflow_run",
            workflow_run("success"),
            "acme/app: ✅ workflow CI #99 success on main 0123456 by anna\nFix the start",
        ),
        (
            "workflow_run",
            of(json!({"action": "in_progress", "workflow_run": {"name": "CI", "conclusion": null}})),
            "acme/app: workflow CI in progress by anna",
        ),
        (
            "workflow_job",
            of(json!({"action": "completed", "workflow_job": job})),
            "acme/app: ❌ job test of workflow CI failure on main by anna\nrun *tests*",
        ),
        (
            "check_run",
            of(json!({"action": "completed", "check_run": check})),
            "acme/app: ⚠️ check lint action required on dev by anna\n2 problems\nSee below.",
        ),
        (
            "check_suite",
            of(
                json!({"action": "completed", "check_suite": {"conclusion": "success", "head_branch": "x", "app": {"name": "CI"}}}),
            ),
            "acme/app: ✅ checks CI success on x by anna",
        ),
        ("status", of(status), "acme/app: ❌ ci/build failure on 0123456 (main)\nIt failed"),
        (
            "deployment_status",
            of(deployment),
            "acme/app: ✅ deployment of main 0123456 to production success by anna\nLive",
        ),
        (
            "deployment",
            of(json!({"action": "created", "deployment": {"environment": "test"}})),
            "acme/app: deployment to test created by anna",
        ),
    ]);
    assert!(
        markdown("workflow_run", &workflow_run("failure"))
            .contains("[CI \\#99](<https://github.example/acme/app/actions/runs/1>)")
    );
}

#[test]
fn repositories_and_people() {
    let hook = json!({"type": "Organization", "events": ["push", "issues"]});
    table(&[
        (
            "ping",
            of(json!({"zen": "Keep it *logically* awesome.", "hook_id": 1, "hook": hook})),
            "acme/app: ping\nKeep it *logically* awesome.\nEvents: push, issues",
        ),
        ("ping", json!({"zen": "Z", "organization": {"login": "acme"}}), "acme: ping\nZ"),
        ("ping", json!({}), "ping"),
        (
            "fork",
            of(json!({"forkee": {"full_name": "bert/app", "html_url": "https://github.example/bert/app"}})),
            "acme/app: anna forked the repository to bert/app",
        ),
        ("star", of(json!({"action": "created"})), "acme/app: anna starred the repository"),
        ("star", of(json!({"action": "deleted"})), "acme/app: anna removed a star from the repository"),
        ("watch", of(json!({"action": "started"})), "acme/app: anna starred the repository"),
        (
            "member",
            of(json!({"action": "added", "member": {"login": "carl"}})),
            "acme/app: anna added member carl",
        ),
        ("repository", of(json!({"action": "archived"})), "acme/app: anna archived the repository"),
        ("repository", of(json!({"action": "created"})), "acme/app: anna created the repository\nAn app"),
        (
            "repository",
            of(json!({"action": "renamed", "changes": {"repository": {"name": {"from": "old"}}}})),
            "acme/app: anna renamed the repository (formerly old)",
        ),
        (
            "label",
            of(json!({"action": "created", "label": {"name": "bug", "description": "It is broken"}})),
            "acme/app: anna created label bug\nIt is broken",
        ),
        (
            "milestone",
            of(json!({"action": "closed", "milestone": {"number": 3, "title": "1.0"}})),
            "acme/app: anna closed milestone #3 1.0",
        ),
    ]);
}

#[test]
fn unknown_events_are_named() {
    let alert = json!({"number": 4, "html_url": "https://github.example/alert/4"});
    let known = markdown("dependabot_alert", &of(json!({"action": "auto_dismissed", "alert": alert})));
    assert!(known.contains("(<https://github.example/alert/4>)"), "{known}");
    table(&[
        (
            "dependabot_alert",
            of(json!({"action": "auto_dismissed", "alert": alert})),
            "acme/app: dependabot_alert (auto dismissed) by anna — #4",
        ),
        ("public", of(json!({})), "acme/app: public by anna"),
        ("new_event", json!({}), "new_event"),
        ("- new", json!({"repository": null, "sender": null, "message": "5. hello"}), "- new\n5. hello"),
        ("x", json!({"sender": 5, "repository": "acme", "thing": {"title": "T"}}), "x — T"),
    ]);
}

#[test]
fn the_event_is_known_without_its_header() {
    table(&[
        ("", push(1), "acme/app: anna pushed 1 commit to main\n0000000 Change *1* — anna"),
        ("", json!({"zen": "Z"}), "ping\nZ"),
        ("", json!({"message": "x"}), "x"),
        ("", json!({"message": "x", "description": "d", "sender": {"login": "anna"}}), "x\nd"),
        ("", json!({"text": "t"}), "t"),
        ("", json!({"severity": "high"}), "severity: high"),
        ("", of(json!({"action": "closed", "issue": {"title": "T"}})), "acme/app: anna closed issue T"),
    ]);
}
