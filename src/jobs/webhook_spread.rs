//! Looks through the log for what outgoing webhooks are to be sent. It is no job of the queue: it goes on for ever, from a mark.
//!
//! One node at a time takes the turn, each second. Should two of them look at once, the mark lets one count.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::usecases::{Context, deliveries};

/// Interval between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Looks until it is told to stop; `made` is told when there is something to send.
pub async fn run(context: Context, made: Arc<Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match look(&context, &stop).await {
            Ok(true) => made.notify_one(),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "can't look what webhooks are to be sent; will look again"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY.mul_f64(rand::random_range(0.8..1.2))) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Goes to the end of the log, if it is this node's turn; whether there is something to send.
async fn look(context: &Context, stop: &CancellationToken) -> Result<bool, String> {
    let said = |failure: crate::usecases::Failure| failure.detail;
    let turn = context.store.takes_turn_to_spread(LOOK_EVERY / 2).await;
    if !turn.map_err(|error| error.to_string())? {
        return Ok(false);
    }
    let mut made = 0;
    loop {
        let step = deliveries::spread(context).await.map_err(said)?;
        made += step.made;
        if !step.goes_on || stop.is_cancelled() {
            return Ok(made > 0);
        }
    }
}
