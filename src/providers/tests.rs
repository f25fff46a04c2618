//! Logout tokens, rule by rule, and what providers say of themselves. What is between a server and its providers stands in `tests/it/sign_in`.

use std::collections::BTreeMap;

use ajet_protocol::{OauthProviderId, ProviderType};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreJsonWebKeySet;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Provider;
use super::logout::{Untold, told};
use super::oidc::{Claims, Metadata, complete};

const NOW: i64 = 1_800_000_000;

fn provider() -> Provider {
    Provider {
        id: OauthProviderId(Uuid::nil()),
        slug: "it".into(),
        kind: ProviderType::Oidc,
        name: "It".into(),
        client_id: "ajet".into(),
        client_secret: None,
        base_url: None,
        issuer_url: Some("https://id.example".into()),
        enabled: true,
        organizations: Vec::new(),
        required_claims: BTreeMap::new(),
        configured: false,
    }
}

struct Signer(Ed25519KeyPair);

impl Signer {
    fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed"))
    }

    fn keys(&self) -> CoreJsonWebKeySet {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key());
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "one", "use": "sig" });
        serde_json::from_value(json!({ "keys": [key] })).expect("keys")
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "kid": "one", "typ": "logout+jwt" })
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example", "aud": "ajet", "iat": NOW - 1, "exp": NOW + 100, "jti": "j1", "sub": "ann", "sid": "s1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

fn with(mut value: Value, name: &str, other: Value) -> Value {
    match other {
        Value::Null => drop(value.as_object_mut().expect("an object").remove(name)),
        other => value[name] = other,
    }
    value
}

#[test]
fn a_logout_token_tells_whose_sessions_are_over() {
    let signer = Signer::new(1);
    let logout = told(&provider(), &signer.keys(), &signer.sign(&header(), &claims()), NOW).expect("told");
    assert_eq!((logout.subject.as_deref(), logout.session.as_deref()), (Some("ann"), Some("s1")));
    for (name, other) in
        [("sub", Value::Null), ("sid", Value::Null), ("exp", Value::Null), ("aud", json!(["other", "ajet"]))]
    {
        let token = signer.sign(&header(), &with(claims(), name, other));
        assert!(told(&provider(), &signer.keys(), &token, NOW).is_ok(), "{name}");
    }
    assert!(!format!("{logout:?}").contains("ann"));
}

#[test]
fn what_is_no_logout_token_of_this_provider_tells_nothing() {
    let signer = Signer::new(1);
    for (name, other) in [
        ("iss", json!("https://evil.example")),
        ("iss", Value::Null),
        ("aud", json!("other")),
        ("aud", Value::Null),
        ("iat", Value::Null),
        ("iat", json!(NOW - 3600)),
        ("iat", json!(NOW + 3600)),
        ("exp", json!(NOW - 1)),
        ("events", Value::Null),
        ("events", json!({ "other": {} })),
        ("nonce", json!("n")),
        ("jti", Value::Null),
        ("sub", json!("a\0")),
        ("sid", json!("x".repeat(256))),
    ] {
        let token = signer.sign(&header(), &with(claims(), name, other.clone()));
        assert!(told(&provider(), &signer.keys(), &token, NOW).is_err(), "{name} {other}");
    }
    let nobody_in_it = with(with(claims(), "sub", Value::Null), "sid", Value::Null);
    assert!(told(&provider(), &signer.keys(), &signer.sign(&header(), &nobody_in_it), NOW).is_err());
}

#[test]
fn a_logout_token_is_signed_by_a_key_of_the_provider() {
    let (signer, other) = (Signer::new(1), Signer::new(2));
    let refused = |token: &str| told(&provider(), &signer.keys(), token, NOW).expect_err("refused");
    assert_ne!(refused(&other.sign(&header(), &claims())), Untold::UnknownKey);
    let unknown = signer.sign(&with(header(), "kid", json!("two")), &claims());
    assert_eq!(refused(&unknown), Untold::UnknownKey);
    for (name, value) in [("iss", json!("https://evil.example")), ("aud", json!("other")), ("exp", json!(1))]
    {
        let token = signer.sign(&with(header(), "kid", json!("two")), &with(claims(), name, value));
        assert_ne!(refused(&token), Untold::UnknownKey, "{name}: no key is looked for");
    }
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("typ", json!("at+jwt")),
        ("crit", json!(["x"])),
    ] {
        assert_ne!(
            refused(&signer.sign(&with(header(), name, value), &claims())),
            Untold::UnknownKey,
            "{name}"
        );
    }
    let token = signer.sign(&header(), &claims());
    let unsigned = format!("{}.", token.rsplit_once('.').expect("parts").0);
    for broken in [unsigned.as_str(), "", "a.b", "a.b.c.d", "..", &"a".repeat(100_000)] {
        assert_ne!(refused(broken), Untold::UnknownKey, "{broken:.20}");
    }
}

/// However a scheme is written.
#[test]
fn a_provider_with_tls_names_no_address_without() {
    let at = |issuer: &str, endpoint: &str, userinfo: Option<&str>| {
        let told = json!({
            "issuer": issuer, "authorization_endpoint": "https://id.example/a", "token_endpoint": endpoint,
            "jwks_uri": "https://id.example/k", "userinfo_endpoint": userinfo,
        });
        serde_json::from_value::<Metadata>(told).expect("metadata").stays_encrypted()
    };
    for issuer in ["https://id.example", "HTTPS://id.example", "Https://ID.example"] {
        assert!(at(issuer, "HTTPS://id.example/t", None), "{issuer}");
        assert!(!at(issuer, "http://id.example/t", None), "{issuer}");
        assert!(!at(issuer, "https://id.example/t", Some("HTTP://id.example/u")), "{issuer}");
        assert!(!at(issuer, "no address", None), "{issuer}");
    }
    assert!(at("http://id.example", "http://id.example/t", None), "it has none");
}

/// That an address is verified is said of that address, and of none that is named elsewhere.
#[test]
fn an_address_and_that_it_is_verified_come_from_one_place() {
    let claims = |value: Value| -> Claims { serde_json::from_value(value).expect("an object") };
    let (one, other, yes) = ("one@example.org", "other@example.org", json!(true));
    for (token, beside, email, verified) in [
        (json!({ "email": one }), json!({ "email_verified": yes }), Some(one), None),
        (json!({ "email_verified": yes }), json!({ "email": other }), None, Some(true)),
        (json!({ "email": one }), json!({ "email": other, "email_verified": yes }), Some(other), Some(true)),
        (json!({ "email": one, "email_verified": yes }), json!({ "email": other }), Some(one), Some(true)),
        (
            json!({ "email": one, "email_verified": false }),
            json!({ "email": other, "email_verified": yes }),
            Some(one),
            Some(false),
        ),
        (json!({}), json!({ "email": other, "email_verified": yes }), Some(other), Some(true)),
    ] {
        let mut all = claims(token.clone());
        complete(&mut all, claims(beside.clone()));
        let said =
            (all.get("email").and_then(Value::as_str), all.get("email_verified").and_then(Value::as_bool));
        assert_eq!(said, (email, verified), "{token} {beside}");
    }
    let mut all = claims(json!({ "name": "Ann" }));
    complete(&mut all, claims(json!({ "name": "Bob", "groups": ["chat"] })));
    assert_eq!(Value::Object(all), json!({ "name": "Ann", "groups": ["chat"] }), "all else is added");
}
