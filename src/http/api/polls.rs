//! Votes in the polls of messages.

use ajet_protocol::scopes::ReactionsWrite;
use ajet_protocol::{CastVotes, Message, MessageId};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::polls;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(vote))
}

/// Sets what the caller chooses in the poll of a message; an empty list withdraws. Again changes nothing.
#[utoipa::path(put, path = "/api/messages/{id}/votes", operation_id = "polls.vote", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The id of the message that has the poll.")),
    request_body(content = CastVotes, description = "All that the caller chooses from now on."),
    responses(
        (status = 200, description = "The message, whose poll has the caller's votes.", body = Message),
        (status = 403, description = "The caller has not joined the channel, is muted (`muted`), may not react here (`forbidden`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 404, description = "There is no such message, it was deleted, it has no poll, or the caller may not know of it (`not_found`)."),
        (status = 409, description = "The poll is closed (`conflict`), or the channel is read-only (`archived`)."),
        (status = 422, description = "`options` names an option that the poll does not have, or several where one can be chosen (`invalid`).")),
    security(("bearer" = [])))]
pub async fn vote(
    State(app): State<App>,
    caller: Caller<ReactionsWrite>,
    Id(id): Id<MessageId>,
    Valid(votes): Valid<CastVotes>,
) -> Answer<Json<Message>> {
    polls::vote(&app.context, caller.by(), id, &votes).await.map(Json)
}
