//! Decides the invariants from a history alone: what clients sent, what they were answered, and what they read.

mod audience;
#[cfg(test)]
mod audience_tests;
mod community;
mod complete;
mod delivered;
#[cfg(test)]
mod delivered_tests;
mod direct;
#[cfg(test)]
mod direct_tests;
mod ends;
#[cfg(test)]
mod ends_tests;
mod found;
#[cfg(test)]
mod found_tests;
mod later;
#[cfg(test)]
mod later_tests;
mod markers;
#[cfg(test)]
mod markers_tests;
mod notifications;
#[cfg(test)]
mod notifications_tests;
mod presence;
mod refetch;
mod registers;
#[cfg(test)]
mod registers_tests;
mod rights;
#[cfg(test)]
mod rights_tests;
mod streams;
mod talk;
#[cfg(test)]
mod talk_tests;
mod talked;
#[cfg(test)]
mod talked_tests;
#[cfg(test)]
mod tests;
mod told;
#[cfg(test)]
mod told_tests;
mod writes;

use std::collections::{HashMap, HashSet};
use std::fmt;

use uuid::Uuid;

use crate::history::{Action, Line, Outcome, Stored, What};
use direct::Circles;
use presence::{LINGERS_US, Presence};

/// Something that must not happen, with its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The invariant's name, such as `I1`; `untested` where a run has not tried what an invariant is about.
    pub invariant: &'static str,
    /// When it became plain, in microseconds of the run.
    pub at_us: u64,
    pub story: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:.3} s: {}", self.invariant, self.at_us as f64 / 1e6, self.story)
    }
}

/// An operation from its invocation to its outcome, if one came.
struct Operation<'a> {
    op: u64,
    client: &'a str,
    node: usize,
    action: &'a Action,
    invoked_us: u64,
    /// Attempts after the first.
    again: u32,
    returned: Option<(u64, &'a Outcome)>,
}

impl Operation<'_> {
    fn is_ok(&self) -> bool {
        matches!(self.returned, Some((_, Outcome::Ok { .. })))
    }

    /// Whether it may have been done.
    fn may_be_done(&self) -> bool {
        !matches!(self.returned, Some((_, Outcome::Refused { .. })))
    }

    /// The same, but for a refusal that may be of a later attempt than the one that did it.
    fn may_have_acted(&self) -> bool {
        self.may_be_done() || self.again > 0
    }

    /// When no attempt of it can act any more.
    fn settled_us(&self) -> u64 {
        match self.returned {
            Some((at, Outcome::Ok { .. } | Outcome::Refused { .. })) if self.again == 0 => at,
            Some((at, _)) => at.saturating_add(LINGERS_US),
            None => u64::MAX,
        }
    }

    fn returned_us(&self) -> u64 {
        self.returned.map_or(u64::MAX, |(at, _)| at)
    }

    fn tell(&self) -> String {
        let end = match self.returned {
            Some((at, outcome)) => format!("answered at {:.3} s: {outcome:?}", at as f64 / 1e6),
            None => "never answered".into(),
        };
        let (at, client, node) = (self.invoked_us as f64 / 1e6, self.client, self.node);
        format!("{client} at node {node}, {at:.3} s: {:?}, {end}", self.action)
    }
}

/// A history, sorted out.
struct Run<'a> {
    lines: &'a [Line],
    operations: Vec<Operation<'a>>,
    /// What each node shows of each channel in the end.
    finals: HashMap<Uuid, Vec<(usize, &'a [Stored])>>,
    presence: Presence<'a>,
    /// The channel of each message that was acknowledged.
    posted: HashMap<Uuid, Uuid>,
    circles: Circles<'a>,
    end_us: u64,
}

impl<'a> Run<'a> {
    fn of(lines: &'a [Line]) -> Self {
        let mut open: HashMap<u64, usize> = HashMap::new();
        let mut operations: Vec<Operation<'a>> = Vec::new();
        let mut finals: HashMap<Uuid, Vec<(usize, &'a [Stored])>> = HashMap::new();
        for line in lines {
            match &line.what {
                What::Invoked { op, node, action } => {
                    open.insert(*op, operations.len());
                    let (client, invoked_us) = (line.client.as_str(), line.at_us);
                    let (op, node, again, returned) = (*op, *node, 0, None);
                    operations.push(Operation { op, client, node, action, invoked_us, again, returned });
                }
                What::Again { op, .. } => {
                    if let Some(at) = open.get(op) {
                        operations[*at].again += 1;
                    }
                }
                What::Returned { op, outcome } => {
                    if let Some(at) = open.get(op) {
                        operations[*at].returned = Some((line.at_us, outcome));
                    }
                }
                What::Final { node, channel, messages } => {
                    finals.entry(*channel).or_default().push((*node, messages));
                }
                _ => {}
            }
        }
        let end_us = lines.last().map_or(0, |line| line.at_us);
        let presence = Presence::of(lines, &operations);
        let posted = posted_in(&operations);
        let circles = Circles::of(lines, &operations);
        Self { lines, operations, finals, presence, posted, circles, end_us }
    }
}

fn posted_in(operations: &[Operation<'_>]) -> HashMap<Uuid, Uuid> {
    let posts = operations.iter().filter_map(|one| match (one.action, one.returned) {
        (Action::Post { channel, .. }, Some((_, Outcome::Ok { message: Some(id), .. }))) => {
            Some((*id, *channel))
        }
        _ => None,
    });
    posts.collect()
}

/// I8, for a run in which no client may notice anything: every request was answered.
#[must_use]
pub fn unanswered(lines: &[Line]) -> Vec<Violation> {
    writes::unanswered(&Run::of(lines))
}

/// What of conversations a run has not put to the test, though there were talkers: it decides nothing about that.
#[must_use]
pub fn untested(lines: &[Line]) -> Vec<Violation> {
    talked::check(&Run::of(lines))
}

/// The people who lack a notification, in their list or on a stream, as far as the history goes.
#[must_use]
pub fn not_notified(lines: &[Line]) -> HashSet<Uuid> {
    notifications::lacking(&Run::of(lines))
}

/// When the last message has had its time that was certainly scheduled, and that no listener has been sent so far; none where there is no
/// such message.
#[must_use]
pub fn unsent(lines: &[Line]) -> Option<u64> {
    later::unsent(&Run::of(lines))
}

/// Whether a program lacks a message that it is to be told of, as far as the history goes.
#[must_use]
pub fn undelivered(lines: &[Line]) -> bool {
    !delivered::lacking(&Run::of(lines)).is_empty()
}

/// All violations, the earliest first.
#[must_use]
pub fn check(lines: &[Line]) -> Vec<Violation> {
    let run = Run::of(lines);
    let mut found = writes::check(&run);
    found.extend(rights::check(&run));
    found.extend(streams::check(&run));
    found.extend(community::check(&run));
    found.extend(complete::check(&run));
    found.extend(refetch::check(&run));
    found.extend(notifications::check(&run));
    found.extend(registers::check(&run));
    found.extend(markers::check(&run));
    found.extend(direct::check(&run));
    found.extend(talk::check(&run));
    found.extend(told::check(&run));
    found.extend(later::check(&run));
    found.extend(delivered::check(&run));
    found.extend(self::found::check(&run));
    found.sort_by_key(|violation| violation.at_us);
    found
}
