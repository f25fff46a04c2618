//! The checker on whom a message concerns: those whom it calls, the people of a direct message, and those who had a part in a thread.

use ajet_protocol::RoleId;

use super::notifications_tests::{ANN, CREW, DM, R1, R2, ROOM, list, notify, town};
use super::tests::{Story, id, ok};
use crate::history::{Action, Line, Outcome, Seen, What};
use crate::mentions::{ALL, HERE, role_mention};

/// A post of a number by somebody.
fn say(story: &mut Story, client: &str, n: u128, (channel, text): (u128, &str)) {
    let (key, body) = (format!("k{n}"), format!("text {n} {text}"));
    let action = Action::Post { channel: id(channel), key, body };
    story.act(client, action, Outcome::Ok { message: Some(id(n)), seq: None, body: None });
}

/// What is found where the two readers were notified of these messages, each by an event and in their list.
fn notified(mut story: Story, r1: &[u128], r2: &[u128]) -> Vec<&'static str> {
    for (client, person, messages) in [("r1", R1, r1), ("r2", R2, r2)] {
        for (seq, message) in (1..).zip(messages) {
            notify(&mut story, client, (person, seq), *message);
        }
        list(&mut story, client, messages);
    }
    story.check()
}

#[test]
fn who_holds_a_role_is_notified_where_it_is_called() {
    let called = |r1: &[u128], r2: &[u128]| {
        let mut story = town();
        say(&mut story, "ann", 51, (ROOM, &role_mention(RoleId(id(CREW)))));
        notified(story, r1, r2)
    };
    assert_eq!(called(&[], &[51]), [""; 0]);
    assert_eq!(called(&[], &[]), ["I1", "I4"]);
    assert_eq!(called(&[51], &[51]), ["I7", "I7"], "who does not hold it: the event, and the list");
}

#[test]
fn who_is_in_a_direct_message_is_notified_of_it() {
    let said = |r1: &[u128]| {
        let mut story = town();
        story.act("ann", Action::OpenDm { people: vec![id(ANN), id(R1)] }, ok());
        let op = story.ops;
        story.line("ann", What::Dm { op, channel: id(DM) });
        say(&mut story, "ann", 51, (DM, ""));
        notified(story, r1, &[])
    };
    assert_eq!(said(&[51]), [""; 0]);
    assert_eq!(said(&[]), ["I1", "I4"]);
}

#[test]
fn who_had_a_part_in_a_thread_is_notified_of_replies() {
    let replied = |r1: &[u128], r2: &[u128]| {
        let mut story = town();
        say(&mut story, "r1", 51, (ROOM, ""));
        for (client, n) in [("r2", 52), ("ann", 53)] {
            story.line(client, What::Reply { key: format!("k{n}"), parent: id(51) });
            say(&mut story, client, n, (ROOM, ""));
        }
        notified(story, r1, r2)
    };
    assert_eq!(replied(&[52, 53], &[53]), [""; 0]);
    assert_eq!(replied(&[53], &[53]), ["I1", "I4"]);
    assert_eq!(replied(&[52, 53], &[]), ["I1", "I4"]);
    assert_eq!(replied(&[52, 53], &[52, 53]), ["I7", "I7"], "their own reply: the event, and the list");
}

#[test]
fn whose_reply_was_deleted_may_have_no_part_any_more() {
    for r2 in [&[][..], &[53]] {
        let mut story = town();
        say(&mut story, "r1", 51, (ROOM, ""));
        story.line("r2", What::Reply { key: "k52".into(), parent: id(51) });
        say(&mut story, "r2", 52, (ROOM, ""));
        story.act("r2", Action::Delete { message: id(52) }, ok());
        story.line("ann", What::Reply { key: "k53".into(), parent: id(51) });
        say(&mut story, "ann", 53, (ROOM, ""));
        assert_eq!(notified(story, &[53], r2), [""; 0], "{r2:?}");
    }
}

/// Some people come for a moment, and the history does not say who they are to the server.
#[test]
fn who_is_not_introduced_may_be_called_with_all_others() {
    let called = |text: &str, all: &[u128]| {
        let mut story = town();
        say(&mut story, "ann", 51, (ROOM, text));
        notify(&mut story, "goer", (999, 1), 51);
        notified(story, all, all)
    };
    assert_eq!(called(ALL, &[51]), [""; 0]);
    assert_eq!(called("", &[]), ["I7"]);
}

/// A history in which the first reader's stream is open for so many seconds around a call, with a fault in it or not.
fn called_here(seconds: u64, fault: bool) -> Story {
    let mut story = town();
    let before = story.lines.len() as u64 * 1000;
    let mut at = |second: u64, client: &str, what: What| {
        let at_us = before + second * 1_000_000;
        story.lines.push(Line { at_us, client: client.into(), what });
    };
    let heard = || What::Event(Seen { id: id(9), ..Seen::default() });
    at(1, "r1", What::Opened { node: 0, resumed: true });
    if fault {
        at(2, "fault", What::Fault { name: "node-killed".into(), begins: true });
    }
    let action = Action::Post { channel: id(ROOM), key: "k51".into(), body: format!("text 51 {HERE}") };
    at(10, "ann", What::Invoked { op: 90, node: 0, action });
    let outcome = Outcome::Ok { message: Some(id(51)), seq: None, body: None };
    at(10, "ann", What::Returned { op: 90, outcome });
    at(10 + seconds, "r1", heard());
    story
}

#[test]
fn who_is_certainly_online_is_called_with_those_who_are_here() {
    let lists = |mut story: Story, r1: &[u128]| {
        list(&mut story, "r1", r1);
        story.check().into_iter().filter(|found| *found == "I1" || *found == "I2").collect::<Vec<_>>()
    };
    assert_eq!(lists(called_here(30, false), &[51]), [""; 0]);
    assert_eq!(lists(called_here(30, false), &[]), ["I1"]);
    assert_eq!(lists(called_here(30, false), &[51, 51]), ["I2"]);
    assert_eq!(lists(called_here(3, false), &[]), [""; 0], "the stream may have ended");
    assert_eq!(lists(called_here(30, true), &[]), [""; 0], "who is online may not have been known");
    assert_eq!(lists(called_here(3, false), &[51, 51]), ["I2"], "never twice");
}
