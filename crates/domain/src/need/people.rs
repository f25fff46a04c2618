//! Questions about one person: how far they have read, what they set, what they were told of, and their account.

use ajet_protocol::{
    ChannelId, CommunityId, MessageId, NotificationId, NotifyLevel, PresenceMode, Unread, User, UserId,
};

#[cfg(doc)]
use super::Needs;
use crate::acl::Scope;
use crate::journal::Rests;

/// [`Needs::markers`]: a message of a channel that is to count as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MarkerOf {
    pub user: UserId,
    pub channel: ChannelId,
    pub message: MessageId,
}

/// How far a person has read a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkerFacts {
    /// Everything up to this message counts as read; `None` where nothing does yet.
    pub read_to: Option<MessageId>,
    /// What comes after the message that was asked for. Nothing is counted where the marker would not move to it, or where a later
    /// message of the channel is asked for with it, and is there.
    pub unread: Unread,
    pub joined: Joined,
}

/// That a person has joined a channel: what they do there on their own stream rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// Whose rights decide on the channel: its community's, or those of the direct message that it is.
    pub scope: Scope,
    /// As of which ACL version of the scope the person has joined the channel.
    pub acl_version: u64,
}

impl Joined {
    /// The same as rights of this person.
    pub(super) fn rests(self, person: UserId) -> Rests {
        Rests { scope: self.scope, person, version: self.acl_version }
    }
}

/// [`Needs::preferences`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PreferencesOf {
    pub user: UserId,
    pub channel: ChannelId,
}

/// What a person set for a channel that they joined, or what holds where they set nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreferenceFacts {
    pub muted: bool,
    /// `None`: they set nothing for the channel.
    pub notify: Option<NotifyLevel>,
    /// What counts then: what they set for its community, or all.
    pub elsewhere: NotifyLevel,
    /// The community of the channel; `None` for a direct message.
    pub community: Option<CommunityId>,
    /// Taken out of the person's list of direct messages.
    pub hidden: bool,
    pub joined: Joined,
}

/// [`Needs::unread_notices`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnreadNoticesOf {
    pub user: UserId,
    /// Which of these; `None` for all that there are.
    pub ids: Option<Vec<NotificationId>>,
}

/// What a person has not read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnreadNotices {
    /// Those of the notifications that were asked for, in their order; empty where all were.
    pub ids: Vec<NotificationId>,
    /// Where all were asked for: the newest one that is not read.
    pub newest: Option<NotificationId>,
}

/// [`Needs::profiles`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProfileOf(pub UserId);

/// An account, with what its person set for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFacts {
    /// As others see it.
    pub user: User,
    pub presence: PresenceMode,
    /// Whether the system's owner took it out of use.
    pub deactivated: bool,
}

/// [`Needs::blocks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlockOf {
    /// Who blocks.
    pub by: UserId,
    /// Who is blocked.
    pub of: UserId,
}

/// [`Needs::system_owners`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OwnsSystem(pub UserId);
