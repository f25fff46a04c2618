//! Categories.

use ajet_domain::community as verb;
use ajet_protocol::scopes::{ChannelsRead, ChannelsWrite};
use ajet_protocol::{
    Category, CategoryId, CommunityId, CreateCategory, OrderCategories, Page, UpdateCategory,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use super::position::place;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::{Created, categories};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(order)).routes(routes!(update, delete))
}

/// Creates a category: behind all others, unless it says where.
#[utoipa::path(post, path = "/api/communities/{id}/categories", operation_id = "categories.create", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateCategory, description = "The category to be created."),
    responses(
        (status = 201, description = "The new category.", body = Category),
        (status = 403, description = "The caller may not manage channels here (`forbidden`), or is muted (`muted`)."),
        (status = 409, description = "There are 200 categories already (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<CommunityId>,
    Keyed { body, key }: Keyed<CreateCategory>,
) -> Answer<Created<Category>> {
    let category = verb::CreateCategory { name: body.name, position: body.position.map(place) };
    categories::create(&app.context, caller.by(), id, category, key).await
}

/// The categories of a community, by their ids; clients show them by `position`, and of one position by id.
#[utoipa::path(get, path = "/api/communities/{id}/categories", operation_id = "categories.list", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of categories.", body = Page<Category>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<ChannelsRead>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Category>>> {
    categories::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Changes a category: its name, its place.
#[utoipa::path(patch, path = "/api/categories/{id}", operation_id = "categories.update", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The category's id.")),
    request_body(content = UpdateCategory, description = "What is to be changed."),
    responses(
        (status = 200, description = "The category as it is now.", body = Category),
        (status = 403, description = "The caller may not manage channels here (`forbidden`), or is muted (`muted`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(category_id): Id<CategoryId>,
    Valid(UpdateCategory { name, position }): Valid<UpdateCategory>,
) -> Answer<Json<Category>> {
    let update = verb::UpdateCategory { category_id, name, position: position.map(place) };
    categories::update(&app.context, caller.by(), update).await.map(Json)
}

/// Deletes a category. Its channels stay, and stand in none.
#[utoipa::path(delete, path = "/api/categories/{id}", operation_id = "categories.delete", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The category's id.")),
    responses(
        (status = 204, description = "The category is gone."),
        (status = 403, description = "The caller may not manage channels here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<CategoryId>,
) -> Answer<StatusCode> {
    categories::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts all categories of a community in order: their positions are 0, 1, 2 and so on afterwards.
#[utoipa::path(put, path = "/api/communities/{id}/categories/order", operation_id = "categories.order", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = OrderCategories, description = "All categories of the community, each once."),
    responses(
        (status = 204, description = "The categories stand in this order."),
        (status = 403, description = "The caller may not manage channels here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn order(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<CommunityId>,
    Valid(OrderCategories { ids }): Valid<OrderCategories>,
) -> Answer<StatusCode> {
    categories::order(&app.context, caller.by(), id, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
