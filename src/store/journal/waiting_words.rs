//! How much of what commits wrote waits to be moved into the index of words.
//!
//! PostgreSQL keeps what is new in a list beside the index. Moved in large parts it costs the least; but the commit that finds the list full
//! moves it, and those behind it wait. So a node counts what its commits add, and has it moved before that.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use ajet_domain::Change;
use ajet_domain::journal::{Append, Outcome};
use ajet_protocol::Message;
use tokio::sync::Notify;

/// So many bytes are moved at a time, as they are guessed. A list of as many costs a search some 3 ms; one of 2 MiB is moved by the commit that
/// finds it (migration 61).
const MANY: usize = 768 << 10;
/// What a message adds besides its text: its channel, its author, what it has.
const OF_A_MESSAGE: usize = 128;
/// What a byte of text adds: a word of five letters is an entry of some twenty bytes.
const OF_A_BYTE: usize = 4;

/// What waits, by the commits of this node; one waits for it to become much.
#[derive(Debug, Default)]
pub struct WaitingWords {
    bytes: AtomicUsize,
    many: Notify,
}

impl WaitingWords {
    /// Counts what these commits added.
    pub(super) fn after(&self, appends: &[&Append<Change>], outcomes: &[Outcome]) {
        let committed =
            appends.iter().zip(outcomes).filter(|(_, one)| matches!(one, Outcome::Committed { .. }));
        self.add(committed.flat_map(|(append, _)| &append.changes).map(added).sum());
    }

    fn add(&self, bytes: usize) {
        if bytes > 0 && self.bytes.fetch_add(bytes, Relaxed).saturating_add(bytes) >= MANY {
            self.many.notify_one();
        }
    }

    /// Waits until much waits, and counts anew.
    pub async fn many(&self) {
        loop {
            self.many.notified().await;
            let bytes = self.bytes.load(Relaxed);
            // What came while the last ones were moved may have told once more.
            if bytes >= MANY {
                self.bytes.fetch_sub(bytes, Relaxed);
                return;
            }
        }
    }
}

/// What a change adds to the list.
fn added(change: &Change) -> usize {
    let of = |message: &Message| OF_A_MESSAGE + OF_A_BYTE * message.body_md.len();
    match change {
        Change::InsertMessage { message, .. }
        | Change::EditMessage { message, .. }
        | Change::IndexMessage { message } => of(message),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn is_much(words: &WaitingWords) -> bool {
        tokio::time::timeout(Duration::from_secs(1), words.many()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_told_once_of_much_and_not_of_little() {
        let words = WaitingWords::default();
        words.add(MANY - 1);
        assert!(!is_much(&words).await, "little");
        words.add(1);
        words.add(1);
        assert!(is_much(&words).await);
        assert!(!is_much(&words).await, "all of it was counted");
        words.add(MANY);
        assert!(is_much(&words).await, "and anew");
    }
}
