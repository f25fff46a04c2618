//! `user:announce`: has all communities and direct messages of a person told how they look now.
//!
//! The use case that changes a person tells them at once, so that nothing waits for a queue. This job heals what it left: where it was
//! cut off, or some could not be told. So it waits a moment first, and then mostly finds nothing to do.

use std::time::Duration;

use ajet_protocol::UserId;
use tokio::time::Instant;

use crate::usecases::{Context, Failure, users};

/// How long the use case has for it.
const WAITED: Duration = Duration::from_secs(2);
/// Between two looks whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Does the job; again does nothing.
///
/// # Errors
/// [`Failure`], where some could not be told: it is to be tried again
pub async fn run(context: &Context, user_id: UserId) -> Result<(), Failure> {
    let ends = Instant::now() + WAITED;
    while context.store.unannounced(user_id).await?.is_some() {
        if Instant::now() >= ends {
            return users::announce(context, user_id).await;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}
