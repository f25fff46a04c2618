//! `saved:remind`: tells a person that the time has come which they set for a message that they saved.
//!
//! A job whose time they changed since, or whose message they dropped, finds nothing to do.

use ajet_protocol::{MessageId, Timestamp, UserId};

use crate::usecases::{Context, Failure, saved};

/// Does the job; again does nothing.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn run(
    context: &Context,
    user_id: UserId,
    message_id: MessageId,
    at: Timestamp,
) -> Result<(), Failure> {
    saved::remind(context, user_id, message_id, at).await
}
