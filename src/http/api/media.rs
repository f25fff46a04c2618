//! The bytes of pictures, for everybody who has their address.

use ajet_protocol::forms::FileBytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Answer;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::pictures;

/// The bytes behind an address never change.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// Opened by itself a picture is nothing but a picture.
const ALONE: &str = "default-src 'none'; sandbox";

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// A picture of a person, a community or a webhook, or a custom emoji; its address stands where it is used. Nothing else can be read here,
/// and no sign-in is needed.
#[utoipa::path(get, path = "/media/{kind}/{id}/{size}", operation_id = "media.get", tag = "pictures",
    params(
        ("kind" = String, Path, description = "`avatars` or `emoji`."),
        ("id" = uuid::Uuid, Path, description = "The picture's id."),
        ("size" = u32, Path, description = "The pixels of a side: 64 or 256 of `avatars`, 64 or 128 of `emoji`.")),
    responses((status = 200, description = "The picture, a square.",
        content((FileBytes = "image/png"), (FileBytes = "image/jpeg")))))]
pub async fn get(
    State(app): State<App>,
    InPath((kind, id, size)): InPath<(String, Uuid, u32)>,
) -> Answer<Response> {
    let (format, bytes) = pictures::shown(&app.context, &kind, id, size).await?;
    let headers = [
        (header::CONTENT_TYPE, format.content_type()),
        (header::CACHE_CONTROL, FOR_GOOD),
        (header::CONTENT_SECURITY_POLICY, ALONE),
        // Clients that are served from elsewhere show them as well.
        (CORP, "cross-origin"),
    ];
    Ok((headers, bytes).into_response())
}

const CORP: header::HeaderName = header::HeaderName::from_static("cross-origin-resource-policy");
