//! I3, I4, I6, I14 and I15: what reached whom, in which order.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Operation, Run, Violation};
use crate::history::{Action, What};

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    one_order(run, &mut found);
    no_gap(run, &mut found);
    no_leak(run, &mut found);
    one_writer(run, &mut found);
    found
}

/// I3: a number on a stream is one event, for everybody, and an event has one number.
fn one_order(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut by_number: HashMap<(Uuid, u64), Uuid> = HashMap::new();
    let mut by_event: HashMap<Uuid, (Uuid, u64)> = HashMap::new();
    for line in run.lines {
        let What::Event { id, stream, seq, .. } = &line.what else { continue };
        let first = *by_number.entry((*stream, *seq)).or_insert(*id);
        let place = *by_event.entry(*id).or_insert((*stream, *seq));
        if first != *id || place != (*stream, *seq) {
            let story = format!(
                "{} saw event {id} as {seq} of {stream}; others saw {first} there, and {id} as {} of {}",
                line.client, place.1, place.0
            );
            found.push(Violation { invariant: "I3", at_us: line.at_us, story });
        }
    }
}

/// What a reader has of its streams since it last had to refetch.
#[derive(Default)]
struct Reading {
    last: HashMap<Uuid, u64>,
}

/// I4: every reader gets every event of a stream in its order; duplicates are allowed, holes are not, and nothing is
/// missing in the end.
fn no_gap(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut readers: HashMap<&str, Reading> = HashMap::new();
    let mut heads: HashMap<Uuid, u64> = HashMap::new();
    for line in run.lines {
        match &line.what {
            What::Resync | What::Opened { resumed: false, .. } => {
                readers.insert(&line.client, Reading::default());
            }
            What::Event { stream, seq, kind, .. } => {
                let last = readers.entry(&line.client).or_default().last.entry(*stream).or_insert(*seq);
                if *seq > *last + 1 {
                    let story = format!("{} saw {kind} as {seq} of {stream} after {last}", line.client);
                    found.push(Violation { invariant: "I4", at_us: line.at_us, story });
                }
                *last = (*last).max(*seq);
                let head = heads.entry(*stream).or_default();
                *head = (*head).max(*seq);
            }
            _ => {}
        }
    }
    let closed = run.lines.iter().filter(|line| line.what == What::Closed);
    let closed: HashSet<_> = closed.map(|line| line.client.as_str()).collect();
    let (gone, left) = departures(run);
    readers.retain(|client, _| !closed.contains(client));
    for (client, reading) in readers.into_iter().filter(|(client, _)| !gone.contains_key(client)) {
        for (stream, last) in reading.last {
            let head = heads.get(&stream).copied().unwrap_or(0);
            if last < head && !left.contains_key(&(client, stream)) {
                let story = format!("{client} saw {stream} up to {last}, others up to {head}");
                found.push(Violation { invariant: "I4", at_us: run.end_us, story });
            }
        }
    }
}

type SignOuts<'a> = HashMap<&'a str, u64>;
type Leavings<'a> = HashMap<(&'a str, Uuid), u64>;

/// When somebody's sign-out, and their leaving of channels, was answered.
fn departures<'a>(run: &Run<'a>) -> (SignOuts<'a>, Leavings<'a>) {
    let (mut gone, mut left) = (HashMap::new(), HashMap::new());
    for operation in run.operations.iter().filter(|one| one.is_ok()) {
        match operation.action {
            Action::SignOut => drop(gone.insert(operation.client, operation.returned_us())),
            Action::Leave { channel } => {
                left.insert((operation.client, *channel), operation.returned_us());
            }
            _ => {}
        }
    }
    (gone, left)
}

/// I6 and I14: nothing that was sent after somebody's leaving or sign-out was answered reaches them.
fn no_leak(run: &Run<'_>, found: &mut Vec<Violation>) {
    let (gone, left) = departures(run);
    let mut sent: HashMap<&str, &Operation<'_>> = HashMap::new();
    for operation in &run.operations {
        if let Action::Post { body, .. } | Action::Edit { body, .. } = operation.action {
            // The first that sent this text: a retry repeats it.
            sent.entry(body).or_insert(operation);
        }
    }
    for line in run.lines {
        let What::Event { stream, body: Some(body), .. } = &line.what else { continue };
        let Some(operation) = sent.get(body.as_str()) else { continue };
        let after = |end: Option<&u64>| end.is_some_and(|end| operation.invoked_us > *end);
        let client = line.client.as_str();
        let signed_out = after(gone.get(client));
        if signed_out || after(left.get(&(client, *stream))) {
            let (invariant, what) = if signed_out { ("I14", "signed out") } else { ("I6", "left") };
            let story = format!("{client} had {what}, and was sent {body:?}; {}", operation.tell());
            found.push(Violation { invariant, at_us: line.at_us, story });
        }
    }
}

/// I15: no later number was written under an earlier epoch.
fn one_writer(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut seen: HashMap<Uuid, Vec<(u64, u64, u64)>> = HashMap::new();
    for line in run.lines {
        if let What::Epoch { stream, epoch, seq } = &line.what {
            seen.entry(*stream).or_default().push((*seq, *epoch, line.at_us));
        }
    }
    for (stream, mut all) in seen {
        all.sort_unstable();
        let mut told = HashSet::new();
        for pair in all.windows(2) {
            if pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1 && told.insert(stream) {
                let story = format!(
                    "{stream}: {} under epoch {}, later {} under {}",
                    pair[0].0, pair[0].1, pair[1].0, pair[1].1
                );
                found.push(Violation { invariant: "I15", at_us: pair[1].2, story });
            }
        }
    }
}
