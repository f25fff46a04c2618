//! Exports: what the caller wrote and set, in a file. No token may ask: it concerns the person alone.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{AskForExport, Export, ExportId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::{Created, exports};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(get))
}

/// Asks for all that the caller wrote and set, in a file: their account, messages, reactions, votes, drafts, settings, and what was noted of
/// them; of others it has ids alone, and the reasons that they gave for what was done to the caller.
///
/// The caller is told by a notification (`export_ready`) when it can be downloaded. Asked again while it is made, the answer is the same
/// export, which starts over. Where it is ready a new one is made, which takes its place.
#[utoipa::path(post, path = "/api/me/exports", operation_id = "exports.create", tag = "me",
    request_body(content = AskForExport, description = "Nothing, or a key."),
    responses(
        (status = 200, description = "What an earlier request with the same key asked for, as it is now.", body = Export),
        (status = 202, description = "It is being made.", body = Export),
        (status = 404, description = "What an earlier request with the same key asked for is gone (`not_found`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Keyed { key, .. }: Keyed<AskForExport>,
) -> Answer<(StatusCode, Json<Export>)> {
    Ok(match exports::ask(&app.context, caller.id(), key).await? {
        Created::New(export) => (StatusCode::ACCEPTED, Json(export)),
        Created::Before(export) => (StatusCode::OK, Json(export)),
    })
}

/// How far an export of the caller's is, and once it is ready a fresh address of its file. It is kept for 7 days.
#[utoipa::path(get, path = "/api/me/exports/{id}", operation_id = "exports.get", tag = "me",
    params(("id" = uuid::Uuid, Path, description = "The export's id.")),
    responses((status = 200, description = "The export.", body = Export)),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<ExportId>,
) -> Answer<Json<Export>> {
    exports::get(&app.context, caller.id(), id).await.map(Json)
}
