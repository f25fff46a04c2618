//! Bots of a community, each with the account that it is a member as. The account outlives its bot: its messages stay.

use ajet_domain::Change;
use ajet_domain::change::BotChange;
use ajet_protocol::{TokenScopes, names};
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Who leaves the community, or is put out of it, is no bot of it any more. A new picture is to be told to all who see the account.
pub const TABLE: Table = Table {
    name: "bots",
    columns: "op text, id uuid, user_id uuid, username text, username_key text, name text, scopes int, avatar_url text, created_by uuid,
    created_at timestamptz",
    spent: None,
    writes: "bot_users as (
  insert into users (id, username, username_key, display_name, bot, created_at)
  select r.user_id, r.username, r.username_key, r.name, true, r.created_at
  from bots_rows r join admitted a on a.id = r.stream where r.op = 'add'
), added_bots as (
  insert into bots (id, community_id, user_id, name, scopes, created_by, created_at)
  select r.id, a.scope, r.user_id, r.name, r.scopes, r.created_by, r.created_at
  from bots_rows r join admitted a on a.id = r.stream where r.op = 'add'
), painted_bots as (
  update users u set avatar_url = r.avatar_url, profile_version = u.profile_version + 1
  from bots_rows r join admitted a on a.id = r.stream
  join bots b on b.community_id = a.scope and b.user_id = r.user_id
  where r.op = 'picture' and u.id = b.user_id
), removed_bots as (
  delete from bots b using bots_rows r join admitted a on a.id = r.stream
  where r.op = 'leave' and b.community_id = a.scope and b.user_id = r.user_id
)",
    key: &["user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::Bot(BotChange::Add { bot, user, by }) => Some(json!({
            "op": "add",
            "id": bot.id,
            "user_id": user.id,
            "username": user.username,
            "username_key": names::key(&user.username),
            "name": bot.name,
            "scopes": TokenScopes::of(&bot.scopes).bits(),
            "created_by": by,
            "created_at": bot.created_at,
        })),
        Change::Bot(BotChange::SetAvatar { user_id, avatar_url }) => {
            Some(json!({"op": "picture", "user_id": user_id, "avatar_url": avatar_url}))
        }
        Change::RemoveMember { user_id } => Some(json!({"op": "leave", "user_id": user_id})),
        _ => None,
    }
}
