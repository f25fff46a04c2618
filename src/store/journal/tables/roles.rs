//! The community's custom roles.

use ajet_domain::Change;
use ajet_protocol::{Permissions, names};
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one role the last one stands. So an append may not add a role and change it; no verb does.
///
/// The database takes the role from its holders when the row goes, by the index on `member_roles.role_id`, and inside the append: some
/// thousand holders take some ten milliseconds, in which the lane commits nothing else. A role that is deleted with its community
/// has no holders any more (`store/removal.rs`).
pub const TABLE: Table = Table {
    name: "roles",
    columns: "op text, id uuid, name text, name_key text, permissions int8, position int4, created_at timestamptz",
    spent: None,
    writes: "added_roles as (
  insert into roles (id, community_id, name, name_key, permissions, position, created_at)
  select r.id, a.scope, r.name, r.name_key, r.permissions, r.position, r.created_at
  from roles_rows r join admitted a on a.id = r.stream where r.op = 'add'
), updated_roles as (
  update roles o
  set name = coalesce(r.name, o.name), name_key = coalesce(r.name_key, o.name_key),
      permissions = coalesce(r.permissions, o.permissions), position = coalesce(r.position, o.position)
  from roles_rows r join admitted a on a.id = r.stream
  where r.op = 'update' and o.community_id = a.scope and o.id = r.id
), removed_roles as (
  delete from roles o using roles_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and o.community_id = a.scope and o.id = r.id
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddRole { role, at } => Some(json!({
            "op": "add",
            "id": role.id,
            "name": role.name,
            "name_key": names::key(&role.name),
            "permissions": Permissions::of(&role.permissions).bits(),
            "position": role.position,
            "created_at": at,
        })),
        Change::UpdateRole { id, name, permissions, position } => Some(json!({
            "op": "update",
            "id": id,
            "name": name,
            "name_key": name.as_deref().map(names::key),
            "permissions": permissions.map(Permissions::bits),
            "position": position,
        })),
        Change::RemoveRole { id } => Some(json!({"op": "remove", "id": id})),
        _ => None,
    }
}
