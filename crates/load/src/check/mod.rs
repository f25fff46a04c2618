//! Decides the invariants from a history alone: what clients sent, what they were answered, and what they read.

mod streams;
#[cfg(test)]
mod tests;
mod writes;

use std::collections::HashMap;
use std::fmt;

use uuid::Uuid;

use crate::history::{Action, Line, Outcome, Stored, What};

/// Something that must not happen, with its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The invariant's name, such as `I1`.
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
    client: &'a str,
    node: usize,
    action: &'a Action,
    invoked_us: u64,
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
                    operations.push(Operation { client, node: *node, action, invoked_us, returned: None });
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
        Self { lines, operations, finals, end_us }
    }
}

/// I8, for a run in which no client may notice anything: every request was answered.
#[must_use]
pub fn unanswered(lines: &[Line]) -> Vec<Violation> {
    writes::unanswered(&Run::of(lines))
}

/// All violations, the earliest first.
#[must_use]
pub fn check(lines: &[Line]) -> Vec<Violation> {
    let run = Run::of(lines);
    let mut found = writes::check(&run);
    found.extend(streams::check(&run));
    found.sort_by_key(|violation| violation.at_us);
    found
}
