//! Whom and what messages mention, a row for each. The message's own row lists the same.

use ajet_domain::Change;
use ajet_protocol::{Mention, MentionType, MessageId};
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A row here is all that a message mentions from now on. So of several in one append the last one stands, and what the database has
/// besides goes. What stays is neither deleted nor written again: no row is touched twice.
pub const TABLE: Table = Table {
    name: "message_mentions",
    columns: "message_id uuid, mentions jsonb",
    spent: None,
    writes: "dropped_mentions as (
  delete from message_mentions x using message_mentions_rows r join admitted a on a.id = r.stream
  where x.message_id = r.message_id and not exists (
    select from jsonb_to_recordset(r.mentions) as k(kind int2, target_id uuid)
    where k.kind = x.kind and k.target_id is not distinct from x.target_id)
), added_mentions as (
  insert into message_mentions (message_id, kind, target_id)
  select r.message_id, k.kind, k.target_id from message_mentions_rows r join admitted a on a.id = r.stream
  cross join lateral jsonb_to_recordset(r.mentions) as k(kind int2, target_id uuid)
  on conflict do nothing
)",
    key: &["message_id"],
    row,
};

/// A new message that mentions nothing has no row: the commonest append is of one table alone.
fn row(change: &Change) -> Option<Value> {
    match change {
        Change::InsertMessage { message, .. } if message.mentions.is_empty() => None,
        Change::InsertMessage { message, .. } | Change::EditMessage { message, .. } => {
            Some(mentioning(message.id, &message.mentions))
        }
        Change::DeleteMessage { id, .. } => Some(mentioning(*id, &[])),
        _ => None,
    }
}

fn mentioning(id: MessageId, mentions: &[Mention]) -> Value {
    let mentions: Vec<Value> = mentions
        .iter()
        .map(|mention| json!({"kind": code(mention.kind), "target_id": mention.target_id}))
        .collect();
    json!({"message_id": id, "mentions": mentions})
}

/// The kind as it is stored: it never changes.
fn code(kind: MentionType) -> i16 {
    match kind {
        MentionType::User => 1,
        MentionType::Role => 2,
        MentionType::Here => 3,
        MentionType::Everyone => 4,
        MentionType::Channel => 5,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_row_is_all_that_a_message_mentions() {
        let target = Uuid::from_u128(7);
        let all = [
            Mention { kind: MentionType::User, target_id: Some(target) },
            Mention { kind: MentionType::Here, target_id: None },
        ];
        let row = mentioning(MessageId(target), &all);
        let rows = json!([{"kind": 1, "target_id": target}, {"kind": 3, "target_id": null}]);
        assert_eq!(row, json!({"message_id": target, "mentions": rows}));
        assert_eq!(mentioning(MessageId(target), &[])["mentions"], json!([]));
    }
}
