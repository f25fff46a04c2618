//! What a stream brings up to a moment, for people who hear nothing of the world's own channel any more.

use std::time::Instant;

use ajet_client::{Live, LiveEvent};
use ajet_protocol::ChannelId;

use crate::support::{DEADLINE, POLL, World, covers, text};

/// Reads a stream until it ends, or until it has brought all that was before a barrier; the frames that came. Ann posts in `tick`
/// meanwhile, where the reader is: a cursor comes with a frame.
pub async fn up_to(live: &mut Live, world: &World, tick: ChannelId, barrier: &str) -> Vec<LiveEvent> {
    let deadline = Instant::now() + DEADLINE;
    let mut seen = Vec::new();
    for n in 0.. {
        assert!(Instant::now() < deadline, "the stream neither ends nor gets past {barrier}");
        // It may be that no one may write there any more: then the stream ends.
        let _ = world.ann.post(tick, &text(&format!("tick {n}"))).await;
        let Some(frame) = tokio::time::timeout(DEADLINE, live.next()).await.expect("a frame or an end")
        else {
            break;
        };
        let is_covered = covers(world, &frame.cursor, barrier).await;
        seen.push(frame);
        if is_covered {
            break;
        }
        tokio::time::sleep(POLL).await;
    }
    seen
}
