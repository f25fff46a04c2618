//! Drafts: what a person has begun to write in a channel and not sent, the same in all of their sessions.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use validator::Validate;

use crate::forms::BodyText;
use crate::{ChannelId, MessageId, Timestamp, Trimmed, shape};

/// What the caller has begun to write in a channel, or as a reply to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelDraft {
    /// The channel.
    pub channel_id: ChannelId,
    /// What was typed so far, as Markdown.
    pub body_md: String,
    /// The message that it is to reply to; null for one to the channel itself.
    pub parent_id: Option<MessageId>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A draft to be kept: `PUT /api/channels/{id}/draft`. It replaces the one before.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepDraft {
    /// Markdown, 1 to 4000 characters after trimming.
    #[validate(custom(function = "shape::body"))]
    #[schema(value_type = BodyText)]
    pub body_md: Trimmed,
    /// The message that it is to reply to; null or absent for a message to the channel itself.
    pub parent_id: Option<MessageId>,
}

/// `{"draft": …}` or `{"channel_id": …, "parent_id": …, "deleted": true}`; for the person whose draft it is alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DraftPayload {
    /// A draft was begun, or changed.
    Kept {
        /// The draft as it is after the event.
        draft: ChannelDraft,
    },
    /// A draft is gone.
    Gone {
        /// The channel that it was for.
        channel_id: ChannelId,
        /// The message that it was to reply to.
        parent_id: Option<MessageId>,
        /// Always true.
        deleted: bool,
    },
}

/// [`DraftPayload`] as the API's description shows it: an object with all of its fields. Generators of clients make more of that than of a
/// choice between two objects.
#[derive(ToSchema)]
#[schema(min_properties = 1, max_properties = 3)]
#[allow(dead_code, reason = "it is a schema alone")]
struct DraftShape {
    /// The draft as it is after the event; absent where it is gone.
    #[schema(required = false, nullable = false)]
    draft: Option<ChannelDraft>,
    /// The channel of a draft that is gone.
    #[schema(required = false, nullable = false)]
    channel_id: Option<ChannelId>,
    /// The message that a draft which is gone was to reply to; null for one to the channel itself.
    #[schema(required = false)]
    parent_id: Option<MessageId>,
    /// True where the draft is gone, else absent.
    #[schema(required = false, nullable = false)]
    deleted: Option<bool>,
}

impl PartialSchema for DraftPayload {
    fn schema() -> RefOr<Schema> {
        DraftShape::schema()
    }
}

impl ToSchema for DraftPayload {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("DraftPayload")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        DraftShape::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_draft_that_is_kept_and_one_that_is_gone_are_told_apart() {
        let (channel_id, parent_id) = (ChannelId(Uuid::from_u128(1)), Some(MessageId(Uuid::from_u128(2))));
        let updated_at = Timestamp::from_unix_millis(3);
        let draft = ChannelDraft { channel_id, body_md: "hi".into(), parent_id, updated_at };
        for payload in [
            DraftPayload::Kept { draft },
            DraftPayload::Gone { channel_id, parent_id, deleted: true },
            DraftPayload::Gone { channel_id, parent_id: None, deleted: true },
        ] {
            let json = serde_json::to_value(&payload).expect("encodes");
            assert_eq!(serde_json::from_value::<DraftPayload>(json).expect("decodes"), payload);
        }
        let gone = DraftPayload::Gone { channel_id, parent_id: None, deleted: true };
        let expected = json!({ "channel_id": channel_id, "parent_id": null, "deleted": true });
        assert_eq!(serde_json::to_value(gone).expect("encodes"), expected);
    }
}
