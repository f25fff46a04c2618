//! The checker on events: what listeners were told last is what stands in the end.

use std::collections::BTreeMap;

use super::tests::{GENERAL, Story, TOWN, id, ok, sound};
use crate::history::{Action, Line, Seen, Stored, What};
use crate::registers::{PINNED, REACTED, Register};

/// A message of [`sound`].
const TOPIC: u128 = 1;
/// Who writes registers, and who that is to the server.
const WRITER: &str = "talker-0";
const WRITER_ID: u128 = 60;
/// When the listeners are told to go.
const END_US: u64 = 60_000_000;

/// What [`sound`] tells, with somebody who writes registers that have no value at first.
fn begun(register: &Register) -> Story {
    let mut story = sound();
    story.line(WRITER, What::Person { id: id(WRITER_ID) });
    story.line("scene", What::Register { register: register.clone(), value: None });
    story
}

fn write(story: &mut Story, register: &Register, value: Option<&str>) {
    let (register, value) = (register.clone(), value.map(str::to_owned));
    story.act(WRITER, Action::Set { register, value }, ok());
}

/// Both readers are sent an event of the room.
fn hear(story: &mut Story, seq: u64, kind: &str, rest: &Seen) {
    for reader in ["r1", "r2"] {
        let seen = Seen {
            id: id(2000 + u128::from(seq)),
            stream: id(GENERAL),
            community: Some(id(TOWN)),
            seq: Some(seq),
            kind: kind.to_owned(),
            message: Some(id(TOPIC)),
            person: Some(id(WRITER_ID)),
            ..rest.clone()
        };
        story.line(reader, What::Event(seen));
    }
}

fn said(body: &str) -> Seen {
    Seen { body: Some(body.to_owned()), ..Seen::default() }
}

fn at(story: &mut Story, at_us: u64, what: What) {
    story.lines.push(Line { at_us, client: "end".into(), what });
}

/// What is found where a node shows this in the end.
fn ends(mut story: Story, register: &Register, value: Option<&str>) -> Vec<&'static str> {
    let (register, value) = (register.clone(), value.map(str::to_owned));
    at(&mut story, END_US, What::Stands { node: 0, register, value });
    story.check()
}

fn reaction() -> Register {
    Register::Reaction { message: id(TOPIC), person: WRITER.into(), emoji: "👍".into() }
}

#[test]
fn a_reaction_that_listeners_know_otherwise_is_found() {
    let register = reaction();
    let heard = |kinds: &[&str]| {
        let mut story = begun(&register);
        write(&mut story, &register, Some(REACTED));
        for (seq, kind) in (4..).zip(kinds) {
            hear(&mut story, seq, kind, &said("👍"));
        }
        ends(story, &register, Some(REACTED))
    };
    assert_eq!(heard(&["reaction.added"]), [""; 0]);
    assert_eq!(heard(&["reaction.added", "reaction.removed"]), ["I7", "I7"]);
    assert_eq!(heard(&[]), ["I7", "I7"], "they were never told");
}

#[test]
fn a_pin_that_was_taken_away_and_is_still_known_is_found() {
    let register = Register::Pinned(id(TOPIC));
    let heard = |kinds: &[&str]| {
        let mut story = begun(&register);
        write(&mut story, &register, Some(PINNED));
        write(&mut story, &register, None);
        for (seq, kind) in (4..).zip(kinds) {
            hear(&mut story, seq, kind, &Seen::default());
        }
        ends(story, &register, None)
    };
    assert_eq!(heard(&["message.pinned", "message.unpinned"]), [""; 0]);
    assert_eq!(heard(&["message.pinned"]), ["I7", "I7"]);
}

/// A replay begins with what the reader had before.
#[test]
fn an_earlier_event_that_comes_again_says_nothing() {
    let register = reaction();
    let mut story = begun(&register);
    write(&mut story, &register, Some(REACTED));
    write(&mut story, &register, None);
    hear(&mut story, 4, "reaction.added", &said("👍"));
    hear(&mut story, 5, "reaction.removed", &said("👍"));
    for reader in ["r1", "r2"] {
        story.open(reader, true);
    }
    hear(&mut story, 4, "reaction.added", &said("👍"));
    assert_eq!(ends(story, &register, None), [""; 0]);
}

#[test]
fn who_was_told_to_refetch_is_not_owed_what_was_before() {
    let register = reaction();
    let mut story = begun(&register);
    write(&mut story, &register, Some(REACTED));
    story.line("fault", What::Fault { name: "nats-gone".into(), begins: true });
    for reader in ["r1", "r2"] {
        story.line(reader, What::Resync { reason: "behind".into() });
    }
    assert_eq!(ends(story, &register, Some(REACTED)), [""; 0]);
}

#[test]
fn what_was_answered_just_before_the_end_may_be_under_way() {
    let register = reaction();
    let mut story = begun(&register);
    write(&mut story, &register, Some(REACTED));
    let value = Some(REACTED.to_owned());
    at(&mut story, 5_000_000, What::Stands { node: 0, register, value });
    assert_eq!(story.check(), [""; 0]);
}

#[test]
fn votes_that_listeners_count_otherwise_are_found() {
    let register = Register::Vote { message: id(TOPIC), person: WRITER.into() };
    let heard = |votes: &[i64]| {
        let mut story = begun(&register);
        write(&mut story, &register, Some("0"));
        hear(&mut story, 4, "poll.updated", &Seen { votes: votes.to_vec(), ..Seen::default() });
        let (node, message, reactions) = (0, id(TOPIC), BTreeMap::new());
        let (votes, pinned) = (vec![1, 0], false);
        at(&mut story, END_US, What::Tallied { node, message, reactions, votes, pinned });
        ends(story, &register, Some("0"))
    };
    assert_eq!(heard(&[1, 0]), [""; 0]);
    assert_eq!(heard(&[2, 0]), ["I7", "I7"]);
}

#[test]
fn a_text_that_listeners_know_otherwise_is_found() {
    let heard = |bodies: &[&str]| {
        let mut story = sound();
        for body in ["one", "two"] {
            story.act("ann", Action::Edit { message: id(TOPIC), body: body.into() }, ok());
        }
        for (seq, body) in (4..).zip(bodies) {
            hear(&mut story, seq, "message.edited", &said(body));
        }
        let stored = |n: u64| Stored {
            id: id(n.into()),
            author: id(9),
            key: format!("k{n}"),
            seq: n,
            body: if n == 1 { "two".into() } else { format!("text {n}") },
            deleted: false,
        };
        let messages = (1..=3).map(stored).collect();
        at(&mut story, END_US, What::Final { node: 0, channel: id(GENERAL), messages });
        story.check()
    };
    assert_eq!(heard(&["one", "two"]), [""; 0]);
    assert_eq!(heard(&["one"]), ["I7", "I7"]);
    assert_eq!(heard(&[]), ["I7", "I7"]);
}

#[test]
fn a_draft_that_its_own_sessions_know_otherwise_is_found() {
    let register = Register::Draft { channel: id(GENERAL), person: WRITER.into() };
    let heard = |drafts: &[Option<&str>]| {
        let mut story = begun(&register);
        story.open(WRITER, false);
        write(&mut story, &register, Some("one"));
        write(&mut story, &register, None);
        for (seq, draft) in (1..).zip(drafts) {
            let (kind, channel) = ("draft.updated".to_owned(), Some(id(GENERAL)));
            let (id, stream, seq, body) =
                (id(3000 + u128::from(seq)), id(WRITER_ID), Some(seq), draft.map(str::to_owned));
            let seen = Seen { id, stream, seq, kind, channel, body, ..Seen::default() };
            story.line(WRITER, What::Event(seen));
        }
        ends(story, &register, None)
    };
    assert_eq!(heard(&[Some("one"), None]), [""; 0]);
    assert_eq!(heard(&[Some("one")]), ["I7"]);
}
