//! What people set for communities, each for themselves.

use ajet_domain::Change;
use ajet_domain::change::NoticeChange;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one community the last one stands.
pub const TABLE: Table = Table {
    name: "community_preferences",
    columns: "user_id uuid, community_id uuid, notify text",
    spent: None,
    writes: "set_community_preferences as (
  insert into community_preferences (user_id, community_id, notify)
  select r.user_id, r.community_id, r.notify
  from community_preferences_rows r join admitted a on a.id = r.stream
  on conflict (user_id, community_id) do update set notify = excluded.notify
)",
    key: &["user_id", "community_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::Notice(NoticeChange::SetCommunityLevel { user_id, community_id, notify }) = change else {
        return None;
    };
    Some(json!({"user_id": user_id, "community_id": community_id, "notify": notify}))
}
