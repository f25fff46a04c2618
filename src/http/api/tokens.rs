//! API tokens of bots.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{ApiToken, BotId, CreateToken, Page, TokenId, TokenScopes};
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
use crate::usecases::Created;
use crate::usecases::tokens::{self, NewToken};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(revoke))
}

/// Creates a token of a bot; the token itself is in this answer alone, not in that to a repetition.
#[utoipa::path(post, path = "/api/bots/{id}/tokens", operation_id = "tokens.create", tag = "bots",
    params(("id" = uuid::Uuid, Path, description = "The bot's id.")),
    request_body(content = CreateToken, description = "The token to be created."),
    responses(
        (status = 201, description = "The new token, with its secret in `token`.", body = ApiToken),
        (status = 200, description = "The token that an earlier request with the same key made, without its secret.", body = ApiToken),
        (status = 403, description = "The caller may not manage bots here, or would have more rights by the token than they have (`forbidden`)."),
        (status = 409, description = "The bot has 20 tokens (`limit`), or its account is deactivated (`conflict`)."),
        (status = 422, description = "`scopes` has one that the bot has not, or `expires_at` is not in the future (`invalid`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<BotId>,
    Keyed { body, key }: Keyed<CreateToken>,
) -> Answer<Created<ApiToken>> {
    let token = NewToken { scopes: TokenScopes::of(&body.scopes), expires_at: body.expires_at };
    tokens::create(&app.context, caller.by(), id, token, key).await
}

/// A bot's tokens, without their secrets, by id. Those that are revoked are left out.
#[utoipa::path(get, path = "/api/bots/{id}/tokens", operation_id = "tokens.list", tag = "bots",
    params(("id" = uuid::Uuid, Path, description = "The bot's id."), ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of tokens.", body = Page<ApiToken>),
        (status = 403, description = "The caller may not manage bots here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<BotId>,
    Paging(query): Paging,
) -> Answer<Json<Page<ApiToken>>> {
    tokens::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Revokes a token: it is worth nothing from now on, and its live streams end. Again changes nothing.
#[utoipa::path(delete, path = "/api/tokens/{id}", operation_id = "tokens.revoke", tag = "bots",
    params(("id" = uuid::Uuid, Path, description = "The token's id.")),
    responses(
        (status = 204, description = "The token is worth nothing on any node, and no event reaches its streams."),
        (status = 403, description = "The caller may not manage bots here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn revoke(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<TokenId>,
) -> Answer<StatusCode> {
    tokens::revoke(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
