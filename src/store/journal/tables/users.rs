//! Accounts, as their people and the owner of the system change them. New ones come by signing in, and with webhooks.

use ajet_domain::Change;
use ajet_domain::change::NoticeChange;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// The stream is the person. What an append says of the account comes together in one row: what it does not speak of stays as it is.
/// Where one of several changes is seen by others, `is_seen` stays. Who is in use again has no token of bots that was being made while their
/// others ended.
pub const TABLE: Table = Table {
    name: "users",
    columns: "is_profile boolean, display_name text, avatar_url text, status_text text, presence text, is_seen boolean,
    is_use boolean, deactivated_at timestamptz, is_quiet boolean, quiet_hours jsonb",
    spent: None,
    writes: "updated_users as (
  update users u set
         display_name = coalesce(r.display_name, u.display_name),
         avatar_url = case when r.is_profile then r.avatar_url else u.avatar_url end,
         status_text = case when r.is_profile then r.status_text else u.status_text end,
         presence = coalesce(r.presence, u.presence),
         profile_version = u.profile_version + coalesce(r.is_seen, false)::int,
         deactivated_at = case when r.is_use then r.deactivated_at else u.deactivated_at end,
         quiet_hours = case when r.is_quiet then r.quiet_hours else u.quiet_hours end
  from users_rows r join admitted a on a.id = r.stream where u.id = r.stream
), tokens_of_before as (
  update api_tokens t set revoked_at = clock_timestamp() from users_rows r join admitted a on a.id = r.stream
  where r.is_use and r.deactivated_at is null and t.created_by = r.stream and t.revoked_at is null
)",
    key: &[],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::UpdateProfile { user, presence, is_seen } => {
            let mut row = json!({
                "is_profile": true,
                "display_name": user.display_name,
                "avatar_url": user.avatar_url,
                "status_text": user.status_text,
                "presence": presence.as_str(),
            });
            if *is_seen {
                row["is_seen"] = json!(true);
            }
            Some(row)
        }
        Change::Notice(NoticeChange::SetQuietHours { hours, .. }) => {
            Some(json!({"is_quiet": true, "quiet_hours": hours}))
        }
        Change::SetDeactivated { at, .. } => Some(json!({"is_use": true, "deactivated_at": at})),
        _ => None,
    }
}
