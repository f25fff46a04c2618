//! I1 of registers: in the end each has what an acknowledged last write, or an unknown one that may have come after it, gave it. I7: at
//! every node the same.
//!
//! A register has a single writer, who waits for one outcome before the next write. So of two writes the one that was sent later
//! stands, but for an attempt without an answer, which may act after later writes were answered.

use std::collections::HashMap;

use super::{Operation, Run, Violation};
use crate::history::{Action, What};
use crate::registers::Register;

/// What a history says of one register.
#[derive(Default)]
pub struct Story<'r, 'a> {
    /// What it had at first, where that is known.
    pub first: Option<Option<&'a str>>,
    /// The writes that may have been done, each with its value.
    pub(super) writes: Vec<(Option<&'a str>, &'r Operation<'a>)>,
    /// What nodes show in the end.
    pub shown: Vec<(usize, Option<&'a str>)>,
}

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    for (register, story) in stories(run) {
        for (node, value) in &story.shown {
            if !story.explains(*value) {
                let story = format!("node {node} shows {value:?} as {register:?}; {}", story.tell());
                found.push(Violation { invariant: "I1", at_us: run.end_us, story });
            }
        }
        for pair in story.shown.windows(2) {
            if pair[0].1 != pair[1].1 {
                let story = format!("nodes show {register:?} differently: {:?} and {:?}", pair[0], pair[1]);
                found.push(Violation { invariant: "I7", at_us: run.end_us, story });
            }
        }
    }
    found
}

pub fn stories<'r, 'a>(run: &'r Run<'a>) -> HashMap<&'a Register, Story<'r, 'a>> {
    let mut stories: HashMap<&'a Register, Story<'r, 'a>> = HashMap::new();
    for line in run.lines {
        match &line.what {
            What::Register { register, value } => {
                stories.entry(register).or_default().first = Some(value.as_deref());
            }
            What::Stands { node, register, value } => {
                stories.entry(register).or_default().shown.push((*node, value.as_deref()));
            }
            _ => {}
        }
    }
    for operation in run.operations.iter().filter(|one| one.may_have_acted()) {
        if let Action::Set { register, value } = operation.action {
            stories.entry(register).or_default().writes.push((value.as_deref(), operation));
        }
    }
    stories
}

impl<'a> Story<'_, 'a> {
    /// Whether a register may have this value in the end.
    fn explains(&self, value: Option<&str>) -> bool {
        let is_written_after =
            |us: u64| self.writes.iter().any(|(_, write)| write.is_ok() && write.invoked_us > us);
        let stands = |write: &Operation<'_>| !is_written_after(write.settled_us());
        let is_written = self.writes.iter().any(|(written, write)| *written == value && stands(write));
        let is_first = self.first.is_none_or(|first| first == value)
            && !self.writes.iter().any(|(_, write)| write.is_ok());
        is_written || is_first
    }

    /// The values that the register may have had at some moment of a time, as far as they are known.
    pub fn possible(&self, from: u64, to: u64) -> Vec<Option<&'a str>> {
        let is_replaced = |us: u64| {
            let later = |write: &Operation<'_>| write.invoked_us > us && write.returned_us() <= from;
            self.writes.iter().any(|(_, write)| write.is_ok() && later(write))
        };
        let stood = |write: &Operation<'_>| write.invoked_us <= to && !is_replaced(write.settled_us());
        let written = self.writes.iter().filter(|(_, write)| stood(write)).map(|(value, _)| *value);
        let mut done = self.writes.iter().map(|(_, write)| write);
        let is_written = done.any(|write| write.is_ok() && write.returned_us() <= from);
        written.chain(self.first.filter(|_| !is_written)).collect()
    }

    /// When no write of it can act any more.
    pub fn settled_us(&self) -> u64 {
        self.writes.iter().map(|(_, write)| write.settled_us()).max().unwrap_or(0)
    }

    /// The last write that was acknowledged.
    pub fn tell(&self) -> String {
        let last = self.writes.iter().rev().find(|(_, write)| write.is_ok());
        last.map_or_else(
            || format!("at first it had {:?}, and no write was acknowledged", self.first),
            |(_, write)| write.tell(),
        )
    }
}
