//! Uses of communities' own slash commands: a bot is told of them, and answers in time or not at all.

use std::time::Duration;

use ajet_domain::Standing;
use ajet_domain::asked::{Caller, Via};
use ajet_domain::person::{AnswerCommand, BotAnswer, InvokeCommand};
use ajet_domain::verb::Made;
use ajet_domain::{Denied, Refusal};
use ajet_protocol::{
    ChannelId, Code, InvocationId, Permission, Permissions, RespondToInvocation, Timestamp, Trimmed, UserId,
    limits,
};

use super::messages::{Posting, post};
use super::reading::{Reading, sees};
use super::{Context, Failure, Found, GivenKey};
use crate::store::commands::UsedCommand;

/// What a bot is told that comes too late, as its person's entity says it.
const OVER: &str = "This command was answered already, or its 3 seconds are over.";

/// Tells a bot that somebody uses its command in a channel. It answers by the id ([`respond`]); who typed it is told where it does not.
///
/// # Errors
/// 403 where the person could not post there, or the bot does not see the channel; others of [`Failure`]
pub async fn invoke(
    context: &Context,
    by: Caller,
    (channel_id, text): (ChannelId, Trimmed),
    command: UsedCommand,
    key: GivenKey,
) -> Result<InvocationId, Failure> {
    let person = by.id();
    let standing = Reading::within(context, person, channel_id).await?.stands_now(sees).await?;
    may_write(standing, context.now())?;
    match Reading::within(context, command.bot, channel_id).await?.let_in_now(sees).await {
        Err(failure) if failure.code == Code::NotFound => {
            return Err(Failure::new(Code::Forbidden, "The bot of this command does not see this channel."));
        }
        judged => judged?,
    }
    // The bot's entity is asked in the name of who typed it, by the server, which has judged that they may.
    let server = Caller { via: Via::System, scopes: None, ..by };
    let verb = InvokeCommand { command_id: command.id, channel_id, text };
    match context.make(command.bot, server, key.without_former(), verb).await? {
        Made::New(id) => {
            expire_soon(context, person, id);
            Ok(id)
        }
        Made::Before(id) => Ok(InvocationId(id)),
    }
}

/// Refuses who could not post: others read what a bot answers for them.
fn may_write(standing: Standing, now: Timestamp) -> Result<(), Failure> {
    if standing.muted_at(now) {
        return Err(Failure::new(Code::Muted, "You are muted here."));
    }
    if !standing.in_channel || !standing.may(Permission::SendMessages) {
        return Err(Denied::Forbidden.said().into());
    }
    if standing.archived {
        return Err(Failure::new(Code::Archived, "This channel is archived."));
    }
    Ok(())
}

/// Takes a bot's answer to a use of its command: told to who typed it alone, or posted into the channel.
///
/// # Errors
/// 404 for anybody but the bot; 410 where there is an answer already or it comes too late; others of [`Failure`]
pub async fn respond(
    context: &Context,
    by: Caller,
    invocation_id: InvocationId,
    response: RespondToInvocation,
) -> Result<(), Failure> {
    let found = context.store.invocation(invocation_id).await?.or_not_found()?;
    if found.bot != by.id() {
        return Err(Failure::not_found());
    }
    let RespondToInvocation { body_md, private } = response;
    let (person, is_private) = (found.user_id, private.unwrap_or_default());
    // A person who is out of the channel meanwhile is told nothing more of it, and a bot that is out of it says nothing there.
    for reader in [person, found.bot] {
        let reading = Reading::within(context, reader, found.channel_id).await;
        let sees_it = async { reading?.let_in(sees).await };
        sees_it.await.map_err(|failure| match failure.code {
            Code::NotFound | Code::Forbidden => Failure::new(Code::Gone, OVER),
            _ => failure,
        })?;
    }
    // One message for each use, however often an attempt is repeated.
    let way = if is_private { b"private".as_slice() } else { b"public" };
    let key = GivenKey::given(invocation_id.to_string(), &[b"invocation", way, body_md.as_bytes()]);
    let GivenKey::Given { fingerprint: digest, .. } = key else { return Err(Failure::not_found()) };
    let answer = if is_private { BotAnswer::Private(body_md.clone()) } else { BotAnswer::Public };
    // First: here it is decided whether it comes in time, and that it is the only one.
    context.ask(person, by.clone(), AnswerCommand { invocation_id, answer, digest }).await?;
    if is_private {
        return Ok(());
    }
    // The use itself lets the bot post this one message: `commands:write` is enough of a token.
    let posting = Permissions::of(&[Permission::ViewChannel, Permission::SendMessages]);
    let scopes = by.scopes.map(|held| held.union(posting));
    let author = Caller { scopes, ..by };
    post(context, author, found.channel_id, Posting::text(body_md), key).await.map(drop)
}

/// Tells who used a command, when the time for an answer is over, that there was none. If this node dies before, a job does.
fn expire_soon(context: &Context, person: UserId, id: InvocationId) {
    let telling = context.clone();
    context.cluster.keep(async move {
        tokio::time::sleep(Duration::from_secs(limits::INVOCATION_SECONDS)).await;
        if let Err(failure) = expire(&telling, person, id).await {
            tracing::debug!(code = failure.code.as_str(), "a job will tell that a bot did not answer");
        }
    });
}

/// Tells who used a command that it was not answered in time, or that the message of an answer did not come; after an answer, and again,
/// does nothing.
///
/// # Errors
/// [`Failure`]; a conflict while the message of an answer may still come
pub async fn expire(context: &Context, person: UserId, invocation_id: InvocationId) -> Result<(), Failure> {
    let Some(user) = context.store.account(person).await? else { return Ok(()) };
    let server = Caller { user, via: Via::System, scopes: None };
    match context
        .ask(person, server, AnswerCommand { invocation_id, answer: BotAnswer::None, digest: 0 })
        .await
    {
        // It is a day old, and was forgotten.
        Err(failure) if failure.code == Code::NotFound => Ok(()),
        told => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_could_not_post_uses_no_command_of_a_bot() {
        let now = Timestamp::from_unix_millis(1000);
        let permissions = Permissions::of(&[Permission::SendMessages]);
        let writer = Standing { in_community: true, in_channel: true, permissions, ..Standing::default() };
        let code = |standing| may_write(standing, now).err().map(|failure| failure.code);
        assert_eq!(code(writer), None);
        assert_eq!(code(Standing { in_channel: false, ..writer }), Some(Code::Forbidden));
        assert_eq!(code(Standing { permissions: Permissions::NONE, ..writer }), Some(Code::Forbidden));
        assert_eq!(code(Standing { muted_until: Some(Timestamp::FAR), ..writer }), Some(Code::Muted));
        assert_eq!(code(Standing { archived: true, ..writer }), Some(Code::Archived));
    }
}
