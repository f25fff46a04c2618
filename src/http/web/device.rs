//! The page on which somebody who is signed in lets a device in (RFC 8628, section 3.3).
//!
//! A code is looked up for a person who is signed in alone. An address that got too much wrong looks nothing up, and each person has a few
//! wrong codes ([`device_sign_in`]). A decision is a form of our own page: what a browser sends by itself decides nothing.

use ajet_protocol::Code;
use ajet_protocol::scopes::SessionOnly;
use ajet_web::pages::access::device::{Asking, Tried, ask, decided, enter};
use ajet_web::viewer::Viewer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::page::{Page, PageError};
use super::reader::Reader;
use crate::http::error::ApiError;
use crate::http::extract::caller::Caller;
use crate::http::extract::form::{Filled, InQuery};
use crate::http::extract::peer::Address;
use crate::http::state::App;
use crate::sessions::user_code::UserCode;
use crate::usecases::device_sign_in::{self, Decision};

/// A code, as somebody typed it or followed it.
#[derive(Deserialize)]
pub struct CodeQuery {
    user_code: Option<String>,
}

/// Asks for the code; with one, shows which device asks, and asks whether it is let in, or shows what the person has decided before.
pub async fn page(
    State(app): State<App>,
    address: Address,
    caller: Caller<SessionOnly>,
    Reader(viewer): Reader,
    InQuery(query): InQuery<CodeQuery>,
) -> Result<Response, PageError> {
    let Some(typed) = query.user_code.filter(|typed| !typed.trim().is_empty()) else {
        return Ok(Page(enter(&viewer, Tried::Nothing)).into_response());
    };
    let code = typed_code(&app, &address, &typed)?;
    let found = match &code {
        Some(code) => device_sign_in::asking(&app.context, caller.id(), code).await?,
        None => None,
    };
    let Some((code, device)) = code.zip(found) else { return unknown(&app, &address, &viewer) };
    if let Some(approved) = device.approved {
        return Ok(Page(decided(&viewer, approved)).into_response());
    }
    let millis = app.now().unix_millis().saturating_sub(device.created_at.unix_millis());
    let asking = Asking {
        code: &code.to_string(),
        device: &device.device,
        program: &device.client_id,
        minutes: millis / 60_000,
    };
    Ok(Page(ask(&viewer, &caller.session.user, &asking)).into_response())
}

/// The form of a decision.
#[derive(Deserialize)]
pub struct DecisionForm {
    user_code: String,
    decision: Decided,
}

/// The button that was pressed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    Approve,
    Deny,
}

impl From<Decided> for Decision {
    fn from(decided: Decided) -> Self {
        match decided {
            Decided::Approve => Self::Approve,
            Decided::Deny => Self::Deny,
        }
    }
}

/// Lets the device in, or denies it. Shows what the person decided first.
pub async fn decide(
    State(app): State<App>,
    address: Address,
    caller: Caller<SessionOnly>,
    Reader(viewer): Reader,
    Filled(form): Filled<DecisionForm>,
) -> Result<Response, PageError> {
    let decision = Decision::from(form.decision);
    let stands = match typed_code(&app, &address, &form.user_code)? {
        Some(code) => device_sign_in::decide(&app.context, caller.own_session(), &code, decision).await?,
        None => None,
    };
    let Some(approved) = stands else { return unknown(&app, &address, &viewer) };
    Ok(Page(decided(&viewer, approved)).into_response())
}

/// The code that was typed, if it can be one. Unlike a long secret a code can be guessed: from an address that got too much wrong none is
/// looked up, right or not.
fn typed_code(app: &App, address: &Address, typed: &str) -> Result<Option<UserCode>, ApiError> {
    match address.0 {
        Some(ip) if app.settings.failures.is_over(ip) => Err(app.settings.failures.too_many(ip)),
        _ => Ok(UserCode::typed(typed)),
    }
}

/// The form once more, for another code. What was wrong counts against the address that it came from.
fn unknown(app: &App, address: &Address, viewer: &Viewer) -> Result<Response, PageError> {
    let told = address.failed(app, ApiError::not_found());
    if told.code == Code::RateLimited {
        return Err(told.into());
    }
    Ok((StatusCode::NOT_FOUND, Page(enter(viewer, Tried::Unknown))).into_response())
}
