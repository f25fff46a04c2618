//! Channels: where messages live.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::communities::UnknownName;
use crate::forms::{KeyText, NameText, PositionNumber, TopicText};
use crate::{CategoryId, ChannelId, CommunityId, MessageId, Timestamp, Trimmed, User, json, limits, shape};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The name on the wire and in the store.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($text => Ok($name::$variant),)+
                    other => Err(UnknownName(other.to_owned())),
                }
            }
        }
    };
}

named! {
    /// What a channel is for.
    ChannelType {
        /// Written messages.
        Text = "text",
        /// Speech.
        Voice = "voice",
        /// Two people.
        Dm = "dm",
        /// A few people.
        GroupDm = "group_dm",
    }
}

named! {
    /// Who may find a channel.
    Visibility {
        /// Every member of the community.
        Public = "public",
        /// Those who were invited.
        Private = "private",
    }
}

named! {
    /// What of a channel a person wants to be told of.
    #[derive(Default)]
    NotifyLevel {
        /// Everything that concerns the person.
        #[default]
        All = "all",
        /// What mentions the person, by name or with others, and direct messages; no replies in threads.
        Mentions = "mentions",
        /// Nothing.
        Nothing = "nothing",
    }
}

/// What a person has not yet read in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Unread {
    /// Messages of others since the read marker, without replies in threads that the person does not follow, unless they also stand in the
    /// channel or mention the person; counted up to 1000, among the next 4000 messages. There may be more.
    #[schema(minimum = 0)]
    pub count: i64,
    /// Those of them that mention the person; counted up to 1000, among the next 4000 that mention anybody. There may be more.
    #[schema(minimum = 0)]
    pub mentions: i64,
}

/// A channel, as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
pub struct Channel {
    /// The channel's id.
    pub id: ChannelId,
    /// The community that it belongs to; null for direct messages.
    pub community_id: Option<CommunityId>,
    /// Its name, unique in its community.
    #[validate(custom(function = "shape::name"))]
    pub name: String,
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: ChannelType,
    /// Who may find it.
    pub visibility: Visibility,
    /// What is talked about there; null where no topic is set.
    #[validate(custom(function = "shape::topic"))]
    pub topic: Option<String>,
    /// The category that it stands in; null for none.
    pub category_id: Option<CategoryId>,
    /// Its place among its neighbours, the smallest first. A new channel stands behind all public ones without overwrites, so that its place
    /// tells of no hidden one.
    pub position: i32,
    /// The people of a direct message; empty elsewhere.
    pub members: Vec<User>,
    /// The newest message; null in a channel without messages.
    pub last_message_id: Option<MessageId>,
    /// What the caller has not read there.
    pub unread: Unread,
    /// Whether the caller silenced it.
    pub muted: bool,
    /// What of it the caller wants to be told of: as they set it for the channel, else for its community, else all.
    #[serde(default)]
    pub notify: NotifyLevel,
    /// Whether it is read-only.
    #[serde(default)]
    pub archived: bool,
    /// The pause between two messages of one person, in seconds; 0 for none.
    #[serde(default)]
    pub slow_mode_s: u32,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A channel as events show it: without what differs from reader to reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelShown {
    /// The channel's id.
    pub id: ChannelId,
    /// The community that it belongs to; null for direct messages.
    pub community_id: Option<CommunityId>,
    /// Its name, unique in its community.
    pub name: String,
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: ChannelType,
    /// Who may find it.
    pub visibility: Visibility,
    /// What is talked about there; null where no topic is set.
    pub topic: Option<String>,
    /// The category that it stands in; null for none.
    pub category_id: Option<CategoryId>,
    /// Its place among its neighbours, the smallest first.
    pub position: i32,
    /// The people of a direct message; empty elsewhere.
    pub members: Vec<User>,
    /// The newest message; null in a channel without messages.
    pub last_message_id: Option<MessageId>,
    /// Whether it is read-only.
    #[serde(default)]
    pub archived: bool,
    /// The pause between two messages of one person, in seconds; 0 for none.
    #[serde(default)]
    pub slow_mode_s: u32,
    /// When it was created.
    pub created_at: Timestamp,
}

impl From<Channel> for ChannelShown {
    fn from(channel: Channel) -> Self {
        Self {
            id: channel.id,
            community_id: channel.community_id,
            name: channel.name,
            kind: channel.kind,
            visibility: channel.visibility,
            topic: channel.topic,
            category_id: channel.category_id,
            position: channel.position,
            members: channel.members,
            last_message_id: channel.last_message_id,
            archived: channel.archived,
            slow_mode_s: channel.slow_mode_s,
            created_at: channel.created_at,
        }
    }
}

impl From<ChannelShown> for Channel {
    /// The channel as it is to a reader who has read everything there and has set nothing for it.
    fn from(shown: ChannelShown) -> Self {
        Self {
            id: shown.id,
            community_id: shown.community_id,
            name: shown.name,
            kind: shown.kind,
            visibility: shown.visibility,
            topic: shown.topic,
            category_id: shown.category_id,
            position: shown.position,
            members: shown.members,
            last_message_id: shown.last_message_id,
            unread: Unread::default(),
            muted: false,
            notify: NotifyLevel::default(),
            archived: shown.archived,
            slow_mode_s: shown.slow_mode_s,
            created_at: shown.created_at,
        }
    }
}

/// A channel to be created: `POST /api/communities/{id}/channels`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateChannel {
    /// The name, 1 to 80 characters after trimming.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = NameText)]
    pub name: Trimmed,
    /// `text` (the default) or `voice`.
    #[serde(rename = "type")]
    pub kind: Option<ChannelType>,
    /// `public` by default.
    pub visibility: Option<Visibility>,
    /// What is talked about there, at most 500 characters after trimming.
    #[validate(custom(function = "shape::topic"))]
    #[schema(value_type = Option<TopicText>)]
    pub topic: Option<Trimmed>,
    /// A category of the same community.
    pub category_id: Option<CategoryId>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// What is to be changed of a channel: `PATCH /api/channels/{id}`. What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateChannel {
    /// The new name, 1 to 80 characters after trimming; null counts as absent.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = Option<NameText>)]
    pub name: Option<Trimmed>,
    /// What is talked about there, at most 500 characters after trimming; null or an empty text takes the topic away.
    #[serde(default, deserialize_with = "json::null_as_empty", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::topic"))]
    #[schema(value_type = Option<TopicText>)]
    pub topic: Option<Trimmed>,
    /// Who may find it; null counts as absent.
    pub visibility: Option<Visibility>,
    /// A category of the same community; null takes the channel out of its category.
    #[serde(default, deserialize_with = "json::given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CategoryId>)]
    pub category_id: Option<Option<CategoryId>>,
    /// Its place among its neighbours, the smallest first; null counts as absent.
    #[validate(custom(function = "shape::position"))]
    #[schema(value_type = Option<PositionNumber>)]
    pub position: Option<i64>,
}

/// Where a channel is to stand: one of `PUT /api/communities/{id}/channels/order`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelPlace {
    /// The channel.
    pub id: ChannelId,
    /// A category of the same community; null for none. Absent: it stays in the category in which it is.
    #[serde(default, deserialize_with = "json::given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CategoryId>)]
    pub category_id: Option<Option<CategoryId>>,
    /// Its place among its neighbours, the smallest first.
    #[validate(custom(function = "shape::position"))]
    #[schema(value_type = PositionNumber)]
    pub position: i64,
}

/// Where channels are to stand: `PUT /api/communities/{id}/channels/order`. Those that are not named stay where they are.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "each_once"))]
pub struct OrderChannels {
    /// At most 500 of the community's channels, each once.
    #[serde(deserialize_with = "json::objects")]
    #[validate(nested)]
    #[schema(max_items = 500)]
    pub channels: Vec<ChannelPlace>,
}

fn each_once(order: &OrderChannels) -> Result<(), ValidationError> {
    if order.channels.len() > limits::ORDERED_CHANNELS {
        return Err(shape::of_fields(&["channels"], "too_many", "names more than 500 channels"));
    }
    let mut named = HashSet::new();
    match order.channels.iter().find(|place| !named.insert(place.id)) {
        None => Ok(()),
        Some(twice) => {
            Err(shape::of_fields(&["channels"], "duplicate", format!("names {} more than once", twice.id)))
        }
    }
}

/// Whether a channel is read-only: `PUT /api/channels/{id}/archived`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveChannel {
    /// `false` opens it again.
    pub archived: bool,
}

/// A channel in which the caller has something to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadChannel {
    /// The channel, which the caller has joined.
    pub channel_id: ChannelId,
    /// Messages of others since the read marker; counted up to 1000, among the next 4000 messages. There may be more.
    #[schema(minimum = 0)]
    pub count: i64,
    /// Those of them that mention the caller; counted up to 1000, among the next 4000 that mention anybody. There may be more.
    #[schema(minimum = 0)]
    pub mentions: i64,
    /// The last message that counts as read; null where there was none when the caller joined, and they have marked none.
    pub last_read_id: Option<MessageId>,
}

/// All that the caller has not read: `GET /api/unread`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadChannels {
    /// The channels with something unread, by id.
    pub items: Vec<UnreadChannel>,
    /// Always false: all are listed at once.
    #[serde(default)]
    pub has_more: bool,
}

/// Whether the caller silences a channel: `PUT /api/channels/{id}/mute`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MuteChannel {
    /// `false` lets it sound again.
    pub muted: bool,
}

/// What of a channel the caller wants to be told of: `PUT /api/channels/{id}/notify`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyChannel {
    /// Everything, what mentions them, or nothing.
    pub level: NotifyLevel,
}

/// `{"channel_id": …, "muted": …, "notify": …, "hidden": …}`; for the person who set it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreferencesPayload {
    /// For which channel.
    pub channel_id: ChannelId,
    /// Whether the person silenced it.
    pub muted: bool,
    /// What of it the person wants to be told of.
    #[serde(default)]
    pub notify: NotifyLevel,
    /// Whether the person took it out of their list of direct messages.
    #[serde(default)]
    pub hidden: bool,
}

/// From where on a channel is to be unread: `PUT /api/channels/{id}/unread`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkUnread {
    /// The first message of the channel that is to be unread.
    pub message_id: MessageId,
}

/// How far somebody has read: `PUT /api/channels/{id}/read`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The last message of the channel that the caller has read.
    pub message_id: MessageId,
}
