//! Uses of communities' own slash commands. The bot's stream adds them, that of who typed the command ends them. Whether the time for an answer is
//! over is judged by the clock of the database alone, so it begins by that clock as well.

use ajet_domain::Change;
use ajet_domain::change::SlashChange;
use ajet_protocol::limits;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// No append adds and ends the same one: its id is not known before the commit. None settles one and misses its message, which takes longer.
pub const TABLE: Table = Table {
    name: "invocations",
    columns: "op text, id uuid, command_id uuid, bot_user_id uuid, channel_id uuid, user_id uuid, seconds int, at timestamptz, answer bigint,
    awaits_post boolean",
    spent: None,
    writes: "added_invocations as (
  insert into invocations (id, command_id, bot_user_id, channel_id, user_id, created_at, expires_at)
  select r.id, r.command_id, r.bot_user_id, r.channel_id, r.user_id, clock_timestamp(), clock_timestamp() + make_interval(secs => r.seconds)
  from invocations_rows r join admitted a on a.id = r.stream where r.op = 'add'
), settled_invocations as (
  update invocations i set settled_at = r.at, answer = r.answer, awaits_post = r.awaits_post
  from invocations_rows r join admitted a on a.id = r.stream
  where r.op = 'settle' and i.id = r.id and i.user_id = r.stream
), missed_invocations as (
  update invocations i set awaits_post = false from invocations_rows r join admitted a on a.id = r.stream
  where r.op = 'miss' and i.id = r.id and i.user_id = r.stream
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::Slash(change) = change else { return None };
    match change {
        SlashChange::AddInvocation { id, command_id, bot, channel_id, user_id } => Some(json!({
            "op": "add",
            "id": id,
            "command_id": command_id,
            "bot_user_id": bot,
            "channel_id": channel_id,
            "user_id": user_id,
            "seconds": limits::INVOCATION_SECONDS,
        })),
        SlashChange::SettleInvocation { id, at, answer, awaits_post } => {
            Some(json!({"op": "settle", "id": id, "at": at, "answer": answer, "awaits_post": awaits_post}))
        }
        SlashChange::MissPost { id } => Some(json!({"op": "miss", "id": id})),
        _ => None,
    }
}
