//! Sign-in providers, and people's accounts there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::{KeyText, NameText, ProviderNameText, WebAddress};
use crate::{OauthAccountId, OauthProviderId, Timestamp, Trimmed, json, limits, shape};

/// How a provider says who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProviderType {
    /// GitHub, or a GitHub Enterprise Server.
    Github,
    /// Gitea, or Forgejo.
    Gitea,
    /// OpenID Connect: Keycloak, Authentik, Google, GitLab and others.
    Oidc,
}

impl ProviderType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::Github, Self::Gitea, Self::Oidc];

    /// The name on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ProviderType::Github => "github",
            ProviderType::Gitea => "gitea",
            ProviderType::Oidc => "oidc",
        }
    }

    /// The type of a name; `None` for one that this version does not know.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// A provider that people can sign in at, as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignInProvider {
    /// Its part of the addresses of the sign-in: `/auth/{name}/start`.
    pub name: String,
    /// How it says who somebody is.
    #[serde(rename = "type")]
    pub kind: ProviderType,
    /// What people call it.
    pub label: String,
}

/// A sign-in provider, as the system owner sees it. Its secret is never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OauthProvider {
    /// The provider's id.
    pub id: OauthProviderId,
    /// How it says who somebody is.
    #[serde(rename = "type")]
    pub kind: ProviderType,
    /// What people call it.
    pub name: String,
    /// Its part of the addresses of the sign-in, made of its name: `/auth/{slug}/start`. The provider sends people back to
    /// `/auth/{slug}/callback`.
    pub slug: String,
    /// What the provider knows this server by.
    pub client_id: String,
    /// Where it is, for GitHub and Gitea; null elsewhere.
    #[schema(format = "uri")]
    pub base_url: Option<String>,
    /// What it calls itself, for OpenID Connect; null elsewhere.
    #[schema(format = "uri")]
    pub issuer_url: Option<String>,
    /// Whether people can sign in at it.
    pub enabled: bool,
    /// Organisations (`crew`) and teams (`crew/core`) there, one of which somebody must belong to; none: everybody.
    pub organizations: Vec<String>,
    /// What it must say of somebody, each of them: a claim is the value, or holds it.
    pub required_claims: BTreeMap<String, String>,
    /// Whether it stands in the configuration, where alone it can be changed.
    pub configured: bool,
}

/// A sign-in provider to be added: `POST /api/system/oauth-providers`.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "complete"))]
pub struct CreateOauthProvider {
    /// How it says who somebody is.
    #[serde(rename = "type")]
    pub kind: ProviderType,
    /// What people call it, 1 to 80 characters after trimming, a letter or digit of ASCII among them. What is left of it in addresses must differ from
    /// that of all others, and is not `dev`, `device`, `logout` or `providers`.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = ProviderNameText)]
    pub name: Trimmed,
    /// What the provider knows this server by.
    #[validate(custom(function = "given_rule"))]
    pub client_id: String,
    /// What this server shows the provider; it is kept sealed and never shown. Only OpenID Connect knows clients without one.
    #[validate(custom(function = "given_rule"))]
    #[schema(format = "password")]
    pub client_secret: Option<String>,
    /// Where it is: needed for Gitea; for GitHub `https://github.com` where it is missing.
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = Option<WebAddress>)]
    pub base_url: Option<String>,
    /// What it calls itself, to the letter: needed for OpenID Connect.
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = Option<WebAddress>)]
    pub issuer_url: Option<String>,
    /// Whether people can sign in at it; so they can where this is missing.
    pub enabled: Option<bool>,
    /// Organisations (`crew`) and teams (`crew/core`) there, one of which somebody must belong to; for GitHub and Gitea.
    #[serde(default, deserialize_with = "json::null_as_default")]
    #[validate(custom(function = "organizations_rule"))]
    pub organizations: Vec<String>,
    /// What it must say of somebody, each of them: a claim is the value, or holds it; for OpenID Connect.
    #[serde(default, deserialize_with = "json::null_as_default")]
    #[validate(custom(function = "claims_rule"))]
    pub required_claims: BTreeMap<String, String>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// Without the secret.
impl std::fmt::Debug for CreateOauthProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateOauthProvider").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What is to be changed of a sign-in provider: `PATCH /api/system/oauth-providers/{id}`. What is absent stays as it is; null counts as absent.
#[derive(Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateOauthProvider {
    /// What people call it; its addresses stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = Option<NameText>)]
    pub name: Option<Trimmed>,
    /// What the provider knows this server by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "given_rule"))]
    pub client_id: Option<String>,
    /// What this server shows the provider. It is needed again with another address: the one that is kept is not shown there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "given_rule"))]
    #[schema(format = "password")]
    pub client_secret: Option<String>,
    /// Where it is. People are known by where their accounts are: to those who signed in before it is another provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = Option<WebAddress>)]
    pub base_url: Option<String>,
    /// What it calls itself. People are known by it: to those who signed in before it is another provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = Option<WebAddress>)]
    pub issuer_url: Option<String>,
    /// Whether people can sign in at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Organisations and teams there, one of which somebody must belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "organizations_rule"))]
    pub organizations: Option<Vec<String>>,
    /// What it must say of somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "claims_rule"))]
    pub required_claims: Option<BTreeMap<String, String>>,
}

/// Without the secret.
impl std::fmt::Debug for UpdateOauthProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpdateOauthProvider").field("name", &self.name).finish_non_exhaustive()
    }
}

/// An account at a provider, by which the caller signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OauthAccount {
    /// The id of the link.
    pub id: OauthAccountId,
    /// The provider, by its part of the addresses.
    pub provider: String,
    /// How the provider says who somebody is.
    #[serde(rename = "type")]
    pub kind: ProviderType,
    /// What the account was called there when it was used last; nothing rests on it.
    pub username: String,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Timestamp,
}

/// What a provider consists of, wherever it was written down.
#[derive(Debug, Clone, Copy)]
pub struct ProviderShape<'a> {
    pub kind: ProviderType,
    pub has_secret: bool,
    pub base_url: Option<&'a str>,
    pub issuer_url: Option<&'a str>,
    pub organizations: &'a [String],
    pub has_claims: bool,
}

impl ProviderShape<'_> {
    /// The field that is missing, or that means nothing to this type, and why.
    #[must_use]
    pub fn wrong(&self) -> Option<(&'static str, &'static str)> {
        let is_oidc = self.kind == ProviderType::Oidc;
        let rules = [
            (is_oidc && self.issuer_url.is_none(), "issuer_url", "is needed for OpenID Connect"),
            (!is_oidc && self.issuer_url.is_some(), "issuer_url", "is for OpenID Connect alone"),
            (is_oidc && self.base_url.is_some(), "base_url", "is for GitHub and Gitea alone"),
            (self.kind == ProviderType::Gitea && self.base_url.is_none(), "base_url", "is needed for Gitea"),
            (!is_oidc && !self.has_secret, "client_secret", "is needed for GitHub and Gitea"),
            (is_oidc && !self.organizations.is_empty(), "organizations", "are for GitHub and Gitea alone"),
            (!are_organizations(self.organizations), "organizations", ORGANIZATIONS),
            (!is_oidc && self.has_claims, "required_claims", "are for OpenID Connect alone"),
            (
                self.addresses().any(|address| address.contains(['?', '#'])),
                if is_oidc { "issuer_url" } else { "base_url" },
                "holds no query and no fragment",
            ),
        ];
        rules.into_iter().find(|(is_wrong, ..)| *is_wrong).map(|(_, field, why)| (field, why))
    }

    /// Whether all that is told to it and heard from it is encrypted on the way.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.addresses()
            .all(|address| address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")))
    }

    fn addresses(&self) -> impl Iterator<Item = &str> {
        [self.base_url, self.issuer_url].into_iter().flatten()
    }
}

/// Parts of `/auth/…` that no provider may have.
const TAKEN: [&str; 4] = ["dev", "device", "logout", "providers"];

/// What is left of a provider's name in addresses: small letters and digits, with `-` between; `None` where that is nothing, or taken.
#[must_use]
pub fn provider_slug(name: &str) -> Option<String> {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let slug = plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    (!slug.is_empty() && !TAKEN.contains(&slug.as_str())).then_some(slug)
}

/// Characters of what a provider gives out: a client id, a secret.
const GIVEN_CHARS: usize = 512;
/// Characters of an organisation with its team, of a claim and of its value.
const NAMED_CHARS: usize = 200;

fn broken(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError::new(code).with_message(message.into())
}

/// What a provider gives out has no blanks, and goes into headers.
fn given_rule(text: &str) -> Result<(), ValidationError> {
    if (1..=GIVEN_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(broken("bad_format", "needs 1 to 512 printable characters of ASCII without blanks"))
}

/// Whether a text can be a part of a provider's addresses, as it stands: the name of an organisation, of a team or of somebody there.
#[must_use]
pub fn is_address_part(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_plain && !text.is_empty() && text != "." && text != ".."
}

fn are_organizations(all: &[String]) -> bool {
    let fits = |one: &String| {
        one.len() <= NAMED_CHARS && one.split('/').count() <= 2 && one.split('/').all(is_address_part)
    };
    all.len() <= limits::PROVIDER_RULES && all.iter().all(fits)
}

const ORGANIZATIONS: &str = "names at most 20 organisations, each as organisation or organisation/team";

fn organizations_rule(all: &[String]) -> Result<(), ValidationError> {
    if are_organizations(all) { Ok(()) } else { Err(broken("bad_format", ORGANIZATIONS)) }
}

/// Whether these can be asked for: a claim, and the value that it is to have.
#[must_use]
pub fn are_claims(all: &BTreeMap<String, String>) -> bool {
    let fits = |text: &str| (1..=NAMED_CHARS).contains(&text.len()) && !text.chars().any(char::is_control);
    all.len() <= limits::PROVIDER_RULES && all.iter().all(|(name, value)| fits(name) && fits(value))
}

fn claims_rule(all: &BTreeMap<String, String>) -> Result<(), ValidationError> {
    if are_claims(all) {
        return Ok(());
    }
    Err(broken("bad_format", "names at most 20 claims, each with a value of 1 to 200 characters"))
}

fn complete(request: &CreateOauthProvider) -> Result<(), ValidationError> {
    if provider_slug(&request.name).is_none() {
        let message = "needs a letter or digit of ASCII, and is not dev, device, logout or providers";
        return Err(shape::of_fields(&["name"], "bad_format", message));
    }
    let shape = ProviderShape {
        kind: request.kind,
        has_secret: request.client_secret.is_some(),
        base_url: request.base_url.as_deref(),
        issuer_url: request.issuer_url.as_deref(),
        organizations: &request.organizations,
        has_claims: !request.required_claims.is_empty(),
    };
    match shape.wrong() {
        Some((field, why)) => Err(shape::of_fields(&[field], "bad_combination", why)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> CreateOauthProvider {
        serde_json::from_str(text).expect("reads")
    }

    #[test]
    fn each_type_needs_its_own_fields() {
        for good in [
            r#"{"type":"github","name":"GitHub","client_id":"a","client_secret":"b"}"#,
            r#"{"type":"gitea","name":"x","client_id":"a","client_secret":"b","base_url":"https://git.example/sub","organizations":["crew","crew/core"]}"#,
            r#"{"type":"oidc","name":"x","client_id":"a","issuer_url":"https://id.example","required_claims":{"groups":"chat"}}"#,
        ] {
            assert!(read(good).validate().is_ok(), "{good}");
        }
        for bad in [
            r#"{"type":"github","name":"x","client_id":"a"}"#,
            r#"{"type":"gitea","name":"x","client_id":"a","client_secret":"b"}"#,
            r#"{"type":"oidc","name":"x","client_id":"a"}"#,
            r#"{"type":"oidc","name":"x","client_id":"a","issuer_url":"https://id.example?a"}"#,
            r#"{"type":"oidc","name":"x","client_id":"a b","issuer_url":"https://id.example"}"#,
            r#"{"type":"oidc","name":"x","client_id":"a","issuer_url":"https://id.example","organizations":["crew"]}"#,
            r#"{"type":"github","name":"x","client_id":"a","client_secret":"b","organizations":["crew/../core"]}"#,
            r#"{"type":"github","name":"x","client_id":"a","client_secret":"b","required_claims":{"a":"b"}}"#,
            r#"{"type":"github","name":"Logout","client_id":"a","client_secret":"b"}"#,
            r#"{"type":"github","name":"ä","client_id":"a","client_secret":"b"}"#,
        ] {
            assert!(read(bad).validate().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_slug_is_what_addresses_can_hold() {
        for (name, slug) in [
            ("GitHub", Some("github")),
            ("Our  Gitea (intern)", Some("our-gitea-intern")),
            ("--a", Some("a")),
            ("my_gitea", Some("my-gitea")),
            ("ä", None),
            ("Device", None),
        ] {
            assert_eq!(provider_slug(name).as_deref(), slug, "{name}");
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let request = read(r#"{"type":"github","name":"x","client_id":"a","client_secret":"hush"}"#);
        assert!(!format!("{request:?}").contains("hush"));
        let update: UpdateOauthProvider = serde_json::from_str(r#"{"client_secret":"hush"}"#).expect("reads");
        assert!(!format!("{update:?}").contains("hush"));
    }
}
