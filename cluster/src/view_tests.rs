//! What a view believes after what it was told.

use uuid::Uuid;

use super::*;
use crate::Kind;

fn peer(n: u128) -> Peer {
    Peer {
        id: node(n),
        database: Uuid::nil(),
        name: format!("node-{n}"),
        addr: "127.0.0.1:1".into(),
        pid: 1,
        version: "0".into(),
        wire: 1,
        started_at_ms: 0,
        joined: u64::try_from(n).expect("small"),
        wires: vec![],
    }
}

fn node(n: u128) -> NodeId {
    NodeId(Uuid::from_u128(n))
}

fn three() -> View {
    let mut view = View::new(peer(1));
    view.listed(vec![peer(1), peer(2), peer(3)], Instant::now());
    view
}

/// An entity that this node owns as long as it is there.
fn owned_by(view: &View, owner: NodeId) -> EntityKey {
    let mut keys = (0..1000).map(|id| EntityKey { kind: Kind::Channel, id });
    keys.find(|key| view.owner(*key, &[]) == owner).expect("some entity is its")
}

#[test]
fn a_node_alone_owns_everything_even_on_its_way_out() {
    let mut view = View::new(peer(1));
    let key = EntityKey { kind: Kind::Channel, id: 7 };
    assert_eq!(view.owner(key, &[]), node(1));
    view.leave();
    assert_eq!(view.owner(key, &[]), node(1));
    assert_eq!(view.admit(key, &RouteHeader::default()), Admission::Serve);
}

#[test]
fn no_responders_is_suspicion_and_two_missed_probes_are() {
    let (mut view, now) = (three(), Instant::now());
    assert!(view.silent(node(2), TransportError::NoResponders, now), "at once");
    assert!(!view.silent(node(3), TransportError::NoAnswer, now), "one may be lost");
    assert!(view.silent(node(3), TransportError::NoAnswer, now));
    let key = EntityKey { kind: Kind::Channel, id: 7 };
    assert_eq!(view.owner(key, &[]), node(1), "the only node left owns all");
    assert!(view.heard(node(2), 0, true, now), "and comes back when it speaks");
    assert!(!view.suspects(node(2)));
}

#[test]
fn a_node_without_the_database_owns_nothing_unless_we_have_none_either() {
    let (mut view, now) = (three(), Instant::now());
    assert!(view.heard(node(2), 0, false, now));
    assert!(view.suspects(node(2)));
    view.storeless(true);
    assert!(view.heard(node(2), 0, false, now), "all alike");
    assert!(!view.suspects(node(2)));
}

#[test]
fn trouble_on_our_side_makes_nobody_suspect() {
    let (mut view, now) = (three(), Instant::now());
    for _ in 0..10 {
        assert!(!view.silent(node(2), TransportError::Away, now));
    }
    assert!(!view.suspects(node(2)));
}

#[test]
fn an_empty_list_does_not_drop_those_who_answer() {
    let (mut view, now) = (three(), Instant::now());
    view.heard(node(2), 0, true, now);
    view.listed(vec![], now);
    assert_eq!(view.others(), [node(2)], "the one that was never heard of is gone");
    view.listed(vec![], now + KEPT_FOR);
    assert!(view.others().is_empty(), "and so is the other when it is silent for long");
    assert_eq!(view.me(), node(1));
}

#[test]
fn a_good_bye_counts_at_once_and_an_expiry_when_nothing_is_heard() {
    let (mut view, now) = (three(), Instant::now());
    view.heard(node(3), 0, true, now);
    view.left(node(2));
    view.expired(node(3), now);
    assert_eq!(view.others(), [node(3)]);
    view.silent(node(3), TransportError::NoResponders, now);
    assert!(view.others().is_empty());
    view.left(node(1));
    assert_eq!(view.owner(EntityKey { kind: Kind::User, id: 1 }, &[]), node(1), "no other node removes us");
}

#[test]
fn a_command_for_another_is_sent_on_until_it_has_hopped_enough() {
    let view = three();
    let theirs = owned_by(&view, node(2));
    let route = |revision, hops| RouteHeader { revision, hops, ..RouteHeader::default() };
    assert_eq!(view.admit(theirs, &route(3, 0)), Admission::Moved(3));
    assert_eq!(view.admit(theirs, &route(4, 0)), Admission::LookFirst, "the sender knows more");
    assert_eq!(view.admit(theirs, &route(3, MAX_HOPS)), Admission::Serve);
    let ours = owned_by(&view, node(1));
    assert_eq!(view.admit(ours, &route(3, 0)), Admission::Serve);
}

#[test]
fn what_the_sender_found_silent_is_served_by_the_next_in_line() {
    let view = three();
    let key = owned_by(&view, node(2));
    let next = view.owner(key, &[node(2)]);
    let mut theirs = View::new(peer(if next == node(1) { 1 } else { 3 }));
    theirs.listed(vec![peer(1), peer(2), peer(3)], Instant::now());
    let route = RouteHeader { revision: 3, skipped: vec![node(2)], ..RouteHeader::default() };
    assert_eq!(theirs.admit(key, &route), Admission::Serve);
}

#[test]
fn who_leaves_sends_everything_on() {
    let mut view = three();
    let ours = owned_by(&view, node(1));
    view.leave();
    assert_ne!(view.owner(ours, &[]), node(1));
    let route = RouteHeader { revision: 3, hops: MAX_HOPS, ..RouteHeader::default() };
    assert_eq!(view.admit(ours, &route), Admission::Moved(3));
}

#[test]
fn only_what_changes_who_may_own_something_says_so() {
    let (mut view, now) = (View::new(peer(1)), Instant::now());
    let all = || vec![peer(1), peer(2), peer(3)];
    assert!(view.listed(all(), now));
    assert!(!view.listed(all(), now), "the same list, read again");
    assert!(!view.joined(peer(2)), "an entry that was renewed");
    assert!(view.joined(peer(4)));
    assert!(view.left(node(4)) && !view.left(node(4)), "once");
    assert!(!view.heard(node(2), 5, true, now), "it answers as before");
    assert!(!view.silent(node(2), TransportError::NoAnswer, now));
    assert!(view.silent(node(2), TransportError::NoAnswer, now));
    assert!(!view.silent(node(2), TransportError::NoAnswer, now), "suspected already");
    assert!(!view.expired(node(2), now), "it owned nothing any more");
    assert!(view.expired(node(3), now), "never heard of");
    assert!(view.leave() && !view.leave(), "once");
}

#[test]
fn what_is_precomputed_is_what_a_look_at_each_node_says() {
    let mut view = View::new(peer(1));
    view.listed((1..=20).map(peer).collect(), Instant::now());
    let owners_are_right = |view: &View, among: &[u128]| {
        let roster = Roster::new(among.iter().copied().map(node));
        for id in 0..200 {
            let key = EntityKey { kind: Kind::Channel, id };
            assert_eq!(Some(view.owner(key, &[])), roster.owner(key, |_| true));
            let skipped = [node(3), node(4), view.owner(key, &[])];
            assert_eq!(Some(view.owner(key, &skipped)), roster.owner(key, |node| !skipped.contains(&node)));
        }
    };
    let mut among: Vec<_> = (1..=20).collect();
    owners_are_right(&view, &among);
    view.silent(node(7), TransportError::NoResponders, Instant::now());
    view.left(node(8));
    among.retain(|n| ![7, 8].contains(n));
    owners_are_right(&view, &among);
    view.leave();
    among.retain(|n| *n != 1);
    owners_are_right(&view, &among);
    view.heard(node(7), 0, true, Instant::now());
    among.push(7);
    owners_are_right(&view, &among);
}

#[test]
fn probes_that_overlap_count_once() {
    let (mut view, began) = (three(), Instant::now());
    let at = |ms| began + std::time::Duration::from_millis(ms);
    assert!(!view.missed(node(2), at(0), at(350)));
    assert!(!view.missed(node(2), at(300), at(600)), "it was sent before the first one was given up");
    assert!(view.missed(node(2), at(350), at(700)), "the next one was not");
    view.heard(node(3), 0, true, at(400));
    assert!(!view.missed(node(3), at(300), at(600)), "it has answered since");
    assert!(!view.missed(node(3), at(600), at(900)), "so this is the first");
    assert!(view.missed(node(3), at(900), at(1200)));
}

#[test]
fn a_clock_is_known_from_when_it_was_measured() {
    let (mut view, now) = (three(), Instant::now());
    assert_eq!((view.clock_ahead_ms(node(2)), view.heard_at(node(2))), (None, None));
    view.heard(node(2), -40, true, now);
    assert_eq!((view.clock_ahead_ms(node(2)), view.heard_at(node(2))), (Some(-40), Some(now)));
    assert_eq!(view.clock_ahead_ms(node(1)), Some(0), "our own");
}
