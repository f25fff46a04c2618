//! Invites.

use ajet_domain::community::{Answer, Command, NewInvite};
use ajet_protocol::{Code, Community, CommunityId, CreateInvite, Invite, InvitePreview};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;

use super::{Route, fingerprint, route_key};
use crate::http::body::{Id, Valid};
use crate::http::caller::{Caller, MaybeCaller};
use crate::http::error::ApiError;
use crate::http::peer::Address;
use crate::http::state::App;

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
    caller: Caller,
    Id(id): Id<CommunityId>,
    headers: HeaderMap,
    Valid(request): Valid<CreateInvite>,
) -> Result<(StatusCode, Json<Invite>), ApiError> {
    let fingerprint = fingerprint(&(id, request.max_uses, request.expires_at, request.user_id));
    let key = route_key(Route::Invites, request.client_mutation_id, &headers)?;
    let invite = NewInvite {
        code: new_code(),
        max_uses: request.max_uses,
        expires_at: request.expires_at,
        addressee: request.user_id,
    };
    let command = Command::CreateInvite { by: caller.id(), key, fingerprint, invite };
    let Answer::Invite { mut invite, replayed } = app.cluster.community(id, command).await? else {
        return Err(super::super::error::key_reused());
    };
    invite.url = format!("{}/invite/{}", app.settings.public_url, invite.code);
    Ok((if replayed { StatusCode::OK } else { StatusCode::CREATED }, Json(invite)))
}

/// A code as it stands in an address; what can't be one is not there.
pub struct InviteCode(pub String);

impl std::str::FromStr for InviteCode {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let fits =
            text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if fits { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

/// 128 bits: not to be guessed.
fn new_code() -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
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
    MaybeCaller(caller): MaybeCaller,
    Id(InviteCode(code)): Id<InviteCode>,
) -> Result<Json<InvitePreview>, ApiError> {
    let reader = caller.map(|caller| caller.id());
    let _turn = address.turn(&app).await;
    let found = app.store.invite_preview(&code, reader, app.now()).await?;
    let found = found.ok_or_else(|| address.failed(&app, ApiError::not_found()))?;
    if found.over {
        return Err(ApiError::new(Code::Gone, "The invite is used up, expired or revoked."));
    }
    Ok(Json(found.preview))
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
    caller: Caller,
    Id(InviteCode(code)): Id<InviteCode>,
) -> Result<Json<Community>, ApiError> {
    let _turn = address.turn(&app).await;
    let invite = app.store.invite_by_code(&code).await?;
    let community = invite.ok_or_else(|| address.failed(&app, ApiError::not_found()))?.community_id;
    let command = Command::AcceptInvite { by: caller.session.user.clone(), code };
    app.cluster.community(community, command).await?;
    let joined = app.store.community_for(community, caller.id()).await?;
    joined.map(Json).ok_or_else(ApiError::not_found)
}
