//! `attachment:process`: looks at a file that its client has put into the object store, and has its channel say what it is.
//!
//! One whose message or channel was deleted meanwhile is left alone: what was stored of it is removed.

use ajet_protocol::{AttachmentId, Code};

use crate::usecases::{Context, Failure, attachments};

/// Does the job; again changes nothing.
///
/// # Errors
/// [`Failure`], where the store or the object store is away, or the channel can't be asked
pub async fn run(context: &Context, id: AttachmentId) -> Result<(), Failure> {
    let Some(file) = context.store.attachment(id).await? else { return Ok(()) };
    match attachments::process(context, id).await {
        Err(failure) if failure.code == Code::NotFound => {
            attachments::remove_bytes(context, id, &file.attachment.filename).await
        }
        done => done,
    }
}
