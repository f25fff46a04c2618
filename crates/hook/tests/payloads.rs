//! Payloads of well-known senders, each with what a reader must see of it. `payloads/README.md` explains the files.

use std::fs;
use std::path::Path;

use ajet_hook::{Arrived, Endpoint, read};
use serde_json::Value;

fn strings<'a>(case: &'a Value, name: &str) -> Vec<&'a str> {
    case[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn one_blank(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('\u{2060}', "")
}

/// What is wrong with how a payload shows.
fn problems(case: &Value) -> Vec<String> {
    let json = case["payload"].to_string();
    let content_type = case["content_type"].as_str().unwrap_or_default();
    let body = match content_type {
        "application/x-www-form-urlencoded" => {
            serde_urlencoded::to_string([("payload", &json)]).expect("a form")
        }
        _ => json,
    };
    let endpoint = match case["endpoint"].as_str() {
        Some("slack") => Endpoint::Slack,
        Some("github") => Endpoint::GitHub,
        _ => Endpoint::Any,
    };
    let arrived = Arrived { endpoint, content_type, event: case["event"].as_str(), body: body.as_bytes() };
    let bodies = match read(&arrived) {
        Ok(delivery) => delivery.bodies.join("\n"),
        Err(refusal) => return vec![format!("refused: {refusal:?}")],
    };
    let shown = one_blank(&ajet_markup::visible(&bodies));
    let page = ajet_markup::to_html(&bodies, &ajet_markup::NoNames);
    let mut problems = Vec::new();
    let mut rest = shown.as_str();
    for text in strings(case, "shows") {
        let text = one_blank(text);
        match rest.find(&text) {
            Some(at) => rest = &rest[at + text.len()..],
            None => problems.push(format!("does not show {text:?} there")),
        }
    }
    let folded = shown.to_lowercase();
    let anywhere = strings(case, "shows_anywhere").into_iter().map(one_blank);
    let missing = anywhere.filter(|text| !folded.contains(&text.to_lowercase()));
    problems.extend(missing.map(|text| format!("does not show {text:?}")));
    let lines = ajet_markup::visible(&bodies);
    let hidden = strings(case, "hides").into_iter().filter(|text| lines.contains(*text));
    problems.extend(hidden.map(|text| format!("shows {text:?}")));
    let href = |link: &str| format!("href=\"{}\"", link.replace('&', "&amp;").replace('\'', "&#39;"));
    let unlinked = strings(case, "links").into_iter().filter(|link| !page.contains(&href(link)));
    problems.extend(unlinked.map(|link| format!("does not link {link:?}")));
    if !problems.is_empty() {
        problems.push(format!("in:\n{bodies}"));
    }
    problems
}

#[test]
fn everything_that_known_senders_say_is_seen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads");
    let mut failed = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        count += 1;
        let case: Value = serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
        let problems = problems(&case);
        if !problems.is_empty() {
            failed.push(format!("{}: {}", path.display(), problems.join("; ")));
        }
    }
    assert!(count >= 80, "only {count} payloads were found");
    assert!(failed.is_empty(), "\n{}", failed.join("\n\n"));
}
