//! The checker on what answers show of conversations: counts, own choices, and texts that were edited.

use std::collections::BTreeMap;

use super::tests::{Story, id, ok, sound};
use crate::history::{Action, Outcome, What};
use crate::registers::{PINNED, REACTED, Register};

/// A message of [`sound`], with a poll.
const TOPIC: u128 = 1;

fn vote_of(person: &str) -> Register {
    Register::Vote { message: id(TOPIC), person: person.into() }
}

fn vote(person: &str, value: Option<&str>) -> Action {
    Action::Set { register: vote_of(person), value: value.map(str::to_owned) }
}

fn unknown() -> Outcome {
    Outcome::Unknown { why: "timeout".into() }
}

fn read(body: &str) -> Outcome {
    Outcome::Ok { message: Some(id(TOPIC)), seq: None, body: Some(body.into()) }
}

/// What [`sound`] tells, with a poll of which two people may vote.
fn polled() -> Story {
    let mut story = sound();
    for person in ["a", "b"] {
        story.line("scene", What::Register { register: vote_of(person), value: None });
    }
    story
}

/// What is found where the answer to the last request shows these votes.
fn counted(mut story: Story, votes: &[i64]) -> Vec<&'static str> {
    let (op, votes) = (story.ops, votes.to_vec());
    story.line("b", What::Counted { op, message: id(TOPIC), votes });
    story.check()
}

#[test]
fn a_vote_that_is_lost_or_counts_twice_is_found() {
    let voted = |votes: &[i64]| {
        let mut story = polled();
        story.act("a", vote("a", Some("0 2")), ok());
        story.act("b", vote("b", Some("0")), ok());
        counted(story, votes)
    };
    assert_eq!(voted(&[2, 0, 1]), [""; 0]);
    assert_eq!(voted(&[1, 0, 1]), ["I1"]);
    assert_eq!(voted(&[3, 0, 1]), ["I2"]);
    assert_eq!(voted(&[2, 1, 0]), ["I2", "I1"]);
}

#[test]
fn a_vote_that_was_taken_back_counts_no_more() {
    let voted = |votes: &[i64]| {
        let mut story = polled();
        story.act("a", vote("a", Some("1")), ok());
        story.act("a", vote("a", None), ok());
        story.act("b", vote("b", Some("1")), ok());
        counted(story, votes)
    };
    assert_eq!(voted(&[0, 1]), [""; 0]);
    assert_eq!(voted(&[0, 2]), ["I2"]);
}

#[test]
fn a_vote_of_unknown_outcome_may_count_once_or_not() {
    let voted = |votes: &[i64]| {
        let mut story = polled();
        story.act("a", vote("a", Some("0")), unknown());
        story.act("b", vote("b", Some("0")), ok());
        counted(story, votes)
    };
    assert_eq!(voted(&[1, 0]), [""; 0]);
    assert_eq!(voted(&[2, 0]), [""; 0]);
    assert_eq!(voted(&[0, 0]), ["I1"]);
    assert_eq!(voted(&[3, 0]), ["I2"]);
}

#[test]
fn a_vote_that_is_under_way_while_another_is_counted_may_count_or_not() {
    for votes in [[1, 0], [2, 0]] {
        let mut story = polled();
        story.line("a", What::Invoked { op: 90, node: 0, action: vote("a", Some("0")) });
        story.act("b", vote("b", Some("0")), ok());
        let op = story.ops;
        story.line("b", What::Counted { op, message: id(TOPIC), votes: votes.to_vec() });
        story.line("a", What::Returned { op: 90, outcome: ok() });
        assert_eq!(story.check(), [""; 0], "{votes:?}");
    }
}

#[test]
fn a_choice_that_its_own_reader_does_not_see_is_found() {
    let showed = |value: Option<&str>| {
        let mut story = polled();
        story.act("a", vote("a", Some("1")), ok());
        story.act("a", vote("a", Some("0")), ok());
        story.act("a", Action::Read { message: id(TOPIC) }, read("text 1"));
        let (op, value) = (story.ops, value.map(str::to_owned));
        story.line("a", What::Showed { op, register: vote_of("a"), value });
        story.check()
    };
    assert_eq!(showed(Some("0")), [""; 0]);
    for stale in [Some("1"), None] {
        assert_eq!(showed(stale), ["I5"], "{stale:?}");
    }
}

#[test]
fn an_edit_that_its_own_author_does_not_read_is_found() {
    let edited = |outcome: Outcome, body: &str| {
        let mut story = sound();
        story.act("ann", Action::Edit { message: id(TOPIC), body: "new".into() }, outcome);
        story.act("ann", Action::Read { message: id(TOPIC) }, read(body));
        story.check()
    };
    assert_eq!(edited(ok(), "new"), [""; 0]);
    assert_eq!(edited(ok(), "text 1"), ["I5"]);
    assert_eq!(edited(unknown(), "text 1"), [""; 0]);
    assert_eq!(edited(unknown(), "new"), [""; 0]);
    assert_eq!(edited(unknown(), "other"), ["I5"]);
}

/// Somebody reads meanwhile who did not edit: their read is no read of their own write.
#[test]
fn what_others_read_of_an_edit_is_left_open() {
    let mut story = sound();
    story.act("ann", Action::Edit { message: id(TOPIC), body: "new".into() }, ok());
    story.act("bob", Action::Read { message: id(TOPIC) }, read("text 1"));
    assert_eq!(story.check(), [""; 0]);
}

/// Two people have reacted, one has voted, and the message is pinned; and what one node counts of that in the end.
fn tallied(thumbs: i64, votes: &[i64], pinned: bool) -> Vec<&'static str> {
    let mut story = sound();
    let message = id(TOPIC);
    let reaction = |person: &str| Register::Reaction { message, person: person.into(), emoji: "👍".into() };
    let registers = [
        (reaction("a"), REACTED),
        (reaction("b"), REACTED),
        (vote_of("a"), "1"),
        (Register::Pinned(message), PINNED),
    ];
    for (register, value) in registers {
        let value = Some(value.to_owned());
        story.act("a", Action::Set { register: register.clone(), value: value.clone() }, ok());
        story.line("end", What::Stands { node: 0, register, value });
    }
    let mut reactions = BTreeMap::new();
    if thumbs > 0 {
        reactions.insert("👍".to_owned(), thumbs);
    }
    story.line("end", What::Tallied { node: 0, message, reactions, votes: votes.to_vec(), pinned });
    story.check()
}

#[test]
fn counts_in_the_end_are_those_of_all_registers() {
    assert_eq!(tallied(2, &[0, 1], true), [""; 0]);
    for (thumbs, invariant) in [(0, "I1"), (1, "I1"), (3, "I2")] {
        assert_eq!(tallied(thumbs, &[0, 1], true), [invariant], "{thumbs}");
    }
    assert_eq!(tallied(2, &[0, 0], true), ["I1"]);
    assert_eq!(tallied(2, &[0, 2], true), ["I2"]);
    assert_eq!(tallied(2, &[1, 1], true), ["I2"]);
    assert_eq!(tallied(2, &[0, 1], false), ["I7"]);
}

#[test]
fn a_lost_reaction_pin_vote_and_draft_is_found() {
    let message = id(TOPIC);
    let registers = [
        (Register::Reaction { message, person: "a".into(), emoji: "👍".into() }, REACTED),
        (Register::Pinned(message), PINNED),
        (vote_of("a"), "0 1"),
        (Register::Draft { channel: id(7), person: "a".into() }, "so far"),
    ];
    for (register, value) in registers {
        let ends = |value: Option<&str>| {
            let mut story = sound();
            story.line("scene", What::Register { register: register.clone(), value: None });
            let set = |value: Option<&str>| Action::Set {
                register: register.clone(),
                value: value.map(str::to_owned),
            };
            story.act("a", set(Some("before")), ok());
            story.act("a", set(None), ok());
            story.act("a", set(value), ok());
            story
        };
        let shown = |mut story: Story, value: Option<&str>| {
            let value = value.map(str::to_owned);
            story.line("end", What::Stands { node: 0, register: register.clone(), value });
            story.check()
        };
        assert_eq!(shown(ends(Some(value)), Some(value)), [""; 0], "{register:?}");
        assert_eq!(shown(ends(Some(value)), None), ["I1"], "{register:?}");
        assert_eq!(shown(ends(Some(value)), Some("before")), ["I1"], "{register:?}");
        assert_eq!(shown(ends(None), None), [""; 0], "{register:?}");
        assert_eq!(shown(ends(None), Some("before")), ["I1"], "{register:?}");
    }
}

/// What is written to the file of a run is read again by `ajet-load check`.
#[test]
fn conversations_are_read_as_they_are_written() {
    let mut story = polled();
    story.act("a", vote("a", Some("0 2")), ok());
    story.line("a", What::Showed { op: 1, register: vote_of("a"), value: Some("0 2".into()) });
    story.line("a", What::Counted { op: 1, message: id(TOPIC), votes: vec![1, 0, 1] });
    let (channel, key, body) = (id(7), "k".to_owned(), "later".to_owned());
    story.act("a", Action::Schedule { channel, key: key.clone(), body, due_us: 5_000_000 }, ok());
    story.act("a", Action::Unschedule { key }, ok());
    let reactions = BTreeMap::from([("👍".to_owned(), 2)]);
    story.line("end", What::Tallied { node: 1, message: id(1), reactions, votes: vec![1], pinned: true });
    let written = story.lines.iter().map(|line| serde_json::to_string(line).expect("encodes"));
    let written = written.collect::<Vec<_>>().join("\n");
    assert_eq!(crate::history::read(&written).expect("decodes"), story.lines);
}
