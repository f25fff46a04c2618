//! The checker on rights: each leak and each hole that is planted into a sound history is found, and what is allowed is not.

use uuid::Uuid;

use super::tests::{GENERAL, Story, TOWN, id, ok, sound};
use crate::history::{Action, Line, Outcome, Seen, What};

/// A channel that is hidden at times, with an insider.
const DEN: u128 = 300;

fn refused() -> Outcome {
    Outcome::Refused { status: 404, code: "not_found".into() }
}

fn unknown() -> Outcome {
    Outcome::Unknown { why: "timeout".into() }
}

fn ban(person: &str) -> Action {
    Action::Ban { community: id(TOWN), person: person.into() }
}

fn kick(person: &str) -> Action {
    Action::Kick { community: id(TOWN), person: person.into() }
}

fn post(key: &str) -> Action {
    Action::Post { channel: id(GENERAL), key: key.into(), body: key.into() }
}

fn accept() -> Action {
    Action::Accept { code: "c".into(), most: 9 }
}

fn leave() -> Action {
    Action::Leave { channel: id(GENERAL) }
}

fn join() -> Action {
    Action::Join { channel: id(GENERAL) }
}

/// What [`sound`] tells, with the community and its channels named.
fn town() -> Story {
    let mut story = sound();
    for channel in [id(GENERAL), id(DEN)] {
        story.line("scene", What::Channel { channel, community: id(TOWN), on_arrival: false });
    }
    story
}

/// An event of the community's own stream, without a number.
fn of_town(story: &mut Story, reader: &str, n: u128, channel: Option<Uuid>) {
    let (id, stream, community) = (id(5000 + n), id(TOWN), Some(id(TOWN)));
    let kind = "member.joined".into();
    story.line(reader, What::Event(Seen { id, stream, community, channel, kind, ..Seen::default() }));
}

/// An event that began at this byte of what a listener was sent.
fn at_byte(story: &mut Story, reader: &str, at_byte: u64) {
    let (id, stream, community) = (id(u128::from(at_byte)), id(TOWN), Some(id(TOWN)));
    let (kind, at_byte) = ("community.updated".into(), Some(at_byte));
    story.line(reader, What::Event(Seen { id, stream, community, kind, at_byte, ..Seen::default() }));
}

#[test]
fn a_post_after_a_removal_was_answered_is_found() {
    for removal in [ban("gus"), kick("gus")] {
        let mut story = town();
        story.act("owner", removal.clone(), ok());
        story.act("gus", post("g1"), refused());
        assert_eq!(story.check(), [""; 0], "refused, as it must be");
        let mut story = town();
        story.act("owner", removal, ok());
        story.act("gus", post("g1"), ok());
        assert_eq!(story.check(), ["I6"]);
    }
    let mut story = town();
    story.act("gus", leave(), ok());
    story.act("gus", post("g1"), ok());
    assert_eq!(story.check(), ["I6"]);
}

#[test]
fn a_post_after_the_way_back_is_no_violation_and_its_refusal_is_one() {
    let back = |outcome: Outcome| {
        let mut story = town();
        story.act("owner", kick("gus"), ok());
        story.act("gus", accept(), ok());
        story.act("gus", join(), ok());
        story.act("gus", post("g1"), outcome);
        story.check()
    };
    assert_eq!(back(ok()), [""; 0]);
    assert_eq!(back(refused()), ["I8"]);
}

#[test]
fn coming_back_into_a_community_is_not_coming_back_into_its_channels() {
    let mut story = town();
    story.act("owner", kick("gus"), ok());
    story.act("gus", accept(), ok());
    story.act("gus", post("g1"), ok());
    assert_eq!(story.check(), ["I6"]);
}

#[test]
fn a_ban_that_keeps_nobody_out_is_found() {
    let banned = |lifted: bool, outcome: Outcome| {
        let mut story = town();
        story.act("owner", ban("gus"), ok());
        if lifted {
            story.act("owner", Action::Unban { community: id(TOWN), person: "gus".into() }, ok());
        }
        story.act("gus", accept(), outcome);
        story.check()
    };
    assert_eq!(banned(false, ok()), ["I6"]);
    assert_eq!(banned(false, refused()), [""; 0], "an invite that serves no banned person is no loss");
    assert_eq!(banned(true, ok()), [""; 0]);
    assert_eq!(banned(true, refused()), ["I13"]);
}

/// What [`Story::act`] tells, of a request that was sent so many times more.
fn act_again(story: &mut Story, client: &str, action: Action, (more, outcome): (usize, Outcome)) {
    story.ops += 1;
    let op = story.ops;
    story.line(client, What::Invoked { op, node: 0, action });
    for _ in 0..more {
        story.line(client, What::Again { op, node: 1 });
    }
    story.line(client, What::Returned { op, outcome });
}

#[test]
fn an_invite_that_served_somebody_who_was_removed_before_they_asked_again_is_no_loss() {
    let accepted = |kick_more: usize, more: usize| {
        let mut story = town();
        act_again(&mut story, "owner", kick("gus"), (kick_more, ok()));
        act_again(&mut story, "gus", accept(), (more, refused()));
        story.check()
    };
    assert_eq!(accepted(1, 1), [""; 0], "the other kick may be carried out between the two");
    assert_eq!(accepted(1, 0), ["I13"]);
    assert_eq!(accepted(0, 1), ["I13"]);
    // Served twice, and told of one: nothing is left for the next one.
    let mut story = town();
    let two = || Action::Accept { code: "c".into(), most: 2 };
    act_again(&mut story, "owner", kick("gus"), (1, ok()));
    act_again(&mut story, "gus", two(), (1, ok()));
    story.act("hal", two(), refused());
    assert_eq!(story.check(), [""; 0]);
}

#[test]
fn an_event_that_was_sent_while_somebody_was_outside_is_found() {
    for removal in [leave(), ban("r2"), kick("r2")] {
        let mut story = town();
        let by = if removal == leave() { "r2" } else { "owner" };
        story.act(by, removal, ok());
        story.post("ann", 4);
        story.event("r1", 4);
        story.event("r2", 4);
        assert_eq!(story.finish(), ["I6"]);
    }
}

#[test]
fn an_event_of_before_the_answer_and_one_of_after_the_way_back_may_arrive() {
    let mut story = town();
    story.post("ann", 4);
    story.act("r2", leave(), ok());
    story.event("r1", 4);
    story.event("r2", 4);
    story.act("r2", join(), ok());
    story.post("ann", 5);
    story.event("r1", 5);
    story.event("r2", 5);
    assert_eq!(story.finish(), [""; 0]);
}

#[test]
fn one_person_listens_at_several_places() {
    let mut story = town();
    story.open("r2/1", false);
    story.act("r2", leave(), ok());
    story.post("ann", 4);
    story.event("r1", 4);
    story.event("r2/1", 4);
    assert_eq!(story.finish(), ["I6"]);
}

#[test]
fn an_attempt_that_may_act_late_makes_nothing_certain() {
    let mut story = town();
    story.ops += 1;
    let op = story.ops;
    story.line("r2", What::Invoked { op, node: 0, action: join() });
    story.line("r2", What::Again { op, node: 1 });
    story.line("r2", What::Returned { op, outcome: ok() });
    story.act("r2", leave(), ok());
    story.act("r2", post("g1"), ok());
    assert_eq!(story.check(), [""; 0], "the first attempt to join may have come after the leaving");
    let mut story = town();
    story.act("owner", kick("gus"), unknown());
    story.act("gus", post("g1"), refused());
    story.act("gus", accept(), ok());
    story.act("gus", post("g2"), refused());
    assert_eq!(story.check(), [""; 0], "the kick may come yet");
}

/// Ivy is in the den and the reader is not; hidden or not, Ivy leaves, and the reader is sent that.
fn den(hidden: bool) -> Story {
    let mut story = town();
    story.line("r2", What::Outside { channel: id(DEN) });
    story.line("ivy", What::Person { id: id(77) });
    story.act("owner", Action::Visibility { channel: id(DEN), private: true }, ok());
    if !hidden {
        story.act("owner", Action::Visibility { channel: id(DEN), private: false }, ok());
    }
    story.act("ivy", Action::Leave { channel: id(DEN) }, ok());
    let (stream, community, channel) = (id(TOWN), Some(id(TOWN)), Some(id(DEN)));
    let (kind, person) = ("member.left".into(), Some(id(77)));
    let event = Seen { id: id(900), stream, community, channel, kind, person, ..Seen::default() };
    story.line("r2", What::Event(event));
    story
}

#[test]
fn an_event_of_a_channel_that_was_made_private_is_found() {
    assert_eq!(den(true).finish(), ["I6"]);
    assert_eq!(den(false).finish(), [""; 0], "it was public again");
}

#[test]
fn a_channel_that_was_made_private_is_neither_joined_nor_read() {
    let join = || Action::Join { channel: id(DEN) };
    let mut story = den(false);
    story.act("owner", Action::Visibility { channel: id(DEN), private: true }, ok());
    story.act("r2", join(), refused());
    assert_eq!(story.finish(), [""; 0]);
    let mut story = den(false);
    story.act("owner", Action::Visibility { channel: id(DEN), private: true }, ok());
    story.act("r2", join(), ok());
    assert_eq!(story.finish(), ["I6"]);
    let read = |outcome: Outcome| {
        let mut story = den(false);
        story.act("owner", Action::Visibility { channel: id(DEN), private: true }, ok());
        let said = Outcome::Ok { message: Some(id(901)), seq: Some(1), body: None };
        story.act("zoe", Action::Post { channel: id(DEN), key: "i1".into(), body: "i1".into() }, said);
        story.act("r2", Action::Read { message: id(901) }, outcome);
        story.finish()
    };
    assert_eq!(read(refused()), [""; 0]);
    let text = Outcome::Ok { message: Some(id(901)), seq: Some(1), body: Some("i1".into()) };
    assert_eq!(read(text), ["I6"]);
}

#[test]
fn what_arrives_after_the_answer_to_a_ban_is_found_by_its_bytes() {
    let banned = |removal: Action, bytes: u64| {
        let mut story = town();
        story.open("gus/0", false);
        at_byte(&mut story, "gus/0", 400);
        story.act("owner", removal, ok());
        let op = story.ops;
        story.line("gus/0", What::Received { op, bytes });
        at_byte(&mut story, "gus/0", 500);
        story.line("gus/0", What::Closed);
        story.check()
    };
    for removal in [ban("gus"), kick("gus")] {
        assert_eq!(banned(removal.clone(), 500), ["I14"], "it began with the first byte after the answer");
        assert_eq!(banned(removal, 501), [""; 0], "it waited in the kernel when the answer came");
    }
}

#[test]
fn what_arrives_after_the_way_back_was_asked_for_is_allowed() {
    let mut story = town();
    story.open("gus/0", false);
    story.act("owner", kick("gus"), ok());
    let op = story.ops;
    story.line("gus/0", What::Received { op, bytes: 100 });
    story.act("gus", accept(), unknown());
    at_byte(&mut story, "gus/0", 500);
    story.line("gus/0", What::Closed);
    assert_eq!(story.check(), [""; 0]);
}

#[test]
fn a_hole_after_joining_is_found_and_one_while_away_is_not() {
    let joined = |missing: u128| {
        let mut story = town();
        story.line("r3", What::Outside { channel: id(GENERAL) });
        story.open("r3", false);
        story.post("ann", 4);
        story.act("r3", join(), ok());
        for n in 5..=7 {
            story.post("ann", n);
        }
        for n in 4..=7 {
            story.event("r1", n);
            story.event("r2", n);
            if n > 4 && n != missing {
                story.event("r3", n);
            }
        }
        story.finish()
    };
    assert_eq!(joined(0), [""; 0], "what was said before is not owed");
    assert_eq!(joined(5), ["I4"], "the first after joining");
    assert_eq!(joined(7), ["I4"], "the last");
}

#[test]
fn what_was_missed_while_away_is_no_hole() {
    let mut story = town();
    story.act("r2", leave(), ok());
    story.post("ann", 4);
    story.act("r2", join(), ok());
    story.post("ann", 5);
    for n in 4..=5 {
        story.event("r1", n);
    }
    story.event("r2", 5);
    assert_eq!(story.finish(), [""; 0]);
}

#[test]
fn a_hole_on_the_stream_without_numbers_is_found() {
    let seen = |by_r2: &[u128]| {
        let mut story = town();
        for n in 1..=3 {
            of_town(&mut story, "r1", n, None);
        }
        by_r2.iter().for_each(|n| of_town(&mut story, "r2", *n, None));
        story.finish()
    };
    assert_eq!(seen(&[1, 2, 3]), [""; 0]);
    assert_eq!(seen(&[2, 3]), [""; 0], "what came before the first is not owed");
    assert_eq!(seen(&[1, 3]), ["I4"]);
    assert_eq!(seen(&[1, 2]), ["I4"], "the end is missing");
    assert_eq!(seen(&[1, 3, 2]), ["I4", "I3"], "a hole that is filled too late");
}

/// A job may tell it, and so at the moment when everybody is told to go.
#[test]
fn how_somebody_looks_is_owed_but_at_the_very_end() {
    let told = |ends_s: u64| {
        let mut story = town();
        of_town(&mut story, "r1", 1, None);
        of_town(&mut story, "r2", 1, None);
        let (stream, community, kind) = (id(TOWN), Some(id(TOWN)), "user.updated".into());
        let event = Seen { id: id(5900), stream, community, kind, ..Seen::default() };
        story.line("r1", What::Event(event));
        // A replay that repeats something is the last that is heard.
        let (kind, seq) = ("message.created".into(), Some(3));
        let event = Seen { id: id(1003), stream: id(GENERAL), community, seq, kind, ..Seen::default() };
        let (at_us, client, what) = (ends_s * 1_000_000, "r2".into(), What::Event(event));
        story.lines.push(Line { at_us, client, what });
        story.check()
    };
    assert_eq!(told(1), [""; 0]);
    assert_eq!(told(10), ["I4"]);
}

/// A cursor lags, so a replay may begin with what came before its reader began; a stream that goes on may not.
#[test]
fn a_replay_may_begin_before_what_the_reader_began_with() {
    let seen = |resumed: bool, by_r2: &[u128]| {
        let mut story = town();
        (1..=3).for_each(|n| of_town(&mut story, "r1", n, None));
        story.open("r2", false);
        of_town(&mut story, "r2", 2, None);
        if resumed {
            story.open("r2", true);
        }
        by_r2.iter().for_each(|n| of_town(&mut story, "r2", *n, None));
        story.finish()
    };
    assert_eq!(seen(true, &[1, 2, 3]), [""; 0]);
    assert_eq!(seen(false, &[1, 3]), ["I3"]);
    assert_eq!(seen(true, &[3, 1]), ["I3"], "the replay has gone on");
}

#[test]
fn people_who_come_and_go_and_hidden_channels_have_no_holes_there() {
    let mut story = town();
    story.act("gus", accept(), ok());
    story.act("owner", Action::Visibility { channel: id(DEN), private: true }, ok());
    for n in 1..=3 {
        of_town(&mut story, "r1", n, (n == 2).then(|| id(DEN)));
    }
    for n in [1, 3] {
        of_town(&mut story, "r2", n, None);
    }
    of_town(&mut story, "gus", 1, None);
    assert_eq!(story.finish(), [""; 0]);
}

#[test]
fn an_event_that_comes_twice_on_a_fresh_connection_is_found() {
    let twice = |resumed: bool| {
        let mut story = town();
        story.open("r1", resumed);
        story.post("ann", 4);
        for reader in ["r1", "r1", "r2"] {
            story.event(reader, 4);
        }
        story.finish()
    };
    assert_eq!(twice(false), ["I3"]);
    assert_eq!(twice(true), [""; 0], "a replay may repeat");
}

/// A node that tells of a call late does not send it to who was kicked meanwhile, nor the next one under another number.
#[test]
fn a_hole_in_ones_own_stream_is_allowed_around_a_kick_alone() {
    let gus = 400;
    let told = |removal: Option<Action>| {
        let mut story = town();
        story.line("gus", What::Person { id: id(gus) });
        story.line("lea", What::Person { id: id(gus + 1) });
        story.open("gus/0", false);
        of_person(&mut story, "gus/0", gus, 1);
        if let Some(removal) = removal {
            story.act("owner", removal, ok());
        }
        of_person(&mut story, "gus/0", gus, 3);
        story.check()
    };
    assert_eq!(told(None), ["I4"]);
    assert_eq!(told(Some(kick("lea"))), ["I4"], "somebody else was kicked");
    for removal in [kick("gus"), ban("gus")] {
        assert_eq!(told(Some(removal)), [""; 0]);
    }
}

/// An event of a person's own stream.
fn of_person(story: &mut Story, listener: &str, person: u128, n: u64) {
    let (id, stream, seq) = (id(7000 + u128::from(n)), id(person), Some(n));
    let kind = "channel.preferences".into();
    story.line(listener, What::Event(Seen { id, stream, seq, kind, ..Seen::default() }));
}

#[test]
fn a_refetch_that_no_fault_explains_is_found() {
    let told = |fault: &str, over: bool| {
        let mut story = town();
        story.line("fault", What::Fault { name: fault.into(), begins: true });
        if over {
            story.line("fault", What::Fault { name: fault.into(), begins: false });
            story.lines.push(later(60));
        }
        let at_us = story.lines.last().map_or(0, |line| line.at_us);
        let resync = What::Resync { reason: "behind".into() };
        story.lines.push(Line { at_us, client: "r1".into(), what: resync });
        story.check()
    };
    for fault in ["actor-killed", "session-killed", "node-killed", "node-killed + actor-killed"] {
        assert_eq!(told(fault, false), ["I4"], "{fault}");
    }
    assert_eq!(told("node-cramped", false), [""; 0]);
    assert_eq!(told("node-killed + nats-gone", false), [""; 0]);
    assert_eq!(told("nats-gone", true), ["I4"], "long after the fault");
}

/// A line that says nothing, so many seconds into the run.
fn later(seconds: u64) -> Line {
    Line { at_us: seconds * 1_000_000, client: "ops".into(), what: What::Closed }
}
