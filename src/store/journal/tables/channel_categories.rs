//! The community's categories. Channels of one that is removed stay, and stand in none, by their foreign key and the index on it.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one category the last one stands. So an append may not add a category and change it; no verb does.
pub const TABLE: Table = Table {
    name: "channel_categories",
    columns: "op text, id uuid, name text, position integer",
    spent: None,
    writes: "added_categories as (
  insert into channel_categories (id, community_id, name, position)
  select r.id, a.scope, r.name, r.position
  from channel_categories_rows r join admitted a on a.id = r.stream where r.op = 'add'
), updated_categories as (
  update channel_categories c set name = coalesce(r.name, c.name), position = coalesce(r.position, c.position)
  from channel_categories_rows r join admitted a on a.id = r.stream
  where r.op = 'update' and c.community_id = a.scope and c.id = r.id
), removed_categories as (
  delete from channel_categories c using channel_categories_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and c.community_id = a.scope and c.id = r.id
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddCategory { category } => Some(json!({
            "op": "add", "id": category.id, "name": category.name, "position": category.position
        })),
        Change::UpdateCategory { id, name, position } => {
            Some(json!({"op": "update", "id": id, "name": name, "position": position}))
        }
        Change::RemoveCategory { id } => Some(json!({"op": "remove", "id": id})),
        _ => None,
    }
}
