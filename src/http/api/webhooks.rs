//! Incoming webhooks, as the channel's people manage them.

use ajet_protocol::scopes::WebhooksWrite;
use ajet_protocol::{ChannelId, CreateWebhook, Page, Webhook, WebhookId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::{Created, webhooks};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(delete))
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
