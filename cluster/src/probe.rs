//! Short probes: they find the frozen and the dead long before their entry expires, and measure clocks.

use std::time::Duration;

use parking_lot::RwLock;
use tokio::time::Instant;

use crate::{NodeId, Transport, View};

/// Between two rounds.
pub const PROBE_EVERY: Duration = Duration::from_millis(250);
/// A probe takes no longer.
pub const PROBE_WITHIN: Duration = Duration::from_millis(350);

/// Probes one node and notes what comes of it; true where what we think of it changed.
pub async fn probe<T: Transport>(
    view: &RwLock<View>,
    transport: &T,
    node: NodeId,
    clock_ms: impl Fn() -> u64,
) -> bool {
    let sent = clock_ms();
    match transport.probe(node, PROBE_WITHIN).await {
        Ok(vitals) if vitals.leaving => {
            view.write().left(node);
            true
        }
        Ok(vitals) => {
            let middle = sent + clock_ms().saturating_sub(sent) / 2;
            let ahead = vitals.clock_ms.cast_signed().wrapping_sub(middle.cast_signed());
            view.write().heard(node, ahead, !vitals.storeless, Instant::now())
        }
        Err(silence) => view.write().silent(node, silence, Instant::now()),
    }
}
