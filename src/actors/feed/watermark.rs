//! The watermark: a snapshot of the log of which this node's sessions have been handed everything.
//!
//! Twice a second it asks the log which streams have grown since the last watermark, and waits until the feeds have delivered
//! that far; then the new snapshot becomes the cursor of all frames encoded from then on. What is asked is fixed: however many
//! events come meanwhile, the wait ends when those from before have arrived, some milliseconds later as a rule. A feed that
//! still lacks some after a while is told, and reads them: so an event that NATS lost is late, never missing. The cursor lags
//! by that much, and may: replay repeats, and never skips.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_protocol::{CommunityId, StreamId};
use parking_lot::RwLock;

use super::hub::Feeds;
use crate::store::Store;
use crate::store::replay::LogIdentity;

const EVERY: Duration = Duration::from_millis(500);
/// Between two looks at the feeds.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How long events under way are waited for before a feed is told to read them from the log.
const PATIENCE: Duration = Duration::from_millis(250);
/// A cursor travels in a header: a snapshot that lists more transactions in progress is replaced by a coarser one.
const SNAPSHOT_CHARS: usize = 400;
/// A snapshot that saw nothing.
const BEGINNING: &str = "1:1:";

/// The cursor that new frames carry; shared by all feeds of the node. Empty until the log was first read.
#[derive(Clone, Default)]
pub struct Cursor(Arc<RwLock<Arc<str>>>);

/// What a client's cursor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position<'a> {
    pub snapshot: &'a str,
    /// Where the stream it comes from was narrowed to one community: of the others it says nothing.
    pub scope: Option<CommunityId>,
}

impl Cursor {
    /// The present cursor, as clients get it.
    #[must_use]
    pub fn current(&self) -> Arc<str> {
        Arc::clone(&self.0.read())
    }

    fn set(&self, text: &str) {
        *self.0.write() = text.into();
    }

    /// Writes a cursor: which log, and a snapshot of it.
    #[must_use]
    pub fn encode(log: LogIdentity, snapshot: &str) -> String {
        let snapshot = match snapshot.split_once(':') {
            // All before the oldest transaction in progress: the reader is sent some events again.
            Some((oldest, _)) if snapshot.len() > SNAPSHOT_CHARS => format!("{oldest}:{oldest}:"),
            _ => snapshot.to_owned(),
        };
        format!("{}.{snapshot}", prefix(log))
    }

    /// The cursor of a stream that was narrowed to one community.
    #[must_use]
    pub fn scoped(cursor: &str, scope: Option<CommunityId>) -> String {
        match scope {
            Some(community) if !cursor.is_empty() => format!("{cursor}~{}", community.0.simple()),
            _ => cursor.to_owned(),
        }
    }

    /// What a cursor of this log says; `None` for anything else.
    #[must_use]
    pub fn decode(log: LogIdentity, cursor: &str) -> Option<Position<'_>> {
        let (log_prefix, rest) = cursor.split_once('.')?;
        let (snapshot, scope) = match rest.split_once('~') {
            Some((snapshot, scope)) => (snapshot, Some(scope.parse().ok()?)),
            None => (rest, None),
        };
        let well_formed =
            !snapshot.is_empty() && snapshot.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b',');
        (log_prefix == prefix(log) && well_formed).then_some(Position { snapshot, scope })
    }
}

fn prefix(log: LogIdentity) -> String {
    format!("{}-{:x}", &log.database.simple().to_string()[..8], log.timeline)
}

/// Runs for as long as the node lives.
pub async fn run(store: Store, feeds: Feeds, cursor: Cursor) {
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_says_where_in_which_log_and_of_what() {
        let log = LogIdentity { database: Uuid::from_u128(7 << 96), timeline: 1 };
        let community = CommunityId(Uuid::from_u128(9));
        let cursor = Cursor::encode(log, "10:20:12,13");
        assert_eq!(Cursor::decode(log, &cursor), Some(Position { snapshot: "10:20:12,13", scope: None }));
        let scoped = Cursor::scoped(&cursor, Some(community));
        assert_eq!(Cursor::decode(log, &scoped).and_then(|position| position.scope), Some(community));
        assert_eq!(Cursor::decode(LogIdentity { timeline: 2, ..log }, &cursor), None, "after a failover");
        assert_eq!(Cursor::decode(LogIdentity { database: Uuid::nil(), ..log }, &cursor), None);
        for bad in ["", "x", "00000007-1.", "00000007-1.1;2", "00000007-1.1:2:~nonsense"] {
            assert_eq!(Cursor::decode(log, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_cursor_fits_into_a_header_however_much_is_in_progress() {
        let log = LogIdentity { database: Uuid::nil(), timeline: 1 };
        let busy: Vec<_> = (1000..2000).map(|xid| xid.to_string()).collect();
        let cursor = Cursor::encode(log, &format!("1000:2000:{}", busy.join(",")));
        assert_eq!(Cursor::decode(log, &cursor).map(|position| position.snapshot), Some("1000:1000:"));
    }
}
