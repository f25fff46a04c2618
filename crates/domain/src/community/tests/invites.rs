//! Decisions about invites: whom they let in, and when they are over.

use super::reach::decide_where;
use super::*;
use crate::community::accept_invite::Refused as NotAccepted;
use crate::community::create_invite::Refused as NotMade;
use crate::need::{InviteOf, KeptMute};

/// An invite that was made by somebody who may do this now.
fn made_by(standing: Option<Standing>) -> InviteFacts {
    let maker = standing.map(|standing| Maker { user: MEMBER, standing });
    InviteFacts { maker, ..invite(None, 0, None) }
}

#[test]
fn invites_are_over_when_they_are() {
    let with = |invite| Town { invite: Some(invite), ..town(None) };
    let joined = with(invite(Some(2), 1, Some(NOW + 1))).decide(&accept()).expect("the last place");
    assert_eq!(joined.raises, [Affected::Person(ANN)]);
    assert!(joined.changes.iter().any(|change| matches!(change, Change::UseInvite { .. })));
    assert!(
        joined.changes.iter().any(|change| matches!(change, Change::JoinChannel { .. })),
        "general on arrival"
    );
    let by_custom_role = Permissions::of(&[Permission::CreateInvites]);
    let allowed = Standing { permissions: by_custom_role, ..standing(Some(Role::Member)) };
    assert!(with(made_by(Some(allowed))).decide(&accept()).is_ok());
    let over = [
        invite(Some(2), 2, None),
        invite(None, 0, Some(NOW)),
        InviteFacts { revoked: true, ..invite(None, 0, None) },
        // M7: an invite is worth what its maker may do.
        made_by(None),
        made_by(Some(standing(None))),
        made_by(Some(Standing { permissions: Permissions::NONE, ..standing(Some(Role::Member)) })),
    ];
    for one in over {
        assert_eq!(with(one).decide(&accept()).err(), Some(NotAccepted::Over));
    }
    assert_eq!(town(None).decide(&accept()).err(), Some(Denied::NotFound.into()));
    let banned = Town { banned: vec![ANN], ..with(invite(None, 0, None)) };
    assert_eq!(banned.decide(&accept()).err(), Some(NotAccepted::Banned));
    let foreign = InviteFacts { addressee: Some(UserId(Uuid::from_u128(77))), ..invite(None, 0, None) };
    assert_eq!(
        with(foreign).decide(&accept()).err(),
        Some(Denied::NotFound.into()),
        "a direct invite is its addressee's"
    );
}

#[test]
fn joining_twice_uses_an_invite_once() {
    let inside = Town { invite: Some(invite(Some(1), 1, None)), ..town(Some(Role::Member)) };
    let again = inside.decide(&accept()).expect("belongs already");
    assert_eq!((again.changes.len(), again.events.len(), again.raises.len()), (0, 0, 0));
}

/// Else a person would leave and come back to be heard.
#[test]
fn a_mute_outlasts_an_absence() {
    let at = |ms: Option<u64>| ms.map(Timestamp::from_unix_millis);
    for (kept, expected) in [(None, None), (Some(NOW + 1), Some(NOW + 1)), (Some(NOW), None)] {
        let place = Town { invite: Some(invite(None, 0, None)), ..town(None) };
        let back = decide_where(&place, &accept(), |facts| facts.put(KeptMute(ANN), at(kept)));
        let back = back.expect("comes back");
        let (user_id, muted_until) = (ANN, at(expected));
        let joined_at = Timestamp::from_unix_millis(NOW);
        let added = Change::AddMember { user_id, role: Role::Member, joined_at, muted_until };
        assert!(back.changes.contains(&added), "{:?}", back.changes);
        let MemberPayload { member } = serde_json::from_str(back.events[0].payload.get()).expect("decodes");
        assert_eq!(member.muted_until, muted_until);
    }
}

#[test]
fn a_direct_invite_is_for_who_is_not_there_yet() {
    let to = |addressee| CreateInvite {
        code: "c".into(),
        max_uses: None,
        expires_at: None,
        addressee: Some(addressee),
    };
    let town = town(Some(Role::Owner));
    assert_eq!(town.decide(&to(ANN)).err(), Some(NotMade::Yourself));
    assert_eq!(town.decide(&to(MEMBER)).err(), Some(NotMade::AlreadyMember));
    assert_eq!(town.decide(&to(UNKNOWN)).err(), Some(NotMade::UserUnknown));
}

#[test]
fn no_code_of_an_invite_is_printed() {
    let code = || ajet_protocol::InviteCode::from("hush");
    let made = CreateInvite { code: code(), max_uses: None, expires_at: None, addressee: None };
    let accepted = AcceptInvite { code: code() };
    let used = Change::UseInvite { code: code() };
    let printed = format!("{made:?} {accepted:?} {used:?} {:?}", InviteOf(code()));
    assert!(!printed.contains("hush"), "{printed}");
}
