//! Permissions in words, and which of them somebody has.

use ajet_protocol::{CustomRole, Member, Permission, Permissions};

use crate::strings::Strings;

/// What a member may do in their community: by their role, and by their custom roles. Channels may allow and deny more, which does not count here.
#[must_use]
pub fn granted(member: &Member, roles: &[CustomRole]) -> Permissions {
    let own = roles.iter().filter(|role| member.roles.contains(&role.id));
    own.fold(Permissions::of_role(member.role), |all, role| all.union(Permissions::of(&role.permissions)))
}

/// A permission in a few words.
pub(super) fn words(t: &Strings, permission: Permission) -> &'static str {
    match permission {
        Permission::ViewChannel => t.roles.may_view_channel,
        Permission::SendMessages => t.roles.may_send_messages,
        Permission::AddReactions => t.roles.may_add_reactions,
        Permission::AttachFiles => t.roles.may_attach_files,
        Permission::MentionHere => t.roles.may_mention_here,
        Permission::SetTopic => t.roles.may_set_topic,
        Permission::PinMessages => t.roles.may_pin_messages,
        Permission::ManageMessages => t.roles.may_manage_messages,
        Permission::CreateInvites => t.roles.may_create_invites,
        Permission::ManageChannels => t.roles.may_manage_channels,
        Permission::ManageMembers => t.roles.may_manage_members,
        Permission::KickMembers => t.roles.may_kick_members,
        Permission::BanMembers => t.roles.may_ban_members,
        Permission::MuteMembers => t.roles.may_mute_members,
        Permission::ManageRoles => t.roles.may_manage_roles,
        Permission::ManageWebhooks => t.roles.may_manage_webhooks,
        Permission::ManageBots => t.roles.may_manage_bots,
        Permission::ManageCommunity => t.roles.may_manage_community,
        Permission::ViewAudit => t.roles.may_view_audit,
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{CommunityId, Role, RoleId, Timestamp, User, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn own_roles_add_to_what_a_member_may_and_those_of_others_do_not() {
        let id = Uuid::from_u128;
        let user = User {
            id: UserId(id(1)),
            username: "ann".into(),
            display_name: "Ann".into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: Timestamp::from_unix_millis(0),
        };
        let member = Member {
            user,
            role: Role::Member,
            roles: vec![RoleId(id(2))],
            nickname: None,
            avatar_url: None,
            muted_until: None,
            joined_at: Timestamp::from_unix_millis(0),
        };
        let role = |number, one| CustomRole {
            id: RoleId(id(number)),
            community_id: CommunityId(id(9)),
            name: "crew".into(),
            permissions: vec![one],
            position: 0,
        };
        let roles = [role(2, Permission::ManageWebhooks), role(3, Permission::ManageBots)];
        let rights = granted(&member, &roles);
        assert!(rights.contains(Permission::ManageWebhooks) && rights.contains(Permission::SendMessages));
        assert!(!rights.contains(Permission::ManageBots));
    }
}
