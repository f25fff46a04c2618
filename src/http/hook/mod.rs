//! `POST /hook/{id}/{token}`: messages from other programs, in the forms that Slack and Discord clients send.

mod mrkdwn;
mod payload;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use ajet_domain::channel::Author;
use ajet_protocol::{Code, User, WebhookId};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::api::messages::{Posting, publish};
use super::api::mutation_key;
use super::body;
use super::error::ApiError;
use super::state::App;
use crate::auth;
use payload::{Dialect, HookPost};

/// Posts into the webhook's channel, and answers as the sender's own client expects.
#[utoipa::path(post, path = "/hook/{id}/{token}", tag = "webhooks",
    params(("id" = String, Path), ("token" = String, Path), ("wait" = Option<bool>, Query)), request_body = Object,
    responses((status = 200), (status = 204), (status = 400), (status = 404)))]
pub async fn receive(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    if !app.webhooks {
        return Err(ApiError::not_found());
    }
    let Path((id, token)) = path.map_err(|_| ApiError::not_found())?;
    let id: WebhookId = id.parse().map_err(|_| ApiError::not_found())?;
    let webhook =
        app.store.webhook_at_door(id).await?.filter(|webhook| auth::matches(&token, &webhook.token_hash));
    let webhook = webhook.ok_or_else(ApiError::not_found)?;
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let post = payload::read(&content_type, &body::bytes(request, &()).await?)?;
    let author = Author::Webhook(speaking(webhook.user, &post));
    let posting = Posting { author, key: mutation_key(None, &headers)?, body: &post.body, parent_id: None };
    let (_, message) = publish(&app, webhook.channel_id, posting).await?;
    let wait = query.get("wait").is_some_and(|wait| wait == "1" || wait.eq_ignore_ascii_case("true"));
    Ok(match post.dialect {
        Dialect::Slack => "ok".into_response(),
        Dialect::Discord if wait => message.into_response(),
        Dialect::Discord => StatusCode::NO_CONTENT.into_response(),
    })
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
