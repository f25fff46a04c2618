//! Notifications: what a person is told of, wherever it happened, until they have read it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::{ChannelId, NotificationId, Timestamp, User, limits, shape};

/// What a notification tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationType {
    /// A new message mentions the person.
    Mention,
}

impl NotificationType {
    /// The name on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            NotificationType::Mention => "mention",
        }
    }

    /// The type of a name; `None` for one that this version does not know.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        match text {
            "mention" => Some(NotificationType::Mention),
            _ => None,
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
    /// The message that it tells of.
    pub source_id: Uuid,
    /// The channel of the message.
    pub channel_id: ChannelId,
    /// Who wrote the message.
    pub actor: User,
    /// How the message begins, at most 200 characters as they are now; empty where it was deleted. Null in events.
    pub preview: Option<String>,
    /// Whether the person has read it, or their channel that far.
    pub read: bool,
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
