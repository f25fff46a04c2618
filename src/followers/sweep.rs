//! The sweep: finds events that were committed and never handed to a publisher.
//!
//! Entities put an event into the outbox after its commit, so an event is left behind if the node dies in between or the
//! outbox is full. One node at a time sweeps for all. The sweep does not publish: what it finds goes into the outbox.

use std::time::Duration;

use crate::actors::outbox::Outbox;
use crate::bus::Bus;
use crate::store::Store;

/// Interval between two sweeps, by the node that takes the turn.
const SWEEP_EVERY: Duration = Duration::from_secs(10);

/// Sweeps until the publisher is gone.
pub async fn run(store: Store, bus: Bus, outbox: Outbox) {
    loop {
        tokio::time::sleep(SWEEP_EVERY.mul_f64(rand::random_range(0.8..1.2))).await;
        // A node that can't publish leaves the turn to others.
        if !bus.is_ready() || !store.takes_turn_to_sweep(SWEEP_EVERY / 2).await.unwrap_or(false) {
            continue;
        }
        while let Ok(found) = store.sweep().await {
            for (stream, head) in found.lacking {
                if !outbox.backlog_when_free(stream, head).await {
                    return;
                }
            }
            if !found.goes_on {
                break;
            }
        }
    }
}
