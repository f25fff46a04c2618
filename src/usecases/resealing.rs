//! Seals all secrets of the database anew, by the present key, so that former keys can be given up.

use secrecy::ExposeSecret;

use crate::providers::secret_purpose;
use crate::sealing::{Sealer, Unsealable};
use crate::sessions::signing_keys;
use crate::store::oauth_providers::StoredProvider;
use crate::store::{Store, StoreError};

/// How many secrets there are, by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Sealed by the present key now.
    pub anew: u64,
    /// Sealed by it before.
    pub already: u64,
    /// Opened by no key that is configured.
    pub lost: u64,
}

/// Seals all of them anew. It may be repeated, and may run while nodes do.
///
/// # Errors
/// [`StoreError`]
pub async fn reseal(store: &Store, sealer: &Sealer) -> Result<Resealed, StoreError> {
    let mut count = Resealed::default();
    for StoredProvider { shown, sealed_secret } in store.oauth_providers().await? {
        let Some(before) = sealed_secret else { continue };
        if let Some(after) = count.anew(sealer, &secret_purpose(&shown), &before) {
            count.anew += u64::from(store.reseal_oauth_provider(shown.id, &before, &after).await?);
        }
    }
    for (number, before) in store.sealed_signing_keys().await? {
        if let Some(after) = count.anew(sealer, signing_keys::PURPOSE, &before) {
            count.anew += u64::from(store.reseal_signing_key(number, &before, &after).await?);
        }
    }
    Ok(count)
}

impl Resealed {
    /// A secret as the present key seals it; `None` where it did so before, or where no key opens it, which is counted. Where it was
    /// changed meanwhile, the change sealed it by the key of its node: another run finds it.
    fn anew(&mut self, sealer: &Sealer, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let after = anew(sealer, purpose, sealed);
        match &after {
            Ok(None) => self.already += 1,
            Err(Unsealable) => self.lost += 1,
            Ok(Some(_)) => {}
        }
        after.ok().flatten()
    }
}

/// A secret as the present key seals it; `None` where it did so before.
///
/// # Errors
/// [`Unsealable`]
fn anew(sealer: &Sealer, purpose: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, Unsealable> {
    let plain = sealer.open(purpose, sealed)?;
    Ok((!sealer.is_present(sealed)).then(|| sealer.seal(purpose, plain.expose_secret())))
}
