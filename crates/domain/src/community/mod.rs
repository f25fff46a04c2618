//! A community: who belongs to it, which channels it has, who may do what.
//!
//! Every change of rights raises its ACL version inside the same commit, and says whose rights it may alter. Changes are rare
//! beside messages, so they are decided one by one on freshly read facts, and nothing but the next ids is remembered between two
//! of them.

mod accept_invite;
mod add_emoji;
mod add_to_channel;
mod announce_member;
mod archive_channel;
mod ban;
mod categories;
mod core;
mod create_bot;
mod create_category;
mod create_channel;
mod create_command;
mod create_invite;
mod create_outgoing_webhook;
mod create_role;
mod create_token;
mod create_webhook;
mod delete_bot;
mod delete_category;
mod delete_channel;
mod delete_command;
mod delete_community;
mod delete_outgoing_webhook;
mod delete_role;
mod delete_webhook;
mod found;
mod grants;
mod join_channel;
mod kick;
mod leave_channel;
mod leave_community;
mod mute;
mod order_categories;
mod order_channels;
mod overwrites;
mod remove_emoji;
mod remove_from_channel;
mod remove_overwrite;
mod replay_delivery;
mod revoke_invite;
mod revoke_token;
mod rights;
mod set_bot_avatar;
mod set_community_avatar;
mod set_member_avatar;
mod set_overwrite;
mod set_slow_mode;
mod set_webhook_avatar;
mod telling;
#[cfg(test)]
mod tests;
mod unban;
mod unmute;
mod update_category;
mod update_channel;
mod update_community;
mod update_member;
mod update_outgoing_webhook;
mod update_role;
mod update_webhook;

pub use accept_invite::AcceptInvite;
pub use add_emoji::AddEmoji;
pub use add_to_channel::AddToChannel;
pub use announce_member::AnnounceMember;
pub use archive_channel::ArchiveChannel;
pub use ban::Ban;
pub use core::CommunityCore;
pub use create_bot::{CreateBot, USER_NAME_INDEXES};
pub use create_category::CreateCategory;
pub use create_channel::CreateChannel;
pub use create_command::CreateCommand;
pub use create_invite::CreateInvite;
pub use create_outgoing_webhook::CreateOutgoingWebhook;
pub use create_role::CreateRole;
pub use create_token::CreateToken;
pub use create_webhook::CreateWebhook;
pub use delete_bot::DeleteBot;
pub use delete_category::DeleteCategory;
pub use delete_channel::DeleteChannel;
pub use delete_command::DeleteCommand;
pub use delete_community::DeleteCommunity;
pub use delete_outgoing_webhook::DeleteOutgoingWebhook;
pub use delete_role::DeleteRole;
pub use delete_webhook::DeleteWebhook;
pub use found::{Founders, Founding, GENERAL, Names, NotFounded, found};
pub use join_channel::JoinChannel;
pub use kick::Kick;
pub use leave_channel::LeaveChannel;
pub use leave_community::LeaveCommunity;
pub use mute::Mute;
pub use order_categories::OrderCategories;
pub use order_channels::{OrderChannels, Placed};
pub use remove_emoji::RemoveEmoji;
pub use remove_from_channel::RemoveFromChannel;
pub use remove_overwrite::RemoveOverwrite;
pub use replay_delivery::ReplayDelivery;
pub use revoke_invite::RevokeInvite;
pub use revoke_token::RevokeToken;
pub use rights::may_invite;
pub use set_bot_avatar::SetBotAvatar;
pub use set_community_avatar::SetCommunityAvatar;
pub use set_member_avatar::SetMemberAvatar;
pub use set_overwrite::SetOverwrite;
pub use set_slow_mode::SetSlowMode;
pub use set_webhook_avatar::SetWebhookAvatar;
pub use unban::Unban;
pub use unmute::Unmute;
pub use update_category::UpdateCategory;
pub use update_channel::UpdateChannel;
pub use update_community::UpdateCommunity;
pub use update_member::UpdateMember;
pub use update_outgoing_webhook::{Switch, UpdateOutgoingWebhook};
pub use update_role::UpdateRole;
pub use update_webhook::UpdateWebhook;

use crate::change::Change;
use crate::verbs;

verbs! {
    CommunityCore {
        1 CreateChannel since 2,
        2 JoinChannel since 2,
        3 LeaveChannel since 2,
        4 CreateInvite since 2,
        5 AcceptInvite since 2,
        6 CreateWebhook since 2,
        7 DeleteWebhook since 2,
        8 Mute since 3,
        9 Unmute since 3,
        10 Unban since 3,
        11 Ban since 3,
        12 UpdateChannel since 3,
        13 Kick since 3,
        14 LeaveCommunity since 3,
        15 CreateRole since 3,
        16 UpdateRole since 3,
        17 DeleteRole since 3,
        18 SetOverwrite since 3,
        19 RemoveOverwrite since 3,
        20 UpdateMember since 3,
        21 CreateCategory since 3,
        22 UpdateCategory since 3,
        23 DeleteCategory since 3,
        24 OrderCategories since 3,
        25 OrderChannels since 3,
        26 ArchiveChannel since 3,
        27 DeleteChannel since 3,
        28 AddToChannel since 3,
        29 RemoveFromChannel since 3,
        30 UpdateCommunity since 3,
        31 DeleteCommunity since 3,
        32 RevokeInvite since 3,
        33 AnnounceMember since 3,
    34 SetSlowMode since 3, 35 AddEmoji since 3, 36 RemoveEmoji since 3, 37 SetMemberAvatar since 3, 38 SetWebhookAvatar since 3, 39 SetCommunityAvatar since 3,
        49 CreateBot since 3, 50 DeleteBot since 3, 51 CreateToken since 3, 52 RevokeToken since 3, 53 SetBotAvatar since 3,
        54 CreateOutgoingWebhook since 3,
        55 UpdateOutgoingWebhook since 3,
        56 DeleteOutgoingWebhook since 3,
        57 ReplayDelivery since 3,
        46 CreateCommand since 3,
        47 DeleteCommand since 3,
    43 UpdateWebhook since 3,
    }
}
