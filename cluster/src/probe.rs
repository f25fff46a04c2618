//! Short probes: they find the frozen and the dead long before their entry expires, and measure clocks.

use std::time::Duration;

use tokio::time::Instant;

use crate::{NodeId, Silence, Transport, View, Vitals};

/// Between two rounds.
pub const PROBE_EVERY: Duration = Duration::from_millis(250);
/// A probe takes no longer.
pub const PROBE_WITHIN: Duration = Duration::from_millis(350);

/// What a probe found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probed {
    pub node: NodeId,
    /// How it is, and how far its clock is ahead of ours in milliseconds; or how it was silent.
    pub found: Result<(Vitals, i64), Silence>,
}

/// Probes one node.
pub async fn probe<T: Transport>(transport: &T, node: NodeId, clock_ms: impl Fn() -> u64) -> Probed {
    let sent = clock_ms();
    let found = transport.probe(node, PROBE_WITHIN).await.map(|vitals| {
        let middle = sent + clock_ms().saturating_sub(sent) / 2;
        (vitals, vitals.clock_ms.cast_signed().wrapping_sub(middle.cast_signed()))
    });
    Probed { node, found }
}

impl Probed {
    /// Notes it; true where what we think of the node changed.
    pub fn note(self, view: &mut View, now: Instant) -> bool {
        match self.found {
            Ok((vitals, _)) if vitals.leaving => {
                view.left(self.node);
                true
            }
            Ok((vitals, ahead)) => view.heard(self.node, ahead, !vitals.storeless, now),
            Err(silence) => view.silent(self.node, silence, now),
        }
    }
}
