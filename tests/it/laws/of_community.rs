//! The verbs of communities.

use ajet_protocol::Permission;

use super::line::{Line, Need, lines};
use super::stage_bots::*;
use super::stage_commands::{delete_command, make_command};
use super::stage_looks::*;
use super::stage_outgoing::*;
use super::stage_people::*;
use super::stage_rooms::*;

const ROOMS: Need = Need::May(Permission::ManageChannels);
const ROLES: Need = Need::May(Permission::ManageRoles);
const HOOKS: Need = Need::May(Permission::ManageWebhooks);
const BOTS: Need = Need::May(Permission::ManageBots);
const MEMBERS: Need = Need::May(Permission::ManageMembers);
const ITSELF: Need = Need::May(Permission::ManageCommunity);

/// Each verb, as the matrix goes through it.
pub fn lines() -> Vec<Line> {
    lines! { community:
        CreateChannel by ROOMS, Anew, tells ["channel.created"], create_room;
        JoinChannel by Need::Member, Quiet, tells ["member.joined"], join_room;
        LeaveChannel by Need::Member, Quiet, tells ["member.left"], leave_room;
        CreateInvite by Need::May(Permission::CreateInvites), Anew, tells [], create_invite;
        AcceptInvite by Need::Invited, Quiet, tells ["member.joined"], accept_invite;
        CreateWebhook by HOOKS, Anew, tells [], create_webhook;
        DeleteWebhook by HOOKS, Quiet, tells [], delete_webhook;
        Mute by Need::May(Permission::MuteMembers), Anew, tells ["member.updated", "notification.new"], mute;
        Unmute by Need::May(Permission::MuteMembers), Quiet, tells ["member.updated", "notification.new"], unmute;
        Unban by Need::May(Permission::BanMembers), Quiet, tells [], unban;
        Ban by Need::May(Permission::BanMembers), Quiet, tells ["member.banned", "notification.new"], ban;
        UpdateChannel by ROOMS, Quiet, tells ["channel.updated"], rename_room;
        UpdateChannel by Need::Writes(Permission::SetTopic), Quiet, tells ["channel.updated"], set_topic;
        Kick by Need::May(Permission::KickMembers), Quiet, tells ["member.kicked", "notification.new"], kick;
        LeaveCommunity by Need::Member, Gone, tells ["member.left"], leave_community;
        CreateRole by ROLES, Anew, tells ["role.created"], create_role;
        UpdateRole by ROLES, Quiet, tells ["role.updated"], rename_role;
        DeleteRole by ROLES, Quiet, tells ["role.deleted"], delete_role;
        SetOverwrite by ROLES, Quiet, tells ["overwrite.updated"], set_overwrite;
        RemoveOverwrite by ROLES, Quiet, tells ["overwrite.deleted"], remove_overwrite;
        UpdateMember by MEMBERS, Quiet, tells ["member.updated"], nickname;
        UpdateMember by Need::Writes(Permission::SendMessages), Quiet, tells ["member.updated"], own_nickname;
        UpdateMember by Need::Owner(Permission::ManageMembers), Quiet, tells ["member.updated", "notification.new"], make_admin;
        CreateCategory by ROOMS, Anew, tells ["category.created"], create_category;
        UpdateCategory by ROOMS, Quiet, tells ["category.updated"], rename_category;
        DeleteCategory by ROOMS, Quiet, tells ["category.deleted"], delete_category;
        OrderCategories by ROOMS, Quiet, tells ["category.updated"], order_categories;
        OrderChannels by ROOMS, Quiet, tells ["channel.updated"], order_rooms;
        ArchiveChannel by ROOMS, Quiet, tells ["channel.updated"], archive_room;
        SetSlowMode by ROOMS, Quiet, tells ["channel.updated"], slow_room_down;
        DeleteChannel by ROOMS, Gone, tells ["channel.deleted"], delete_room;
        AddToChannel by ROOMS, Quiet, tells ["member.joined", "notification.new"], let_subject_in;
        RemoveFromChannel by ROOMS, Quiet, tells ["member.left"], put_subject_out;
        UpdateCommunity by ITSELF, Quiet, tells ["community.updated"], rename_community;
        DeleteCommunity by Need::Owner(Permission::ManageCommunity), Gone, tells ["community.deleted"], delete_community;
        RevokeInvite by ITSELF, Quiet, tells [], revoke_invite;
        RevokeInvite by Need::Member, Quiet, tells [], revoke_own_invite;
        AnnounceMember by Need::Server, Quiet, tells ["user.updated"], change_profile;
        AddEmoji by ITSELF, Anew, tells ["emoji.created"], add_emoji;
        RemoveEmoji by ITSELF, Quiet, tells ["emoji.deleted"], remove_emoji;
        SetMemberAvatar by MEMBERS, Anew, tells ["member.updated"], show_subject;
        SetMemberAvatar by Need::Writes(Permission::SendMessages), Anew, tells ["member.updated"], show_oneself;
        UpdateWebhook by HOOKS, Quiet, tells [], update_webhook;
        SetWebhookAvatar by HOOKS, Quiet, tells [], show_webhook;
        SetCommunityAvatar by ITSELF, Anew, tells ["community.updated"], show_community;
        CreateBot by BOTS, Anew, tells ["member.joined"], create_bot;
        DeleteBot by BOTS, Quiet, tells ["member.left"], delete_bot;
        CreateToken by BOTS, Anew, tells [], create_token;
        RevokeToken by BOTS, Quiet, tells [], revoke_token;
        SetBotAvatar by BOTS, Anew, tells ["user.updated"], show_bot;
        CreateOutgoingWebhook by HOOKS, Anew, tells [], create_outgoing;
        UpdateOutgoingWebhook by HOOKS, Quiet, tells [], update_outgoing;
        DeleteOutgoingWebhook by HOOKS, Quiet, tells [], delete_outgoing;
        ReplayDelivery by HOOKS, Quiet, tells [], replay_delivery;
        CreateCommand by Need::May(Permission::ManageBots), Anew, tells [], make_command;
        DeleteCommand by Need::May(Permission::ManageBots), Quiet, tells [], delete_command;
    }
}

/// Other ways to carry them out, after which people see something else: for the laws.
pub fn variants() -> Vec<Line> {
    lines! { community:
        CreateChannel by ROOMS, Anew, tells ["channel.created"], create_private;
        LeaveChannel by Need::Member, Gone, tells ["member.left"], leave_private;
        UpdateChannel by ROOMS, Quiet, tells ["channel.updated", "channel.closed"], hide_room;
        UpdateChannel by ROOMS, Quiet, tells ["channel.updated", "channel.closed"], hide_from_others;
        UpdateChannel by ROOMS, Quiet, tells ["channel.updated"], show_room;
        UpdateRole by ROLES, Quiet, tells ["role.updated"], change_permissions;
        DeleteRole by ROLES, Quiet, tells ["role.deleted"], delete_held_role;
        SetOverwrite by ROLES, Quiet, tells ["overwrite.updated"], hide_by_overwrite;
        RemoveOverwrite by ROLES, Quiet, tells ["overwrite.deleted"], show_by_overwrite;
        UpdateMember by MEMBERS, Quiet, tells ["member.updated", "notification.new"], give_role;
        UpdateMember by MEMBERS, Quiet, tells ["member.updated", "notification.new"], take_role;
        OrderChannels by ROOMS, Quiet, tells ["channel.updated"], move_room;
        ArchiveChannel by ROOMS, Quiet, tells ["channel.updated"], open_room_again;
        AddToChannel by ROOMS, Quiet, tells ["member.joined", "notification.new"], let_subject_into_private;
        RemoveFromChannel by ROOMS, Quiet, tells ["member.left"], put_subject_out_of_private;
        UpdateCommunity by ITSELF, Quiet, tells ["community.updated"], set_default_channel;
    }
}
