//! Search.

use std::collections::HashMap;

use ajet_protocol::scopes::MessagesRead;
use ajet_protocol::{ChannelId, CommunityId, SearchPage, SearchQuery, SearchSort, SearchType, UserId};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::error::ApiError;
use crate::http::extract::body::valid;
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::paging::{Paging, id};
use crate::http::state::App;
use crate::usecases::search;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(find))
}

/// Messages, channels or people that the caller may see, by what somebody types.
///
/// All words are to be found, without regard to case and accents; the last one may be the beginning of a word, of messages one of two letters or more. A phrase
/// stands in double quotes. Chinese, Japanese and Korean are found by any part. For messages there are operators: `from:` (a user name, or `me`), `in:` (a channel), `has:` (`link`, `file` or
/// `image`), `before:` and `after:` (a day in UTC, itself left out). Several `from:` or `in:` mean any of them.
///
/// Messages come newest first. Channels and people come by their ids. What a filter names and the caller may not know of is as good as not there: nothing
/// is found. A page of long messages ends early, and `has_more` says so.
#[utoipa::path(get, path = "/api/search", operation_id = "search.find", tag = "search",
    params(
        ("q" = String, Query, description = "What to look for, 1 to 500 characters.", min_length = 1, max_length = 500),
        ("type" = Option<String>, Query,
            description = "`messages`, which it is where it is missing, `channels` or `users`."),
        ("community_id" = Option<uuid::Uuid>, Query, description = "Only of this community."),
        ("channel_id" = Option<uuid::Uuid>, Query, description = "Only of this channel; of people it says nothing."),
        ("author_id" = Option<uuid::Uuid>, Query, description = "Only messages of this person."),
        ("sort" = Option<String>, Query,
            description = "Of messages: `newest`, which it is where it is missing, or `best`: of the newest 10,000 that fit those first that fit best. Then pages go on by `next`, not by `before` and `after`."),
        ("next" = Option<String>, Query, description = "The `next` of the page before, with `sort=best`."),
        ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of what was found.", body = SearchPage),
        (status = 422, description = "`q` is missing, blank, too long, or holds an operator that can't be read, which is named; or `type` or `sort` is not one of those above (`invalid`)."),
        (status = 429, description = "Two searches of the caller are under way on this node (`rate_limited`).")),
    security(("bearer" = [])))]
pub async fn find(
    State(app): State<App>,
    caller: Caller<MessagesRead>,
    InQuery(given): InQuery<HashMap<String, String>>,
    Paging(page): Paging,
) -> Answer<Json<SearchPage>> {
    let query = valid(SearchQuery { page, ..asked(given)? })?;
    search::find(&app.context, caller.id(), &query).await.map(Json)
}

/// What is asked for beside the page.
fn asked(mut given: HashMap<String, String>) -> Result<SearchQuery, ApiError> {
    let kind = given.get("type").map_or(Some(SearchType::default()), |name| SearchType::named(name));
    let sort = given.get("sort").map_or(Some(SearchSort::default()), |name| SearchSort::named(name));
    let unknown = |field, rule| ApiError::field(field, "unknown", rule);
    Ok(SearchQuery {
        kind: kind.ok_or_else(|| unknown("type", "must be messages, channels or users"))?,
        sort: sort.ok_or_else(|| unknown("sort", "must be newest or best"))?,
        community_id: id(&given, "community_id")?.map(CommunityId),
        channel_id: id(&given, "channel_id")?.map(ChannelId),
        author_id: id(&given, "author_id")?.map(UserId),
        next: given.remove("next"),
        q: given.remove("q").unwrap_or_default().into(),
        ..SearchQuery::default()
    })
}
