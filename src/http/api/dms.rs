//! Direct messages. What is written and read in one goes by the routes of channels.

use ajet_domain::person::HideDm;
use ajet_protocol::scopes::{ChannelsRead, ChannelsWrite};
use ajet_protocol::{Channel, ChannelId, OpenDm, Page};
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
use crate::usecases::{Created, dms};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open, list)).routes(routes!(hide, show))
}

/// Opens the direct message of the caller and some other people, which is made if they have none yet.
///
/// Two people have a `dm`, three to ten a `group_dm`. The same people always share the same one, so to add somebody to a group is to open
/// the one of all of them. It is no part of any community. One that the caller has hidden is shown again.
#[utoipa::path(post, path = "/api/dms", operation_id = "dms.open", tag = "dms",
    request_body(content = OpenDm, description = "The other people."),
    responses(
        (status = 201, description = "The new direct message.", body = Channel),
        (status = 200, description = "The one that these people have already, or that an earlier request with the same key made.", body = Channel),
        (status = 403, description = "There is one other person, and one of the two has blocked the other (`blocked`)."),
        (status = 422, description = "An id names no person, or one whose account is deactivated, or there is only the caller (`invalid`).")),
    security(("bearer" = [])))]
pub async fn open(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Keyed { body, key }: Keyed<OpenDm>,
) -> Answer<Created<Channel>> {
    dms::open(&app.context, caller.by(), &body.user_ids, key).await
}

/// The caller's direct messages with their people, but for those that the caller has hidden and in which nothing is new.
///
/// A group that another person opened is listed once somebody has written in it.
#[utoipa::path(get, path = "/api/dms", operation_id = "dms.list", tag = "dms",
    params(ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of direct messages, by id.", body = Page<Channel>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<ChannelsRead>,
    Paging(query): Paging,
) -> Answer<Json<Page<Channel>>> {
    dms::list(&app.context, caller.id(), &query).await.map(Json)
}

/// Leaves a direct message out of the caller's list until somebody writes in it; again changes nothing. Their sessions are told by
/// `channel.preferences`.
#[utoipa::path(put, path = "/api/dms/{id}/hidden", operation_id = "dms.hide", tag = "dms",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses((status = 204, description = "It is not listed, until there is a newer message.")),
    security(("bearer" = [])))]
pub async fn hide(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(channel_id): Id<ChannelId>,
) -> Answer<StatusCode> {
    dms::hide(&app.context, caller.by(), HideDm { channel_id, hidden: true }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a hidden direct message in the caller's list again; again changes nothing. Their sessions are told by `channel.preferences`.
#[utoipa::path(delete, path = "/api/dms/{id}/hidden", operation_id = "dms.show", tag = "dms",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses((status = 204, description = "It is listed.")),
    security(("bearer" = [])))]
pub async fn show(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(channel_id): Id<ChannelId>,
) -> Answer<StatusCode> {
    dms::hide(&app.context, caller.by(), HideDm { channel_id, hidden: false }).await?;
    Ok(StatusCode::NO_CONTENT)
}
