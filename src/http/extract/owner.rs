//! That the caller owns the system.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::caller::CallerId;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::usecases::system_owner::check_owner;

/// That the caller owns the system. A handler takes it after the caller and before the body, so that others are told that they may not before
/// it is judged what they sent. The use case checks it again, with the change.
pub struct OwnsSystem;

impl FromRequestParts<App> for OwnsSystem {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Some(CallerId(caller)) = parts.extensions.get::<CallerId>().copied() else {
            return Err(ApiError::unauthenticated());
        };
        check_owner(&app.context, caller).await?;
        Ok(Self)
    }
}
