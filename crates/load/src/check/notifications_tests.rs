//! The checker on notifications: what is lost, doubled or misdirected is found, and what may be there or not is not.

use std::collections::HashSet;

use ajet_protocol::UserId;

use super::tests::{Story, id, ok, sound};
use crate::history::{Action, Listed, Outcome, Seen, Stored, What};
use crate::mentions::{ALL, mention};

/// A room in which the readers' streams need not show anything.
pub(super) const ROOM: u128 = 101;
/// Who ann, who posts, and the two readers are to the server.
pub(super) const ANN: u128 = 11;
pub(super) const R1: u128 = 21;
pub(super) const R2: u128 = 22;
/// A custom role that the second reader holds.
pub(super) const CREW: u128 = 31;
/// A direct message of ann and the first reader.
pub(super) const DM: u128 = 600;

/// A post of a number that mentions these people.
fn mentioning(n: u128, people: &[u128]) -> Action {
    let mentions: Vec<_> = people.iter().map(|person| mention(UserId(id(*person)))).collect();
    let body = format!("text {n} {}", mentions.join(" "));
    Action::Post { channel: id(ROOM), key: format!("k{n}"), body }
}

fn post(story: &mut Story, n: u128, people: &[u128]) {
    story.act("ann", mentioning(n, people), Outcome::Ok { message: Some(id(n)), seq: None, body: None });
}

/// What somebody lists in the end.
pub(super) fn list(story: &mut Story, client: &str, messages: &[u128]) {
    let listed = messages.iter().enumerate();
    let listed =
        listed.map(|(n, message)| Listed { id: id(7000 + n as u128), message: id(*message), by_name: true });
    story.line(client, What::Notifications { node: 0, listed: listed.collect() });
}

/// The event of this number on a person's stream, of a message.
pub(super) fn notify(story: &mut Story, client: &str, (person, seq): (u128, u64), message: u128) {
    let (event, stream) = (id(8000 + 100 * person + u128::from(seq)), id(person));
    let (kind, seq, message) = ("notification.new".into(), Some(seq), Some(id(message)));
    story.line(client, What::Event(Seen { id: event, stream, seq, kind, message, ..Seen::default() }));
}

/// What [`sound`] tells, with the people introduced.
pub(super) fn town() -> Story {
    let mut story = sound();
    for (name, person) in [("ann", ANN), ("r1", R1), ("r2", R2)] {
        story.line(name, What::Person { id: id(person) });
        let roles = if person == R2 { vec![id(CREW)] } else { vec![] };
        story.line(name, What::Belongs { channels: vec![id(ROOM)], roles });
    }
    story
}

/// Two posts: of the first both readers and the author are mentioned, of the second the first reader, twice. All are notified but for
/// what is left to the test: what ann and the readers list.
fn notified() -> Story {
    let mut story = town();
    post(&mut story, 51, &[R1, ANN, R2]);
    notify(&mut story, "r1", (R1, 1), 51);
    notify(&mut story, "r2", (R2, 1), 51);
    post(&mut story, 52, &[R1, R1]);
    notify(&mut story, "r1", (R1, 2), 52);
    story
}

fn with_lists(mut story: Story, [ann, r1, r2]: [&[u128]; 3]) -> Vec<&'static str> {
    list(&mut story, "ann", ann);
    list(&mut story, "r1", r1);
    list(&mut story, "r2", r2);
    story.check()
}

#[test]
fn who_is_mentioned_is_notified_once() {
    assert_eq!(with_lists(notified(), [&[], &[51, 52], &[51]]), [""; 0]);
}

#[test]
fn a_lost_notification_is_found() {
    assert_eq!(with_lists(notified(), [&[], &[52], &[51]]), ["I1"]);
    assert_eq!(with_lists(notified(), [&[], &[51, 52], &[]]), ["I1"]);
}

/// A post that calls all is owed to everybody but its author.
#[test]
fn who_is_called_with_all_is_notified_once() {
    let story = || {
        let mut story = town();
        let body = format!("text 54 {ALL}");
        let action = Action::Post { channel: id(ROOM), key: "k54".into(), body };
        story.act("ann", action, Outcome::Ok { message: Some(id(54)), seq: None, body: None });
        notify(&mut story, "r1", (R1, 1), 54);
        notify(&mut story, "r2", (R2, 1), 54);
        story
    };
    assert_eq!(with_lists(story(), [&[], &[54], &[54]]), [""; 0]);
    assert_eq!(with_lists(story(), [&[], &[54], &[]]), ["I1"]);
    assert_eq!(with_lists(story(), [&[54], &[54], &[54]]), ["I7"], "the author");
}

/// Of what does not name a person it is only known that they are told once.
#[test]
fn other_notifications_are_there_or_not_and_once() {
    let others = |n: usize| {
        let mut story = notified();
        let listed =
            |message: u128, by_name| Listed { id: id(7100 + message), message: id(message), by_name };
        let mut ann: Vec<Listed> = (0..n).map(|_| listed(99, false)).collect();
        ann.dedup_by_key(|one| one.id);
        if n > 1 {
            ann.push(Listed { id: id(7900), ..listed(99, false) });
        }
        list(&mut story, "r1", &[51, 52]);
        list(&mut story, "r2", &[51]);
        story.line("ann", What::Notifications { node: 0, listed: ann });
        story.check()
    };
    assert_eq!([others(0), others(1)], [vec![], vec![]] as [Vec<&str>; 2]);
    assert_eq!(others(2), ["I2"]);
}

#[test]
fn the_last_list_counts() {
    let mut story = notified();
    list(&mut story, "r1", &[51]);
    assert_eq!(with_lists(story, [&[], &[51, 52], &[51]]), [""; 0]);
}

#[test]
fn a_doubled_notification_is_found() {
    assert_eq!(with_lists(notified(), [&[], &[51, 52, 51], &[51]]), ["I2"]);
    let mut story = notified();
    notify(&mut story, "r2", (R2, 2), 51);
    assert_eq!(with_lists(story, [&[], &[51, 52], &[51]]), ["I2"], "two events of one message");
}

#[test]
fn a_notification_of_somebody_elses_mention_is_found() {
    assert_eq!(with_lists(notified(), [&[], &[51, 52], &[51, 52]]), ["I7"]);
    assert_eq!(with_lists(notified(), [&[51], &[51, 52], &[51]]), ["I7"], "the author's own mention");
    assert_eq!(with_lists(notified(), [&[], &[51, 52, 3], &[51]]), ["I7"], "a message without mentions");
    assert_eq!(with_lists(notified(), [&[], &[51, 52, 99], &[51]]), ["I7"], "a message that is not there");
    let mut story = notified();
    notify(&mut story, "r2", (R2, 2), 52);
    assert_eq!(with_lists(story, [&[], &[51, 52], &[51]]), ["I7"], "an event of it");
}

#[test]
fn an_event_of_another_persons_stream_is_found() {
    let mut story = notified();
    notify(&mut story, "r2", (R1, 2), 52);
    assert_eq!(with_lists(story, [&[], &[51, 52], &[51]]), ["I6"]);
}

#[test]
fn an_event_that_never_came_is_found() {
    let missing = |afresh: bool, stopped: bool| {
        let mut story = notified();
        post(&mut story, 53, &[R2]);
        if afresh {
            story.open("r2", false);
        }
        if stopped {
            story.line("r2", What::Closed);
        }
        with_lists(story, [&[], &[51, 52], &[51, 53]])
    };
    assert_eq!(missing(false, false), ["I4"]);
    assert_eq!(missing(true, false), [""; 0], "it may have come before the reader began afresh");
    assert_eq!(missing(false, true), [""; 0], "who stopped listening is owed nothing");
}

/// Like every event: on a connection without a replay it comes once, and after a return it may come again.
#[test]
fn an_event_that_comes_again_is_found() {
    let again = |client: &str, person: u128| {
        let mut story = notified();
        notify(&mut story, client, (person, 1), 51);
        with_lists(story, [&[], &[51, 52], &[51]])
    };
    assert_eq!(again("r1", R1), ["I3"]);
    assert_eq!(again("r2", R2), [""; 0]);
}

#[test]
fn an_unknown_outcome_notifies_once_or_not_at_all() {
    let unknown = |listed: &[u128]| {
        let mut story = notified();
        story.act("ann", mentioning(54, &[R2]), Outcome::Unknown { why: "timeout".into() });
        let (author, key, body) = (id(ANN), "k54".into(), "text 54".into());
        let messages = [51, 52].map(|n| kept(&story, n)).into_iter();
        let messages = messages.chain([Stored { id: id(54), author, key, seq: 54, body, deleted: false }]);
        let messages = messages.collect();
        story.line("end", What::Final { node: 0, channel: id(ROOM), messages });
        with_lists(story, [&[], &[51, 52], listed])
    };
    assert_eq!(unknown(&[51]), [""; 0]);
    assert_eq!(unknown(&[51, 54]), [""; 0]);
    assert_eq!(unknown(&[51, 54, 54]), ["I2"]);
}

/// A message as it was posted.
fn kept(story: &Story, n: u128) -> Stored {
    let wanted = format!("k{n}");
    let posted = story.lines.iter().find_map(|line| match &line.what {
        What::Invoked { action: Action::Post { key, body, .. }, .. } if *key == wanted => Some(body.clone()),
        _ => None,
    });
    let seq = u64::try_from(n).expect("small");
    Stored { id: id(n), author: id(ANN), key: wanted, seq, body: posted.expect("posted"), deleted: false }
}

/// It may have been edited or deleted before anybody was notified.
#[test]
fn a_message_that_was_changed_notifies_once_or_not_at_all() {
    for change in [Action::Edit { message: id(52), body: "other".into() }, Action::Delete { message: id(52) }]
    {
        let changed = |listed: &[u128]| {
            let mut story = notified();
            story.act("ann", change.clone(), ok());
            with_lists(story, [&[], listed, &[51]])
        };
        assert_eq!(changed(&[51]), [""; 0]);
        assert_eq!(changed(&[51, 52]), [""; 0]);
        assert_eq!(changed(&[51, 52, 52]), ["I2"]);
    }
}

/// What the end of a run waits for.
#[test]
fn who_lacks_a_notification_is_named() {
    let mut story = notified();
    list(&mut story, "r1", &[51]);
    list(&mut story, "r2", &[51]);
    assert_eq!(super::not_notified(&story.lines), HashSet::from([id(R1)]));
    post(&mut story, 53, &[R2]);
    list(&mut story, "r2", &[51, 53]);
    assert_eq!(
        super::not_notified(&story.lines),
        HashSet::from([id(R1), id(R2)]),
        "its event is still to come"
    );
}
