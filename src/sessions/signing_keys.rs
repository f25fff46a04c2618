//! The keys by which this server signs service tokens: made, sealed, followed by others in time, and published.
//!
//! ```text
//!   stored ─▶ published ─ AHEAD ─▶ signs ─ SIGNS_FOR ─▶ the next one signs ─ OUTLIVED ─▶ gone
//! ```
//!
//! A service finds the new key among the published ones before it meets a token of it, and the old one until none of its tokens holds any
//! more. Every node reads them from the database and goes by them for half a minute. Who may be given a token is not decided here.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::Jwks;
use ajet_tokens::{Claims, SigningKey};
use moka::future::Cache;
use secrecy::{ExposeSecret, SecretSlice};

use crate::sealing::Sealer;
use crate::store::signing_keys::{Former, NewKey, StoredKey};
use crate::store::{Store, StoreError};

/// What private halves are sealed for.
pub const PURPOSE: &str = "signing-key";
/// How long a node goes by what it read.
const REMEMBERED: Duration = Duration::from_secs(30);
/// How long a new key is published before it signs: longer than services (five minutes) and nodes go by the keys that they know.
const AHEAD: Duration = Duration::from_secs(600);
/// How long a key is published after the next one began to sign: nodes learn of that in half a minute, a token holds for ten minutes at most,
/// and clocks differ by a minute.
const OUTLIVED: Duration = Duration::from_secs(900);
/// How long a key signs before the schedule has another one follow it.
const SIGNS_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How often a key is made anew whose place another node took.
const TRIES: usize = 3;

/// The keys of this installation; cheap to clone.
#[derive(Clone)]
pub struct SigningKeys {
    store: Store,
    sealer: Sealer,
    known: Cache<(), Arc<Known>>,
}

/// What was read of the keys.
struct Known {
    /// The newest one whose moment has come.
    signing: Option<SigningKey>,
    published: Jwks,
    /// Whether no key was ever made.
    is_new: bool,
}

impl SigningKeys {
    /// Keys in a store, sealed by this.
    #[must_use]
    pub fn new(store: Store, sealer: Sealer) -> Self {
        let known = Cache::builder().max_capacity(1).time_to_live(REMEMBERED).build();
        Self { store, sealer, known }
    }

    /// The keys as services are told them.
    ///
    /// # Errors
    /// [`StoreError`], when they can't be read.
    pub async fn published(&self) -> Result<Jwks, StoreError> {
        Ok(self.known().await?.published.clone())
    }

    /// A token that says this. The first one ever has its key made. `None` where keys are there and none of them can be unsealed.
    ///
    /// # Errors
    /// [`StoreError`], when the keys can't be read.
    pub async fn sign(&self, claims: &Claims) -> Result<Option<String>, StoreError> {
        let mut known = self.known().await?;
        if known.is_new {
            self.follow(None, Former::Kept).await?;
            known = self.known().await?;
        }
        Ok(known.signing.as_ref().map(|key| key.sign(claims)))
    }

    /// Has a new key follow the present one, as an operator asks for it; the new one's id. It signs after ten minutes; at once where the
    /// former ones are to be removed, since they are not to be trusted any more.
    ///
    /// # Errors
    /// [`StoreError`], when it can't be stored.
    pub async fn rotate(&self, former: Former) -> Result<String, StoreError> {
        for _ in 0..TRIES {
            let newest = self.store.newest_signing_key(SIGNS_FOR).await?;
            if let Some(id) = self.follow(newest.map(|(number, _)| number), former).await? {
                return Ok(id);
            }
        }
        Err(StoreError::ended())
    }

    /// Whether the keys at hand open the newest one, or there is none yet.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn opens_the_newest(&self) -> Result<bool, StoreError> {
        let stored = self.store.signing_keys(OUTLIVED).await?;
        Ok(stored.first().is_none_or(|newest| self.open(newest).is_some()))
    }

    /// Has a new key follow one that has signed for long, and removes those that nothing depends on any more.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn keep_up(&self) -> Result<(), StoreError> {
        let newest = self.store.newest_signing_key(SIGNS_FOR).await?;
        if newest.is_none_or(|(_, is_old)| is_old) {
            // Where another node was first, its key is as good.
            self.follow(newest.map(|(number, _)| number), Former::Kept).await?;
        }
        self.store.remove_past_signing_keys(OUTLIVED).await.map(drop)
    }

    /// Stores a new key behind the newest one; its id, unless another node was first.
    async fn follow(&self, newest: Option<i64>, former: Former) -> Result<Option<String>, StoreError> {
        let seed: SecretSlice<u8> = rand::random::<[u8; 32]>().to_vec().into();
        let key = SigningKey::from_seed(seed.expose_secret()).expect("a seed has 32 bytes");
        let (public, sealed) = (key.public(), self.sealer.seal(PURPOSE, seed.expose_secret()));
        // No service is to find it among others first where there are no others.
        let is_alone = newest.is_none() || former == Former::Removed;
        let new = NewKey {
            number: newest.unwrap_or_default() + 1,
            kid: key.id(),
            public_key: public.as_bytes(),
            sealed: &sealed,
            signs_in: if is_alone { Duration::ZERO } else { AHEAD },
        };
        let added = self.store.add_signing_key(&new, former).await?;
        self.known.invalidate(&()).await;
        if added {
            tracing::info!(
                kid = key.id(),
                signs_in_s = new.signs_in.as_secs(),
                "a new key of service tokens"
            );
        }
        Ok(added.then(|| key.id().to_owned()))
    }

    async fn known(&self) -> Result<Arc<Known>, StoreError> {
        // However many ask at once, one of them reads.
        self.known.try_get_with((), self.read()).await.map_err(|error| {
            tracing::warn!(%error, "can't read the keys of service tokens");
            StoreError::ended()
        })
    }

    async fn read(&self) -> Result<Arc<Known>, StoreError> {
        let stored = self.store.signing_keys(OUTLIVED).await?;
        let is_new = stored.is_empty();
        let opened: Vec<(SigningKey, bool)> =
            stored.iter().filter_map(|row| Some((self.open(row)?, row.may_sign))).collect();
        let keys = opened.iter().map(|(key, _)| key.public().published()).collect();
        let signing = opened.into_iter().find(|(_, may_sign)| *may_sign).map(|(key, _)| key);
        Ok(Arc::new(Known { signing, published: Jwks { keys }, is_new }))
    }

    /// A stored key. Who can write to the database and does not know the key that seals can put none there that is published.
    fn open(&self, row: &StoredKey) -> Option<SigningKey> {
        let opened = self.sealer.open(PURPOSE, &row.sealed).ok();
        let key = opened.and_then(|seed| SigningKey::from_parts(seed.expose_secret(), &row.public_key).ok());
        if key.is_none() {
            tracing::error!(kid = row.kid, "a key of service tokens can't be unsealed; it is not used");
        }
        key
    }
}
