//! What handlers take as arguments: authority, bodies, paths, queries. Each is checked before the handler runs, and a request that
//! does not fit gets an error that names what is wrong.

pub mod body;
pub mod caller;
pub mod device;
pub mod form;
pub mod history;
mod keyed;
mod nul;
pub mod origin;
pub mod owner;
pub mod paging;
pub mod path;
pub mod peer;
pub mod upload;
mod upload_key;
pub mod wrong;

pub use keyed::{KEY_PATTERN, Keyed, idempotency_key};
pub use upload_key::upload_key;

use axum::extract::Request;

use super::error::ApiError;

/// Refuses what no route takes, whatever it is: a NUL in the address, and an idempotency key that can be none, also where nothing is made and a
/// good one is ignored.
///
/// # Errors
/// 404, 422
pub fn refuse_malformed(request: &Request) -> Result<(), ApiError> {
    nul::refuse_nul(request.uri())?;
    idempotency_key(None, request.headers()).map(drop)
}
