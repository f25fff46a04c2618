//! Counts every request, and refuses those beyond a limit.
//!
//! Who calls is found out by the extractors, which count it (`Caller`). What they did not count is counted here for its address: before it
//! is answered where it shows no credential, and where it may be a guess; else afterwards, since a credential that looks good may be none.

use axum::extract::{MatchedPath, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::class::Class;
use super::meter::Meter;
use crate::http::error::ApiError;
use crate::http::extract::caller::{bearer_of, tokens_in, tokens_of};
use crate::http::extract::peer::address_of;
use crate::http::extract::wrong::{WrongTokens, counted};
use crate::http::state::App;
use crate::sessions::Credential;
use crate::sessions::tokens::is_well_formed;

/// Inside of what makes problem documents of refusals.
pub async fn around(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let Some(class) = Class::of(request.method(), route) else { return next(request).await };
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(WrongTokens::default());
    let (meter, rates) = (Meter::new(class), &app.settings.rates);
    let address = address_of(&parts, app);
    let counted = match (class, shows_something(&parts, app)) {
        (_, false) => meter.count_address(rates, address),
        (Class::Guess, true) => guessed(&meter, &parts, app).await,
        (_, true) => Ok(()),
    };
    if let Err(refused) = counted {
        return refused.into_response();
    }
    parts.extensions.insert(meter.clone());
    let mut response = next(Request::from_parts(parts, body)).await;
    if !meter.is_counted()
        && let Err(refused) = meter.count_address(rates, address)
    {
        return refused.into_response();
    }
    meter.tell(response.headers_mut());
    response
}

/// Whether a request holds what could be a credential.
fn shows_something(parts: &Parts, app: &App) -> bool {
    match bearer_of(&parts.headers) {
        Some(token) => is_well_formed(token),
        None => tokens_in(&parts.headers, app.settings.cookie).any(|token| is_well_formed(&token)),
    }
}

/// Counts what may be a guess before it is answered: for who is signed in, or else for the address.
async fn guessed(meter: &Meter, parts: &Parts, app: &App) -> Result<(), ApiError> {
    let rates = &app.settings.rates;
    match signed_in(parts, app).await {
        Some(credential) => meter.count_caller(rates, &credential),
        None => meter.count_address(rates, address_of(parts, app)),
    }
}

/// Who is signed in. Tokens that are none count as failures, whatever came of the others of their request, and for an address with too many of
/// them nothing more is looked up here: what its requests cost is bounded by its own count.
async fn signed_in(parts: &Parts, app: &App) -> Option<Credential> {
    let (address, tokens) = (address_of(parts, app), tokens_of(&parts.headers, app.settings.cookie));
    let (mut found, mut wrong) = (None, 0);
    for (token, _) in &tokens {
        if !app.tokens.remembers(token) && address.is_some_and(|ip| app.settings.failures.is_over(ip)) {
            break;
        }
        match app.tokens.session(token, app.now(), app.revocation.is_fresh()).await {
            Ok(Some(session)) => {
                found = Some(session.into());
                break;
            }
            Ok(None) => wrong += 1,
            Err(_) => {}
        }
    }
    counted(parts, app, wrong);
    found
}
