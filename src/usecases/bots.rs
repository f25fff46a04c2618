//! Bots: accounts of programs that belong to a community, made, listed, shown and ended by those who manage them.

use ajet_domain::asked::Caller;
use ajet_domain::community::{CreateBot, DeleteBot};
use ajet_protocol::{Bot, BotId, CommunityId, Page, PageQuery, Permission, TokenScopes, Trimmed, UserId};

use super::deletion::Deletion;
use super::reading::{Reading, may};
use super::{Context, Created, Failure, Found, GivenKey};
use crate::store::api_tokens::Ended;

/// A bot to be created.
#[derive(Debug, Clone)]
pub struct NewBot {
    pub name: Trimmed,
    /// What its tokens may be used for at most.
    pub scopes: TokenScopes,
}

/// The bots of a community, for those who manage them.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<Bot>, Failure> {
    let reading = Reading::of(context, reader, community);
    reading.answer(may(Permission::ManageBots), |fence| context.store.bots_of(fence, query)).await
}

/// Creates a bot, which is a member of the community and has no token yet.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    community: CommunityId,
    NewBot { name, scopes }: NewBot,
    key: GivenKey,
) -> Result<Created<Bot>, Failure> {
    let reader = by.id();
    let made = context.make(community, by, key.without_former(), CreateBot { name, scopes }).await?;
    Created::of(made, |bot| Ok(*bot), async |id| get(context, reader, community, BotId(id)).await).await
}

/// One of a community's bots, for those who manage them.
///
/// # Errors
/// [`Failure`]
pub async fn get(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    id: BotId,
) -> Result<Bot, Failure> {
    let reading = Reading::of(context, reader, community);
    let read = |fence| context.store.bot_for(fence, id);
    reading.answer(may(Permission::ManageBots), read).await?.or_not_found()
}

/// Ends a bot. When it returns its tokens are worth nothing and its streams are closed, on every node.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, bot_id: BotId) -> Result<(), Failure> {
    let home = context.store.home_of_bot(bot_id).await?;
    let deletion = Deletion { action: "bot.delete", id: bot_id.0, right: Some(Permission::ManageBots) };
    deletion.ask(context, by, home.map(|home| home.community), DeleteBot { bot_id }).await?;
    match home {
        Some(home) => put_out(context, home.community, home.user).await,
        // It was deleted before, by a request that may have told no node yet.
        None => {
            context.revocation.ended(&context.store.tokens_ended_with(bot_id).await?).await;
            Ok(())
        }
    }
}

/// Calls back what is under way to somebody who belongs to a community no more, which is committed before the call; where that is a bot, its
/// tokens have ended, and its streams are closed.
pub(super) async fn put_out(context: &Context, community: CommunityId, user: UserId) -> Result<(), Failure> {
    let ((), ended) = tokio::join!(
        context.revocation.purge(community, user),
        context.revocation.end_tokens(Ended::OfBot(user))
    );
    Ok(ended?)
}
