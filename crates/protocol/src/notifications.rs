//! Notifications: what a person is told of, wherever it happened, until they have read it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::{ChannelId, CommunityId, NotificationId, NotifyLevel, Timestamp, User, limits, shape};

macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }
        $(or $(#[$other_doc:meta])* $other:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            $($(#[$other_doc])* #[serde(other, skip_serializing)] $other,)?
        }

        impl $name {
            /// All that this version knows.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the wire and in the store.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ $(Self::$other => "unknown",)? }
            }

            /// The one of a name; `None` for one that this version does not know.
            #[must_use]
            pub fn named(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What a notification tells of.
    NotificationType {
        /// A new message mentions the person, by name or with others.
        Mention = "mention",
        /// A new message in a direct message.
        Dm = "dm",
        /// A reply in a thread that the person follows.
        ThreadReply = "thread_reply",
        /// The person was invited to a community or brought into a channel.
        Invite = "invite",
        /// Something was done that concerns the person or their account.
        System = "system",
    }
}

words! {
    /// Why a person is told of something: its type, more closely. Later versions may know more.
    NotificationReason {
        /// The message names the person.
        User = "user",
        /// The message names a role that the person holds.
        Role = "role",
        /// The message calls those who are online in the channel.
        Here = "here",
        /// The message calls everybody in the channel.
        Channel = "channel",
        /// The message stands in a direct message.
        Dm = "dm",
        /// The message stands in a thread that the person follows.
        ThreadReply = "thread_reply",
        /// Somebody invited the person to a community.
        CommunityInvite = "community_invite",
        /// Somebody brought the person into a channel.
        ChannelInvite = "channel_invite",
        /// The person's role or custom roles in a community were changed.
        RoleChanged = "role_changed",
        /// The person was muted in a community.
        Muted = "muted",
        /// The person's mute was lifted.
        Unmuted = "unmuted",
        /// The person was removed from a community.
        Kicked = "kicked",
        /// The person was banned from a community.
        Banned = "banned",
        /// Somebody signed in as the person, from a device that was not used before.
        SignedIn = "signed_in",
        /// The person asked to be reminded of something.
        Reminder = "reminder",
        /// An outgoing webhook that the person made, or changed last, was turned off: its address failed for long, or wants nothing any more.
        WebhookOff = "webhook_off",
        /// An account at a sign-in provider was linked to the person's: it signs in as them from then on.
        AccountLinked = "account_linked",
        /// The time has come at which the person wanted to be reminded of a message that they saved.
        SavedReminder = "saved_reminder",
        /// The file with all that the person wrote and set, for which they asked, can be downloaded.
        ExportReady = "export_ready",
    } or
    /// One of a later version. It is only read, and is in no schema.
    Unknown
}

impl NotificationReason {
    /// The type of notifications that have this reason. One that is not known is of no message; its notification says its type itself.
    #[must_use]
    pub fn kind(self) -> NotificationType {
        match self {
            Self::User | Self::Role | Self::Here | Self::Channel => NotificationType::Mention,
            Self::Dm => NotificationType::Dm,
            Self::ThreadReply => NotificationType::ThreadReply,
            Self::CommunityInvite | Self::ChannelInvite => NotificationType::Invite,
            Self::RoleChanged
            | Self::Muted
            | Self::Unmuted
            | Self::Kicked
            | Self::Banned
            | Self::SignedIn
            | Self::Reminder
            | Self::WebhookOff
            | Self::AccountLinked
            | Self::SavedReminder
            | Self::ExportReady
            | Self::Unknown => NotificationType::System,
        }
    }

    /// Whether it tells of a new message.
    #[must_use]
    pub fn is_of_message(self) -> bool {
        !matches!(self.kind(), NotificationType::Invite | NotificationType::System)
    }

    /// Whether a message is what it is about, new or not: it leads there.
    #[must_use]
    pub fn leads_to_message(self) -> bool {
        self.is_of_message() || self == Self::SavedReminder
    }

    /// Whether people are told of it who want to be told so much of the place where it happened.
    #[must_use]
    pub fn is_within(self, level: NotifyLevel) -> bool {
        match (level, self.kind()) {
            (NotifyLevel::All, _) => true,
            (NotifyLevel::Mentions, kind) => kind != NotificationType::ThreadReply,
            (NotifyLevel::Nothing, _) => false,
        }
    }
}

/// Something that a person is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// The notification's id; ids of a person's notifications sort as these were made.
    pub id: NotificationId,
    /// What it tells of.
    #[serde(rename = "type")]
    pub kind: NotificationType,
    /// The same, more closely.
    pub reason: NotificationReason,
    /// What it is about: the message; of an invite the invite, of one to a channel the channel; of what was done in a community the
    /// community; of a sign-in the session; of a reminder the reminder, and of that of a saved message the message; of an outgoing webhook the
    /// webhook; of an export the export.
    pub source_id: Uuid,
    /// The community where it happened; null outside of communities.
    pub community_id: Option<CommunityId>,
    /// The channel that it is about; null where it is about none.
    pub channel_id: Option<ChannelId>,
    /// Who wrote the message or did it; of what no one did, the person themselves.
    pub actor: User,
    /// How the message begins, or what happened in a few words, at most 200 characters as they are now; empty where the message was
    /// deleted. Of a saved message it is the person's note, or how the message begins as long as they see it. Null in events.
    pub preview: Option<String>,
    /// Whether the person has read it, or their channel that far.
    pub read: bool,
    /// Whether it came in the person's quiet hours: clients show it without a sound.
    pub silent: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Which notifications count as read: `POST /api/notifications/read`. Either `ids` or `all` is needed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "one_way"))]
pub struct ReadNotifications {
    /// These, 1 to 100; not together with `all`. Those that are no unread notifications of the caller are passed over.
    #[validate(custom(function = "some_ids"))]
    #[schema(min_items = 1, max_items = 100)]
    pub ids: Option<Vec<NotificationId>>,
    /// `true` for all that there are; not together with `ids`.
    pub all: Option<bool>,
}

fn some_ids(ids: &[NotificationId]) -> Result<(), ValidationError> {
    if (1..=limits::NOTIFICATION_IDS).contains(&ids.len()) {
        return Ok(());
    }
    Err(ValidationError::new("bad_length").with_message("needs 1 to 100 ids".into()))
}

fn one_way(request: &ReadNotifications) -> Result<(), ValidationError> {
    match (&request.ids, request.all) {
        (Some(_), None) | (None, Some(true)) => Ok(()),
        (_, Some(false)) => Err(shape::of_fields(&["all"], "out_of_range", "can only be true")),
        (Some(_), Some(true)) => {
            Err(shape::of_fields(&["ids", "all"], "exclusive", "can't be given together with the other one"))
        }
        (None, None) => {
            Err(shape::of_fields(&["ids", "all"], "required", "is missing, and so is the other one"))
        }
    }
}

/// How many notifications are left to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadNotifications {
    /// Counted up to 1000. There may be more.
    #[schema(minimum = 0)]
    pub unread: i64,
}

/// `{"notification": …}`; for the person who is told alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotificationPayload {
    /// What the person is told of. Its `preview` is null: the text stands in the message, and nowhere else.
    pub notification: Notification,
}

/// `{"ids": […]}` or `{"all_before": …}`; for the person who has read alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NotificationsReadPayload {
    /// Some notifications count as read.
    Ids {
        /// Which they are.
        ids: Vec<NotificationId>,
    },
    /// All notifications up to one count as read.
    AllBefore {
        /// The newest of them, itself included.
        all_before: NotificationId,
    },
}

/// [`NotificationsReadPayload`] as the API's description shows it: an object with one of two fields. Generators of clients make more of
/// that than of a choice between two objects.
#[derive(ToSchema)]
#[schema(min_properties = 1, max_properties = 1)]
#[allow(dead_code, reason = "it is a schema alone")]
struct NotificationsReadShape {
    /// Some notifications that count as read.
    #[schema(required = false, nullable = false)]
    ids: Option<Vec<NotificationId>>,
    /// The newest of the notifications that count as read, itself included: all up to this one do.
    #[schema(required = false, nullable = false)]
    all_before: Option<NotificationId>,
}

impl PartialSchema for NotificationsReadPayload {
    fn schema() -> RefOr<Schema> {
        NotificationsReadShape::schema()
    }
}

impl ToSchema for NotificationsReadPayload {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("NotificationsReadPayload")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        NotificationsReadShape::schemas(schemas);
    }
}
