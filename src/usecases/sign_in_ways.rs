//! The ways to sign in that the sign-in page offers, beside the sign-in by name of a development server.

use super::{Context, Failure};

/// A provider at which people sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its part of addresses: `/auth/{name}/start`.
    pub name: String,
    /// Which kind of provider it is, such as `github`.
    pub kind: String,
    /// What its button says, such as `GitHub`.
    pub label: String,
}

/// The providers that are set up, in the order of their buttons. No kind of provider is known yet.
///
/// # Errors
/// [`Failure`]
pub async fn providers(_: &Context) -> Result<Vec<Provider>, Failure> {
    Ok(Vec::new())
}

/// Whether the system has no owner yet: the first community is still to be founded, and its founder owns the system.
///
/// # Errors
/// [`Failure`]
pub async fn is_first_start(context: &Context) -> Result<bool, Failure> {
    Ok(!context.store.is_owned().await?)
}
