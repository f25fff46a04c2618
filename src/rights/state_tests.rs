//! What changes do to what is known of a scope, without a store.

use std::sync::Arc;

use ajet_domain::rights::MemberRights;
use ajet_protocol::{Role, Visibility};
use uuid::Uuid;

use super::*;

const NO_ONE: [UserId; 0] = [];
const ANN: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));
const OPEN: ChannelId = ChannelId(Uuid::from_u128(11));
const CLOSED: ChannelId = ChannelId(Uuid::from_u128(12));

fn member(joined: &[ChannelId]) -> Known {
    Some(Arc::new(MemberRights::new(ANN, Role::Member, None, joined.to_vec())))
}

fn channels(all: &[(ChannelId, Visibility)]) -> CommunityRights {
    let all = all.iter().map(|(id, visibility)| (*id, rights(*visibility)));
    CommunityRights { channels: all.collect(), ..CommunityRights::default() }
}

fn rights(visibility: Visibility) -> ChannelRights {
    ChannelRights::plain(visibility)
}

fn both() -> CommunityRights {
    channels(&[(OPEN, Visibility::Public), (CLOSED, Visibility::Private)])
}

/// The moment at which a test's changes are taken in, with the generation that comes with it.
fn at(generation: u64) -> Moment {
    let now = Instant::now();
    Moment { asked: now, now, generation }
}

/// A community as of version 5, with an open and a closed channel. Ann is in both, bob in the open one.
fn state() -> State {
    let mut state = State::default();
    state.apply(Delta::whole((5, both())), at(1));
    assert!(state.hold(ANN, (5, member(&[OPEN, CLOSED]))) && state.hold(BOB, (5, member(&[OPEN]))));
    state
}

fn delta(changes: &[(u64, Affected)]) -> Delta {
    let version = changes.last().map_or(0, |(version, _)| *version);
    Delta { version, changes: changes.to_vec(), ..Delta::default() }
}

/// Applies changes that lack nothing any more.
fn apply(state: &mut State, delta: Delta) {
    assert!(state.wants(&delta).is_empty(), "{:?}", state.wants(&delta));
    state.apply(delta, at(2));
}

fn reached(state: &State, audience: Audience) -> Vec<UserId> {
    let mut reached = Vec::new();
    state.reach(audience, |person| reached.push(person));
    reached.sort_unstable();
    reached
}

fn lost(state: &State, version: u64, audience: Audience) -> Vec<UserId> {
    let mut lost = state.lost_by(version, audience);
    lost.sort_unstable();
    lost
}

#[test]
fn an_event_reaches_its_audience() {
    let state = state();
    assert_eq!(reached(&state, Audience::Members), [ANN, BOB]);
    assert_eq!(reached(&state, Audience::Seers(OPEN)), [ANN, BOB]);
    assert_eq!(reached(&state, Audience::Joined(OPEN)), [ANN, BOB]);
    assert_eq!(reached(&state, Audience::Seers(CLOSED)), [ANN]);
    assert_eq!(reached(&state, Audience::Joined(CLOSED)), [ANN]);
    assert_eq!(
        reached(&state, Audience::Seers(ChannelId(Uuid::nil()))),
        NO_ONE,
        "a channel that is not there"
    );
    assert_eq!(reached(&state, Audience::Person), NO_ONE, "that is the matter of another topic");
    assert!(state.hears(ANN, Audience::Joined(CLOSED)) && !state.hears(BOB, Audience::Joined(CLOSED)));
    assert_eq!(state.joined_of(BOB), [OPEN]);
}

#[test]
fn only_channels_that_a_person_joined_are_looked_up() {
    let state = state();
    let asked = std::cell::RefCell::new(Vec::new());
    let found = state.find_joined(BOB, |channel| {
        asked.borrow_mut().push(channel);
        (channel == OPEN).then_some("here")
    });
    assert_eq!((found, asked.into_inner()), (vec![(OPEN, "here")], vec![OPEN]));
    assert!(state.find_joined(ANN, |_| None::<()>).is_empty());
    assert!(state.find_joined(UserId(Uuid::from_u128(3)), |_| Some(())).is_empty(), "is not held");
}

/// What an audience reaches by the index is what the rule says of everyone held.
#[test]
fn the_index_leaves_no_one_out_and_adds_no_one() {
    let mut state = state();
    let stranger = UserId(Uuid::from_u128(3));
    assert!(state.hold(stranger, (5, None)));
    let audiences = [Audience::Members, Audience::Seers(OPEN), Audience::Joined(OPEN)];
    let closed = [Audience::Seers(CLOSED), Audience::Joined(CLOSED)];
    let follows_the_rule = |state: &State| {
        for audience in audiences.into_iter().chain(closed) {
            let hear = [ANN, BOB, stranger].into_iter().filter(|person| state.hears(*person, audience));
            assert_eq!(reached(state, audience), hear.collect::<Vec<_>>(), "{audience:?}");
        }
    };
    follows_the_rule(&state);
    for (n, joined) in [vec![], vec![CLOSED], vec![OPEN, CLOSED], vec![OPEN]].iter().enumerate() {
        let version = 6 + n as u64;
        let mut changed = delta(&[(version, Affected::Person(BOB))]);
        changed.people.insert(BOB, (version, member(joined)));
        apply(&mut state, changed);
        follows_the_rule(&state);
    }
    state.release(BOB);
    assert_eq!(reached(&state, Audience::Joined(OPEN)), [ANN]);
}

#[test]
fn a_change_of_a_person_asks_for_the_person_if_held() {
    let mut state = state();
    let stranger = UserId(Uuid::from_u128(3));
    let mut left = delta(&[(6, Affected::Person(stranger)), (7, Affected::Person(ANN))]);
    assert_eq!(state.wants(&left), Wants { people: vec![ANN], ..Wants::default() });
    left.people.insert(ANN, (6, member(&[OPEN, CLOSED])));
    assert!(!state.wants(&left).is_empty(), "read before the change: of no use");
    left.people.insert(ANN, (7, member(&[OPEN])));
    apply(&mut state, left);
    assert_eq!((state.version(), state.generation()), (7, 1));
    assert_eq!(reached(&state, Audience::Joined(CLOSED)), NO_ONE);
    assert_eq!(lost(&state, 7, Audience::Seers(CLOSED)), [ANN]);
    assert_eq!(lost(&state, 7, Audience::Seers(OPEN)), NO_ONE, "she sees it still");
    assert_eq!(lost(&state, 6, Audience::Seers(CLOSED)), [ANN], "she had it before that, too");
    assert_eq!(lost(&state, 5, Audience::Seers(CLOSED)), NO_ONE, "not remembered");
    assert_eq!(lost(&state, 8, Audience::Seers(CLOSED)), NO_ONE, "not there yet");
}

#[test]
fn who_is_removed_hears_of_it_and_of_nothing_after() {
    let mut state = state();
    let mut banned = delta(&[(6, Affected::Person(BOB))]);
    banned.people.insert(BOB, (6, None));
    apply(&mut state, banned);
    assert_eq!(reached(&state, Audience::Members), [ANN]);
    assert_eq!(lost(&state, 6, Audience::Members), [BOB]);
    let mut muted = delta(&[(7, Affected::Person(ANN))]);
    muted.people.insert(ANN, (7, member(&[OPEN, CLOSED])));
    apply(&mut state, muted);
    assert_eq!(lost(&state, 7, Audience::Members), NO_ONE);
}

#[test]
fn a_channel_that_is_closed_or_gone_is_lost_by_those_who_saw_it() {
    let mut state = state();
    let mut closed = delta(&[(6, Affected::Channel(OPEN))]);
    assert_eq!(state.wants(&closed), Wants { channels: vec![OPEN], ..Wants::default() });
    closed.channels.insert(OPEN, (6, None));
    apply(&mut state, closed);
    assert_eq!(reached(&state, Audience::Seers(OPEN)), NO_ONE);
    assert_eq!(lost(&state, 6, Audience::Seers(OPEN)), [ANN, BOB], "all who are held: it was public");
    assert!(state.joined_of(BOB).is_empty());
    let mut gone = delta(&[(7, Affected::Channel(CLOSED))]);
    gone.channels.insert(CLOSED, (7, None));
    apply(&mut state, gone);
    assert_eq!(lost(&state, 7, Audience::Seers(CLOSED)), [ANN], "bob never knew of it");
    assert_eq!(lost(&state, 7, Audience::Seers(OPEN)), NO_ONE, "that was before");
}

/// Those who are in it lose nothing.
#[test]
fn a_channel_that_is_made_private_is_lost_by_those_outside() {
    let mut state = state();
    let mut left = delta(&[(6, Affected::Person(BOB))]);
    left.people.insert(BOB, (6, member(&[])));
    apply(&mut state, left);
    let mut closed = delta(&[(7, Affected::Channel(OPEN))]);
    closed.channels.insert(OPEN, (7, Some(rights(Visibility::Private))));
    apply(&mut state, closed);
    assert_eq!(reached(&state, Audience::Seers(OPEN)), [ANN], "she has joined it");
    assert_eq!(reached(&state, Audience::FormerSeers(OPEN)), NO_ONE, "it is no one's right");
    assert!(!state.hears(BOB, Audience::FormerSeers(OPEN)), "so it is not replayed");
    assert_eq!(lost(&state, 7, Audience::FormerSeers(OPEN)), [BOB]);
}

/// Who comes back is told where their rights changed: not of a pause between messages, or of what is read-only now.
#[test]
fn how_a_channel_is_used_changes_no_ones_rights() {
    let mut state = state();
    let began = Instant::now();
    let slow = rights(Visibility::Public).with_slow_mode(30).with_archived(true);
    let mut used = delta(&[(6, Affected::Channel(OPEN))]);
    used.channels.insert(OPEN, (6, Some(slow)));
    apply(&mut state, used);
    assert_eq!(state.changed_since(ANN, began), Some(vec![]));
    let mut closed = delta(&[(7, Affected::Channel(OPEN))]);
    closed.channels.insert(OPEN, (7, Some(rights(Visibility::Private))));
    apply(&mut state, closed);
    let changed = state.changed_since(ANN, began).expect("is remembered");
    assert!(changed.contains(&Some(OPEN)), "{changed:?}");
}

#[test]
fn a_channel_that_opens_is_seen_by_all() {
    let mut state = state();
    let mut opened = delta(&[(6, Affected::Channel(CLOSED))]);
    opened.channels.insert(CLOSED, (6, Some(rights(Visibility::Public))));
    apply(&mut state, opened);
    assert_eq!(reached(&state, Audience::Seers(CLOSED)), [ANN, BOB]);
    assert_eq!(reached(&state, Audience::Joined(CLOSED)), [ANN]);
    assert_eq!(lost(&state, 6, Audience::Seers(CLOSED)), NO_ONE);
}

#[test]
fn a_change_of_everyone_asks_for_all_and_forgets_who_is_not_held() {
    let mut state = state();
    let mut changed = delta(&[(6, Affected::Everyone), (7, Affected::Channel(OPEN))]);
    let wants = state.wants(&changed);
    assert!(wants.community && wants.channels.is_empty(), "all channels are read: no single one");
    assert_eq!(wants.people.len(), 2);
    changed.community = Some((7, channels(&[(OPEN, Visibility::Private)])));
    changed.people.extend([(ANN, (7, member(&[OPEN]))), (BOB, (7, member(&[])))]);
    apply(&mut state, changed);
    assert_eq!((state.version(), state.generation()), (7, 2));
    assert_eq!(reached(&state, Audience::Seers(OPEN)), [ANN]);
    assert_eq!(lost(&state, 6, Audience::Seers(OPEN)), [BOB]);
    assert_eq!(lost(&state, 6, Audience::Joined(CLOSED)), [ANN]);
    assert_eq!(lost(&state, 7, Audience::Seers(OPEN)), [BOB], "what stood between the two is not known");
}

/// Several changes that are read at once tell of each version what stood before the first.
#[test]
fn changes_read_together_are_told_apart_by_whom_they_affect() {
    let mut state = state();
    let changes = [(6, Affected::Person(ANN)), (7, Affected::Person(BOB)), (8, Affected::Person(ANN))];
    let mut changed = delta(&changes);
    changed.people.extend([(ANN, (8, None)), (BOB, (8, None))]);
    apply(&mut state, changed);
    assert_eq!(lost(&state, 6, Audience::Members), [ANN, BOB]);
    assert_eq!(lost(&state, 7, Audience::Members), [ANN, BOB]);
    assert_eq!(lost(&state, 8, Audience::Members), [ANN], "bob was gone by then");
}

#[test]
fn who_came_to_be_held_meanwhile_is_asked_for() {
    let mut state = state();
    let carol = UserId(Uuid::from_u128(3));
    let changed = delta(&[(6, Affected::Person(carol)), (7, Affected::Person(carol))]);
    assert!(state.wants(&changed).is_empty(), "she is not held");
    assert!(state.hold(carol, (6, member(&[OPEN]))), "newer than the state");
    assert_eq!(state.wants(&changed).people, [carol], "but older than the last change");
    state.release(carol);
    assert!(state.hold(carol, (7, member(&[OPEN]))));
    assert!(state.wants(&changed).is_empty());
}

#[test]
fn what_was_read_before_a_change_is_not_taken() {
    let mut state = state();
    let (carol, dave) = (UserId(Uuid::from_u128(3)), UserId(Uuid::from_u128(4)));
    apply(&mut state, delta(&[(6, Affected::Person(carol)), (7, Affected::Person(dave))]));
    assert!(!state.hold(carol, (5, member(&[OPEN]))));
    assert!(state.hold(carol, (6, member(&[OPEN]))), "the change since then is not hers");
    assert!(!state.hold(dave, (6, member(&[OPEN]))));
    assert!(!State::default().hold(ANN, (9, None)), "nothing is known of the community");
}

#[test]
fn people_are_held_as_often_as_they_are_released() {
    let mut state = state();
    assert!(state.hold_again(BOB) && !state.hold_again(UserId(Uuid::nil())));
    assert_eq!(state.release(BOB), None);
    assert!(state.hears(BOB, Audience::Members));
    assert_eq!(state.release(BOB), Some(member(&[OPEN])));
    assert!(!state.hears(BOB, Audience::Members) && state.rights_of(BOB).is_none());
    assert_eq!(state.release(BOB), None);
    assert_eq!(lost(&state, 6, Audience::Members), NO_ONE);
    assert_eq!(state.release(ANN), Some(member(&[OPEN, CLOSED])));
    assert!(!state.holds_anyone() && state.by_channel.is_empty());
}

#[test]
fn a_gap_forgets_what_was_before() {
    let mut state = state();
    let mut banned = delta(&[(6, Affected::Person(BOB))]);
    banned.people.insert(BOB, (6, None));
    apply(&mut state, banned);
    let mut read_again = Delta::whole((9, both()));
    assert_eq!(state.wants(&read_again).people.len(), 2);
    read_again.people.extend([(ANN, (9, member(&[]))), (BOB, (10, member(&[OPEN])))]);
    assert!(read_again.is_even(), "what is read again as a whole needs no second look");
    apply(&mut state, read_again);
    assert_eq!((state.version(), state.generation()), (9, 2));
    assert_eq!(lost(&state, 6, Audience::Members), NO_ONE);
    assert_eq!(lost(&state, 9, Audience::Joined(CLOSED)), NO_ONE, "it is not known when she left");
    assert_eq!(state.changed_since(ANN, Instant::now() - Duration::from_secs(1)), None);
}

/// A database that was put back to an earlier state is read as it is.
#[test]
fn a_version_may_fall() {
    let mut state = state();
    let mut back = Delta::whole((3, both()));
    assert_eq!(state.wants(&back).people.len(), 2, "although what is known is of a later version");
    back.people.extend([(ANN, (3, None)), (BOB, (3, member(&[OPEN])))]);
    apply(&mut state, back);
    assert_eq!(state.version(), 3);
    assert_eq!(reached(&state, Audience::Members), [BOB]);
    assert!(state.hold(UserId(Uuid::nil()), (3, None)), "and its versions count from there");
}

#[test]
fn a_community_that_is_gone_has_no_members() {
    let mut state = state();
    state.vanish(7);
    assert!(!state.is_read() && state.holds_anyone());
    assert_eq!((reached(&state, Audience::Members), state.generation()), (vec![], 7));
    assert!(state.release(ANN).is_some());
    let mut back = Delta::whole((6, both()));
    assert_eq!(state.wants(&back).people, [BOB]);
    back.people.insert(BOB, (6, member(&[OPEN])));
    apply(&mut state, back);
    assert_eq!(reached(&state, Audience::Joined(OPEN)), [BOB]);
}

#[test]
fn what_is_not_confirmed_for_long_is_not_fresh() {
    let state = state();
    let now = Instant::now();
    assert!(state.is_fresh(now));
    assert!(!state.is_fresh(now + CONFIRMED_FOR));
    assert!(!State::default().is_fresh(now));
}

#[test]
fn a_person_is_told_where_their_rights_changed_and_of_no_channel_unseen() {
    let mut state = State::default();
    let begin = Instant::now();
    let moment = |seconds| {
        let now = begin + Duration::from_secs(seconds);
        Moment { asked: now, now, generation: 1 }
    };
    state.apply(Delta::whole((5, both())), moment(0));
    assert!(state.hold(ANN, (5, member(&[CLOSED]))) && state.hold(BOB, (5, member(&[]))));
    let mut first = delta(&[(6, Affected::Channel(OPEN)), (7, Affected::Channel(CLOSED))]);
    first.channels.extend([(OPEN, (7, None)), (CLOSED, (7, None))]);
    state.apply(first, moment(10));
    let mut second = delta(&[(8, Affected::Person(BOB))]);
    second.people.insert(BOB, (8, None));
    state.apply(second, moment(20));
    let since = |person, seconds| state.changed_since(person, begin + Duration::from_secs(seconds));
    assert_eq!(since(ANN, 5), Some(vec![Some(OPEN), Some(CLOSED)]));
    assert_eq!(since(ANN, 15), Some(vec![]));
    assert_eq!(since(BOB, 15), Some(vec![None]));
    assert_eq!(since(BOB, 0), None, "not remembered");
    assert_eq!(since(UserId(Uuid::nil()), 15), None, "not held");
}

#[test]
fn standings_carry_the_version_of_the_state() {
    let state = state();
    let standing = state.standing(&member(&[OPEN]), Some(OPEN));
    assert_eq!((standing.acl_version, standing.in_channel), (5, true));
    assert_eq!(state.seen_channels(&member(&[])), [OPEN]);
    assert!(state.seen_channels(&None).is_empty());
}
