//! Deliveries that somebody has tried again. They come to be, and are settled, beside the journal (`store/deliveries.rs`).

use ajet_domain::Change;
use ajet_domain::change::OutgoingChange;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "deliveries",
    columns: "id uuid",
    spent: None,
    writes: "replayed_deliveries as (
  update deliveries d set status = 'pending', attempts = 0, next_at = clock_timestamp()
  from deliveries_rows r join admitted a on a.id = r.stream join outgoing_webhooks w on w.community_id = a.scope
  where d.id = r.id and d.webhook_id = w.id and d.status <> 'pending'
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::Outgoing(OutgoingChange::ReplayDelivery { id }) => Some(json!({"id": id})),
        _ => None,
    }
}
