//! `invocation:expire`: tells who used a command of a bot that it did not answer in time, or that its answer in the channel did not come.
//!
//! The node that took the command tells the first as well ([`invocations::expire_soon`]), and mostly sooner; this is for when it died. An
//! answer that is taken is posted after that: while it may still be under way the job comes again.

use ajet_protocol::{InvocationId, UserId};

use crate::usecases::{Context, Failure, invocations};

/// Does the job; again, and after an answer, does nothing.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn run(context: &Context, user_id: UserId, invocation_id: InvocationId) -> Result<(), Failure> {
    invocations::expire(context, user_id, invocation_id).await
}
