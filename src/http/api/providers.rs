//! Sign-in providers: which there are, and what the system owner does to them.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{
    CreateOauthProvider, OauthProvider, OauthProviderId, Page, SignInProvider, UpdateOauthProvider,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::owner::OwnsSystem;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::{Created, providers};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(offered))
        .routes(routes!(create, list))
        .routes(routes!(update, delete))
}

/// The providers that people can sign in at. The list has one page.
#[utoipa::path(get, path = "/auth/providers", operation_id = "auth.providers", tag = "sign-in",
    responses((status = 200, description = "All of them.", body = Page<SignInProvider>)))]
pub async fn offered(State(app): State<App>) -> Answer<Json<Page<SignInProvider>>> {
    let items = providers::offered(&app.context).await?;
    Ok(Json(Page { items, has_more: false }))
}

/// Adds a sign-in provider. Register `/auth/{slug}/callback` there as the address that it sends people back to.
#[utoipa::path(post, path = "/api/system/oauth-providers", operation_id = "oauth_providers.create", tag = "system",
    request_body(content = CreateOauthProvider, description = "The provider to be added."),
    responses(
        (status = 201, description = "The new provider; its secret is not shown.", body = OauthProvider),
        (status = 403, description = "The caller is not the system owner (`forbidden`)."),
        (status = 409, description = "Another provider has a name that leads to the same addresses (`conflict`), or there are 50 (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Keyed { body, key }: Keyed<CreateOauthProvider>,
) -> Answer<Created<OauthProvider>> {
    providers::create(&app.context, caller.id(), body, key).await
}

/// The sign-in providers, by id: those of the configuration among them.
#[utoipa::path(get, path = "/api/system/oauth-providers", operation_id = "oauth_providers.list", tag = "system",
    params(ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of providers.", body = Page<OauthProvider>),
        (status = 403, description = "The caller is not the system owner (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Paging(query): Paging,
) -> Answer<Json<Page<OauthProvider>>> {
    providers::list(&app.context, caller.id(), &query).await.map(Json)
}

/// Changes a sign-in provider. All nodes go by it within a second.
#[utoipa::path(patch, path = "/api/system/oauth-providers/{id}", operation_id = "oauth_providers.update", tag = "system",
    params(("id" = uuid::Uuid, Path, description = "The provider's id.")),
    request_body(content = UpdateOauthProvider, description = "What is to be changed; what is absent stays as it is."),
    responses(
        (status = 200, description = "The provider as it is now.", body = OauthProvider),
        (status = 403, description = "The caller is not the system owner (`forbidden`)."),
        (status = 409, description = "It stands in the configuration (`conflict`)."),
        (status = 422, description = "A field is wrong, or another address comes without `client_secret` (`invalid`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Id(id): Id<OauthProviderId>,
    Valid(update): Valid<UpdateOauthProvider>,
) -> Answer<Json<OauthProvider>> {
    providers::update(&app.context, caller.id(), id, update).await.map(Json)
}

/// Removes a sign-in provider. People's accounts there stay linked, and count again when it is added again. Again changes nothing.
#[utoipa::path(delete, path = "/api/system/oauth-providers/{id}", operation_id = "oauth_providers.delete", tag = "system",
    params(("id" = uuid::Uuid, Path, description = "The provider's id.")),
    responses(
        (status = 204, description = "No one can sign in by it any more."),
        (status = 403, description = "The caller is not the system owner (`forbidden`)."),
        (status = 409, description = "It stands in the configuration (`conflict`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Id(id): Id<OauthProviderId>,
) -> Answer<StatusCode> {
    providers::remove(&app.context, caller.id(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
