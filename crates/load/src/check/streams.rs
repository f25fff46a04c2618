//! I3, I4 and I15 on streams that show numbers: what reached whom, in which order.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::presence::person;
use super::refetch::Excuses;
use super::rights::sign_outs;
use super::{Run, Violation};
use crate::history::{Line, What};

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    one_order(run, &mut found);
    nothing_twice(run, &mut found);
    no_gap(run, &mut found);
    one_writer(run, &mut found);
    found
}

/// I3: a number on a stream is one event, for everybody, and an event has one number.
fn one_order(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut by_number: HashMap<(Uuid, u64), Uuid> = HashMap::new();
    let mut by_event: HashMap<Uuid, (Uuid, u64)> = HashMap::new();
    for line in run.lines {
        let What::Event(event) = &line.what else { continue };
        let (Some(seq), id, stream) = (event.number(), event.id, event.stream) else { continue };
        let first = *by_number.entry((stream, seq)).or_insert(id);
        let place = *by_event.entry(id).or_insert((stream, seq));
        if first != id || place != (stream, seq) {
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
    /// The highest number, and when it came.
    last: HashMap<Uuid, (u64, u64)>,
}

/// I4: every reader gets every event of a stream in its order; duplicates are allowed, holes are not, and nothing is
/// missing in the end. Who was outside for a while misses what happened meanwhile, and on their own stream what tells of it.
fn no_gap(run: &Run<'_>, found: &mut Vec<Violation>) {
    let own = own_streams(run);
    let is_out = |client: &str, stream: Uuid, from: u64, to: u64| {
        let who = person(client);
        if own.get(&stream) == Some(&who) {
            run.presence.is_out_of_something(who, from, to)
        } else {
            run.presence.is_out_of_channel(who, stream, from, to)
        }
    };
    let mut readers: HashMap<&str, Reading> = HashMap::new();
    let mut heads: HashMap<Uuid, u64> = HashMap::new();
    for line in run.lines {
        match &line.what {
            What::Resync { .. } | What::Opened { resumed: false, .. } => {
                readers.insert(&line.client, Reading::default());
            }
            What::Event(event) => {
                let (stream, at_us) = (event.stream, line.at_us);
                let Some(seq) = event.number() else { continue };
                let reading = readers.entry(&line.client).or_default();
                let (last, last_us) = *reading.last.get(&stream).unwrap_or(&(seq, at_us));
                let since = last_us.saturating_sub(READ_LATE_US);
                if seq > last + 1 && !is_out(&line.client, stream, since, at_us) {
                    let kind = &event.kind;
                    let story = format!("{} saw {kind} as {seq} of {stream} after {last}", line.client);
                    found.push(Violation { invariant: "I4", at_us, story });
                }
                reading.last.insert(stream, (last.max(seq), at_us));
                let head = heads.entry(stream).or_default();
                *head = (*head).max(seq);
            }
            _ => {}
        }
    }
    let gone = sign_outs(run);
    let stopped = stopped(run);
    readers.retain(|client, _| !stopped.contains_key(client) && !gone.contains_key(person(client)));
    for (client, reading) in readers {
        for (stream, (last, last_us)) in reading.last {
            let head = heads.get(&stream).copied().unwrap_or(0);
            if last < head && !is_out(client, stream, last_us, run.end_us) {
                let story = format!("{client} saw {stream} up to {last}, others up to {head}");
                found.push(Violation { invariant: "I4", at_us: run.end_us, story });
            }
        }
    }
}

/// Whose own stream is which.
fn own_streams<'a>(run: &Run<'a>) -> HashMap<Uuid, &'a str> {
    let person = |line: &'a Line| match line.what {
        What::Person { id } => Some((id, line.client.as_str())),
        _ => None,
    };
    run.lines.iter().filter_map(person).collect()
}

/// An event may be read this much later than it came.
pub const READ_LATE_US: u64 = 2_000_000;

/// When readers stopped listening of their own will.
pub fn stopped<'a>(run: &Run<'a>) -> HashMap<&'a str, u64> {
    let closed = run.lines.iter().filter(|line| line.what == What::Closed);
    closed.map(|line| (line.client.as_str(), line.at_us)).collect()
}

/// I3: on a connection that was opened afresh, so without a replay, each event comes once, unless a fault made the reader fall
/// behind.
fn nothing_twice(run: &Run<'_>, found: &mut Vec<Violation>) {
    let excuses = Excuses::of(run);
    let mut connections: HashMap<&str, HashSet<Uuid>> = HashMap::new();
    for line in run.lines {
        let client = line.client.as_str();
        match &line.what {
            What::Opened { resumed: false, .. } => drop(connections.insert(client, HashSet::new())),
            What::Opened { resumed: true, .. } | What::Resync { .. } => drop(connections.remove(client)),
            What::Event(event) => {
                let again = connections.get_mut(client).is_some_and(|had| !had.insert(event.id));
                if again && !excuses.cover(line.at_us) {
                    let story = format!("{client} was sent {} {} twice", event.kind, event.id);
                    found.push(Violation { invariant: "I3", at_us: line.at_us, story });
                }
            }
            _ => {}
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
