//! The checker on rights that end by registers: what is done without the right, and what arrives without it, is found.

use super::tests::{Story, TOWN, id, ok, sound};
use crate::history::{Action, Outcome, Seen, What};
use crate::registers::{ARCHIVED, HELD, MUTED, Register, VIEW};

/// A channel that is denied, archived or deleted, and one behind a role.
const NOOK: u128 = 400;
const STAGE: u128 = 410;
const KEY: u128 = 420;
/// Who gus and the owner are to the server.
const GUS: u128 = 77;
const OWNER: u128 = 88;

fn refused() -> Outcome {
    Outcome::Refused { status: 403, code: "forbidden".into() }
}

fn set(register: Register, value: Option<&str>) -> Action {
    Action::Set { register, value: value.map(str::to_owned) }
}

fn denied(value: Option<&str>) -> Action {
    set(Register::Denied { channel: id(NOOK), person: "gus".into() }, value)
}

fn holds(value: Option<&str>) -> Action {
    set(Register::Holds { role: id(KEY), person: "gus".into() }, value)
}

fn muted(value: Option<&str>) -> Action {
    set(Register::Muted { community: id(TOWN), person: "gus".into() }, value)
}

fn archived(value: Option<&str>) -> Action {
    set(Register::Archived(id(NOOK)), value)
}

fn deleted() -> Action {
    set(Register::Channel(id(NOOK)), None)
}

/// How each right is taken away and given back, and the channel in which it counts.
fn rights() -> [(Action, Option<Action>, u128); 5] {
    [
        (denied(Some(VIEW)), Some(denied(None)), NOOK),
        (holds(None), Some(holds(Some(HELD))), STAGE),
        (muted(Some(MUTED)), Some(muted(None)), NOOK),
        (archived(Some(ARCHIVED)), Some(archived(None)), NOOK),
        (deleted(), None, NOOK),
    ]
}

/// What [`sound`] tells, with gus in both channels.
fn town() -> Story {
    let mut story = sound();
    for channel in [id(NOOK), id(STAGE)] {
        story.line("scene", What::Channel { channel, community: id(TOWN), on_arrival: false });
    }
    story.line("gus", What::Person { id: id(GUS) });
    story.line("owner", What::Person { id: id(OWNER) });
    let people = vec![id(GUS), id(OWNER)];
    story.line("scene", What::Behind { channel: id(STAGE), role: id(KEY), people });
    story
}

fn post(channel: u128, text: &str) -> Action {
    Action::Post { channel: id(channel), key: text.into(), body: text.into() }
}

fn posted(n: u128) -> Outcome {
    Outcome::Ok { message: Some(id(n)), seq: Some(u64::try_from(n).expect("small")), body: None }
}

/// A message that reaches gus at one of their places.
fn hears(story: &mut Story, channel: u128, n: u128, text: &str) {
    let (event, stream, community) = (id(6000 + n), id(channel), Some(id(TOWN)));
    let (kind, body, seq) = ("message.created".into(), Some(text.into()), u64::try_from(n).ok());
    let event = Seen { id: event, stream, community, seq, kind, body, ..Seen::default() };
    story.line("gus/1", What::Event(event));
}

#[test]
fn a_post_without_the_right_is_found() {
    for (taken, _, channel) in rights() {
        let after = |taking: Outcome, outcome: Outcome| {
            let mut story = town();
            story.act("owner", taken.clone(), taking);
            story.act("gus", post(channel, "g1"), outcome);
            story.check()
        };
        assert_eq!(after(ok(), ok()), ["I6"], "{taken:?}");
        assert_eq!(after(ok(), refused()), [""; 0], "{taken:?}");
        let unknown = || Outcome::Unknown { why: "timeout".into() };
        assert_eq!(after(unknown(), ok()), [""; 0], "{taken:?}");
        assert_eq!(after(unknown(), refused()), [""; 0], "{taken:?}");
    }
}

#[test]
fn a_post_with_the_right_given_back_is_no_violation_and_its_refusal_is_one() {
    for (taken, given, channel) in rights() {
        let Some(given) = given else { continue };
        let after = |outcome: Outcome| {
            let mut story = town();
            story.act("owner", taken.clone(), ok());
            story.act("owner", given.clone(), ok());
            story.act("gus", post(channel, "g1"), outcome);
            story.check()
        };
        assert_eq!(after(ok()), [""; 0], "{given:?}");
        assert_eq!(after(refused()), ["I8"], "{given:?}");
    }
}

/// A right is one person's, but for what holds for everybody.
#[test]
fn others_keep_their_rights() {
    for (taken, found) in [(denied(Some(VIEW)), vec![]), (archived(Some(ARCHIVED)), vec!["I6"])] {
        let mut story = town();
        story.act("owner", taken, ok());
        story.act("zoe", post(NOOK, "z1"), ok());
        assert_eq!(story.check(), found);
    }
    let mut story = town();
    story.act("owner", muted(Some(MUTED)), ok());
    story.act("zoe", post(NOOK, "z1"), refused());
    assert_eq!(story.check(), ["I8"]);
}

#[test]
fn an_overwrite_that_denies_something_else_hides_nothing() {
    let mut story = town();
    story.act("owner", denied(Some("add_reactions")), ok());
    story.act("gus", post(NOOK, "g1"), ok());
    assert_eq!(story.check(), [""; 0]);
}

#[test]
fn an_edit_without_the_right_is_found() {
    for (taken, _, channel) in rights() {
        let after = |outcome: Outcome| {
            let mut story = town();
            story.act("gus", post(channel, "g1"), posted(51));
            story.act("owner", taken.clone(), ok());
            story.act("gus", Action::Edit { message: id(51), body: "new".into() }, outcome);
            story.check()
        };
        assert_eq!(after(ok()), ["I6"], "{taken:?}");
        assert_eq!(after(refused()), [""; 0], "{taken:?}");
    }
}

#[test]
fn reading_what_is_hidden_or_deleted_is_found() {
    for ((taken, _, channel), found) in rights().into_iter().zip(["I6", "I6", "", "", "I19"]) {
        let after = |asked: Action, outcome: Outcome| {
            let mut story = town();
            story.act("owner", post(channel, "o1"), posted(51));
            story.act("owner", taken.clone(), ok());
            story.act("gus", asked, outcome);
            story.check()
        };
        let expected: Vec<_> = Some(found).filter(|found| !found.is_empty()).into_iter().collect();
        let read = || Action::Read { message: id(51) };
        let text = Outcome::Ok { message: Some(id(51)), seq: Some(51), body: Some("o1".into()) };
        assert_eq!(after(read(), text), expected, "{taken:?}");
        assert_eq!(after(Action::List { channel: id(channel) }, ok()), expected, "{taken:?}");
        if !found.is_empty() {
            assert_eq!(after(read(), refused()), [""; 0], "{taken:?}");
            assert_eq!(after(Action::Join { channel: id(channel) }, refused()), [""; 0], "{taken:?}");
        }
    }
}

#[test]
fn joining_what_is_hidden_or_deleted_is_found() {
    for (taken, channel) in [(denied(Some(VIEW)), NOOK), (holds(None), STAGE), (deleted(), NOOK)] {
        let mut story = town();
        story.act("owner", taken.clone(), ok());
        story.act("gus", Action::Join { channel: id(channel) }, ok());
        assert_eq!(story.check(), ["I6"], "{taken:?}");
    }
}

#[test]
fn an_event_that_was_sent_without_the_right_to_see_it_is_found() {
    for (taken, given, channel) in
        [(denied(Some(VIEW)), denied(None), NOOK), (holds(None), holds(Some(HELD)), STAGE)]
    {
        let arrives = |given_back: bool| {
            let mut story = town();
            story.act("owner", taken.clone(), ok());
            story.act("owner", post(channel, "o1"), posted(61));
            if given_back {
                story.act("owner", given.clone(), ok());
            }
            hears(&mut story, channel, 61, "o1");
            story.check()
        };
        assert_eq!(arrives(false), ["I6"], "{taken:?}");
        assert_eq!(arrives(true), [""; 0], "{taken:?}");
        let mut story = town();
        story.act("owner", post(channel, "o1"), posted(61));
        story.act("owner", taken.clone(), ok());
        hears(&mut story, channel, 61, "o1");
        assert_eq!(story.check(), [""; 0], "it was sent before");
    }
}

#[test]
fn a_new_name_of_a_hidden_channel_is_found() {
    let renamed = |before: bool| {
        let mut story = town();
        let rename = set(Register::Channel(id(NOOK)), Some("new"));
        let mut acts = [denied(Some(VIEW)), rename];
        if before {
            acts.reverse();
        }
        for act in acts {
            story.act("owner", act, ok());
        }
        let (stream, community, channel) = (id(TOWN), Some(id(TOWN)), Some(id(NOOK)));
        let (kind, body) = ("channel.updated".into(), Some("new".into()));
        let event = Seen { id: id(900), stream, community, channel, kind, body, ..Seen::default() };
        story.line("gus/0", What::Event(event));
        story.check()
    };
    assert_eq!(renamed(false), ["I6"]);
    assert_eq!(renamed(true), [""; 0]);
}

/// What is said while a right is away is no hole, and what is said afterwards is owed.
#[test]
fn a_hole_is_one_only_with_the_right() {
    let heard = |away: bool| {
        let mut story = town();
        story.open("gus/1", false);
        story.act("owner", post(NOOK, "o1"), posted(61));
        hears(&mut story, NOOK, 61, "o1");
        if away {
            story.act("owner", denied(Some(VIEW)), ok());
        }
        story.act("owner", post(NOOK, "o2"), posted(62));
        if away {
            story.act("owner", denied(None), ok());
        }
        story.act("owner", post(NOOK, "o3"), posted(63));
        hears(&mut story, NOOK, 63, "o3");
        story.check()
    };
    assert_eq!(heard(true), [""; 0]);
    let found = heard(false);
    assert!(!found.is_empty() && found.iter().all(|invariant| *invariant == "I4"), "{found:?}");
}

#[test]
fn an_attempt_that_may_act_late_makes_nothing_certain() {
    for (taken, given, channel) in rights() {
        let Some(given) = given else { continue };
        let mut story = town();
        story.ops += 1;
        let op = story.ops;
        story.line("owner", What::Invoked { op, node: 0, action: given });
        story.line("owner", What::Again { op, node: 1 });
        story.line("owner", What::Returned { op, outcome: ok() });
        story.act("owner", taken.clone(), ok());
        story.act("gus", post(channel, "g1"), ok());
        assert_eq!(story.check(), [""; 0], "{taken:?}: the first attempt may have given it back");
    }
}

/// Others saw events of a channel that is hidden from one person, or is gone for who comes back: no one is owed them.
#[test]
fn channels_that_are_hidden_or_deleted_have_no_holes_on_the_communitys_stream() {
    for taken in [denied(Some(VIEW)), deleted()] {
        let mut story = town();
        story.act("owner", taken.clone(), ok());
        for (reader, n) in [("r1", 1), ("r2", 1), ("r1", 2), ("r1", 3), ("r2", 3)] {
            let (event, stream, community) = (id(5000 + n), id(TOWN), Some(id(TOWN)));
            let (kind, channel) = ("channel.deleted".into(), (n == 2).then(|| id(NOOK)));
            let event = Seen { id: event, stream, community, channel, kind, ..Seen::default() };
            story.line(reader, What::Event(event));
        }
        assert_eq!(story.check(), [""; 0], "{taken:?}");
    }
}
