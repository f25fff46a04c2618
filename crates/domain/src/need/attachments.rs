//! Questions about files of a channel.

use ajet_protocol::{Attachment, AttachmentId, MessageId, Timestamp, UserId};

/// [`super::Needs::attachments`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttachmentOf(pub AttachmentId);

/// A file of the channel that is not removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentFacts {
    /// As it is shown.
    pub attachment: Attachment,
    pub uploader: UserId,
    /// The message that it is part of; `None`: it waits for one.
    pub message_id: Option<MessageId>,
    pub created_at: Timestamp,
}
