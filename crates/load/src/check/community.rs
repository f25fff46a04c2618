//! I3 and I4 on a community's own stream, which shows no numbers: what is hidden there must not be countable.
//!
//! Ids take the place of numbers: on one stream they rise in the order of the commits, whichever node mints them. And what others
//! saw says what there was to be seen, for people who belong to the community all the time, of channels that are never hidden.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Bound;

use ajet_protocol::EventType;
use uuid::Uuid;

use super::presence::person;
use super::rights::sign_outs;
use super::streams::{READ_LATE_US, stopped};
use super::{Run, Violation};
use crate::history::{Line, Seen, What};

/// By stream, the events that everybody there must have.
type Events = HashMap<Uuid, BTreeSet<Uuid>>;

/// What one reader has of these streams.
#[derive(Default)]
struct Reader {
    had: HashSet<Uuid>,
    /// By stream, the earliest and the latest event since the reader last began without a cursor.
    span: HashMap<Uuid, (Uuid, Uuid)>,
    /// The streams on which a replay may still begin with what came before that: the reader came back, and has had nothing later yet.
    replaying: HashSet<Uuid>,
}

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut events = Events::new();
    let late = announced_late(run);
    for event in run.lines.iter().filter_map(|line| plain(run, line)) {
        if !late.contains(&event.id) {
            events.entry(event.stream).or_default().insert(event.id);
        }
    }
    let mut readers: HashMap<&str, Reader> = HashMap::new();
    for line in run.lines.iter().filter(|line| run.presence.is_settled(person(&line.client))) {
        match &line.what {
            What::Resync { .. } | What::Opened { resumed: false, .. } => {
                let reader = readers.entry(&line.client).or_default();
                (reader.span, reader.replaying) = (HashMap::new(), HashSet::new());
            }
            What::Opened { resumed: true, .. } => {
                let reader = readers.entry(&line.client).or_default();
                reader.replaying = reader.span.keys().copied().collect();
            }
            _ => {}
        }
        if let Some(event) = plain(run, line) {
            let reader = readers.entry(&line.client).or_default();
            found.extend(reader.take(line, event, &events));
        }
    }
    let (gone, stopped) = (sign_outs(run), stopped(run));
    readers.retain(|client, _| !stopped.contains_key(client) && !gone.contains_key(person(client)));
    for (client, reader) in readers {
        for (stream, (_, last)) in &reader.span {
            let rest = (Bound::Excluded(*last), Bound::Unbounded);
            if let Some(story) = reader.lacks(client, *stream, rest, &events) {
                found.push(Violation { invariant: "I4", at_us: run.end_us, story });
            }
        }
    }
    found
}

/// What a job may have told so late that not everybody had it when they were told to go: how people look, when their change was long
/// answered.
fn announced_late(run: &Run<'_>) -> HashSet<Uuid> {
    let mut told: HashMap<Uuid, u64> = HashMap::new();
    let mut last_us = 0;
    for line in run.lines {
        let What::Event(event) = &line.what else { continue };
        last_us = line.at_us;
        if event.kind == EventType::UserUpdated.as_str() {
            told.entry(event.id).or_insert(line.at_us);
        }
    }
    let late = told.into_iter().filter(|(_, at_us)| at_us + READ_LATE_US > last_us);
    late.map(|(id, _)| id).collect()
}

/// An event of a community's own stream that everybody there is to hear of.
fn plain<'r>(run: &Run<'_>, line: &'r Line) -> Option<&'r Seen> {
    let What::Event(event) = &line.what else { return None };
    let passes = EventType::named(&event.kind).is_some_and(EventType::is_ephemeral);
    let hidden = event.channel.is_some_and(|channel| run.presence.is_hidden_at_times(channel));
    (event.community == Some(event.stream) && !passes && !hidden).then_some(event)
}

impl Reader {
    fn take(&mut self, line: &Line, event: &Seen, events: &Events) -> Option<Violation> {
        let (client, stream) = (line.client.as_str(), event.stream);
        let is_new = self.had.insert(event.id);
        let Some((first, last)) = self.span.get(&stream).copied() else {
            self.span.insert(stream, (event.id, event.id));
            return None;
        };
        if event.id >= first {
            self.replaying.remove(&stream);
        }
        // A cursor lags behind what was there when its stream was opened.
        if !is_new || self.replaying.contains(&stream) {
            return None;
        }
        self.span.insert(stream, (first, last.max(event.id)));
        let (invariant, story) = if event.id < last {
            ("I3", format!("{client} saw {} {} of {stream} after {last}", event.kind, event.id))
        } else {
            let between = (Bound::Excluded(last), Bound::Excluded(event.id));
            ("I4", self.lacks(client, stream, between, events)?)
        };
        Some(Violation { invariant, at_us: line.at_us, story })
    }

    /// The story of what is missing in a part of a stream, if anything is.
    fn lacks(
        &self,
        client: &str,
        stream: Uuid,
        part: (Bound<Uuid>, Bound<Uuid>),
        events: &Events,
    ) -> Option<String> {
        let all = events.get(&stream)?;
        let mut missing = all.range(part).filter(|id| !self.had.contains(*id));
        let first = missing.next()?;
        Some(format!(
            "{client} was never sent {first} of {stream}, which others were, and {} more",
            missing.count()
        ))
    }
}
