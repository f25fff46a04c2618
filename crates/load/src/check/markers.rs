//! I1 of read markers: in the end each stands where an acknowledged write, or an unknown one, left it. I7: at every node at the same place,
//! with as many messages unread as are behind it.
//!
//! The messages of the channel are all there before the first write. Marking as read moves a marker on and never back, marking as unread
//! back and never on, so a write may be acknowledged and change nothing. Who writes waits for one outcome before the next write.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Operation, Run, Violation};
use crate::history::{Action, What};

/// A write that may have been done.
struct Write<'r, 'a> {
    back: bool,
    read: usize,
    by: &'r Operation<'a>,
}

impl Write<'_, '_> {
    /// Whether it moves a marker that stands there.
    fn moves(&self, read: usize) -> bool {
        if self.back { read > self.read } else { read < self.read }
    }
}

/// What a node shows: the node, what is read, and what is unread.
type Shown = (usize, usize, usize);

/// What a history says of one person's marker of one channel.
#[derive(Default)]
struct Marker<'r, 'a> {
    /// What was read and unread at first, where that is known.
    first: Option<(usize, usize)>,
    writes: Vec<Write<'r, 'a>>,
    shown: Vec<Shown>,
}

impl Marker<'_, '_> {
    /// Whether it may stand there in the end.
    fn explains(&self, read: usize) -> bool {
        let is_written = self.writes.iter().any(|write| {
            write.read == read && self.may_move(write) && self.stays(read, (write.by.settled_us(), u64::MAX))
        });
        is_written || self.first.is_none_or(|(first, _)| first == read) && self.stays(read, (0, u64::MAX))
    }

    /// Whether a marker that stands there may stay. It does not where a write moves it that was acknowledged, and sent and answered
    /// in this time.
    fn stays(&self, read: usize, (after, before): (u64, u64)) -> bool {
        let is_within =
            |write: &Write<'_, '_>| write.by.invoked_us > after && write.by.returned_us() < before;
        !self.writes.iter().any(|write| write.by.is_ok() && is_within(write) && write.moves(read))
    }

    /// Whether the marker may have stood where this write moves it.
    fn may_move(&self, write: &Write<'_, '_>) -> bool {
        let (from, until) = (write.by.invoked_us, write.by.settled_us());
        let stood = |read: usize, since: u64| write.moves(read) && self.stays(read, (since, from));
        let first = self.first.is_none_or(|(first, _)| stood(first, 0));
        let mut earlier = self.writes.iter().filter(|other| other.by.invoked_us <= until);
        first || earlier.any(|other| stood(other.read, other.by.settled_us()))
    }

    fn tell(&self) -> String {
        let last = self.writes.iter().rev().find(|write| write.by.is_ok());
        last.map_or_else(|| format!("at first it was {:?}", self.first), |write| write.by.tell())
    }
}

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    for ((client, channel), marker) in markers(run) {
        let mut add = |invariant: &'static str, story: String| {
            let story = format!("{client} in {channel}: {story}; {}", marker.tell());
            found.push(Violation { invariant, at_us: run.end_us, story });
        };
        for (node, read, unread) in &marker.shown {
            if !marker.explains(*read) {
                add("I1", format!("node {node} shows {read} messages as read"));
            }
            let is_all = |(first, rest): (usize, usize)| first + rest == read + unread;
            if !marker.first.is_none_or(is_all) {
                add("I7", format!("node {node} shows {read} messages as read and {unread} as unread"));
            }
        }
        for pair in marker.shown.windows(2) {
            if pair[0].1 != pair[1].1 {
                add("I7", format!("nodes show it differently: {:?} and {:?}", pair[0], pair[1]));
            }
        }
    }
    found
}

fn markers<'r, 'a>(run: &'r Run<'a>) -> BTreeMap<(&'a str, Uuid), Marker<'r, 'a>> {
    let mut markers: BTreeMap<(&'a str, Uuid), Marker<'r, 'a>> = BTreeMap::new();
    for line in run.lines {
        let What::Marked { node, channel, read, unread } = &line.what else { continue };
        let marker = markers.entry((line.client.as_str(), *channel)).or_default();
        match node {
            Some(node) => marker.shown.push((*node, *read, *unread)),
            None => marker.first = Some((*read, *unread)),
        }
    }
    for by in run.operations.iter().filter(|one| one.may_have_acted()) {
        if let Action::Mark { channel, back, read } = by.action {
            let write = Write { back: *back, read: *read, by };
            markers.entry((by.client, *channel)).or_default().writes.push(write);
        }
    }
    markers
}
