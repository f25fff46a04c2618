//! What the client does to the world: what [`crate::update`] asks for, and the runtime carries out.

use ajet_protocol::{AttachmentId, ChannelId, CommunityId, MessageId, NotificationId, UserId};

use crate::state::outbox::Unsent;
use crate::state::timeline::Way;

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Load {
        channel: ChannelId,
        way: Way,
        turn: u64,
    },
    LoadReplies {
        root: MessageId,
        way: Way,
        turn: u64,
    },
    /// A message whose reactions or replies have changed.
    Refresh(MessageId),
    /// A message that a link names.
    Find(MessageId),
    Person(UserId),
    Members(ChannelId),
    Online(CommunityId),
    Commands(Option<CommunityId>),
    Search {
        text: String,
        community: Option<CommunityId>,
    },
    Inbox,
    SavedOnes,
    Pins(ChannelId),
    /// Keeps an unsent message on the disk. It comes before its `Post`.
    KeepUnsent(Unsent),
    ForgetUnsent(String),
    /// Reads those that an earlier run of this person has left.
    LoadUnsent(UserId),
    Post(Unsent),
    Edit {
        message: MessageId,
        text: String,
    },
    Delete(MessageId),
    React {
        message: MessageId,
        emoji: String,
        on: bool,
    },
    WhoReacted {
        message: MessageId,
        emoji: Vec<String>,
    },
    Pin {
        message: MessageId,
        on: bool,
    },
    Save {
        message: MessageId,
        on: bool,
    },
    Follow {
        message: MessageId,
        on: bool,
    },
    Vote {
        message: MessageId,
        options: Vec<i64>,
    },
    Run {
        channel: ChannelId,
        text: String,
        key: String,
    },
    OpenDm(UserId),
    Join(ChannelId),
    Leave(ChannelId),
    Mute {
        channel: ChannelId,
        on: bool,
    },
    MarkRead {
        channel: ChannelId,
        message: MessageId,
    },
    MarkUnread {
        channel: ChannelId,
        message: MessageId,
    },
    ReadNotification(NotificationId),
    Typing {
        channel: ChannelId,
        on: bool,
    },
    KeepDraft {
        channel: ChannelId,
        parent: Option<MessageId>,
        text: String,
    },
    DropDraft {
        channel: ChannelId,
        parent: Option<MessageId>,
    },
    Heartbeat,
    /// Files of this machine whose paths begin so.
    ListFiles(String),
    /// Everything is to be fetched anew.
    Refetch,
    LoadPicture(AttachmentId),
    Notify {
        title: String,
        body: String,
    },
    Title(String),
    Copy(String),
    OpenUrl(String),
    Editor(String),
    Suspend,
    Redraw,
    Quit,
}
