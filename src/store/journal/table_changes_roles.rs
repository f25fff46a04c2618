//! Changes of custom roles and overwrites, one of every kind.

use super::*;

/// The part of [`every_change`] about custom roles and overwrites.
pub fn changes_of_roles() -> Vec<Written> {
    let (user_id, channel_id, id) = (PERSON, PLACE, RoleId(Uuid::from_u128(12)));
    let permissions = vec![Permission::ViewChannel, Permission::ViewAudit];
    let community_id = CommunityId(Uuid::from_u128(9));
    let role =
        CustomRole { id, community_id, name: "R".into(), permissions: permissions.clone(), position: 1 };
    let update = Change::UpdateRole { id, name: None, permissions: Some(Permissions::NONE), position: None };
    let overwrite = Overwrite {
        channel_id,
        target_id: id.0,
        target_type: OverwriteTarget::Role,
        allow: permissions,
        deny: vec![],
    };
    vec![
        (Change::AddRole { role: Box::new(role), at: AT }, &["roles"]),
        (update, &["roles"]),
        (Change::RemoveRole { id }, &["roles", "channel_overwrites"]),
        (Change::SetRole { user_id, role: Role::Admin }, &["community_members"]),
        (Change::SetNickname { user_id, nickname: Some("n".into()) }, &["community_members"]),
        (Change::SetMemberRoles { user_id, roles: vec![id] }, &["member_roles"]),
        (Change::SetOverwrite(Box::new(overwrite)), &["channel_overwrites"]),
        (Change::RemoveOverwrite { channel_id, target_id: id.0 }, &["channel_overwrites"]),
    ]
}
