//! Events of machines: workflows, jobs, checks, commit statuses and deployments.

use serde_json::Value;

use super::words::{action, code, commit, headline, line_of, who};
use crate::value::{first_of, items, text};
use crate::write::{Note, joined, label, link};

/// A run of a workflow, a job or a check: how it ended, on which branch, and which of its steps failed.
pub fn run(payload: &Value, field: &str, noun: &str) -> Note {
    let run = &payload[field];
    let mut note = Note::default();
    let outcome = first_of(run, &["conclusion", "status"]).unwrap_or_else(|| action(payload));
    let address = first_of(run, &["html_url", "details_url"]).unwrap_or_default();
    let name = text(run, "name").or_else(|| text(&run["app"], "name")).map(|name| label(&name));
    let number = text(run, "run_number").map(|number| label(&format!("#{number}")));
    let branch = text(run, "head_branch").or_else(|| text(&run["check_suite"], "head_branch"));
    note.line(&headline(
        payload,
        [
            mark(&outcome),
            Some(noun.to_owned()),
            Some(link(&joined([name, number], " "), &address)),
            of_workflow(run),
            Some(words_of(&outcome)),
            branch.map(|branch| format!("on {}", code(&branch))),
            commit(text(run, "head_sha"), None),
            who(&run["actor"]).or_else(|| who(&payload["sender"])).map(|who| format!("by {who}")),
        ],
    ));
    note.line(&line_of(run, "display_title"));
    note.line(&line_of(&run["output"], "title"));
    for name in ["summary", "text"] {
        note.paragraph(&text(&run["output"], name).unwrap_or_default());
    }
    for step in items(run, "steps").filter(|step| step["conclusion"] == "failure") {
        note.item(&line_of(step, "name"));
    }
    note
}

fn of_workflow(run: &Value) -> Option<String> {
    text(run, "workflow_name").map(|name| format!("of workflow {}", label(&name)))
}

/// A commit status.
pub fn status(payload: &Value) -> Note {
    let mut note = Note::default();
    let state = text(payload, "state").unwrap_or_default();
    let context = text(payload, "context").map_or_else(|| "status".to_owned(), |context| label(&context));
    let branches: Vec<_> = items(payload, "branches").filter_map(|one| text(one, "name")).collect();
    let branches: Vec<_> = branches.iter().map(|branch| code(branch)).collect();
    note.line(&headline(
        payload,
        [
            mark(&state),
            Some(link(&context, &text(payload, "target_url").unwrap_or_default())),
            Some(words_of(&state)),
            commit(text(payload, "sha"), text(&payload["commit"], "html_url"))
                .map(|commit| format!("on {commit}")),
            (!branches.is_empty()).then(|| format!("({})", branches.join(", "))),
        ],
    ));
    note.line(&line_of(payload, "description"));
    note
}

/// A deployment, or how one goes on.
pub fn deployment(payload: &Value) -> Note {
    let (deployment, status) = (&payload["deployment"], &payload["deployment_status"]);
    let mut note = Note::default();
    let state = text(status, "state").unwrap_or_else(|| action(payload));
    let address = first_of(status, &["environment_url", "target_url", "log_url"]).unwrap_or_default();
    let environment = text(deployment, "environment").or_else(|| text(status, "environment"));
    note.line(&headline(
        payload,
        [
            mark(&state),
            Some(link("deployment", &address)),
            text(deployment, "ref").map(|name| format!("of {}", code(&name))),
            commit(text(deployment, "sha"), None),
            environment.map(|environment| format!("to {}", label(&environment))),
            Some(words_of(&state)),
            who(&deployment["creator"]).or_else(|| who(&payload["sender"])).map(|who| format!("by {who}")),
        ],
    ));
    for thing in [deployment, status] {
        note.line(&line_of(thing, "description"));
    }
    note
}

/// A sign by which an outcome is seen at a glance.
fn mark(outcome: &str) -> Option<String> {
    let mark = match outcome {
        "success" => "✅",
        "failure" | "error" | "timed_out" | "startup_failure" => "❌",
        "action_required" => "⚠️",
        _ => return None,
    };
    Some(mark.to_owned())
}

fn words_of(outcome: &str) -> String {
    label(&outcome.replace('_', " "))
}
