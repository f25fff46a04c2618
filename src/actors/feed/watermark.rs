//! The watermark: a snapshot of the log of which this node's sessions have been handed everything.
//!
//! Twice a second it asks the log which streams have grown since the last watermark. A feed that has not delivered that
//! far is told, and reads what it lacks: so an event that NATS lost is late, never missing. Once every feed is there, the
//! new snapshot becomes the cursor of all frames encoded from then on. It lags, and may: replay doubles, and never skips.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;

use super::hub::Feeds;
use crate::store::Store;

const EVERY: Duration = Duration::from_millis(500);

/// The cursor that new frames carry; shared by all feeds of the node. Empty until the log was first read.
#[derive(Clone, Default)]
pub struct Cursor(Arc<RwLock<Arc<str>>>);

impl Cursor {
    /// The present cursor, as clients get it.
    #[must_use]
    pub fn current(&self) -> Arc<str> {
        Arc::clone(&self.0.read())
    }

    fn set(&self, text: &str) {
        *self.0.write() = text.into();
    }

    /// Writes a cursor: which database, and a snapshot of it.
    #[must_use]
    pub fn encode(database: uuid::Uuid, snapshot: &str) -> String {
        format!("{}.{snapshot}", &database.simple().to_string()[..8])
    }

    /// The snapshot of a cursor of this database; `None` for anything else.
    #[must_use]
    pub fn decode(database: uuid::Uuid, cursor: &str) -> Option<&str> {
        let (prefix, snapshot) = cursor.split_once('.')?;
        let ours = database.simple().to_string().get(..8) == Some(prefix);
        let well_formed =
            !snapshot.is_empty() && snapshot.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b',');
        (ours && well_formed).then_some(snapshot)
    }
}

/// Runs for as long as the node lives.
pub async fn run(store: Store, feeds: Feeds, cursor: Cursor) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut known: Option<(uuid::Uuid, String)> = None;
    loop {
        tick.tick().await;
        match &mut known {
            None => known = begin(&store, &cursor).await,
            Some((database, snapshot)) => {
                let Ok(advance) = store.advance_from(snapshot).await else { continue };
                let lacking = advance
                    .heads
                    .iter()
                    .filter(|(community, stream, head)| !feeds.has_delivered(*community, *stream, *head));
                if lacking.count() == 0 {
                    *snapshot = advance.snapshot;
                    cursor.set(&Cursor::encode(*database, snapshot));
                }
            }
        }
    }
}

async fn begin(store: &Store, cursor: &Cursor) -> Option<(uuid::Uuid, String)> {
    let database = store.database_id().await.ok()?;
    let snapshot = store.snapshot().await.ok()?;
    cursor.set(&Cursor::encode(database, &snapshot));
    Some((database, snapshot))
}
