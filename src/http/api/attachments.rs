//! Files of messages.

use std::collections::HashMap;

use ajet_protocol::scopes::{FilesWrite, MessagesRead};
use ajet_protocol::{
    Attachment, AttachmentForm, AttachmentId, BeginUpload, ChannelId, DescribeAttachment, Trimmed,
    UploadBegun,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::error::ApiError;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::upload::Upload;
use crate::http::extract::{Keyed, upload_key};
use crate::http::state::App;
use crate::usecases::attachments::Incoming;
use crate::usecases::{Created, attachments, downloads};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .routes(routes!(begin))
        .routes(routes!(complete))
        .routes(routes!(get, describe, remove))
}

/// Uploads a file: a JPEG, PNG, GIF or WebP picture, by its bytes and not by its name.
///
/// What the picture says of its camera, place and author is taken out. It is the caller's alone until a message has it; without one it
/// goes after a day.
#[utoipa::path(post, path = "/api/channels/{id}/attachments", operation_id = "attachments.add", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = AttachmentForm, content_type = "multipart/form-data", description = "The file."),
    responses(
        (status = 201, description = "The file.", body = Attachment),
        (status = 403, description = "The caller has not joined the channel, is muted (`muted`), may not attach files here (`forbidden`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 409, description = "The channel is read-only (`archived`)."),
        (status = 422, description = "The file is no picture, can't be read, or has too many pixels or frames; or a field of the form is not known (`invalid`).")),
    security(("bearer" = [])))]
pub async fn add(
    State(app): State<App>,
    caller: Caller<FilesWrite>,
    Id(id): Id<ChannelId>,
    headers: HeaderMap,
    mut upload: Upload,
) -> Answer<Created<Attachment>> {
    let key = upload_key(id.0, &headers, &mut upload).await?;
    let file = incoming(&mut upload)?;
    attachments::add(&app.context, caller.by(), id, file, key).await
}

/// The file of a form, with its description.
fn incoming(upload: &mut Upload) -> Result<Incoming, ApiError> {
    let file = upload.file_and(&["alt"])?;
    let alt = Trimmed::from(upload.fields.remove("alt").unwrap_or_default());
    ajet_protocol::attachments::alt_rule(&alt).map_err(|broken| {
        ApiError::field("alt", &broken.code, broken.message.as_deref().unwrap_or("is not valid"))
    })?;
    Ok(Incoming { name: file.name, bytes: file.bytes, alt })
}

/// Begins the upload of a file to the object store directly.
///
/// The file's bytes, `size_bytes` of them and no others, are sent there by a PUT with the `headers` of the answer, until `expires_at`; then
/// `complete` has them looked at. The file may be posted at once. One that is not there by then is `infected`. A repetition with the same
/// key answers the file as it is now; once it is not `pending` any more, or `expires_at` is past, the address in that answer takes nothing. What
/// is put to an earlier one after the file was looked at changes nothing, and is removed.
#[utoipa::path(post, path = "/api/channels/{id}/uploads", operation_id = "uploads.begin", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = BeginUpload, description = "What is to be uploaded."),
    responses(
        (status = 201, description = "The file, and where to send its bytes.", body = UploadBegun),
        (status = 403, description = "The caller has not joined the channel, is muted (`muted`), may not attach files here (`forbidden`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 409, description = "The channel is read-only (`archived`)."),
        (status = 413, description = "The file is larger than this system takes (`too_large`).")),
    security(("bearer" = [])))]
pub async fn begin(
    State(app): State<App>,
    caller: Caller<FilesWrite>,
    Id(id): Id<ChannelId>,
    Keyed { body, key }: Keyed<BeginUpload>,
) -> Answer<Created<UploadBegun>> {
    attachments::begin(&app.context, caller.by(), id, body, key).await
}

/// Has a file looked at that was uploaded to the object store; again changes nothing.
#[utoipa::path(post, path = "/api/uploads/{id}/complete", operation_id = "uploads.complete", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The file's id.")),
    responses(
        (status = 204, description = "The file is `pending` until it was looked at, which `message.edited` tells of one that is posted."),
        (status = 409, description = "The file was not uploaded yet (`conflict`)."),
        (status = 413, description = "The file is larger than was said (`too_large`).")),
    security(("bearer" = [])))]
pub async fn complete(
    State(app): State<App>,
    caller: Caller<FilesWrite>,
    Id(id): Id<AttachmentId>,
) -> Answer<StatusCode> {
    attachments::complete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leads to a file's bytes, for those who read the channel that it was posted in, and for who uploaded it.
#[utoipa::path(get, path = "/api/attachments/{id}", operation_id = "attachments.get", tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "The file's id."),
        ("thumbnail" = inline(Option<bool>), Query, description = "`true`: a small picture of it, if there is one.")),
    responses(
        (status = 302, description = "The address in `Location` can be used for a minute, by anybody.",
            headers(("Location" = String, description = "Where the bytes are."))),
        (status = 409, description = "The file is not checked yet (`pending`)."),
        (status = 410, description = "The file is not fit to be shown (`gone`)."),
        (status = 422, description = "`thumbnail` is neither `true` nor `false` (`invalid`).")),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller<MessagesRead>,
    Id(id): Id<AttachmentId>,
    InQuery(query): InQuery<HashMap<String, String>>,
) -> Answer<impl IntoResponse> {
    let small = is_small(&query)?;
    let url = downloads::download(&app.context, caller.id(), id, small).await?;
    Ok((StatusCode::FOUND, [(header::LOCATION, url), (header::CACHE_CONTROL, "no-store".to_owned())]))
}

fn is_small(given: &HashMap<String, String>) -> Result<bool, ApiError> {
    match given.get("thumbnail").map(String::as_str) {
        Some("true") => Ok(true),
        Some("false") | None => Ok(false),
        Some(_) => Err(ApiError::field("thumbnail", "bad_format", "must be true or false")),
    }
}

/// Says in words what a file shows: who uploaded it may, and of a posted one only who may write there now.
#[utoipa::path(patch, path = "/api/attachments/{id}", operation_id = "attachments.describe", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The file's id.")),
    request_body(content = DescribeAttachment, description = "The words."),
    responses(
        (status = 200, description = "The file as it is now.", body = Attachment),
        (status = 403, description = "Somebody else uploaded the file (`forbidden`); or it is posted, and the caller has not joined the channel or is muted (`muted`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 409, description = "The file was posted, or its message edited, just now; try again (`conflict`); or the channel is read-only (`archived`).")),
    security(("bearer" = [])))]
pub async fn describe(
    State(app): State<App>,
    caller: Caller<FilesWrite>,
    Id(id): Id<AttachmentId>,
    Valid(DescribeAttachment { alt }): Valid<DescribeAttachment>,
) -> Answer<Json<Attachment>> {
    attachments::describe(&app.context, caller.by(), id, alt.as_ref()).await.map(Json)
}

/// Removes a file, from its message too if one has it: who uploaded it may, and a moderator. Again changes nothing.
#[utoipa::path(delete, path = "/api/attachments/{id}", operation_id = "attachments.delete", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The file's id.")),
    responses(
        (status = 204, description = "The file is gone."),
        (status = 403, description = "Somebody else uploaded the file, and the caller is no moderator (`forbidden`)."),
        (status = 409, description = "Its message says nothing else: delete the message; or the file was posted, or its message edited, just now (`conflict`).")),
    security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller<FilesWrite>,
    Id(id): Id<AttachmentId>,
) -> Answer<StatusCode> {
    attachments::remove(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
