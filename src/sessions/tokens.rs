//! Tokens: how they are made, hashed and compared, and the session that one stands for. A bot's API token is looked up in the same way, and is
//! a session of its account that does not move its end on.
//!
//! A token is 256 random bits; only its SHA-256 is kept, which needs no slow hash, since the token can't be guessed. Live
//! sessions are cached briefly, so that a request costs no query, and forgotten here the moment they are closed. Invalid
//! tokens are cached too, so that a flood of them costs the database little, and what is no token by its form costs nothing.
//!
//! What happens here is known to this node alone; [`Revocation`](super::Revocation) ends a session on all of them.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::audit::SessionEnd;
use ajet_protocol::{SessionId, Timestamp, TokenScopes, UserId, mint::Mint};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::future::Cache;
use moka::policy::EvictionPolicy;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::time::Instant;
use uuid::Uuid;

use super::Credential;
use crate::config::Sessions;
use crate::store::accounts::{KeptToken, LiveSession};
use crate::store::api_tokens::Ended;
use crate::store::sessions::{NewSession, NotOpened, Origin};
use crate::store::{Store, StoreError};

/// Entries of each cache, at most.
const CACHED: u64 = 100_000;
/// How long a live session is cached.
const LIVE_FOR: Duration = Duration::from_secs(30);
/// How long an invalid token is cached as such. It may become valid meanwhile only by a guess of 256 bits, or where its account is taken
/// into use again, of which [`Tokens::account_changed`] is told.
const UNKNOWN_FOR: Duration = Duration::from_secs(10);
/// How long the end of a session, and that an account was changed, is remembered; must exceed [`LIVE_FOR`].
const ENDED_FOR: Duration = Duration::from_secs(60);
/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;
/// Characters of a token: 32 bytes as base64.
const TOKEN_CHARS: usize = 43;

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

/// Whether a text has the form of a token: what has not is none, whatever the store holds.
#[must_use]
pub fn is_well_formed(token: &str) -> bool {
    token.len() == TOKEN_CHARS && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether a token has a hash, in constant time.
#[must_use]
pub fn matches(token: &str, kept: &[u8]) -> bool {
    hash(token).ct_eq(kept).into()
}

/// A session that was opened.
pub struct Opened {
    pub token: String,
    /// The person's sessions that ended, because there were too many.
    pub made_room: Vec<SessionId>,
}

/// The sessions of this installation by their tokens; cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    store: Store,
    rules: Sessions,
    live: Cache<TokenHash, LiveSession>,
    /// Tokens that were looked for and are good for nothing.
    unknown: Cache<TokenHash, Invalid>,
    /// When sessions ended here, of those that did recently: a read that began before the end does not make one live again.
    ended: Cache<SessionId, Instant>,
    /// When accounts were changed: what was read of them before is out of date.
    changed: Cache<UserId, Instant>,
    node: u16,
}

/// Why a token is good for nothing.
#[derive(Debug, Clone, Copy)]
enum Invalid {
    /// There is no such token.
    Unknown,
    /// The account, which is a bot's, is out of use; and when that began to be read.
    OutOfUse(UserId, Instant),
}

impl Tokens {
    /// Sessions kept in a store.
    #[must_use]
    pub fn new(store: Store, rules: Sessions, node: u16) -> Self {
        let live = Cache::builder()
            .max_capacity(CACHED)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(LIVE_FOR)
            .build();
        let unknown = Cache::builder().max_capacity(CACHED).time_to_live(UNKNOWN_FOR).build();
        let (ended, changed) = (remembered(), remembered());
        Self { store, rules, live, unknown, ended, changed, node }
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
        if !is_well_formed(token) {
            return Ok(None);
        }
        let hash = hash(token);
        if self.is_invalid(&hash).await {
            return Ok(None);
        }
        let found = if remembered {
            self.recalled(hash, now).await
        } else {
            self.looked_up(hash, now).await.map_err(Arc::new)
        };
        match found {
            Ok(session) => {
                let over = session.expires_at <= now || self.has_live_ended(&session).await;
                Ok(Some(session).filter(|_| !over))
            }
            Err(missing) => match &*missing {
                NoSession::None => Ok(None),
                NoSession::Away(error) => {
                    tracing::warn!(%error, "can't look a token up");
                    Err(StoreError::ended())
                }
            },
        }
    }

    /// Whether it is known of a token, without a look at the database, if it is good.
    #[must_use]
    pub fn remembers(&self, token: &str) -> bool {
        let hash = hash(token);
        !is_well_formed(token) || self.live.contains_key(&hash) || self.unknown.contains_key(&hash)
    }

    /// Whether it is remembered of a token that it is good for nothing.
    async fn is_invalid(&self, hash: &TokenHash) -> bool {
        match self.unknown.get(hash).await {
            None => false,
            Some(Invalid::Unknown) => true,
            Some(Invalid::OutOfUse(person, read_at)) => !self.has_changed_since(person, read_at).await,
        }
    }

    async fn has_changed_since(&self, person: UserId, read_at: Instant) -> bool {
        self.changed.get(&person).await.is_some_and(|at| at >= read_at)
    }

    /// The session as it is remembered, or else as it is read now: what was read of an account before it changed is read again, and a token that
    /// ended after it was read: that of a bot which was out of use is good once more.
    async fn recalled(&self, hash: TokenHash, now: Timestamp) -> Result<LiveSession, Arc<NoSession>> {
        // However many requests come with one token at once, one of them reads it.
        let read = self.live.try_get_with(hash, self.looked_up(hash, now)).await?;
        let may_be_back = read.scopes.is_some() && self.has_live_ended(&read).await;
        if !may_be_back && !self.has_changed_since(read.user.id, read.read_at).await {
            return Ok(read);
        }
        let read = match self.looked_up(hash, now).await {
            Ok(read) => read,
            Err(missing) => {
                self.live.invalidate(&hash).await;
                return Err(Arc::new(missing));
            }
        };
        self.live.insert(hash, read.clone()).await;
        Ok(read)
    }

    async fn looked_up(&self, hash: TokenHash, now: Timestamp) -> Result<LiveSession, NoSession> {
        let began = Instant::now();
        let invalid = match self.store.session_of(&hash, now).await? {
            Some(KeptToken::Live(session)) => return Ok(self.used(*session, now).await),
            Some(KeptToken::OutOfUse(person)) => Invalid::OutOfUse(person, began),
            None => Invalid::Unknown,
        };
        self.unknown.insert(hash, invalid).await;
        Err(NoSession::None)
    }

    /// A session that is used now: its end moves on.
    async fn used(&self, mut session: LiveSession, now: Timestamp) -> LiveSession {
        self.note_use(&session).await;
        if session.scopes.is_some() {
            return session;
        }
        let end = self.end_of(session.created_at, now);
        let longest = self.longest(session.created_at);
        // Nearer, where the longest life is shorter now than when the session was used last.
        if session.expires_at > longest || session.expires_at.plus_seconds(DAY) < end {
            // The session is good without it; the next use tries again.
            match self.store.extend_session(session.id, end).await {
                Ok(()) => session.expires_at = end,
                Err(error) => tracing::warn!(%error, "can't move a session's end on"),
            }
        }
        session.expires_at = session.expires_at.min(longest);
        session
    }

    /// Notes that a session or an API token is in use, to the hour. It is good without that; the next look-up tries again.
    async fn note_use(&self, session: &LiveSession) {
        if !session.is_use_new {
            return;
        }
        let noted = match session.scopes {
            None => self.store.note_session_use(session.id).await,
            Some(_) => self.store.note_use(session.id).await,
        };
        if let Err(error) = noted {
            tracing::warn!(%error, "can't note that a session is in use");
        }
    }

    /// When a session ends that is used now: after a while without use, and after its longest life in any case.
    fn end_of(&self, created: Timestamp, now: Timestamp) -> Timestamp {
        let idle = now.plus_seconds(self.rules.idle_days * DAY);
        idle.min(self.longest(created))
    }

    /// When a session ends however much it is used.
    fn longest(&self, created: Timestamp) -> Timestamp {
        created.plus_seconds(self.rules.max_days * DAY)
    }

    /// For how many seconds a browser keeps a session's cookie.
    #[must_use]
    pub fn cookie_seconds(&self) -> u64 {
        self.rules.max_days * DAY
    }

    /// Opens a session of a person, from a device. Those that made room for it are over in the store, and their streams may still live.
    ///
    /// # Errors
    /// [`StoreError`], when it can't be kept.
    pub async fn open(
        &self,
        person: UserId,
        device: Option<&str>,
        origin: Origin<'_>,
        now: Timestamp,
    ) -> Result<Result<Opened, NotOpened>, StoreError> {
        let token = new_token();
        let session = NewSession {
            id: SessionId(self.new_id(now)),
            user: person,
            token_hash: &hash(&token),
            created_at: now,
            expires_at: self.end_of(now, now),
            device,
            origin,
        };
        let opened = self.store.open_session(&session, self.rules.per_person).await?;
        Ok(opened.map(|made_room| Opened { token, made_room }))
    }

    /// A session ended, here or on another node: its token is taken no more.
    pub(super) async fn ended(&self, id: SessionId) {
        self.ended.insert(id, Instant::now()).await;
    }

    /// Whether what somebody was let in by is known here to have ended since.
    pub async fn has_ended(&self, by: &Credential) -> bool {
        self.has_ended_since(by.id, by.scopes, by.read_at).await
    }

    async fn has_live_ended(&self, session: &LiveSession) -> bool {
        self.has_ended_since(session.id, session.scopes, session.read_at).await
    }

    /// A session ends for good. A token that is read after an end is live: its bot was out of use.
    async fn has_ended_since(&self, id: SessionId, scopes: Option<TokenScopes>, read_at: Instant) -> bool {
        self.ended.get(&id).await.is_some_and(|at| scopes.is_none() || at >= read_at)
    }

    /// An account was changed, here or by another node: what is remembered of it is read anew when its sessions are used next.
    pub(super) async fn account_changed(&self, person: UserId) {
        self.changed.insert(person, Instant::now()).await;
    }

    /// Forgets what is remembered of sessions: the next use of each is looked up.
    pub fn forget_cached(&self) {
        self.live.invalidate_all();
    }

    /// Ends a session in the store and on this node.
    ///
    /// # Errors
    /// [`StoreError`], when it could not be ended.
    pub(super) async fn end(&self, token: &str, id: SessionId) -> Result<(), StoreError> {
        self.store.close_session(id).await?;
        self.ended(id).await;
        self.live.invalidate(&hash(token)).await;
        Ok(())
    }

    /// Ends one of a person's sessions in the store and on this node; whether it was one.
    ///
    /// # Errors
    /// [`StoreError`], when it could not be ended.
    pub(super) async fn end_one(
        &self,
        person: UserId,
        id: SessionId,
        why: SessionEnd,
    ) -> Result<bool, StoreError> {
        let was_one = self.store.close_session_of(person, id, why).await?;
        if was_one {
            self.ended(id).await;
        }
        Ok(was_one)
    }

    /// Ends all of a person's sessions but one, in the store and on this node; which they were.
    ///
    /// # Errors
    /// [`StoreError`], when they could not be ended.
    pub(super) async fn end_beside(
        &self,
        person: UserId,
        kept: SessionId,
    ) -> Result<Vec<SessionId>, StoreError> {
        let ended = self.store.close_sessions_beside(person, kept).await?;
        for id in &ended {
            self.ended(*id).await;
        }
        Ok(ended)
    }

    /// Ends all sessions of a person in the store and on this node; which they were.
    ///
    /// # Errors
    /// [`StoreError`], when they could not be ended.
    pub(super) async fn end_all_of(&self, person: UserId) -> Result<Vec<SessionId>, StoreError> {
        let ended = self.store.close_sessions_of(person).await?;
        for id in &ended {
            self.ended(*id).await;
        }
        Ok(ended)
    }

    /// Tokens of bots that have ended, which the store knows.
    pub(super) async fn ended_tokens(&self, ended: Ended) -> Result<Vec<SessionId>, StoreError> {
        self.store.ended_tokens(ended).await
    }

    fn new_id(&self, now: Timestamp) -> Uuid {
        Mint::above(self.node, None).next(now, rand::random())
    }
}

/// A cache of what must not be forgotten before [`ENDED_FOR`] is over: LRU, since one that may refuse a newcomer could forget at once that
/// a session has ended.
fn remembered<K, V>() -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    let cache = Cache::builder().max_capacity(CACHED).eviction_policy(EvictionPolicy::lru());
    cache.time_to_live(ENDED_FOR).build()
}

/// Why there is no session for a token.
#[derive(Debug, thiserror::Error)]
enum NoSession {
    #[error("no session has this token")]
    None,
    #[error(transparent)]
    Away(#[from] StoreError),
}
