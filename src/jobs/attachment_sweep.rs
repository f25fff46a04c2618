//! Files that no one gets any more lose their bytes: those of deleted messages and channels, and those that no message has for a day.
//!
//! The bytes go first, and the row after them. So what was cut off is found again, and no bytes are left that no row knows of.

use super::channel_delete::PAUSE;
use crate::store::removal::Removed;
use crate::usecases::{Context, Failure, attachments};

/// Files that are dealt with at a time.
const CHUNK: i64 = 200;

/// Removes what is to go; part of `system:tidy`.
///
/// # Errors
/// The database or the object store is away.
pub async fn run(context: &Context) -> Result<(), Failure> {
    while context.store.expire_attachments().await? == Removed::Some {
        tokio::time::sleep(PAUSE).await;
    }
    loop {
        let files = context.store.removed_attachments(CHUNK).await?;
        for (id, filename) in &files {
            attachments::remove_bytes(context, *id, filename).await?;
        }
        let ids: Vec<_> = files.iter().map(|(id, _)| *id).collect();
        context.store.forget_attachments(&ids).await?;
        if ids.len() < CHUNK.unsigned_abs() as usize {
            return Ok(());
        }
    }
}
