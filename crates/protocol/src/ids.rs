//! Typed ids: every entity has its own, so that one can't stand where another is meant.
//!
//! On the wire each is a plain UUID string. Ids are UUIDv7 ([`crate::mint`]), so they sort by time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// A person or a bot.
    UserId,
    /// A community: the tenant that channels belong to.
    CommunityId,
    /// A channel, direct message or group direct message.
    ChannelId,
    /// A message; sorts in commit order within its channel.
    MessageId,
    /// One event of a stream; also its `Nats-Msg-Id`.
    EventId,
    /// A signed-in session.
    SessionId,
    /// An entity's event stream: the same UUID as the entity itself.
    StreamId,
    /// An incoming webhook.
    WebhookId,
    /// An uploaded file.
    AttachmentId,
    /// A picture that somebody or something is shown by.
    PictureId,
    /// A group of channels in the side bar.
    CategoryId,
    /// A custom role of a community.
    RoleId,
    /// A person's notification.
    NotificationId,
    /// A link between a person and an account at a sign-in provider.
    OauthAccountId,
    /// A configured sign-in provider.
    OauthProviderId,
    /// A bot of a community.
    BotId,
    /// An API token of a bot.
    TokenId,
    /// A stored mention.
    MentionId,
    /// An invite; people see its code instead.
    InviteId,
    /// A message that is to be sent later; not the id of the message itself.
    ScheduledId,
    /// A line of a community's audit log; sorts by time.
    AuditId,
    /// A custom emoji of a community.
    EmojiId,
    /// An outgoing webhook.
    OutgoingWebhookId,
    /// What one outgoing webhook is sent of one event; sorts by time.
    DeliveryId,
    /// A community's own slash command.
    CommandId,
    /// One use of a community's own slash command.
    InvocationId,
    /// A reminder that a person set for themselves.
    ReminderId,
    /// A file with all that a person wrote and set.
    ExportId,
}

impl From<ChannelId> for StreamId {
    fn from(id: ChannelId) -> Self {
        Self(id.0)
    }
}

impl From<CommunityId> for StreamId {
    fn from(id: CommunityId) -> Self {
        Self(id.0)
    }
}

impl From<UserId> for StreamId {
    fn from(id: UserId) -> Self {
        Self(id.0)
    }
}
