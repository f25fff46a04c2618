//! Decisions about people by how high they stand: who is out of whose reach.

use super::*;

/// A community in which the caller may do all and has this rank, as has the member.
fn ranked(caller: Rank, member: Rank) -> Town {
    let mut town = town(Some(Role::Member));
    town.standing = Standing { permissions: Permissions::of(Permission::ALL), rank: caller, ..town.standing };
    town.ranks.insert(MEMBER, member);
    town.ranks.insert(MUTED, member);
    town
}

#[test]
fn no_one_does_anything_to_who_stands_above_them() {
    for (caller, person, refusal) in [
        (Rank::None, Rank::None, None),
        (Rank::Role(1), Rank::None, None),
        (Rank::Role(2), Rank::Role(1), None),
        (Rank::Role(2), Rank::Role(2), None),
        (Rank::Role(1), Rank::Role(2), Some(Untouchable::Above)),
        (Rank::None, Rank::Role(i32::MIN), Some(Untouchable::Above)),
        (Rank::Role(i32::MAX), Rank::Admin, Some(Untouchable::Above)),
        (Rank::Admin, Rank::Role(i32::MAX), None),
        (Rank::Admin, Rank::Owner, Some(Untouchable::Owner)),
        (Rank::Owner, Rank::Admin, None),
        (Rank::Owner, Rank::Owner, Some(Untouchable::Owner)),
    ] {
        let town = ranked(caller, person);
        let kick = Kick { user_id: MEMBER, reason: None };
        assert_eq!(town.decide(&kick).err(), refusal, "{caller:?} kicks {person:?}");
        assert_eq!(town.decide(&ban(MEMBER)).err(), refusal, "{caller:?} bans {person:?}");
        assert_eq!(town.decide(&mute(MEMBER, None)).err(), refusal, "{caller:?} mutes {person:?}");
        assert_eq!(town.decide(&unmute(MUTED)).err(), refusal, "{caller:?} unmutes {person:?}");
    }
}

/// Who lacks the right is told that, and nothing of how high the person stands.
#[test]
fn a_rank_alone_allows_nothing() {
    let mut town = ranked(Rank::Role(9), Rank::Role(1));
    town.standing.permissions = Permissions::of_role(Role::Member);
    for person in [MEMBER, OWNER] {
        let kick = Kick { user_id: person, reason: None };
        assert_eq!(town.decide(&kick).err(), Some(Denied::Forbidden.into()));
    }
}
