//! What custom roles and overwrites do to what is known of a scope.

use ajet_domain::rights::{MemberRights, Target};
use ajet_protocol::{Permission, Permissions, Role, Visibility};
use uuid::Uuid;

use super::*;

const NO_ONE: [UserId; 0] = [];
const ANN: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));
const ROOM: ChannelId = ChannelId(Uuid::from_u128(11));
const CREW: RoleId = RoleId(Uuid::from_u128(21));

fn person(id: UserId, held: &[RoleId]) -> Known {
    let person = MemberRights::new(id, Role::Member, None, vec![ROOM]);
    Some(Arc::new(person.with_roles(held.to_vec())))
}

fn overwrite(target: Target, allow: Permissions, deny: Permissions) -> Overwrite {
    Overwrite { target, allow, deny }
}

fn view() -> Permissions {
    Permissions::of(&[Permission::ViewChannel])
}

/// A public channel that only those with the role may view.
fn gated() -> ChannelRights {
    let closed = overwrite(Target::Everybody, Permissions::NONE, view());
    let open = overwrite(Target::Role(CREW), view(), Permissions::NONE);
    ChannelRights::new(Visibility::Public, vec![closed, open])
}

/// The community, with the role or without it.
fn community(room: ChannelRights, has_role: bool) -> CommunityRights {
    let crew = RoleRights { permissions: Permissions::NONE, position: 1 };
    let roles = has_role.then_some((CREW, crew)).into_iter().collect();
    CommunityRights { channels: HashMap::from([(ROOM, room)]), roles: Arc::new(roles) }
}

fn at(generation: u64) -> Moment {
    let now = Instant::now();
    Moment { asked: now, now, generation }
}

/// As of version 5: ann has the role and bob does not; both have joined.
fn state(room: ChannelRights) -> State {
    let mut state = State::default();
    state.apply(Delta::whole((5, community(room, true))), at(1));
    assert!(state.hold(ANN, (5, person(ANN, &[CREW]))) && state.hold(BOB, (5, person(BOB, &[]))));
    state
}

fn apply(state: &mut State, delta: Delta) {
    assert!(state.wants(&delta).is_empty(), "{:?}", state.wants(&delta));
    state.apply(delta, at(2));
}

fn delta(version: u64, affected: Affected) -> Delta {
    Delta { version, changes: vec![(version, affected)], ..Delta::default() }
}

fn reached(state: &State, audience: Audience) -> Vec<UserId> {
    let mut reached = Vec::new();
    state.reach(audience, |person| reached.push(person));
    reached.sort_unstable();
    reached
}

fn lost(state: &State, version: u64) -> Vec<UserId> {
    let mut lost = state.lost_by(version, Audience::Seers(ROOM));
    lost.sort_unstable();
    lost
}

/// Of a public channel with overwrites all people held are asked by the rule.
#[test]
fn an_overwrite_decides_who_is_reached() {
    let state = state(gated());
    for audience in [Audience::Seers(ROOM), Audience::Joined(ROOM)] {
        assert_eq!(reached(&state, audience), [ANN], "{audience:?}");
    }
    assert_eq!(reached(&state, Audience::Members), [ANN, BOB]);
    assert_eq!((state.joined_of(ANN), state.joined_of(BOB)), (vec![ROOM], vec![]));
}

#[test]
fn an_overwrite_that_hides_a_channel_takes_it_from_those_it_denies() {
    let mut state = state(ChannelRights::plain(Visibility::Public));
    let plain = state.bytes();
    let mut hidden = delta(6, Affected::Channel(ROOM));
    hidden.channels.insert(ROOM, (6, Some(gated())));
    let later = Instant::now() + Duration::from_secs(10);
    state.apply(hidden, Moment { asked: later, now: later, generation: 2 });
    assert_eq!(reached(&state, Audience::Seers(ROOM)), [ANN]);
    assert_eq!(lost(&state, 6), [BOB]);
    assert!(state.bytes() >= plain + 2 * size_of::<Overwrite>(), "overwrites count");
    let since = later - Duration::from_secs(1);
    assert_eq!(state.changed_since(BOB, since), Some(vec![Some(ROOM)]), "it is named to who saw it");
}

/// A channel that is gone is lost by those who saw it, by the roles of then.
#[test]
fn a_role_that_goes_takes_what_it_opened() {
    let mut state = state(gated());
    let mut gone = delta(6, Affected::Channel(ROOM));
    gone.changes.push((7, Affected::Everyone));
    gone.version = 7;
    let without = CommunityRights { channels: HashMap::new(), ..community(gated(), false) };
    gone.community = Some((7, without));
    for id in [ANN, BOB] {
        gone.people.insert(id, (7, person(id, &[])));
    }
    apply(&mut state, gone);
    assert_eq!(reached(&state, Audience::Seers(ROOM)), NO_ONE);
    assert_eq!(lost(&state, 6), [ANN], "bob never saw it");
}

#[test]
fn a_role_that_is_deleted_or_taken_closes_what_it_opened() {
    let mut deleted = state(gated());
    let mut all = delta(6, Affected::Everyone);
    all.community = Some((6, community(gated(), false)));
    all.people.extend([(ANN, (6, person(ANN, &[CREW]))), (BOB, (6, person(BOB, &[])))]);
    apply(&mut deleted, all);
    let mut taken = state(gated());
    let mut of_ann = delta(6, Affected::Person(ANN));
    of_ann.people.insert(ANN, (6, person(ANN, &[])));
    apply(&mut taken, of_ann);
    for state in [deleted, taken] {
        assert_eq!(reached(&state, Audience::Joined(ROOM)), NO_ONE);
        assert_eq!(lost(&state, 6), [ANN]);
    }
}
