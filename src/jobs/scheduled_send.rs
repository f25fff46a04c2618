//! `scheduled:send`: posts a message whose time has come, once.
//!
//! What waits is judged by its row: a job whose time the author changed since, or whose message they dropped, finds nothing to do. The message is
//! posted under the id of what was scheduled as its idempotency key, so that a job which was cut off after that finds it posted. What could not
//! be posted by the last attempt has failed, and its author is told. If that attempt ended with its node, `scheduled_sweep.rs` says so.

use ajet_protocol::{ScheduledId, Timestamp, UserId};

use super::run::Attempt;
use crate::usecases::{Context, Failure, scheduled};

/// Does the job; again does nothing.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn run(
    context: &Context,
    (user_id, scheduled_id): (UserId, ScheduledId),
    at: Timestamp,
    attempt: Attempt,
) -> Result<(), Failure> {
    let sent = scheduled::send(context, user_id, scheduled_id, at).await;
    match sent {
        Err(failure) if attempt == Attempt::Last => {
            scheduled::give_up(context, user_id, scheduled_id, at, failure).await
        }
        sent => sent,
    }
}
