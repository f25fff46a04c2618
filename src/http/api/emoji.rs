//! Custom emoji.

use ajet_protocol::scopes::{ChannelsRead, SessionOnly};
use ajet_protocol::{CommunityId, Emoji, EmojiForm, EmojiId, Page, is_emoji_name};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::error::ApiError;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::extract::upload::Upload;
use crate::http::extract::upload_key;
use crate::http::state::App;
use crate::usecases::emoji::NewEmoji;
use crate::usecases::{Created, emoji};

/// The field of the form beside the file and the key.
const NAME: &str = "name";

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(delete))
}

/// Adds a custom emoji, which is written as `:name:` in messages and as a reaction; clients show its picture instead.
#[utoipa::path(post, path = "/api/communities/{id}/emoji", operation_id = "emoji.create", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = EmojiForm, content_type = "multipart/form-data", description = "The emoji to be added."),
    responses(
        (status = 201, description = "The new emoji.", body = Emoji),
        (status = 403, description = "The caller may not manage this community (`forbidden`), or is muted (`muted`)."),
        (status = 409, description = "Another emoji here has this name (`conflict`), or there are 200 already (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    headers: HeaderMap,
    mut upload: Upload,
) -> Answer<Created<Emoji>> {
    let key = upload_key(id.0, &headers, &mut upload).await?;
    let new = asked(&mut upload)?;
    emoji::add(&app.context, caller.by(), id, new, key).await
}

/// What a form asks for. The form keeps its room in memory until its handler has ended.
fn asked(upload: &mut Upload) -> Answer<NewEmoji> {
    let file = upload.file_and(&[NAME])?.bytes;
    let required = || ApiError::field(NAME, "required", "is missing");
    let name = upload.fields.remove(NAME).ok_or_else(required)?;
    if !is_emoji_name(&name) {
        return Err(ApiError::field(NAME, "bad_format", "must be 2 to 32 characters of a-z, 0-9 and '_'"));
    }
    Ok(NewEmoji { name, file })
}

/// The custom emoji of a community, by their ids.
#[utoipa::path(get, path = "/api/communities/{id}/emoji", operation_id = "emoji.list", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of emoji.", body = Page<Emoji>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<ChannelsRead>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Emoji>>> {
    emoji::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Deletes a custom emoji. Messages and reactions keep its name as text.
#[utoipa::path(delete, path = "/api/emoji/{id}", operation_id = "emoji.delete", tag = "pictures",
    params(("id" = uuid::Uuid, Path, description = "The emoji's id.")),
    responses(
        (status = 204, description = "The emoji is gone."),
        (status = 403, description = "The caller may not manage this community (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<EmojiId>,
) -> Answer<StatusCode> {
    emoji::remove(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
