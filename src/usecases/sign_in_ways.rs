//! The ways to sign in that the sign-in page offers, beside the sign-in by name of a development server.

use super::{Context, Failure};

/// Whether the system has no owner yet: the first community is still to be founded, and its founder owns the system.
///
/// # Errors
/// [`Failure`]
pub async fn is_first_start(context: &Context) -> Result<bool, Failure> {
    Ok(!context.store.is_owned().await?)
}
