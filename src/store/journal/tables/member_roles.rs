//! Which custom roles people hold. A person who leaves the community holds none of it.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A row has all roles that the person holds afterwards: what one CTE deletes, the other one does not insert.
pub const TABLE: Table = Table {
    name: "member_roles",
    columns: "user_id uuid, roles uuid[]",
    spent: None,
    writes: "lost_roles as (
  delete from member_roles h using member_roles_rows r join admitted a on a.id = r.stream
  where h.community_id = a.scope and h.user_id = r.user_id and h.role_id <> all(r.roles)
), given_roles as (
  insert into member_roles (community_id, user_id, role_id)
  select a.scope, r.user_id, o.id
  from member_roles_rows r join admitted a on a.id = r.stream
  join roles o on o.community_id = a.scope and o.id = any(r.roles)
  on conflict do nothing
)",
    key: &["user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::SetMemberRoles { user_id, roles } => Some(json!({"user_id": user_id, "roles": roles})),
        Change::RemoveMember { user_id } => Some(json!({"user_id": user_id, "roles": []})),
        _ => None,
    }
}
