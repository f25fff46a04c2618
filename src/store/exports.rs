//! Exports: which a person asked for, and how far each is. What is in them is read by `exported`.

use ajet_domain::JobRequest;
use ajet_domain::writer::SpentKey;
use ajet_protocol::{Export, ExportId, ExportStatus, Timestamp, UserId, limits};
use time::OffsetDateTime;

use super::{Inconsistent, Store, StoreError};

/// Exports in one list; those that failed go after two days.
const SHOWN: i64 = 10;

/// An export that a person asked for, as it is now; without the address of its file, which is made for each answer.
struct ExportRow {
    id: uuid::Uuid,
    status: String,
    size_bytes: Option<i64>,
    created_at: OffsetDateTime,
    expires_at: Option<OffsetDateTime>,
}

/// A file that is stored.
pub struct MadeExport {
    pub size_bytes: i64,
    /// What the object store held open for it meanwhile, where it was large.
    pub upload: Option<String>,
}

/// An export that is past its time.
pub struct PastExport {
    pub id: ExportId,
    /// What the object store still holds open for it.
    pub upload: Option<String>,
}

impl ExportRow {
    fn export(self) -> Result<Export, StoreError> {
        let status = ExportStatus::ALL.into_iter().find(|one| one.as_str() == self.status);
        Ok(Export {
            id: ExportId(self.id),
            status: status.ok_or(Inconsistent("status of an export"))?,
            url: None,
            size_bytes: self.size_bytes,
            created_at: self.created_at.into(),
            expires_at: self.expires_at.map(Into::into),
        })
    }
}

impl Store {
    /// The export that a person waits for, or a new one of the key's id, with the job that makes it; the key is spent for it. One that is being
    /// made starts over: it may have read what was changed since. `None`: the key was spent before.
    ///
    /// # Errors
    /// The constraint `exports_unfinished_key` where another request of the person was quicker; others of [`StoreError`]
    pub async fn ask_for_export(&self, spent: &SpentKey) -> Result<Option<Export>, StoreError> {
        let SpentKey { key, object, fingerprint, at } = spent;
        let job = JobRequest::MakeExport { user_id: key.author, export_id: ExportId(*object) };
        let row = sqlx::query!(
            r#"with before as materialized (
                 select id, created_at from exports where user_id = $1 and status in ('pending', 'running') for update
               ), keyed as (
                 insert into mutations (author_id, key, object_id, fingerprint, created_at)
                 values ($1, $2::text, coalesce((select id from before), $3::uuid), $4::int8, $5::timestamptz)
                 on conflict (author_id, key) do nothing returning object_id
               ), restarted as (
                 update exports e set status = 'pending' from keyed k where e.id = k.object_id and e.status = 'running'
               ), made as (
                 insert into exports (id, user_id, status, created_at)
                 select k.object_id, $1, 'pending', $5 from keyed k where k.object_id = $3 returning id, created_at
               ), asked as (
                 insert into job_requests (name, key, payload) select $6::text, $7::text, $8::jsonb from made
               )
               select b.id as "id!", b.created_at as "created_at!" from before b join keyed k on k.object_id = b.id
               union all
               select id, created_at from made"#,
            key.author.0,
            key.key.as_str(),
            *object,
            *fingerprint,
            OffsetDateTime::from(*at),
            job.name(),
            job.key(),
            job.payload()
        )
        .fetch_optional(self.commands())
        .await?;
        Ok(row.map(|row| Export {
            id: ExportId(row.id),
            status: ExportStatus::Pending,
            url: None,
            size_bytes: None,
            created_at: row.created_at.into(),
            expires_at: None,
        }))
    }

    /// An export of a person.
    pub async fn export(&self, person: UserId, id: ExportId) -> Result<Option<Export>, StoreError> {
        let row = sqlx::query_as!(
            ExportRow,
            "select id, status, size_bytes, created_at, expires_at from exports
             where user_id = $1 and id = $2 and coalesce(expires_at > now(), true)",
            person.0,
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        row.map(ExportRow::export).transpose()
    }

    /// The exports of a person, the newest first.
    pub async fn exports_of(&self, person: UserId) -> Result<Vec<Export>, StoreError> {
        let rows = sqlx::query_as!(
            ExportRow,
            "select id, status, size_bytes, created_at, expires_at from exports
             where user_id = $1 and coalesce(expires_at > now(), true) order by id desc limit $2",
            person.0,
            SHOWN
        )
        .fetch_all(self.reads())
        .await?;
        rows.into_iter().map(ExportRow::export).collect()
    }

    /// Notes that an export is being made; `None` where it is not to be: it is ready, or gone. Else what an earlier attempt left open in
    /// the object store.
    pub async fn begin_export(
        &self,
        person: UserId,
        id: ExportId,
    ) -> Result<Option<Option<String>>, StoreError> {
        let begun = sqlx::query_scalar!(
            "update exports set status = 'running' where id = $1 and user_id = $2 and status in ('pending', 'running')
             returning upload",
            id.0,
            person.0
        )
        .fetch_optional(self.background())
        .await?;
        Ok(begun)
    }

    /// Notes what the object store is to hold open for an export; whether it may: another attempt may have begun, or ended.
    pub async fn note_export_upload(&self, id: ExportId, upload: &str) -> Result<bool, StoreError> {
        let noted = sqlx::query!(
            "update exports set upload = $2 where id = $1 and status in ('pending', 'running') and upload is null",
            id.0,
            upload
        )
        .execute(self.background())
        .await?;
        Ok(noted.rows_affected() > 0)
    }

    /// Notes that the object store holds this open no more.
    pub async fn forget_export_upload(&self, id: ExportId, upload: &str) -> Result<(), StoreError> {
        sqlx::query!("update exports set upload = null where id = $1 and upload = $2", id.0, upload)
            .execute(self.background())
            .await?;
        Ok(())
    }

    /// Notes that an export is ready, and that its person is to be told; it takes the place of the one before, whose file is to go. Whether it
    /// is: it may be ready before, asked for again, or gone.
    pub async fn finish_export(
        &self,
        person: UserId,
        id: ExportId,
        made: &MadeExport,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let told = sqlx::query!(
            "with ready as (
               update exports set status = 'ready', upload = nullif(upload, $6), size_bytes = $3,
                      expires_at = $4::timestamptz + make_interval(days => $5)
               where id = $1 and user_id = $2 and status = 'running' returning id
             ), replaced as (
               update exports e set expires_at = least(e.expires_at, $4) from ready r
               where e.user_id = $2 and e.status = 'ready' and e.id <> r.id
             )
             insert into due_notices (message_id, user_id, told_as, source_id, actor_id, created_at)
             select gen_random_uuid(), $2, 'export_ready', id, $2, $4 from ready",
            id.0,
            person.0,
            made.size_bytes,
            OffsetDateTime::from(at),
            limits::EXPORT_DAYS,
            made.upload.as_deref()
        )
        .execute(self.background())
        .await?;
        Ok(told.rows_affected() > 0)
    }

    /// Notes that an export could not be made.
    pub async fn fail_export(&self, id: ExportId) -> Result<(), StoreError> {
        sqlx::query!(
            "update exports set status = 'failed' where id = $1 and status in ('pending', 'running')",
            id.0
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Notes of exports for which there is no job any more that they could not be made: its last attempt ended with its node, or took too
    /// long, or an operator removed it.
    pub async fn fail_lost_exports(&self) -> Result<(), StoreError> {
        sqlx::query!(
            "update exports e set status = 'failed'
             where e.status in ('pending', 'running')
               and not exists (select from job_requests r where r.key = 'export:make:' || e.id::text)
               and not exists (
                 select from graphile_worker.jobs j
                 where j.key = 'export:make:' || e.id::text and (j.attempts < j.max_attempts or j.locked_at is not null))"
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Some exports that are past their time, by their ids, whose files are to go.
    pub async fn past_exports(&self, after: ExportId, limit: i64) -> Result<Vec<PastExport>, StoreError> {
        let rows = sqlx::query!(
            "select id, upload from exports
             where id > $1 and (expires_at < now() or status = 'failed' and created_at < now() - interval '2 days')
             order by id limit $2",
            after.0,
            limit
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| PastExport { id: ExportId(row.id), upload: row.upload }).collect())
    }

    /// Forgets an export whose file is gone.
    pub async fn forget_export(&self, id: ExportId) -> Result<(), StoreError> {
        sqlx::query!("delete from exports where id = $1", id.0).execute(self.background()).await?;
        Ok(())
    }
}
