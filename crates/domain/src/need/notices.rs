//! Questions about what a person is to be told of, and how much they want to be told.

use ajet_protocol::{ChannelId, CommunityId, MessageId, NotifyLevel, QuietHours, UserId};
use uuid::Uuid;

use super::Joined;
#[cfg(doc)]
use super::Needs;

/// [`Needs::notices`]: a message that a person may have to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoticeOf {
    pub user: UserId,
    pub channel: ChannelId,
    pub message: MessageId,
}

/// A message that a person may be told of: they have joined its channel, it stands there, is not deleted, and is not theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeFacts {
    /// Whether they were told of it, for whatever reason.
    pub told: bool,
    /// Whether they have read the channel that far.
    pub read: bool,
    pub wishes: Wishes,
    /// The community of the channel; `None` for a direct message.
    pub community: Option<CommunityId>,
    pub joined: Joined,
}

/// What a person set that decides whether and how they are told of something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wishes {
    /// Whether they silenced the channel.
    pub muted: bool,
    /// What of the channel they want to be told of, by what they set for it or for its community.
    pub level: NotifyLevel,
    /// Whether they block who did it.
    pub blocked: bool,
    pub quiet: Option<QuietHours>,
    /// Whether they have a browser that is pushed to.
    pub pushed: bool,
}

/// [`Needs::matters`]: what was done that a person may have to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MatterOf {
    pub user: UserId,
    /// The notice that is due.
    pub notice: Uuid,
    /// The channel that it is about.
    pub channel: Option<ChannelId>,
    /// Who did it.
    pub actor: UserId,
}

/// What a person may be told of: they are a person and not a program, and have joined the channel, if it is about one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterFacts {
    /// Whether they were told of it.
    pub told: bool,
    pub wishes: Wishes,
    /// `None` where it is about no channel.
    pub joined: Option<Joined>,
}

/// [`Needs::community_levels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommunityLevelOf {
    pub user: UserId,
    pub community: CommunityId,
}

/// What of a community's channels a member of it wants to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommunityLevelFacts {
    pub notify: NotifyLevel,
    /// As of which ACL version they are a member.
    pub member: Joined,
}

/// [`Needs::quiet_hours`]: when a person's notifications are silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct QuietHoursOf(pub UserId);
