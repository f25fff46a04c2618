//! API tokens of bots: made, listed and revoked by those who manage bots.

use ajet_domain::asked::Caller;
use ajet_domain::community::{CreateToken, RevokeToken};
use ajet_domain::verb::Made;
use ajet_protocol::{ApiToken, BotId, Page, PageQuery, Permission, Timestamp, TokenId, TokenScopes, UserId};

use super::deletion::Deletion;
use super::reading::{Reading, may};
use super::{Context, Created, Failure, Found, GivenKey};
use crate::sessions::tokens;

/// A token to be created.
#[derive(Debug, Clone, Copy)]
pub struct NewToken {
    /// What it may be used for.
    pub scopes: TokenScopes,
    /// `None`: it does not end by itself.
    pub expires_at: Option<Timestamp>,
}

/// Creates a token of a bot. Its secret is in the answer to the request that made it alone.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    bot_id: BotId,
    NewToken { scopes, expires_at }: NewToken,
    key: GivenKey,
) -> Result<Created<ApiToken>, Failure> {
    let community = context.store.home_of_bot(bot_id).await?.or_not_found()?.community;
    let token = tokens::new_token();
    let verb = CreateToken { bot_id, scopes, expires_at, token_hash: tokens::hash(&token).to_vec() };
    let reader = by.id();
    let id = match context.make(community, by, key.without_former(), verb).await? {
        Made::New(id) => id,
        Made::Before(id) => TokenId(id),
    };
    let kept = context.store.token_with_hash(id).await?;
    // A repetition may be our own, after an answer that got lost between nodes: then the secret is the one kept.
    if let Some((made, hash)) = kept
        && tokens::matches(&token, &hash)
    {
        return Ok(Created::New(ApiToken { token: Some(token), ..made }));
    }
    let reading = Reading::of(context, reader, community);
    let read = |fence| context.store.token_for(fence, id);
    let before = reading.answer(may(Permission::ManageBots), read).await?;
    before.or_not_found().map(Created::Before)
}

/// A bot's tokens, without their secrets.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    bot: BotId,
    query: &PageQuery,
) -> Result<Page<ApiToken>, Failure> {
    let community = context.store.home_of_bot(bot).await?.or_not_found()?.community;
    let reading = Reading::of(context, reader, community);
    reading.answer(may(Permission::ManageBots), |fence| context.store.tokens_of(fence, bot, query)).await
}

/// Revokes a token. When it returns the token is worth nothing and its streams are closed, on every node.
///
/// # Errors
/// [`Failure`]
pub async fn revoke(context: &Context, by: Caller, token_id: TokenId) -> Result<(), Failure> {
    let deletion = Deletion { action: "token.revoke", id: token_id.0, right: Some(Permission::ManageBots) };
    let home = context.store.community_of_token(token_id).await?;
    deletion.ask(context, by, home, RevokeToken { token_id }).await?;
    context.revocation.end_token(token_id).await;
    Ok(())
}
