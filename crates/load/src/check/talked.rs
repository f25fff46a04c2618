//! That conversations were put to the test at all: where no vote was acknowledged, no violation says nothing about votes. It is no
//! invariant of the server, and fails the run like one.

use std::collections::HashSet;

use super::{Operation, Run, Violation};
use crate::history::{Action, What};
use crate::registers::Register;

/// What talkers do, and the pinner beside them.
const KINDS: [&str; 4] = ["reaction", "pin", "vote", "edit"];
/// Among so many acknowledged acts, and so many of each talker, chance leaves none of these out: a run may be too short for them.
const ACTS: usize = 120;
const ACTS_OF_EACH: usize = 30;

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let talkers = talkers(run);
    let acknowledged = || run.operations.iter().filter(|one| one.is_ok());
    let acts = acknowledged().filter(|one| talkers.contains(one.client)).count();
    let enough = ACTS.max(ACTS_OF_EACH * talkers.len());
    if talkers.is_empty() || (1..enough).contains(&acts) {
        return Vec::new();
    }
    let done: HashSet<&str> = acknowledged().filter_map(|one| kind_of(one, &talkers)).collect();
    let lacking = KINDS.into_iter().filter(|kind| !done.contains(kind));
    let violation = |kind: &str| {
        let story = format!("no {kind} was acknowledged; talkers: {}, their acts: {acts}", talkers.len());
        Violation { invariant: "untested", at_us: run.end_us, story }
    };
    lacking.map(violation).collect()
}

/// Each talker has a draft.
fn talkers<'a>(run: &Run<'a>) -> HashSet<&'a str> {
    let drafts = run.lines.iter().filter_map(|line| match &line.what {
        What::Register { register: Register::Draft { person, .. }, .. } => Some(person.as_str()),
        _ => None,
    });
    drafts.collect()
}

/// Which of [`KINDS`] it is. What is taken back counts as none, since it need not have been there; others than talkers edit as well.
fn kind_of(one: &Operation<'_>, talkers: &HashSet<&str>) -> Option<&'static str> {
    match one.action {
        Action::Set { register: Register::Reaction { .. }, value: Some(_) } => Some("reaction"),
        Action::Set { register: Register::Pinned(_), value: Some(_) } => Some("pin"),
        Action::Set { register: Register::Vote { .. }, value: Some(_) } => Some("vote"),
        Action::Edit { .. } if talkers.contains(one.client) => Some("edit"),
        _ => None,
    }
}
