//! What the owner of the system alone may do.

use ajet_domain::{Denied, Refusal};
use ajet_protocol::UserId;

use super::{Context, Failure};

/// Passes the owner of the system.
///
/// # Errors
/// 403 for all others; others of [`Failure`]
pub async fn check_owner(context: &Context, person: UserId) -> Result<(), Failure> {
    if context.store.system_owner().await? == Some(person) {
        return Ok(());
    }
    Err(Denied::Forbidden.said().into())
}
