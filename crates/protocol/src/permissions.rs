//! What a person may do in a community, and what each role grants.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Role;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// One right in a community or channel.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Permission { $($(#[$doc])* $name),+ }

        impl Permission {
            /// Every permission there is, in the order of their bits.
            pub const ALL: &[Permission] = &[$(Permission::$name),+];

            /// The permission's name on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Permission::$name => $text),+ }
            }
        }
    };
}

permissions! {
    /// See a channel and read its history.
    ViewChannel = "view_channel",
    /// Post messages.
    SendMessages = "send_messages",
    /// React to messages.
    AddReactions = "add_reactions",
    /// Attach files.
    AttachFiles = "attach_files",
    /// Mention everybody who is online.
    MentionHere = "mention_here",
    /// Change a channel's topic.
    SetTopic = "set_topic",
    /// Pin and unpin.
    PinMessages = "pin_messages",
    /// Delete other people's messages.
    ManageMessages = "manage_messages",
    /// Make invite links.
    CreateInvites = "create_invites",
    /// Create, change and delete channels and categories.
    ManageChannels = "manage_channels",
    /// Change members' roles and nicknames.
    ManageMembers = "manage_members",
    /// Kick.
    KickMembers = "kick_members",
    /// Ban and unban.
    BanMembers = "ban_members",
    /// Mute and unmute.
    MuteMembers = "mute_members",
    /// Create and change custom roles.
    ManageRoles = "manage_roles",
    /// Create and revoke incoming webhooks.
    ManageWebhooks = "manage_webhooks",
    /// Create bots and their tokens.
    ManageBots = "manage_bots",
    /// Change or delete the community itself.
    ManageCommunity = "manage_community",
    /// Read the audit log.
    ViewAudit = "view_audit",
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Permissions(u32);

impl Permissions {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// The set of exactly these.
    #[must_use]
    pub fn of(list: &[Permission]) -> Self {
        list.iter().fold(Self::NONE, |set, one| Self(set.0 | bit(*one)))
    }

    /// What a role grants by itself, before custom roles and overwrites.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        match role {
            Role::Owner | Role::Admin => Self::of(Permission::ALL),
            Role::Member => Self::of(&Permission::ALL[..6]).with(Permission::CreateInvites),
        }
    }

    /// This set and one more.
    #[must_use]
    pub fn with(self, one: Permission) -> Self {
        Self(self.0 | bit(one))
    }

    /// Whether the set holds it.
    #[must_use]
    pub fn contains(self, one: Permission) -> bool {
        self.0 & bit(one) != 0
    }
}

fn bit(one: Permission) -> u32 {
    1 << (one as u32)
}
