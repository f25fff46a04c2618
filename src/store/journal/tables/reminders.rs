//! What people want to be reminded of, each for themselves.

use ajet_domain::Change;
use ajet_domain::change::SlashChange;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// The stream is the person. A row has all of it, so that of several operations the last one stands; what never changes is written once.
pub const TABLE: Table = Table {
    name: "reminders",
    columns: "id uuid, channel_id uuid, text text, remind_at timestamptz, told_at timestamptz, created_at timestamptz",
    spent: None,
    writes: "kept_reminders as (
  insert into reminders (id, user_id, channel_id, text, remind_at, told_at, created_at)
  select r.id, r.stream, r.channel_id, r.text, r.remind_at, r.told_at, r.created_at
  from reminders_rows r join admitted a on a.id = r.stream
  on conflict (id) do update set told_at = excluded.told_at where reminders.user_id = excluded.user_id
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::Slash(SlashChange::KeepReminder(reminder)) => Some(json!({
            "id": reminder.id,
            "channel_id": reminder.channel_id,
            "text": reminder.text,
            "remind_at": reminder.remind_at,
            "told_at": reminder.told_at,
            "created_at": reminder.created_at,
        })),
        _ => None,
    }
}
