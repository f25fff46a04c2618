//! Invites.

use ajet_protocol::scopes::{MembersRead, MembersWrite, SessionOnly};
use ajet_protocol::{Community, CommunityId, CreateInvite, Invite, InviteCode, InvitePreview};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::Id;
use crate::http::extract::caller::{Caller, MaybeCaller};
use crate::http::extract::peer::Address;
use crate::http::invited::{accepted, previewed};
use crate::http::state::App;
use crate::usecases::invites::Terms;
use crate::usecases::{Created, invites};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(preview)).routes(routes!(accept))
}

/// Creates an invite.
#[utoipa::path(post, path = "/api/communities/{id}/invites", operation_id = "invites.create", tag = "invites",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateInvite, description = "What the invite is good for; nothing for an invite without limits."),
    responses(
        (status = 201, description = "The new invite.", body = Invite),
        (status = 403, description = "The caller may not invite here (`forbidden`).")),
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
