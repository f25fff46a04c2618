//! I1, I2, I5, I7, I8, I12 and I13: what was written is there, once, and the same for everybody.

use std::collections::{HashMap, HashSet};

use ajet_protocol::ops::TRAP;
use uuid::Uuid;

use super::presence::{Place, person};
use super::{Operation, Run, Violation};
use crate::history::{Action, Outcome, Stored, What};

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let changes = changes(run);
    posts(run, &changes, &mut found);
    finals(run, &mut found);
    reads(run, &changes, &mut found);
    invites(run, &mut found);
    isolation(run, &mut found);
    bounds(run, &mut found);
    found
}

/// Edits and deletions by the message they are about.
fn changes<'r, 'a>(run: &'r Run<'a>) -> HashMap<Uuid, Vec<&'r Operation<'a>>> {
    let mut changes: HashMap<Uuid, Vec<_>> = HashMap::new();
    for operation in &run.operations {
        if let Action::Edit { message, .. } | Action::Delete { message } = operation.action {
            changes.entry(*message).or_default().push(operation);
        }
    }
    changes
}

/// I1: every acknowledged message is in every node's history, with a content that somebody gave it.
fn posts(run: &Run<'_>, changes: &HashMap<Uuid, Vec<&Operation<'_>>>, found: &mut Vec<Violation>) {
    let index: HashMap<(Uuid, usize), HashMap<Uuid, &Stored>> = run
        .finals
        .iter()
        .flat_map(|(channel, nodes)| {
            nodes.iter().map(|(node, all)| {
                ((*channel, *node), all.iter().map(|one| (one.id, one)).collect::<HashMap<_, _>>())
            })
        })
        .collect();
    for operation in &run.operations {
        let (Action::Post { channel, body, .. }, Some((at, Outcome::Ok { message: Some(id), .. }))) =
            (operation.action, operation.returned)
        else {
            continue;
        };
        for (node, _) in run.finals.get(channel).into_iter().flatten() {
            let story = match index.get(&(*channel, *node)).and_then(|all| all.get(id)) {
                None => format!("acknowledged, and not in the history at node {node}"),
                Some(stored) => match content(stored, body, changes.get(id).map_or(&[], Vec::as_slice)) {
                    Some(problem) => format!("at node {node} {problem}: {stored:?}"),
                    None => continue,
                },
            };
            found.push(Violation {
                invariant: "I1",
                at_us: at,
                story: format!("{story}; {}", operation.tell()),
            });
        }
    }
}

/// What is wrong with a message's content in the end, if anything is.
fn content(stored: &Stored, posted: &str, changes: &[&Operation<'_>]) -> Option<String> {
    let deletions = || changes.iter().filter(|one| matches!(one.action, Action::Delete { .. }));
    if stored.deleted {
        let asked = deletions().any(|one| one.may_be_done());
        return (!asked).then(|| "is deleted, and no request asked for that".into());
    }
    if deletions().any(|one| one.is_ok()) {
        return Some("is still there, and its deletion was acknowledged".into());
    }
    let edits: Vec<_> = changes
        .iter()
        .filter_map(|one| match one.action {
            Action::Edit { body, .. } if one.may_have_acted() => Some((body.as_str(), *one)),
            _ => None,
        })
        .collect();
    // An edit stands unless another acknowledged one was begun when none of its attempts could act any more.
    let overwritten =
        |ended_us: u64| edits.iter().any(|(_, other)| other.is_ok() && other.invoked_us > ended_us);
    let original = stored.body == posted && !edits.iter().any(|(_, edit)| edit.is_ok());
    let edited = edits.iter().any(|(body, edit)| *body == stored.body && !overwritten(edit.settled_us()));
    (!original && !edited).then(|| "has a content that it must not have".into())
}

/// I2, I3, I7: no key twice, numbers rise, and every node shows the same.
fn finals(run: &Run<'_>, found: &mut Vec<Violation>) {
    for (channel, nodes) in &run.finals {
        for (node, messages) in nodes {
            let mut keys = HashSet::new();
            for message in *messages {
                if !keys.insert((message.author, message.key.as_str())) {
                    let story = format!(
                        "node {node} shows key {:?} of {} twice in {channel}",
                        message.key, message.author
                    );
                    found.push(Violation { invariant: "I2", at_us: run.end_us, story });
                }
            }
            for pair in messages.windows(2) {
                if pair[0].seq >= pair[1].seq {
                    let story = format!(
                        "node {node} shows {channel} out of order: {:?} before {:?}",
                        pair[0], pair[1]
                    );
                    found.push(Violation { invariant: "I3", at_us: run.end_us, story });
                }
            }
        }
        for pair in nodes.windows(2) {
            if let Some(difference) = difference(pair[0].1, pair[1].1) {
                let story =
                    format!("nodes {} and {} show {channel} differently: {difference}", pair[0].0, pair[1].0);
                found.push(Violation { invariant: "I7", at_us: run.end_us, story });
            }
        }
    }
    same_answer_for_a_key(run, found);
}

fn difference(one: &[Stored], other: &[Stored]) -> Option<String> {
    let at = one.iter().zip(other).position(|(a, b)| a != b);
    match at {
        Some(at) => Some(format!("{:?} against {:?}", one[at], other[at])),
        None if one.len() != other.len() => Some(format!("{} messages against {}", one.len(), other.len())),
        None => None,
    }
}

/// I2: a retry under the same key is answered with the same message.
fn same_answer_for_a_key(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut made: HashMap<(&str, &str), Uuid> = HashMap::new();
    for operation in &run.operations {
        if let (Action::Post { key, .. }, Some((at, Outcome::Ok { message: Some(id), .. }))) =
            (operation.action, operation.returned)
        {
            let first = *made.entry((operation.client, key)).or_insert(*id);
            if first != *id {
                let story = format!("first it made {first}; {}", operation.tell());
                found.push(Violation { invariant: "I2", at_us: at, story });
            }
        }
    }
}

/// I5: who was told that a message is there reads it, at any node.
fn reads(run: &Run<'_>, changes: &HashMap<Uuid, Vec<&Operation<'_>>>, found: &mut Vec<Violation>) {
    let mut posted: HashMap<Uuid, &str> = HashMap::new();
    for operation in &run.operations {
        if let (Action::Post { body, .. }, Some((_, Outcome::Ok { message: Some(id), .. }))) =
            (operation.action, operation.returned)
        {
            posted.insert(*id, body);
        }
    }
    for operation in &run.operations {
        let (Action::Read { message }, Some((at, outcome))) = (operation.action, operation.returned) else {
            continue;
        };
        let wrong = match outcome {
            Outcome::Refused { status, .. } => {
                (*status == 404 || *status == 403) && !may_be_outside(run, operation)
            }
            Outcome::Ok { body, .. } => {
                !changes.contains_key(message)
                    && posted.get(message).is_some_and(|was| body.as_deref() != Some(*was))
            }
            Outcome::Unknown { .. } => false,
        };
        if wrong {
            found.push(Violation { invariant: "I5", at_us: at, story: operation.tell() });
        }
    }
}

/// Whether somebody may have been out of what they asked for.
fn may_be_outside(run: &Run<'_>, operation: &Operation<'_>) -> bool {
    let (from, to) = (operation.invoked_us, operation.returned_us());
    let (who, channel) = (person(operation.client), run.channel_of(operation.action));
    let possible = |place: Place| run.presence.is_possible(who, place, from, to);
    if channel.is_some_and(|channel| run.circles.exclude(who, channel))
        || run.needed(operation.action).into_iter().any(possible)
    {
        return true;
    }
    match operation.action {
        Action::Join { channel } => possible(Place::Sight(*channel)),
        Action::Accept { .. } => run.presence.communities().iter().any(|id| possible(Place::Gate(*id))),
        Action::Read { .. } => channel.is_some_and(|channel| possible(Place::Channel(channel))),
        _ => false,
    }
}

/// I13: an invite serves exactly as many as it may.
fn invites(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut uses: HashMap<&str, (u64, u64, u64, bool)> = HashMap::new();
    for operation in &run.operations {
        if let Action::Accept { code, most } = operation.action {
            let entry = uses.entry(code).or_insert((*most, 0, 0, false));
            entry.1 += u64::from(operation.is_ok());
            // Who is banned is refused whatever the invite says.
            entry.2 += u64::from(operation.is_ok() || !may_be_outside(run, operation));
            entry.3 |= !operation.is_ok() && operation.may_be_done() || removed_meanwhile(run, operation);
        }
    }
    for (code, (most, accepted, asked, unknown)) in uses {
        let too_few = accepted < most.min(asked) && !unknown;
        if accepted > most || too_few {
            let story = format!("invite {code} for {most} served {accepted} of {asked}");
            found.push(Violation { invariant: "I13", at_us: run.end_us, story });
        }
    }
}

/// Whether somebody who accepted an invite may have been removed between two attempts: each of them may have been served.
fn removed_meanwhile(run: &Run<'_>, accepting: &Operation<'_>) -> bool {
    let removes = |one: &&Operation<'_>| match one.action {
        Action::Kick { person: who, .. } | Action::Ban { person: who, .. } => {
            who == person(accepting.client)
                && one.may_have_acted()
                && one.invoked_us <= accepting.returned_us()
                && one.settled_us() >= accepting.invoked_us
        }
        _ => false,
    };
    accepting.again > 0 && run.operations.iter().any(|one| removes(&one))
}

/// I8: requests that were sent again for as long as a client is patient, and never answered.
pub fn unanswered(run: &Run<'_>) -> Vec<Violation> {
    let answered =
        |one: &Operation<'_>| matches!(one.returned, Some((_, Outcome::Ok { .. } | Outcome::Refused { .. })));
    let found = run.operations.iter().filter(|one| !answered(one));
    let violation = |one: &Operation<'_>| Violation {
        invariant: "I8",
        at_us: one.returned.map_or(one.invoked_us, |(at, _)| at),
        story: format!("given up; {}", one.tell()),
    };
    found.map(violation).collect()
}

/// I8: a command that crashes its actor is refused, and no other post is: people post, join, invite and write registers only where
/// they may, but for those whose right was just taken away.
fn isolation(run: &Run<'_>, found: &mut Vec<Violation>) {
    for operation in &run.operations {
        let poison = matches!(operation.action, Action::Post { key, .. } if key.starts_with(TRAP));
        let failed = match operation.returned {
            Some((at, Outcome::Refused { status: 500, .. })) => Some((at, true)),
            Some((at, Outcome::Refused { .. }))
                if may_not_be_refused(operation) && !may_be_outside(run, operation) =>
            {
                Some((at, true))
            }
            Some((at, Outcome::Ok { .. })) => Some((at, false)),
            _ => None,
        };
        if let Some((at_us, failed)) = failed
            && failed != poison
        {
            found.push(Violation { invariant: "I8", at_us, story: operation.tell() });
        }
    }
}

fn may_not_be_refused(operation: &Operation<'_>) -> bool {
    use Action::{Invite, Join, Make, Mark, OpenDm, Post, Schedule, Set, SignIn};
    match operation.action {
        Post { .. } | Join { .. } | Invite { .. } | SignIn { .. } => true,
        // What an earlier attempt deleted is not there for a later one.
        Set { .. } | Mark { .. } | Make { .. } | OpenDm { .. } => operation.again == 0,
        // To a node whose clock is ahead the time is in the past.
        Schedule { .. } => {
            let is_too_early = matches!(operation.returned, Some((_, Outcome::Refused { status: 422, .. })));
            operation.again == 0 && !is_too_early
        }
        _ => false,
    }
}

/// No node may hold more than this, whatever comes; it is a multiple of what a node holds in these runs.
const MEMORY_MAX_KIB: u64 = 768 * 1024;

/// I12: memory is bounded.
fn bounds(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut told = HashSet::new();
    for line in run.lines {
        if let What::Memory { node, kib } = &line.what
            && *kib > MEMORY_MAX_KIB
            && told.insert(node)
        {
            let story = format!("{node} holds {kib} KiB");
            found.push(Violation { invariant: "I12", at_us: line.at_us, story });
        }
    }
}
