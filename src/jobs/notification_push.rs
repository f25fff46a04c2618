//! `notification:push`: sends a person's browsers what the person was told of.
//!
//! It goes by the notification as it is now: one that was read meanwhile, or is about what the person does not see any more, is left alone. A browser
//! that has taken it is not sent it again where another one has not. What no push service took within the attempts is given up: the
//! notification itself stays where the person finds it. A fault of ours is not: its job is dead, and operators see it.

use ajet_protocol::{Code, NotificationId, UserId};

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
        Err(failure) if is_given_up(&failure, attempt) => {
            tracing::info!(%notification_id, code = failure.code.as_str(), "a push is given up");
            Ok(())
        }
        pushed => pushed,
    }
}

/// Whether a failure ends the job without a dead one: there is nothing to look at where a push service took nothing.
fn is_given_up(failure: &Failure, attempt: Attempt) -> bool {
    attempt == Attempt::Last && failure.code == Code::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_push_service_took_is_given_up_and_no_fault_of_ours() {
        for (code, attempt, given_up) in [
            (Code::Unavailable, Attempt::Last, true),
            (Code::Unavailable, Attempt::Followed, false),
            (Code::Internal, Attempt::Last, false),
        ] {
            assert_eq!(is_given_up(&Failure::new(code, "why"), attempt), given_up, "{code:?}");
        }
    }
}
