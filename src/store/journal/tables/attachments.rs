//! Files of messages. A channel's stream writes them; a message that is deleted loses its files in the same commit.

use ajet_domain::Change;
use ajet_protocol::Attachment;
use serde_json::{Value, json};

use crate::store::attachments::status_text;
use crate::store::journal::table::Table;

/// What an append says of a file comes together in one row, so one that is added and posted is inserted with its message. A row with
/// `gone` is about all files of a message that is deleted. It has no id, so its key is that of no other row: a file with a row of its own
/// looks for that row and sets what it would have set, and no row of the database is touched twice.
pub const TABLE: Table = Table {
    name: "attachments",
    columns: "id uuid, gone uuid, is_new boolean, uploader_id uuid, filename text, content_type text, size_bytes bigint,
    width integer, height integer, thumbnail boolean, status text, alt text, message_id uuid, place smallint,
    created_at timestamptz, deleted_at timestamptz",
    spent: None,
    writes: "new_attachments as (
  insert into attachments (id, channel_id, uploader_id, filename, content_type, size_bytes, width, height, thumbnail, status, alt,
                           message_id, place, created_at, deleted_at)
  select r.id, r.stream, r.uploader_id, r.filename, r.content_type, r.size_bytes, r.width, r.height, coalesce(r.thumbnail, false),
         r.status, coalesce(r.alt, ''), r.message_id, coalesce(r.place, 0), r.created_at,
         coalesce(r.deleted_at, (select w.deleted_at from attachments_rows w where w.stream = r.stream and w.gone = r.message_id))
  from attachments_rows r join admitted a on a.id = r.stream where r.is_new
), changed_attachments as (
  update attachments x set content_type = coalesce(r.content_type, x.content_type), size_bytes = coalesce(r.size_bytes, x.size_bytes),
         width = coalesce(r.width, x.width), height = coalesce(r.height, x.height), thumbnail = coalesce(r.thumbnail, x.thumbnail),
         status = coalesce(r.status, x.status), alt = coalesce(r.alt, x.alt), message_id = coalesce(r.message_id, x.message_id),
         place = coalesce(r.place, x.place),
         deleted_at = coalesce(x.deleted_at, r.deleted_at, (
           select w.deleted_at from attachments_rows w
           where w.stream = r.stream and w.gone = coalesce(r.message_id, x.message_id)))
  from attachments_rows r join admitted a on a.id = r.stream
  where r.is_new is not true and r.gone is null and x.id = r.id and x.channel_id = r.stream
), removed_attachments as (
  update attachments x set deleted_at = r.deleted_at
  from attachments_rows r join admitted a on a.id = r.stream
  where x.message_id = r.gone and x.channel_id = r.stream and x.deleted_at is null and not exists (
    select from attachments_rows w where w.stream = r.stream and w.id = x.id)
)",
    key: &["id", "gone"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddAttachment { attachment, uploader, at } => {
            let mut row = settled(attachment);
            row["is_new"] = json!(true);
            row["uploader_id"] = json!(uploader);
            row["filename"] = json!(attachment.filename);
            row["alt"] = json!(attachment.alt.as_deref().unwrap_or_default());
            row["created_at"] = json!(at);
            Some(row)
        }
        Change::SettleAttachment { attachment } => Some(settled(attachment)),
        Change::DescribeAttachment { id, alt } => Some(json!({"id": id, "alt": alt})),
        Change::AttachFile { id, message_id, place } => {
            Some(json!({"id": id, "message_id": message_id, "place": place}))
        }
        Change::RemoveAttachment { id, at } => Some(json!({"id": id, "deleted_at": at})),
        Change::DeleteMessage { id, at } => Some(json!({"gone": id, "deleted_at": at})),
        _ => None,
    }
}

/// What is known of a file's bytes.
fn settled(attachment: &Attachment) -> Value {
    json!({
        "id": attachment.id,
        "content_type": attachment.content_type,
        "size_bytes": attachment.size_bytes,
        "width": attachment.width,
        "height": attachment.height,
        "thumbnail": attachment.thumbnail_url.is_some(),
        "status": status_text(attachment.status),
    })
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{AttachmentId, MessageId, Timestamp};
    use uuid::Uuid;

    use super::*;

    /// Else of a file's row and that of its message's deletion in one append only the later one would stand.
    #[test]
    fn the_files_of_a_deleted_message_are_another_row_than_each_of_them() {
        let (id, message_id, at) = (AttachmentId(Uuid::nil()), MessageId(Uuid::nil()), Timestamp::FAR);
        let key = |change: Change| {
            let row = row(&change).expect("a row");
            TABLE.key.iter().map(|field| row[*field].clone()).collect::<Vec<_>>()
        };
        let posted = key(Change::AttachFile { id, message_id, place: 0 });
        assert_eq!(posted, key(Change::RemoveAttachment { id, at }));
        assert_ne!(posted, key(Change::DeleteMessage { id: message_id, at }));
    }
}
