//! `invocation:expire`: tells who used a command of a bot that it did not answer in time.
//!
//! The node that took the command does so as well ([`invocations::expire_soon`]), and mostly sooner; this is for when it died.

use ajet_protocol::{InvocationId, UserId};

use crate::usecases::{Context, Failure, invocations};

/// Does the job; again, and after an answer, does nothing.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn run(context: &Context, user_id: UserId, invocation_id: InvocationId) -> Result<(), Failure> {
    invocations::expire(context, user_id, invocation_id).await
}
