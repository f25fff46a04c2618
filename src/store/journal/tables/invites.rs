//! Invites, and how often each was used.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// An invite is used by its code and revoked by its id. Two uses of one invite in one append would count as one, and a use beside a
/// revocation would touch its row twice; a command does one thing to an invite, once.
pub const TABLE: Table = Table {
    name: "invites",
    columns: "op text, id uuid, created_by uuid, code text, addressee_id uuid, max_uses bigint, expires_at timestamptz,
    created_at timestamptz, revoked_at timestamptz",
    spent: None,
    writes: "added_invites as (
  insert into invites (id, community_id, created_by, code, addressee_id, max_uses, expires_at, created_at)
  select r.id, a.scope, r.created_by, r.code, r.addressee_id, r.max_uses, r.expires_at, r.created_at
  from invites_rows r join admitted a on a.id = r.stream where r.op = 'add'
), used_invites as (
  update invites i set uses = i.uses + 1 from invites_rows r join admitted a on a.id = r.stream
  where r.op = 'use' and i.community_id = a.scope and i.code = r.code
), revoked_invites as (
  update invites i set revoked_at = r.revoked_at from invites_rows r join admitted a on a.id = r.stream
  where r.op = 'revoke' and i.community_id = a.scope and i.id = r.id
)",
    key: &["id", "code"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddInvite { id, code, by, addressee, max_uses, expires_at, at } => Some(json!({
            "op": "add",
            "id": id,
            "created_by": by,
            "code": code.0,
            "addressee_id": addressee,
            "max_uses": max_uses,
            "expires_at": expires_at,
            "created_at": at,
        })),
        Change::UseInvite { code } => Some(json!({"op": "use", "code": code.0})),
        Change::RevokeInvite { id, at } => Some(json!({"op": "revoke", "id": id, "revoked_at": at})),
        _ => None,
    }
}
