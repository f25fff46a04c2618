//! Web Push: the browsers in which the caller is told of things. No token may ask: it concerns the person alone.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{AddPushSubscription, PushSubscription, PushSubscriptions, RemovePushSubscription};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::Valid;
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::{Created, push};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add, remove))
}

/// The browsers that the caller is pushed to, and the key for which another one subscribes.
#[utoipa::path(get, path = "/api/me/push", operation_id = "push.list", tag = "me",
    responses((status = 200, description = "All of them, and the server's public key.", body = PushSubscriptions)),
    security(("bearer" = [])))]
pub async fn list(State(app): State<App>, caller: Caller<SessionOnly>) -> Answer<Json<PushSubscriptions>> {
    push::list(&app.context, caller.own_session()).await.map(Json)
}

/// Has a browser pushed to (RFC 8030), as long as the session lasts that asks; again replaces its keys.
///
/// It is sent what makes a notification of the caller, encrypted for it (RFC 8291): which kind of thing happened and the page that shows it,
/// and with `with_text` also who did it and how it begins. An address that its push service says is gone is forgotten, as is
/// the oldest of more than 20.
#[utoipa::path(post, path = "/api/me/push", operation_id = "push.add", tag = "me",
    request_body(content = AddPushSubscription, description = "The browser's subscription."),
    responses(
        (status = 200, description = "It is one of the caller's already, or what an earlier request with the same key named, as it is now.", body = PushSubscription),
        (status = 201, description = "It is pushed to from now on.", body = PushSubscription),
        (status = 404, description = "What an earlier request with the same key named is pushed to no more (`not_found`)."),
        (status = 422, description = "The address or a key is none (`invalid`).")),
    security(("bearer" = [])))]
pub async fn add(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Keyed { body, key }: Keyed<AddPushSubscription>,
) -> Answer<Created<PushSubscription>> {
    push::add(&app.context, caller.own_session(), body, key).await
}

/// Has a browser pushed to no more; again changes nothing.
#[utoipa::path(delete, path = "/api/me/push", operation_id = "push.remove", tag = "me",
    request_body(content = RemovePushSubscription, description = "Which one."),
    responses((status = 204, description = "It is none of the caller's now.")),
    security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Valid(asked): Valid<RemovePushSubscription>,
) -> Answer<StatusCode> {
    push::remove(&app.context, caller.id(), &asked.endpoint).await?;
    Ok(StatusCode::NO_CONTENT)
}
