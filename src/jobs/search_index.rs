//! Messages that a search does not find as they are get indexed: those from before there was a search, and those that nodes of an older
//! release wrote, edited or deleted while others were updated. What this release writes is indexed in the same commit.

use std::time::Duration;

use ajet_protocol::MessageId;
use uuid::Uuid;

use super::channel_delete::PAUSE;
use crate::usecases::{Context, Failure};

/// Messages that are looked at by one statement.
const CHUNK: i64 = 1000;
/// Chunks that are looked at again each time: a million messages in some four hours, at little cost for a table that has nothing to mend.
const AGAIN: usize = 50;
/// Messages younger than this are left for the next time: one with a lower id may still be on its way, of a node whose clock is behind.
const SETTLED: Duration = Duration::from_secs(600);

/// Indexes what lacks it; part of `system:tidy`.
///
/// # Errors
/// The store is away. What was indexed stays, and the next time goes on from there.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let settled = u64::try_from(SETTLED.as_millis()).unwrap_or_default();
    let before = context.now().unix_millis().saturating_sub(settled);
    let below = MessageId(Uuid::from_u64_pair(before << 16, 0));
    while context.store.index_next(below, CHUNK).await? > 0 {
        tokio::time::sleep(PAUSE).await;
    }
    for _ in 0..AGAIN {
        if context.store.index_again(CHUNK).await? == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
