//! Invites.

use std::collections::HashMap;

use ajet_protocol::scopes::{MembersRead, MembersWrite, SessionOnly};
use ajet_protocol::{Community, CommunityId, CreateInvite, Invite, InviteCode, InvitePreview, Page};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::Id;
use crate::http::extract::caller::{Caller, MaybeCaller};
use crate::http::extract::form::InQuery;
use crate::http::extract::paging::paging;
use crate::http::extract::peer::Address;
use crate::http::invited::{accepted, previewed, revoked};
use crate::http::state::App;
use crate::usecases::invites::Terms;
use crate::usecases::{Created, invites};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(preview, revoke))
        .routes(routes!(accept))
}

/// Creates an invite.
#[utoipa::path(post, path = "/api/communities/{id}/invites", operation_id = "invites.create", tag = "invites",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateInvite, description = "What the invite is good for; nothing for an invite without limits."),
    responses(
        (status = 201, description = "The new invite.", body = Invite),
        (status = 403, description = "The caller may not invite here (`forbidden`)."),
        (status = 409, description = "The community has 1000 invites that can still be accepted, or 100 of the caller's own (`limit`), or `user_id` names a member (`conflict`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    Id(id): Id<CommunityId>,
    Keyed { body, key }: Keyed<CreateInvite>,
) -> Answer<Created<Invite>> {
    let terms = Terms { max_uses: body.max_uses, expires_at: body.expires_at, addressee: body.user_id };
    invites::create(&app.context, caller.by(), id, terms, key).await
}

/// The invites of a community that were not revoked: all of them for those who manage the community, for others those that they made.
///
/// The cursor is an invite's code.
#[utoipa::path(get, path = "/api/communities/{id}/invites", operation_id = "invites.list", tag = "invites",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("before" = Option<String>, Query, description = "The page just before the invite of this code; not together with `after`."),
        ("after" = Option<String>, Query, description = "The page just after the invite of this code; not together with `before`."),
        ("limit" = inline(Option<ajet_protocol::forms::PageSize>), Query, description = "Items at most, 1 to 200; 50 where it is missing.")),
    responses(
        (status = 200, description = "One page of invites.", body = Page<Invite>),
        (status = 403, description = "The caller may not invite here (`forbidden`)."),
        (status = 422, description = "A cursor names no invite of this community, or the limit is out of range (`invalid`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    Id(id): Id<CommunityId>,
    InQuery(mut given): InQuery<HashMap<String, String>>,
) -> Answer<Json<Page<Invite>>> {
    for cursor in ["before", "after"] {
        let code = given.get(cursor).and_then(|text| text.parse::<InviteCode>().ok());
        if let Some(code) = code
            && let Some(invite) = invites::at_cursor(&app.context, id, &code).await?
        {
            given.insert(cursor.to_owned(), invite.to_string());
        }
    }
    invites::list(&app.context, caller.id(), id, &paging(&given)?).await.map(Json)
}

/// Revokes an invite; again changes nothing. Its maker may, and those who manage the community.
#[utoipa::path(delete, path = "/api/invites/{code}", operation_id = "invites.revoke", tag = "invites",
    params(("code" = String, Path, description = "What stands in the invite's address.")),
    responses(
        (status = 204, description = "No one comes in by it any more."),
        (status = 403, description = "The invite is another person's, and the caller does not manage the community (`forbidden`)."),
        (status = 429, description = "Too many codes that were wrong came from this address (`rate_limited`).")),
    security(("bearer" = [])))]
pub async fn revoke(
    State(app): State<App>,
    address: Address,
    caller: Caller<MembersWrite>,
    Id(code): Id<InviteCode>,
) -> Answer<StatusCode> {
    revoked(&app, &address, caller.by(), &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an invite is for.
///
/// It needs no sign-in; an invite for one person is shown to that person only.
#[utoipa::path(get, path = "/api/invites/{code}", operation_id = "invites.preview", tag = "invites",
    params(("code" = String, Path, description = "What stands in the invite's address.")),
    responses(
        (status = 200, description = "What the invite leads into.", body = InvitePreview),
        (status = 410, description = "The invite is used up, expired or revoked (`gone`)."),
        (status = 429, description = "Too many codes that were wrong came from this address (`rate_limited`).")),
    security((), ("bearer" = [])))]
pub async fn preview(
    State(app): State<App>,
    address: Address,
    MaybeCaller(caller): MaybeCaller<MembersRead>,
    Id(code): Id<InviteCode>,
) -> Answer<Json<InvitePreview>> {
    previewed(&app, &address, caller.map(|caller| caller.id()), &code).await.map(Json)
}

/// Joins the community of an invite; again changes nothing.
#[utoipa::path(post, path = "/api/invites/{code}/accept", operation_id = "invites.accept", tag = "invites",
    params(("code" = String, Path, description = "What stands in the invite's address.")),
    responses(
        (status = 200, description = "The community, which the caller is in now.", body = Community),
        (status = 403, description = "The caller is banned from the community (`banned`)."),
        (status = 410, description = "The invite is used up, expired or revoked (`gone`).")),
    security(("bearer" = [])))]
pub async fn accept(
    State(app): State<App>,
    address: Address,
    caller: Caller<SessionOnly>,
    Id(code): Id<InviteCode>,
) -> Answer<Json<Community>> {
    accepted(&app, &address, caller.by(), code).await.map(Json)
}
