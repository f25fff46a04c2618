//! What other parts of the program say by codes and names has words here. Their sources are read for it: there is no one list of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ajet_protocol::audit::{SYSTEM_ACTIONS, is_action};

use super::audited::{GERMAN_ACTIONS, GERMAN_KINDS};
use super::refusals::{GERMAN_DETAILS, GERMAN_RULES, german_name};
use super::{Language, audited_detail};

/// The sources below a folder of the repository without their tests and comments, each with its path.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder), &mut found);
    assert!(!found.is_empty(), "{folder}");
    found
}

fn below(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.contains("test") {
            continue;
        }
        if path.is_dir() {
            below(&path, found);
        } else {
            let text = fs::read_to_string(&path).expect("text");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((path.display().to_string(), lines.collect::<Vec<_>>().join("\n")));
        }
    }
}

/// The texts that stand directly behind a piece of code.
fn behind<'a>(code: &'a str, piece: &'a str) -> impl Iterator<Item = &'a str> {
    code.split(piece).skip(1).filter_map(|rest| rest.split('"').next())
}

/// The second arguments of calls that are texts.
fn second<'a>(code: &'a str, call: &'a str, between: &'a str) -> impl Iterator<Item = &'a str> {
    let rests = code.split(call).skip(1).filter_map(move |rest| rest.split_once(between));
    rests.filter_map(|(_, rest)| rest.trim_start().strip_prefix('"')?.split('"').next())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// The rules by which fields are refused: of shapes, of use cases, of what the domain decides, of commands and of pictures.
fn rules_in(code: &str) -> BTreeSet<String> {
    let first = ["ValidationError::new(\"", "broken(\"", "bad(\"", "refused(\"", "whole(\"", "code: \""];
    let calls = ["field(", "because_of(", "wrong(", "Invalid(", "Conflict("];
    let first = first.into_iter().flat_map(|piece| behind(code, piece));
    let calls = calls.into_iter().flat_map(|call| second(code, call, ","));
    let pictures = code.lines().filter(|line| line.contains("BadImage::"));
    let pictures = pictures.flat_map(|line| behind(line, "=> \""));
    let all = first.chain(calls).chain(second(code, "of_fields(", "],")).chain(pictures);
    all.filter(|rule| is_name(rule)).map(str::to_owned).collect()
}

#[test]
fn every_rule_that_fields_can_break_is_told_in_german() {
    let mut said = BTreeSet::new();
    for folder in ["crates/protocol/src", "crates/domain/src", "src/usecases", "src/http"] {
        said.extend(sources(folder).iter().flat_map(|(_, code)| rules_in(code)));
    }
    let told: BTreeSet<String> = GERMAN_RULES.iter().map(|(rule, _)| (*rule).to_owned()).collect();
    assert_eq!(said, told);
}

/// The texts in what verbs of the domain say of themselves for the audit log: actions, kinds of what they make, and names of details.
fn audits_in(code: &str) -> impl Iterator<Item = &str> {
    let bodies = code.split("fn audit(").skip(1).filter_map(|rest| rest.split("\n    }\n").next());
    bodies.flat_map(|body| body.split('"').skip(1).step_by(2))
}

#[test]
fn every_act_that_is_audited_is_told_in_german() {
    let told: BTreeSet<String> = GERMAN_ACTIONS.iter().map(|(action, _)| (*action).to_owned()).collect();
    let mut actions: BTreeSet<String> = SYSTEM_ACTIONS.map(str::to_owned).into();
    let mut names = BTreeSet::new();
    for (path, code) in sources("crates/domain/src") {
        // An entity for tests of the writer.
        if path.ends_with("writer/numbers.rs") {
            continue;
        }
        // Some actions are named beside their verb.
        let named = behind(&code, ": &str = \"").filter(|text| text.contains('.') && is_action(text));
        actions.extend(named.map(str::to_owned));
        let (of_acts, others): (Vec<_>, Vec<_>) = audits_in(&code).partition(|text| text.contains('.'));
        actions.extend(of_acts.into_iter().map(str::to_owned));
        names.extend(others.into_iter().filter(|text| is_name(text)).map(str::to_owned));
    }
    assert_eq!(actions, told);
    let is_told = |name: &str| {
        GERMAN_KINDS.iter().any(|(kind, _)| *kind == name) || audited_detail(Language::German, name) != name
    };
    // A state is a value.
    let untold: Vec<_> = names.iter().filter(|name| *name != "on" && !is_told(name)).collect();
    assert!(names.len() > 20 && untold.is_empty(), "{untold:?}");
}

#[test]
fn what_is_told_more_closely_is_what_the_domain_says() {
    let domain = sources("crates/domain/src");
    for (detail, _) in GERMAN_DETAILS {
        assert!(domain.iter().any(|(_, code)| code.contains(&format!("\"{detail}\""))), "{detail}");
    }
}

#[test]
fn every_field_of_a_form_has_a_german_name() {
    let mut fields = BTreeSet::new();
    for (path, code) in sources("crates/web/src/pages") {
        // Its forms are samples that go nowhere.
        if path.ends_with("pages/components.rs") {
            continue;
        }
        for piece in ["Field::text(\"", "switch(\"", "checkbox(\"", "checkbox_with_hint(\"", "radio(\""] {
            fields.extend(behind(&code, piece).map(str::to_owned));
        }
        let selects = code.split("Select {").skip(1).filter_map(|rest| behind(rest, "name: \"").next());
        fields.extend(selects.map(str::to_owned));
    }
    assert!(fields.len() > 30, "{fields:?}");
    let unnamed: Vec<_> = fields.iter().filter(|field| german_name(field).is_none()).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}
