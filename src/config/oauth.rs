//! Sign-in providers as they are configured. They are known by the names of their tables, and can be changed here alone.

use std::collections::BTreeMap;

use ajet_protocol::{ProviderShape, ProviderType};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A sign-in provider, as far as it is written down.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfiguredProvider {
    /// Where it is missing, what the name and the addresses say.
    #[serde(rename = "type")]
    pub kind: Option<ProviderType>,
    /// What people call it; its name where this is missing.
    pub label: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<SecretString>,
    pub base_url: Option<String>,
    pub issuer_url: Option<String>,
    /// Organisations and teams, with commas between.
    pub organizations: Option<String>,
    /// `claim=value`, with commas between.
    pub claims: Option<String>,
}

impl ConfiguredProvider {
    /// How it says who somebody is.
    #[must_use]
    pub fn kind(&self, name: &str) -> ProviderType {
        let guessed = || match (&self.issuer_url, name.contains("github")) {
            (Some(_), _) => ProviderType::Oidc,
            (None, true) => ProviderType::Github,
            (None, false) => ProviderType::Gitea,
        };
        self.kind.unwrap_or_else(guessed)
    }

    /// The organisations and teams that it names.
    #[must_use]
    pub fn organizations(&self) -> Vec<String> {
        listed(self.organizations.as_deref()).map(str::to_owned).collect()
    }

    /// The claims that it names, with their values.
    #[must_use]
    pub fn claims(&self) -> BTreeMap<String, String> {
        let pairs = listed(self.claims.as_deref()).filter_map(|pair| pair.split_once('='));
        pairs.map(|(claim, value)| (claim.trim().to_owned(), value.trim().to_owned())).collect()
    }

    /// What is wrong with it, and with which of its keys; `None` of a good one.
    pub(super) fn wrong(&self, name: &str) -> Option<(&'static str, &'static str)> {
        let is_name =
            name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b));
        if !is_name || ajet_protocol::provider_slug(name).is_none() {
            return Some(("client_id", "belongs to a name that no address can hold, or that is taken"));
        }
        if self.client_id.as_deref().is_none_or(str::is_empty) {
            return Some(("client_id", "is missing"));
        }
        if listed(self.claims.as_deref()).any(|pair| !pair.contains('=')) {
            return Some(("claims", "must be claim=value, with commas between"));
        }
        let claims = self.claims();
        if claims.len() < listed(self.claims.as_deref()).count() {
            return Some(("claims", "names a claim twice: each is asked for one value"));
        }
        if !ajet_protocol::are_claims(&claims) {
            return Some(("claims", "names at most 20 claims, each with a value of 1 to 200 characters"));
        }
        let organizations = self.organizations();
        let shape = ProviderShape { organizations: &organizations, ..self.shape(name) };
        shape.wrong()
    }

    /// Whether all that is told to it is encrypted on the way.
    pub(super) fn is_encrypted(&self, name: &str) -> bool {
        self.shape(name).is_encrypted()
    }

    /// Whether it has a secret.
    fn has_secret(&self) -> bool {
        self.client_secret.as_ref().is_some_and(|secret| !secret.expose_secret().is_empty())
    }

    fn shape(&self, name: &str) -> ProviderShape<'_> {
        ProviderShape {
            kind: self.kind(name),
            has_secret: self.has_secret(),
            base_url: self.base_url.as_deref(),
            issuer_url: self.issuer_url.as_deref(),
            organizations: &[],
            has_claims: !self.claims().is_empty(),
        }
    }
}

fn listed(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
}
