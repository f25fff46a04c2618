//! What people are still to be told of. A row comes with what it tells of; the notifier (`followers`) takes it away.

use ajet_domain::Change;
use ajet_domain::change::{DueNotice, NoticeChange};
use ajet_protocol::{MentionType, Message};
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// The stream is the message's channel, or that of the entity which decided what one person is to be told of. A row is due at once, which is
/// the column's default. Both rows of a message in a direct message are the same row.
pub const TABLE: Table = Table {
    name: "due_notices",
    columns: "message_id uuid, broad boolean, user_id uuid, told_as text, source_id uuid, community_id uuid, channel_id uuid,
    actor_id uuid, created_at timestamptz",
    spent: None,
    writes: "added_due_notices as (
  insert into due_notices (message_id, channel_id, broad, user_id, told_as, source_id, community_id, actor_id, created_at)
  select r.message_id, case when r.user_id is null then r.stream else r.channel_id end, coalesce(r.broad, false), r.user_id,
         r.told_as, r.source_id, r.community_id, r.actor_id, r.created_at
  from due_notices_rows r join admitted a on a.id = r.stream
)",
    key: &["message_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        // Edits tell no one.
        Change::InsertMessage { message, .. } if concerns_others(message) => Some(json!({
            "message_id": message.id, "broad": is_broad(message), "created_at": message.created_at
        })),
        Change::Notice(NoticeChange::DueMessage { message_id, at }) => {
            Some(json!({"message_id": message_id, "created_at": at}))
        }
        Change::DueNotice(DueNotice {
            id,
            user_id,
            reason,
            source_id,
            community_id,
            channel_id,
            actor,
            at,
        }) => Some(json!({
            "message_id": id,
            "user_id": user_id,
            "told_as": reason.as_str(),
            "source_id": source_id,
            "community_id": community_id,
            "channel_id": channel_id,
            "actor_id": actor,
            "created_at": at,
        })),
        _ => None,
    }
}

/// Whether a change brings a row here.
pub fn leaves_due(change: &Change) -> bool {
    match change {
        Change::InsertMessage { message, .. } => concerns_others(message),
        Change::DueNotice(_) | Change::Notice(NoticeChange::DueMessage { .. }) => true,
        _ => false,
    }
}

/// Whether a message may concern people besides its author by itself, wherever it stands.
fn concerns_others(message: &Message) -> bool {
    let author = Some(message.author.id.0);
    let names_others = message
        .mentions
        .iter()
        .any(|one| one.kind == MentionType::User && one.target_id.is_some() && one.target_id != author);
    names_others || message.parent_id.is_some() || is_broad(message)
}

/// Whether a message calls people whom it does not name.
fn is_broad(message: &Message) -> bool {
    let calls_many =
        |kind: MentionType| matches!(kind, MentionType::Role | MentionType::Here | MentionType::Everyone);
    message.mentions.iter().any(|one| calls_many(one.kind))
}
