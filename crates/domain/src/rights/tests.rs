//! Laws of the rule of rights, for any community and any person.

mod overwrites;

use std::collections::HashMap;
use std::sync::Arc;

use ajet_protocol::{
    Audience, ChannelId, Permission, Permissions, Role, RoleId, Timestamp, UserId, Visibility,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    ChannelRights, CommunityRights, MemberRights, Overwrite, Rank, RoleRights, Target, hears,
    is_known_to_all, seen_channels, standing,
};
use crate::Standing;

/// Channels and roles that a community may have; a person may have joined more, and hold more, which are not there any more.
const CHANNELS: u8 = 6;
const ROLES: u8 = 4;
const VERSION: u64 = 7;
/// Whose rights are asked about.
const ANN: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));

fn channel(n: u8) -> ChannelId {
    ChannelId(Uuid::from_u128(100 + u128::from(n)))
}

fn role(n: u8) -> RoleId {
    RoleId(Uuid::from_u128(200 + u128::from(n)))
}

fn all_channels() -> impl Iterator<Item = ChannelId> {
    (0..CHANNELS + 2).map(channel)
}

fn rights_of(channels: impl IntoIterator<Item = (u8, ChannelRights)>) -> CommunityRights {
    let channels = channels.into_iter().map(|(n, rights)| (channel(n), rights));
    CommunityRights { channels: channels.collect::<HashMap<_, _>>(), ..CommunityRights::default() }
}

fn permissions() -> impl Strategy<Value = Permissions> {
    // Often the one that decides on the others.
    let view = Permissions::of(&[Permission::ViewChannel]);
    prop_oneof![Just(Permissions::NONE), Just(view), any::<u32>().prop_map(Permissions::from_bits)]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Everybody),
        (0..ROLES + 2).prop_map(|n| Target::Role(role(n))),
        Just(Target::User(ANN)),
        Just(Target::User(BOB)),
    ]
}

fn overwrite() -> impl Strategy<Value = Overwrite> {
    (target(), permissions(), permissions()).prop_map(|(target, allow, deny)| Overwrite {
        target,
        allow,
        deny,
    })
}

fn overwrites() -> impl Strategy<Value = Vec<Overwrite>> {
    prop::collection::vec(overwrite(), 0..6)
}

fn visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![Just(Visibility::Public), Just(Visibility::Private)]
}

fn channel_rights() -> impl Strategy<Value = ChannelRights> {
    (visibility(), overwrites())
        .prop_map(|(visibility, overwrites)| ChannelRights::new(visibility, overwrites))
}

fn roles() -> impl Strategy<Value = HashMap<RoleId, RoleRights>> {
    let rights =
        (permissions(), 0..9_i32).prop_map(|(permissions, position)| RoleRights { permissions, position });
    prop::collection::hash_map((0..ROLES).prop_map(role), rights, 0..4)
}

fn community() -> impl Strategy<Value = CommunityRights> {
    let channels = prop::collection::vec((0..CHANNELS, channel_rights()), 0..8);
    (channels, roles())
        .prop_map(|(channels, roles)| CommunityRights { roles: Arc::new(roles), ..rights_of(channels) })
}

fn of_role(role: Role) -> MemberRights {
    MemberRights::new(ANN, role, None, vec![])
}

fn member() -> impl Strategy<Value = MemberRights> {
    let role = prop_oneof![3 => Just(Role::Member), 1 => Just(Role::Admin), 1 => Just(Role::Owner)];
    member_of(role)
}

/// A person of one of these roles.
fn member_of(role: impl Strategy<Value = Role>) -> impl Strategy<Value = MemberRights> {
    let joined = prop::collection::vec((0..CHANNELS + 2).prop_map(channel), 0..8);
    let held = prop::collection::vec((0..ROLES + 2).prop_map(self::role), 0..4);
    (role, prop::option::of(0_u64..9), joined, held).prop_map(|(role, muted, joined, held)| {
        MemberRights::new(ANN, role, muted.map(Timestamp::from_unix_millis), joined).with_roles(held)
    })
}

/// What somebody sees and hears, of everything there is.
fn noticed(community: &CommunityRights, member: Option<&MemberRights>) -> Vec<(ChannelId, [bool; 3])> {
    let of = |id| {
        let seen = standing(community, member, Some(id), VERSION).sees();
        [seen, hears(community, member, Audience::Seers(id)), hears(community, member, Audience::Joined(id))]
    };
    all_channels().map(|id| (id, of(id))).collect()
}

#[test]
fn a_standing_says_what_was_read_and_when() {
    let plain = ChannelRights::plain;
    let rights = rights_of([(0, plain(Visibility::Public)), (1, plain(Visibility::Private))]);
    let until = Timestamp::from_unix_millis(5);
    let ann = MemberRights::new(ANN, Role::Admin, Some(until), vec![channel(1), channel(9)]);
    let here = |in_channel, sees_channel| Standing {
        acl_version: VERSION,
        in_community: true,
        in_channel,
        sees_channel,
        archived: false,
        slow_mode_s: 0,
        permissions: Permissions::of_role(Role::Admin),
        muted_until: Some(until),
        rank: Rank::Admin,
    };
    for (asked, expected) in [
        (None, here(false, false)),
        (Some(channel(0)), here(false, true)),
        (Some(channel(1)), here(true, true)),
        // Joined once, and not there any more.
        (Some(channel(9)), here(false, false)),
    ] {
        assert_eq!(standing(&rights, Some(&ann), asked, VERSION), expected, "{asked:?}");
    }
}

proptest! {
    #[test]
    fn a_member_sees_what_is_public_or_joined_if_they_may_view_it(rights in community(), person in member()) {
        for id in all_channels() {
            let known = rights.channels.get(&id);
            let public = known.is_some_and(|one| one.visibility == Visibility::Public);
            let joined = known.is_some() && person.has_joined(id);
            let found = standing(&rights, Some(&person), Some(id), VERSION);
            let views = found.may(Permission::ViewChannel);
            prop_assert_eq!((found.sees(), found.in_channel), (views && (public || joined), views && joined));
            prop_assert!(views || known.is_some_and(|one| !one.overwrites().is_empty()), "all may view what denies nothing");
        }
    }

    #[test]
    fn who_does_not_belong_sees_and_hears_nothing(rights in community(), asked in prop::option::of(0..CHANNELS)) {
        let nothing = Standing { acl_version: VERSION, ..Standing::default() };
        prop_assert_eq!(standing(&rights, None, asked.map(channel), VERSION), nothing);
        prop_assert!(noticed(&rights, None).into_iter().all(|(_, found)| found == [false; 3]));
        prop_assert!(!hears(&rights, None, Audience::Members));
        prop_assert!(hears(&rights, None, Audience::Person), "what is on their own topic is theirs");
        prop_assert!(seen_channels(&rights, None).is_empty());
    }

    #[test]
    fn a_smaller_audience_is_part_of_the_larger_one(rights in community(), person in prop::option::of(member())) {
        let person = person.as_ref();
        let belongs = hears(&rights, person, Audience::Members);
        prop_assert_eq!(belongs, person.is_some());
        for (_, [sees, hears_seers, hears_joined]) in noticed(&rights, person) {
            prop_assert_eq!(sees, hears_seers, "what is seen is heard of");
            prop_assert!(hears_seers || !hears_joined);
            prop_assert!(belongs || !hears_seers);
        }
    }

    #[test]
    fn the_channels_of_a_member_are_those_they_see_in_order(rights in community(), person in member()) {
        let all = noticed(&rights, Some(&person));
        let seen: Vec<_> = all.into_iter().filter(|(_, [sees, ..])| *sees).map(|(id, _)| id).collect();
        prop_assert_eq!(seen_channels(&rights, Some(&person)), seen);
    }

    #[test]
    fn a_mute_changes_nothing_but_itself(rights in community(), person in member(), muted in any::<u32>()) {
        let until = Some(Timestamp::from_unix_millis(u64::from(muted)));
        let mut quiet = person.clone();
        quiet.muted_until = until;
        prop_assert_eq!(noticed(&rights, Some(&quiet)), noticed(&rights, Some(&person)));
        prop_assert_eq!(seen_channels(&rights, Some(&quiet)), seen_channels(&rights, Some(&person)));
        for asked in all_channels().map(Some).chain([None]) {
            let spoken = standing(&rights, Some(&person), asked, VERSION);
            let expected = Standing { muted_until: until, ..spoken };
            prop_assert_eq!(standing(&rights, Some(&quiet), asked, VERSION), expected);
        }
    }

    #[test]
    fn the_order_in_which_channels_are_told_does_not_matter(
        told in prop::collection::btree_map(0..CHANNELS, channel_rights(), 0..7), person in member()
    ) {
        let (forth, back) = (rights_of(told.clone()), rights_of(told.into_iter().rev()));
        let joined: Vec<_> = person.joined().iter().rev().chain(person.joined()).copied().collect();
        let again = MemberRights::new(person.person, person.role, person.muted_until, joined);
        let again = again.with_roles(person.roles().to_vec());
        prop_assert_eq!(&again, &person);
        prop_assert!(person.joined().is_sorted());
        prop_assert_eq!(noticed(&back, Some(&again)), noticed(&forth, Some(&person)));
        prop_assert_eq!(seen_channels(&back, Some(&again)), seen_channels(&forth, Some(&person)));
    }
}
