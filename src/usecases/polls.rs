//! Votes in the polls of messages. A poll comes with its message ([`super::messages::post`]).

use ajet_domain::asked::{Caller, Via};
use ajet_domain::channel::{ClosePoll, Vote};
use ajet_protocol::{CastVotes, Code, Message, MessageId};

use super::{Context, Failure, messages};

/// Sets what a person chooses in the poll of a message; again changes nothing. The message as the person sees it then.
///
/// # Errors
/// [`Failure`]
pub async fn vote(
    context: &Context,
    by: Caller,
    message_id: MessageId,
    votes: &CastVotes,
) -> Result<Message, Failure> {
    let channel = context.channel_of(message_id).await?;
    let voter = by.id();
    context.ask(channel, by, Vote { message_id, options: votes.chosen() }).await?;
    messages::get(context, voter, message_id).await
}

/// Tells that a poll has closed; again tells it again. One that is still open by the clock of its channel can be closed later.
///
/// # Errors
/// [`Failure`]
pub async fn close(context: &Context, message_id: MessageId) -> Result<(), Failure> {
    // What was deleted meanwhile has nothing to tell.
    let Some((channel, author)) = context.store.poll_by(message_id).await? else { return Ok(()) };
    let by = Caller { user: author, via: Via::System, scopes: None };
    match context.ask(channel, by, ClosePoll { message_id }).await {
        Err(failure) if failure.code == Code::NotFound => Ok(()),
        told => told,
    }
}
