//! Rows as they come, turned into entities. A row that makes no sense is [`Inconsistent`], by name.

use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, CategoryId, Channel, ChannelId, ChannelType, CommunityId,
    LinkPreview, Member, Mention, Message, MessageId, MessageKind, NotifyLevel, Permissions, Poll,
    PollOption, Reaction, Role, RoleId, Thread, Timestamp, Unread, User, UserId, Visibility,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Inconsistent;
use super::fence::fenced_row;

/// A list of which this version may not know everything, since a newer node wrote it: what it does not know is left out,
/// where refusing the row would make every read of it fail.
pub struct Known<T>(Vec<T>);

impl<T> From<Known<T>> for Vec<T> {
    fn from(Known(all): Known<T>) -> Self {
        all
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Known<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Vec::<serde_json::Value>::deserialize(deserializer)?;
        Ok(Self(all.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect()))
    }
}

pub struct UserRow {
    pub id: Uuid,
    pub username: String,
    pub display_name: String,
    pub avatar_url: Option<String>,
    pub status_text: Option<String>,
    pub bot: bool,
    pub created_at: OffsetDateTime,
}

/// The account in a row that has the columns of [`UserRow`] beside others.
macro_rules! user_in {
    ($row:ident) => {
        ajet_protocol::User::from($crate::store::rows::UserRow {
            id: $row.id,
            username: $row.username,
            display_name: $row.display_name,
            avatar_url: $row.avatar_url,
            status_text: $row.status_text,
            bot: $row.bot,
            created_at: $row.created_at,
        })
    };
}
pub(super) use user_in;

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: UserId(row.id),
            username: row.username,
            display_name: row.display_name,
            avatar_url: row.avatar_url,
            status_text: row.status_text,
            bot: row.bot,
            created_at: row.created_at.into(),
        }
    }
}

fenced_row! {
    pub struct MemberRow / FencedMemberRow {
        id: Uuid,
        username: String,
        display_name: String,
        user_avatar_url: Option<String>,
        status_text: Option<String>,
        bot: bool,
        created_at: OffsetDateTime,
        role: String,
        // By their ids.
        roles: Vec<Uuid>,
        nickname: Option<String>,
        avatar_url: Option<String>,
        muted_until: Option<OffsetDateTime>,
        joined_at: OffsetDateTime,
    }
}

impl TryFrom<MemberRow> for Member {
    type Error = Inconsistent;
    fn try_from(row: MemberRow) -> Result<Self, Inconsistent> {
        Ok(Self {
            user: User {
                id: UserId(row.id),
                username: row.username,
                display_name: row.display_name,
                avatar_url: row.user_avatar_url,
                status_text: row.status_text,
                bot: row.bot,
                created_at: row.created_at.into(),
            },
            role: role(&row.role)?,
            roles: row.roles.into_iter().map(RoleId).collect(),
            nickname: row.nickname,
            avatar_url: row.avatar_url,
            muted_until: row.muted_until.map(Timestamp::from),
            joined_at: row.joined_at.into(),
        })
    }
}

pub fn role(text: &str) -> Result<Role, Inconsistent> {
    text.parse().map_err(|_| Inconsistent("community_members.role"))
}

/// A stored set of permissions.
pub fn permissions(bits: i64) -> Permissions {
    Permissions::from_bits(u32::try_from(bits & i64::from(u32::MAX)).unwrap_or_default())
}

pub fn visibility(text: &str) -> Result<Visibility, Inconsistent> {
    text.parse().map_err(|_| Inconsistent("channels.visibility"))
}

/// What a person wants to be told of; all where they set nothing.
pub fn notify_level(text: Option<&str>) -> Result<NotifyLevel, Inconsistent> {
    let Some(text) = text else { return Ok(NotifyLevel::default()) };
    text.parse().map_err(|_| Inconsistent("channel_preferences.notify"))
}

fenced_row! {
    pub struct ChannelRow / FencedChannelRow {
        id: Uuid,
        community_id: Option<Uuid>,
        name: String,
        kind: String,
        visibility: String,
        topic: Option<String>,
        category_id: Option<Uuid>,
        position: i32,
        last_message_id: Option<Uuid>,
        unread: i64,
        mentions: i64,
        muted: bool,
        notify: Option<String>,
        archived: bool,
        slow_mode_s: i32,
        // Whether the reader is in the channel.
        joined: bool,
        created_at: OffsetDateTime,
    }
}

impl TryFrom<ChannelRow> for Channel {
    type Error = Inconsistent;
    fn try_from(row: ChannelRow) -> Result<Self, Inconsistent> {
        Ok(Self {
            id: ChannelId(row.id),
            community_id: row.community_id.map(CommunityId),
            name: row.name,
            kind: row.kind.parse::<ChannelType>().map_err(|_| Inconsistent("channels.type"))?,
            visibility: visibility(&row.visibility)?,
            topic: row.topic,
            category_id: row.category_id.map(CategoryId),
            position: row.position,
            members: Vec::new(),
            last_message_id: row.last_message_id.map(MessageId),
            unread: Unread { count: row.unread, mentions: row.mentions },
            muted: row.muted,
            notify: notify_level(row.notify.as_deref())?,
            archived: row.archived,
            slow_mode_s: row.slow_mode_s.unsigned_abs(),
            created_at: row.created_at.into(),
        })
    }
}

fenced_row! {
    pub struct MessageRow / FencedMessageRow {
        id: Uuid,
        channel_id: Uuid,
        parent_id: Option<Uuid>,
        body_md: String,
        body_html: String,
        mentions: Json<Known<Mention>>,
        seq: i64,
        client_mutation_id: String,
        created_at: OffsetDateTime,
        edited_at: Option<OffsetDateTime>,
        deleted: bool,
        reply_count: i64,
        author_id: Uuid,
        author_username: String,
        author_display_name: String,
        author_avatar_url: Option<String>,
        author_status_text: Option<String>,
        author_bot: bool,
        author_created_at: OffsetDateTime,
        also_to_channel: bool,
        // How many files it has.
        attachments: i16,
        poll: Option<PollInRow>,
        pinned: bool,
        previews: Option<PreviewsInRow>,
        // Whether anybody reacted to it.
        reacted: bool,
        // Whether the reader set its thread to be followed.
        followed: bool,
    }
}

/// How a statement names the type of a message's poll. Names of columns have 63 bytes, and the type is a part of them.
pub type PollInRow = Json<StoredPoll>;
/// The same of what its links show.
pub type PreviewsInRow = Json<Known<LinkPreview>>;

/// A poll as its message keeps it: the votes stand elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPoll {
    pub question: String,
    /// What the options say.
    pub options: Vec<String>,
    pub multiple: bool,
    pub closes_at: Option<Timestamp>,
}

impl From<&Poll> for StoredPoll {
    fn from(poll: &Poll) -> Self {
        Self {
            question: poll.question.clone(),
            options: poll.options.iter().map(|option| option.text.clone()).collect(),
            multiple: poll.multiple,
            closes_at: poll.closes_at,
        }
    }
}

impl From<StoredPoll> for Poll {
    /// The poll without its votes, and open.
    fn from(stored: StoredPoll) -> Self {
        Self {
            question: stored.question,
            options: stored.options.into_iter().map(PollOption::unchosen).collect(),
            multiple: stored.multiple,
            closes_at: stored.closes_at,
            closed: stored.closes_at.is_some_and(|at| at <= crate::clock::now()),
        }
    }
}

/// Stands for a file of a message until it is read: a row says only how many there are.
fn unread_file() -> Attachment {
    Attachment {
        id: AttachmentId(Uuid::nil()),
        filename: String::new(),
        content_type: String::new(),
        size_bytes: 0,
        width: None,
        height: None,
        status: AttachmentStatus::Pending,
        url: String::new(),
        alt: None,
        thumbnail_url: None,
    }
}

/// Stands for the reactions to a message until they are read: a row says only that there are any.
pub(super) fn unread_reaction() -> Reaction {
    Reaction { emoji: String::new(), count: 0, reacted_by_me: false }
}

impl From<MessageRow> for Message {
    /// The message with as many files as it has and one reaction if there are any, all of them still to be read, and without what other
    /// rows say of it.
    fn from(row: MessageRow) -> Self {
        without_remains(Self {
            id: MessageId(row.id),
            channel_id: ChannelId(row.channel_id),
            author: User {
                id: UserId(row.author_id),
                username: row.author_username,
                display_name: row.author_display_name,
                avatar_url: row.author_avatar_url,
                status_text: row.author_status_text,
                bot: row.author_bot,
                created_at: row.author_created_at.into(),
            },
            parent_id: row.parent_id.map(MessageId),
            body_md: row.body_md,
            body_html: row.body_html,
            attachments: (0..row.attachments).map(|_| unread_file()).collect(),
            reactions: row.reacted.then(unread_reaction).into_iter().collect(),
            mentions: row.mentions.0.into(),
            reply_count: row.reply_count,
            pinned: row.pinned,
            seq: row.seq.unsigned_abs(),
            client_mutation_id: row.client_mutation_id,
            created_at: row.created_at.into(),
            edited_at: row.edited_at.map(Timestamp::from),
            deleted: row.deleted,
            kind: MessageKind::Text,
            also_to_channel: row.also_to_channel,
            previews: row.previews.map(|previews| previews.0.into()).unwrap_or_default(),
            poll: row.poll.map(|poll| poll.0.into()),
            // What else is known of it is read where there is any.
            thread: row.followed.then(|| Thread {
                repliers: Vec::new(),
                last_reply_at: None,
                following: true,
            }),
        })
    }
}

/// A deleted message with its place alone. A node of release 0.1.0 empties the text, and leaves what it does not know.
fn without_remains(message: Message) -> Message {
    if !message.deleted {
        return message;
    }
    Message {
        attachments: Vec::new(),
        reactions: Vec::new(),
        pinned: false,
        previews: Vec::new(),
        poll: None,
        ..message
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::MentionType;

    use super::*;

    #[test]
    fn what_a_newer_node_mentions_is_left_out() {
        let written = r#"[{"type":"planet","target_id":null},3,{"type":"here","target_id":null}]"#;
        let Known(known) = serde_json::from_str::<Known<Mention>>(written).expect("a list");
        assert_eq!(known, [Mention { kind: MentionType::Here, target_id: None }]);
    }
}
