//! `notification:push`: sends a person's browsers what the person was told of.
//!
//! It goes by the notification as it is now: one that was read meanwhile, or is about what the person does not see any more, is left alone. A browser
//! that has taken it is not sent it again where another one has not. What no push service took within the attempts is given up: the
//! notification itself stays where the person finds it.

use ajet_protocol::{NotificationId, UserId};

use super::run::Attempt;
use crate::usecases::{Context, Failure, push};

/// Does the job.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn run(
    context: &Context,
    user_id: UserId,
    notification_id: NotificationId,
    attempt: Attempt,
) -> Result<(), Failure> {
    match push::push(context, user_id, notification_id).await {
        Err(failure) if attempt == Attempt::Last => {
            tracing::info!(%notification_id, code = failure.code.as_str(), "a push is given up");
            Ok(())
        }
        pushed => pushed,
    }
}
