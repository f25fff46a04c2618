//! Files of messages: as people and their channel find them, and those whose bytes are to be removed.

use std::collections::HashMap;

use ajet_domain::need::{AttachmentFacts, AttachmentOf};
use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, ChannelId, Message, MessageId, Timestamp, UserId, limits,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::removal::Removed;
use super::{Inconsistent, Pool, Store, StoreError};

/// Rows that one statement changes at most.
const CHUNK: i64 = 1000;
/// How long a file stays that no one may get: an upload that is under way then ends before.
const KEPT_SECONDS: f64 = limits::UPLOAD_SECONDS as f64;
/// After this time nothing more comes to the address of an upload: one that was begun in its last moment has ended.
const CLOSED_SECONDS: f64 = (2 * limits::UPLOAD_SECONDS) as f64;
/// After this time a file that no message has is removed. It could not be posted any more before that.
const UNUSED_SECONDS: f64 = ((limits::UNUSED_ATTACHMENT_HOURS + 1) * 3600) as f64;

/// A file, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    pub attachment: Attachment,
    pub channel_id: ChannelId,
    pub uploader: UserId,
    /// The message that it is part of; `None`: it waits for one.
    pub message_id: Option<MessageId>,
    pub created_at: Timestamp,
}

fenced_row! {
    struct FileRow / FencedFileRow {
        id: Uuid,
        channel_id: Uuid,
        uploader_id: Uuid,
        message_id: Option<Uuid>,
        filename: String,
        content_type: String,
        size_bytes: i64,
        width: Option<i32>,
        height: Option<i32>,
        thumbnail: bool,
        status: String,
        alt: String,
        created_at: OffsetDateTime,
    }
}

impl TryFrom<FileRow> for KeptFile {
    type Error = Inconsistent;
    fn try_from(row: FileRow) -> Result<Self, Inconsistent> {
        let id = AttachmentId(row.id);
        Ok(Self {
            attachment: Attachment {
                id,
                filename: row.filename,
                content_type: row.content_type,
                size_bytes: row.size_bytes,
                width: row.width,
                height: row.height,
                status: status_of(&row.status)?,
                url: Attachment::url_of(id),
                alt: Some(row.alt).filter(|alt| !alt.is_empty()),
                thumbnail_url: row.thumbnail.then(|| Attachment::thumbnail_url_of(id)),
            },
            channel_id: ChannelId(row.channel_id),
            uploader: UserId(row.uploader_id),
            message_id: row.message_id.map(MessageId),
            created_at: row.created_at.into(),
        })
    }
}

/// A status as it is stored.
pub(super) fn status_text(status: AttachmentStatus) -> &'static str {
    match status {
        AttachmentStatus::Pending => "pending",
        AttachmentStatus::Clean => "clean",
        AttachmentStatus::Infected => "infected",
    }
}

fn status_of(text: &str) -> Result<AttachmentStatus, Inconsistent> {
    let all = [AttachmentStatus::Pending, AttachmentStatus::Clean, AttachmentStatus::Infected];
    all.into_iter().find(|one| status_text(*one) == text).ok_or(Inconsistent("attachments.status"))
}

/// The messages that have files.
fn with_files(messages: &[Message]) -> Vec<Uuid> {
    messages.iter().filter(|one| !one.attachments.is_empty()).map(|one| one.id.0).collect()
}

/// Puts files to the messages that they are part of, in the order of the rows.
fn show(rows: Vec<FileRow>, messages: &mut [Message]) -> Result<(), Inconsistent> {
    let mut found: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for row in rows {
        let KeptFile { attachment, message_id, .. } = KeptFile::try_from(row)?;
        if let Some(message) = message_id {
            found.entry(message).or_default().push(attachment);
        }
    }
    for message in messages.iter_mut().filter(|one| !one.attachments.is_empty()) {
        message.attachments = found.remove(&message.id).filter(|_| !message.deleted).unwrap_or_default();
    }
    Ok(())
}

impl Store {
    /// Fills in the files of messages that were let in under the same fence.
    ///
    /// The fence is checked once more. Files are read after the messages, in a snapshot of their own: without it what is said of them, such
    /// as a description that was just written, could be newer than the end of the reader's rights.
    pub(super) async fn fill_attachments(
        &self,
        fence: Fence,
        messages: &mut [Message],
    ) -> Result<Fenced<()>, StoreError> {
        let ids = with_files(messages);
        if ids.is_empty() {
            return Ok(Fenced::Holds(()));
        }
        let rows = fenced!(
            FencedFileRow,
            fence,
            r#"select f.holds as "holds!", x.id as "id?", x.channel_id as "channel_id?", x.uploader_id as "uploader_id?", x.message_id,
                      x.filename as "filename?", x.content_type as "content_type?", x.size_bytes as "size_bytes?", x.width, x.height,
                      x.thumbnail as "thumbnail?", x.status as "status?", x.alt as "alt?", x.created_at as "created_at?"
               from fence f
               left join attachments x on f.holds and x.message_id = any($5) and x.deleted_at is null
               order by x.message_id, x.place"#,
            &ids
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).try_map(|rows| show(rows, messages))?)
    }

    /// The same for what is for all readers, or for no one in particular.
    pub(super) async fn fill_attachments_on(
        &self,
        pool: &Pool,
        messages: &mut [Message],
    ) -> Result<(), StoreError> {
        let ids = with_files(messages);
        if ids.is_empty() {
            return Ok(());
        }
        let rows = sqlx::query_as!(
            FileRow,
            "select id, channel_id, uploader_id, message_id, filename, content_type, size_bytes, width, height, thumbnail, status,
                    alt, created_at
             from attachments where message_id = any($1) and deleted_at is null order by message_id, place",
            &ids
        )
        .fetch_all(pool)
        .await?;
        Ok(show(rows, messages)?)
    }

    /// A file for a reader of its channel: one that a message has, or that the reader uploaded.
    pub async fn attachment_for(
        &self,
        fence: Fence,
        id: AttachmentId,
    ) -> Result<Fenced<Option<KeptFile>>, StoreError> {
        let found = fenced!(
            FencedFileRow,
            fence,
            r#"select f.holds as "holds!", x.id as "id?", x.channel_id as "channel_id?", x.uploader_id as "uploader_id?", x.message_id,
                      x.filename as "filename?", x.content_type as "content_type?", x.size_bytes as "size_bytes?", x.width, x.height,
                      x.thumbnail as "thumbnail?", x.status as "status?", x.alt as "alt?", x.created_at as "created_at?"
               from fence f
               left join attachments x on f.holds and x.id = $5 and x.channel_id = $3 and x.deleted_at is null
                 and (x.message_id is null and x.uploader_id = $4
                      or exists (select from messages m where m.id = x.message_id and m.deleted_at is null))"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        let found = Fenced::one(found).try_map(|row| row.map(KeptFile::try_from).transpose());
        Ok(found?)
    }

    /// A file that is not removed, without regard to who may know of it.
    pub async fn attachment(&self, id: AttachmentId) -> Result<Option<KeptFile>, StoreError> {
        let row = sqlx::query_as!(
            FileRow,
            "select id, channel_id, uploader_id, message_id, filename, content_type, size_bytes, width, height, thumbnail, status,
                    alt, created_at
             from attachments where id = $1 and deleted_at is null",
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(KeptFile::try_from).transpose()?)
    }

    /// Asks for a job that looks at an uploaded file. One that is asked for again before it was begun is the same job.
    pub async fn ask_to_process(&self, id: AttachmentId) -> Result<(), StoreError> {
        let job = ajet_domain::JobRequest::ProcessAttachment { attachment_id: id };
        sqlx::query!(
            "insert into job_requests (name, key, payload) values ($1, $2, $3)",
            job.name(),
            job.key(),
            job.payload()
        )
        .execute(self.commands())
        .await?;
        Ok(())
    }

    /// Marks files that wait for a message for too long; whether there may be more.
    pub async fn expire_attachments(&self) -> Result<Removed, StoreError> {
        let done = sqlx::query!(
            "update attachments set deleted_at = now() where id = any(array(
               select id from attachments
               where message_id is null and deleted_at is null and created_at < now() - make_interval(secs => $1) limit $2
             )) and message_id is null",
            UNUSED_SECONDS,
            CHUNK
        )
        .execute(self.background())
        .await?;
        Ok(Removed::rows(done.rows_affected()))
    }

    /// Marks files of deleted channels; whether there may be more.
    pub async fn mark_attachments_of(&self, channels: &[ChannelId]) -> Result<Removed, StoreError> {
        let ids: Vec<Uuid> = channels.iter().map(|id| id.0).collect();
        let done = sqlx::query!(
            "update attachments set deleted_at = now() where id = any(array(
               select id from attachments where channel_id = any($1) and deleted_at is null limit $2
             ))",
            &ids,
            CHUNK
        )
        .execute(self.background())
        .await?;
        Ok(Removed::rows(done.rows_affected()))
    }

    /// Some files that are pending though nothing more comes to their address, behind one of them.
    pub async fn overdue_attachments(
        &self,
        after: AttachmentId,
        limit: i64,
    ) -> Result<Vec<AttachmentId>, StoreError> {
        let rows = sqlx::query!(
            "select id from attachments
             where status = 'pending' and deleted_at is null and id > $1 and created_at < now() - make_interval(secs => $2)
             order by id limit $3",
            after.0,
            CLOSED_SECONDS,
            limit
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| AttachmentId(row.id)).collect())
    }

    /// Some files that are looked at and to whose address nothing more comes, behind one of them; what may be there is not removed yet.
    pub async fn closed_uploads(
        &self,
        after: AttachmentId,
        limit: i64,
    ) -> Result<Vec<AttachmentId>, StoreError> {
        let rows = sqlx::query!(
            "select id from attachments
             where not upload_swept and deleted_at is null and status <> 'pending' and id > $1
               and created_at < now() - make_interval(secs => $2)
             order by id limit $3",
            after.0,
            CLOSED_SECONDS,
            limit
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| AttachmentId(row.id)).collect())
    }

    /// Notes of files that nothing is left at their address.
    pub async fn note_swept_uploads(&self, ids: &[AttachmentId]) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        sqlx::query!("update attachments set upload_swept = true where id = any($1)", &ids)
            .execute(self.background())
            .await?;
        Ok(())
    }

    /// Some files whose bytes are to be removed, with their names, behind one of them.
    pub async fn removed_attachments(
        &self,
        after: AttachmentId,
        limit: i64,
    ) -> Result<Vec<(AttachmentId, String)>, StoreError> {
        let rows = sqlx::query!(
            "select id, filename from attachments
             where deleted_at is not null and deleted_at < now() - make_interval(secs => $1) and id > $2
             order by id limit $3",
            KEPT_SECONDS,
            after.0,
            limit
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| (AttachmentId(row.id), row.filename)).collect())
    }

    /// Forgets files whose bytes are removed.
    pub async fn forget_attachments(&self, ids: &[AttachmentId]) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        sqlx::query!("delete from attachments where id = any($1) and deleted_at is not null", &ids)
            .execute(self.background())
            .await?;
        Ok(())
    }
}

impl Answers<AttachmentOf> for Lookup<'_> {
    /// A community has no files: without a channel nothing is found.
    async fn answer(&self, asked: &[AttachmentOf]) -> Answered<AttachmentOf> {
        let Some(channel) = self.channel else { return Ok(complete(asked, [])) };
        let ids: Vec<Uuid> = asked.iter().map(|AttachmentOf(id)| id.0).collect();
        let rows = sqlx::query_as!(
            FileRow,
            "select id, channel_id, uploader_id, message_id, filename, content_type, size_bytes, width, height, thumbnail, status,
                    alt, created_at
             from attachments where channel_id = $1 and id = any($2) and deleted_at is null",
            channel.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let mut found = Vec::new();
        for row in rows {
            let KeptFile { attachment, uploader, message_id, created_at, .. } = KeptFile::try_from(row)?;
            let question = AttachmentOf(attachment.id);
            found.push((question, Some(AttachmentFacts { attachment, uploader, message_id, created_at })));
        }
        Ok(complete(asked, found))
    }
}
