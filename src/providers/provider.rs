//! A provider, with all that is needed to ask it.

use std::collections::BTreeMap;

use ajet_protocol::{OauthProvider, OauthProviderId, ProviderType, SignInProvider};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use crate::config;

/// Where GitHub is.
const GITHUB: &str = "https://github.com";

/// A sign-in provider.
#[derive(Debug, Clone)]
pub struct Provider {
    pub id: OauthProviderId,
    /// Its part of the addresses of the sign-in.
    pub slug: String,
    pub kind: ProviderType,
    /// What people call it.
    pub name: String,
    pub client_id: String,
    /// What this server shows it.
    pub client_secret: Option<SecretString>,
    pub base_url: Option<String>,
    pub issuer_url: Option<String>,
    pub enabled: bool,
    /// Who is let in: members of one of these.
    pub organizations: Vec<String>,
    /// Who is let in: those of whom all of this is said.
    pub required_claims: BTreeMap<String, String>,
    /// Whether it stands in the configuration.
    pub configured: bool,
}

impl Provider {
    /// One that stands in the configuration under a name. Its id is made of the name, so that all nodes know it by the same one.
    #[must_use]
    pub fn configured(name: &str, given: &config::ConfiguredProvider) -> Self {
        let digest =
            Sha256::new().chain_update(b"ajet-chat configured provider").chain_update(name).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self {
            id: OauthProviderId(uuid::Builder::from_random_bytes(bytes).into_uuid()),
            slug: name.to_owned(),
            kind: given.kind(name),
            name: given.label.clone().unwrap_or_else(|| name.to_owned()),
            client_id: given.client_id.clone().unwrap_or_default(),
            client_secret: given.client_secret.clone(),
            base_url: given.base_url.clone(),
            issuer_url: given.issuer_url.clone(),
            enabled: true,
            organizations: given.organizations(),
            required_claims: given.claims(),
            configured: true,
        }
    }

    /// One that the database holds, with its secret.
    #[must_use]
    pub fn stored(shown: OauthProvider, client_secret: Option<SecretString>) -> Self {
        Self {
            id: shown.id,
            slug: shown.slug,
            kind: shown.kind,
            name: shown.name,
            client_id: shown.client_id,
            client_secret,
            base_url: shown.base_url,
            issuer_url: shown.issuer_url,
            enabled: shown.enabled,
            organizations: shown.organizations,
            required_claims: shown.required_claims,
            configured: false,
        }
    }

    /// As the system owner sees it.
    #[must_use]
    pub fn shown(&self) -> OauthProvider {
        OauthProvider {
            id: self.id,
            kind: self.kind,
            name: self.name.clone(),
            slug: self.slug.clone(),
            client_id: self.client_id.clone(),
            base_url: self.base_url.clone(),
            issuer_url: self.issuer_url.clone(),
            enabled: self.enabled,
            organizations: self.organizations.clone(),
            required_claims: self.required_claims.clone(),
            configured: self.configured,
        }
    }

    /// As everybody may see it.
    #[must_use]
    pub fn offered(&self) -> SignInProvider {
        SignInProvider { name: self.slug.clone(), kind: self.kind, label: self.name.clone() }
    }

    /// Where GitHub or Gitea is, without a slash at its end: also who vouches for ids there.
    #[must_use]
    pub fn base(&self) -> &str {
        self.base_url.as_deref().unwrap_or(GITHUB).trim_end_matches('/')
    }

    /// Where the API of GitHub or Gitea is.
    pub(super) fn api(&self) -> String {
        match (self.kind, self.base()) {
            (ProviderType::Gitea, base) => format!("{base}/api/v1"),
            (_, GITHUB) => "https://api.github.com".to_owned(),
            // GitHub Enterprise Server.
            (_, base) => format!("{base}/api/v3"),
        }
    }

    /// What the provider calls itself, to the letter.
    pub(super) fn issuer(&self) -> &str {
        self.issuer_url.as_deref().unwrap_or_default()
    }
}

/// The purpose for which the secret of a stored provider is sealed: for its row alone, and for the address that it is shown to.
#[must_use]
pub fn secret_purpose(shown: &OauthProvider) -> String {
    let address = shown.base_url.as_deref().or(shown.issuer_url.as_deref()).unwrap_or_default();
    format!("oauth_providers.client_secret {} {address}", shown.id)
}
