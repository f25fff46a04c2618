//! Tokens of requests that are none. Each counts as a failure of the address, once a request, whatever looks it up: at routes where something
//! may be guessed that is the layer that counts requests first, and then who needs a caller.

use std::sync::{Arc, OnceLock};

use axum::http::request::Parts;

use super::peer::{Address, address_of};
use crate::http::error::ApiError;
use crate::http::state::App;

/// What the tokens of a request came to, once they are counted; all clones are one. Each request that is counted at all has it among its
/// extensions.
#[derive(Debug, Clone, Default)]
pub struct WrongTokens(Arc<OnceLock<ApiError>>);

/// Counts so many tokens of a request that are none, unless they were counted before; the refusal of who has no good one. Each of them may
/// have cost a look-up.
pub fn counted(parts: &Parts, app: &App, wrong: usize) -> ApiError {
    if wrong == 0 {
        return ApiError::unauthenticated();
    }
    let address = Address(address_of(parts, app));
    let count = || {
        (0..wrong).fold(ApiError::unauthenticated(), |_, _| address.failed(app, ApiError::unauthenticated()))
    };
    match parts.extensions.get::<WrongTokens>() {
        Some(WrongTokens(once)) => once.get_or_init(count).clone(),
        None => count(),
    }
}
