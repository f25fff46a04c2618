//! Conversations, as answers show them. I5: a person reads what they chose and wrote last, at any node. I1 and I2 of counts: a message's
//! counts are those of everybody's registers together: no vote that was acknowledged is missing, and none counts twice.
//!
//! What each register has in the end is the matter of `registers`.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::registers::{Story, stories};
use super::{Operation, Run, Violation};
use crate::history::{Action, Outcome, What};
use crate::registers::Register;

/// What a history says of each register.
type Stories<'r, 'a> = HashMap<&'a Register, Story<'r, 'a>>;

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let stories = stories(run);
    let asked: HashMap<u64, &Operation<'_>> = run.operations.iter().map(|one| (one.op, one)).collect();
    let mut found = Vec::new();
    showed(run, &stories, &asked, &mut found);
    counted(run, &stories, &asked, &mut found);
    edits_read(run, &mut found);
    tallied(run, &mut found);
    found
}

/// The time of which an answer shows something: a write's answer shows what is there after it.
fn time_of(asked: &Operation<'_>) -> (u64, u64) {
    let is_write = matches!(asked.action, Action::Set { .. });
    (if is_write { asked.returned_us() } else { asked.invoked_us }, asked.returned_us())
}

/// I5: an answer shows a register that its reader writes as the reader wrote it.
fn showed(
    run: &Run<'_>,
    stories: &Stories<'_, '_>,
    asked: &HashMap<u64, &Operation<'_>>,
    found: &mut Vec<Violation>,
) {
    for line in run.lines {
        let What::Showed { op, register, value } = &line.what else { continue };
        let (Some(asked), Some(story)) = (asked.get(op), stories.get(register)) else { continue };
        let (from, to) = time_of(asked);
        let possible = story.possible(from, to);
        if !possible.is_empty() && !possible.contains(&value.as_deref()) {
            let (client, was) = (&line.client, story.tell());
            let story = format!("{client} read {value:?} as {register:?}; {was}; {}", asked.tell());
            found.push(Violation { invariant: "I5", at_us: line.at_us, story });
        }
    }
}

/// I1 and I2: an answer counts each vote that certainly stood meanwhile, and none that certainly did not.
fn counted(
    run: &Run<'_>,
    stories: &Stories<'_, '_>,
    asked: &HashMap<u64, &Operation<'_>>,
    found: &mut Vec<Violation>,
) {
    let mut voters: HashMap<Uuid, Vec<(&str, &Story<'_, '_>)>> = HashMap::new();
    for (register, story) in stories {
        if let Register::Vote { message, person } = register {
            voters.entry(*message).or_default().push((person.as_str(), story));
        }
    }
    for line in run.lines {
        let What::Counted { op, message, votes } = &line.what else { continue };
        let (Some(asked), Some(voters)) = (asked.get(op), voters.get(message)) else { continue };
        let possible: Vec<_> = voters
            .iter()
            .map(|(person, story)| {
                // Others vote while the request is under way.
                let from = if asked.client == *person { time_of(asked).0 } else { asked.invoked_us };
                story.possible(from, asked.returned_us())
            })
            .collect();
        for (place, count) in (0..).zip(votes) {
            let chosen = |value: &Option<&str>| value.is_some_and(|value| chooses(value, place));
            let certain = possible.iter().filter(|all| !all.is_empty() && all.iter().all(chosen)).count();
            let at_most = possible.iter().filter(|all| all.iter().any(chosen)).count();
            if let Some(invariant) = miscounted(*count, (certain, at_most)) {
                let counted = format!("{count} votes for option {place} of {message}");
                let story = format!("{counted}, between {certain} and {at_most} stood; {}", asked.tell());
                found.push(Violation { invariant, at_us: line.at_us, story });
            }
        }
    }
}

/// Whether a vote chooses the option at this place.
fn chooses(vote: &str, place: usize) -> bool {
    vote.split(' ').any(|one| one.parse::<usize>().is_ok_and(|one| one == place))
}

/// Which invariant a count violates, if any: something is lost, or counts twice.
fn miscounted(count: i64, (least, most): (usize, usize)) -> Option<&'static str> {
    let Ok(count) = usize::try_from(count) else { return Some("I1") };
    if count < least { Some("I1") } else { (count > most).then_some("I2") }
}

/// I5: who edited a message and was answered reads the new text, at any node.
fn edits_read(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut edits: HashMap<Uuid, Story<'_, '_>> = HashMap::new();
    let mut is_deleted = HashSet::new();
    for operation in run.operations.iter().filter(|one| one.may_have_acted()) {
        match operation.action {
            Action::Edit { message, body } => {
                edits.entry(*message).or_default().writes.push((Some(body.as_str()), operation));
            }
            Action::Delete { message } => drop(is_deleted.insert(*message)),
            _ => {}
        }
    }
    for operation in &run.operations {
        if let (Action::Post { body, .. }, Some((_, Outcome::Ok { message: Some(id), .. }))) =
            (operation.action, operation.returned)
            && let Some(edits) = edits.get_mut(id)
        {
            edits.first = Some(Some(body.as_str()));
        }
    }
    for read in &run.operations {
        let (Action::Read { message }, Some((at_us, Outcome::Ok { body: Some(body), .. }))) =
            (read.action, read.returned)
        else {
            continue;
        };
        let Some(edits) = edits.get(message).filter(|_| !is_deleted.contains(message)) else { continue };
        let is_author = edits.writes.iter().all(|(_, edit)| edit.client == read.client);
        let possible = edits.possible(read.invoked_us, at_us);
        if is_author && edits.first.is_some() && !possible.contains(&Some(body.as_str())) {
            let story = format!("{}; {}", edits.tell(), read.tell());
            found.push(Violation { invariant: "I5", at_us, story });
        }
    }
}

/// I1, I2 and I7: what a node counts under a message in the end are the registers that it shows.
fn tallied(run: &Run<'_>, found: &mut Vec<Violation>) {
    // By node, message, and emoji or option: how many people have chosen it.
    let mut chosen: HashMap<(usize, Uuid, String), usize> = HashMap::new();
    let mut pinned: HashSet<(usize, Uuid)> = HashSet::new();
    for line in run.lines {
        let What::Stands { node, register, value: Some(value) } = &line.what else { continue };
        let mut choose = |message: Uuid, what: &str| {
            *chosen.entry((*node, message, what.to_owned())).or_default() += 1;
        };
        match register {
            Register::Reaction { message, emoji, .. } => choose(*message, emoji),
            Register::Vote { message, .. } => value.split(' ').for_each(|place| choose(*message, place)),
            Register::Pinned(message) => drop(pinned.insert((*node, *message))),
            _ => {}
        }
    }
    for line in run.lines {
        let What::Tallied { node, message, reactions, votes, pinned: shows_pin } = &line.what else {
            continue;
        };
        let (node, message, at_us) = (*node, *message, line.at_us);
        let mut counts: HashMap<String, i64> =
            reactions.iter().map(|(emoji, count)| (emoji.clone(), *count)).collect();
        counts.extend(votes.iter().enumerate().map(|(place, count)| (place.to_string(), *count)));
        for (_, _, what) in chosen.keys().filter(|(at, of, _)| (*at, *of) == (node, message)) {
            // What no one is said to have chosen.
            counts.entry(what.clone()).or_default();
        }
        for (what, count) in counts {
            let people = chosen.get(&(node, message, what.clone())).copied().unwrap_or(0);
            if let Some(invariant) = miscounted(count, (people, people)) {
                let story =
                    format!("node {node} counts {count} for {what:?} of {message}, and shows it of {people}");
                found.push(Violation { invariant, at_us, story });
            }
        }
        if *shows_pin != pinned.contains(&(node, message)) {
            let story = format!("node {node} shows {message} pinned: {shows_pin}; the list of pins differs");
            found.push(Violation { invariant: "I7", at_us, story });
        }
    }
}
