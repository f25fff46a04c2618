//! The emoji that people put under messages. A message that is deleted loses them in the same commit.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A row `remove_all` is about all reactions to a message. It has no emoji and no person, so its key is that of no other row: rows of
/// single reactions that came before it in the same append stay beside it. None comes after it, since a deleted message takes no
/// reactions. So a single row does nothing where its message has a row `remove_all`, and no row of the database is touched twice.
pub const TABLE: Table = Table {
    name: "reactions",
    columns: "op text, message_id uuid, emoji text, user_id uuid, created_at timestamptz",
    spent: None,
    writes: "added_reactions as (
  insert into reactions (message_id, emoji, user_id, created_at)
  select r.message_id, r.emoji, r.user_id, r.created_at from reactions_rows r join admitted a on a.id = r.stream
  where r.op = 'add' and not exists (
    select from reactions_rows w where w.op = 'remove_all' and w.stream = r.stream and w.message_id = r.message_id)
  on conflict (message_id, emoji, user_id) do nothing
), removed_reactions as (
  delete from reactions x using reactions_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and x.message_id = r.message_id and x.emoji = r.emoji and x.user_id = r.user_id and not exists (
    select from reactions_rows w where w.op = 'remove_all' and w.stream = r.stream and w.message_id = r.message_id)
), removed_all_reactions as (
  delete from reactions x using reactions_rows r join admitted a on a.id = r.stream
  where r.op = 'remove_all' and x.message_id = r.message_id
)",
    key: &["message_id", "emoji", "user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddReaction { message_id, emoji, user_id, at } => Some(json!({
            "op": "add", "message_id": message_id, "emoji": emoji, "user_id": user_id, "created_at": at
        })),
        Change::RemoveReaction { message_id, emoji, user_id } => {
            Some(json!({"op": "remove", "message_id": message_id, "emoji": emoji, "user_id": user_id}))
        }
        Change::DeleteMessage { id, at: _ } => Some(json!({"op": "remove_all", "message_id": id})),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{MessageId, Timestamp, UserId};
    use uuid::Uuid;

    use super::*;

    /// Else of a single reaction and a deletion in one append only the later one would stand.
    #[test]
    fn all_reactions_to_a_message_are_another_row_than_each_of_them() {
        let (message_id, user_id, at) = (MessageId(Uuid::nil()), UserId(Uuid::nil()), Timestamp::FAR);
        let key = |change: Change| {
            let row = row(&change).expect("a row");
            TABLE.key.iter().map(|field| row[*field].clone()).collect::<Vec<_>>()
        };
        let emoji = || "👍".to_owned();
        let added = key(Change::AddReaction { message_id, emoji: emoji(), user_id, at });
        let removed = key(Change::RemoveReaction { message_id, emoji: emoji(), user_id });
        let deleted = key(Change::DeleteMessage { id: message_id, at });
        assert_eq!(added, removed);
        assert_ne!(deleted, removed);
        assert_eq!(deleted[0], removed[0], "of the same message");
    }
}
