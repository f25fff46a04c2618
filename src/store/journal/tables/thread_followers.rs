//! Which threads people set to be followed, and which not. The person's own stream writes this.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several settings of one thread in an append the last one stands.
pub const TABLE: Table = Table {
    name: "thread_followers",
    columns: "message_id uuid, user_id uuid, following boolean",
    spent: None,
    writes: "set_thread_followers as (
  insert into thread_followers (message_id, user_id, following)
  select r.message_id, r.user_id, r.following
  from thread_followers_rows r join admitted a on a.id = r.stream
  on conflict (message_id, user_id) do update set following = excluded.following
)",
    key: &["message_id", "user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::FollowThread { message_id, user_id, following } = change else { return None };
    Some(json!({"message_id": message_id, "user_id": user_id, "following": following}))
}
