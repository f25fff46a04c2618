//! Communities themselves. A new one's ACL version is 1, as in `acl`: nodes of the release before read it here.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// The table's name.
pub const NAME: &str = "communities";

/// Of several operations on one community the last one stands: no verb carries out two.
///
/// Where a deletion raises the ACL version it writes that here by itself, since a statement may update a row once: the part that has
/// the communities' rows follow (`statement.rs`) leaves these out.
pub const TABLE: Table = Table {
    name: NAME,
    columns: "op text, id uuid, name text, slug text, default_channel_id uuid, created_at timestamptz, deleted_at timestamptz,
    avatar_url text",
    spent: None,
    writes: "added_communities as (
  insert into communities (id, name, slug, default_channel_id, created_at)
  select r.id, r.name, r.slug, r.default_channel_id, r.created_at
  from communities_rows r join admitted a on a.id = r.stream where r.op = 'add'
  order by r.slug
), changed_communities as (
  update communities c
  set name = coalesce(r.name, c.name),
      slug = case r.op when 'delete' then 'deleted-' || c.id::text else coalesce(r.slug, c.slug) end,
      default_channel_id = coalesce(r.default_channel_id, c.default_channel_id), deleted_at = r.deleted_at,
      avatar_url = case r.op when 'picture' then r.avatar_url else c.avatar_url end,
      acl_version = greatest(c.acl_version, a.version)
  from communities_rows r join admitted a on a.id = r.stream
  where r.op <> 'add' and c.id = r.id and c.id = a.scope
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddCommunity { id, name, slug, default_channel, at } => Some(json!({
            "op": "add",
            "id": id,
            "name": name,
            "slug": slug,
            "default_channel_id": default_channel,
            "created_at": at,
        })),
        Change::UpdateCommunity { id, name, slug, default_channel } => Some(json!({
            "op": "update",
            "id": id,
            "name": name,
            "slug": slug,
            "default_channel_id": default_channel,
        })),
        Change::SetCommunityAvatar { id, avatar_url } => {
            Some(json!({"op": "picture", "id": id, "avatar_url": avatar_url}))
        }
        Change::DeleteCommunity { id, at } => Some(json!({"op": "delete", "id": id, "deleted_at": at})),
        _ => None,
    }
}
