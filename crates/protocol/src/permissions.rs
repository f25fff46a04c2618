//! What a person may do in a community, and what each role grants.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Role;

macro_rules! permissions {
    ($($(#[doc = $doc:tt])+ $name:ident = $bit:literal, $text:literal),+ $(,)?) => {
        /// One right in a community or channel.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Permission { $($(#[doc = $doc])+ $name),+ }

        impl Permission {
            /// Every permission there is.
            pub const ALL: &[Permission] = &[$(Permission::$name),+];

            /// The permission's place in a stored set: it never changes, and a new permission takes a new one.
            #[must_use]
            pub const fn bit(self) -> u32 {
                match self { $(Permission::$name => 1 << $bit),+ }
            }

            /// The permission's name on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Permission::$name => $text),+ }
            }

            /// What it allows, in words: its comment here.
            #[must_use]
            pub fn allows(self) -> &'static str {
                match self { $(Permission::$name => concat!($($doc),+).trim()),+ }
            }
        }
    };
}

permissions! {
    /// See a channel and read its history.
    ViewChannel = 0, "view_channel",
    /// Post messages.
    SendMessages = 1, "send_messages",
    /// React to messages.
    AddReactions = 2, "add_reactions",
    /// Attach files.
    AttachFiles = 3, "attach_files",
    /// Mention everybody in the channel, and everybody who is online.
    MentionHere = 4, "mention_here",
    /// Change a channel's topic.
    SetTopic = 5, "set_topic",
    /// Pin and unpin.
    PinMessages = 6, "pin_messages",
    /// Delete other people's messages.
    ManageMessages = 7, "manage_messages",
    /// Make invite links.
    CreateInvites = 8, "create_invites",
    /// Create, change and delete channels and categories.
    ManageChannels = 9, "manage_channels",
    /// Change members' roles and nicknames.
    ManageMembers = 10, "manage_members",
    /// Kick.
    KickMembers = 11, "kick_members",
    /// Ban and unban.
    BanMembers = 12, "ban_members",
    /// Mute and unmute.
    MuteMembers = 13, "mute_members",
    /// Create and change custom roles.
    ManageRoles = 14, "manage_roles",
    /// Create and revoke incoming webhooks.
    ManageWebhooks = 15, "manage_webhooks",
    /// Create bots and their tokens.
    ManageBots = 16, "manage_bots",
    /// Change or delete the community itself.
    ManageCommunity = 17, "manage_community",
    /// Read the audit log.
    ViewAudit = 18, "view_audit",
}

/// What a plain member may do.
const MEMBER: &[Permission] = &[
    Permission::ViewChannel,
    Permission::SendMessages,
    Permission::AddReactions,
    Permission::AttachFiles,
    Permission::MentionHere,
    Permission::SetTopic,
    Permission::CreateInvites,
];

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Permissions(u32);

impl Permissions {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// The set of exactly these.
    #[must_use]
    pub fn of(list: &[Permission]) -> Self {
        list.iter().fold(Self::NONE, |set, one| Self(set.0 | one.bit()))
    }

    /// What a role grants by itself, before custom roles and overwrites.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        match role {
            Role::Owner | Role::Admin => Self::of(Permission::ALL),
            Role::Member => Self::of(MEMBER),
        }
    }

    /// This set and one more.
    #[must_use]
    pub fn with(self, one: Permission) -> Self {
        Self(self.0 | one.bit())
    }

    /// What both sets hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either set holds.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What this set holds and the other one does not.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What the set holds, in the order of [`Permission::ALL`].
    #[must_use]
    pub fn names(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|one| self.contains(*one)).collect()
    }

    /// The set as it is stored and sent.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }

    /// The set of stored bits; those that no permission has are ignored.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits).and(Self::of(Permission::ALL))
    }

    /// Whether the set holds it.
    #[must_use]
    pub fn contains(self, one: Permission) -> bool {
        self.0 & one.bit() != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_as_they_are_stored_and_members_get_what_the_contract_lists() {
        let bits: u32 = Permission::ALL.iter().map(|one| one.bit()).sum();
        assert_eq!(bits.count_ones() as usize, Permission::ALL.len(), "each has a bit of its own");
        assert_eq!((Permission::ViewChannel.bit(), Permission::ViewAudit.bit()), (1, 1 << 18));
        let member = Permissions::of_role(Role::Member);
        let held: Vec<_> =
            Permission::ALL.iter().filter(|one| member.contains(**one)).map(|one| one.as_str()).collect();
        let contract =
            "view_channel send_messages add_reactions attach_files mention_here set_topic create_invites";
        assert_eq!(held.join(" "), contract);
    }

    #[test]
    fn sets_are_joined_and_taken_from_each_other() {
        let of = Permissions::of;
        let (view, send, react) =
            (Permission::ViewChannel, Permission::SendMessages, Permission::AddReactions);
        assert_eq!(of(&[view, send]).union(of(&[send, react])), of(&[view, send, react]));
        assert_eq!(of(&[view, send]).without(of(&[send, react])), of(&[view]));
        assert_eq!(of(&[react, view]).names(), [view, react]);
        assert_eq!(of(Permission::ALL).names(), Permission::ALL);
        assert_eq!(Permission::KickMembers.allows(), "Kick.");
    }
}
