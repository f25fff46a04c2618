//! The system's settings: a row for each that was ever changed. Beside them the table names the system owner (`founding.rs`).
//!
//! A node asks for them at most twice a second, and goes by what it read until then: a change holds on all nodes within half a second
//! of its answer, and at once on the node that was asked. While the database is away, or slow, a node goes on by what it read last.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ajet_domain::need::EditWindow;
use ajet_protocol::{SignUp, SystemSettings, UpdateSettings, UserId};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::founding::SYSTEM_OWNER;
use super::lookup::{Answered, Answers, Lookup, complete};
use super::streams::count;
use super::{Store, StoreError};

/// How long what was read is gone by.
const FRESH: Duration = Duration::from_millis(500);

/// How long others wait for the one who reads, before they go on by what was read last.
const READ_WITHIN: Duration = Duration::from_millis(100);

/// What was read last, and when. Who finds it too old reads it anew, and all others wait a moment for that.
#[derive(Debug, Default)]
pub struct Remembered {
    last: parking_lot::Mutex<Option<(Instant, SystemSettings)>>,
    reading: Mutex<()>,
    /// Whether the system is known to have an owner, which it then has for ever.
    pub(super) owned: AtomicBool,
}

impl Remembered {
    /// What was read, unless it is too old.
    fn fresh(&self) -> Option<SystemSettings> {
        let last = self.last.lock();
        last.as_ref().filter(|(at, _)| at.elapsed() < FRESH).map(|(_, settings)| settings.clone())
    }

    fn last(&self) -> Option<SystemSettings> {
        self.last.lock().as_ref().map(|(_, settings)| settings.clone())
    }

    fn keep(&self, at: Instant, settings: &SystemSettings) {
        *self.last.lock() = Some((at, settings.clone()));
    }

    /// What was read a moment ago, or what this reads.
    async fn or_read(
        &self,
        read: impl Future<Output = Result<SystemSettings, StoreError>>,
    ) -> Result<SystemSettings, StoreError> {
        if let Some(settings) = self.fresh() {
            return Ok(settings);
        }
        let turn = self.reading.lock();
        let _reading = match self.last() {
            None => turn.await,
            Some(last) => match timeout(READ_WITHIN, turn).await {
                Ok(reading) => reading,
                Err(_) => return Ok(last),
            },
        };
        if let Some(settings) = self.fresh() {
            return Ok(settings);
        }
        let asked = Instant::now();
        let (at, settings) = match (read.await, self.last()) {
            (Ok(settings), _) => (asked, settings),
            (Err(StoreError::Away(error)), Some(last)) => {
                tracing::debug!(%error, "can't read the settings; going on by the last ones");
                // The others need not find that out one after another.
                (Instant::now(), last)
            }
            (Err(error), _) => return Err(error),
        };
        self.keep(at, &settings);
        Ok(settings)
    }
}

impl Store {
    /// The settings, as they were half a second ago or later; where the store is slow, as they were read last.
    ///
    /// # Errors
    /// When they were never read and the store does not answer.
    pub async fn settings(&self) -> Result<SystemSettings, StoreError> {
        self.settings.or_read(self.read_settings()).await
    }

    /// Changes settings, if this person owns the system; `None` where they do not. What they are afterwards. That they were changed, and
    /// to what, is noted in the same statement.
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
               ), changed as materialized (
                 select e.key, e.value from jsonb_each($3) e left join system_settings s on s.key = e.key
                 where exists (select 1 from owner) and s.value is distinct from e.value
               ), written as (
                 insert into system_settings (key, value, updated_at)
                 select c.key, c.value, clock_timestamp() from changed c order by c.key
                 on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at
               ), noted as (
                 insert into system_audit (actor_id, action, target_type, details, created_at)
                 select $4::uuid, 'settings.update', 'system', jsonb_object_agg(c.key, c.value), clock_timestamp()
                 from changed c having count(*) > 0
               )
               select exists (select 1 from owner) as "by_owner!""#,
            SYSTEM_OWNER,
            by.to_string(),
            changes,
            by.0
        )
        .fetch_one(self.commands())
        .await?;
        if !changed.by_owner {
            return Ok(None);
        }
        // What another one began to read before the change is kept before this, not after it.
        let _reading = self.settings.reading.lock().await;
        let asked = Instant::now();
        let settings = self.read_settings().await?;
        self.settings.keep(asked, &settings);
        Ok(Some(settings))
    }

    async fn read_settings(&self) -> Result<SystemSettings, StoreError> {
        let rows = sqlx::query!("select key, value from system_settings").fetch_all(self.commands()).await?;
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
        // A mode of a newer node lets in whom that one lets in, which is fewer than everybody.
        "sign_up" => settings.sign_up = serde_json::from_value(value).unwrap_or(SignUp::Invite),
        "sign_up_domains" => take(&mut settings.sign_up_domains, value),
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
    use std::future::{pending, ready};

    use ajet_protocol::CreateCommunities;
    use serde_json::json;
    use tokio::time::advance;

    use super::*;

    fn edits_within(edit_window_s: i64) -> SystemSettings {
        SystemSettings { edit_window_s, ..SystemSettings::default() }
    }

    async fn not_read() -> Result<SystemSettings, StoreError> {
        panic!("one reads for all")
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_hangs_keeps_no_other_waiting() {
        let remembered = Remembered::default();
        let read = remembered.or_read(ready(Ok(edits_within(1)))).await.expect("reads");
        assert_eq!(read, edits_within(1));
        advance(FRESH).await;
        let hanging = remembered.or_read(pending());
        let other = timeout(READ_WITHIN * 2, remembered.or_read(not_read()));
        tokio::select! {
            biased;
            read = hanging => panic!("{read:?}"),
            last = other => assert_eq!(last.expect("at once").expect("the last ones"), edits_within(1)),
        }
        // The one who read has gone: another one reads.
        let read = remembered.or_read(ready(Ok(edits_within(2)))).await.expect("reads");
        assert_eq!(read, edits_within(2));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_old_is_read_once_for_all_who_ask() {
        let remembered = Remembered::default();
        remembered.or_read(ready(Ok(edits_within(1)))).await.expect("reads");
        advance(FRESH).await;
        let slow = async {
            tokio::time::sleep(READ_WITHIN / 2).await;
            Ok(edits_within(2))
        };
        let (one, other) = tokio::join!(remembered.or_read(slow), remembered.or_read(not_read()));
        assert_eq!((one.expect("reads"), other.expect("waits")), (edits_within(2), edits_within(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn without_the_database_the_last_ones_hold() {
        let remembered = Remembered::default();
        let away = || ready(Err(StoreError::ended()));
        assert!(remembered.or_read(away()).await.is_err(), "none were read yet");
        remembered.or_read(ready(Ok(edits_within(1)))).await.expect("reads");
        advance(FRESH).await;
        assert_eq!(remembered.or_read(away()).await.expect("the last ones"), edits_within(1));
    }

    #[test]
    fn what_is_written_is_read_and_what_a_newer_node_wrote_is_passed_over() {
        let update = UpdateSettings {
            create_communities: Some(CreateCommunities::Everybody),
            edit_window_s: Some(60),
            link_previews: Some(true),
            audit_retention_days: Some(Some(7)),
            ..UpdateSettings::default()
        };
        let Value::Object(written) = serde_json::to_value(&update).expect("writes") else { panic!("fields") };
        let mut settings = SystemSettings::default();
        written.into_iter().for_each(|(key, value)| set(&mut settings, &key, value));
        let expected = SystemSettings {
            create_communities: CreateCommunities::Everybody,
            edit_window_s: 60,
            link_previews: true,
            audit_retention_days: Some(7),
            ..SystemSettings::default()
        };
        assert_eq!(settings, expected);
        for (key, value) in
            [("sign_up_domains", json!("x")), ("gained", json!(1)), ("edit_window_s", json!("x"))]
        {
            set(&mut settings, key, value);
        }
        assert_eq!(settings, expected);
        settings.sign_up = SignUp::Open;
        set(&mut settings, "sign_up", json!("by_letter"));
        assert_eq!(settings.sign_up, SignUp::Invite, "what is not understood lets no more people in");
        set(&mut settings, "audit_retention_days", Value::Null);
        assert_eq!(settings.audit_retention_days, None);
    }

    #[test]
    fn every_setting_is_read() {
        let all = serde_json::to_value(SystemSettings::default()).expect("writes");
        let fields = all.as_object().expect("fields");
        for (key, value) in [
            ("create_communities", json!("everybody")),
            ("sign_up", json!("open")),
            ("sign_up_domains", json!(["example.org"])),
            ("edit_window_s", json!(1)),
            ("upload_max_bytes", json!(1)),
            ("link_previews", json!(true)),
            ("message_retention_days", json!(1)),
            ("audit_retention_days", json!(1)),
        ] {
            assert!(fields.contains_key(key), "{key}");
            let mut settings = SystemSettings::default();
            set(&mut settings, key, value);
            assert_ne!(settings, SystemSettings::default(), "{key}");
        }
        assert_eq!(fields.len(), 8, "a new setting stands here and in `set`");
    }
}
