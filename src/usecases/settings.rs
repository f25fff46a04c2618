//! Settings of the whole system, for its owner alone.

use ajet_domain::{Denied, Refusal};
use ajet_protocol::{SystemSettings, UpdateSettings, UserId};

use super::system_owner::check_owner;
use super::{Context, Failure};

/// The settings as they are now.
///
/// # Errors
/// [`Failure`]
pub async fn get(context: &Context, reader: UserId) -> Result<SystemSettings, Failure> {
    check_owner(context, reader).await?;
    Ok(context.store.settings().await?)
}

/// The settings that hold, for what pages offer their readers, who are told no more of them than that.
///
/// # Errors
/// [`Failure`]
pub async fn in_force(context: &Context) -> Result<SystemSettings, Failure> {
    Ok(context.store.settings().await?)
}

/// Changes settings. All nodes go by them within a second, without a restart.
///
/// # Errors
/// [`Failure`]
pub async fn update(
    context: &Context,
    by: UserId,
    update: &UpdateSettings,
) -> Result<SystemSettings, Failure> {
    let changed = context.store.change_settings(by, update).await?;
    changed.ok_or_else(|| Denied::Forbidden.said().into())
}
