//! Channels: where messages live.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::communities::UnknownName;
use crate::{CategoryId, ChannelId, CommunityId, MessageId, Timestamp, Trimmed, User, shape};

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

/// What a person has not yet read in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Unread {
    /// Messages of others since the read marker.
    pub count: i64,
    /// Those of them that mention the person.
    pub mentions: i64,
}

/// A channel, as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
pub struct Channel {
    pub id: ChannelId,
    /// Null for direct messages.
    pub community_id: Option<CommunityId>,
    #[validate(custom(function = "shape::name"))]
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ChannelType,
    pub visibility: Visibility,
    #[validate(custom(function = "shape::topic"))]
    pub topic: Option<String>,
    pub category_id: Option<CategoryId>,
    pub position: i32,
    /// The people of a direct message; empty elsewhere.
    pub members: Vec<User>,
    pub last_message_id: Option<MessageId>,
    pub unread: Unread,
    /// Whether the caller silenced it.
    pub muted: bool,
    pub created_at: Timestamp,
}

/// `POST /api/communities/{id}/channels`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateChannel {
    #[validate(custom(function = "shape::name"))]
    pub name: Trimmed,
    /// `text` (the default) or `voice`.
    #[serde(rename = "type")]
    pub kind: Option<ChannelType>,
    /// `public` by default.
    pub visibility: Option<Visibility>,
    #[validate(custom(function = "shape::topic"))]
    pub topic: Option<Trimmed>,
    pub category_id: Option<CategoryId>,
    #[validate(custom(function = "shape::mutation_key"))]
    pub client_mutation_id: Option<String>,
}
