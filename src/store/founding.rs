//! What is looked up before a community is founded, and after: who owns the system, and what the founder's key made. The founding
//! itself is an append.

use std::sync::atomic::Ordering;

use ajet_domain::community::Founders;
use ajet_domain::journal::DuplicateKey;
use ajet_domain::need::PriorResult;
use ajet_protocol::{CreateCommunities, UserId};

use super::keys::objects_made;
use super::{Store, StoreError};

/// The setting that names the system owner.
pub(super) const SYSTEM_OWNER: &str = "system_owner";

impl Store {
    /// What a founder's key made before.
    pub async fn founded_under(&self, key: &DuplicateKey) -> Result<Option<PriorResult>, StoreError> {
        let mut made = objects_made(self.commands(), std::slice::from_ref(key)).await?;
        Ok(made.remove(key))
    }

    /// Who founds communities: the system owner, and all others where the settings let them.
    pub async fn founders(&self) -> Result<Founders, StoreError> {
        let owner = self.system_owner().await?;
        let everybody = self.settings().await?.create_communities == CreateCommunities::Everybody;
        Ok(Founders { owner, everybody })
    }

    /// Who owns the system, if anybody does yet.
    pub async fn system_owner(&self) -> Result<Option<UserId>, StoreError> {
        let row = sqlx::query!("select value from system_settings where key = $1", SYSTEM_OWNER)
            .fetch_optional(self.live())
            .await?;
        Ok(row.and_then(|row| row.value.as_str().and_then(|text| text.parse().ok())))
    }

    /// Whether the system has an owner. Once it has one, which is for ever, the store is not asked again: strangers ask for this.
    pub async fn is_owned(&self) -> Result<bool, StoreError> {
        let owned = &self.settings.owned;
        if !owned.load(Ordering::Relaxed) && self.system_owner().await?.is_some() {
            owned.store(true, Ordering::Relaxed);
        }
        Ok(owned.load(Ordering::Relaxed))
    }
}
