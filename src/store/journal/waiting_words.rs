//! How much of what commits wrote waits to be moved into the index of words.
//!
//! PostgreSQL keeps what is new in a list beside the index. Moved in large parts it costs the least; but the commit that finds the list full
//! moves it, and those behind it wait. So a node counts what its commits add, and has it moved before that.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::sync::Notify;

/// Bytes that a node has moved at a time, as they are guessed: a list of as many costs a search some 3 ms.
const MANY: usize = 768 << 10;
/// Bytes that all nodes together let wait. The list is one, and the commit that finds 2 MiB of it moves them (migration 61).
const OF_ALL: usize = 2 * MANY;

/// What waits, by the commits of this node; one waits for it to become much.
#[derive(Debug)]
pub struct WaitingWords {
    bytes: AtomicUsize,
    /// How much is much.
    much: AtomicUsize,
    is_much: Notify,
}

impl Default for WaitingWords {
    fn default() -> Self {
        Self { bytes: AtomicUsize::new(0), much: AtomicUsize::new(MANY), is_much: Notify::new() }
    }
}

impl WaitingWords {
    /// Counts what commits added.
    pub(super) fn add(&self, bytes: usize) {
        let waiting = self.bytes.fetch_add(bytes, Relaxed).saturating_add(bytes);
        if bytes > 0 && waiting >= self.much.load(Relaxed) {
            self.is_much.notify_one();
        }
    }

    /// Waits until much waits, and counts anew. Where more nodes write, less of one is much.
    pub async fn much(&self, nodes: usize) {
        let much = MANY.min(OF_ALL / nodes.max(1));
        self.much.store(much, Relaxed);
        loop {
            let bytes = self.bytes.load(Relaxed);
            if bytes >= much {
                self.bytes.fetch_sub(bytes, Relaxed);
                return;
            }
            self.is_much.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn is_much(words: &WaitingWords, nodes: usize) -> bool {
        tokio::time::timeout(Duration::from_secs(1), words.much(nodes)).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_told_once_of_much_and_not_of_little() {
        let words = WaitingWords::default();
        words.add(MANY - 1);
        assert!(!is_much(&words, 1).await, "little");
        words.add(1);
        words.add(1);
        assert!(is_much(&words, 1).await);
        assert!(!is_much(&words, 1).await, "all of it was counted");
        words.add(MANY);
        assert!(is_much(&words, 1).await, "and anew");
    }
    #[tokio::test(start_paused = true)]
    async fn nodes_that_write_alike_leave_less_than_a_commit_moves() {
        for nodes in 1..=40 {
            let words = WaitingWords::default();
            let limit = (2 << 20) / nodes;
            words.add(limit * 4 / 5);
            assert!(is_much(&words, nodes).await, "{nodes}");
        }
        let words = WaitingWords::default();
        words.add(OF_ALL / 10);
        assert!(!is_much(&words, 4).await, "a few nodes have more moved at a time");
        let told = async { words.add(OF_ALL / 10) };
        let (is_told, ()) = tokio::join!(is_much(&words, 8), told);
        assert!(is_told, "who waits is told at the part of eight");
    }
}
