//! The checker on messages that are to be sent later: each is sent once, at its time, unless it was dropped before.

use super::tests::{GENERAL, Story, TOWN, id, ok, sound};
use super::unsent;
use crate::history::{Action, Line, Outcome, Seen, Stored, What};

/// When the message is due, and when nodes show what they have in the end.
const DUE_US: u64 = 5_000_000;
const END_US: u64 = 300_000_000;
const TEXT: &str = "said at its time";

fn refused(status: u16) -> Outcome {
    Outcome::Refused { status, code: "refused".into() }
}

fn unknown() -> Outcome {
    Outcome::Unknown { why: "timeout".into() }
}

fn at(story: &mut Story, at_us: u64, client: &str, what: What) {
    story.lines.push(Line { at_us, client: client.into(), what });
}

/// What [`sound`] tells, and somebody schedules a message.
fn scheduled(outcome: Outcome) -> Story {
    let mut story = sound();
    let (channel, key, body) = (id(GENERAL), "later".to_owned(), TEXT.to_owned());
    story.act("talker-0", Action::Schedule { channel, key, body, due_us: DUE_US }, outcome);
    story
}

/// Drops it at this time.
fn drops(story: &mut Story, at_us: u64, outcome: Outcome) {
    let action = Action::Unschedule { key: "later".into() };
    at(story, at_us, "talker-0", What::Invoked { op: 90, node: 0, action });
    at(story, at_us + 1000, "talker-0", What::Returned { op: 90, outcome });
}

/// Both readers are sent the message.
fn seen(story: &mut Story, at_us: u64) {
    for reader in ["r1", "r2"] {
        let (kind, message, body) = ("message.created".into(), Some(id(4)), Some(TEXT.into()));
        let (id, stream, community, seq) = (id(1004), id(GENERAL), Some(id(TOWN)), Some(4));
        let seen = Seen { id, stream, community, seq, kind, message, body, ..Seen::default() };
        at(story, at_us, reader, What::Event(seen));
    }
}

/// What is found where the history has the message so many times in the end.
fn ends(mut story: Story, times: u64) -> Vec<&'static str> {
    let stored = |n: u64| Stored {
        id: id(n.into()),
        author: id(9),
        key: format!("k{n}"),
        seq: n,
        body: if n > 3 { TEXT.into() } else { format!("text {n}") },
        deleted: false,
    };
    let messages = (1..=3 + times).map(stored).collect();
    at(&mut story, END_US, "end", What::Final { node: 0, channel: id(GENERAL), messages });
    story.check()
}

#[test]
fn a_message_is_sent_exactly_once() {
    assert_eq!(ends(scheduled(ok()), 1), [""; 0]);
    assert_eq!(ends(scheduled(ok()), 0), ["I1"]);
    assert_eq!(ends(scheduled(ok()), 2), ["I2"]);
}

#[test]
fn a_message_of_unknown_outcome_is_sent_once_or_not() {
    assert_eq!(ends(scheduled(unknown()), 0), [""; 0]);
    assert_eq!(ends(scheduled(unknown()), 1), [""; 0]);
    assert_eq!(ends(scheduled(unknown()), 2), ["I2"]);
}

#[test]
fn what_was_refused_is_not_sent() {
    assert_eq!(ends(scheduled(refused(422)), 0), [""; 0], "to a clock that is ahead it was too early");
    assert_eq!(ends(scheduled(refused(422)), 1), ["I1"]);
    assert_eq!(ends(scheduled(refused(403)), 0), ["I8"]);
}

#[test]
fn what_was_dropped_before_its_time_is_never_sent() {
    let dropped = |at_us: u64, outcome: Outcome, times: u64| {
        let mut story = scheduled(ok());
        drops(&mut story, at_us, outcome);
        ends(story, times)
    };
    assert_eq!(dropped(1_000_000, ok(), 0), [""; 0]);
    assert_eq!(dropped(1_000_000, ok(), 1), ["I1"]);
    for times in 0..=1 {
        assert_eq!(dropped(DUE_US, ok(), times), [""; 0], "it may have been sent before");
        assert_eq!(dropped(1_000_000, unknown(), times), [""; 0]);
    }
    assert_eq!(dropped(DUE_US, refused(409), 1), [""; 0]);
    assert_eq!(dropped(DUE_US, refused(409), 0), ["I1"], "it was not dropped");
}

#[test]
fn what_waits_can_be_dropped() {
    let mut story = scheduled(ok());
    drops(&mut story, 1_000_000, refused(404));
    assert_eq!(ends(story, 1), ["I5"]);
}

#[test]
fn a_message_that_is_sent_too_early_or_too_late_is_found() {
    let sent = |at_us: u64| {
        let mut story = scheduled(ok());
        seen(&mut story, at_us);
        ends(story, 1)
    };
    assert_eq!(sent(DUE_US - 1_000_000), ["I9"]);
    assert_eq!(sent(DUE_US + 10_000_000), [""; 0]);
    assert_eq!(sent(DUE_US + 100_000_000), ["I9"]);
}

#[test]
fn the_time_of_a_fault_does_not_count() {
    let mut story = scheduled(ok());
    let fault = |begins: bool| What::Fault { name: "postgres-hanging".into(), begins };
    at(&mut story, DUE_US - 1_000_000, "fault", fault(true));
    at(&mut story, DUE_US + 60_000_000, "fault", fault(false));
    seen(&mut story, DUE_US + 100_000_000);
    assert_eq!(ends(story, 1), [""; 0]);
}

#[test]
fn a_history_that_ends_early_leaves_it_open() {
    let mut story = scheduled(ok());
    let channel = id(GENERAL);
    let stored = |n: u64| {
        let (key, body) = (format!("k{n}"), format!("text {n}"));
        Stored { id: id(n.into()), author: id(9), key, seq: n, body, deleted: false }
    };
    let messages = (1..=3).map(stored).collect();
    at(&mut story, DUE_US + 1_000_000, "end", What::Final { node: 0, channel, messages });
    assert_eq!(story.check(), [""; 0]);
}

#[test]
fn a_run_waits_for_what_is_owed_and_was_not_seen() {
    let mut story = scheduled(ok());
    assert_eq!(unsent(&story.lines), Some(DUE_US + 90_000_000));
    seen(&mut story, DUE_US);
    assert_eq!(unsent(&story.lines), None);
    assert_eq!(unsent(&scheduled(unknown()).lines), None);
    let mut dropped = scheduled(ok());
    drops(&mut dropped, 1_000_000, ok());
    assert_eq!(unsent(&dropped.lines), None);
}
