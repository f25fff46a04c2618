//! The watermark: a snapshot of the log of which this node's connections have been told everything.
//!
//! Twice a second it asks the log which streams have grown since the last watermark, and whose rights have changed. It has sessions
//! listen to what their person came to belong to, and waits until the feeds have delivered that far; then the new snapshot goes into
//! the cursors of all frames encoded from then on. What is asked is fixed: however many events come meanwhile, the wait ends when
//! those from before have arrived, some milliseconds later as a rule. A feed that still lacks some after a while is told, and reads
//! them: so an event that NATS lost is late, never missing. The cursor lags by that much, and may: replay repeats, and never skips.
//! It delivers nothing itself.

use std::time::{Duration, Instant};

use ajet_protocol::{StreamId, Topic};
use futures::future::join_all;

use crate::actors::feed::{Cursors, Feeds};
use crate::actors::session::Sessions;
use crate::store::Store;
use crate::store::replay::{Advance, LogIdentity};

/// Interval between two questions to the log.
const EVERY: Duration = Duration::from_millis(500);
/// Between two looks at the feeds.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How long events under way are waited for before a feed is told to read them from the log.
const PATIENCE: Duration = Duration::from_millis(250);
/// A snapshot that saw nothing.
const BEGINNING: &str = "1:1:";

/// Moves the cursor of the feeds on until the node ends.
pub async fn run(store: Store, feeds: Feeds, sessions: Sessions) {
    let mut watermark =
        Watermark { store, cursors: feeds.cursors().clone(), feeds, sessions, known: None, lags: false };
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        watermark.advance().await;
    }
}

struct Watermark {
    store: Store,
    feeds: Feeds,
    sessions: Sessions,
    cursors: Cursors,
    /// The log, and its last snapshot.
    known: Option<(LogIdentity, String)>,
    /// What was committed before the first snapshot of the log may still be on its way.
    lags: bool,
}

impl Watermark {
    async fn advance(&mut self) {
        let Some((log, snapshot)) = &mut self.known else {
            self.known = self.begin().await;
            return;
        };
        let Ok(advance) = self.store.advance_from(snapshot).await else { return };
        if advance.log != *log {
            // A replica took over, and numbers transactions anew: until what came before has arrived there is no cursor.
            self.cursors.set("");
            // Its versions may be those of before with other changes behind them.
            self.sessions.forget_rights();
            (self.known, self.lags) = (None, true);
            return;
        }
        snapshot.clone_from(&advance.snapshot);
        self.settled(&advance).await;
        self.cursors.set(&advance.snapshot);
    }

    /// Waits until sessions listen to what their people belong to, and streams are delivered up to where they were.
    async fn settled(&self, advance: &Advance) {
        // Together: a session that is busy keeps no other one waiting.
        let coming = advance.changed.iter().filter(|(topic, user)| self.sessions.lack(*user, *topic));
        join_all(coming.map(|(topic, user)| self.sessions.belongs(*user, *topic))).await;
        let mut waited = Instant::now();
        loop {
            let lacking: Vec<&(Topic, StreamId, u64)> = advance
                .heads
                .iter()
                .filter(|(topic, stream, head)| !self.feeds.has_delivered(*topic, *stream, *head))
                .collect();
            if lacking.is_empty() {
                return;
            }
            if waited.elapsed() > PATIENCE {
                lacking.iter().for_each(|(topic, stream, head)| self.feeds.tell(*topic, *stream, *head));
                waited = Instant::now();
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// The first snapshot of a log, after all that the feeds may still lack of it.
    async fn begin(&self) -> Option<(LogIdentity, String)> {
        let key = self.store.cursor_key().await.ok()?;
        let (log, snapshot) = if self.lags {
            let advance = self.store.advance_from(BEGINNING).await.ok()?;
            self.settled(&advance).await;
            (advance.log, advance.snapshot)
        } else {
            (self.store.log_identity().await.ok()?, self.store.snapshot().await.ok()?)
        };
        self.cursors.set_log(log, &key);
        self.cursors.set(&snapshot);
        Some((log, snapshot))
    }
}
