//! Sends what outgoing webhooks are to be sent. It is no job of the queue: each webhook has a lane of its own, so that an address which is slow
//! or away holds no other one up, and each delivery rests by itself.
//!
//! A lane is taken by one node, for a while: what a dead node had is taken by another when its claim has run out, and the request that was
//! under way is made again, under the same id.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::store::deliveries::Lane;
use crate::usecases::{Context, deliveries};

/// Lanes that a node works on at once.
const LANES: usize = 32;
/// Interval between two looks for what other nodes left, and for what has rested.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a lane is worked on at a time; then the others have their turn. A request that has begun by then ends within the claim.
const TURN: Duration = Duration::from_secs(30);
/// A try that took longer ends the turn of its lane, which rests a multiple of that: addresses that take everything after 9 s must not
/// fill all places of a node.
const SLOW: Duration = Duration::from_secs(1);
const SLOW_RESTS: u32 = 4;
/// How long a lane rests in which something could not be read or settled.
const REST: Duration = Duration::from_secs(5);

/// Sends until it is told to stop; `made` tells of something new.
pub async fn run(context: Context, made: Arc<Notify>, stop: CancellationToken) {
    let mut lanes = JoinSet::new();
    while !stop.is_cancelled() {
        while lanes.try_join_next().is_some() {}
        let free = i64::try_from(LANES - lanes.len()).unwrap_or_default();
        match if free > 0 { context.store.take_lanes(free).await } else { Ok(Vec::new()) } {
            Ok(taken) => {
                for lane in taken {
                    lanes.spawn(work(context.clone(), lane, stop.clone()));
                }
            }
            Err(error) => tracing::warn!(%error, "can't look what webhooks are sent; will look again"),
        }
        tokio::select! {
            () = made.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY.mul_f64(rand::random_range(0.8..1.2))) => {}
            () = stop.cancelled() => {}
        }
    }
    while lanes.join_next().await.is_some() {}
}

/// Sends what is due in a lane, one after the other.
async fn work(context: Context, lane: Lane, stop: CancellationToken) {
    let began = Instant::now();
    let mut rest = Duration::ZERO;
    while !stop.is_cancelled() && began.elapsed() < TURN {
        let due = match context.store.due_in(lane).await {
            Ok(Some(due)) => due,
            Ok(None) => break,
            Err(error) => {
                tracing::warn!(%error, "can't read what a webhook is sent; its lane comes again");
                rest = REST;
                break;
            }
        };
        let asked = Instant::now();
        match deliveries::deliver(&context, &due).await {
            // It takes what it is sent, and takes its time: others have the place meanwhile.
            Ok(None) if asked.elapsed() > SLOW => {
                rest = asked.elapsed() * SLOW_RESTS;
                break;
            }
            Ok(None) => {}
            Ok(Some(alone)) => {
                tracing::debug!(webhook_id = %due.webhook, delivery_id = %due.id, "a webhook's address took nothing");
                rest = alone;
                break;
            }
            Err(failure) => {
                let code = failure.code.as_str();
                tracing::warn!(webhook_id = %due.webhook, code, "can't settle what a webhook is sent; it is sent again");
                rest = REST;
                break;
            }
        }
    }
    if let Err(error) = context.store.leave_lane(lane, rest).await {
        tracing::warn!(%error, "can't give the lane of a webhook back; its claim runs out");
    }
}
