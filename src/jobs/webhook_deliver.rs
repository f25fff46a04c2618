//! Sends what outgoing webhooks are to be sent. It is no job of the queue: each webhook has a lane of its own, so that an address which is slow
//! or away holds no other one up, and each delivery rests by itself.
//!
//! Addresses that answer slowly are held back: their lanes' turns end, and one community has a few places of a node.
//!
//! A lane is taken by one node, for a while: what a dead node had is taken by another when its claim has run out, and the request that was
//! under way is made again, under the same id.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::CommunityId;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::store::StoreError;
use crate::store::deliveries::Lane;
use crate::usecases::{Context, deliveries};

/// Lanes that a node works on at once.
const LANES: usize = 32;
/// Those of them that one community may have: a few with slow addresses leave places to the others.
const LANES_OF_ONE: usize = 4;
/// Interval between two looks for what other nodes left, and for what has rested.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a lane is worked on at a time; then the others have their turn. A request that has begun by then ends within the claim.
const TURN: Duration = Duration::from_secs(30);
/// A try that took longer ends its lane's turn, and the lane rests for as long as the try took: an address that takes what it is sent, but
/// slowly, has a place half of the time at most.
const SLOW: Duration = Duration::from_secs(1);
/// How long a lane rests in which something could not be read or settled.
const REST: Duration = Duration::from_secs(5);

/// Sends until it is told to stop; `made` tells of something new.
pub async fn run(context: Context, made: Arc<Notify>, stop: CancellationToken) {
    let mut lanes = JoinSet::new();
    let mut places: Vec<(CommunityId, AbortHandle)> = Vec::new();
    while !stop.is_cancelled() {
        while lanes.try_join_next().is_some() {}
        places.retain(|(_, task)| !task.is_finished());
        match take(&context, &places).await {
            Ok(taken) => {
                for lane in taken {
                    let task = lanes.spawn(work(context.clone(), lane, stop.clone()));
                    places.push((lane.community, task));
                }
            }
            Err(error) => tracing::warn!(%error, "can't look what webhooks are sent; will look again"),
        }
        let is_full = is_full(&places);
        tokio::select! {
            () = made.notified() => {}
            // A lane may wait for the place.
            Some(_) = lanes.join_next(), if is_full => {}
            () = tokio::time::sleep(LOOK_EVERY.mul_f64(rand::random_range(0.8..1.2))) => {}
            () = stop.cancelled() => {}
        }
    }
    while lanes.join_next().await.is_some() {}
}

/// Takes lanes, as many as there are places for.
async fn take(context: &Context, places: &[(CommunityId, AbortHandle)]) -> Result<Vec<Lane>, StoreError> {
    let free = i64::try_from(LANES.saturating_sub(places.len())).unwrap_or_default();
    if free == 0 {
        return Ok(Vec::new());
    }
    let held: Vec<CommunityId> = places.iter().map(|(community, _)| *community).collect();
    context.store.take_lanes(free, &held, LANES_OF_ONE as i64).await
}

/// Whether a lane may wait for a place: all are taken, or all that one community may have.
fn is_full(places: &[(CommunityId, AbortHandle)]) -> bool {
    let of = |community: CommunityId| places.iter().filter(|(one, _)| *one == community).count();
    places.len() >= LANES || places.iter().any(|(community, _)| of(*community) >= LANES_OF_ONE)
}

/// Works on a lane, and gives it back.
async fn work(context: Context, lane: Lane, stop: CancellationToken) {
    let rest = turn(&context, lane, &stop).await;
    if let Err(error) = context.store.leave_lane(lane, rest).await {
        tracing::warn!(%error, "can't give the lane of a webhook back; its claim runs out");
    }
}

/// Works on a lane for a while; for how long it rests then. Where too much is left for its webhook, that is switched off.
async fn turn(context: &Context, lane: Lane, stop: &CancellationToken) -> Duration {
    let Some(rest) = send(context, lane, stop).await else { return Duration::ZERO };
    match deliveries::end_overfull(context, lane).await {
        Ok(false) => rest,
        Ok(true) => Duration::ZERO,
        Err(failure) => {
            let code = failure.code.as_str();
            tracing::warn!(webhook_id = %lane.webhook, code, "can't look how much a webhook is to be sent; its lane comes again");
            REST
        }
    }
}

/// Sends what is due in a lane, one after the other; for how long the lane rests before what is left is sent, `None` where nothing is.
async fn send(context: &Context, lane: Lane, stop: &CancellationToken) -> Option<Duration> {
    let began = Instant::now();
    while !stop.is_cancelled() && began.elapsed() < TURN {
        let due = match context.store.due_in(lane).await {
            Ok(Some(due)) => due,
            Ok(None) => return None,
            Err(error) => {
                tracing::warn!(%error, "can't read what a webhook is sent; its lane comes again");
                return Some(REST);
            }
        };
        let asked = Instant::now();
        match deliveries::deliver(context, &due).await {
            Ok(None) if asked.elapsed() > SLOW => return Some(asked.elapsed()),
            Ok(None) => {}
            Ok(Some(alone)) => {
                tracing::debug!(webhook_id = %due.webhook, delivery_id = %due.id, "a webhook's address took nothing");
                return Some(alone);
            }
            Err(failure) => {
                let code = failure.code.as_str();
                tracing::warn!(webhook_id = %due.webhook, code, "can't settle what a webhook is sent; it is sent again");
                return Some(REST);
            }
        }
    }
    Some(Duration::ZERO)
}
