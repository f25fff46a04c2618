//! OpenID Connect: a provider describes itself, and signs who somebody is. Signatures and the claims of ID tokens are checked by the crate
//! `openidconnect`; what it leaves to its caller is checked here.

use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::future::Cache;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, IssuerUrl, Nonce,
    SignatureVerificationError,
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::call::ProviderCalls;
use super::flow::{Flow, Grant};
use super::identity::Said;
use super::{Identity, Provider, ProviderError};

/// How long what a provider says of itself is remembered.
const REMEMBERED: Duration = Duration::from_secs(10 * 60);
/// A token that is signed by a key which is not known has the keys read again, if they are older than this.
const KEYS_AGAIN: Duration = Duration::from_secs(3);
/// Providers that are remembered.
const PROVIDERS: u64 = 100;

/// Seconds by which a provider's clock may be ahead.
pub(super) const SKEW_S: i64 = 60;

/// Algorithms by which ID tokens may be signed: none that knows a shared secret, and none that is no signature.
pub(super) const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// What is asked for: who somebody is, and what they are called.
const SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// What is said of a person.
pub(super) type Claims = Map<String, Value>;

/// What a provider says of itself (OpenID Connect Discovery 1.0).
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    scopes_supported: Option<Vec<String>>,
    /// Whether its answers name it (RFC 9207).
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// A provider that has described itself.
pub(super) struct Known {
    pub metadata: Metadata,
    pub keys: CoreJsonWebKeySet,
    read: Instant,
}

/// Asks providers of OpenID Connect, and remembers what they say of themselves. Cheap to clone.
#[derive(Clone)]
pub(super) struct Oidc {
    calls: ProviderCalls,
    known: Cache<String, Arc<Known>>,
    /// What came of reading it again a moment ago: of any number of tokens with invented keys one has a provider asked.
    again: Cache<String, Result<Arc<Known>, ProviderError>>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    id_token: Option<String>,
}

impl Oidc {
    pub fn new(calls: ProviderCalls) -> Self {
        let known = Cache::builder().max_capacity(PROVIDERS).time_to_live(REMEMBERED).build();
        let again = Cache::builder().max_capacity(PROVIDERS).time_to_live(KEYS_AGAIN).build();
        Self { calls, known, again }
    }

    /// Where a browser is sent.
    pub async fn address(
        &self,
        provider: &Provider,
        flow: &Flow,
        redirect_uri: &str,
    ) -> Result<String, ProviderError> {
        let known = self.known(provider.issuer()).await?;
        let mut url = Url::parse(&known.metadata.authorization_endpoint)
            .map_err(|_| ProviderError::Unbelievable("its address is none"))?;
        url.query_pairs_mut()
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &known.metadata.scope())
            .append_pair("state", flow.state())
            .append_pair("nonce", &flow.nonce())
            .append_pair("code_challenge", &flow.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// Whether an answer comes from this provider: one that says that its answers name it must have named itself, and none may name
    /// another one (RFC 9207). This is asked before the code goes anywhere.
    pub async fn is_answer_of(
        &self,
        provider: &Provider,
        named: Option<&str>,
    ) -> Result<bool, ProviderError> {
        let known = self.known(provider.issuer()).await?;
        Ok(match named {
            Some(named) => named == provider.issuer(),
            None => !known.metadata.authorization_response_iss_parameter_supported,
        })
    }

    /// Who came back with a grant.
    pub async fn identity(
        &self,
        provider: &Provider,
        flow: &Flow,
        grant: Grant<'_>,
    ) -> Result<Identity, ProviderError> {
        let known = self.known(provider.issuer()).await?;
        let token = self.token(provider, &known.metadata, flow, grant).await?;
        let raw = token.id_token.ok_or(ProviderError::Unbelievable("it gives no ID token for the code"))?;
        let (nonce, access) = (flow.nonce(), token.access_token.as_str());
        let belongs = Belongs { nonce: &nonce, access_token: access };
        let mut claims = match verified(provider, &known.keys, &raw, belongs) {
            Err(Unverified::UnknownKey) => {
                let known = self.known_again(&known).await?;
                verified(provider, &known.keys, &raw, belongs).map_err(ProviderError::from)?
            }
            other => other.map_err(ProviderError::from)?,
        };
        self.ask_further(&known.metadata, access, &mut claims).await?;
        admit(provider, &claims)?;
        identity_of(provider, &claims)
    }

    async fn token(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        flow: &Flow,
        grant: Grant<'_>,
    ) -> Result<Token, ProviderError> {
        let (verifier, id) = (flow.verifier(), provider.client_id.as_str());
        let secret = provider.client_secret.as_ref().map(|secret| secret.expose_secret());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", grant.code),
            ("redirect_uri", grant.redirect_uri),
            ("code_verifier", verifier.as_str()),
            ("client_id", id),
        ];
        let basic = match secret {
            Some(secret) if metadata.takes_basic() => Some((id, secret)),
            Some(secret) => {
                form.push(("client_secret", secret));
                None
            }
            None => None,
        };
        self.calls.token(&metadata.token_endpoint, &form, basic).await
    }

    /// Adds what the provider says elsewhere of the same person.
    async fn ask_further(
        &self,
        metadata: &Metadata,
        access_token: &str,
        claims: &mut Claims,
    ) -> Result<(), ProviderError> {
        let Some(endpoint) = &metadata.userinfo_endpoint else { return Ok(()) };
        let told: Claims = self.calls.get(endpoint, Some(access_token)).await?;
        if told.get("sub") != claims.get("sub") {
            return Err(ProviderError::Unbelievable("it tells of another person than its token"));
        }
        complete(claims, told);
        Ok(())
    }

    /// What a provider says of itself, as it was a few minutes ago or later.
    pub async fn known(&self, issuer: &str) -> Result<Arc<Known>, ProviderError> {
        let reading = self.read(issuer);
        self.known.try_get_with_by_ref(issuer, reading).await.map_err(|error| *error)
    }

    /// The same, as it is now: keys follow one another. What was known stays where the provider does not answer.
    pub async fn known_again(&self, before: &Known) -> Result<Arc<Known>, ProviderError> {
        let issuer = before.metadata.issuer.as_str();
        if before.read.elapsed() < KEYS_AGAIN {
            return self.known(issuer).await;
        }
        let reading = async {
            let known = self.read(issuer).await?;
            self.known.insert(issuer.to_owned(), Arc::clone(&known)).await;
            Ok::<_, ProviderError>(known)
        };
        self.again.get_with_by_ref(issuer, reading).await
    }

    async fn read(&self, issuer: &str) -> Result<Arc<Known>, ProviderError> {
        let read = Instant::now();
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata = self.calls.get(&address, None).await?;
        if metadata.issuer != issuer {
            return Err(ProviderError::Unbelievable("it calls itself something else"));
        }
        if !metadata.stays_encrypted() {
            return Err(ProviderError::Unbelievable("it names an address without TLS"));
        }
        let keys = self.calls.get(&metadata.jwks_uri, None).await?;
        Ok(Arc::new(Known { metadata, keys, read }))
    }
}

impl Metadata {
    /// What is asked for of what the provider knows, where it says so: some refuse a sign-in that asks for more.
    fn scope(&self) -> String {
        let known = self.scopes_supported.as_deref();
        let is_known =
            |scope: &&str| *scope == SCOPES[0] || known.is_none_or(|all| all.iter().any(|one| one == *scope));
        SCOPES.into_iter().filter(is_known).collect::<Vec<_>>().join(" ")
    }

    /// Whether a provider with TLS names addresses with TLS alone: what is encrypted stays so.
    pub fn stays_encrypted(&self) -> bool {
        // Schemes are the same in small and in large letters.
        let is_encrypted = |address: &str| Url::parse(address).is_ok_and(|url| url.scheme() == "https");
        let endpoints = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let mut all = endpoints.into_iter().chain(&self.userinfo_endpoint);
        !is_encrypted(&self.issuer) || all.all(|one| is_encrypted(one))
    }

    /// Whether a client shows its secret by HTTP's basic authentication: also where nothing is said.
    fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        methods.is_none_or(|all| all.iter().any(|one| one == "client_secret_basic"))
    }
}

/// Why an ID token is not believed.
#[derive(Debug)]
enum Unverified {
    /// It is signed by a key that the provider did not have when it was asked.
    UnknownKey,
    Because(&'static str),
}

impl From<Unverified> for ProviderError {
    fn from(why: Unverified) -> Self {
        Self::Unbelievable(match why {
            Unverified::UnknownKey => "no key of its signed the ID token",
            Unverified::Because(what) => what,
        })
    }
}

impl From<ClaimsVerificationError> for Unverified {
    fn from(error: ClaimsVerificationError) -> Self {
        use ClaimsVerificationError as Error;
        Self::Because(match error {
            Error::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                return Self::UnknownKey;
            }
            Error::SignatureVerification(_) => "the ID token is not signed as it should be",
            Error::Expired(_) => "the ID token has expired",
            Error::InvalidAudience(_) => "the ID token is for another one",
            Error::InvalidIssuer(_) => "the ID token is of another provider",
            Error::InvalidNonce(_) => "the ID token belongs to another sign-in",
            _ => "the ID token does not say what it should",
        })
    }
}

/// What an ID token must belong to.
#[derive(Clone, Copy)]
struct Belongs<'a> {
    nonce: &'a str,
    access_token: &'a str,
}

/// What an ID token says that this provider signed, for this server and this sign-in, and that has not expired.
fn verified(
    provider: &Provider,
    keys: &CoreJsonWebKeySet,
    raw: &str,
    Belongs { nonce, access_token }: Belongs<'_>,
) -> Result<Claims, Unverified> {
    let token = CoreIdToken::from_str(raw).map_err(|_| Unverified::Because("the ID token can't be read"))?;
    let issuer = IssuerUrl::new(provider.issuer().to_owned())
        .map_err(|_| Unverified::Because("its address is none"))?;
    // Without the client's secret no algorithm with a shared secret is tried, whatever is allowed.
    let client = ClientId::new(provider.client_id.clone());
    let verifier =
        CoreIdTokenVerifier::new_public_client(client, issuer, keys.clone()).set_allowed_algs(ALGORITHMS);
    let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
    let hashed = Unverified::Because("the ID token belongs to another access token");
    if let Some(expected) = claims.access_token_hash() {
        let (Ok(algorithm), Ok(key)) = (token.signing_alg(), token.signing_key(&verifier)) else {
            return Err(hashed);
        };
        let actual = AccessTokenHash::from_token(&AccessToken::new(access_token.to_owned()), algorithm, key);
        if actual.ok().as_ref() != Some(expected) {
            return Err(hashed);
        }
    }
    let said = payload(raw).ok_or(Unverified::Because("the ID token can't be read"))?;
    // The crate compares issuers as addresses; they are texts. And it leaves to its caller who asked for the token.
    let text = |name: &str| said.get(name).and_then(Value::as_str);
    if text("iss") != Some(provider.issuer()) {
        return Err(Unverified::Because("the ID token is of another provider"));
    }
    // RFC 7519, section 4.1.5; and what was signed in the future was signed by a clock that says little of the end, too.
    let begins = ["nbf", "iat"].into_iter().filter_map(|name| said.get(name).and_then(Value::as_f64));
    if begins.fold(0.0, f64::max) > crate::clock::now().unix_millis() as f64 / 1000.0 + SKEW_S as f64 {
        return Err(Unverified::Because("the ID token is not good yet"));
    }
    if said.contains_key("azp") && text("azp") != Some(provider.client_id.as_str()) {
        return Err(Unverified::Because("the ID token is for another one"));
    }
    Ok(said)
}

/// What a token says; who signed it is another matter.
pub(super) fn payload(raw: &str) -> Option<Claims> {
    let encoded = raw.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()
}

/// An address, and whether the provider has verified it: that is said of this address alone.
const EMAIL: [&str; 2] = ["email", "email_verified"];

/// Adds what is told beside a token where the token does not say it. What is said of an address comes from one of both, the one that says more.
pub(super) fn complete(claims: &mut Claims, mut told: Claims) {
    let said = |all: &Claims| EMAIL.iter().filter(|name| all.contains_key(**name)).count();
    let less = if said(&told) > said(claims) { &mut *claims } else { &mut told };
    for name in EMAIL {
        less.remove(name);
    }
    for (name, value) in told {
        claims.entry(name).or_insert(value);
    }
}

/// Whether all is said of somebody that is asked for.
fn admit(provider: &Provider, claims: &Claims) -> Result<(), ProviderError> {
    let is = |value: &Value, wanted: &str| match value {
        Value::String(text) => text == wanted,
        Value::Bool(flag) => wanted == if *flag { "true" } else { "false" },
        Value::Number(number) => number.to_string() == wanted,
        _ => false,
    };
    let holds = |(name, wanted): (&String, &String)| match claims.get(name) {
        Some(Value::Array(all)) => all.iter().any(|one| is(one, wanted)),
        Some(one) => is(one, wanted),
        None => false,
    };
    if provider.required_claims.iter().all(holds) { Ok(()) } else { Err(ProviderError::NotAdmitted) }
}

fn identity_of(provider: &Provider, claims: &Claims) -> Result<Identity, ProviderError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let is_verified = matches!(claims.get("email_verified"), Some(Value::Bool(true)));
    let said = Said {
        issuer: provider.issuer(),
        subject: text("sub").ok_or(ProviderError::Unbelievable("it names no user"))?,
        username: ["preferred_username", "username", "nickname", "name"].into_iter().find_map(text),
        name: text("name"),
        email: text("email").map(str::trim).filter(|_| is_verified),
        session: text("sid"),
    };
    said.identity()
}
