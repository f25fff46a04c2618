//! I4, by what was acknowledged: who is in a channel and listens gets every message of it, from the answer to their joining on.
//!
//! Holes between two events are found by numbers (`streams`). This finds what is missing before the first.

use std::collections::HashMap;

use uuid::Uuid;

use super::presence::person;
use super::streams::stopped;
use super::{Run, Violation};
use crate::history::{Action, Outcome, What};

/// A message that was acknowledged.
struct Posted {
    invoked_us: u64,
    returned_us: u64,
    seq: u64,
}

/// What one client listened to.
#[derive(Default)]
struct Heard {
    /// When it began to listen afresh, or was told to refetch.
    afresh: Vec<u64>,
    /// By channel, the numbers that it had, each with when that was first.
    had: HashMap<Uuid, HashMap<u64, u64>>,
}

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let posted = posted(run);
    let mut heard: HashMap<&str, Heard> = HashMap::new();
    for line in run.lines {
        match &line.what {
            What::Resync { .. } | What::Opened { resumed: false, .. } => {
                heard.entry(&line.client).or_default().afresh.push(line.at_us);
            }
            What::Event(event) => {
                if let Some(seq) = event.number() {
                    let had = &mut heard.entry(&line.client).or_default().had;
                    had.entry(event.stream).or_default().entry(seq).or_insert(line.at_us);
                }
            }
            _ => {}
        }
    }
    let stopped = stopped(run);
    let mut found = Vec::new();
    for (client, heard) in &heard {
        let end_us = stopped.get(client).copied().unwrap_or(u64::MAX);
        for (channel, had) in &heard.had {
            let Some(posted) = posted.get(channel) else { continue };
            for span in spans(run, client, *channel, (heard.afresh.as_slice(), end_us)) {
                found.extend(lacks(posted, had, span).map(|(at_us, what)| {
                    let story = format!("{client} is in {channel} and was never sent {what}");
                    Violation { invariant: "I4", at_us, story }
                }));
            }
        }
    }
    found
}

/// Acknowledged messages by channel, in the order in which they were sent.
fn posted(run: &Run<'_>) -> HashMap<Uuid, Vec<Posted>> {
    let mut posted: HashMap<Uuid, Vec<Posted>> = HashMap::new();
    for operation in &run.operations {
        if let (Action::Post { channel, .. }, Some((returned_us, Outcome::Ok { seq: Some(seq), .. }))) =
            (operation.action, operation.returned)
        {
            let one = Posted { invoked_us: operation.invoked_us, returned_us, seq: *seq };
            posted.entry(*channel).or_default().push(one);
        }
    }
    posted
}

/// The times in which a client was certainly in a channel and listened without a break.
fn spans(run: &Run<'_>, client: &str, channel: Uuid, (afresh, end_us): (&[u64], u64)) -> Vec<(u64, u64)> {
    let who = person(client);
    let places = run.presence.around(channel);
    let mut out: Vec<_> = places
        .into_iter()
        .flat_map(|place| run.presence.of_person(who, place))
        .map(|absence| (absence.possible.start, absence.possible.end))
        .chain([(end_us, u64::MAX)])
        .collect();
    // One stops listening and begins again in the same moment.
    out.extend(afresh.iter().map(|at| (*at, *at)));
    out.sort_unstable();
    let mut spans = Vec::new();
    // Before it began to listen nothing is owed.
    let mut from: Option<u64> = None;
    for (start, end) in out {
        if let Some(from) = from
            && from < start
        {
            spans.push((from, start));
        }
        let listens = afresh.first().is_some_and(|first| end >= *first);
        from = if listens { Some(from.unwrap_or(0).max(end)) } else { None };
    }
    spans
}

/// What is missing of the messages that were sent and acknowledged within a span, before the last that was had in it. What came after the
/// span says nothing: who is told to refetch reads the ones before from the history.
fn lacks(posted: &[Posted], had: &HashMap<u64, u64>, (from, until): (u64, u64)) -> Option<(u64, String)> {
    let first = posted.partition_point(|one| one.invoked_us <= from);
    let within = posted[first..].iter().take_while(|one| one.invoked_us < until);
    let within: Vec<_> = within.filter(|one| one.returned_us < until).collect();
    let last =
        within.iter().map(|one| one.seq).filter(|seq| had.get(seq).is_some_and(|at| *at < until)).max()?;
    let mut missing = within.into_iter().filter(|one| one.seq < last && !had.contains_key(&one.seq));
    let one = missing.next()?;
    Some((one.returned_us, format!("{}, and {} more", one.seq, missing.count())))
}
