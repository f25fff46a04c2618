//! Requests of which no token is good. Each token counts as a failure of the address, once a request, whatever looks it up: at routes where
//! something may be guessed that is the layer that counts requests first, and then who needs a caller.

use std::sync::{Arc, OnceLock};

use axum::http::request::Parts;

use super::peer::{Address, address_of};
use crate::http::error::ApiError;
use crate::http::state::App;

/// What the tokens of a request came to, once they are counted; all clones are one. A request that is looked at twice has it among its
/// extensions.
#[derive(Debug, Clone, Default)]
pub struct WrongTokens(Arc<OnceLock<ApiError>>);

/// Counts so many tokens of a request, of which none is good, unless that was done; the refusal. Each of them may have cost a look-up.
pub fn counted(parts: &Parts, app: &App, tokens: usize) -> ApiError {
    let address = Address(address_of(parts, app));
    let count = || {
        (0..tokens).fold(ApiError::unauthenticated(), |_, _| address.failed(app, ApiError::unauthenticated()))
    };
    match parts.extensions.get::<WrongTokens>() {
        Some(WrongTokens(once)) => once.get_or_init(count).clone(),
        None => count(),
    }
}
