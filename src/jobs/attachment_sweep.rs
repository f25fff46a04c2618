//! Files that no one gets any more lose their bytes: those of deleted messages and channels, and those that no message has for a day. So
//! does what clients put into the object store and no one looks at. A file that is pending for too long is looked at as it is.
//!
//! The bytes go first, and the row after them. So what was cut off is found again, and no bytes are left that no row knows of. An object
//! that can't be removed keeps no other one from going: it is tried again the next time.

use ajet_protocol::AttachmentId;
use uuid::Uuid;

use super::channel_delete::PAUSE;
use super::sweep_failures::Failures;
use crate::store::removal::Removed;
use crate::usecases::{Context, Failure, attachments};

/// Files that are dealt with at a time.
const CHUNK: i64 = 200;
/// Before all files.
const NONE: AttachmentId = AttachmentId(Uuid::nil());

/// Removes what is to go; part of `system:tidy`.
///
/// # Errors
/// The database is away, or the object store failed a request. What could be done is done.
pub async fn run(context: &Context) -> Result<(), Failure> {
    while context.store.expire_attachments().await? == Removed::Some {
        tokio::time::sleep(PAUSE).await;
    }
    let looked_at = look_at_overdue(context).await;
    let swept = sweep_uploads(context).await;
    let removed = remove(context).await;
    looked_at.and(swept).and(removed)
}

/// Has those looked at whose uploads were not completed. One that was never put there is not fit to be shown.
async fn look_at_overdue(context: &Context) -> Result<(), Failure> {
    let mut after = NONE;
    loop {
        let ids = context.store.overdue_attachments(after, CHUNK).await?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = *last;
        for id in &ids {
            context.store.ask_to_process(*id).await?;
        }
        context.node.jobs().notify_one();
    }
}

/// Removes what is left where clients put files: an address takes bytes after they were looked at as well.
async fn sweep_uploads(context: &Context) -> Result<(), Failure> {
    let (mut after, mut failures) = (NONE, Failures::default());
    loop {
        let ids = context.store.closed_uploads(after, CHUNK).await?;
        let Some(last) = ids.last() else { return failures.end() };
        after = *last;
        let mut swept = Vec::new();
        for id in &ids {
            if failures.say_away() {
                break;
            }
            if failures.note(attachments::remove_upload(context, *id).await) {
                swept.push(*id);
            }
        }
        context.store.note_swept_uploads(&swept).await?;
        if failures.say_away() {
            return failures.end();
        }
    }
}

/// Removes the bytes of files, and then forgets them.
async fn remove(context: &Context) -> Result<(), Failure> {
    let (mut after, mut failures) = (NONE, Failures::default());
    loop {
        let files = context.store.removed_attachments(after, CHUNK).await?;
        let Some((last, _)) = files.last() else { return failures.end() };
        after = *last;
        let mut gone = Vec::new();
        for (id, filename) in &files {
            if failures.say_away() {
                break;
            }
            if failures.note(attachments::remove_bytes(context, *id, filename).await) {
                gone.push(*id);
            }
        }
        context.store.forget_attachments(&gone).await?;
        if failures.say_away() {
            return failures.end();
        }
    }
}
