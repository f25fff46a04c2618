//! The providers of a node, and the ways to ask them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_protocol::ProviderType;
use parking_lot::Mutex;
use url::Url;

use super::call::Caller;
use super::flow::Flow;
use super::logout::{self, Logout, Untold};
use super::oidc::Oidc;
use super::{Identity, Provider, ProviderError, forge};
use crate::config::Config;
use crate::outgoing::Outgoing;

/// How long the providers that the database holds are gone by: what the system owner changes holds on all nodes after that.
const FRESH: Duration = Duration::from_millis(500);

/// The providers that the database held, and when they were read.
type Stored = (Instant, Vec<Provider>);

/// Providers; cheap to clone.
#[derive(Clone)]
pub struct Providers {
    configured: Arc<Vec<Provider>>,
    stored: Arc<Mutex<Option<Stored>>>,
    caller: Caller,
    oidc: Oidc,
    /// Whether a provider may do without TLS.
    private: bool,
}

impl Providers {
    /// Those of a configuration; others are told of by [`remember`](Self::remember).
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let configured = config.oauth.iter().map(|(name, given)| Provider::configured(name, given)).collect();
        let private = config.has_private_providers();
        let caller = Caller::new(Outgoing::new(private));
        let oidc = Oidc::new(caller.clone());
        Self { configured: Arc::new(configured), stored: Arc::default(), caller, oidc, private }
    }

    /// Those that stand in the configuration.
    #[must_use]
    pub fn configured(&self) -> &[Provider] {
        &self.configured
    }

    /// Whether a provider at this address may be asked, as far as can be told without looking its name up.
    #[must_use]
    pub fn may_ask(&self, address: &str) -> bool {
        let Ok(url) = Url::parse(address) else { return false };
        (self.private || url.scheme() == "https") && self.caller.may_ask(&url)
    }

    /// Those that the database held a moment ago; `None` where it is to be asked again.
    #[must_use]
    pub fn remembered(&self) -> Option<Vec<Provider>> {
        let stored = self.stored.lock();
        stored.as_ref().filter(|(at, _)| at.elapsed() < FRESH).map(|(_, all)| all.clone())
    }

    /// What the database held when it was asked.
    pub fn remember(&self, asked: Instant, stored: Vec<Provider>) {
        *self.stored.lock() = Some((asked, stored));
    }

    /// The database is to be asked again.
    pub fn forget(&self) {
        *self.stored.lock() = None;
    }

    /// Where a browser is sent to sign in.
    ///
    /// # Errors
    /// [`ProviderError`]
    pub async fn address(
        &self,
        provider: &Provider,
        flow: &Flow,
        redirect_uri: &str,
    ) -> Result<String, ProviderError> {
        match provider.kind {
            ProviderType::Oidc => self.oidc.address(provider, flow, redirect_uri).await,
            ProviderType::Github | ProviderType::Gitea => forge::address(provider, flow, redirect_uri),
        }
    }

    /// Whether an answer may come from this provider, which names itself or does not. This is asked before the code goes anywhere.
    ///
    /// # Errors
    /// [`ProviderError`]
    pub async fn is_answer_of(
        &self,
        provider: &Provider,
        named: Option<&str>,
    ) -> Result<bool, ProviderError> {
        match provider.kind {
            ProviderType::Oidc => self.oidc.is_answer_of(provider, named).await,
            // They describe nothing of themselves that it could be compared with. Each has an address of its own that it sends people back to.
            ProviderType::Github | ProviderType::Gitea => Ok(true),
        }
    }

    /// Who came back with a code.
    ///
    /// # Errors
    /// [`ProviderError`]
    pub async fn identity(
        &self,
        provider: &Provider,
        flow: &Flow,
        (code, redirect_uri): (&str, &str),
    ) -> Result<Identity, ProviderError> {
        match provider.kind {
            ProviderType::Oidc => self.oidc.identity(provider, flow, (code, redirect_uri)).await,
            ProviderType::Github | ProviderType::Gitea => {
                forge::identity(&self.caller, provider, flow, (code, redirect_uri)).await
            }
        }
    }

    /// What a logout token tells; `now` in seconds since 1970.
    ///
    /// # Errors
    /// [`ProviderError`], also of a provider that tells of no logout
    pub async fn logout(&self, provider: &Provider, token: &str, now: i64) -> Result<Logout, ProviderError> {
        if provider.kind != ProviderType::Oidc {
            return Err(ProviderError::Unbelievable("it tells of no logout"));
        }
        let known = self.oidc.known(provider.issuer()).await?;
        match logout::told(provider, &known.keys, token, now) {
            Err(Untold::UnknownKey) => {
                let known = self.oidc.known_again(&known).await?;
                Ok(logout::told(provider, &known.keys, token, now)?)
            }
            told => Ok(told?),
        }
    }
}
