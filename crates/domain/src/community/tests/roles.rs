//! Decisions about custom roles and overwrites: who manages them, and that no one gets more by it than they have.

use ajet_protocol::events::{OverwritePayload, RolePayload};
use ajet_protocol::{CustomRole, Overwrite, OverwriteTarget, RoleId, limits};

use super::*;
use crate::Rank;
use crate::community::create_role::Refused as NotCreated;
use crate::community::grants::Beyond;
use crate::community::set_overwrite::Refused as NotSet;
use crate::community::update_role::Refused as NotUpdated;
use crate::community::{CreateRole, DeleteRole, RemoveOverwrite, SetOverwrite, UpdateRole};
use crate::need::{OverwriteCount, RoleCount};

/// A role at position 5, which grants what [`manager`] has.
pub const LOW: RoleId = RoleId(Uuid::from_u128(60));
/// A role at position 50, which grants what [`manager`] has not.
pub const HIGH: RoleId = RoleId(Uuid::from_u128(61));
const EVERYBODY: Uuid = Uuid::from_u128(50);
pub const KICK: Permission = Permission::KickMembers;
const BAN: Permission = Permission::BanMembers;

pub(super) fn stored(id: RoleId) -> Option<CustomRole> {
    let (position, permissions) = match id {
        id if id == LOW => (5, vec![Permission::ViewChannel, KICK]),
        id if id == HIGH => (50, vec![BAN]),
        _ => return None,
    };
    let community_id = CommunityId(EVERYBODY);
    Some(CustomRole { id, community_id, name: format!("at {position}"), permissions, position })
}

/// What the channel has: one for the high role, and one that lets a member ban.
fn overwrite(target_id: Uuid) -> Option<Overwrite> {
    let (target_type, allow, deny) = match target_id {
        id if id == HIGH.0 => (OverwriteTarget::Role, vec![], vec![Permission::AddReactions]),
        id if id == MEMBER.0 => (OverwriteTarget::User, vec![BAN], vec![]),
        _ => return None,
    };
    Some(Overwrite { channel_id: CHANNEL, target_id, target_type, allow, deny })
}

/// The answers about roles and overwrites.
pub fn answer(needs: &Needs, facts: &mut Facts) {
    needs.roles.iter().for_each(|one| facts.put(*one, stored(one.0)));
    needs.role_counts.iter().for_each(|one| facts.put(*one, 2));
    needs.held_roles.iter().for_each(|one| {
        let held = (one.0 == HEARD).then(|| stored(HIGH)).flatten();
        facts.put(*one, held.into_iter().collect());
    });
    needs.role_allowances.iter().for_each(|one| facts.put(*one, vec![]));
    needs.overwrites.iter().for_each(|one| facts.put(*one, overwrite(one.target)));
    needs.overwrite_counts.iter().for_each(|one| facts.put(*one, 2));
}

/// A community in which Ann holds a role at position 10, by which she manages members and roles, and kicks.
pub(super) fn manager() -> Town {
    let mut town = town(Some(Role::Member));
    let more = [Permission::ManageRoles, Permission::ManageMembers, KICK];
    let permissions = more.into_iter().fold(town.standing.permissions, Permissions::with);
    town.standing = Standing { permissions, rank: Rank::Role(10), ..town.standing };
    town
}

pub fn create(position: i32) -> CreateRole {
    CreateRole { name: " crew ".into(), permissions: Permissions::of(&[KICK]), position }
}

pub fn update() -> UpdateRole {
    let (name, position) = (Some("crew".into()), Some(6));
    UpdateRole { role_id: LOW, name, permissions: Some(Permissions::NONE), position }
}

fn nothing(role_id: RoleId) -> UpdateRole {
    UpdateRole { role_id, name: None, permissions: None, position: None }
}

fn granting(role_id: RoleId, permissions: &[Permission]) -> UpdateRole {
    UpdateRole { permissions: Some(Permissions::of(permissions)), ..nothing(role_id) }
}

pub fn delete(role_id: RoleId) -> DeleteRole {
    DeleteRole { role_id }
}

pub fn set(target_id: Uuid, allowed: Permission) -> SetOverwrite {
    let allow = Permissions::of(&[allowed]);
    SetOverwrite { channel_id: CHANNEL, target_id, allow, deny: Permissions::NONE }
}

fn deny(target_id: Uuid, denied: Permission) -> SetOverwrite {
    let denied = Permissions::of(&[denied]);
    SetOverwrite { allow: Permissions::NONE, deny: denied, ..set(target_id, KICK) }
}

pub fn remove(target_id: Uuid) -> RemoveOverwrite {
    RemoveOverwrite { channel_id: CHANNEL, target_id }
}

/// Decides a verb of an owner's in a community that has as many roles, and a channel that has as many overwrites, as there may be.
fn where_all_is_full<V: Verb<Entity = CommunityCore>>(verb: &V) -> Decided<V> {
    let (by, mut universe, mut asked) = (Caller::session(user(ANN)), Still, Needs::default());
    let mut core = CommunityCore::new(CommunityId(EVERYBODY), Mint::above(1, None));
    verb.needs(&core, &by, &mut asked);
    let mut facts = town(Some(Role::Owner)).facts(&asked);
    facts.put(RoleCount, limits::ROLES);
    facts.put(OverwriteCount(CHANNEL), limits::OVERWRITES);
    let now = universe.now();
    let mut turn = Turn { by: &by, key: None, facts: &facts, seq: 3, now, universe: &mut universe };
    verb.decide(&mut core, &mut turn)
}

#[test]
fn who_manages_roles() {
    for (role, refusal) in [
        (Some(Role::Owner), None),
        (Some(Role::Admin), None),
        (Some(Role::Member), Some(Denied::Forbidden)),
        (None, Some(Denied::NotFound)),
    ] {
        let (town, refusal) = (town(role), refusal.map(Beyond::from));
        // Owners and admins stand above all custom roles.
        assert_eq!(town.decide(&create(1000)).err(), refusal.map(NotCreated::from), "{role:?}");
        assert_eq!(town.decide(&update()).err(), refusal.map(NotUpdated::from), "{role:?}");
        assert_eq!(town.decide(&delete(HIGH)).err(), refusal, "{role:?}");
        assert_eq!(town.decide(&set(HIGH.0, KICK)).err(), refusal.map(NotSet::from), "{role:?}");
        assert_eq!(town.decide(&remove(HIGH.0)).err(), refusal, "{role:?}");
    }
    let unknown = RoleId(Uuid::nil());
    let owner = town(Some(Role::Owner));
    assert_eq!(owner.decide(&nothing(unknown)).err(), Some(Beyond::from(Denied::NotFound).into()));
    assert_eq!(owner.decide(&delete(unknown)).err(), Some(Denied::NotFound.into()));
}

#[test]
fn a_manager_makes_roles_below_their_own_with_what_they_have() {
    let (town, too_high) = (manager(), Some(NotCreated::from(Beyond::RoleTooHigh)));
    assert!(town.decide(&create(9)).is_ok());
    assert_eq!(town.decide(&create(10)).err(), too_high);
    assert_eq!(town.decide(&create(1000)).err(), too_high);
    let bans = CreateRole { permissions: Permissions::of(&[KICK, BAN]), ..create(0) };
    assert_eq!(town.decide(&bans).err(), Some(Beyond::NotHeld.into()));
}

#[test]
fn a_manager_changes_and_deletes_roles_below_their_own() {
    let town = manager();
    let moved = |position| UpdateRole { position: Some(position), ..nothing(LOW) };
    for (verb, refusal) in [
        (update(), None),
        (moved(9), None),
        (moved(10), Some(Beyond::RoleTooHigh)),
        (nothing(HIGH), Some(Beyond::RoleTooHigh)),
        (UpdateRole { position: Some(0), ..nothing(HIGH) }, Some(Beyond::RoleTooHigh)),
        (granting(LOW, &[KICK, Permission::SendMessages]), None),
        (granting(LOW, &[KICK, BAN]), Some(Beyond::NotHeld)),
    ] {
        assert_eq!(town.decide(&verb).err(), refusal.map(NotUpdated::from), "{verb:?}");
    }
    assert!(town.decide(&delete(LOW)).is_ok());
    assert_eq!(town.decide(&delete(HIGH)).err(), Some(Beyond::RoleTooHigh));
    // What one has not, a role below may keep or lose, since one may delete it as well.
    let mut without = manager();
    without.standing.permissions = Permissions::of(&[Permission::ManageRoles]);
    assert!(without.decide(&moved(4)).is_ok());
    assert!(without.decide(&granting(LOW, &[])).is_ok());
}

#[test]
fn what_becomes_of_a_role_is_written_and_told() {
    let town = town(Some(Role::Admin));
    let made = town.decide(&create(5)).expect("may");
    let RolePayload { role } = serde_json::from_str(made.events[0].payload.get()).expect("decodes");
    assert_eq!((role.name.as_str(), role.position, &role.permissions[..]), ("crew", 5, &[KICK][..]));
    assert_eq!((made.made, made.raises), (Some(role.id.0), vec![Affected::Everyone]));
    let changed = town.decide(&update()).expect("may");
    let (name, permissions, position) = (Some("crew".into()), Some(Permissions::NONE), Some(6));
    assert_eq!(changed.changes, [Change::UpdateRole { id: LOW, name, permissions, position }]);
    assert_eq!(changed.raises, [Affected::Everyone]);
    let named = UpdateRole { name: Some("crew".into()), ..nothing(LOW) };
    let renamed = town.decide(&named).expect("may");
    assert_eq!((renamed.events.len(), renamed.raises), (1, vec![]), "a name is no right");
    for same in [nothing(LOW), granting(LOW, &[KICK, Permission::ViewChannel])] {
        let none = town.decide(&same).expect("may");
        assert_eq!((none.events.len(), none.changes.len(), none.raises), (0, 0, vec![]), "{same:?}");
    }
    let gone = town.decide(&delete(LOW)).expect("may");
    assert_eq!((gone.changes, gone.raises), (vec![Change::RemoveRole { id: LOW }], vec![Affected::Everyone]));
}

#[test]
fn a_manager_allows_and_denies_what_they_have_to_who_stands_below() {
    let town = manager();
    for (verb, refusal) in [
        (set(EVERYBODY, KICK), None),
        (deny(EVERYBODY, Permission::SendMessages), None),
        (set(LOW.0, KICK), None),
        (deny(MUTED.0, KICK), None),
        (set(EVERYBODY, BAN), Some(Beyond::NotHeld)),
        (deny(EVERYBODY, BAN), Some(Beyond::NotHeld)),
        (set(HIGH.0, KICK), Some(Beyond::RoleTooHigh)),
        (set(ADMIN.0, KICK), Some(Beyond::PersonTooHigh)),
        (deny(OWNER.0, KICK), Some(Beyond::PersonTooHigh)),
        (set(OUTSIDER.0, KICK), Some(Denied::NotFound.into())),
        (set(Uuid::nil(), KICK), Some(Denied::NotFound.into())),
    ] {
        assert_eq!(town.decide(&verb).err(), refusal.map(NotSet::from), "{verb:?}");
    }
    // What the member is allowed already is not the manager's to take, and may stay.
    let more = SetOverwrite { allow: Permissions::of(&[KICK, BAN]), ..set(MEMBER.0, KICK) };
    assert!(town.decide(&more).is_ok());
    assert_eq!(town.decide(&set(MEMBER.0, KICK)).err(), Some(Beyond::NotHeld.into()));
    assert_eq!(town.decide(&remove(MEMBER.0)).err(), Some(Beyond::NotHeld));
    assert_eq!(town.decide(&remove(HIGH.0)).err(), Some(Beyond::RoleTooHigh));
    let mut hidden = manager();
    hidden.standing.sees_channel = false;
    assert_eq!(hidden.decide(&set(EVERYBODY, KICK)).err(), Some(Beyond::from(Denied::NotFound).into()));
    assert_eq!(hidden.decide(&remove(LOW.0)).err(), Some(Denied::NotFound.into()));
}

#[test]
fn what_a_channel_allows_and_denies_is_written_and_told() {
    let town = town(Some(Role::Admin));
    let decision = town.decide(&set(EVERYBODY, KICK)).expect("may");
    let [event] = &decision.events[..] else { panic!("one event") };
    assert_eq!((event.kind, event.audience), (EventType::OverwriteUpdated, Some(Audience::Seers(CHANNEL))));
    let OverwritePayload { overwrite } = serde_json::from_str(event.payload.get()).expect("decodes");
    assert_eq!((overwrite.target_id, overwrite.target_type), (EVERYBODY, OverwriteTarget::Role));
    assert_eq!((overwrite.allow.clone(), overwrite.deny.clone()), (vec![KICK], vec![]));
    assert_eq!(decision.answer, overwrite);
    assert_eq!(decision.changes, [Change::SetOverwrite(Box::new(overwrite))]);
    assert_eq!(decision.raises, [Affected::Channel(CHANNEL)]);
    let removed = town.decide(&remove(HIGH.0)).expect("may");
    assert_eq!(removed.changes, [Change::RemoveOverwrite { channel_id: CHANNEL, target_id: HIGH.0 }]);
    assert_eq!(removed.raises, [Affected::Channel(CHANNEL)]);
    assert_eq!(removed.events[0].kind, EventType::OverwriteDeleted);
    let same = town.decide(&deny(HIGH.0, Permission::AddReactions)).expect("may");
    assert_eq!((same.events.len(), same.changes.len(), same.raises), (0, 0, vec![]));
    let none = town.decide(&remove(LOW.0)).expect("may");
    assert_eq!((none.events.len(), none.changes.len(), none.raises), (0, 0, vec![]));
}

#[test]
fn there_are_only_so_many() {
    assert_eq!(where_all_is_full(&create(1)).err(), Some(NotCreated::Full));
    assert_eq!(where_all_is_full(&set(LOW.0, KICK)).err(), Some(NotSet::Full));
    assert!(where_all_is_full(&set(HIGH.0, KICK)).is_ok(), "it replaces one");
}

#[test]
fn a_name_that_is_taken_is_a_conflict() {
    assert_eq!(CreateRole::constraint("roles_name_key"), Some(NotCreated::NameTaken));
    assert_eq!(UpdateRole::constraint("roles_name_key"), Some(NotUpdated::NameTaken));
}
