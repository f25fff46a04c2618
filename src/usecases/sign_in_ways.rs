//! What the sign-in page must know of the system before anybody is signed in; the providers that it offers are told by `providers`.

use super::{Context, Failure};

/// Whether the system has no owner yet: the first community is still to be founded, and its founder owns the system.
///
/// # Errors
/// [`Failure`]
pub async fn is_first_start(context: &Context) -> Result<bool, Failure> {
    Ok(!context.store.is_owned().await?)
}
