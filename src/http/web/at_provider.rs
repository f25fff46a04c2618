//! The way to a provider from a form of ours. The page goes on by itself: browsers do not follow a form that is answered by the address of another
//! site (`form-action`).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::page::{Page, PageError};
use crate::http::begun::begun;
use crate::http::error::ApiError;
use crate::http::extract::caller::ReplacedSession;
use crate::http::extract::form::Filled;
use crate::http::extract::origin::SameOrigin;
use crate::http::extract::path::InPath;
use crate::http::extract::peer::Address;
use crate::http::return_to;
use crate::http::state::App;
use crate::usecases::sign_in::Beginning;

/// Where the sign-in leads.
#[derive(Deserialize)]
pub struct SignInForm {
    return_to: Option<String>,
}

/// Begins to sign in, as somebody who is signed in has said that they want to.
pub async fn sign_in(
    State(app): State<App>,
    _: SameOrigin,
    (replaced, address, headers): (ReplacedSession, Address, HeaderMap),
    InPath(provider): InPath<String>,
    Filled(form): Filled<SignInForm>,
) -> Result<Response, PageError> {
    let beginning = Beginning {
        provider: &provider,
        return_to: return_to::asked(form.return_to.as_deref(), "/")?,
        signed_in: replaced.ended(),
        links: false,
    };
    Ok(go_on(&app, (&headers, address), beginning).await?)
}

/// Begins, in the browser of a request, and goes on to the provider.
pub async fn go_on(
    app: &App,
    browser: (&HeaderMap, Address),
    beginning: Beginning<'_>,
) -> Result<Response, ApiError> {
    let (cookie, address) = begun(app, browser, beginning).await?;
    Ok((cookie, Page(ajet_web::again(&address))).into_response())
}
