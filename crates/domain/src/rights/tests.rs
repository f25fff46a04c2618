//! Laws of the rule of rights, for any community and any person.

use std::collections::HashMap;

use ajet_protocol::{Audience, ChannelId, Permissions, Role, Timestamp, Visibility};
use proptest::prelude::*;
use uuid::Uuid;

use super::{ChannelRights, CommunityRights, MemberRights, hears, seen_channels, standing};
use crate::Standing;

/// Channels that a community may have; a person may have joined more, which are not there any more.
const CHANNELS: u8 = 6;
const VERSION: u64 = 7;

fn channel(n: u8) -> ChannelId {
    ChannelId(Uuid::from_u128(100 + u128::from(n)))
}

fn all_channels() -> impl Iterator<Item = ChannelId> {
    (0..CHANNELS + 2).map(channel)
}

fn rights_of(channels: impl IntoIterator<Item = (u8, Visibility)>) -> CommunityRights {
    let channels = channels.into_iter().map(|(n, visibility)| (channel(n), ChannelRights { visibility }));
    CommunityRights { channels: channels.collect::<HashMap<_, _>>() }
}

fn visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![Just(Visibility::Public), Just(Visibility::Private)]
}

fn community() -> impl Strategy<Value = CommunityRights> {
    prop::collection::vec((0..CHANNELS, visibility()), 0..8).prop_map(rights_of)
}

fn member() -> impl Strategy<Value = MemberRights> {
    let role = prop_oneof![Just(Role::Member), Just(Role::Admin), Just(Role::Owner)];
    let joined = prop::collection::vec((0..CHANNELS + 2).prop_map(channel), 0..8);
    (role, prop::option::of(0_u64..9), joined).prop_map(|(role, muted, joined)| {
        MemberRights::new(role, muted.map(Timestamp::from_unix_millis), joined)
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
    let (rights, until) =
        (rights_of([(0, Visibility::Public), (1, Visibility::Private)]), Timestamp::from_unix_millis(5));
    let ann = MemberRights::new(Role::Admin, Some(until), vec![channel(1), channel(9)]);
    let here = |in_channel, sees_channel| Standing {
        acl_version: VERSION,
        in_community: true,
        in_channel,
        sees_channel,
        permissions: Permissions::of_role(Role::Admin),
        muted_until: Some(until),
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
    fn a_member_sees_what_is_public_or_joined(rights in community(), person in member()) {
        for id in all_channels() {
            let known = rights.channels.get(&id);
            let public = known.is_some_and(|one| one.visibility == Visibility::Public);
            let joined = known.is_some() && person.has_joined(id);
            let found = standing(&rights, Some(&person), Some(id), VERSION);
            prop_assert_eq!((found.sees(), found.in_channel), (public || joined, joined));
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
        told in prop::collection::btree_map(0..CHANNELS, visibility(), 0..7), person in member()
    ) {
        let (forth, back) = (rights_of(told.clone()), rights_of(told.into_iter().rev()));
        let joined: Vec<_> = person.joined().iter().rev().chain(person.joined()).copied().collect();
        let again = MemberRights::new(person.role, person.muted_until, joined);
        prop_assert_eq!(&again, &person);
        prop_assert!(person.joined().is_sorted());
        prop_assert_eq!(noticed(&back, Some(&again)), noticed(&forth, Some(&person)));
        prop_assert_eq!(seen_channels(&back, Some(&again)), seen_channels(&forth, Some(&person)));
    }
}
