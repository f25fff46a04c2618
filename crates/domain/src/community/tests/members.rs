//! Decisions about members: their roles, what they are called, and who changes it.

use ajet_protocol::{RoleId, Trimmed};

use super::roles::{HIGH, LOW, manager};
use super::telling::due;
use super::*;
use crate::Rank;
use crate::community::UpdateMember;
use crate::community::grants::Beyond;
use crate::community::rights::Silenced;
use crate::community::update_member::Refused as NotChanged;

/// Changes all that can be changed of another person.
pub fn update(user_id: UserId) -> UpdateMember {
    let (role, nickname) = (Some(Role::Admin), Some("Em".into()));
    UpdateMember { user_id, own: false, role, nickname, roles: Some(vec![LOW]) }
}

fn nothing(user_id: UserId) -> UpdateMember {
    UpdateMember { user_id, own: user_id == ANN, role: None, nickname: None, roles: None }
}

fn becomes(user_id: UserId, role: Role) -> UpdateMember {
    UpdateMember { role: Some(role), ..nothing(user_id) }
}

fn called(user_id: UserId, nickname: &str) -> UpdateMember {
    UpdateMember { nickname: Some(Trimmed::from(nickname)), ..nothing(user_id) }
}

fn holds(user_id: UserId, roles: &[RoleId]) -> UpdateMember {
    UpdateMember { roles: Some(roles.to_vec()), ..nothing(user_id) }
}

fn denied(denied: Denied) -> NotChanged {
    Untouchable::from(denied).into()
}

#[test]
fn owners_alone_make_owners_and_admins() {
    let owners_only = Some(NotChanged::OwnersOnly);
    for (by, person, role, refusal) in [
        (Role::Owner, MEMBER, Role::Admin, None),
        (Role::Owner, MEMBER, Role::Owner, None),
        (Role::Owner, ADMIN, Role::Member, None),
        (Role::Owner, OWNER, Role::Admin, None),
        (Role::Owner, OWNER, Role::Member, None),
        (Role::Admin, MEMBER, Role::Admin, owners_only),
        (Role::Admin, ADMIN, Role::Member, owners_only),
        (Role::Admin, ADMIN, Role::Admin, None),
        (Role::Admin, OWNER, Role::Member, Some(Untouchable::Owner.into())),
        (Role::Member, MEMBER, Role::Admin, Some(denied(Denied::Forbidden))),
        (Role::Owner, OUTSIDER, Role::Admin, Some(denied(Denied::NotFound))),
        (Role::Owner, UNKNOWN, Role::Admin, Some(denied(Denied::NotFound))),
    ] {
        let refused = town(Some(by)).decide(&becomes(person, role)).err();
        assert_eq!(refused, refusal, "{by:?} makes {person} {role:?}");
    }
    assert_eq!(town(None).decide(&becomes(MEMBER, Role::Admin)).err(), Some(denied(Denied::NotFound)));
    // Of another owner they change nothing else, not even beside the role.
    let owners = town(Some(Role::Owner));
    let beside = UpdateMember { nickname: Some("Chief".into()), ..becomes(OWNER, Role::Admin) };
    for verb in [called(OWNER, "Chief"), holds(OWNER, &[LOW]), beside] {
        assert_eq!(owners.decide(&verb).err(), Some(Untouchable::Owner.into()), "{verb:?}");
    }
}

#[test]
fn people_step_down_and_raise_no_one_but_others() {
    for (before, role, refusal) in [
        (Role::Owner, Role::Admin, None),
        (Role::Owner, Role::Member, None),
        (Role::Admin, Role::Member, None),
        (Role::Admin, Role::Owner, Some(NotChanged::OwnRole)),
        (Role::Member, Role::Admin, Some(NotChanged::OwnRole)),
        (Role::Member, Role::Member, None),
    ] {
        let refused = town(Some(before)).decide(&becomes(ANN, role)).err();
        assert_eq!(refused, refusal, "from {before:?} to {role:?}");
    }
    let mut alone = town(Some(Role::Owner));
    alone.members.remove(&OWNER);
    assert_eq!(alone.decide(&becomes(ANN, Role::Admin)).err(), Some(NotChanged::SoleOwner));
    assert!(alone.decide(&becomes(ANN, Role::Owner)).is_ok(), "is one already");
    let mut manager = manager();
    manager.standing.permissions = Permissions::of(Permission::ALL);
    assert_eq!(manager.decide(&becomes(ANN, Role::Admin)).err(), Some(NotChanged::OwnRole));
}

#[test]
fn everybody_names_themselves_and_managers_name_others() {
    let quiet = |mut town: Town| {
        town.standing.muted_until = Some(Timestamp::from_unix_millis(NOW + 1));
        town
    };
    for (town, own, others) in [
        (town(Some(Role::Owner)), None, None),
        (town(Some(Role::Admin)), None, None),
        (manager(), None, None),
        (town(Some(Role::Member)), None, Some(denied(Denied::Forbidden))),
        (town(None), Some(denied(Denied::NotFound)), Some(denied(Denied::NotFound))),
        (quiet(town(Some(Role::Admin))), Some(Silenced::Muted.into()), Some(Silenced::Muted.into())),
    ] {
        assert_eq!(town.decide(&called(ANN, "Annie")).err(), own);
        assert_eq!(town.decide(&called(MEMBER, "Em")).err(), others);
    }
    let mut town = manager();
    town.ranks.insert(MEMBER, Rank::Role(11));
    assert_eq!(town.decide(&called(MEMBER, "Em")).err(), Some(Untouchable::Above.into()));
}

#[test]
fn custom_roles_are_given_by_who_stands_above_them() {
    let town = manager();
    let cases: [(UserId, &[RoleId], Option<NotChanged>); 8] = [
        (MEMBER, &[LOW], None),
        (ANN, &[LOW], Some(NotChanged::OwnRoles)),
        (ANN, &[], None),
        (MEMBER, &[LOW, HIGH], Some(Beyond::RoleTooHigh.into())),
        (HEARD, &[], Some(Beyond::RoleTooHigh.into())),
        (HEARD, &[HIGH, LOW], None),
        (MEMBER, &[RoleId(Uuid::nil())], Some(NotChanged::RoleUnknown)),
        (ADMIN, &[LOW], Some(Untouchable::Above.into())),
    ];
    for (person, roles, refusal) in cases {
        assert_eq!(town.decide(&holds(person, roles)).err(), refusal, "{person} gets {roles:?}");
    }
    let mut without = manager();
    without.standing.permissions = Permissions::of(&[Permission::ManageMembers]);
    assert_eq!(without.decide(&holds(MEMBER, &[LOW])).err(), Some(Beyond::NotHeld.into()));
    let member = super::town(Some(Role::Member));
    assert_eq!(member.decide(&holds(ANN, &[])).err(), Some(denied(Denied::Forbidden)));
    let admin = super::town(Some(Role::Admin));
    assert!(admin.decide(&holds(ANN, &[LOW])).is_ok(), "may do all already");
}

#[test]
fn what_changes_of_a_member_is_written_and_told() {
    let town = town(Some(Role::Owner));
    let decision = town.decide(&update(MEMBER)).expect("may");
    let user_id = MEMBER;
    let changes = [
        Change::SetRole { user_id, role: Role::Admin },
        Change::SetNickname { user_id, nickname: Some("Em".into()) },
        Change::SetMemberRoles { user_id, roles: vec![LOW] },
    ];
    let (tells, rows) = decision.changes.split_last().expect("rows");
    assert_eq!((rows, decision.raises), (&changes[..], vec![Affected::Person(MEMBER)]));
    assert_eq!(due(tells), Some((MEMBER, ajet_protocol::NotificationReason::RoleChanged)));
    let [event] = &decision.events[..] else { panic!("one event") };
    assert_eq!((event.kind, event.audience), (EventType::MemberUpdated, Some(Audience::Members)));
    let MemberPayload { member } = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!((member.role, member.nickname.as_deref()), (Role::Admin, Some("Em")));
    assert_eq!((&member.roles[..], &decision.answer), (&[LOW][..], &member));
    let named = town.decide(&called(ANN, " Annie ")).expect("may");
    let nickname = Some("Annie".into());
    assert_eq!(named.changes, [Change::SetNickname { user_id: ANN, nickname }]);
    assert_eq!((named.events.len(), named.raises), (1, vec![]), "a name is no right");
    for same in [nothing(MEMBER), called(MEMBER, " "), becomes(ADMIN, Role::Admin), holds(MEMBER, &[])] {
        let none = town.decide(&same).expect("may");
        assert_eq!((none.events.len(), none.changes.len(), none.raises), (0, 0, vec![]), "{same:?}");
    }
}

#[test]
fn the_audit_log_keeps_what_is_done_to_others_and_all_roles() {
    let action = |verb: UpdateMember| verb.audit().map(|audit| audit.action);
    assert_eq!(action(update(MEMBER)), Some("member.role"));
    assert_eq!(action(holds(MEMBER, &[])), Some("member.role"));
    assert_eq!(action(called(MEMBER, "Em")), Some("member.nickname"));
    assert_eq!(action(becomes(ANN, Role::Member)), Some("member.role"));
    assert_eq!(action(called(ANN, "Annie")), None);
}
