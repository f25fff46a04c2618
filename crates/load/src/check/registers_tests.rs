//! The checker on registers: a value that no write explains is found, and what an unknown write may have done is not.

use super::tests::{Story, id, ok, sound};
use crate::history::{Action, Line, Outcome, What};
use crate::registers::{ARCHIVED, Register};

const ROOM: u128 = 700;

fn name() -> Register {
    Register::Channel(id(ROOM))
}

fn set(value: &str) -> Action {
    Action::Set { register: name(), value: Some(value.into()) }
}

fn refused() -> Outcome {
    Outcome::Refused { status: 404, code: "not_found".into() }
}

fn unknown() -> Outcome {
    Outcome::Unknown { why: "timeout".into() }
}

/// What [`sound`] tells, with a register that has a value at first.
fn named() -> Story {
    let mut story = sound();
    story.line("scene", What::Register { register: name(), value: Some("first".into()) });
    story
}

fn shows(story: &mut Story, node: usize, value: Option<&str>) {
    let value = value.map(str::to_owned);
    story.line("end", What::Stands { node, register: name(), value });
}

/// What is found where both nodes show this.
fn shown(mut story: Story, value: Option<&str>) -> Vec<&'static str> {
    shows(&mut story, 0, value);
    shows(&mut story, 1, value);
    story.check()
}

/// An action of two attempts.
fn act_again(story: &mut Story, action: Action, outcome: Outcome) {
    story.ops += 1;
    let op = story.ops;
    story.line("owner", What::Invoked { op, node: 0, action });
    story.line("owner", What::Again { op, node: 1 });
    story.line("owner", What::Returned { op, outcome });
}

#[test]
fn a_register_that_is_not_written_keeps_its_value() {
    assert_eq!(shown(named(), Some("first")), [""; 0]);
    assert_eq!(shown(named(), Some("other")), ["I1", "I1"], "at each node");
    assert_eq!(shown(named(), None), ["I1", "I1"]);
    assert_eq!(shown(sound(), Some("other")), [""; 0], "nothing is known of it");
}

#[test]
fn a_lost_write_is_found() {
    let written = |value: Option<&str>| {
        let mut story = named();
        story.act("owner", set("one"), ok());
        story.act("owner", set("two"), ok());
        shown(story, value)
    };
    assert_eq!(written(Some("two")), [""; 0]);
    for lost in [Some("one"), Some("first"), None] {
        assert_eq!(written(lost), ["I1", "I1"], "{lost:?}");
    }
}

#[test]
fn a_lost_deletion_is_found() {
    let deleted = |value: Option<&str>| {
        let mut story = named();
        story.act("owner", Action::Set { register: name(), value: None }, ok());
        shown(story, value)
    };
    assert_eq!(deleted(None), [""; 0]);
    assert_eq!(deleted(Some("first")), ["I1", "I1"]);
}

#[test]
fn an_unknown_write_may_stand_or_not() {
    let written = |value: &str| {
        let mut story = named();
        story.act("owner", set("one"), ok());
        story.act("owner", set("two"), unknown());
        shown(story, Some(value))
    };
    assert_eq!(written("one"), [""; 0]);
    assert_eq!(written("two"), [""; 0]);
    assert_eq!(written("first"), ["I1", "I1"]);
}

#[test]
fn an_attempt_without_an_answer_may_act_after_a_later_write_and_not_for_ever() {
    let written = |later_s: u64| {
        let mut story = named();
        story.act("owner", set("one"), unknown());
        let at_us = later_s * 1_000_000;
        let line = |what| Line { at_us, client: "owner".into(), what };
        story.lines.push(line(What::Invoked { op: 90, node: 0, action: set("two") }));
        story.lines.push(line(What::Returned { op: 90, outcome: ok() }));
        shown(story, Some("one"))
    };
    assert_eq!(written(1), [""; 0]);
    assert_eq!(written(60), ["I1", "I1"]);
}

#[test]
fn what_was_refused_at_once_was_not_done() {
    let mut story = named();
    story.act("owner", set("one"), refused());
    assert_eq!(shown(story, Some("first")), ["I8"], "who may write is not refused");
    let mut story = named();
    story.act("owner", set("one"), refused());
    assert_eq!(shown(story, Some("one")), ["I8", "I1", "I1"]);
    for value in ["first", "one"] {
        let mut story = named();
        act_again(&mut story, set("one"), refused());
        assert_eq!(shown(story, Some(value)), [""; 0], "an earlier attempt may have done it");
    }
}

#[test]
fn nodes_that_show_different_values_are_found() {
    let mut story = named();
    story.act("owner", set("one"), unknown());
    shows(&mut story, 0, Some("first"));
    shows(&mut story, 1, Some("one"));
    assert_eq!(story.check(), ["I7"]);
}

#[test]
fn making_something_is_not_refused() {
    for action in [Action::Make { name: "brief".into() }, Action::OpenDm { people: vec![id(1), id(2)] }] {
        let mut story = named();
        story.act("owner", action, refused());
        assert_eq!(story.check(), ["I8"]);
    }
}

/// Each register has its own values.
#[test]
fn registers_are_kept_apart() {
    let mut story = named();
    let archived = Register::Archived(id(ROOM));
    let value = Some(ARCHIVED.to_owned());
    story.act("owner", Action::Set { register: archived.clone(), value: value.clone() }, ok());
    story.line("end", What::Stands { node: 0, register: archived, value });
    assert_eq!(shown(story, Some("first")), [""; 0]);
}

/// What is written to the file of a run is read again by `ajet-load check`.
#[test]
fn registers_are_read_as_they_are_written() {
    let holds = Register::Holds { role: id(1), person: "ward-0".into() };
    let mut story = named();
    story.act("owner", set("one"), ok());
    story.act("owner", Action::Set { register: holds.clone(), value: None }, ok());
    story.act("ann", Action::OpenDm { people: vec![id(1), id(2)] }, ok());
    story.act("ann", Action::List { channel: id(2) }, ok());
    story.line("end", What::Stands { node: 1, register: holds, value: None });
    story.line("ann", What::Dm { op: 3, channel: id(2) });
    story.line("scene", What::Behind { channel: id(2), role: id(1), people: vec![id(3)] });
    let written = story.lines.iter().map(|line| serde_json::to_string(line).expect("encodes"));
    let written = written.collect::<Vec<_>>().join("\n");
    assert_eq!(crate::history::read(&written).expect("decodes"), story.lines);
}
