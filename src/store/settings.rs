//! The system's settings: a row for each that was ever changed. Beside them the table names the system owner (`founding.rs`).
//!
//! A node asks for them at most twice a second, and goes by what it read until then: a change holds on all nodes within half a second
//! of its answer, and at once on the node that was asked. While the database is away a node goes on by what it read last.

use std::time::Duration;

use ajet_domain::need::EditWindow;
use ajet_protocol::{SystemSettings, UpdateSettings, UserId};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::founding::SYSTEM_OWNER;
use super::lookup::{Answered, Answers, Lookup, complete};
use super::streams::count;
use super::{Store, StoreError};

/// How long what was read is gone by.
const FRESH: Duration = Duration::from_millis(500);

/// What was read last, and when. Who finds it too old reads it anew, and all others wait for that.
#[derive(Debug, Default)]
pub struct Remembered(Mutex<Option<(Instant, SystemSettings)>>);

impl Store {
    /// The settings, as they were half a second ago or later.
    ///
    /// # Errors
    /// When they were never read and the store does not answer.
    pub async fn settings(&self) -> Result<SystemSettings, StoreError> {
        let mut remembered = self.settings.0.lock().await;
        if let Some((at, settings)) = remembered.as_ref()
            && at.elapsed() < FRESH
        {
            return Ok(settings.clone());
        }
        let asked = Instant::now();
        let settings = match (self.read_settings().await, remembered.take()) {
            (Ok(settings), _) => settings,
            (Err(StoreError::Away(error)), Some((_, last))) => {
                tracing::debug!(%error, "can't read the settings; going on by the last ones");
                last
            }
            (Err(error), _) => return Err(error),
        };
        *remembered = Some((asked, settings.clone()));
        Ok(settings)
    }

    /// Changes settings, if this person owns the system; `None` where they do not. What they are afterwards.
    pub async fn change_settings(
        &self,
        by: UserId,
        update: &UpdateSettings,
    ) -> Result<Option<SystemSettings>, StoreError> {
        // Fields that are absent are left out, and null is a value. What is written here always serializes.
        let changes = serde_json::to_value(update).unwrap_or_default();
        let changed = sqlx::query!(
            r#"with owner as (
                 select 1 from system_settings where key = $1 and value #>> '{}' = $2
               ), changed as (
                 insert into system_settings (key, value, updated_at)
                 select e.key, e.value, clock_timestamp() from jsonb_each($3) e where exists (select 1 from owner)
                 order by e.key
                 on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at
               )
               select exists (select 1 from owner) as "by_owner!""#,
            SYSTEM_OWNER,
            by.to_string(),
            changes
        )
        .fetch_one(self.commands())
        .await?;
        if !changed.by_owner {
            return Ok(None);
        }
        let mut remembered = self.settings.0.lock().await;
        let asked = Instant::now();
        let settings = self.read_settings().await?;
        *remembered = Some((asked, settings.clone()));
        Ok(Some(settings))
    }

    async fn read_settings(&self) -> Result<SystemSettings, StoreError> {
        let rows = sqlx::query!("select key, value from system_settings").fetch_all(self.live()).await?;
        let mut settings = SystemSettings::default();
        rows.into_iter().for_each(|row| set(&mut settings, &row.key, row.value));
        Ok(settings)
    }
}

/// Takes a stored setting in. One that this version does not know, or whose value it can't read, is left as it was by default: a newer
/// node wrote it.
fn set(settings: &mut SystemSettings, key: &str, value: Value) {
    match key {
        "create_communities" => take(&mut settings.create_communities, value),
        "sign_up" => take(&mut settings.sign_up, value),
        "edit_window_s" => take(&mut settings.edit_window_s, value),
        "upload_max_bytes" => take(&mut settings.upload_max_bytes, value),
        "link_previews" => take(&mut settings.link_previews, value),
        "message_retention_days" => take(&mut settings.message_retention_days, value),
        "audit_retention_days" => take(&mut settings.audit_retention_days, value),
        _ => {}
    }
}

fn take<T: DeserializeOwned>(field: &mut T, value: Value) {
    if let Ok(read) = serde_json::from_value(value) {
        *field = read;
    }
}

impl Answers<EditWindow> for Lookup<'_> {
    async fn answer(&self, asked: &[EditWindow]) -> Answered<EditWindow> {
        let window = count(self.store.settings().await?.edit_window_s);
        Ok(complete(asked, [(EditWindow, window)]))
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::CreateCommunities;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_a_newer_node_wrote_is_passed_over() {
        let update = UpdateSettings {
            create_communities: Some(CreateCommunities::Everybody),
            edit_window_s: Some(60),
            link_previews: Some(false),
            audit_retention_days: Some(Some(7)),
            ..UpdateSettings::default()
        };
        let Value::Object(written) = serde_json::to_value(&update).expect("writes") else { panic!("fields") };
        let mut settings = SystemSettings::default();
        written.into_iter().for_each(|(key, value)| set(&mut settings, &key, value));
        let expected = SystemSettings {
            create_communities: CreateCommunities::Everybody,
            edit_window_s: 60,
            link_previews: false,
            audit_retention_days: Some(7),
            ..SystemSettings::default()
        };
        assert_eq!(settings, expected);
        for (key, value) in
            [("sign_up", json!("by_letter")), ("gained", json!(1)), ("edit_window_s", json!("x"))]
        {
            set(&mut settings, key, value);
        }
        assert_eq!(settings, expected);
        set(&mut settings, "audit_retention_days", Value::Null);
        assert_eq!(settings.audit_retention_days, None);
    }

    #[test]
    fn every_setting_is_read() {
        let all = serde_json::to_value(SystemSettings::default()).expect("writes");
        let fields = all.as_object().expect("fields");
        for (key, value) in [
            ("create_communities", json!("everybody")),
            ("sign_up", json!("invite")),
            ("edit_window_s", json!(1)),
            ("upload_max_bytes", json!(1)),
            ("link_previews", json!(false)),
            ("message_retention_days", json!(1)),
            ("audit_retention_days", json!(1)),
        ] {
            assert!(fields.contains_key(key), "{key}");
            let mut settings = SystemSettings::default();
            set(&mut settings, key, value);
            assert_ne!(settings, SystemSettings::default(), "{key}");
        }
        assert_eq!(fields.len(), 7, "a new setting stands here and in `set`");
    }
}
