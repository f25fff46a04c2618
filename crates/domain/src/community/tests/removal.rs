//! Decisions about leaving: who removes whom, and who can't leave.

use ajet_protocol::NotificationReason;

use super::telling::due;
use super::*;
use crate::acl::Affected;
use crate::community::leave_community::Refused as NotLeft;

fn kick(user_id: UserId) -> Kick {
    Kick { user_id, reason: Some("noise".into()) }
}

#[test]
fn a_kick_removes_a_member_once() {
    for (person, belongs) in
        [(MEMBER, true), (ADMIN, true), (MUTED, true), (OUTSIDER, false), (BANNED, false)]
    {
        let decision = town(Some(Role::Admin)).decide(&kick(person)).expect("may");
        let removed = belongs.then_some(Change::RemoveMember { user_id: person });
        let told = decision.changes.iter().filter_map(due).collect::<Vec<_>>();
        let expected = belongs.then_some((person, NotificationReason::Kicked));
        assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{person}");
        let others = decision.changes.into_iter().filter(|change| due(change).is_none());
        assert_eq!(others.collect::<Vec<_>>(), removed.into_iter().collect::<Vec<_>>(), "{person}");
        let raised = belongs.then_some(Affected::Person(person));
        assert_eq!(decision.raises, raised.into_iter().collect::<Vec<_>>(), "{person}");
        let kinds: Vec<_> = decision.events.iter().map(|event| (event.kind, event.channel)).collect();
        let told = belongs.then_some((EventType::MemberKicked, None));
        assert_eq!(kinds, told.into_iter().collect::<Vec<_>>(), "{person}");
    }
}

#[test]
fn no_one_kicks_an_owner_or_themselves() {
    for (role, person, refusal) in [
        (Some(Role::Member), MEMBER, Denied::Forbidden.into()),
        (Some(Role::Member), OUTSIDER, Denied::Forbidden.into()),
        (Some(Role::Admin), OWNER, Untouchable::Owner),
        (Some(Role::Owner), OWNER, Untouchable::Owner),
        (Some(Role::Owner), ANN, Untouchable::Yourself),
        (Some(Role::Owner), UNKNOWN, Denied::NotFound.into()),
        (None, MEMBER, Denied::NotFound.into()),
    ] {
        assert_eq!(town(role).decide(&kick(person)).err(), Some(refusal), "{role:?} kicks {person}");
    }
}

#[test]
fn a_community_keeps_an_owner() {
    let mut town = town(Some(Role::Owner));
    assert!(town.decide(&LeaveCommunity).is_ok(), "another one is there");
    town.members.remove(&OWNER);
    assert_eq!(town.decide(&LeaveCommunity).err(), Some(NotLeft::SoleOwner));
}

#[test]
fn members_leave_and_others_are_not_there() {
    for role in [Role::Admin, Role::Member] {
        let decision = town(Some(role)).decide(&LeaveCommunity).expect("leaves");
        assert_eq!(decision.changes, [Change::RemoveMember { user_id: ANN }]);
        assert_eq!(decision.raises, [Affected::Person(ANN)]);
        let kinds: Vec<_> = decision.events.iter().map(|event| (event.kind, event.channel)).collect();
        assert_eq!(kinds, [(EventType::MemberLeft, None)]);
    }
    assert_eq!(town(None).decide(&LeaveCommunity).err(), Some(Denied::NotFound.into()));
}

#[test]
fn an_unban_lifts_a_ban_and_changes_nothing_else() {
    let town = town(Some(Role::Admin));
    let lifted = town.decide(&unban(BANNED)).expect("may");
    assert_eq!(telling::rows(&lifted.changes), [Change::Unban { user_id: BANNED }]);
    assert_eq!((lifted.events.len(), lifted.raises.len()), (0, 0), "no member's rights change");
    for person in [MEMBER, OUTSIDER, UNKNOWN] {
        let nothing = town.decide(&unban(person)).expect("may");
        assert_eq!((nothing.changes.len(), nothing.events.len(), nothing.raises.len()), (0, 0, 0));
    }
}
