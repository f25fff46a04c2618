//! Who is asking: sessions by their tokens.
//!
//! A token is 256 random bits; only its SHA-256 is kept, which needs no slow hash, since the token can't be guessed. Live
//! sessions are cached briefly, so that a request costs no query, and forgotten here the moment they are closed.

use std::time::Duration;

use ajet_protocol::{SessionId, Timestamp, User, UserId, limits, mint::Mint};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::store::accounts::LiveSession;
use crate::store::{Store, StoreError};

/// Sessions remembered at most, and for how long.
const REMEMBERED: u64 = 100_000;
const FOR: Duration = Duration::from_secs(30);
const DAY: u64 = 24 * 60 * 60;

/// The hash under which a token is kept.
pub type TokenHash = [u8; 32];

/// A fresh secret of 256 bits, as text.
#[must_use]
pub fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// The hash of a token.
#[must_use]
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// Whether a token has a hash, in constant time.
#[must_use]
pub fn matches(token: &str, kept: &[u8]) -> bool {
    hash(token).ct_eq(kept).into()
}

/// The sessions of this installation; cheap to clone.
#[derive(Clone)]
pub struct Auth {
    store: Store,
    live: Cache<TokenHash, LiveSession>,
    /// Sessions that ended here of late: one that was being read meanwhile is not taken for live again.
    ended: Cache<SessionId, ()>,
    node: u16,
}

impl Auth {
    /// Sessions kept in a store.
    #[must_use]
    pub fn new(store: Store, node: u16) -> Self {
        let live = Cache::builder().max_capacity(REMEMBERED).time_to_live(FOR).build();
        let ended = Cache::builder().max_capacity(REMEMBERED).time_to_live(2 * FOR).build();
        Self { store, live, ended, node }
    }

    /// The session of a token, if it is live. Using it moves its end on, once a day at most. Where what is
    /// `remembered` may be out of date it is read afresh.
    ///
    /// # Errors
    /// [`StoreError`], when it can't be read.
    pub async fn session(
        &self,
        token: &str,
        now: Timestamp,
        remembered: bool,
    ) -> Result<Option<LiveSession>, StoreError> {
        let hash = hash(token);
        if remembered && let Some(session) = self.live.get(&hash).await {
            let over = session.expires_at <= now || self.ended.contains_key(&session.id);
            return Ok(Some(session).filter(|_| !over));
        }
        let Some(session) = self.store.session_of(&hash, now).await? else { return Ok(None) };
        let full = now.plus_seconds(limits::SESSION_DAYS * DAY);
        if session.expires_at.plus_seconds(DAY) < full {
            self.store.extend_session(session.id, full).await?;
        }
        self.live.insert(hash, session.clone()).await;
        Ok(Some(session).filter(|session| !self.ended.contains_key(&session.id)))
    }

    /// Signs somebody in by name alone; who may call this is the door's matter.
    ///
    /// # Errors
    /// [`StoreError`], when it can't be kept.
    pub async fn sign_in_by_name(
        &self,
        username: &str,
        display_name: Option<&str>,
        now: Timestamp,
    ) -> Result<(String, User), StoreError> {
        let username = username.trim().to_owned();
        let fresh = User {
            id: UserId(self.new_id(now)),
            display_name: display_name.map_or_else(|| username.clone(), |name| name.trim().to_owned()),
            username,
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: now,
        };
        let user = self.store.sign_in_by_name(&fresh).await?;
        let token = new_token();
        let end = now.plus_seconds(limits::SESSION_DAYS * DAY);
        self.store.open_session(SessionId(self.new_id(now)), user.id, &hash(&token), (now, end)).await?;
        Ok((token, user))
    }

    /// A session ended, here or on another node: its token is taken no more.
    pub async fn ended(&self, id: SessionId) {
        self.ended.insert(id, ()).await;
    }

    /// Forgets what is remembered of sessions: the next use of each is looked up.
    pub fn forget_cached(&self) {
        self.live.invalidate_all();
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`], when it could not be ended.
    pub async fn sign_out(&self, token: &str, id: SessionId) -> Result<(), StoreError> {
        self.store.close_session(id).await?;
        self.ended(id).await;
        self.live.invalidate(&hash(token)).await;
        Ok(())
    }

    fn new_id(&self, now: Timestamp) -> Uuid {
        Mint::above(self.node, None).next(now, rand::random())
    }
}
