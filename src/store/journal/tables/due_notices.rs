//! Messages that mention people who are still to be told. A row comes with its message; the notifier (`followers`) takes it away.

use ajet_domain::Change;
use ajet_protocol::{MentionType, Message};
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// The stream is the message's channel. A row is due at once, which is the column's default.
pub const TABLE: Table = Table {
    name: "due_notices",
    columns: "message_id uuid, created_at timestamptz",
    spent: None,
    writes: "added_due_notices as (
  insert into due_notices (message_id, channel_id, created_at)
  select r.message_id, r.stream, r.created_at from due_notices_rows r join admitted a on a.id = r.stream
)",
    key: &["message_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let message = new_message(change).filter(|message| calls_others(message))?;
    Some(json!({"message_id": message.id, "created_at": message.created_at}))
}

fn new_message(change: &Change) -> Option<&Message> {
    // Edits tell no one.
    if let Change::InsertMessage { message, .. } = change { Some(message) } else { None }
}

/// Whether a change brings a row here.
pub fn leaves_due(change: &Change) -> bool {
    new_message(change).is_some_and(calls_others)
}

/// Whether a message mentions people besides its author.
fn calls_others(message: &Message) -> bool {
    let author = Some(message.author.id.0);
    message
        .mentions
        .iter()
        .any(|one| one.kind == MentionType::User && one.target_id.is_some() && one.target_id != author)
}
