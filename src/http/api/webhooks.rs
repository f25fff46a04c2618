//! Incoming webhooks, as the channel's people manage them.

use ajet_domain::community::{Answer, Command, NewWebhook};
use ajet_protocol::{ChannelId, Code, CreateWebhook, Page, Webhook, WebhookId};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::{Route, fingerprint, route_key};
use crate::auth;
use crate::http::body::{Id, Valid};
use crate::http::caller::Caller;
use crate::http::error::ApiError;
use crate::http::paging::Paging;
use crate::http::state::App;

/// Creates a webhook; its address is in this answer alone, not in that to a repetition.
#[utoipa::path(post, path = "/api/channels/{id}/webhooks", operation_id = "webhooks.create", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = CreateWebhook, description = "The webhook to be created."),
    responses(
        (status = 201, description = "The new webhook, with its address in `url`.", body = Webhook),
        (status = 200, description = "The webhook that an earlier request with the same key made, without its address.", body = Webhook),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Id(channel_id): Id<ChannelId>,
    headers: HeaderMap,
    Valid(request): Valid<CreateWebhook>,
) -> Result<(StatusCode, Json<Webhook>), ApiError> {
    if !app.settings.webhooks {
        return Err(ApiError::not_found());
    }
    let fingerprint = fingerprint(&("webhook", channel_id, &request.name, &request.avatar_url));
    let key = route_key(Route::Webhooks, request.client_mutation_id, &headers)?;
    let community = app.store.community_of(channel_id).await?.ok_or_else(ApiError::not_found)?;
    let token = auth::new_token();
    let token_hash = auth::hash(&token).to_vec();
    let webhook = NewWebhook { channel_id, name: request.name, avatar_url: request.avatar_url, token_hash };
    let command = Command::CreateWebhook { by: caller.id(), key, fingerprint, webhook };
    let Answer::Webhook { id, replayed } = app.cluster.community(community, command).await? else {
        return Err(ApiError::not_found());
    };
    let mut webhook = app.store.webhook(id).await?.ok_or_else(ApiError::not_found)?;
    if replayed {
        // The repetition may be our own, after an answer that got lost between nodes: then the token is the one kept.
        let door = app.store.webhook_with_secret(id).await?;
        if !door.is_some_and(|door| auth::matches(&token, &door.token_hash)) {
            return Ok((StatusCode::OK, Json(webhook)));
        }
    }
    webhook.url = Some(format!("{}/hook/{id}/{token}", app.settings.public_url));
    Ok((StatusCode::CREATED, Json(webhook)))
}

/// A channel's webhooks, without their addresses.
#[utoipa::path(get, path = "/api/channels/{id}/webhooks", operation_id = "webhooks.list", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The channel's id."), ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of webhooks.", body = Page<Webhook>),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Result<Json<Page<Webhook>>, ApiError> {
    let community = app.store.community_of(id).await?.ok_or_else(ApiError::not_found)?;
    let standings = app.store.standings(community, id, &[caller.id()]).await?;
    let standing = standings.of.get(&caller.id()).copied().unwrap_or_default();
    if !standing.sees_channel {
        return Err(ApiError::not_found());
    }
    if !standing.may(ajet_protocol::Permission::ManageWebhooks) {
        return Err(ApiError::new(Code::Forbidden, "You may not manage webhooks here."));
    }
    Ok(Json(app.store.webhooks_of(id, &query).await?))
}

/// Ends a webhook.
#[utoipa::path(delete, path = "/api/webhooks/{id}", operation_id = "webhooks.delete", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    responses(
        (status = 204, description = "The webhook's address is taken no more."),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<WebhookId>,
) -> Result<StatusCode, ApiError> {
    let community = app.store.community_of_webhook(id).await?.ok_or_else(ApiError::not_found)?;
    app.cluster.community(community, Command::DeleteWebhook { by: caller.id(), webhook_id: id }).await?;
    Ok(StatusCode::NO_CONTENT)
}
