//! The API records of release 0.1.0, as its frames hold them: these fields, in this order, for good.

use ajet_protocol::{
    AttachmentId, CategoryId, ChannelId, CommunityId, MessageId, MessageKind, NotifyLevel, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Defines a record of release 0.1.0, made from the API's record of today and turned into it.
///
/// A field that the API's record has gained since does not compile here until the record that is turned into it gives it a value,
/// after `gained`: what it is in a world that does not know it.
macro_rules! frozen {
    (
        $(#[$doc:meta])* struct $name:ident { $($field:ident: $type:ty),+ $(,)? }
        $(gained { $($new:ident: $value:expr),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $name { $(pub $field: $type),+ }

        impl From<ajet_protocol::$name> for $name {
            fn from(record: ajet_protocol::$name) -> Self {
                Self { $($field: record.$field.into()),+ }
            }
        }

        impl From<$name> for ajet_protocol::$name {
            fn from(record: $name) -> Self {
                Self { $($field: record.$field.into(),)+ $($($new: $value),+)? }
            }
        }
    };
    ($(#[$doc:meta])* enum $name:ident { $($variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($variant),+ }

        impl From<ajet_protocol::$name> for $name {
            fn from(name: ajet_protocol::$name) -> Self {
                match name { $(ajet_protocol::$name::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for ajet_protocol::$name {
            fn from(name: $name) -> Self {
                match name { $($name::$variant => Self::$variant),+ }
            }
        }
    };
}

/// A list of records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct List<T>(pub Vec<T>);

impl<A, B: From<A>> From<Vec<A>> for List<B> {
    fn from(list: Vec<A>) -> Self {
        Self(list.into_iter().map(B::from).collect())
    }
}

impl<A, B: From<A>> From<List<A>> for Vec<B> {
    fn from(list: List<A>) -> Self {
        list.0.into_iter().map(B::from).collect()
    }
}

frozen! {
    /// A person or bot.
    struct User {
        id: UserId,
        username: String,
        display_name: String,
        avatar_url: Option<String>,
        status_text: Option<String>,
        bot: bool,
        created_at: Timestamp,
    }
}

impl User {
    /// An account of which no more than its id is known: where a verb shows it to no reader.
    #[must_use]
    pub fn unnamed(id: UserId) -> Self {
        Self {
            id,
            username: String::new(),
            display_name: String::new(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: Timestamp::from_unix_millis(0),
        }
    }
}

/// Whom a mention calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MentionType {
    User,
    Here,
    Channel,
}

/// A mention of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    pub kind: MentionType,
    pub target_id: Option<Uuid>,
}

impl Mention {
    /// `None` for a mention that release 0.1.0 does not know.
    pub fn of(mention: ajet_protocol::Mention) -> Option<Self> {
        let kind = match mention.kind {
            ajet_protocol::MentionType::User => MentionType::User,
            ajet_protocol::MentionType::Here => MentionType::Here,
            ajet_protocol::MentionType::Channel => MentionType::Channel,
            ajet_protocol::MentionType::Role | ajet_protocol::MentionType::Everyone => return None,
        };
        Some(Self { kind, target_id: mention.target_id })
    }
}

impl From<Mention> for ajet_protocol::Mention {
    fn from(mention: Mention) -> Self {
        let kind = match mention.kind {
            MentionType::User => ajet_protocol::MentionType::User,
            MentionType::Here => ajet_protocol::MentionType::Here,
            MentionType::Channel => ajet_protocol::MentionType::Channel,
        };
        Self { kind, target_id: mention.target_id }
    }
}

/// The mentions of a text. Those that release 0.1.0 does not know are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mentions(pub Vec<Mention>);

impl From<Vec<ajet_protocol::Mention>> for Mentions {
    fn from(mentions: Vec<ajet_protocol::Mention>) -> Self {
        Self(mentions.into_iter().filter_map(Mention::of).collect())
    }
}

impl From<Mentions> for Vec<ajet_protocol::Mention> {
    fn from(mentions: Mentions) -> Self {
        mentions.0.into_iter().map(ajet_protocol::Mention::from).collect()
    }
}

frozen! {
    /// One emoji under a message.
    struct Reaction {
        emoji: String,
        count: i64,
        reacted_by_me: bool,
    }
}

frozen! {
    /// How far an upload's check has come.
    enum AttachmentStatus { Pending, Clean, Infected }
}

frozen! {
    /// A file of a message.
    struct Attachment {
        id: AttachmentId,
        filename: String,
        content_type: String,
        size_bytes: i64,
        width: Option<i32>,
        height: Option<i32>,
        status: AttachmentStatus,
        url: String,
    }
    gained {
        alt: None,
        thumbnail_url: None,
    }
}

frozen! {
    /// A message.
    struct Message {
        id: MessageId,
        channel_id: ChannelId,
        author: User,
        parent_id: Option<MessageId>,
        body_md: String,
        body_html: String,
        attachments: List<Attachment>,
        reactions: List<Reaction>,
        mentions: Mentions,
        reply_count: i64,
        pinned: bool,
        seq: u64,
        client_mutation_id: String,
        created_at: Timestamp,
        edited_at: Option<Timestamp>,
        deleted: bool,
    }
    gained {
        kind: MessageKind::Text,
        also_to_channel: false,
        previews: Vec::new(),
        poll: None,
        thread: None,
    }
}

frozen! {
    /// What a channel is for.
    enum ChannelType { Text, Voice, Dm, GroupDm }
}

frozen! {
    /// Who may find a channel.
    enum Visibility { Public, Private }
}

frozen! {
    /// What a person has not yet read in a channel.
    struct Unread {
        count: i64,
        mentions: i64,
    }
}

frozen! {
    /// A channel.
    struct Channel {
        id: ChannelId,
        community_id: Option<CommunityId>,
        name: String,
        kind: ChannelType,
        visibility: Visibility,
        topic: Option<String>,
        category_id: Option<CategoryId>,
        position: i32,
        members: List<User>,
        last_message_id: Option<MessageId>,
        unread: Unread,
        muted: bool,
        created_at: Timestamp,
    }
    gained {
        notify: NotifyLevel::All,
        archived: false,
        slow_mode_s: 0,
    }
}

/// A text that is a secret, and printed by nothing.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden")
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Hidden> for String {
    fn from(text: Hidden) -> Self {
        text.0
    }
}

frozen! {
    /// An invite.
    struct Invite {
        code: Hidden,
        community_id: CommunityId,
        created_by: UserId,
        max_uses: Option<i64>,
        uses: i64,
        expires_at: Option<Timestamp>,
        url: Hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_of_a_later_kind_is_left_out() {
        let mention = |kind| ajet_protocol::Mention { kind, target_id: None };
        let kinds = [ajet_protocol::MentionType::Everyone, ajet_protocol::MentionType::Here];
        let known = Mentions::from(kinds.map(mention).to_vec());
        assert_eq!(known.0, [Mention { kind: MentionType::Here, target_id: None }]);
    }
}
