//! `reminder:ring`: has a person told of what they wanted to be reminded of.

use ajet_protocol::{ReminderId, Timestamp, UserId};

use crate::usecases::{Context, Failure, reminders};

/// Does the job; again does nothing.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn run(
    context: &Context,
    user_id: UserId,
    reminder_id: ReminderId,
    at: Timestamp,
) -> Result<(), Failure> {
    reminders::ring(context, user_id, reminder_id, at).await
}
