//! Founding a community, by the API or a page. Who owns the system from then on may do more than before, so their browser gets another session:
//! what somebody knew of the old one is worth nothing.
//!
//! A program that founds with a bearer token keeps it: no browser sends it by itself, and the answer has no place for another.

use ajet_domain::community::Names;
use ajet_protocol::Community;
use ajet_protocol::scopes::SessionOnly;

use super::cookie::SetCookie;
use super::error::ApiError;
use super::extract::caller::Caller;
use super::extract::device::Device;
use super::state::App;
use crate::usecases::{Created, GivenKey, accounts, communities, sign_in_ways};

/// Founds a community; with the cookie of the session that takes the place of the caller's, if there is one.
pub async fn founded(
    app: &App,
    caller: &Caller<SessionOnly>,
    device: &Device,
    names: Names,
    key: GivenKey,
) -> Result<(Created<Community>, Option<SetCookie>), ApiError> {
    let gains_system = sign_in_ways::is_first_start(&app.context).await?;
    let made = communities::found(&app.context, caller.by(), names, key).await?;
    let cookie = if gains_system && caller.by_cookie { renewed(app, caller, device).await } else { None };
    Ok((made, cookie))
}

/// Another session for the caller's browser. The community is founded, so a failure of this is no failure of that.
async fn renewed(app: &App, caller: &Caller<SessionOnly>, device: &Device) -> Option<SetCookie> {
    match accounts::renew_session(&app.context, caller.own_session(), device.0.as_deref()).await {
        Ok(token) => Some(SetCookie::session(app, &token)),
        Err(error) => {
            tracing::warn!(detail = error.detail, "can't give the owner of the system another session");
            None
        }
    }
}
