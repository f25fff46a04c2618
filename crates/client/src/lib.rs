//! Lets a program be a user: the HTTP and SSE contract as typed calls.
//!
//! - [`Client`]: calls. It is a context of base address, token, trace id, timeout and retries (AC-1), and cheap to clone. What is safe to
//!   repeat is repeated after a failure that passes ([`Retries`], AC-11); what went wrong in the end is an [`Error`] (AC-13).
//! - [`Events`]: the live stream, which goes on exactly where it was after each lost connection.
//! - [`Model`]: what a person's client shows, from `GET /api/sync` and the events since, without IO.
//! - [`Mirror`]: a model that a task keeps up to date.
//!
//! Each route has a function in the file of its noun; [`OPERATIONS`] names it by the operation's id in the OpenAPI document.

mod attachments;
mod audit;
mod bots;
mod categories;
mod channels;
mod commands;
mod communities;
mod device;
mod dms;
mod drafts;
mod error;
mod events;
mod exports;
pub mod forms;
mod hook;
mod invites;
mod live;
mod members;
mod messages;
mod mirror;
mod model;
mod moderation;
mod notifications;
mod operations;
mod operators;
mod outgoing;
mod pictures;
mod pins;
mod polls;
mod presence;
mod previews;
mod providers;
mod reactions;
mod request;
mod retries;
mod roles;
mod search;
mod services;
mod settings;
mod sign_in;
mod sync;
mod threads;
mod tls;
mod unread;
mod users;
mod webhooks;

#[cfg(test)]
mod events_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod request_tests;
#[cfg(test)]
mod test_server;

use std::time::Duration;

pub use audit::AuditQuery;
pub use error::Error;
pub use events::{Events, News};
pub use live::{Live, LiveEvent};
pub use mirror::{Ended, Mirror, Mirrored};
pub use model::{Change, Model};
pub use operations::{OPERATIONS, WITHOUT_FUNCTION};
pub use retries::Retries;
pub use tls::install_tls;

pub(crate) use request::{encoded, parts_of};

/// How long a request may take, unless it is set otherwise (AC-12).
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// A user of one server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    trace_id: Option<String>,
    timeout: Duration,
    retries: Retries,
}

/// Without the token.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the server at `base`, signed out.
    ///
    /// # Errors
    /// When the HTTP client can't be built.
    pub fn new(base: &str) -> Result<Self, Error> {
        let http = tls::http_client(base)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { http, base, token: None, trace_id: None, timeout: TIMEOUT, retries: Retries::default() })
    }

    /// The same client at another node.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        let same_kind = tls::is_encrypted(base) == tls::is_encrypted(&self.base);
        let http = if same_kind { None } else { tls::http_client(base).ok() };
        let http = http.unwrap_or_else(|| self.http.clone());
        Self { http, base: base.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// The address that it talks to.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The token it shows, if any.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same client under a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client under a trace id.
    #[must_use]
    pub fn with_trace_id(&self, trace_id: &str) -> Self {
        Self { trace_id: Some(trace_id.to_owned()), ..self.clone() }
    }

    /// The same client whose requests may take this long, each try for itself.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }

    /// The same client that repeats requests in another way, or not at all.
    #[must_use]
    pub fn with_retries(&self, retries: Retries) -> Self {
        Self { retries, ..self.clone() }
    }
}
