//! Incoming webhooks, each with the account that it posts under. The account outlives its webhook: its messages stay.

use ajet_domain::Change;
use ajet_domain::change::WebhookUpdate;
use ajet_protocol::names;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "webhooks",
    columns: "op text, id uuid, channel_id uuid, name text, avatar_url text, token_hash text, created_by uuid,
    created_at timestamptz, user_id uuid, username text, username_key text, display_name text, user_avatar_url text,
    shows boolean",
    spent: None,
    writes: "webhook_users as (
  insert into users (id, username, username_key, display_name, avatar_url, bot, created_at)
  select r.user_id, r.username, r.username_key, r.display_name, r.user_avatar_url, true, r.created_at
  from webhooks_rows r join admitted a on a.id = r.stream where r.op = 'add'
), added_webhooks as (
  insert into webhooks (id, channel_id, user_id, name, avatar_url, token_hash, created_by, created_at)
  select r.id, r.channel_id, r.user_id, r.name, r.avatar_url, decode(r.token_hash, 'hex'), r.created_by, r.created_at
  from webhooks_rows r join admitted a on a.id = r.stream where r.op = 'add'
), changed_webhooks as (
  update webhooks w set name = coalesce(r.name, w.name), channel_id = coalesce(r.channel_id, w.channel_id),
    avatar_url = case when r.shows then r.avatar_url else w.avatar_url end
  from webhooks_rows r join admitted a on a.id = r.stream where r.op = 'change' and w.id = r.id
), changed_webhook_users as (
  update users u set display_name = coalesce(r.name, u.display_name),
    avatar_url = case when r.shows then r.avatar_url else u.avatar_url end
  from webhooks_rows r join admitted a on a.id = r.stream join webhooks w on w.id = r.id
  where r.op = 'change' and u.id = w.user_id
), removed_webhooks as (
  delete from webhooks w using webhooks_rows r join admitted a on a.id = r.stream where r.op = 'remove' and w.id = r.id
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddWebhook { webhook, token_hash, user } => Some(json!({
            "op": "add",
            "id": webhook.id,
            "channel_id": webhook.channel_id,
            "name": webhook.name,
            "avatar_url": webhook.avatar_url,
            "token_hash": hex(token_hash),
            "created_by": webhook.created_by,
            "created_at": webhook.created_at,
            "user_id": user.id,
            "username": user.username,
            "username_key": names::key(&user.username),
            "display_name": user.display_name,
            "user_avatar_url": user.avatar_url,
        })),
        Change::SetWebhookAvatar { id, avatar_url } => {
            Some(json!({"op": "change", "id": id, "avatar_url": avatar_url, "shows": true}))
        }
        Change::UpdateWebhook(WebhookUpdate { id, name, avatar_url, channel_id }) => Some(json!({
            "op": "change",
            "id": id,
            "name": name,
            "channel_id": channel_id,
            "avatar_url": avatar_url.clone().flatten(),
            "shows": avatar_url.is_some(),
        })),
        Change::RemoveWebhook { id } => Some(json!({"op": "remove", "id": id})),
        _ => None,
    }
}

/// Bytes as `decode(…, 'hex')` reads them.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
