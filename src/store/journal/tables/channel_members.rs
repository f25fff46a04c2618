//! Who joined which channel. A person who leaves the community leaves its channels in the same commit.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one person in one channel the last one stands. An append that removes a person from the community
/// may not let them join a channel as well; no verb does.
pub const TABLE: Table = Table {
    name: "channel_members",
    columns: "op text, channel_id uuid, user_id uuid, joined_at timestamptz",
    spent: None,
    writes: "joins as (
  insert into channel_members (channel_id, user_id, joined_at, last_read_id)
  select r.channel_id, r.user_id, r.joined_at,
         (select m.id from messages m where m.channel_id = r.channel_id order by m.id desc limit 1)
  from channel_members_rows r join admitted a on a.id = r.stream where r.op = 'join'
  on conflict do nothing
), leaves as (
  delete from channel_members cm using channel_members_rows r join admitted a on a.id = r.stream
  where r.op = 'leave' and cm.channel_id = r.channel_id and cm.user_id = r.user_id
), leaves_of_all as (
  delete from channel_members cm
  using channel_members_rows r join admitted a on a.id = r.stream join channels ch on ch.community_id = a.scope
  where r.op = 'leave_all' and cm.user_id = r.user_id and cm.channel_id = ch.id
)",
    key: &["channel_id", "user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::JoinChannel { channel_id, user_id, at } => {
            Some(json!({"op": "join", "channel_id": channel_id, "user_id": user_id, "joined_at": at}))
        }
        Change::LeaveChannel { channel_id, user_id } => {
            Some(json!({"op": "leave", "channel_id": channel_id, "user_id": user_id}))
        }
        Change::RemoveMember { user_id } => Some(json!({"op": "leave_all", "user_id": user_id})),
        _ => None,
    }
}
