//! Commands about programs: `/token create|revoke`, `/webhook create|list|revoke`.

use ajet_domain::slash::ChannelRef;
use ajet_protocol::{
    Bot, CommandResult, CommunityId, EffectType, PageQuery, Permission, TokenId, TokenScope, TokenScopes,
    Trimmed, WebhookId, limits, names,
};

use super::blame::or_unknown;
use super::named::channel;
use super::place::{Place, did, did_and_says, said};
use super::wording::Reply;
use crate::usecases::bots::NewBot;
use crate::usecases::reading::{Reading, may};
use crate::usecases::tokens::NewToken;
use crate::usecases::{Failure, bots, tokens, webhooks};

/// What a new bot may do where the command does not say it.
const USUAL: &[TokenScope] = &[
    TokenScope::MessagesRead,
    TokenScope::MessagesWrite,
    TokenScope::ChannelsRead,
    TokenScope::ChannelsWrite,
    TokenScope::CommandsWrite,
];

/// Makes a token for the bot of a name, and the bot if there is no such one.
pub(super) async fn create_token(
    place: &Place<'_>,
    name: Trimmed,
    scopes: &[TokenScope],
) -> Result<CommandResult, Failure> {
    let community = place.community()?;
    let bot = match named(place, community, &name).await? {
        Some(bot) => bot,
        None => {
            let scopes = TokenScopes::of(if scopes.is_empty() { USUAL } else { scopes });
            let new = NewBot { name, scopes };
            bots::create(place.context, place.by.clone(), community, new, place.key.clone())
                .await?
                .into_inner()
        }
    };
    let scopes = TokenScopes::of(if scopes.is_empty() { &bot.scopes } else { scopes });
    let new = NewToken { scopes, expires_at: None };
    let made = tokens::create(place.context, place.by.clone(), bot.id, new, place.key.clone()).await?;
    let made = made.into_inner();
    let reply = Reply::Token { bot: &bot.name, token: made.token.as_deref() };
    Ok(did_and_says(EffectType::TokenCreated, made.id, place.worded(&reply)))
}

/// The community's bot of a name; of several the oldest.
async fn named(place: &Place<'_>, community: CommunityId, name: &str) -> Result<Option<Bot>, Failure> {
    let (key, reader) = (names::key(name), place.by.id());
    let mut query = from_the_first();
    loop {
        let page = bots::list(place.context, reader, community, &query).await?;
        let last = page.items.last().map(|bot| bot.id.0);
        if let Some(found) = page.items.into_iter().find(|bot| names::key(&bot.name) == key) {
            return Ok(Some(found));
        }
        match last {
            Some(last) if page.has_more => query.after = Some(last),
            _ => return Ok(None),
        }
    }
}

/// From the first item on, as many as a page may have.
fn from_the_first() -> PageQuery {
    PageQuery { after: Some(uuid::Uuid::nil()), before: None, limit: Some(i64::from(limits::PAGE_MAX)) }
}

pub(super) async fn revoke_token(place: &Place<'_>, id: TokenId) -> Result<CommandResult, Failure> {
    let done = tokens::revoke(place.context, place.by.clone(), id).await;
    or_unknown(done, "id", "names no token")?;
    Ok(did(EffectType::TokenRevoked, id))
}

pub(super) async fn create_webhook(
    place: &Place<'_>,
    named: &ChannelRef,
    name: Trimmed,
) -> Result<CommandResult, Failure> {
    let id = channel(place, named).await?;
    let made = webhooks::create(place.context, place.by.clone(), id, (name, None), place.key.clone()).await?;
    let webhook = made.into_inner();
    let reply = Reply::Webhook(webhook.url.as_deref());
    Ok(did_and_says(EffectType::WebhookCreated, webhook.id, place.worded(&reply)))
}

pub(super) async fn list_webhooks(place: &Place<'_>) -> Result<CommandResult, Failure> {
    let (community, reader) = (place.community()?, place.by.id());
    let query = from_the_first();
    let page = webhooks::list_of_community(place.context, reader, community, &query).await?;
    if page.items.is_empty() {
        // It lists those of channels where the caller may manage them: who may do so nowhere is told that, and not that there are none.
        let judge = may(Permission::ManageWebhooks);
        Reading::of(place.context, reader, community).let_in_now(judge).await?;
    }
    let lines = page.items.iter().map(|webhook| {
        let name = ajet_markup::escape(&webhook.name);
        format!("- **{name}** in #<channel:{}>: `{}`", webhook.channel_id, webhook.id)
    });
    let mut lines: Vec<String> = lines.collect();
    if page.has_more {
        lines.push(format!("- {}", place.worded(&Reply::MoreWebhooks)));
    }
    let none = || place.worded(&Reply::NoWebhooks);
    Ok(said(Some(if lines.is_empty() { none() } else { lines.join("\n") })))
}

pub(super) async fn revoke_webhook(place: &Place<'_>, id: WebhookId) -> Result<CommandResult, Failure> {
    let done = webhooks::delete(place.context, place.by.clone(), id).await;
    or_unknown(done, "id", "names no webhook")?;
    Ok(did(EffectType::WebhookRevoked, id))
}
