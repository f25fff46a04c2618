//! Outgoing webhooks, as those manage them who may in the community.

use std::collections::HashMap;

use ajet_domain::change::TargetUrl;
use ajet_protocol::scopes::{ChannelsRead, MembersRead, MessagesRead, WebhooksWrite};
use ajet_protocol::{
    Code, CommunityId, CreateOutgoingWebhook, Delivery, DeliveryId, DeliveryStatus, OutgoingWebhook,
    OutgoingWebhookId, Page, Scope, TokenScope, UpdateOutgoingWebhook,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::error::ApiError;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::paging::{self, Paging};
use crate::http::state::App;
use crate::usecases::Created;
use crate::usecases::outgoing_webhooks::{self as webhooks, Changes, NewWebhook};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(update, delete))
        .routes(routes!(deliveries))
        .routes(routes!(replay))
}

/// Creates an outgoing webhook; its secret is in this answer alone, not in that to a repetition.
///
/// It is sent events of the community that its maker sees, while they may manage webhooks: each by a `POST` with the event's envelope as it is on
/// the live stream, signed as Standard Webhooks says (`webhook-id`, `webhook-timestamp`, `webhook-signature`). What is not answered by a status
/// from 200 to 299 within 10 seconds is tried eight times over a day; 410 switches the webhook off. An API token also needs the scopes
/// `messages:read`, `channels:read` and `members:read`.
#[utoipa::path(post, path = "/api/communities/{id}/outgoing_webhooks", operation_id = "outgoing_webhooks.create", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateOutgoingWebhook, description = "The webhook to be created."),
    responses(
        (status = 201, description = "The new webhook, with its secret.", body = OutgoingWebhook),
        (status = 200, description = "The webhook that an earlier request with the same key made, without its secret.", body = OutgoingWebhook),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`)."),
        (status = 409, description = "The community has 20 already (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<CommunityId>,
    Keyed { body, key }: Keyed<CreateOutgoingWebhook>,
) -> Answer<Created<OutgoingWebhook>> {
    require_reading(&caller)?;
    let CreateOutgoingWebhook { url, events, channel_ids, .. } = body;
    let new = NewWebhook { url: TargetUrl(url), events, channel_ids };
    webhooks::create(&app.context, caller.by(), id, new, key).await
}

/// A community's outgoing webhooks, without their secrets.
#[utoipa::path(get, path = "/api/communities/{id}/outgoing_webhooks", operation_id = "outgoing_webhooks.list", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of outgoing webhooks.", body = Page<OutgoingWebhook>),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<OutgoingWebhook>>> {
    webhooks::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Changes an outgoing webhook, or switches it on or off. From then on it is sent what the caller sees.
#[utoipa::path(patch, path = "/api/outgoing_webhooks/{id}", operation_id = "outgoing_webhooks.update", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    request_body(content = UpdateOutgoingWebhook, description = "What is to be changed."),
    responses(
        (status = 200, description = "The webhook as it is now, without its secret.", body = OutgoingWebhook),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<OutgoingWebhookId>,
    Valid(body): Valid<UpdateOutgoingWebhook>,
) -> Answer<Json<OutgoingWebhook>> {
    require_reading(&caller)?;
    let UpdateOutgoingWebhook { url, events, channel_ids, enabled } = body;
    let changes = Changes { url: url.map(TargetUrl), events, channel_ids, enabled };
    webhooks::update(&app.context, caller.by(), id, changes).await.map(Json)
}

/// Ends an outgoing webhook. What it was still to be sent is not sent.
#[utoipa::path(delete, path = "/api/outgoing_webhooks/{id}", operation_id = "outgoing_webhooks.delete", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    responses(
        (status = 204, description = "Nothing more is sent."),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<OutgoingWebhookId>,
) -> Answer<StatusCode> {
    webhooks::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an outgoing webhook was sent within the last seven days, or is to be sent, by id.
#[utoipa::path(get, path = "/api/outgoing_webhooks/{id}/deliveries", operation_id = "deliveries.list", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's id."),
        ("status" = inline(Option<ajet_protocol::forms::DeliveryWord>), Query, description = "Those of this status; all where it is missing."),
        ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of deliveries.", body = Page<Delivery>),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn deliveries(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<OutgoingWebhookId>,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Answer<Json<Page<Delivery>>> {
    let query = paging::paging(&given)?;
    let status =
        match given.get("status") {
            None => None,
            Some(text) => Some(DeliveryStatus::named(text).ok_or_else(|| {
                ApiError::field("status", "bad_format", "must be pending, delivered or dead")
            })?),
        };
    webhooks::deliveries(&app.context, caller.id(), id, status, &query).await.map(Json)
}

/// Has a delivery tried again from the beginning, whatever became of it. One that waits goes on waiting.
#[utoipa::path(post, path = "/api/deliveries/{id}/replay", operation_id = "deliveries.replay", tag = "webhooks",
    params(("id" = uuid::Uuid, Path, description = "The delivery's id.")),
    responses(
        (status = 204, description = "It is sent in a moment, under the same `webhook-id`."),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`)."),
        (status = 409, description = "Its webhook is switched off (`conflict`).")),
    security(("bearer" = [])))]
pub async fn replay(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<DeliveryId>,
) -> Answer<StatusCode> {
    webhooks::replay(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A token sends nothing to an address that it could not read itself.
fn require_reading<S>(caller: &Caller<S>) -> Result<(), ApiError> {
    let session = &caller.session;
    let needed: [(bool, Option<TokenScope>); 3] = [
        (session.is_enough_for::<MessagesRead>(), MessagesRead::TOKEN),
        (session.is_enough_for::<ChannelsRead>(), ChannelsRead::TOKEN),
        (session.is_enough_for::<MembersRead>(), MembersRead::TOKEN),
    ];
    match needed.into_iter().find(|(is_enough, _)| !is_enough) {
        Some((_, scope)) => {
            let name = scope.map_or("", TokenScope::as_str);
            Err(ApiError::new(Code::Forbidden, format!("The token lacks the scope {name}.")))
        }
        None => Ok(()),
    }
}
