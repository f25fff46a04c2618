//! Short probes: they find the frozen and the dead long before their entry expires, and measure clocks.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Health, NodeId, Transport, TransportError, View};

/// Between two rounds.
pub const PROBE_EVERY: Duration = Duration::from_millis(250);
/// A probe of a round takes no longer.
pub const PROBE_WITHIN: Duration = Duration::from_millis(350);
/// A probe out of turn takes no longer: a request waits for what it finds.
pub const OUT_OF_TURN_WITHIN: Duration = Duration::from_millis(300);

/// What a probe found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probed {
    pub node: NodeId,
    /// When the probe was sent.
    pub sent: Instant,
    /// How it is, and how far its clock is ahead of ours in milliseconds; or how it was silent.
    pub found: Result<(Health, i64), TransportError>,
}

/// Probes one node.
pub async fn probe<T: Transport>(
    transport: &T,
    node: NodeId,
    within: Duration,
    clock_ms: impl Fn() -> u64,
) -> Probed {
    let (sent, sent_ms) = (Instant::now(), clock_ms());
    let found = transport.probe(node, within).await.map(|vitals| {
        let middle = sent_ms + clock_ms().saturating_sub(sent_ms) / 2;
        (vitals, vitals.clock_ms.cast_signed().wrapping_sub(middle.cast_signed()))
    });
    Probed { node, sent, found }
}

impl Probed {
    /// Whether the node answered that it is on its way out.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.found.is_ok_and(|(vitals, _)| vitals.leaving)
    }

    /// Notes it; true where that changes who may own something.
    pub fn note(self, view: &mut View, now: Instant) -> bool {
        match self.found {
            Ok((vitals, _)) if vitals.leaving => view.left(self.node),
            Ok((vitals, ahead)) => view.heard(self.node, ahead, !vitals.storeless, now),
            Err(TransportError::NoAnswer) => view.missed(self.node, self.sent, now),
            Err(silence) => view.silent(self.node, silence, now),
        }
    }
}
