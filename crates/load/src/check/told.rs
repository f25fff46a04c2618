//! I7 of events: what a listener was told last of a register is what it has in the end: reactions, pins, votes, the texts of edited messages,
//! and one's own drafts.
//!
//! Who is told to refetch begins anew: before that, nothing is owed. Neither is what happened shortly before the listeners were told to
//! go.

use std::collections::{HashMap, HashSet};

use ajet_protocol::EventType;
use uuid::Uuid;

use super::presence::person;
use super::registers::stories;
use super::streams::stopped;
use super::{Run, Violation};
use crate::history::{Action, Line, Seen, What};
use crate::registers::{PINNED, REACTED, Register};

/// What was answered this long before the listeners were told to go, they have been sent.
const HEARD_WITHIN_US: u64 = 10_000_000;

/// What events tell of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Of {
    Register(Register),
    /// The text of a message.
    Text(Uuid),
    /// The counts of a message's poll.
    Votes(Uuid),
}

/// What something has in the end.
struct Last {
    value: Option<String>,
    /// Whether it is what it was at first.
    is_first: bool,
    /// When the first write was sent, and when none can act any more.
    written_us: u64,
    settled_us: u64,
    /// The stream that tells of it: a room; none for a person's own.
    channel: Option<Uuid>,
}

/// What a listener was told since it last began afresh.
#[derive(Default)]
struct Heard {
    afresh_us: u64,
    streams: HashSet<Uuid>,
    /// Each with the number of the event.
    told: HashMap<Of, (u64, Option<String>)>,
}

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let is_end = |line: &Line| matches!(line.what, What::Final { .. } | What::Stands { .. });
    let until_us = run.lines.iter().find(|line| is_end(line)).map_or(run.end_us, |line| line.at_us);
    let lasts = lasts(run);
    let (heard, stopped) = (heard(run), stopped(run));
    let mut found = Vec::new();
    let is_old = |last: &Last| last.settled_us.saturating_add(HEARD_WITHIN_US) <= until_us;
    for (of, last) in lasts.iter().filter(|(_, last)| is_old(last)) {
        for (client, heard) in &heard {
            let Some(wrong) = heard.differs(of, last) else { continue };
            let is_theirs = match (of, last.channel) {
                (Of::Register(Register::Draft { person: owner, .. }), _) => person(client) == owner.as_str(),
                (_, Some(channel)) => {
                    let out = |from| run.presence.is_out_of_channel(person(client), channel, from, until_us);
                    let listens = !stopped.contains_key(client) && heard.streams.contains(&channel);
                    listens && !out(heard.afresh_us)
                }
                (_, None) => false,
            };
            if is_theirs {
                let story = format!("{client} {wrong} of {of:?}, which is {:?} in the end", last.value);
                found.push(Violation { invariant: "I7", at_us: until_us, story });
            }
        }
    }
    found
}

impl Heard {
    /// How what was told of something differs from what it has in the end, if it does.
    fn differs(&self, of: &Of, last: &Last) -> Option<String> {
        match self.told.get(of) {
            Some((seq, value)) => {
                (*value != last.value).then(|| format!("was told {value:?} by event {seq}"))
            }
            None => {
                let is_owed = last.written_us > self.afresh_us && !last.is_first;
                is_owed.then(|| "was never told".to_owned())
            }
        }
    }

    fn take(&mut self, of: Of, seq: u64, value: Option<String>) {
        let told = self.told.entry(of).or_insert((seq, None));
        // A replay brings earlier events again.
        if told.0 <= seq {
            *told = (seq, value);
        }
    }
}

/// What each listener was told.
fn heard<'a>(run: &Run<'a>) -> HashMap<&'a str, Heard> {
    let mut names: HashMap<Uuid, &str> = HashMap::new();
    let mut heard: HashMap<&'a str, Heard> = HashMap::new();
    for line in run.lines {
        match &line.what {
            What::Person { id } => {
                names.insert(*id, &line.client);
            }
            What::Opened { resumed: false, .. } | What::Resync { .. } => {
                let afresh = Heard { afresh_us: line.at_us, ..Heard::default() };
                heard.insert(&line.client, afresh);
            }
            What::Event(event) => {
                let heard = heard.entry(&line.client).or_default();
                heard.streams.insert(event.stream);
                if let (Some(seq), Some((of, value))) = (event.number(), told(event, &line.client, &names)) {
                    heard.take(of, seq, value);
                }
            }
            _ => {}
        }
    }
    heard
}

/// What an event tells.
fn told(event: &Seen, client: &str, names: &HashMap<Uuid, &str>) -> Option<(Of, Option<String>)> {
    use EventType::{
        DraftUpdated, MessageEdited, MessagePinned, MessageUnpinned, PollUpdated, ReactionAdded,
        ReactionRemoved,
    };
    let kind = EventType::named(&event.kind)?;
    let told = match kind {
        ReactionAdded | ReactionRemoved => {
            let (message, emoji) = (event.message?, event.body.clone()?);
            let person = (*names.get(&event.person?)?).to_owned();
            let value = (kind == ReactionAdded).then(|| REACTED.to_owned());
            (Of::Register(Register::Reaction { message, person, emoji }), value)
        }
        MessagePinned | MessageUnpinned => {
            let value = (kind == MessagePinned).then(|| PINNED.to_owned());
            (Of::Register(Register::Pinned(event.message?)), value)
        }
        DraftUpdated => {
            let register = Register::Draft { channel: event.channel?, person: person(client).to_owned() };
            (Of::Register(register), event.body.clone())
        }
        MessageEdited => (Of::Text(event.message?), event.body.clone()),
        PollUpdated => (Of::Votes(event.message?), Some(in_order(&event.votes))),
        _ => return None,
    };
    Some(told)
}

/// What everything has in the end that events tell of.
fn lasts(run: &Run<'_>) -> HashMap<Of, Last> {
    let mut lasts = HashMap::new();
    // By message, when the first vote was sent, and when none can act any more.
    let mut votes: HashMap<Uuid, (u64, u64)> = HashMap::new();
    for (register, story) in stories(run) {
        let Some(written_us) = story.writes.iter().map(|(_, write)| write.invoked_us).min() else { continue };
        let settled_us = story.settled_us();
        let channel = match register {
            Register::Vote { message, .. } => {
                let of_all = votes.entry(*message).or_insert((written_us, settled_us));
                *of_all = (of_all.0.min(written_us), of_all.1.max(settled_us));
                continue;
            }
            Register::Reaction { message, .. } | Register::Pinned(message) => {
                run.posted.get(message).copied()
            }
            Register::Draft { .. } => None,
            _ => continue,
        };
        let Some((_, value)) = story.shown.first() else { continue };
        let is_first = story.first.is_none_or(|first| first == *value);
        let value = value.map(str::to_owned);
        let last = Last { value, is_first, written_us, settled_us, channel };
        lasts.insert(Of::Register(register.clone()), last);
    }
    for line in run.lines {
        let What::Tallied { message, votes: counts, .. } = &line.what else { continue };
        let Some((written_us, settled_us)) = votes.get(message).copied() else { continue };
        let (channel, is_first) = (run.posted.get(message).copied(), counts.iter().all(|count| *count == 0));
        let last = Last { value: Some(in_order(counts)), is_first, written_us, settled_us, channel };
        lasts.entry(Of::Votes(*message)).or_insert(last);
    }
    texts(run, &mut lasts);
    lasts
}

/// The texts of messages that were edited, as one node shows them.
fn texts(run: &Run<'_>, lasts: &mut HashMap<Of, Last>) {
    let mut edits: HashMap<Uuid, (u64, u64, bool)> = HashMap::new();
    for operation in run.operations.iter().filter(|one| one.may_have_acted()) {
        if let Action::Edit { message, .. } = operation.action {
            let (from, until) = (operation.invoked_us, operation.settled_us());
            let of_all = edits.entry(*message).or_insert((from, until, false));
            *of_all = (of_all.0.min(from), of_all.1.max(until), of_all.2 || operation.is_ok());
        }
    }
    for (channel, nodes) in &run.finals {
        let Some((_, messages)) = nodes.first() else { continue };
        for stored in messages.iter().filter(|stored| !stored.deleted) {
            let Some((written_us, settled_us, is_edited)) = edits.get(&stored.id).copied() else { continue };
            let (value, channel) = (Some(stored.body.clone()), Some(*channel));
            let last = Last { value, is_first: !is_edited, written_us, settled_us, channel };
            lasts.insert(Of::Text(stored.id), last);
        }
    }
}

/// Counts in the order of the options.
fn in_order(votes: &[i64]) -> String {
    votes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
