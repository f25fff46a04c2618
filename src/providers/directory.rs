//! The providers of a node, and the ways to ask them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_protocol::ProviderType;
use parking_lot::Mutex;
use url::Url;

use super::call::ProviderCalls;
use super::flow::{ASKING, Flow, Grant};
use super::logout::{self, Logout, Untold};
use super::oidc::Oidc;
use super::{Identity, Provider, ProviderError, forge};
use crate::config::Config;
use crate::outgoing::{Outgoing, OutgoingError};

/// How long the providers that the database holds are gone by: what the system owner changes holds on all nodes after that.
const FRESH: Duration = Duration::from_millis(500);

/// What is remembered of the database.
#[derive(Default)]
struct Remembered {
    /// How often it was changed by this node: what was asked before a change is not remembered after it.
    changes: u64,
    /// The providers that it held, and when it was asked.
    stored: Option<(Instant, Vec<Provider>)>,
}

/// That the database is asked, from this moment on.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    at: Instant,
    changes: u64,
}

/// Providers; cheap to clone.
#[derive(Clone)]
pub struct Providers {
    configured: Arc<Vec<Provider>>,
    remembered: Arc<Mutex<Remembered>>,
    calls: ProviderCalls,
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
        let calls = ProviderCalls::new(Outgoing::new(private));
        let oidc = Oidc::new(calls.clone());
        Self { configured: Arc::new(configured), remembered: Arc::default(), calls, oidc, private }
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
        (self.private || url.scheme() == "https") && self.calls.may_ask(&url)
    }

    /// Those that the database held a moment ago; `None` where it is to be asked again.
    #[must_use]
    pub fn remembered(&self) -> Option<Vec<Provider>> {
        let remembered = self.remembered.lock();
        remembered.stored.as_ref().filter(|(at, _)| at.elapsed() < FRESH).map(|(_, all)| all.clone())
    }

    /// Begins to ask the database.
    #[must_use]
    pub fn asks(&self) -> Asked {
        Asked { at: Instant::now(), changes: self.remembered.lock().changes }
    }

    /// What the database held when it was asked.
    pub fn remember(&self, asked: Asked, stored: Vec<Provider>) {
        let mut remembered = self.remembered.lock();
        if remembered.changes == asked.changes {
            remembered.stored = Some((asked.at, stored));
        }
    }

    /// The database was changed, and is to be asked again.
    pub fn forget(&self) {
        let mut remembered = self.remembered.lock();
        remembered.changes += 1;
        remembered.stored = None;
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
            ProviderType::Oidc => by(flow.until(), self.oidc.address(provider, flow, redirect_uri)).await,
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
            ProviderType::Oidc => by(soon(), self.oidc.is_answer_of(provider, named)).await,
            // They describe nothing of themselves that it could be compared with. Each has an address of its own that it sends people back to.
            ProviderType::Github | ProviderType::Gitea => Ok(true),
        }
    }

    /// Who came back with a grant.
    ///
    /// # Errors
    /// [`ProviderError`]
    pub async fn identity(
        &self,
        provider: &Provider,
        flow: &Flow,
        grant: Grant<'_>,
    ) -> Result<Identity, ProviderError> {
        let asking = async {
            match provider.kind {
                ProviderType::Oidc => self.oidc.identity(provider, flow, grant).await,
                ProviderType::Github | ProviderType::Gitea => {
                    forge::identity(&self.calls, provider, flow, grant).await
                }
            }
        };
        by(flow.until(), asking).await
    }

    /// What a logout token tells; `now` in seconds since 1970.
    ///
    /// # Errors
    /// [`ProviderError`], also of a provider that tells of no logout
    pub async fn logout(&self, provider: &Provider, token: &str, now: i64) -> Result<Logout, ProviderError> {
        if provider.kind != ProviderType::Oidc {
            return Err(ProviderError::Unbelievable("it tells of no logout"));
        }
        by(soon(), self.told(provider, token, now)).await
    }

    async fn told(&self, provider: &Provider, token: &str, now: i64) -> Result<Logout, ProviderError> {
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

/// Until when a provider is asked from now on.
fn soon() -> tokio::time::Instant {
    tokio::time::Instant::now() + ASKING
}

/// What comes of asking a provider, by a moment at which it is away. It may be asked several times meanwhile.
async fn by<T>(
    until: tokio::time::Instant,
    asking: impl Future<Output = Result<T, ProviderError>>,
) -> Result<T, ProviderError> {
    let away = Err(ProviderError::Away(OutgoingError::TimedOut));
    tokio::time::timeout_at(until, asking).await.unwrap_or(away)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ajet_protocol::OauthProviderId;
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;

    /// A provider at an address where no one answers.
    fn silent(kind: ProviderType, address: &str) -> Provider {
        Provider {
            id: OauthProviderId(uuid::Uuid::nil()),
            slug: "it".into(),
            kind,
            name: "It".into(),
            client_id: "ajet".into(),
            client_secret: None,
            base_url: Some(address.to_owned()),
            issuer_url: Some(address.to_owned()),
            enabled: true,
            organizations: Vec::new(),
            required_claims: BTreeMap::new(),
            configured: false,
        }
    }

    fn no_providers() -> Providers {
        let calls = ProviderCalls::new(Outgoing::new(true));
        let oidc = Oidc::new(calls.clone());
        Providers { configured: Arc::default(), remembered: Arc::default(), calls, oidc, private: true }
    }

    /// Of a read and a change at once, the read may have begun before the change and end after it.
    #[test]
    fn what_was_asked_before_a_change_is_not_remembered_after_it() {
        let providers = no_providers();
        let one = || vec![silent(ProviderType::Gitea, "https://git.example")];
        let before = providers.asks();
        providers.forget();
        providers.remember(before, one());
        assert!(providers.remembered().is_none());
        providers.remember(providers.asks(), one());
        assert_eq!(providers.remembered().map(|all| all.len()), Some(1));
        providers.forget();
        assert!(providers.remembered().is_none());
    }

    /// However often it is asked for one request.
    #[tokio::test(start_paused = true)]
    async fn a_provider_that_does_not_answer_is_away_before_the_request_is_over() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let providers = no_providers();
        for kind in [ProviderType::Oidc, ProviderType::Gitea] {
            let (provider, flow) = (silent(kind, &address), Flow::of("browser", "state"));
            // What was asked before has taken most of the time.
            tokio::time::advance(ASKING - Duration::from_secs(1)).await;
            let began = Instant::now();
            let grant = Grant { code: "code", redirect_uri: "https://chat.example" };
            let asked = providers.identity(&provider, &flow, grant).await;
            assert_eq!(asked.err(), Some(ProviderError::Away(OutgoingError::TimedOut)), "{kind:?}");
            assert!(began.elapsed() <= Duration::from_millis(1100), "{kind:?}: {:?}", began.elapsed());
        }
    }
}
