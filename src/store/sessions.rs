//! A person's sessions, as the person lists and ends them. How they are opened and looked up stands in `accounts.rs`.

use ajet_protocol::{Page, PageQuery, Session, SessionId, Timestamp, UserId};

use super::communities::page_of;
use super::{Store, StoreError};

impl Store {
    /// A person's sessions that are not over, by their ids; `current` is the one that asks.
    pub async fn sessions_of(
        &self,
        person: UserId,
        current: SessionId,
        now: Timestamp,
        query: &PageQuery,
    ) -> Result<Page<Session>, StoreError> {
        let rows = sqlx::query!(
            r#"select id, device, created_at, coalesce(last_used_at, created_at) as "last_used_at!" from sessions
               where user_id = $1 and expires_at > $2 and ($3::uuid is null or id > $3) and ($4::uuid is null or id < $4)
               order by case when $4::uuid is null then id end, id desc limit $5::int8 + 1"#,
            person.0,
            time::OffsetDateTime::from(now),
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.live())
        .await?;
        let shown = rows.into_iter().map(|row| Session {
            id: SessionId(row.id),
            device: row.device,
            created_at: row.created_at.into(),
            last_used_at: row.last_used_at.into(),
            current: row.id == current.0,
        });
        Ok(page_of(shown.collect(), query))
    }

    /// Ends one of a person's sessions; whether it was one.
    pub async fn close_session_of(&self, person: UserId, id: SessionId) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            r#"with gone as (
                 delete from sessions where id = $1 and user_id = $2 returning id
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select $2, $2, 'session.end', 'session', id, '{"reason": "ended"}'::jsonb, clock_timestamp() from gone
               )
               insert into ended_sessions (id) select id from gone"#,
            id.0,
            person.0
        )
        .execute(self.live())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends all of a person's sessions but one; which they were. A device that the person approved, and that has not taken its session
    /// yet, gets none.
    pub async fn close_sessions_beside(
        &self,
        person: UserId,
        kept: SessionId,
    ) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query!(
            r#"with gone as (
                 delete from sessions where user_id = $1 and id <> $2 returning id
               ), unopened as (
                 delete from device_sign_ins where user_id = $1
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select $1, $1, 'session.end', 'session', id, '{"reason": "ended"}'::jsonb, clock_timestamp() from gone
               )
               insert into ended_sessions (id) select id from gone returning id"#,
            person.0,
            kept.0
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows.into_iter().map(|row| SessionId(row.id)).collect())
    }
}
