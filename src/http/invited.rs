//! Invites by their codes: wrong ones count against the address that they came from, whether a page or the API was asked.

use ajet_domain::Caller;
use ajet_protocol::{Community, InviteCode, InvitePreview, UserId};

use super::error::ApiError;
use super::extract::peer::Address;
use super::state::App;
use crate::usecases::invites;

/// What an invite is for. A wrong code counts against the address that it came from.
pub async fn previewed(
    app: &App,
    address: &Address,
    reader: Option<UserId>,
    code: &InviteCode,
) -> Result<InvitePreview, ApiError> {
    let _turn = address.turn(app).await;
    let found = invites::preview(&app.context, reader, code).await;
    found.map_err(|failure| address.counted(app, failure))
}

/// Joins the community of an invite. A wrong code counts against the address that it came from.
pub async fn accepted(
    app: &App,
    address: &Address,
    by: Caller,
    code: InviteCode,
) -> Result<Community, ApiError> {
    let _turn = address.turn(app).await;
    let community = invites::leads_to(&app.context, &code).await?;
    let community = community.ok_or_else(|| address.failed(app, ApiError::not_found()))?;
    invites::accept(&app.context, by, community, code).await
}

/// Revokes an invite. A wrong code counts against the address that it came from.
pub async fn revoked(app: &App, address: &Address, by: Caller, code: &InviteCode) -> Result<(), ApiError> {
    let _turn = address.turn(app).await;
    let revoked = invites::revoke(&app.context, by, code).await;
    revoked.map_err(|failure| address.counted(app, failure))
}
