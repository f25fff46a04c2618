//! Messages that are to be sent later. I1 and I2: one whose scheduling was acknowledged is sent exactly once, and one that was dropped
//! before its time never is. I9: it is sent at its time, or soon after it.
//!
//! No text is given twice, so the text of a message tells what was scheduled. A message that is dropped about when it is due may be sent or
//! not.

use std::collections::HashMap;

use ajet_protocol::EventType;
use uuid::Uuid;

use super::{Operation, Run, Violation};
use crate::history::{Action, What};

/// A message is sent this long after its time at most. Only time without a fault counts.
const SENT_WITHIN_US: u64 = 90_000_000;
/// So much sooner a message may be seen than it is due: the times of the server are in milliseconds.
const SOONER_US: u64 = 100_000;
/// What a fault brought about may show this long after its end.
const AFTERWARDS_US: u64 = 10_000_000;

/// A message that somebody asked to be sent later.
struct Later<'r, 'a> {
    schedule: &'r Operation<'a>,
    /// The request that drops it, if there is one that may have acted.
    dropped: Option<&'r Operation<'a>>,
    channel: Uuid,
    body: &'a str,
    due_us: u64,
    /// When a listener was first sent it.
    seen_us: Option<u64>,
}

impl Later<'_, '_> {
    /// Whether it is certainly to be sent.
    fn is_owed(&self) -> bool {
        self.schedule.is_ok() && self.dropped.is_none()
    }

    /// Why it must not be sent, if it must not.
    fn forbidden(&self) -> Option<&'static str> {
        if !self.schedule.may_have_acted() {
            return Some("was refused");
        }
        let is_in_time =
            |dropped: &Operation<'_>| dropped.is_ok() && dropped.returned_us() + SOONER_US < self.due_us;
        self.dropped.filter(|dropped| is_in_time(dropped)).map(|_| "was dropped before its time")
    }

    fn tell(&self) -> String {
        let dropped = self.dropped.map(|dropped| format!("; {}", dropped.tell())).unwrap_or_default();
        format!("due at {:.3} s; {}{dropped}", self.due_us as f64 / 1e6, self.schedule.tell())
    }
}

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let (all, mut found) = (laters(run), Vec::new());
    for later in &all {
        in_history(run, later, &mut found);
        at_its_time(run, later, &mut found);
    }
    refused_drops(run, &all, &mut found);
    found
}

/// When the last message has had its time that is owed, and that no listener has been sent so far.
pub fn unsent(run: &Run<'_>) -> Option<u64> {
    let all = laters(run);
    let unsent = all.iter().filter(|later| later.is_owed() && later.seen_us.is_none());
    unsent.map(|later| later.due_us + SENT_WITHIN_US).max()
}

fn laters<'r, 'a>(run: &'r Run<'a>) -> Vec<Later<'r, 'a>> {
    let mut seen: HashMap<&str, u64> = HashMap::new();
    for line in run.lines {
        if let What::Event(event) = &line.what
            && event.kind == EventType::MessageCreated.as_str()
            && let Some(body) = &event.body
        {
            seen.entry(body).or_insert(line.at_us);
        }
    }
    let mut drops: HashMap<&str, &'r Operation<'a>> = HashMap::new();
    for operation in run.operations.iter().filter(|one| one.may_have_acted()) {
        if let Action::Unschedule { key } = operation.action {
            drops.insert(key, operation);
        }
    }
    let later = |schedule: &'r Operation<'a>| {
        let Action::Schedule { channel, key, body, due_us } = schedule.action else { return None };
        let body = body.as_str();
        let (dropped, seen_us) = (drops.get(key.as_str()).copied(), seen.get(body).copied());
        Some(Later { schedule, dropped, channel: *channel, body, due_us: *due_us, seen_us })
    };
    run.operations.iter().filter_map(later).collect()
}

/// I1 and I2: it is in the history of every node as often as it may be.
fn in_history(run: &Run<'_>, later: &Later<'_, '_>, found: &mut Vec<Violation>) {
    for (node, messages) in run.finals.get(&later.channel).into_iter().flatten() {
        let times = messages.iter().filter(|stored| stored.body == later.body).count();
        let has_had_its_time = later.due_us + SENT_WITHIN_US <= run.end_us || later.seen_us.is_some();
        let (invariant, wrong) = match later.forbidden() {
            _ if times > 1 => ("I2", format!("was sent {times} times")),
            Some(why) if times > 0 => ("I1", format!("was sent, and {why}")),
            None if times == 0 && later.is_owed() && has_had_its_time => ("I1", "was not sent".to_owned()),
            _ => continue,
        };
        let story = format!("at node {node} a scheduled message {wrong}; {}", later.tell());
        found.push(Violation { invariant, at_us: run.end_us, story });
    }
}

/// I9: it is seen neither before its time nor long after it.
fn at_its_time(run: &Run<'_>, later: &Later<'_, '_>, found: &mut Vec<Violation>) {
    let Some(seen_us) = later.seen_us else { return };
    let wrong = if seen_us + SOONER_US < later.due_us {
        "before its time"
    } else if quiet_us(run, later.due_us, seen_us) > SENT_WITHIN_US {
        "long after its time"
    } else {
        return;
    };
    let story = format!("a scheduled message was sent {wrong}; {}", later.tell());
    found.push(Violation { invariant: "I9", at_us: seen_us, story });
}

/// How much of a time had no fault, nor what a fault leaves behind.
fn quiet_us(run: &Run<'_>, from: u64, until: u64) -> u64 {
    if until <= from {
        return 0;
    }
    let (mut quiet, mut since, mut under_way) = (0, from, 0_usize);
    for line in run.lines {
        let What::Fault { begins, .. } = &line.what else { continue };
        if *begins {
            if under_way == 0 {
                quiet += line.at_us.min(until).saturating_sub(since);
            }
            under_way += 1;
        } else {
            under_way = under_way.saturating_sub(1);
            since = since.max(line.at_us.saturating_add(AFTERWARDS_US));
        }
    }
    if under_way == 0 { quiet + until.saturating_sub(since) } else { quiet }
}

/// I5: what was acknowledged and is not due yet is there to be dropped.
fn refused_drops(run: &Run<'_>, all: &[Later<'_, '_>], found: &mut Vec<Violation>) {
    let by_key: HashMap<&str, &Later<'_, '_>> = all
        .iter()
        .filter_map(|later| match later.schedule.action {
            Action::Schedule { key, .. } => Some((key.as_str(), later)),
            _ => None,
        })
        .collect();
    for refused in run.operations.iter().filter(|one| !one.may_have_acted()) {
        let Action::Unschedule { key } = refused.action else { continue };
        let Some(later) = by_key.get(key.as_str()) else { continue };
        let is_there = later.schedule.is_ok() && later.schedule.returned_us() <= refused.invoked_us;
        if is_there && refused.returned_us() + SOONER_US < later.due_us {
            let story = format!("it was there to be dropped; {}; {}", refused.tell(), later.tell());
            found.push(Violation { invariant: "I5", at_us: refused.returned_us(), story });
        }
    }
}
