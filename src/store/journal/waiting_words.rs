//! How much of what commits wrote waits to be moved into the index of words.
//!
//! PostgreSQL keeps what is new in a list beside the index. Moved in large parts it costs the least; but the commit that finds the list full
//! moves it, and those behind it wait. So a node counts what its commits add, and has it moved before that.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::sync::Notify;

/// At most so many bytes of one node wait, as they are estimated: a list of as many costs a search some 3 ms.
const NODE_LIMIT: usize = 768 << 10;
/// At most so many bytes of all nodes wait. The list is one, and the commit that finds 2 MiB of it moves them (migration 61).
const CLUSTER_LIMIT: usize = 2 * NODE_LIMIT;

/// What waits, by the commits of this node; one task waits for it to reach a limit.
#[derive(Debug)]
pub struct WaitingWords {
    bytes: AtomicUsize,
    limit: AtomicUsize,
    reached: Notify,
}

impl Default for WaitingWords {
    fn default() -> Self {
        Self { bytes: AtomicUsize::new(0), limit: AtomicUsize::new(NODE_LIMIT), reached: Notify::new() }
    }
}

impl WaitingWords {
    /// Counts what commits added.
    pub(super) fn add(&self, bytes: usize) {
        let waiting = self.bytes.fetch_add(bytes, Relaxed).saturating_add(bytes);
        if bytes > 0 && waiting >= self.limit.load(Relaxed) {
            self.reached.notify_one();
        }
    }

    /// Waits until the commits of this node have added its part of what may wait, where so many nodes write, and counts anew.
    pub async fn reached(&self, nodes: usize) {
        let limit = NODE_LIMIT.min(CLUSTER_LIMIT / nodes.max(1));
        self.limit.store(limit, Relaxed);
        loop {
            let bytes = self.bytes.load(Relaxed);
            if bytes >= limit {
                self.bytes.fetch_sub(bytes, Relaxed);
                return;
            }
            self.reached.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn is_reached(words: &WaitingWords, nodes: usize) -> bool {
        tokio::time::timeout(Duration::from_secs(1), words.reached(nodes)).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_told_once_of_much_and_not_of_little() {
        let words = WaitingWords::default();
        words.add(NODE_LIMIT - 1);
        assert!(!is_reached(&words, 1).await, "little");
        words.add(1);
        words.add(1);
        assert!(is_reached(&words, 1).await);
        assert!(!is_reached(&words, 1).await, "all of it was counted");
        words.add(NODE_LIMIT);
        assert!(is_reached(&words, 1).await, "and anew");
    }

    #[tokio::test(start_paused = true)]
    async fn nodes_that_write_alike_leave_less_than_a_commit_moves() {
        for nodes in 1..=40 {
            let words = WaitingWords::default();
            let limit = (2 << 20) / nodes;
            words.add(limit * 4 / 5);
            assert!(is_reached(&words, nodes).await, "{nodes}");
        }
        let words = WaitingWords::default();
        words.add(CLUSTER_LIMIT / 10);
        assert!(!is_reached(&words, 4).await, "a few nodes have more moved at a time");
        let told = async { words.add(CLUSTER_LIMIT / 10) };
        let (is_told, ()) = tokio::join!(is_reached(&words, 8), told);
        assert!(is_told, "who waits is told at the part of eight");
    }
}
