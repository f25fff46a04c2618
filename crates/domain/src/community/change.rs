//! The rows that a community changes.

use ajet_protocol::{
    Channel, ChannelId, InviteId, Role, Timestamp, User, UserId, Visibility, Webhook, WebhookId,
};
use uuid::Uuid;

use crate::writer::SpentKey;

/// A row to change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    AddMember {
        user_id: UserId,
        role: Role,
        joined_at: Timestamp,
    },
    /// The person belongs to the community no more, nor to any channel of it.
    RemoveMember {
        user_id: UserId,
    },
    /// Until when the person may not write; `None`: they may.
    Mute {
        user_id: UserId,
        until: Option<Timestamp>,
    },
    /// The person may not come back; their ban is replaced, if they have one.
    Ban {
        user_id: UserId,
        actor: UserId,
        reason: Option<String>,
        at: Timestamp,
    },
    Unban {
        user_id: UserId,
    },
    AddChannel {
        channel: Box<Channel>,
        by: UserId,
    },
    UpdateChannel {
        id: ChannelId,
        /// `None`: it keeps its name, and the key by which names are compared.
        name: Option<String>,
        /// As it is afterwards.
        topic: Option<String>,
        /// `None`: those may see it who could before.
        visibility: Option<Visibility>,
    },
    JoinChannel {
        channel_id: ChannelId,
        user_id: UserId,
        at: Timestamp,
    },
    LeaveChannel {
        channel_id: ChannelId,
        user_id: UserId,
    },
    AddInvite {
        id: InviteId,
        code: String,
        by: UserId,
        addressee: Option<UserId>,
        max_uses: Option<i64>,
        expires_at: Option<Timestamp>,
        at: Timestamp,
    },
    UseInvite {
        code: String,
    },
    AddWebhook {
        webhook: Webhook,
        token_hash: Vec<u8>,
        user: User,
    },
    RemoveWebhook {
        id: WebhookId,
    },
    /// A caller's key made an object.
    SpendKey(SpentKey),
    /// A line of the audit log.
    Audit {
        id: Uuid,
        actor: UserId,
        action: &'static str,
        person: Option<UserId>,
        reason: Option<String>,
        at: Timestamp,
    },
}
