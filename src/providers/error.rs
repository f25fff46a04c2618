//! Why a provider did not say who somebody is.

use crate::outgoing::OutgoingError;

/// Why there is no answer of a provider, or none that is believed. The texts go into logs: they name no person and no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It can't be asked just now, or may not be asked at all.
    #[error("it can't be asked: {0}")]
    Away(#[from] OutgoingError),
    /// What it said is not believed.
    #[error("what it said is not believed: {0}")]
    Unbelievable(&'static str),
    /// It says who somebody is, who is not one of those that are let in.
    #[error("the person does not belong to those who are let in")]
    NotAdmitted,
}
