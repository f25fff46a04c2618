//! Outgoing webhooks: how other programs are told of what happens in a community, by requests as Standard Webhooks describes them.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::{DeliveredEvent, DeliveryWord, KeyText, WebAddress};
use crate::{
    ChannelId, CommunityId, DeliveryId, EventId, EventType, OutgoingWebhookId, Timestamp, UserId, json,
    limits, shape,
};

/// The types of events that outgoing webhooks are sent. The others are for one person, are not stored, or end all webhooks there are.
pub const DELIVERED: [EventType; 28] = [
    EventType::MessageCreated,
    EventType::MessageEdited,
    EventType::MessageDeleted,
    EventType::MessagePinned,
    EventType::MessageUnpinned,
    EventType::ReactionAdded,
    EventType::ReactionRemoved,
    EventType::PollUpdated,
    EventType::ChannelCreated,
    EventType::ChannelUpdated,
    EventType::ChannelDeleted,
    EventType::CategoryCreated,
    EventType::CategoryUpdated,
    EventType::CategoryDeleted,
    EventType::CommunityUpdated,
    EventType::MemberJoined,
    EventType::MemberLeft,
    EventType::MemberKicked,
    EventType::MemberBanned,
    EventType::MemberUpdated,
    EventType::RoleCreated,
    EventType::RoleUpdated,
    EventType::RoleDeleted,
    EventType::OverwriteUpdated,
    EventType::OverwriteDeleted,
    EventType::UserUpdated,
    EventType::EmojiCreated,
    EventType::EmojiDeleted,
];

/// What the secret of an outgoing webhook begins with.
pub const SECRET_PREFIX: &str = "whsec_";
/// The header that says which delivery a request is: the same for all tries of it.
pub const ID_HEADER: &str = "webhook-id";
/// The header that says when a request was made, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header that proves who sends a request.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// An outgoing webhook; its secret is shown once, at creation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutgoingWebhook {
    /// The webhook's id.
    pub id: OutgoingWebhookId,
    /// The community whose events it is sent.
    pub community_id: CommunityId,
    /// Where its requests go.
    #[schema(format = "uri")]
    pub url: String,
    /// The types of events that it is sent.
    #[schema(value_type = Vec<DeliveredEvent>)]
    pub events: Vec<EventType>,
    /// The channels whose events it is sent, as far as the reader sees them; null for all channels, and what is of none.
    pub channel_ids: Option<Vec<ChannelId>>,
    /// Whether it is sent anything.
    pub enabled: bool,
    /// Why it is switched off; null where it is on.
    pub disabled_reason: Option<OffReason>,
    /// What its requests are signed with; only in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, required = false)]
    pub secret: Option<String>,
    /// Who made it.
    pub created_by: UserId,
    /// Who changed it last, or made it: it is sent what this person sees, while they may manage webhooks.
    pub acts_for: UserId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Without the secret, and without the address, which may hold one.
impl std::fmt::Debug for OutgoingWebhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutgoingWebhook")
            .field("id", &self.id)
            .field("events", &self.events)
            .field("channel_ids", &self.channel_ids)
            .field("disabled_reason", &self.disabled_reason)
            .finish_non_exhaustive()
    }
}

/// Why an outgoing webhook is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OffReason {
    /// Somebody switched it off.
    Stopped,
    /// Its address answered 410.
    Gone,
    /// Nothing has reached its address for days, or too much waits to be sent.
    Failing,
    /// A reason of a later version. It is only read, and is in no schema.
    #[serde(other, skip_serializing)]
    Unknown,
}

impl OffReason {
    /// The word for it, as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Gone => "gone",
            Self::Failing => "failing",
            Self::Unknown => "unknown",
        }
    }

    /// The reason of a stored word.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        [Self::Stopped, Self::Gone, Self::Failing].into_iter().find(|one| one.as_str() == text)
    }
}

/// An outgoing webhook to be created: `POST /api/communities/{id}/outgoing_webhooks`.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOutgoingWebhook {
    /// Where its requests go: http or https, without a name or a password. Private networks are refused.
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = WebAddress)]
    pub url: String,
    /// The types of events that it is sent, each once.
    #[validate(custom(function = "delivered"))]
    #[schema(value_type = Vec<DeliveredEvent>, min_items = 1, max_items = 28)]
    pub events: Vec<EventType>,
    /// The channels whose events it is sent, at most 100; null or absent for all channels, and what is of none.
    #[validate(custom(function = "channels"))]
    #[schema(min_items = 1, max_items = 100)]
    pub channel_ids: Option<Vec<ChannelId>>,
    /// The caller's key for this creation; a repetition gives the first webhook again, without its secret.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// Without the address, which may hold a secret.
impl std::fmt::Debug for CreateOutgoingWebhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateOutgoingWebhook").field("events", &self.events).finish_non_exhaustive()
    }
}

/// What is to be changed of an outgoing webhook: `PATCH /api/outgoing_webhooks/{id}`. What is absent stays as it is.
#[derive(Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "given_channels"))]
pub struct UpdateOutgoingWebhook {
    /// Where its requests go from now on; null counts as absent.
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = Option<WebAddress>)]
    pub url: Option<String>,
    /// All types of events that it is sent from now on, each once; null counts as absent.
    #[validate(custom(function = "delivered"))]
    #[schema(value_type = Option<Vec<DeliveredEvent>>, min_items = 1, max_items = 28)]
    pub events: Option<Vec<EventType>>,
    /// All channels whose events it is sent from now on, at most 100; null for all channels, and what is of none.
    #[serde(default, deserialize_with = "json::given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<ChannelId>>, min_items = 1, max_items = 100)]
    pub channel_ids: Option<Option<Vec<ChannelId>>>,
    /// Whether it is sent anything from now on; null counts as absent.
    pub enabled: Option<bool>,
}

/// Without the address, which may hold a secret.
impl std::fmt::Debug for UpdateOutgoingWebhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("UpdateOutgoingWebhook");
        shown.field("events", &self.events).field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

/// What an outgoing webhook is sent of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// The delivery's id; ids of a webhook's deliveries sort by time.
    pub id: DeliveryId,
    /// The event's id, as in the body that is sent.
    pub event_id: EventId,
    /// The event's type.
    #[schema(value_type = DeliveredEvent)]
    pub event: String,
    /// What became of it.
    #[schema(value_type = DeliveryWord)]
    pub status: DeliveryStatus,
    /// How often it was tried since it came to be, or since it was replayed.
    pub attempts: u32,
    /// When it is tried next; null where it is not.
    pub next_at: Option<Timestamp>,
    /// Why the last try came to nothing; null where none has.
    pub failure: Option<String>,
    /// When it came to be.
    pub created_at: Timestamp,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// It waits, for its first try or for another one.
    Pending,
    /// The address took it.
    Delivered,
    /// It is not tried any more, unless somebody replays it.
    Dead,
}

impl DeliveryStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Dead];

    /// The word for it, as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    /// The status of a word.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

fn broken(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError::new(code).with_message(message.into())
}

fn delivered(events: &[EventType]) -> Result<(), ValidationError> {
    if events.is_empty() {
        return Err(broken("too_few", "names no event"));
    }
    if !events.iter().all(|one| DELIVERED.contains(one)) {
        return Err(broken("not_delivered", "names a type of event that no webhook is sent"));
    }
    let each: HashSet<_> = events.iter().collect();
    if each.len() == events.len() { Ok(()) } else { Err(broken("duplicate", "names a type more than once")) }
}

fn channels(channels: &[ChannelId]) -> Result<(), ValidationError> {
    let wrong = what_is_wrong(channels);
    wrong.map_or(Ok(()), |(code, message)| Err(broken(code, message)))
}

fn what_is_wrong(channels: &[ChannelId]) -> Option<(&'static str, &'static str)> {
    let each: HashSet<_> = channels.iter().collect();
    match channels.len() {
        0 => Some(("too_few", "names no channel")),
        many if many > limits::WEBHOOK_CHANNELS => Some(("too_many", "names more than 100 channels")),
        many => (each.len() < many).then_some(("duplicate", "names a channel more than once")),
    }
}

fn given_channels(update: &UpdateOutgoingWebhook) -> Result<(), ValidationError> {
    let given = update.channel_ids.as_ref().and_then(Option::as_ref);
    match given.and_then(|channels| what_is_wrong(channels)) {
        Some((code, message)) => Err(shape::of_fields(&["channel_ids"], code, message)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn codes<T: Validate>(value: &T) -> Vec<String> {
        let report = value.validate().err().unwrap_or_default();
        shape::field_errors(&report).into_iter().map(|one| format!("{}:{}", one.field, one.code)).collect()
    }

    fn create(events: &[EventType], channels: Option<usize>) -> CreateOutgoingWebhook {
        let ids = |count: usize| (0..count).map(|n| ChannelId(Uuid::from_u128(n as u128))).collect();
        CreateOutgoingWebhook {
            url: "https://ci.example/hook".into(),
            events: events.to_vec(),
            channel_ids: channels.map(ids),
            client_mutation_id: None,
        }
    }

    #[test]
    fn each_type_is_delivered_once_and_reaches_members() {
        let each: HashSet<_> = DELIVERED.iter().collect();
        assert_eq!(each.len(), DELIVERED.len());
        for kind in DELIVERED {
            assert!(!kind.is_ephemeral() && kind != EventType::NotificationNew, "{kind:?}");
        }
    }

    #[test]
    fn a_webhook_names_some_events_and_channels_each_once() {
        let (created, edited) = (EventType::MessageCreated, EventType::MessageEdited);
        for (request, expected) in [
            (create(&[created, edited], None), vec![]),
            (create(&[created], Some(limits::WEBHOOK_CHANNELS)), vec![]),
            (create(&DELIVERED, None), vec![]),
            (create(&[], None), vec!["events:too_few"]),
            (create(&[created, created], None), vec!["events:duplicate"]),
            (create(&[EventType::NotificationNew], None), vec!["events:not_delivered"]),
            (create(&[EventType::TypingStart], Some(0)), vec!["channel_ids:too_few", "events:not_delivered"]),
            (create(&[created], Some(limits::WEBHOOK_CHANNELS + 1)), vec!["channel_ids:too_many"]),
        ] {
            assert_eq!(codes(&request), expected, "{request:?}");
        }
    }

    #[test]
    fn of_an_update_null_channels_are_all_and_absent_ones_stay() {
        let read =
            |text: serde_json::Value| serde_json::from_value::<UpdateOutgoingWebhook>(text).expect("reads");
        assert_eq!(read(json!({})).channel_ids, None);
        assert_eq!(read(json!({ "channel_ids": null })).channel_ids, Some(None));
        assert_eq!(codes(&read(json!({ "channel_ids": [] }))), ["channel_ids:too_few"]);
        assert_eq!(
            codes(&read(json!({ "events": [], "url": "ftp://x" }))),
            ["events:too_few", "url:bad_format"]
        );
        assert_eq!(codes(&read(json!({ "enabled": false }))), Vec::<String>::new());
    }

    #[test]
    fn words_are_those_of_the_contract() {
        for reason in [OffReason::Stopped, OffReason::Gone, OffReason::Failing] {
            assert_eq!(serde_json::to_value(reason).expect("JSON"), json!(reason.as_str()));
            assert_eq!(OffReason::named(reason.as_str()), Some(reason));
        }
        for status in DeliveryStatus::ALL {
            assert_eq!(serde_json::to_value(status).expect("JSON"), json!(status.as_str()));
            assert_eq!(DeliveryStatus::named(status.as_str()), Some(status));
        }
        assert_eq!((OffReason::named("on"), DeliveryStatus::named("sent")), (None, None));
    }

    #[test]
    fn neither_secrets_nor_addresses_are_shown_where_things_are_printed() {
        let request = create(&[EventType::MessageCreated], None);
        assert!(!format!("{request:?}").contains("example"));
    }
}
