//! Who is online, by what happened when.

use std::time::{Duration, Instant};

use ajet_cluster::NodeId;
use ajet_protocol::UserId;
use uuid::Uuid;

use super::*;

const AWAY: Duration = Duration::from_secs(120);
const PEER: NodeId = NodeId(Uuid::from_u128(7));

fn person(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

fn online() -> (Online, Instant) {
    let now = Instant::now();
    (Online::new(AWAY, now), now)
}

/// Looks at all who moved, of whom these do not want to be seen.
fn look(online: &mut Online, hidden: &[UserId]) -> Vec<(UserId, Became)> {
    let mut moved = online.take_moved(usize::MAX);
    moved.sort_unstable();
    let became = |person: UserId| Some((person, online.settle(person, hidden.contains(&person))?));
    moved.into_iter().filter_map(became).collect()
}

#[test]
fn a_stream_keeps_one_online_and_for_a_while_after() {
    let (mut online, now) = online();
    assert!(online.open(person(1), now) && online.open(person(1), now));
    online.expire(now + 10 * AWAY);
    assert!(online.is_online(person(1)), "for as long as it is open");
    online.close(person(1), now + AWAY);
    online.close(person(1), now + 2 * AWAY);
    online.expire(now + 3 * AWAY - Duration::from_millis(1));
    assert!(online.is_online(person(1)));
    online.expire(now + 3 * AWAY);
    assert!(!online.is_online(person(1)));
}

#[test]
fn a_heartbeat_keeps_one_online_until_two_minutes_later() {
    let (mut online, now) = online();
    assert!(online.beat(person(1), now) && online.beat(person(1), now + AWAY / 2));
    online.expire(now + AWAY);
    assert!(online.is_online(person(1)));
    online.expire(now + AWAY / 2 + AWAY);
    assert!(!online.is_online(person(1)));
}

#[test]
fn who_comes_back_soon_did_not_move() {
    let (mut online, now) = online();
    online.open(person(1), now);
    assert_eq!(look(&mut online, &[]), [(person(1), Became::Online)]);
    online.close(person(1), now);
    online.expire(now + AWAY / 2);
    online.open(person(1), now + AWAY / 2);
    online.expire(now + 2 * AWAY);
    assert_eq!(look(&mut online, &[]), []);
}

/// Also where they go and come within the minute, or go at one node and are still at another one.
#[test]
fn what_counts_is_where_people_are_at_the_look() {
    let (mut online, now) = online();
    online.beat(person(1), now);
    online.hear(PEER, (1, Frame::Came(vec![person(1), person(2)])), now);
    assert_eq!(look(&mut online, &[]), [(person(1), Became::Online), (person(2), Became::Online)]);
    online.hear(PEER, (2, Frame::Went(vec![person(1), person(2)])), now);
    online.hear(PEER, (3, Frame::Came(vec![person(3)])), now);
    online.hear(PEER, (4, Frame::Went(vec![person(3)])), now);
    assert_eq!(look(&mut online, &[]), [(person(2), Became::Offline)]);
    assert_eq!(look(&mut online, &[]), [], "once");
}

#[test]
fn the_people_of_a_silent_node_stay_for_a_while() {
    let (mut online, now) = online();
    online.hear(PEER, (1, Frame::All { part: 0, of: 1, people: vec![person(1)] }), now);
    look(&mut online, &[]);
    online.expire(now + AWAY - Duration::from_millis(1));
    assert!(online.is_online(person(1)));
    online.expire(now + AWAY);
    assert_eq!(look(&mut online, &[]), [(person(1), Became::Offline)]);
}

#[test]
fn who_does_not_want_to_be_seen_is_shown_to_no_one() {
    let (mut online, now) = online();
    online.open(person(1), now);
    assert_eq!(look(&mut online, &[person(1)]), []);
    assert!(online.is_online(person(1)), "they are, all the same");
    assert_eq!(online.take_moved(9), [], "and cost nothing more");
    online.look_again(person(1));
    assert_eq!(look(&mut online, &[]), [(person(1), Became::Online)]);
    online.hear(PEER, (1, Frame::LookAgain(vec![person(1), person(2)])), now);
    assert_eq!(look(&mut online, &[person(1)]), [(person(1), Became::Offline)]);
    online.close(person(1), now);
    online.expire(now + AWAY);
    assert_eq!(look(&mut online, &[]), [], "who was not seen does not go");
}

#[test]
fn the_other_nodes_are_told_who_came_and_went_once() {
    let (mut online, now) = online();
    online.open(person(1), now);
    online.beat(person(2), now);
    let told = online.take_news();
    assert!(matches!(told.as_slice(), [Frame::Came(people)] if people.len() == 2), "{told:?}");
    online.beat(person(2), now + AWAY / 2);
    assert_eq!(online.take_news(), []);
    online.expire(now + 2 * AWAY);
    assert_eq!(online.take_news(), [Frame::Went(vec![person(2)])]);
    assert_eq!(online.everybody_here(), [Frame::All { part: 0, of: 1, people: vec![person(1)] }]);
    assert!(online.hear(PEER, (1, Frame::Hello), now), "it asks for that");
}

#[test]
fn those_beyond_a_number_wait_for_the_next_look() {
    let (mut online, now) = online();
    for n in 1..=5 {
        assert!(online.beat(person(n), now));
    }
    let first = online.take_moved(3);
    for person in &first {
        assert_eq!(online.settle(*person, false), Some(Became::Online));
    }
    assert_eq!((first.len(), online.take_moved(3).len()), (3, 2));
    online.put_back(vec![person(1)]);
    assert_eq!(online.take_moved(3), [person(1)]);
}

#[test]
fn who_is_online_is_known_once_people_are_back_and_each_node_has_told() {
    let (mut online, now) = online();
    let other = NodeId(Uuid::from_u128(8));
    assert!(!online.is_known(&[], now), "people are still coming back");
    let then = now + AWAY / 24;
    assert!(online.is_known(&[], then), "no one else could tell");
    assert!(!online.is_known(&[PEER], then));
    online.hear(PEER, (1, Frame::Came(vec![person(1)])), then);
    assert!(!online.is_known(&[PEER], then), "that is not everybody");
    online.hear(PEER, (2, Frame::All { part: 0, of: 1, people: vec![person(1)] }), then);
    assert!(online.is_known(&[PEER], then));
    assert!(!online.is_known(&[PEER, other], then), "one has not told");
}

#[test]
fn what_cannot_be_known_is_waited_for_a_minute() {
    let (mut online, now) = online();
    let asked = now + AWAY;
    let minute = Duration::from_secs(60);
    assert!(!online.is_known(&[PEER], asked));
    assert!(!online.is_known(&[PEER], asked + minute - Duration::from_millis(1)));
    assert!(online.is_known(&[PEER], asked + minute));
    // Once it was known, it is waited for anew.
    online.hear(PEER, (1, Frame::All { part: 0, of: 1, people: vec![] }), asked + minute);
    assert!(online.is_known(&[PEER], asked + minute));
    online.expire(asked + minute + AWAY);
    assert!(!online.is_known(&[PEER], asked + minute + AWAY), "it fell silent");
}
