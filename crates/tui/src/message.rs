//! What comes to the client: keys, news of the server, answers, time.

use std::sync::Arc;

use ajet_client::News;
use ajet_protocol::{
    AttachmentId, ChannelId, Code, CommandInfo, CommandResult, CommunityId, Member, MessageId, Notification,
    OnlinePeople, Page, Saved, SearchPage, Sync, User,
};

use crate::keys::press::Press;
use crate::pictures::Picture;
use crate::state::Command;
use crate::state::outbox::Unsent;
use crate::state::timeline::Way;

/// Something that came.
#[derive(Debug)]
pub enum Message {
    Key(Press),
    /// A text was pasted, as it is.
    Paste(String),
    Mouse(Mouse),
    Resized(u16, u16),
    /// Whether the terminal has the focus.
    Focus(bool),
    /// Nothing but time.
    Tick,
    /// Everything was fetched, and the stream goes on from there.
    Synced(Box<Sync>),
    News(Box<News>),
    /// Whether the stream is connected.
    Connected(bool),
    /// It could not be begun yet, for this reason; it is tried on.
    Trying(String),
    /// The session is over.
    Over(String),
    /// What the user's editor left; `None` where it failed.
    Edited(Option<String>),
    /// The screen holds something else: everything is drawn anew.
    Spoilt,
    Reply(Box<Reply>),
}

/// What the mouse did at a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    Pressed(u16, u16),
    ScrolledUp(u16, u16),
    ScrolledDown(u16, u16),
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For the person.
    pub text: String,
    pub code: Option<Code>,
    /// Whether the same may succeed a moment later.
    pub is_passing: bool,
}

/// A file of this machine, or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    pub name: String,
    /// What opens it.
    pub path: String,
    /// Its bytes; `None` for a folder.
    pub bytes: Option<u64>,
}

/// What came of an effect.
#[derive(Debug)]
pub enum Reply {
    Page {
        channel: ChannelId,
        way: Way,
        turn: u64,
        result: Result<Page<ajet_protocol::Message>, Failure>,
    },
    Replies {
        root: MessageId,
        way: Way,
        turn: u64,
        result: Result<Page<ajet_protocol::Message>, Failure>,
    },
    Message {
        id: MessageId,
        result: Result<Box<ajet_protocol::Message>, Failure>,
    },
    /// A message that a link names was found.
    Found(Result<Box<ajet_protocol::Message>, Failure>),
    Posted {
        key: String,
        result: Result<Box<ajet_protocol::Message>, Failure>,
    },
    /// Those that an earlier run has left.
    Left(Vec<Unsent>),
    /// A message was to say this instead.
    Edited {
        message: MessageId,
        text: String,
        result: Result<Box<ajet_protocol::Message>, Failure>,
    },
    /// A message as it is now: its poll got a vote.
    Changed {
        what: &'static str,
        result: Result<Box<ajet_protocol::Message>, Failure>,
    },
    Ran {
        command: Command,
        result: Result<Box<CommandResult>, Failure>,
    },
    Person(Result<User, Failure>),
    Members {
        channel: ChannelId,
        result: Result<Page<Member>, Failure>,
    },
    Online(Result<OnlinePeople, Failure>),
    Commands {
        community: Option<CommunityId>,
        result: Result<Vec<CommandInfo>, Failure>,
    },
    Search {
        text: String,
        result: Result<SearchPage, Failure>,
    },
    Inbox(Result<Page<Notification>, Failure>),
    SavedOnes(Result<Page<Saved>, Failure>),
    /// A message is saved, now or before.
    Saved(MessageId),
    Pins(Result<Page<ajet_protocol::Message>, Failure>),
    /// Who put each emoji under a message.
    Reacted {
        message: MessageId,
        result: Result<Vec<(String, Page<User>)>, Failure>,
    },
    /// Files of this machine, for what was typed.
    Files {
        typed: String,
        result: Result<Vec<FoundFile>, String>,
    },
    DmOpened(Result<ChannelId, Failure>),
    Joined(Result<ChannelId, Failure>),
    Picture {
        id: AttachmentId,
        result: Result<Arc<Picture>, String>,
    },
    /// Something else was done, or was not.
    Done {
        what: &'static str,
        result: Result<(), Failure>,
    },
}
