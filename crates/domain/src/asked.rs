//! What comes with every command, whatever it asks for: who asks, by which way in, and under which idempotency key.

use std::hash::{DefaultHasher, Hasher};

use ajet_protocol::{Permissions, User, UserId};

/// A command: a verb with its caller and idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked<V> {
    pub by: Caller,
    /// None for a verb that makes nothing: doing it again changes nothing.
    pub key: Option<Key>,
    pub verb: V,
}

impl<V> Asked<V> {
    /// The same command with its verb in another form.
    pub fn map<W>(self, form: impl FnOnce(V) -> W) -> Asked<W> {
        Asked { by: self.by, key: self.key, verb: form(self.verb) }
    }
}

impl<V: std::fmt::Debug> Asked<V> {
    /// A number that tells commands apart: the same for two tries of one.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(format!("{self:?}").as_bytes());
        hasher.finish()
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    /// The account, as events and answers show it.
    pub user: User,
    pub via: Via,
    /// The rights that a token is limited to; `None`: all that the person has.
    pub scopes: Option<Permissions>,
}

/// The way by which a command came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A signed-in session.
    Session,
    /// An API token.
    Token,
    /// An incoming webhook, its secret already checked. It speaks with the rights of the person who made it.
    Webhook { maker: UserId },
    /// A slash command of a signed-in session.
    Slash,
    /// The server itself.
    System,
}

impl Caller {
    /// A person's signed-in session.
    #[must_use]
    pub fn session(user: User) -> Self {
        Self { user, via: Via::Session, scopes: None }
    }

    /// An incoming webhook, as whom it posts.
    #[must_use]
    pub fn webhook(user: User, maker: UserId) -> Self {
        Self { user, via: Via::Webhook { maker }, scopes: None }
    }

    /// The account's id.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.user.id
    }

    /// The person whose rights count.
    #[must_use]
    pub fn rights_of(&self) -> UserId {
        match self.via {
            Via::Webhook { maker } => maker,
            _ => self.user.id,
        }
    }
}

/// A caller's idempotency key: the same one never makes a second object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// As the caller wrote it, 1 to 64 characters.
    pub text: String,
    /// A digest of the request as the client wrote it, so that it is the same in every version of the server.
    pub fingerprint: i64,
    /// The digest that release 0.1.0 stored for the same request. Decision 15 says when it may go.
    pub former: Option<i64>,
}

impl Key {
    /// The digest to be stored with what the request makes: as nodes of release 0.1.0 know it, since they may have to tell a
    /// repetition as well.
    #[must_use]
    pub fn kept(&self) -> i64 {
        self.former.unwrap_or(self.fingerprint)
    }

    /// Whether this request is the one that made something under the key before.
    #[must_use]
    pub fn matches(&self, stored: i64) -> bool {
        self.fingerprint == stored || self.former == Some(stored)
    }
}
