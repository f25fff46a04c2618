//! Hands what commits ask for over to the queue, and wakes this node's workers. All nodes with the role do so, without taking turns.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::policy::POLICIES;
use crate::store::Store;

/// Requests in one statement.
const ROWS: u32 = 64;
/// Interval between two looks for what nodes without the role, or dead ones, left.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Hands requests over until it is told to stop. `asked` is told after commits of this node, `woken` are its workers.
pub async fn run(store: Store, asked: Arc<Notify>, woken: Vec<Arc<Notify>>, stop: CancellationToken) {
    let (names, attempts): (Vec<String>, Vec<i32>) =
        POLICIES.iter().map(|policy| (policy.name.to_owned(), i32::from(policy.attempts))).unzip();
    while !stop.is_cancelled() {
        let handed = match store.hand_jobs_over(&names, &attempts, ROWS).await {
            Ok(handed) => handed,
            Err(error) => {
                tracing::warn!(%error, "can't hand jobs over to the queue; will try again");
                0
            }
        };
        if handed > 0 {
            woken.iter().for_each(|worker| worker.notify_one());
            // There may be more, also with the same keys.
            continue;
        }
        tokio::select! {
            () = asked.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY.mul_f64(rand::random_range(0.8..1.2))) => {}
            () = stop.cancelled() => {}
        }
    }
}
