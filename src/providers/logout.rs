//! What a provider tells when a session of its is over (OpenID Connect Back-Channel Logout 1.0): a token that it signed, which is checked as an ID token
//! is, and is none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm};
use openidconnect::{JsonWebKey, JsonWebKeyUse};
use serde::Deserialize;
use serde_json::Value;

use super::identity::id;
use super::oidc::{ALGORITHMS, Claims, SKEW_S, payload};
use super::{Provider, ProviderError};

/// The event that a logout token tells of.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Seconds since it was made after which a token tells nothing.
const MADE_WITHIN_S: i64 = 300;
/// Bytes of a token at most.
const TOKEN_BYTES: usize = 16 << 10;

/// Whose sessions are over.
#[derive(Clone, PartialEq, Eq)]
pub struct Logout {
    pub issuer: String,
    /// The person; all of their sessions if no session is named.
    pub subject: Option<String>,
    /// What the provider calls the session.
    pub session: Option<String>,
    /// The token's own id: it tells this once.
    pub id: String,
}

/// Without the person.
impl std::fmt::Debug for Logout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logout").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Header {
    alg: Value,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// What a token is that was not signed by a key that is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Untold {
    UnknownKey,
    Because(&'static str),
}

impl From<Untold> for ProviderError {
    fn from(why: Untold) -> Self {
        Self::Unbelievable(match why {
            Untold::UnknownKey => "no key of its signed the logout token",
            Untold::Because(what) => what,
        })
    }
}

/// What a logout token tells that this provider signed for this server a moment ago; `now` in seconds since 1970.
pub(super) fn told(
    provider: &Provider,
    keys: &CoreJsonWebKeySet,
    raw: &str,
    now: i64,
) -> Result<Logout, Untold> {
    if raw.len() > TOKEN_BYTES || raw.split('.').count() != 3 {
        return Err(Untold::Because("the logout token can't be read"));
    }
    // What would tell nothing by any key does not have keys read again.
    let claims = payload(raw).ok_or(Untold::Because("the logout token can't be read"))?;
    let logout = read(provider, &claims, now).map_err(Untold::Because)?;
    signed(keys, raw)?;
    Ok(logout)
}

/// Whether one of these keys signed a token.
fn signed(keys: &CoreJsonWebKeySet, raw: &str) -> Result<(), Untold> {
    let unread = || Untold::Because("the logout token can't be read");
    let unsigned = || Untold::Because("the logout token is not signed as it should be");
    let (message, signature) = raw.rsplit_once('.').ok_or_else(unread)?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| unread());
    let header = decoded(raw.split('.').next().unwrap_or_default())?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| unread())?;
    let is_typed = header
        .typ
        .as_deref()
        .is_none_or(|typ| typ.eq_ignore_ascii_case("logout+jwt") || typ.eq_ignore_ascii_case("JWT"));
    let algorithm: Algorithm = serde_json::from_value(header.alg).map_err(|_| unsigned())?;
    if !is_typed || header.crit.is_some() || !ALGORITHMS.contains(&algorithm) {
        return Err(unsigned());
    }
    let fits = |id: Option<&str>| header.kid.is_none() || header.kid.as_deref() == id;
    let signs = |usage: Option<bool>| usage.unwrap_or(true);
    let named: Vec<_> = keys
        .keys()
        .iter()
        .filter(|key| fits(key.key_id().map(|id| id.as_str())))
        .filter(|key| signs(key.key_use().map(JsonWebKeyUse::allows_signature)))
        .collect();
    if named.is_empty() {
        return Err(Untold::UnknownKey);
    }
    let signature = decoded(signature)?;
    let by = named.iter().any(|key| key.verify_signature(&algorithm, message.as_bytes(), &signature).is_ok());
    if by { Ok(()) } else { Err(unsigned()) }
}

/// Section 2.6 of the specification, from the third rule on.
fn read(provider: &Provider, claims: &Claims, now: i64) -> Result<Logout, &'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let seconds = |name: &str| claims.get(name).and_then(Value::as_f64).map(|at| at as i64);
    if text("iss") != Some(provider.issuer()) {
        return Err("the logout token is of another provider");
    }
    let is_client = |one: &Value| one.as_str() == Some(provider.client_id.as_str());
    let for_us = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().any(is_client),
        Some(one) => is_client(one),
        None => false,
    };
    if !for_us {
        return Err("the logout token is for another one");
    }
    let made = seconds("iat").is_some_and(|at| (now - MADE_WITHIN_S..=now + SKEW_S).contains(&at));
    let has_expired = seconds("exp").is_some_and(|at| at <= now);
    if !made || has_expired {
        return Err("the logout token has expired");
    }
    let is_event = claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object);
    // A nonce would make an ID token of it.
    if !is_event || claims.contains_key("nonce") {
        return Err("the token tells of no logout");
    }
    let known_by =
        |name: &str| text(name).map(id).transpose().map_err(|_| "the logout token names what can be none");
    let (subject, session) = (known_by("sub")?, known_by("sid")?);
    if subject.is_none() && session.is_none() {
        return Err("the logout token names no session");
    }
    Ok(Logout {
        issuer: provider.issuer().to_owned(),
        subject,
        session,
        id: text("jti").ok_or("the logout token has no id")?.to_owned(),
    })
}
