//! What people set for channels, each for themselves.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "channel_preferences",
    columns: "user_id uuid, channel_id uuid, muted boolean",
    spent: None,
    writes: "set_channel_preferences as (
  insert into channel_preferences (user_id, channel_id, muted)
  select r.user_id, r.channel_id, r.muted from channel_preferences_rows r join admitted a on a.id = r.stream
  on conflict (user_id, channel_id) do update set muted = excluded.muted
)",
    key: &["user_id", "channel_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::SetPreferences { user_id, channel_id, muted } = change else { return None };
    Some(json!({"user_id": user_id, "channel_id": channel_id, "muted": muted}))
}
