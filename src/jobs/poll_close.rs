//! `poll:close`: has those who read a poll told that its time is over. That it takes no votes any more needs no job.

use ajet_protocol::MessageId;

use crate::usecases::{Context, Failure, polls};

/// Does the job; again tells it again, which changes nothing for readers.
///
/// # Errors
/// [`Failure`]
pub async fn run(context: &Context, message_id: MessageId) -> Result<(), Failure> {
    polls::close(context, message_id).await
}
