//! The audit log of a community, one's own, and that of the system.

use std::collections::HashMap;

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{AuditEntry, CommunityId, Page, PageQuery, Timestamp, UserId, is_action};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Answer;
use crate::http::error::ApiError;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::owner::OwnsSystem;
use crate::http::extract::paging;
use crate::http::state::App;
use crate::usecases::audit::{self, AuditFilter};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(own)).routes(routes!(system))
}

/// What was done in a community with rights that not everybody has, the newest first.
///
/// Ids of lines sort by time: `before` gives the page of older lines, `after` that of newer ones, and either takes a time instead of an
/// id. A page is newest first, whatever its cursor. Filters narrow each other. What was done to a channel that the caller does not see, or
/// that is gone, is told without saying to which, and is not found by its target.
#[utoipa::path(get, path = "/api/communities/{id}/audit", operation_id = "audit.list", tag = "communities",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("actor_id" = Option<uuid::Uuid>, Query, description = "What this person did."),
        ("target_id" = Option<uuid::Uuid>, Query, description = "What was done to this person, channel or other thing."),
        ("action" = Option<String>, Query, description = "What was done, such as `member.ban`."),
        ("before" = Option<String>, Query, description = "Older than the line of this id, or than this time (RFC 3339); not together with `after`."),
        ("after" = Option<String>, Query, description = "Newer than the line of this id, or than this time (RFC 3339); not together with `before`."),
        ("limit" = inline(Option<ajet_protocol::forms::PageSize>), Query, description = "Items at most, 1 to 200; 50 where it is missing.")),
    responses(
        (status = 200, description = "One page of the log.", body = Page<AuditEntry>),
        (status = 403, description = "The caller may not read the audit log (`forbidden`)."),
        (status = 422, description = "A parameter has no form that it may have (`invalid`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Answer<Json<Page<AuditEntry>>> {
    let (filter, query) = asked(given)?;
    audit::list(&app.context, caller.id(), id, &filter, &query).await.map(Json)
}

/// What concerns the caller's own account, the newest first: sign-ins (`session.open`), refused ones (`session.refuse`), ends of sessions
/// (`session.end`), accounts at providers that were linked and unlinked (`account.link`, `account.unlink`), API tokens that the caller made or
/// revoked, and what the owner of the system did to the account.
///
/// A sign-in says what kind of device it came from, and whether the caller had not used one of that kind before (`new_device`). No address
/// is kept, nor the network of one. Lines about sessions are kept for 90 days.
#[utoipa::path(get, path = "/api/me/audit", operation_id = "audit.own", tag = "me",
    params(
        ("actor_id" = Option<uuid::Uuid>, Query, description = "What this person did: the caller, or the owner of the system."),
        ("target_id" = Option<uuid::Uuid>, Query, description = "What was done to this session, token or other thing; the caller's own id: what concerns the account."),
        ("action" = Option<String>, Query, description = "What was done, such as `session.open`."),
        ("before" = Option<String>, Query, description = "Older than the line of this id, or than this time (RFC 3339); not together with `after`."),
        ("after" = Option<String>, Query, description = "Newer than the line of this id, or than this time (RFC 3339); not together with `before`."),
        ("limit" = inline(Option<ajet_protocol::forms::PageSize>), Query, description = "Items at most, 1 to 200; 50 where it is missing.")),
    responses(
        (status = 200, description = "One page of the caller's lines.", body = Page<AuditEntry>),
        (status = 422, description = "A parameter has no form that it may have (`invalid`).")),
    security(("bearer" = [])))]
pub async fn own(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Answer<Json<Page<AuditEntry>>> {
    let (filter, query) = asked(given)?;
    audit::of_person(&app.context, caller.id(), &filter, &query).await.map(Json)
}

/// The same of all accounts, with what the owner of the system did to accounts and settings, for the owner alone.
#[utoipa::path(get, path = "/api/system/audit", operation_id = "audit.system", tag = "system",
    params(
        ("actor_id" = Option<uuid::Uuid>, Query, description = "What this person did."),
        ("target_id" = Option<uuid::Uuid>, Query, description = "What concerns this person, or was done to this session, token or other thing."),
        ("action" = Option<String>, Query, description = "What was done, such as `session.refuse`."),
        ("before" = Option<String>, Query, description = "Older than the line of this id, or than this time (RFC 3339); not together with `after`."),
        ("after" = Option<String>, Query, description = "Newer than the line of this id, or than this time (RFC 3339); not together with `before`."),
        ("limit" = inline(Option<ajet_protocol::forms::PageSize>), Query, description = "Items at most, 1 to 200; 50 where it is missing.")),
    responses(
        (status = 200, description = "One page of the system's lines.", body = Page<AuditEntry>),
        (status = 403, description = "The caller is not the system owner (`forbidden`)."),
        (status = 422, description = "A parameter has no form that it may have (`invalid`).")),
    security(("bearer" = [])))]
pub async fn system(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Answer<Json<Page<AuditEntry>>> {
    let (filter, query) = asked(given)?;
    audit::of_system(&app.context, caller.id(), &filter, &query).await.map(Json)
}

/// Which lines are asked for, and which page of them.
fn asked(mut given: HashMap<String, String>) -> Result<(AuditFilter, PageQuery), ApiError> {
    for (cursor, rest) in [("before", 0), ("after", LAST_OF_ITS_TIME)] {
        let Some(text) = given.get(cursor) else { continue };
        if let Some(bound) = bound(text, rest) {
            given.insert(cursor.to_owned(), bound.to_string());
        } else if text.parse::<Uuid>().is_err() {
            let wrong = "is neither the id of a line nor a time (RFC 3339)";
            return Err(ApiError::field(cursor, "bad_format", wrong));
        }
    }
    Ok((filter(&given)?, paging::paging(&given)?))
}

/// All bits of an id but those that hold its time.
const LAST_OF_ITS_TIME: u128 = (1 << 80) - 1;

/// The first or the last id of a time; `None` for a text that is none.
fn bound(text: &str, rest: u128) -> Option<Uuid> {
    let time: Timestamp = serde_json::from_value(text.into()).ok()?;
    Some(Uuid::from_u128((u128::from(time.unix_millis()) << 80) | rest))
}

fn filter(given: &HashMap<String, String>) -> Result<AuditFilter, ApiError> {
    let action = given.get("action").cloned();
    if action.as_deref().is_some_and(|action| !is_action(action)) {
        return Err(ApiError::field("action", "bad_format", "is not the name of an action"));
    }
    let (actor, target) = (paging::id(given, "actor_id")?, paging::id(given, "target_id")?);
    Ok(AuditFilter { actor: actor.map(UserId), target, action })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_that_is_neither_an_id_nor_a_time_is_named() {
        let of = |cursor: &str, text: &str| asked(HashMap::from([(cursor.to_owned(), text.to_owned())]));
        for cursor in ["before", "after"] {
            let refused = of(cursor, "yesterday").expect_err("no cursor");
            let [wrong] = &refused.errors[..] else { panic!("one field: {:?}", refused.errors) };
            assert_eq!((wrong.field.as_str(), wrong.code.as_str()), (cursor, "bad_format"));
            assert!(wrong.message.contains("nor a time"), "{}", wrong.message);
            for good in ["0197f000-0000-7000-8000-000000000001", "1970-01-01T00:00:00Z"] {
                assert!(of(cursor, good).is_ok(), "{cursor}={good}");
            }
        }
    }

    #[test]
    fn a_time_is_a_bound_of_ids() {
        let at = |text| bound(text, 0);
        assert_eq!(at("1970-01-01T00:00:00.001Z"), Some(Uuid::from_u128(1 << 80)));
        assert_eq!(at("0197f000-0000-7000-8000-000000000001"), None);
        let last = bound("1970-01-01T00:00:00Z", LAST_OF_ITS_TIME);
        assert!(last < at("1970-01-01T00:00:00.001Z"));
    }
}
