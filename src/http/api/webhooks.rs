//! Incoming webhooks, as the channel's people manage them.

use ajet_domain::community as verb;
use ajet_protocol::scopes::WebhooksWrite;
use ajet_protocol::{ChannelId, CommunityId, CreateWebhook, Page, UpdateWebhook, Webhook, WebhookId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::{Created, webhooks};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(list_of_community))
        .routes(routes!(update, delete))
}

/// Creates a webhook; its address is in this answer alone, not in that to a repetition.
#[utoipa::path(post, path = "/api/channels/{id}/webhooks", operation_id = "webhooks.create", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = CreateWebhook, description = "The webhook to be created."),
    responses(
        (status = 201, description = "The new webhook, with its address in `url`.", body = Webhook),
        (status = 200, description = "The webhook that an earlier request with the same key made, without its address.", body = Webhook),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`), or is muted (`muted`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<ChannelId>,
    Keyed { body, key }: Keyed<CreateWebhook>,
) -> Answer<Created<Webhook>> {
    webhooks::create(&app.context, caller.by(), id, (body.name, body.avatar_url), key).await
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
    caller: Caller<WebhooksWrite>,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Webhook>>> {
    webhooks::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// The webhooks of all channels of a community in which the caller may manage webhooks, without their addresses.
#[utoipa::path(get, path = "/api/communities/{id}/webhooks", operation_id = "webhooks.list_of_community", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of webhooks; none for those who may manage them nowhere.", body = Page<Webhook>)),
    security(("bearer" = [])))]
pub async fn list_of_community(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Webhook>>> {
    webhooks::list_of_community(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Renames a webhook, gives it another picture, or has it post into another channel of the community. Its address stays, and so does what
/// it has posted.
#[utoipa::path(patch, path = "/api/webhooks/{id}", operation_id = "webhooks.update", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    request_body(content = UpdateWebhook, description = "What is to be changed."),
    responses(
        (status = 200, description = "The webhook as it is now, without its address.", body = Webhook),
        (status = 403, description = "The caller may not manage webhooks here, or in the channel that is named (`forbidden`), or is muted (`muted`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(webhook_id): Id<WebhookId>,
    Valid(UpdateWebhook { name, avatar_url, channel_id }): Valid<UpdateWebhook>,
) -> Answer<Json<Webhook>> {
    let update = verb::UpdateWebhook { webhook_id, name, avatar_url, channel_id };
    webhooks::update(&app.context, caller.by(), update).await.map(Json)
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
    caller: Caller<WebhooksWrite>,
    Id(id): Id<WebhookId>,
) -> Answer<StatusCode> {
    webhooks::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
