//! What a community is asked, and how it answers. Commands travel between nodes: variants only ever grow at the end.

use ajet_protocol::{
    CategoryId, Channel, ChannelId, ChannelType, CommunityId, Invite, Timestamp, Trimmed, User, UserId,
    Visibility, WebhookId,
};
use serde::{Deserialize, Serialize};

/// A channel to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewChannel {
    pub name: Trimmed,
    pub kind: ChannelType,
    pub visibility: Visibility,
    pub topic: Option<Trimmed>,
    pub category_id: Option<CategoryId>,
}

/// An invite to be made; its code comes from the door, where secrets are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvite {
    pub code: String,
    pub max_uses: Option<i64>,
    pub expires_at: Option<Timestamp>,
    pub addressee: Option<UserId>,
}

/// A webhook to be made; only the hash of its secret comes this far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWebhook {
    pub channel_id: ChannelId,
    pub name: Trimmed,
    pub avatar_url: Option<String>,
    pub token_hash: Vec<u8>,
}

/// What a community can be asked to do. `key` is the caller's idempotency key, `fingerprint` a digest of the request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    CreateChannel { by: User, key: String, fingerprint: i64, channel: NewChannel },
    JoinChannel { by: User, channel_id: ChannelId },
    LeaveChannel { by: UserId, channel_id: ChannelId },
    CreateInvite { by: UserId, key: String, fingerprint: i64, invite: NewInvite },
    AcceptInvite { by: User, code: String },
    CreateWebhook { by: UserId, key: String, fingerprint: i64, webhook: NewWebhook },
    DeleteWebhook { by: UserId, webhook_id: WebhookId },
}

impl Command {
    /// Who asks.
    #[must_use]
    pub fn by(&self) -> UserId {
        match self {
            Command::CreateChannel { by, .. }
            | Command::JoinChannel { by, .. }
            | Command::AcceptInvite { by, .. } => by.id,
            Command::LeaveChannel { by, .. }
            | Command::CreateInvite { by, .. }
            | Command::CreateWebhook { by, .. }
            | Command::DeleteWebhook { by, .. } => *by,
        }
    }
}

/// What a community did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// A new channel, or with `replayed` the one that an earlier request with the same key made.
    Channel { id: ChannelId, replayed: bool, channel: Option<Box<Channel>> },
    /// A new invite, or with `replayed` an earlier one.
    Invite { invite: Invite, replayed: bool },
    /// The caller belongs to this community, now or before.
    Member(CommunityId),
    /// A new webhook, or with `replayed` the one that an earlier request with the same key made.
    Webhook { id: WebhookId, replayed: bool },
    /// Done, now or before.
    Done,
}

/// Why a community did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Not there for this person.
    NotFound,
    /// The person lacks the right.
    Forbidden,
    /// The person is banned.
    Banned,
    /// The invite is used up, expired or revoked.
    InviteOver,
    /// The name is taken.
    NameTaken,
    /// The key already made something else.
    KeyReused,
    /// `category_id` names no category of this community.
    CategoryUnknown,
    /// `user_id` names no user.
    UserUnknown,
    /// The event that it would make is larger than the bus takes.
    TooLarge,
    /// `expires_at` is not in the future.
    AlreadyExpired,
}
