//! The community's outgoing webhooks. Since when one fails, and which node has its lane, is written beside the journal: it is no decision.

use ajet_domain::Change;
use ajet_domain::change::OutgoingChange;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one webhook the last one stands: no verb carries out two.
pub const TABLE: Table = Table {
    name: "outgoing_webhooks",
    columns: "op text, id uuid, url text, events text[], channel_ids uuid[], secret text, off text, acts_for uuid,
    created_at timestamptz",
    spent: None,
    writes: "added_outgoing_webhooks as (
  insert into outgoing_webhooks (id, community_id, url, events, channel_ids, secret, created_by, acts_for, created_at)
  select r.id, a.scope, r.url, r.events, r.channel_ids, decode(r.secret, 'hex'), r.acts_for, r.acts_for, r.created_at
  from outgoing_webhooks_rows r join admitted a on a.id = r.stream where r.op = 'add'
), updated_outgoing_webhooks as (
  update outgoing_webhooks w
  set url = r.url, events = r.events, channel_ids = r.channel_ids, off = r.off, acts_for = r.acts_for,
      failing_since = case when w.off is null and w.url = r.url then w.failing_since end
  from outgoing_webhooks_rows r join admitted a on a.id = r.stream
  where r.op = 'update' and w.community_id = a.scope and w.id = r.id
), removed_outgoing_webhooks as (
  delete from outgoing_webhooks w using outgoing_webhooks_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and w.community_id = a.scope and w.id = r.id
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::Outgoing(change) = change else { return None };
    match change {
        OutgoingChange::AddWebhook { id, url, events, channel_ids, secret, by, at } => Some(json!({
            "op": "add",
            "id": id,
            "url": url,
            "events": events,
            "channel_ids": channel_ids,
            "secret": hex(&secret.0),
            "acts_for": by,
            "created_at": at,
        })),
        OutgoingChange::UpdateWebhook { id, url, events, channel_ids, off, acts_for } => Some(json!({
            "op": "update",
            "id": id,
            "url": url,
            "events": events,
            "channel_ids": channel_ids,
            "off": off,
            "acts_for": acts_for,
        })),
        OutgoingChange::RemoveWebhook { id } => Some(json!({"op": "remove", "id": id})),
        OutgoingChange::ReplayDelivery { .. } => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
