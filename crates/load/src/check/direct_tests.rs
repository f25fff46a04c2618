//! The checker on direct messages: what is lost, doubled or overheard there is found.

use uuid::Uuid;

use super::tests::{Story, id, ok, sound};
use crate::history::{Action, Outcome, Seen, Stored, What};

/// Direct messages.
const DM: u128 = 600;
const OTHER: u128 = 601;
/// A channel behind a role.
const STAGE: u128 = 610;
/// Who people are to the server.
const ANN: u128 = 11;
const BOB: u128 = 12;
const EVE: u128 = 13;

fn refused() -> Outcome {
    Outcome::Refused { status: 404, code: "not_found".into() }
}

fn of(people: &[u128]) -> Vec<Uuid> {
    people.iter().map(|person| id(*person)).collect()
}

fn open(story: &mut Story, client: &str, people: &[u128], channel: u128) {
    story.act(client, Action::OpenDm { people: of(people) }, ok());
    let op = story.ops;
    story.line(client, What::Dm { op, channel: id(channel) });
}

/// What [`sound`] tells, with a direct message of ann and bob, in which ann said something.
fn town() -> Story {
    let mut story = sound();
    for (name, person) in [("ann", ANN), ("bob", BOB), ("eve", EVE)] {
        story.line(name, What::Person { id: id(person) });
    }
    open(&mut story, "ann", &[ANN, BOB], DM);
    story.act("ann", post("d1"), Outcome::Ok { message: Some(id(51)), seq: Some(2), body: None });
    story
}

fn post(text: &str) -> Action {
    Action::Post { channel: id(DM), key: text.into(), body: text.into() }
}

fn hears(story: &mut Story, client: &str, channel: u128) {
    let (kind, body, seq) = ("message.created".into(), Some("d1".into()), Some(2));
    let event = Seen { id: id(6000), stream: id(channel), seq, kind, body, ..Seen::default() };
    story.line(client, What::Event(event));
}

#[test]
fn the_same_people_have_one_direct_message() {
    let opened = |people: &[u128], channel: u128| {
        let mut story = town();
        open(&mut story, "bob", people, channel);
        story.check()
    };
    assert_eq!(opened(&[ANN, BOB], DM), [""; 0]);
    assert_eq!(opened(&[ANN, BOB], OTHER), ["I2"]);
    assert_eq!(opened(&[ANN, BOB, EVE], OTHER), [""; 0]);
    assert_eq!(opened(&[ANN, BOB, EVE], DM), ["I2"], "others have another one");
}

#[test]
fn what_a_third_person_hears_is_found() {
    for (client, found) in [("ann", vec![]), ("bob/1", vec![]), ("eve/0", vec!["I6"]), ("zoe", vec!["I6"])] {
        let mut story = town();
        hears(&mut story, client, DM);
        assert_eq!(story.check(), found, "{client}");
    }
}

#[test]
fn what_a_third_person_hears_before_the_answer_to_who_opened_it_is_found_too() {
    let mut story = sound();
    story.line("eve", What::Person { id: id(EVE) });
    hears(&mut story, "eve", DM);
    open(&mut story, "ann", &[ANN, BOB], DM);
    assert_eq!(story.check(), ["I6"]);
}

#[test]
fn what_a_third_person_reads_or_writes_is_found() {
    let text = || Outcome::Ok { message: Some(id(51)), seq: Some(2), body: Some("d1".into()) };
    let asked = [
        (Action::Read { message: id(51) }, text()),
        (Action::List { channel: id(DM) }, ok()),
        (post("e1"), ok()),
    ];
    for (action, accepted) in asked {
        for (client, outcome, found) in
            [("eve", accepted.clone(), vec!["I6"]), ("eve", refused(), vec![]), ("bob", accepted, vec![])]
        {
            let mut story = town();
            story.act(client, action.clone(), outcome);
            assert_eq!(story.check(), found, "{client}: {action:?}");
        }
    }
    let mut story = town();
    story.act("bob", post("b1"), refused());
    assert_eq!(story.check(), ["I8"], "who is there may write");
}

#[test]
fn a_lost_and_a_doubled_direct_message_are_found() {
    let stands = |count: usize| {
        let mut story = town();
        let stored = |n: usize| Stored {
            id: id(51 + n as u128),
            author: id(ANN),
            key: "d1".into(),
            seq: 2 + n as u64,
            body: "d1".into(),
            deleted: false,
        };
        let messages = (0..count).map(stored).collect();
        story.line("end", What::Final { node: 0, channel: id(DM), messages });
        story.check()
    };
    assert_eq!(stands(1), [""; 0]);
    assert_eq!(stands(0), ["I1"]);
    assert_eq!(stands(2), ["I2"]);
}

#[test]
fn what_is_heard_from_behind_a_role_is_found() {
    for (client, found) in [("ann", vec![]), ("eve", vec!["I6"])] {
        let mut story = town();
        story.line("scene", What::Behind { channel: id(STAGE), role: id(1), people: of(&[ANN]) });
        hears(&mut story, client, STAGE);
        assert_eq!(story.check(), found, "{client}");
    }
}
