//! What people were told of, and whether they have read it. A person's stream writes it.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A row of an append is a notification that is added, or says which are read: some by id, all up to one, or those of a channel up to a
/// message. No such row says the same as another one, so an append keeps them all, and a notification may be read by several of
/// them: each sets the same column, and whichever PostgreSQL carries out, it is read.
///
/// No row reads what the same append adds, since a CTE does not see what another one writes. So what is added is read from the
/// beginning where the append has the channel read that far, before it or after it. The other two kinds can't mean it: ids rise, and
/// are not known before the commit.
pub const TABLE: Table = Table {
    name: "notifications",
    columns: "op text, user_id uuid, id uuid, type text, reason text, source_id uuid, cause_id uuid, caused_at timestamptz,
    community_id uuid, channel_id uuid, actor_id uuid, is_read boolean, silent boolean, ids uuid[], at timestamptz",
    spent: None,
    writes: "added_notifications as (
  insert into notifications (user_id, id, type, reason, source_id, cause_id, caused_at, community_id, channel_id, actor_id,
                             silent, created_at, read_at)
  select r.user_id, r.id, r.type, r.reason, r.source_id, r.cause_id, r.caused_at, r.community_id, r.channel_id, r.actor_id,
         r.silent, r.at,
         case when r.is_read or exists (
           select from notifications_rows w
           where w.op = 'read_channel' and w.stream = r.stream and w.channel_id = r.channel_id and w.source_id >= r.source_id
             and r.cause_id is null
         ) then r.at end
  from notifications_rows r join admitted a on a.id = r.stream where r.op = 'add'
  on conflict (user_id, coalesce(cause_id, source_id)) do nothing
), some_notifications_read as (
  update notifications n set read_at = r.at from notifications_rows r join admitted a on a.id = r.stream
  where r.op = 'read' and n.user_id = r.user_id and n.id = any(r.ids) and n.read_at is null
), all_notifications_read as (
  update notifications n set read_at = r.at from notifications_rows r join admitted a on a.id = r.stream
  where r.op = 'read_all' and n.user_id = r.user_id and n.id <= r.id and n.read_at is null
), notifications_of_channel_read as (
  update notifications n set read_at = now() from notifications_rows r join admitted a on a.id = r.stream
  where r.op = 'read_channel' and n.user_id = r.user_id and n.channel_id = r.channel_id and n.source_id <= r.source_id
    and n.cause_id is null and n.read_at is null
)",
    key: &["op", "id", "channel_id", "ids"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddNotification {
            id,
            user_id,
            reason,
            source_id,
            cause,
            community_id,
            channel_id,
            actor,
            read,
            silent,
            at,
        } => Some(json!({
            "op": "add",
            "id": id,
            "user_id": user_id,
            "type": reason.kind().as_str(),
            "reason": reason.as_str(),
            "source_id": source_id,
            "cause_id": cause.map(|(notice, _)| notice),
            "caused_at": cause.map(|(_, at)| at),
            "community_id": community_id,
            "channel_id": channel_id,
            "actor_id": actor,
            "is_read": read,
            "silent": silent,
            "at": at,
        })),
        Change::ReadNotifications { user_id, ids, at } => {
            Some(json!({"op": "read", "user_id": user_id, "ids": ids, "at": at}))
        }
        Change::ReadNotificationsBefore { user_id, newest, at } => {
            Some(json!({"op": "read_all", "user_id": user_id, "id": newest, "at": at}))
        }
        Change::MarkRead { user_id, channel_id, message_id } => Some(json!({
            "op": "read_channel", "user_id": user_id, "channel_id": channel_id, "source_id": message_id
        })),
        _ => None,
    }
}
