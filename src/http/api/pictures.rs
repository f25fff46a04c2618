//! Pictures of people, bots, communities and webhooks: set by an upload, and taken away.

use ajet_protocol::scopes::{MembersWrite, SessionOnly, WebhooksWrite};
use ajet_protocol::{
    Bot, BotId, Community, CommunityId, Me, Member, PictureForm, UserId, Webhook, WebhookId,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bytes::Bytes;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::path::InPath;
use crate::http::extract::upload::Upload;
use crate::http::state::App;
use crate::usecases::pictures;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(set_own, remove_own))
        .routes(routes!(set_of_member, remove_of_member))
        .routes(routes!(set_of_community, remove_of_community))
        .routes(routes!(set_of_webhook, remove_of_webhook))
        .routes(routes!(set_of_bot, remove_of_bot))
}

/// The file of a form that has nothing else. The form keeps its room in memory until its handler has ended.
fn file_of(upload: &mut Upload) -> Answer<Option<Bytes>> {
    Ok(Some(upload.file_and(&[])?.bytes))
}

/// Sets the caller's picture, cut to a square. All who see the caller are told by `user.updated`.
#[utoipa::path(put, path = "/api/me/avatar", operation_id = "me.set_avatar", tag = "pictures",
    request_body(content = PictureForm, content_type = "multipart/form-data", description = "The picture."),
    responses((status = 200, description = "The caller's account as it is now.", body = Me)),
    security(("bearer" = [])))]
pub async fn set_own(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    mut upload: Upload,
) -> Answer<Json<Me>> {
    pictures::set_own(&app.context, caller.by(), file_of(&mut upload)?).await.map(Json)
}

/// Takes the caller's picture away; again changes nothing.
#[utoipa::path(delete, path = "/api/me/avatar", operation_id = "me.remove_avatar", tag = "pictures",
    responses((status = 204, description = "The caller has no picture.")),
    security(("bearer" = [])))]
pub async fn remove_own(State(app): State<App>, caller: Caller<SessionOnly>) -> Answer<StatusCode> {
    pictures::set_own(&app.context, caller.by(), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the picture that a member has in a community: the caller's own, or of those whom the caller manages. Members are told by
/// `member.updated`.
#[utoipa::path(put, path = "/api/communities/{id}/members/{user_id}/avatar", operation_id = "members.set_avatar", tag = "pictures",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id.")),
    request_body(content = PictureForm, content_type = "multipart/form-data", description = "The picture."),
    responses(
        (status = 200, description = "The member as they are now.", body = Member),
        (status = 403, description = "The caller may not manage this person (`forbidden`), or is muted (`muted`).")),
    security(("bearer" = [])))]
pub async fn set_of_member(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    InPath((id, user)): InPath<(CommunityId, UserId)>,
    mut upload: Upload,
) -> Answer<Json<Member>> {
    pictures::set_of_member(&app.context, caller.by(), id, user, file_of(&mut upload)?).await.map(Json)
}

/// Takes the picture of a member in a community away, so that they have that of their account; again changes nothing.
#[utoipa::path(delete, path = "/api/communities/{id}/members/{user_id}/avatar", operation_id = "members.remove_avatar", tag = "pictures",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id.")),
    responses(
        (status = 204, description = "The member has no picture of their own here."),
        (status = 403, description = "The caller may not manage this person (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn remove_of_member(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    InPath((id, user)): InPath<(CommunityId, UserId)>,
) -> Answer<StatusCode> {
    pictures::set_of_member(&app.context, caller.by(), id, user, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the picture of a community. Members are told by `community.updated`.
#[utoipa::path(put, path = "/api/communities/{id}/avatar", operation_id = "communities.set_avatar", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = PictureForm, content_type = "multipart/form-data", description = "The picture."),
    responses(
        (status = 200, description = "The community as it is now.", body = Community),
        (status = 403, description = "The caller may not manage this community (`forbidden`), or is muted (`muted`).")),
    security(("bearer" = [])))]
pub async fn set_of_community(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    mut upload: Upload,
) -> Answer<Json<Community>> {
    pictures::set_of_community(&app.context, caller.by(), id, file_of(&mut upload)?).await.map(Json)
}

/// Takes the picture of a community away; again changes nothing.
#[utoipa::path(delete, path = "/api/communities/{id}/avatar", operation_id = "communities.remove_avatar", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    responses(
        (status = 204, description = "The community has no picture."),
        (status = 403, description = "The caller may not manage this community (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn remove_of_community(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
) -> Answer<StatusCode> {
    pictures::set_of_community(&app.context, caller.by(), id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the picture that a webhook's messages stand under, unless they say another.
#[utoipa::path(put, path = "/api/webhooks/{id}/avatar", operation_id = "webhooks.set_avatar", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    request_body(content = PictureForm, content_type = "multipart/form-data", description = "The picture."),
    responses(
        (status = 200, description = "The webhook as it is now, without its address.", body = Webhook),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`), or is muted (`muted`).")),
    security(("bearer" = [])))]
pub async fn set_of_webhook(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<WebhookId>,
    mut upload: Upload,
) -> Answer<Json<Webhook>> {
    pictures::set_of_webhook(&app.context, caller.by(), id, file_of(&mut upload)?).await.map(Json)
}

/// Takes the picture of a webhook away; again changes nothing.
#[utoipa::path(delete, path = "/api/webhooks/{id}/avatar", operation_id = "webhooks.remove_avatar", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    responses(
        (status = 204, description = "The webhook has no picture."),
        (status = 403, description = "The caller may not manage webhooks here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn remove_of_webhook(
    State(app): State<App>,
    caller: Caller<WebhooksWrite>,
    Id(id): Id<WebhookId>,
) -> Answer<StatusCode> {
    pictures::set_of_webhook(&app.context, caller.by(), id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets a bot's picture. All who see the bot are told by `user.updated`.
#[utoipa::path(put, path = "/api/bots/{id}/avatar", operation_id = "bots.set_avatar", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The bot's id.")),
    request_body(content = PictureForm, content_type = "multipart/form-data", description = "The picture."),
    responses(
        (status = 200, description = "The bot as it is now.", body = Bot),
        (status = 403, description = "The caller may not manage bots here (`forbidden`), or is muted (`muted`).")),
    security(("bearer" = [])))]
pub async fn set_of_bot(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<BotId>,
    mut upload: Upload,
) -> Answer<Json<Bot>> {
    pictures::set_of_bot(&app.context, caller.by(), id, file_of(&mut upload)?).await.map(Json)
}

/// Takes a bot's picture away; again changes nothing.
#[utoipa::path(delete, path = "/api/bots/{id}/avatar", operation_id = "bots.remove_avatar", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The bot's id.")),
    responses(
        (status = 204, description = "The bot has no picture."),
        (status = 403, description = "The caller may not manage bots here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn remove_of_bot(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<BotId>,
) -> Answer<StatusCode> {
    pictures::set_of_bot(&app.context, caller.by(), id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
