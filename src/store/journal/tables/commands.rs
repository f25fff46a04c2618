//! The community's own slash commands. They go with the bot that carries them out: else their names stayed taken, and they counted.

use ajet_domain::Change;
use ajet_domain::change::SlashChange;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one command the last one stands: no verb carries out two.
pub const TABLE: Table = Table {
    name: "commands",
    columns: "op text, id uuid, name text, description text, bot_id uuid, created_by uuid, created_at timestamptz, user_id uuid",
    spent: None,
    writes: "added_commands as (
  insert into commands (id, community_id, name, description, bot_id, created_by, created_at)
  select r.id, a.scope, r.name, r.description, r.bot_id, r.created_by, r.created_at
  from commands_rows r join admitted a on a.id = r.stream where r.op = 'add'
), removed_commands as (
  delete from commands c using commands_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and c.community_id = a.scope and c.id = r.id
), commands_of_former_bots as (
  delete from commands c using commands_rows r join admitted a on a.id = r.stream
  join bots b on b.community_id = a.scope and b.user_id = r.user_id
  where r.op = 'leave' and c.bot_id = b.id
)",
    key: &["id", "user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::Slash(SlashChange::AddCommand { id, name, description, bot_id, by, at }) => Some(json!({
            "op": "add",
            "id": id,
            "name": name,
            "description": description,
            "bot_id": bot_id,
            "created_by": by,
            "created_at": at,
        })),
        Change::Slash(SlashChange::RemoveCommand { id }) => Some(json!({"op": "remove", "id": id})),
        Change::RemoveMember { user_id } => Some(json!({"op": "leave", "user_id": user_id})),
        _ => None,
    }
}
