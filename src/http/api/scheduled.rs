//! What the caller has written to be sent later. No token may ask: it is sent with all rights that the person has then.

use ajet_domain::person as verb;
use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{ChannelId, Page, ScheduleMessage, Scheduled, ScheduledId, UpdateScheduled};
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
use crate::usecases::{Created, scheduled};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(update, cancel))
}

/// Takes a message that is to be sent later, once.
///
/// Whether the caller may post then is decided when it is sent; the caller's sessions are told by `scheduled.sent`. Where it is refused, they are told by `scheduled.failed`, and its
/// `state` is `failed`, and `reason` is the code of the refusal. Who may not know of the channel any more is told nothing of what they scheduled there.
#[utoipa::path(post, path = "/api/channels/{id}/scheduled", operation_id = "scheduled.create", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = ScheduleMessage, description = "The message, and when it is to be sent."),
    responses(
        (status = 201, description = "What is to be sent.", body = Scheduled),
        (status = 403, description = "The caller has not joined the channel (`forbidden`)."),
        (status = 409, description = "200 messages of the caller wait already (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(channel_id): Id<ChannelId>,
    Keyed { body, key }: Keyed<ScheduleMessage>,
) -> Answer<Created<Scheduled>> {
    let ScheduleMessage { body_md, parent_id, send_at, .. } = body;
    let schedule = verb::Schedule { channel_id, parent_id, body_md, send_at };
    scheduled::create(&app.context, caller.by(), schedule, key).await
}

/// What the caller scheduled in a channel, by id: what waits, and for 30 days what was sent or failed.
#[utoipa::path(get, path = "/api/channels/{id}/scheduled", operation_id = "scheduled.list", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of scheduled messages.", body = Page<Scheduled>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(channel): Id<ChannelId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Scheduled>>> {
    scheduled::list(&app.context, caller.id(), channel, &query).await.map(Json)
}

/// Changes what waits to be sent: its text, its time.
#[utoipa::path(patch, path = "/api/scheduled/{id}", operation_id = "scheduled.update", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The id of what is scheduled.")),
    request_body(content = UpdateScheduled, description = "What is to be changed."),
    responses(
        (status = 200, description = "What is to be sent now.", body = Scheduled),
        (status = 409, description = "It was sent, has failed, or is just being sent (`conflict`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(scheduled_id): Id<ScheduledId>,
    Valid(UpdateScheduled { body_md, send_at }): Valid<UpdateScheduled>,
) -> Answer<Json<Scheduled>> {
    let update = verb::UpdateScheduled { scheduled_id, body_md, send_at };
    scheduled::update(&app.context, caller.by(), update).await.map(Json)
}

/// Drops what the caller scheduled: what waits is never sent, and what was sent or failed is listed no more. Again changes nothing.
#[utoipa::path(delete, path = "/api/scheduled/{id}", operation_id = "scheduled.cancel", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The id of what is scheduled.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 409, description = "It is just being sent (`conflict`).")),
    security(("bearer" = [])))]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(scheduled_id): Id<ScheduledId>,
) -> Answer<StatusCode> {
    scheduled::cancel(&app.context, caller.by(), scheduled_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
