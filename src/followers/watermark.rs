//! The watermark: a snapshot of the log of which this node's sessions have been handed everything.
//!
//! Twice a second it asks the log which streams have grown since the last watermark, and waits until the feeds have delivered
//! that far; then the new snapshot becomes the cursor of all frames encoded from then on. What is asked is fixed: however many
//! events come meanwhile, the wait ends when those from before have arrived, some milliseconds later as a rule. A feed that
//! still lacks some after a while is told, and reads them: so an event that NATS lost is late, never missing. The cursor lags
//! by that much, and may: replay repeats, and never skips. It delivers nothing itself.

use std::time::{Duration, Instant};

use ajet_protocol::{CommunityId, StreamId};

use crate::actors::feed::{Cursor, Feeds};
use crate::store::Store;
use crate::store::replay::LogIdentity;

/// Interval between two questions to the log.
const EVERY: Duration = Duration::from_millis(500);
/// Between two looks at the feeds.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How long events under way are waited for before a feed is told to read them from the log.
const PATIENCE: Duration = Duration::from_millis(250);
/// A snapshot that saw nothing.
const BEGINNING: &str = "1:1:";

/// Moves the cursor of the feeds on until the node ends.
pub async fn run(store: Store, feeds: Feeds) {
    let cursor = feeds.cursor();
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut known: Option<(LogIdentity, String)> = None;
    let mut feeds_lag = false;
    loop {
        tick.tick().await;
        let Some((log, snapshot)) = &mut known else {
            known = begin(&store, feeds_lag.then_some(&feeds), &cursor).await;
            continue;
        };
        let Ok(advance) = store.advance_from(snapshot).await else { continue };
        if advance.log != *log {
            // A replica took over, and numbers transactions anew. What was committed before the first snapshot of the new log
            // may still be on its way: until it has arrived there is no cursor.
            cursor.set("");
            (known, feeds_lag) = (None, true);
            continue;
        }
        settled(&feeds, &advance.heads).await;
        *snapshot = advance.snapshot;
        cursor.set(&Cursor::encode(*log, snapshot));
    }
}

/// Waits until streams are delivered up to where they were when they were looked at.
async fn settled(feeds: &Feeds, heads: &[(CommunityId, StreamId, u64)]) {
    let mut waited = Instant::now();
    loop {
        let lacking: Vec<_> = heads
            .iter()
            .filter(|(community, stream, head)| !feeds.has_delivered(*community, *stream, *head))
            .collect();
        if lacking.is_empty() {
            return;
        }
        if waited.elapsed() > PATIENCE {
            lacking.iter().for_each(|(community, stream, head)| feeds.tell(*community, *stream, *head));
            waited = Instant::now();
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// The first snapshot of a log, after all that the feeds may still lack of it.
async fn begin(store: &Store, lagging: Option<&Feeds>, cursor: &Cursor) -> Option<(LogIdentity, String)> {
    let (log, snapshot) = match lagging {
        Some(feeds) => {
            let advance = store.advance_from(BEGINNING).await.ok()?;
            settled(feeds, &advance.heads).await;
            (advance.log, advance.snapshot)
        }
        None => (store.log_identity().await.ok()?, store.snapshot().await.ok()?),
    };
    cursor.set(&Cursor::encode(log, &snapshot));
    Some((log, snapshot))
}
