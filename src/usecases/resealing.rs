//! Seals all secrets of the database anew, by the present key, so that former keys can be given up.

use secrecy::ExposeSecret;

use crate::outgoing::{push, signature};
use crate::providers::secret_purpose;
use crate::sealing::{Sealer, Unsealable};
use crate::sessions::signing_keys;
use crate::store::oauth_providers::StoredProvider;
use crate::store::push::StoredPushKey;
use crate::store::{Store, StoreError};

/// How often all secrets are gone through until none is left: nodes change few of them meanwhile.
const ROUNDS: usize = 5;

/// How many secrets there are, by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Sealed by the present key now.
    pub anew: u64,
    /// Sealed by it before.
    pub already: u64,
    /// Opened by no key that is configured.
    pub lost: u64,
    /// Sealed by a former key still: each time it was to be sealed anew, its row was another one already.
    pub left: u64,
}

/// Seals all of them anew. It may be repeated, and may run while nodes do.
///
/// # Errors
/// [`StoreError`]
pub async fn reseal(store: &Store, sealer: &Sealer) -> Result<Resealed, StoreError> {
    let mut done = round(store, sealer).await?;
    for _ in 1..ROUNDS {
        if done.left == 0 {
            break;
        }
        let next = round(store, sealer).await?;
        // What an earlier round sealed is found sealed by this one.
        done =
            Resealed { anew: done.anew + next.anew, already: next.already.saturating_sub(done.anew), ..next };
    }
    Ok(done)
}

/// Goes through all secrets once.
async fn round(store: &Store, sealer: &Sealer) -> Result<Resealed, StoreError> {
    let mut count = Resealed::default();
    for StoredProvider { shown, sealed_secret } in store.oauth_providers().await? {
        let Some(before) = sealed_secret else { continue };
        if let Some(after) = count.sealed_anew(sealer, &secret_purpose(&shown), &before) {
            count.note(store.reseal_oauth_provider(shown.id, &before, &after).await?);
        }
    }
    for (number, before) in store.sealed_signing_keys().await? {
        if let Some(after) = count.sealed_anew(sealer, signing_keys::PURPOSE, &before) {
            count.note(store.reseal_signing_key(number, &before, &after).await?);
        }
    }
    if let Some(StoredPushKey { sealed: before, .. }) = store.push_key().await?
        && let Some(after) = count.sealed_anew(sealer, push::PURPOSE, &before)
    {
        count.note(store.reseal_push_key(&before, &after).await?);
    }
    for (webhook, community, before) in store.sealed_outgoing_secrets().await? {
        if let Some(after) = count.sealed_anew(sealer, &signature::secret_purpose(community), &before) {
            count.note(store.reseal_outgoing_webhook(webhook, &before, &after).await?);
        }
    }
    Ok(count)
}

impl Resealed {
    /// A secret as the present key seals it; `None` where it did so before, or where no key opens it, which is counted.
    fn sealed_anew(&mut self, sealer: &Sealer, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let after = anew(sealer, purpose, sealed);
        match &after {
            Ok(None) => self.already += 1,
            Err(Unsealable) => self.lost += 1,
            Ok(Some(_)) => {}
        }
        after.ok().flatten()
    }

    /// Counts one whose row took what was sealed anew, or was changed or removed meanwhile.
    fn note(&mut self, taken: bool) {
        *(if taken { &mut self.anew } else { &mut self.left }) += 1;
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
