//! Events: committed facts, and the envelope they travel in (NATS and SSE alike).
//!
//! The envelope evolves additively only: consumers ignore fields and types they do not know, and a breaking change
//! takes a new `v`. A deletion never carries the text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::address::Readers;
pub use crate::categories::{CategoryGone, CategoryPayload};
pub use crate::channels::{ChannelShown, PreferencesPayload};
pub use crate::commands::{CommandAnswered, CommandInvoked};
pub use crate::communities::{CommunityGone, CommunityPreferencesPayload, CommunityShown};
pub use crate::drafts::DraftPayload;
pub use crate::emoji::{EmojiGone, EmojiPayload};
pub use crate::messages::MessageShown;
pub use crate::notifications::{NotificationPayload, NotificationsReadPayload};
pub use crate::payloads::*;
pub use crate::pins::PinPayload;
pub use crate::polls::PollPayload;
pub use crate::presence::{PresenceDiff, TypingPayload};
pub use crate::roles::{OverwritePayload, RoleGone, RolePayload};
pub use crate::saved::SavedPayload;
pub use crate::scheduled::{ScheduledFailed, ScheduledSent};
pub use crate::users::{BlockPayload, UserPayload};
use crate::{ChannelId, CommunityId, EventId, StreamId, Timestamp, UserId};

/// The envelope's version.
pub const ENVELOPE_VERSION: u8 = 1;

/// Every type of event: its name on the wire, and whom it is for ([`Readers`]). `taken_from` instead of `to` says that it takes a right
/// away. The audience of a type is fixed here and nowhere else.
macro_rules! event_types {
    (@to) => { false };
    (@taken_from) => { true };
    ($($name:ident = $text:literal $way:ident $readers:ident),+ $(,)?) => {
        /// The name of an event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ToSchema)]
        pub enum EventType { $(#[serde(rename = $text)] $name),+ }

        impl EventType {
            /// Every event type there is.
            pub const ALL: &[EventType] = &[$(EventType::$name),+];

            /// The name on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(EventType::$name => $text),+ }
            }

            /// The type of a name; `None` for one this version does not know.
            #[must_use]
            pub fn named(text: &str) -> Option<Self> {
                match text { $($text => Some(EventType::$name),)+ _ => None }
            }

            /// Whom events of this type are for.
            pub(crate) fn readers(self) -> Readers {
                match self { $(EventType::$name => Readers::$readers),+ }
            }

            /// Whether events of this type take a right away: they go to those who had it before the event as well, or those
            /// concerned would not learn of it.
            #[must_use]
            pub fn takes_away(self) -> bool {
                match self { $(EventType::$name => event_types!(@$way)),+ }
            }
        }
    };
}

event_types! {
    MessageCreated = "message.created" to Joined,
    MessageEdited = "message.edited" to Joined,
    MessageDeleted = "message.deleted" to Joined,
    MessagePinned = "message.pinned" to Joined,
    MessageUnpinned = "message.unpinned" to Joined,
    ReactionAdded = "reaction.added" to Joined,
    ReactionRemoved = "reaction.removed" to Joined,
    PollUpdated = "poll.updated" to Joined,
    ChannelCreated = "channel.created" to Seers,
    ChannelUpdated = "channel.updated" to Seers,
    ChannelDeleted = "channel.deleted" taken_from Seers,
    ChannelClosed = "channel.closed" taken_from FormerSeers,
    ChannelPreferences = "channel.preferences" to Person,
    CategoryCreated = "category.created" to Members,
    CategoryUpdated = "category.updated" to Members,
    CategoryDeleted = "category.deleted" to Members,
    CommunityUpdated = "community.updated" to Members,
    CommunityPreferences = "community.preferences" to Person,
    CommunityDeleted = "community.deleted" taken_from Members,
    MemberJoined = "member.joined" to SeersOrMembers,
    MemberLeft = "member.left" taken_from SeersOrMembers,
    MemberKicked = "member.kicked" taken_from SeersOrMembers,
    MemberBanned = "member.banned" taken_from SeersOrMembers,
    MemberUpdated = "member.updated" to SeersOrMembers,
    RoleCreated = "role.created" to Members,
    RoleUpdated = "role.updated" to Members,
    RoleDeleted = "role.deleted" to Members,
    OverwriteUpdated = "overwrite.updated" taken_from Seers,
    OverwriteDeleted = "overwrite.deleted" taken_from Seers,
    NotificationNew = "notification.new" to Person,
    NotificationRead = "notification.read" to Person,
    ReadUpdated = "read.updated" to Person,
    ThreadPreferences = "thread.preferences" to Person,
    TypingStart = "typing.start" to Joined,
    TypingStop = "typing.stop" to Joined,
    PresenceOnline = "presence.online" to Members,
    PresenceOffline = "presence.offline" to Members,
    UserUpdated = "user.updated" to OfTopic,
    BlockUpdated = "block.updated" to Person,
    EmojiCreated = "emoji.created" to Members,
    EmojiDeleted = "emoji.deleted" to Members,
    DraftUpdated = "draft.updated" to Person,
    SavedUpdated = "saved.updated" to Person,
    ScheduledSent = "scheduled.sent" to Person,
    CommandInvoked = "command.invoked" to Person,
    CommandAnswered = "command.answered" to Person,
    ScheduledFailed = "scheduled.failed" to Person,
}

impl Serialize for EventType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::named(&text).ok_or_else(|| serde::de::Error::custom("unknown event type"))
    }
}

impl EventType {
    /// Whether events of this type live only on the wire: no `seq`, never stored (I10).
    #[must_use]
    pub fn is_ephemeral(self) -> bool {
        use EventType::{PresenceOffline, PresenceOnline, TypingStart, TypingStop};
        matches!(self, TypingStart | TypingStop | PresenceOnline | PresenceOffline)
    }
}

/// Names of SSE frames that are no events of a stream.
pub mod frames {
    /// The first frame of a connection.
    pub const READY: &str = "ready";
    /// The client must refetch: its cursor is unusable or it fell behind.
    pub const RESYNC: &str = "resync";
    /// A batch of people who came and went.
    pub const PRESENCE_DIFF: &str = "presence.diff";
    /// Nothing happened: brings a quiet reader a newer cursor.
    pub const PING: &str = "ping";
    /// What the reader may see changed while it was away.
    pub const RIGHTS: &str = "rights";
}

/// Data of the first frame of a connection.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    /// The session that reads.
    pub session_id: Uuid,
    /// Whose session it is.
    pub user_id: UserId,
    /// The node that serves the connection.
    pub node: String,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// Why a reader must refetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResyncReason {
    /// Its cursor can't be used.
    Cursor,
    /// It fell behind, or the server can't say what it missed.
    Behind,
    /// It missed more than is replayed.
    Budget,
}

/// Data of a `resync`: something may have been missed, so everything is to be fetched anew. The stream may end after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Resync {
    /// Why.
    pub reason: ResyncReason,
}

/// Data of `rights`, with which a replay begins: where the reader's rights changed since its cursor. What was taken away
/// meanwhile can't be learned from events that the reader may not see any more, so these are to be fetched anew.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct RightsChanged {
    /// Communities in which they changed as a whole; the reader may not be in one of them any more.
    pub communities: Vec<CommunityId>,
    /// Channels in which they changed; the reader may not see one of them any more.
    pub channels: Vec<ChannelId>,
}

/// An event on the wire, its payload still as text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Envelope {
    /// The envelope's version: 1, until something changes that readers can't ignore.
    pub v: u8,
    /// The event's id; who gets an event twice knows it by this.
    pub id: EventId,
    /// The event's type; one that this version does not know is for the reader to ignore.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// When it was committed.
    pub ts: Timestamp,
    /// The stream that numbers it: the id of a channel, a community or a person.
    pub stream: StreamId,
    /// Its number there, from 1 without a hole; null for ephemeral ones, and for readers of a live stream where the stream is a
    /// community.
    pub seq: Option<u64>,
    /// The community that it happened in; null in a direct message.
    pub community_id: Option<CommunityId>,
    /// The channel that it is about; null where it is about none.
    pub channel_id: Option<ChannelId>,
    /// The person who did it; null where it was no person.
    pub actor_id: Option<UserId>,
    /// The ACL version under which it was committed; of an event that was read from the log with a message's text, the one of
    /// that moment, if it is higher. Readers of a live stream do not get it.
    pub acl_version: Option<u64>,
    /// What the event carries, by its type.
    #[schema(value_type = Object)]
    pub payload: Box<RawValue>,
}

/// Why bytes are not an event that may be acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEnvelope(pub String);

impl std::fmt::Display for BadEnvelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a valid event envelope: {}", self.0)
    }
}

impl std::error::Error for BadEnvelope {}

impl Envelope {
    /// Reads an envelope and checks what every consumer relies on (EB-T8, SC-T9).
    ///
    /// # Errors
    /// [`BadEnvelope`] names the field that is missing or wrong, never its value.
    pub fn parse(json: &[u8]) -> Result<Self, BadEnvelope> {
        Self::read(json)?.with_number(|_| false)
    }

    /// Reads an envelope as a live stream shows it ([`for_readers`](crate::for_readers)): an event of a community's own stream
    /// has no number there.
    ///
    /// # Errors
    /// [`BadEnvelope`], as [`Envelope::parse`].
    pub fn parse_shown(json: &[u8]) -> Result<Self, BadEnvelope> {
        Self::read(json)?.with_number(Self::is_of_community)
    }

    fn read(json: &[u8]) -> Result<Self, BadEnvelope> {
        let envelope: Self = serde_json::from_slice(json).map_err(|error| BadEnvelope(shape_of(&error)))?;
        if envelope.v != ENVELOPE_VERSION {
            return Err(BadEnvelope(format!("version {} is not {ENVELOPE_VERSION}", envelope.v)));
        }
        Ok(envelope)
    }

    /// The envelope, if it has the number that durable events need; one without a number may be shown so.
    fn with_number(self, may_lack: impl Fn(&Self) -> bool) -> Result<Self, BadEnvelope> {
        let ephemeral = EventType::named(&self.kind).is_some_and(EventType::is_ephemeral);
        let fits = match self.seq {
            Some(seq) => seq > 0,
            None => may_lack(&self),
        };
        if fits || ephemeral {
            return Ok(self);
        }
        Err(BadEnvelope("a durable event needs a seq of at least 1".into()))
    }

    /// The typed event, or `None` for a type that this version does not know.
    ///
    /// # Errors
    /// [`BadEnvelope`] when the payload does not fit the type.
    pub fn event(&self) -> Result<Option<Event>, BadEnvelope> {
        EventType::named(&self.kind).map_or(Ok(None), |kind| Event::decode(kind, self.payload.get()))
    }
}

/// Serde's message without any value of the input in it.
fn shape_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("missing field") { text } else { format!("bad value at column {}", error.column()) }
}

/// A type of event as the API's description shows it.
#[derive(Debug, Clone)]
pub struct EventDescription {
    pub kind: EventType,
    /// The type's name in code, such as `MessageCreated`.
    pub name: &'static str,
    /// What has happened.
    pub text: &'static str,
    /// The name of its payload's schema.
    pub payload: Cow<'static, str>,
}

macro_rules! typed_events {
    ($($(#[doc = $text:literal])+ $name:ident($payload:ty)),+ $(,)?) => {
        /// A typed event: what happened, with what a reader needs to show it.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event { $($(#[doc = $text])+ $name($payload)),+ }

        impl Event {
            /// Every typed event, for the API's description; the schemas of the payloads go into `schemas`.
            #[must_use]
            pub fn describe(schemas: &mut Vec<(String, RefOr<Schema>)>) -> Vec<EventDescription> {
                vec![$({
                    schemas.push((<$payload>::name().into_owned(), <$payload>::schema()));
                    <$payload as ToSchema>::schemas(schemas);
                    EventDescription {
                        kind: EventType::$name,
                        name: stringify!($name),
                        text: concat!($($text),+).trim_ascii(),
                        payload: <$payload>::name(),
                    }
                }),+]
            }

            /// The event's name.
            #[must_use]
            pub fn kind(&self) -> EventType {
                match self { $(Event::$name(_) => EventType::$name),+ }
            }

            /// The payload as JSON.
            #[must_use]
            pub fn payload(&self) -> Box<RawValue> {
                // Payload structs hold strings, numbers and lists only: they always serialize.
                match self { $(Event::$name(payload) => serde_json::value::to_raw_value(payload).unwrap_or_default()),+ }
            }

            fn decode(kind: EventType, payload: &str) -> Result<Option<Self>, BadEnvelope> {
                match kind {
                    $(EventType::$name => serde_json::from_str(payload)
                        .map(|payload| Some(Event::$name(payload)))
                        .map_err(|error| BadEnvelope(shape_of(&error))),)+
                    _ => Ok(None),
                }
            }
        }
    };
}

typed_events! {
    /// A message was posted.
    MessageCreated(MessagePayload),
    /// A message's text was replaced.
    MessageEdited(MessagePayload),
    /// A message was deleted; its text is not said again.
    MessageDeleted(MessageGone),
    /// A message was pinned to its channel.
    MessagePinned(PinPayload),
    /// A message is pinned no more. The pin of a message that is deleted goes with it, without an event of its own.
    MessageUnpinned(PinPayload),
    /// Somebody reacted to a message.
    ReactionAdded(ReactionPayload),
    /// Somebody took a reaction back. Those of a message that is deleted go with it, without events of their own.
    ReactionRemoved(ReactionPayload),
    /// Somebody voted in a poll, took their vote back, or the poll closed.
    PollUpdated(PollPayload),
    /// A channel was created.
    ChannelCreated(ChannelPayload),
    /// A channel was changed.
    ChannelUpdated(ChannelPayload),
    /// A channel was deleted.
    ChannelDeleted(ChannelGone),
    /// A public channel was made private, and the reader is not in it: it is there for them no more.
    ChannelClosed(ChannelGone),
    /// A category was created.
    CategoryCreated(CategoryPayload),
    /// A category got another name or another place.
    CategoryUpdated(CategoryPayload),
    /// A category was deleted. Channels that stood in it stand in none now, without events of their own.
    CategoryDeleted(CategoryGone),
    /// A community was changed.
    CommunityUpdated(CommunityPayload),
    /// A community was deleted, with all that was in it.
    CommunityDeleted(CommunityGone),
    /// Somebody joined a community, or the channel that `channel_id` names.
    MemberJoined(MemberPayload),
    /// What is known of a member has changed.
    MemberUpdated(MemberPayload),
    /// Somebody left a community, or the channel that `channel_id` names.
    MemberLeft(MemberGone),
    /// Somebody was removed from a community.
    MemberKicked(MemberGone),
    /// Somebody was banned from a community.
    MemberBanned(MemberGone),
    /// A custom role was created.
    RoleCreated(RolePayload),
    /// A custom role was changed.
    RoleUpdated(RolePayload),
    /// A custom role was deleted. Its holders have it no more, and what channels allowed and denied it is gone, without further events.
    RoleDeleted(RoleGone),
    /// What a channel allows and denies everybody, a role or a member was set.
    OverwriteUpdated(OverwritePayload),
    /// What a channel allowed and denied everybody, a role or a member was removed.
    OverwriteDeleted(OverwritePayload),
    /// The reader is told of something, such as a message that mentions them.
    NotificationNew(NotificationPayload),
    /// The reader has read notifications, perhaps in another session.
    NotificationRead(NotificationsReadPayload),
    /// The reader has read a channel further, perhaps in another session. Their notifications of the channel's messages up to there
    /// are read with it, without an event of their own.
    ReadUpdated(ReadPayload),
    /// The reader has set whether they follow a thread, perhaps in another session. Its replies count as unread only where it is followed:
    /// what is unread in the channel now is told by no further event.
    ThreadPreferences(ThreadPreferencesPayload),
    /// The reader has set something for a channel, perhaps in another session.
    ChannelPreferences(PreferencesPayload),
    /// The reader has set what of a community they want to be told of, perhaps in another session. It counts for those of its channels
    /// for which they set nothing: what counts there now is told by no further event.
    CommunityPreferences(CommunityPreferencesPayload),
    /// A person whom the reader shares a community or a direct message with, or the reader themselves, has another name, picture or
    /// status. The same change comes once for each of these places.
    UserUpdated(UserPayload),
    /// The reader has blocked somebody, or lifted a block, perhaps in another session.
    BlockUpdated(BlockPayload),
    /// A custom emoji was made.
    EmojiCreated(EmojiPayload),
    /// A custom emoji was deleted.
    EmojiDeleted(EmojiGone),
    /// The reader has begun, changed or dropped a draft, perhaps in another session.
    DraftUpdated(DraftPayload),
    /// The reader has saved a message or said something else about a saved one, perhaps in another session, or its reminder was due.
    SavedUpdated(SavedPayload),
    /// What the reader scheduled was sent.
    ScheduledSent(ScheduledSent),
    /// Somebody uses a command of the reader, which is a bot: it answers by the invocation's id.
    CommandInvoked(CommandInvoked),
    /// The bot of a command that the reader used has answered them alone, or did not answer in time.
    CommandAnswered(CommandAnswered),
    /// What the reader scheduled could not be sent, and will not be.
    ScheduledFailed(ScheduledFailed),
    /// Somebody is typing in a channel. Without a renewed one `typing.stop` follows 15 seconds later.
    TypingStart(TypingPayload),
    /// Somebody has stopped typing.
    TypingStop(TypingPayload),
}
