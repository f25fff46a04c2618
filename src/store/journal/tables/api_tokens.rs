//! Tokens of bots. Who made one has its secret, so it ends with their membership as with that of its bot. One that ends, by itself or with its bot or community, is noted among the ended sessions in the same commit, so that
//! each node's scan finds it.

use ajet_domain::Change;
use ajet_domain::change::BotChange;
use serde_json::{Value, json};

use super::hex;
use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "api_tokens",
    columns: "op text, id uuid, bot_id uuid, user_id uuid, token_hash text, scopes int, expires_at timestamptz, created_by uuid,
    created_at timestamptz",
    spent: None,
    writes: "added_tokens as (
  insert into api_tokens (id, bot_id, community_id, user_id, token_hash, scopes, expires_at, created_by, created_at)
  select r.id, r.bot_id, a.scope, r.user_id, decode(r.token_hash, 'hex'), r.scopes, r.expires_at, r.created_by, r.created_at
  from api_tokens_rows r join admitted a on a.id = r.stream where r.op = 'add'
), revoked_tokens as (
  update api_tokens t set revoked_at = clock_timestamp()
  from api_tokens_rows r join admitted a on a.id = r.stream
  where t.community_id = a.scope and t.revoked_at is null
    and ((r.op = 'revoke' and t.id = r.id) or (r.op = 'leave' and r.user_id in (t.user_id, t.created_by)) or r.op = 'end')
), ended_tokens as (
  insert into ended_sessions (id)
  select t.id from api_tokens_rows r join admitted a on a.id = r.stream
  join api_tokens t on t.community_id = a.scope and t.revoked_at is null
    and ((r.op = 'revoke' and t.id = r.id) or (r.op = 'leave' and r.user_id in (t.user_id, t.created_by)) or r.op = 'end')
  on conflict (id) do nothing
)",
    key: &["op", "id", "user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::Bot(BotChange::AddToken(token)) => Some(json!({
            "op": "add",
            "id": token.id,
            "bot_id": token.bot_id,
            "user_id": token.user_id,
            "token_hash": hex(&token.token_hash),
            "scopes": token.scopes.bits(),
            "expires_at": token.expires_at,
            "created_by": token.by,
            "created_at": token.at,
        })),
        Change::Bot(BotChange::RevokeToken { id }) => Some(json!({"op": "revoke", "id": id})),
        Change::RemoveMember { user_id } => Some(json!({"op": "leave", "user_id": user_id})),
        Change::DeleteCommunity { .. } => Some(json!({"op": "end"})),
        _ => None,
    }
}
