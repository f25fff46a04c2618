//! Where channels stand, whether they are read-only, and what the caller wants to be told of them.

use ajet_domain::{community, person};
use ajet_protocol::scopes::ChannelsWrite;
use ajet_protocol::{ArchiveChannel, ChannelId, ChannelPlace, CommunityId, NotifyChannel, OrderChannels};
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use super::position::place;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::channel_state;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(order)).routes(routes!(archive)).routes(routes!(notify))
}

/// Puts channels in order, and into categories. Those that are not named stay where they are.
///
/// All of it happens at once, or nothing. Each channel that stands elsewhere afterwards makes one `channel.updated`.
#[utoipa::path(put, path = "/api/communities/{id}/channels/order", operation_id = "channels.order", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = OrderChannels, description = "Where channels are to stand."),
    responses(
        (status = 204, description = "The channels stand there."),
        (status = 403, description = "The caller may not manage channels here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn order(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<CommunityId>,
    Valid(OrderChannels { channels }): Valid<OrderChannels>,
) -> Answer<StatusCode> {
    let places = channels.into_iter().map(placed).collect();
    channel_state::order(&app.context, caller.by(), id, places).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn placed(one: ChannelPlace) -> community::Placed {
    let ChannelPlace { id: channel_id, category_id, position } = one;
    community::Placed { channel_id, category_id, position: place(position) }
}

/// Makes a channel read-only, or opens it again; again changes nothing.
///
/// A read-only channel takes no posts, edits and new reactions. People join and leave it, and messages are deleted, as before.
#[utoipa::path(put, path = "/api/channels/{id}/archived", operation_id = "channels.archive", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = ArchiveChannel, description = "Whether it is read-only."),
    responses(
        (status = 204, description = "It is as asked for."),
        (status = 403, description = "The caller may not manage channels here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn archive(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(channel_id): Id<ChannelId>,
    Valid(ArchiveChannel { archived }): Valid<ArchiveChannel>,
) -> Answer<StatusCode> {
    let archive = community::ArchiveChannel { channel_id, archived };
    channel_state::archive(&app.context, caller.by(), archive).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets what of a channel the caller wants to be told of; again changes nothing. Their sessions are told by `channel.preferences`.
#[utoipa::path(put, path = "/api/channels/{id}/notify", operation_id = "channels.notify", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = NotifyChannel, description = "What the caller wants to be told of."),
    responses(
        (status = 204, description = "It is as asked for, in all of the caller's sessions."),
        (status = 403, description = "The caller has not joined the channel (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn notify(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(channel_id): Id<ChannelId>,
    Valid(NotifyChannel { level }): Valid<NotifyChannel>,
) -> Answer<StatusCode> {
    let set = person::SetNotifyLevel { channel_id, level };
    channel_state::notify(&app.context, caller.by(), set).await?;
    Ok(StatusCode::NO_CONTENT)
}
