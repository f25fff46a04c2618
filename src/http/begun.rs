//! Beginning a sign-in at a provider, by the API or a page: it counts for the address that it comes from, and is bound to the browser.

use axum::http::HeaderMap;

use super::cookie::{SetCookie, flow_of};
use super::error::ApiError;
use super::extract::peer::Address;
use super::state::App;
use crate::usecases::sign_in::{self, Beginning};

/// Begins a sign-in in the browser of a request; the cookie that binds it to the browser, and where that goes: to the provider.
pub async fn begun(
    app: &App,
    (headers, address): (&HeaderMap, Address),
    beginning: Beginning<'_>,
) -> Result<(SetCookie, String), ApiError> {
    app.settings.sign_in_starts.count(address.0)?;
    let browser = flow_of(app, headers);
    let begun = sign_in::begin(&app.context, beginning, browser.as_deref()).await?;
    Ok((SetCookie::flow(app, &begun.browser), begun.address))
}
