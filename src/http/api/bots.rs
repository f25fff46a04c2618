//! Bots of a community.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Bot, BotId, CommunityId, CreateBot, Page, TokenScopes};
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
use crate::usecases::bots::{self, NewBot};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(delete))
}

/// Creates a bot: an account of a program. Members are told by `member.joined`.
///
/// It is a member like any other, arrives where people do, and signs in by its tokens alone (`tokens.create`).
#[utoipa::path(post, path = "/api/communities/{id}/bots", operation_id = "bots.create", tag = "bots",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateBot, description = "The bot to be created."),
    responses(
        (status = 201, description = "The new bot.", body = Bot),
        (status = 403, description = "The caller may not manage bots here (`forbidden`), or is muted (`muted`)."),
        (status = 409, description = "There are 100 bots (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    Keyed { body, key }: Keyed<CreateBot>,
) -> Answer<Created<Bot>> {
    let bot = NewBot { name: body.name, scopes: TokenScopes::of(&body.scopes) };
    bots::create(&app.context, caller.by(), id, bot, key).await
}

/// The bots of a community, by id.
#[utoipa::path(get, path = "/api/communities/{id}/bots", operation_id = "bots.list", tag = "bots",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of bots.", body = Page<Bot>),
        (status = 403, description = "The caller may not manage bots here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Bot>>> {
    bots::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Ends a bot: its tokens, its live streams and its membership. What it wrote stays. Again changes nothing.
#[utoipa::path(delete, path = "/api/bots/{id}", operation_id = "bots.delete", tag = "bots",
    params(("id" = uuid::Uuid, Path, description = "The bot's id.")),
    responses(
        (status = 204, description = "The bot is gone, and its tokens are worth nothing on any node."),
        (status = 403, description = "The caller may not manage bots here, or the bot stands above them (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<BotId>,
) -> Answer<StatusCode> {
    bots::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
