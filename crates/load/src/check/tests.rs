//! The checker itself: a sound history passes, and every planted violation is found.

use uuid::Uuid;

use super::{check, unanswered};
use crate::history::{Action, Line, Outcome, Seen, Stored, What};

/// A community and a room in it.
pub(super) const TOWN: u128 = 200;
pub(super) const GENERAL: u128 = 100;

pub(super) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Writes histories down, a moment per line.
#[derive(Default)]
pub(super) struct Story {
    pub(super) lines: Vec<Line>,
    pub(super) ops: u64,
    stored: Vec<Stored>,
}

impl Story {
    pub(super) fn line(&mut self, client: &str, what: What) {
        let at_us = self.lines.len() as u64 * 1000;
        self.lines.push(Line { at_us, client: client.into(), what });
    }

    pub(super) fn act(&mut self, client: &str, action: Action, outcome: Outcome) {
        self.ops += 1;
        let op = self.ops;
        self.line(client, What::Invoked { op, node: 0, action });
        self.line(client, What::Returned { op, outcome });
    }

    pub(super) fn post(&mut self, client: &str, n: u128) {
        let body = format!("text {n}");
        let action = Action::Post { channel: id(GENERAL), key: format!("k{n}"), body: body.clone() };
        let seq = u64::try_from(n).expect("small");
        self.act(client, action, Outcome::Ok { message: Some(id(n)), seq: Some(seq), body: None });
        let author = Uuid::from_u128(client.bytes().map(u128::from).sum());
        self.stored.push(Stored { id: id(n), author, key: format!("k{n}"), seq, body, deleted: false });
    }

    pub(super) fn event(&mut self, reader: &str, n: u128) {
        let seq = u64::try_from(n).expect("small");
        let body = Some(format!("text {n}"));
        let (kind, message) = ("message.created".into(), Some(id(n)));
        let (id, stream, community, seq) = (id(1000 + n), id(GENERAL), Some(id(TOWN)), Some(seq));
        self.line(
            reader,
            What::Event(Seen { id, stream, community, seq, kind, message, body, ..Seen::default() }),
        );
    }

    pub(super) fn open(&mut self, reader: &str, resumed: bool) {
        self.line(reader, What::Opened { node: 0, resumed });
    }

    pub(super) fn finish(mut self) -> Vec<&'static str> {
        for node in 0..2 {
            let messages = self.stored.clone();
            self.line("end", What::Final { node, channel: id(GENERAL), messages });
        }
        self.check()
    }

    /// What has been stored so far.
    pub(super) fn stored(&self) -> Vec<Stored> {
        self.stored.clone()
    }

    pub(super) fn check(self) -> Vec<&'static str> {
        check(&self.lines).into_iter().map(|violation| violation.invariant).collect()
    }
}

pub(super) fn ok() -> Outcome {
    Outcome::Ok { message: None, seq: None, body: None }
}

/// Three posts, read by two readers, one of which comes back once and sees a double.
pub(super) fn sound() -> Story {
    let mut story = Story::default();
    story.open("r1", false);
    story.open("r2", false);
    for n in 1..=3 {
        story.post("ann", n);
        story.event("r1", n);
    }
    story.event("r2", 1);
    story.event("r2", 2);
    story.open("r2", true);
    story.event("r2", 2);
    story.event("r2", 3);
    story
}

#[test]
fn a_sound_history_passes() {
    assert_eq!(sound().finish(), [""; 0]);
}

#[test]
fn an_unknown_outcome_may_be_there_or_not() {
    for there in [false, true] {
        let mut story = sound();
        let action = Action::Post { channel: id(GENERAL), key: "k4".into(), body: "text 4".into() };
        story.act("ann", action, Outcome::Unknown { why: "timeout".into() });
        if there {
            story.post("ann", 4);
            story.event("r1", 4);
            story.event("r2", 4);
        }
        assert_eq!(story.finish(), [""; 0]);
    }
}

#[test]
fn a_lost_message_is_found() {
    let mut story = sound();
    story.stored.remove(1);
    assert_eq!(story.finish(), ["I1", "I1"], "at each node");
}

#[test]
fn a_changed_content_is_found() {
    let mut story = sound();
    story.stored[1].body = "something else".into();
    assert_eq!(story.finish(), ["I1", "I1"]);
}

#[test]
fn a_lost_edit_and_a_lost_deletion_are_found() {
    let mut story = sound();
    story.act("ann", Action::Edit { message: id(1), body: "new".into() }, ok());
    story.act("ann", Action::Delete { message: id(2) }, ok());
    assert_eq!(story.finish(), ["I1"; 4]);
}

#[test]
fn the_later_of_two_edits_stands() {
    let edited = |stands: &str| {
        let mut story = sound();
        story.act("ann", Action::Edit { message: id(1), body: "one".into() }, ok());
        story.act("ann", Action::Edit { message: id(1), body: "two".into() }, ok());
        story.stored[0].body = stands.into();
        story.finish()
    };
    assert_eq!(edited("two"), [""; 0]);
    assert_eq!(edited("one"), ["I1", "I1"]);
}

/// An attempt that was given up may act while a later edit of another attempt has been answered.
#[test]
fn an_edit_of_several_attempts_may_stand_for_a_while() {
    let mut story = sound();
    let edit = |body: &str| Action::Edit { message: id(1), body: body.into() };
    story.ops += 1;
    let op = story.ops;
    story.line("ann", What::Invoked { op, node: 0, action: edit("one") });
    story.line("ann", What::Again { op, node: 1 });
    story.line("ann", What::Returned { op, outcome: ok() });
    story.act("ann", edit("two"), ok());
    story.stored[0].body = "one".into();
    assert_eq!(story.finish(), [""; 0]);
}

#[test]
fn a_doubled_message_is_found() {
    let mut story = sound();
    let mut double = story.stored[2].clone();
    (double.id, double.seq) = (id(9), 4);
    story.stored.push(double);
    assert_eq!(story.finish(), ["I2", "I2"]);
}

#[test]
fn a_retry_answered_with_another_message_is_found() {
    let mut story = sound();
    let action = Action::Post { channel: id(GENERAL), key: "k1".into(), body: "text 1".into() };
    story.act("ann", action, Outcome::Ok { message: Some(id(2)), seq: Some(2), body: None });
    assert!(story.finish().contains(&"I2"));
}

#[test]
fn a_wrong_order_in_the_history_is_found() {
    let mut story = sound();
    story.stored.swap(0, 1);
    assert_eq!(story.finish(), ["I3", "I3"]);
}

#[test]
fn nodes_that_differ_are_found() {
    let mut story = sound();
    let messages = story.stored.clone();
    story.line("end", What::Final { node: 0, channel: id(GENERAL), messages: messages.clone() });
    story.line("end", What::Final { node: 1, channel: id(GENERAL), messages: messages[..2].to_vec() });
    assert_eq!(story.check(), ["I1", "I7"]);
}

#[test]
fn a_number_given_twice_is_found() {
    let mut story = sound();
    let (kind, seq) = ("message.created".into(), Some(3));
    story.line("r1", What::Event(Seen { id: id(7), stream: id(GENERAL), seq, kind, ..Seen::default() }));
    assert_eq!(story.finish(), ["I3"]);
}

#[test]
fn a_hole_on_a_stream_is_found() {
    let mut story = sound();
    story.open("r3", false);
    story.event("r3", 1);
    story.event("r3", 3);
    assert_eq!(story.finish(), ["I4"]);
}

#[test]
fn a_hole_over_a_reconnect_is_found_and_one_over_a_refetch_allowed() {
    for (refetched, expected) in [(false, vec!["I4"]), (true, vec![])] {
        let mut story = sound();
        story.open("r3", false);
        story.event("r3", 1);
        story.open("r3", true);
        if refetched {
            story.line("fault", What::Fault { name: "nats-gone".into(), begins: true });
            story.line("r3", What::Resync { reason: "behind".into() });
        }
        story.event("r3", 3);
        assert_eq!(story.finish(), expected);
    }
}

/// What comes after a refetch does not show that something before it was left out.
#[test]
fn who_is_told_to_refetch_reads_from_the_history_what_was_posted_before() {
    let mut story = Story::default();
    story.open("r1", false);
    story.post("ann", 1);
    story.event("r1", 1);
    story.post("ann", 2);
    story.post("ann", 3);
    story.line("fault", What::Fault { name: "pool-exhausted".into(), begins: true });
    story.open("r1", true);
    story.line("r1", What::Resync { reason: "budget".into() });
    story.event("r1", 3);
    assert_eq!(story.finish(), [""; 0]);
}

#[test]
fn a_missing_end_is_found() {
    let mut story = sound();
    story.open("r3", false);
    story.event("r3", 1);
    assert_eq!(story.finish(), ["I4"]);
}

#[test]
fn who_stops_listening_misses_nothing() {
    let mut story = sound();
    story.open("r3", false);
    story.event("r3", 1);
    story.line("r3", What::Closed);
    assert_eq!(story.finish(), [""; 0]);
}

#[test]
fn an_unreadable_own_write_is_found() {
    let mut story = sound();
    let refused = Outcome::Refused { status: 404, code: "not_found".into() };
    story.act("ann", Action::Read { message: id(1) }, refused);
    assert_eq!(story.finish(), ["I5"]);
}

#[test]
fn an_event_for_somebody_who_left_is_found() {
    let mut story = sound();
    story.act("r2", Action::Leave { channel: id(GENERAL) }, ok());
    story.post("ann", 4);
    story.event("r1", 4);
    assert_eq!(sound().finish(), [""; 0]);
    story.event("r2", 4);
    assert_eq!(story.finish(), ["I6"]);
}

#[test]
fn an_event_for_somebody_who_signed_out_is_found() {
    let mut story = sound();
    story.act("r2", Action::SignOut, ok());
    story.post("ann", 4);
    story.event("r1", 4);
    story.event("r2", 4);
    assert_eq!(story.finish(), ["I14"]);
}

#[test]
fn somebody_who_signed_out_and_is_let_in_is_found() {
    let refused = Outcome::Refused { status: 401, code: "unauthenticated".into() };
    for (outcome, expected) in [(refused, vec![]), (ok(), vec!["I14"])] {
        let mut story = sound();
        story.act("r2", Action::Knock, ok());
        story.act("r2", Action::SignOut, ok());
        story.act("r2", Action::Knock, outcome);
        assert_eq!(story.finish(), expected);
    }
}

#[test]
fn an_invite_used_too_often_or_too_rarely_is_found() {
    let accepted = |oks: usize| {
        let mut story = sound();
        for n in 0..5 {
            let action = Action::Accept { code: "c".into(), most: 2 };
            let gone = Outcome::Refused { status: 410, code: "gone".into() };
            story.act("somebody", action, if n < oks { ok() } else { gone });
        }
        story.finish()
    };
    assert_eq!(accepted(2), [""; 0]);
    assert_eq!(accepted(3), ["I13"]);
    assert_eq!(accepted(1), ["I13"]);
}

#[test]
fn a_later_write_under_an_earlier_epoch_is_found() {
    let mut story = sound();
    for (epoch, seq) in [(1, 1), (2, 2), (1, 3)] {
        story.line("ops", What::Epoch { stream: id(GENERAL), epoch, seq });
    }
    assert_eq!(story.finish(), ["I15"]);
}

#[test]
fn somebody_elses_poison_is_found() {
    let failed = || Outcome::Refused { status: 500, code: "internal".into() };
    let post = |key: &str| Action::Post { channel: id(GENERAL), key: key.into(), body: key.into() };
    let mut story = sound();
    story.act("poisoner", post("chaos-trap-1"), failed());
    story.act("poisoner", post("chaos-trap-2"), Outcome::Unknown { why: "the node went".into() });
    assert_eq!(story.finish(), [""; 0]);
    let mut story = sound();
    story.act("ann", post("k9"), failed());
    assert_eq!(story.finish(), ["I8"]);
    let mut story = sound();
    story.act("poisoner", post("chaos-trap-1"), ok());
    assert_eq!(story.finish(), ["I8"], "poison that was swallowed");
}

#[test]
fn a_refused_join_is_found() {
    let refused = || Outcome::Refused { status: 403, code: "forbidden".into() };
    for action in [Action::Join { channel: id(GENERAL) }, Action::Invite { community: id(GENERAL) }] {
        let mut story = sound();
        story.act("ann", action.clone(), ok());
        assert_eq!(story.finish(), [""; 0]);
        let mut story = sound();
        story.act("ann", action, refused());
        assert_eq!(story.finish(), ["I8"]);
    }
}

#[test]
fn a_request_that_was_given_up_is_found_where_none_may_fail() {
    let mut story = sound();
    story.act("ann", Action::SignOut, Outcome::Refused { status: 401, code: "unauthenticated".into() });
    assert!(unanswered(&story.lines).is_empty(), "an answer is an answer");
    story.act("ann", Action::Join { channel: id(GENERAL) }, Outcome::Unknown { why: "gave up".into() });
    story.line("ann", What::Invoked { op: 99, node: 0, action: Action::SignOut });
    let found: Vec<_> = unanswered(&story.lines).into_iter().map(|one| one.invariant).collect();
    assert_eq!(found, ["I8", "I8"]);
    assert_eq!(story.finish(), [""; 0], "elsewhere a request may be given up");
}

#[test]
fn a_node_that_grows_and_grows_is_found() {
    let mut story = sound();
    for kib in [100_000, 900_000, 1_000_000] {
        story.line("ops", What::Memory { node: "node-1".into(), kib });
    }
    assert_eq!(story.finish(), ["I12"]);
}
