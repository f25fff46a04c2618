//! Communities themselves. A new one's ACL version is 1, as in `acl`: nodes of the release before read it here.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "communities",
    columns: "id uuid, name text, slug text, default_channel_id uuid, created_at timestamptz",
    spent: None,
    writes: "added_communities as (
  insert into communities (id, name, slug, default_channel_id, created_at)
  select r.id, r.name, r.slug, r.default_channel_id, r.created_at
  from communities_rows r join admitted a on a.id = r.stream
  order by r.slug
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::AddCommunity { id, name, slug, default_channel, at } = change else { return None };
    Some(json!({
        "id": id,
        "name": name,
        "slug": slug,
        "default_channel_id": default_channel,
        "created_at": at,
    }))
}
