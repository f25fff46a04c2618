//! `POST /hook/{id}/{token}`: messages from other programs, in the forms that Slack and Discord clients send.

mod mrkdwn;
mod payload;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use ajet_domain::channel::Author;
use ajet_protocol::{Code, User, WebhookId};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};

use super::api::messages::{Posting, publish};
use super::api::mutation_key;
use super::body;
use super::error::ApiError;
use super::form::InQuery;
use super::path::InPath;
use super::peer::{Address, address_of};
use super::state::App;
use crate::auth;
use crate::store::webhooks::DoorWebhook;
use payload::{Dialect, HookPost};

/// Posts into the webhook's channel, as Slack's and Discord's incoming webhooks do.
///
/// What says something tells the two apart: `content` or `embeds` is Discord's, `text`, `blocks` or `attachments` Slack's. Each is
/// answered as its own clients expect. The address holds the secret: nobody needs to be signed in.
#[utoipa::path(post, path = "/hook/{id}/{token}", operation_id = "webhooks.receive", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's id."),
        ("token" = String, Path, description = "The webhook's secret."),
        ("wait" = inline(Option<ajet_protocol::forms::YesNo>), Query, description = "For Discord's payloads: `true` or `1` asks for the message as the answer; anything else is no.")),
    request_body = Object,
    responses(
        (status = 200, description = "Posted: to Slack's payloads `ok`, to Discord's with `wait` the message.",
            content((String = "text/plain"), (ajet_protocol::Message = "application/json"))),
        (status = 204, description = "Posted: to Discord's payloads without `wait`."),
        (status = 400, description = "The payload can't be read or says nothing that could be shown (`malformed`)."),
        (status = 404, description = "There is no such webhook, the secret is wrong, or who made it may no longer manage webhooks here (`not_found`)."),
        (status = 422, description = "The text is too long or a field breaks a rule (`invalid`)."),
        (status = 429, description = "Too many addresses that were wrong came from this network (`rate_limited`).")))]
pub async fn receive(
    State(app): State<App>,
    Knocking(webhook): Knocking,
    InQuery(query): InQuery<HashMap<String, String>>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let post = payload::read(&content_type, &body::bytes(request, &()).await?)?;
    let author = Author::Webhook { user: speaking(webhook.user, &post), maker: webhook.maker };
    let key = mutation_key(None, &headers)?;
    let posting = Posting { author, key, body: post.body.as_str().into(), parent_id: None };
    let (_, message) = publish(&app, webhook.channel_id, posting).await?;
    let wait = query.get("wait").is_some_and(|wait| wait == "1" || wait.eq_ignore_ascii_case("true"));
    Ok(match post.dialect {
        Dialect::Slack => "ok".into_response(),
        Dialect::Discord if wait => message.into_response(),
        Dialect::Discord => StatusCode::NO_CONTENT.into_response(),
    })
}

/// The webhook whose address, secret included, somebody posts to.
pub struct Knocking(DoorWebhook);

impl FromRequestParts<App> for Knocking {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let InPath((id, token)) = InPath::<(String, String)>::from_request_parts(parts, app).await?;
        let id: Option<WebhookId> = id.parse().ok().filter(|_| app.settings.webhooks);
        let address = Address(address_of(parts, app));
        let wrong = || address.failed(app, ApiError::not_found());
        // What has not the form of a secret costs no query.
        let id = id.filter(|_| auth::is_well_formed(&token)).ok_or_else(wrong)?;
        let _turn = address.turn(app).await;
        let webhook = app.store.webhook_at_door(id).await?;
        webhook.filter(|webhook| auth::matches(&token, &webhook.token_hash)).map(Self).ok_or_else(wrong)
    }
}

/// The webhook's account, under the name and picture that this message asks for.
fn speaking(mut user: User, post: &HookPost) -> User {
    if let Some(name) = &post.username {
        user.display_name.clone_from(name);
    }
    if post.avatar_url.is_some() {
        user.avatar_url.clone_from(&post.avatar_url);
    }
    user
}

/// A payload that says nothing we could show.
fn empty() -> ApiError {
    ApiError::new(
        Code::Malformed,
        "The payload has no text: send text, blocks, attachments, content or embeds.",
    )
}
