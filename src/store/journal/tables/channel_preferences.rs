//! What people set for channels, each for themselves.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A row has all that is set, so that of several operations on one channel the last one stands. Only one that hides or shows has `hides`,
/// so that it stays in the row with which a later operation is merged.
///
/// A direct message is hidden up to the newest message that the statement sees which hides it; one that is committed later shows it again,
/// whatever else is set after that.
pub const TABLE: Table = Table {
    name: "channel_preferences",
    columns: "user_id uuid, channel_id uuid, muted boolean, notify text, hidden boolean, hides boolean",
    spent: None,
    writes: "set_channel_preferences as (
  insert into channel_preferences (user_id, channel_id, muted, notify, hidden, hidden_after)
  select r.user_id, r.channel_id, r.muted, r.notify, r.hidden,
         case when r.hidden and r.hides then
           (select m.id from messages m where m.channel_id = r.channel_id order by m.id desc limit 1) end
  from channel_preferences_rows r join admitted a on a.id = r.stream
  on conflict (user_id, channel_id) do update
  set muted = excluded.muted, notify = excluded.notify, hidden = excluded.hidden,
      hidden_after = case when excluded.hidden then coalesce(excluded.hidden_after, channel_preferences.hidden_after) end
)",
    key: &["user_id", "channel_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::SetPreferences { user_id, channel_id, muted, notify, hidden, hides } = change else {
        return None;
    };
    let mut row = json!({
        "user_id": user_id,
        "channel_id": channel_id,
        "muted": muted,
        "notify": notify,
        "hidden": hidden,
    });
    if *hides {
        row["hides"] = json!(true);
    }
    Some(row)
}
