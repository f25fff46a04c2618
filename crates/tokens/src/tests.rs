//! What is accepted and what is refused, rule by rule. The numbers are those of `docs/services.md`.

use std::time::{Duration, Instant};

use ajet_protocol::{CommunityId, Jwks, Permission, Permissions, Timestamp, UserId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use ring::hmac;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const ISSUER: &str = "https://chat.example.org";
const NOW: u64 = 1_800_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_millis(seconds * 1000)
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32]).expect("a key")
}

fn document(keys: &[&SigningKey]) -> Vec<u8> {
    let keys = keys.iter().map(|key| key.public().published()).collect();
    serde_json::to_vec(&Jwks { keys }).expect("writes")
}

fn published(keys: &[&SigningKey]) -> KeySet {
    KeySet::parse(&document(keys)).expect("keys")
}

fn tenant() -> CommunityId {
    CommunityId(Uuid::from_u128(7))
}

fn grant() -> Grant {
    Grant {
        subject: UserId(Uuid::from_u128(1)),
        bot: false,
        tenant: tenant(),
        permissions: Permissions::of(&[Permission::ViewChannel, Permission::SendMessages]),
        service: Service::Agents,
    }
}

fn claims() -> Claims {
    Claims::new(ISSUER, &grant(), Uuid::from_u128(9), at(NOW), at(NOW + 300))
}

fn verifier() -> Verifier {
    Verifier::new(ISSUER, Service::Agents)
}

/// What becomes of a token that was signed by key 1, which is the only published one.
fn judged(token: &str) -> Result<Verified, Refused> {
    verifier().verify(token, &published(&[&key(1)]), at(NOW))
}

/// What becomes of claims that the server would not make, signed by its key all the same.
fn judged_at(change: impl FnOnce(&mut Claims), now: u64) -> Option<Refused> {
    let mut claims = claims();
    change(&mut claims);
    verifier().verify(&key(1).sign(&claims), &published(&[&key(1)]), at(now)).err()
}

/// A token with this header and our claims, whose signature is made by `sign`.
fn headed(header: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |value: Vec<u8>| URL_SAFE_NO_PAD.encode(value);
    let claims = serde_json::to_vec(&claims()).expect("writes");
    let signed = format!("{}.{}", part(header.to_string().into_bytes()), part(claims));
    let signature = sign(signed.as_bytes());
    format!("{signed}.{}", part(signature))
}

/// The signature of another token, by the same key.
fn some_signature(_: &[u8]) -> Vec<u8> {
    let token = key(1).sign(&Claims { jti: Uuid::nil(), ..claims() });
    URL_SAFE_NO_PAD.decode(token.rsplit('.').next().expect("a part")).expect("base64")
}

#[test]
fn what_the_server_signs_a_service_reads() {
    let verified = judged(&key(1).sign(&claims())).expect("is accepted");
    let access = verified.for_tenant(tenant()).expect("is for it");
    assert_eq!((access.subject(), access.is_bot()), (grant().subject, false));
    assert_eq!(access.permissions(), grant().permissions);
    assert!(access.may(Permission::SendMessages) && !access.may(Permission::BanMembers));
    assert_eq!((access.expires_at(), access.id()), (at(NOW + 300), Uuid::from_u128(9)));
    let of_bot = Claims::new(ISSUER, &Grant { bot: true, ..grant() }, Uuid::nil(), at(NOW), at(NOW + 1));
    let verified = judged(&key(1).sign(&of_bot)).expect("is accepted");
    assert!(verified.for_tenant(tenant()).expect("is for it").is_bot());
}

/// The parts as any library of JOSE reads them: the example of RFC 8037 has this key and this thumbprint.
#[test]
fn keys_are_named_and_published_as_rfc_8037_says() {
    let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").expect("base64");
    let key = SigningKey::from_seed(&seed).expect("a key");
    let shown = serde_json::to_value(key.public().published()).expect("writes");
    let expected = json!({
        "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    assert_eq!(shown, expected);
    let token = key.sign(&claims());
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a part")).expect("base64");
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    assert_eq!(header, json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key.id() }));
}

/// SEC-T1.
#[test]
fn a_token_that_names_no_algorithm_is_refused() {
    for alg in ["none", "None", "NONE", ""] {
        let header = json!({ "alg": alg, "typ": "at+jwt", "kid": key(1).id() });
        for token in [headed(&header, |_| Vec::new()), headed(&header, some_signature)] {
            assert_eq!(judged(&token), Err(Refused::Algorithm), "{alg:?}");
        }
    }
    let without = json!({ "typ": "at+jwt", "kid": key(1).id() });
    assert_eq!(judged(&headed(&without, some_signature)), Err(Refused::Malformed));
}

/// SEC-T1. The public key is known to everybody: as a secret of HMAC it would let anybody sign.
#[test]
fn a_token_that_takes_the_public_key_for_a_secret_is_refused() {
    let public = key(1).public();
    let (bytes, text) = (public.as_bytes().to_vec(), public.published().x.into_bytes());
    for secret in [bytes, text] {
        let sign =
            |signed: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed).as_ref().to_vec();
        let header = json!({ "alg": "HS256", "typ": "at+jwt", "kid": key(1).id() });
        assert_eq!(judged(&headed(&header, sign)), Err(Refused::Algorithm));
        let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key(1).id() });
        assert_eq!(judged(&headed(&header, sign)), Err(Refused::Signature));
    }
}

/// SEC-T1. A header that brings its own key, or asks for what is not understood here.
#[test]
fn a_header_that_says_more_is_refused() {
    for (name, value) in [
        ("jwk", json!(key(2).public().published())),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert")),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
    ] {
        let mut header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key(1).id() });
        header[name] = value;
        assert_eq!(judged(&headed(&header, some_signature)), Err(Refused::Malformed), "{name}");
    }
    for typ in [json!("JWT"), json!("AT+JWT "), json!(null)] {
        let header = json!({ "alg": "EdDSA", "typ": typ, "kid": key(1).id() });
        assert_eq!(judged(&headed(&header, some_signature)), Err(Refused::Algorithm), "{typ}");
    }
}

/// SEC-T2.
#[test]
fn a_key_that_is_not_published_is_refused() {
    assert_eq!(judged(&key(2).sign(&claims())), Err(Refused::UnknownKey));
    let header = json!({ "alg": "EdDSA", "typ": "at+jwt" });
    assert_eq!(judged(&headed(&header, some_signature)), Err(Refused::UnknownKey), "without one");
    let both = published(&[&key(1), &key(2)]);
    assert!(verifier().verify(&key(2).sign(&claims()), &both, at(NOW)).is_ok());
    assert_eq!(verifier().verify(&key(1).sign(&claims()), &KeySet::EMPTY, at(NOW)), Err(Refused::UnknownKey));
}

/// SEC-T2.
#[test]
fn a_signature_by_another_key_is_refused() {
    let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key(1).id() });
    assert_eq!(judged(&headed(&header, some_signature)), Err(Refused::Signature), "of another token");
    let (good, other) = (key(1).sign(&claims()), key(2).sign(&claims()));
    let (signed, _) = good.rsplit_once('.').expect("parts");
    let (_, signature) = other.rsplit_once('.').expect("parts");
    assert_eq!(judged(&format!("{signed}.{signature}")), Err(Refused::Signature));
    assert_eq!(judged(&format!("{signed}.")), Err(Refused::Signature), "none");
}

/// SEC-T3.
#[test]
fn another_servers_tokens_and_those_for_other_services_are_refused() {
    for issuer in ["https://chat.example.org/", "https://evil.example", ""] {
        assert_eq!(judged_at(|claims| claims.iss = issuer.into(), NOW), Some(Refused::Issuer), "{issuer:?}");
    }
    for audience in ["ajet-voice", "ajet-agents ajet-voice", ""] {
        let refused = judged_at(|claims| claims.aud = audience.into(), NOW);
        assert_eq!(refused, Some(Refused::Audience), "{audience:?}");
    }
    let for_voice = Claims { aud: Service::Voice.as_str().into(), ..claims() };
    let voice = Verifier::new(ISSUER, Service::Voice);
    assert!(voice.verify(&key(1).sign(&for_voice), &published(&[&key(1)]), at(NOW)).is_ok());
}

/// SEC-T4.
#[test]
fn a_token_that_has_expired_is_refused() {
    let expires = NOW + 300;
    assert_eq!(judged_at(|_| {}, expires + 29), None, "clocks differ");
    assert_eq!(judged_at(|_| {}, expires + 30), Some(Refused::Expired));
    assert_eq!(judged_at(|claims| claims.exp = 0, NOW), Some(Refused::Expired));
}

/// SEC-T4.
#[test]
fn a_token_that_does_not_hold_yet_is_refused() {
    assert_eq!(judged_at(|_| {}, NOW - 30), None, "clocks differ");
    assert_eq!(judged_at(|_| {}, NOW - 31), Some(Refused::NotYet));
    assert_eq!(judged_at(|claims| claims.nbf += 31, NOW), Some(Refused::NotYet));
    assert_eq!(judged_at(|claims| claims.iat += 31, NOW), Some(Refused::NotYet), "issued in the future");
}

/// SEC-T4.
#[test]
fn no_service_lets_clocks_differ_by_more_than_a_minute() {
    let (token, keys) = (key(1).sign(&claims()), published(&[&key(1)]));
    let lenient = verifier().with_skew(86_400);
    assert!(lenient.verify(&token, &keys, at(NOW + 300 + 59)).is_ok());
    assert_eq!(lenient.verify(&token, &keys, at(NOW + 300 + 60)), Err(Refused::Expired));
    let strict = verifier().with_skew(0);
    assert_eq!(strict.verify(&token, &keys, at(NOW + 300)), Err(Refused::Expired));
    assert_eq!(strict.verify(&token, &keys, at(NOW - 1)), Err(Refused::NotYet));
}

/// SEC-T4.
#[test]
fn a_token_holds_for_ten_minutes_at_most() {
    let longest = Claims::new(ISSUER, &grant(), Uuid::nil(), at(NOW), at(NOW + 86_400));
    assert_eq!(longest.exp - longest.iat, 600, "none is made that holds longer");
    assert_eq!(judged_at(|claims| claims.exp = NOW + 600, NOW), None);
    for exp in [NOW + 601, u64::MAX] {
        assert_eq!(judged_at(|claims| claims.exp = exp, NOW), Some(Refused::TooLong), "{exp}");
    }
    assert_eq!(judged_at(|claims| claims.nbf = 0, NOW), Some(Refused::TooLong));
    let over = Claims::new(ISSUER, &grant(), Uuid::nil(), at(NOW), at(NOW - 60));
    assert_eq!(over.exp, NOW, "what ended before it began holds for no time");
}

/// SEC-T5.
#[test]
fn another_communitys_token_is_refused() {
    let verified = judged(&key(1).sign(&claims())).expect("is accepted");
    assert!(verified.for_tenant(tenant()).is_ok());
    for other in [Uuid::from_u128(8), Uuid::nil()] {
        assert_eq!(verified.for_tenant(CommunityId(other)), Err(Refused::Tenant));
    }
}

/// SEC-T5. The documentation of [`Verified`] shows that what goes around it does not compile; this shows that no one opened a way since.
#[test]
fn a_verified_token_is_of_use_for_a_named_community_alone() {
    let source = include_str!("verified.rs");
    let (_, after) = source.split_once("\npub struct Verified {").expect("is there");
    let (verified, access) = after.split_once("\npub struct Access {").expect("is there");
    let public = |line: &&str| line.trim_start().starts_with("pub ");
    let ways: Vec<&str> = verified.lines().filter(public).map(str::trim).collect();
    assert_eq!(ways, ["pub fn for_tenant(&self, tenant: CommunityId) -> Result<&Access, Refused> {"]);
    assert!(!access.contains("Self {") && !access.contains("tenant"), "no one else makes an access");
    assert!(!source.contains("Deserialize") && !source.contains("Default"));
}

/// A later server may know permissions that this service does not.
#[test]
fn unknown_permissions_allow_nothing() {
    let scoped = |scope: &str| {
        let token = key(1).sign(&Claims { scope: scope.into(), ..claims() });
        judged(&token).expect("is accepted").for_tenant(tenant()).expect("is for it").permissions()
    };
    assert_eq!(scoped(""), Permissions::NONE);
    assert_eq!(scoped("view_channel fly  send_message *"), Permissions::of(&[Permission::ViewChannel]));
}

#[test]
fn what_is_no_token_is_refused() {
    let good = key(1).sign(&claims());
    let four = format!("{good}.{}", good.rsplit('.').next().expect("a part"));
    for text in
        ["", ".", "..", "...", "a.b.c", "ä.ä.ä", good.trim_end_matches(|c: char| c != '.'), four.as_str()]
    {
        assert!(judged(text).is_err(), "{text:?}");
    }
    assert_eq!(judged(&format!("{good}=")), Err(Refused::Malformed), "padding");
    assert_eq!(judged(&format!("{}{good}", "A".repeat(4096))), Err(Refused::Malformed));
    let header = good.split('.').next().expect("a part");
    for other in [json!({}), json!([]), json!({ "exp": -1 })] {
        let said = URL_SAFE_NO_PAD.encode(other.to_string());
        assert_eq!(judged(&format!("{header}.{said}.AAAA")), Err(Refused::Signature), "{other}");
    }
}

proptest! {
    /// SEC-T2. Whatever is changed, and whatever is sent: no panic, and nothing passes.
    #[test]
    fn a_changed_token_is_refused(place in 0usize..10_000, to in "[A-Za-z0-9_.=-]") {
        let good = key(1).sign(&claims());
        let place = place % good.len();
        let changed = format!("{}{to}{}", &good[..place], &good[place + 1..]);
        prop_assert!(changed == good || judged(&changed).is_err(), "{changed}");
    }

    #[test]
    fn any_text_is_refused(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(judged(&text).is_err());
        let part = URL_SAFE_NO_PAD.encode(&bytes);
        let dotted = format!("{part}.{part}.{part}");
        prop_assert!(judged(&dotted).is_err());
        prop_assert!(KeySet::parse(&bytes).is_err());
    }
}

#[test]
fn a_seed_that_is_none_makes_no_key() {
    assert!(SigningKey::from_seed(&[1; 31]).is_err() && SigningKey::from_seed(&[]).is_err());
    let (one, other) = (key(1).public(), key(2).public());
    assert!(SigningKey::from_parts(&[1; 32], one.as_bytes()).is_ok());
    assert_eq!(SigningKey::from_parts(&[1; 32], other.as_bytes()).err(), Some(BadKey));
    assert!(!format!("{:?}", key(7)).contains("7, 7, 7"), "the private half is not printed");
}

/// SEC-T6.
#[test]
fn documents_of_keys_are_bounded_and_unambiguous() {
    let one = json!(key(1).public().published());
    let read = |document: &Value| KeySet::parse(document.to_string().as_bytes());
    assert_eq!(read(&json!({ "keys": [one, one] })), Err(BadKeys::Ambiguous));
    let many: Vec<SigningKey> = (0..17).map(key).collect();
    let many: Vec<&SigningKey> = many.iter().collect();
    assert_eq!(KeySet::parse(&document(&many)), Err(BadKeys::TooLarge));
    assert_eq!(published(&many[..16]).len(), 16);
    let mut large = document(&[&key(1)]);
    large.resize(70_000, b' ');
    assert_eq!(KeySet::parse(&large), Err(BadKeys::TooLarge));
    for bad in ["", "[]", "{}", r#"{"keys":1}"#] {
        assert_eq!(KeySet::parse(bad.as_bytes()), Err(BadKeys::Malformed), "{bad}");
    }
    // Keys of other kinds and for other uses are no keys of ours.
    for (field, value) in [
        ("kty", "RSA"),
        ("crv", "X25519"),
        ("alg", "HS256"),
        ("use", "enc"),
        ("x", "AAAA"),
        ("x", "no base64"),
    ] {
        let mut other = one.clone();
        other[field] = json!(value);
        assert!(read(&json!({ "keys": [other] })).expect("is a set").is_empty(), "{field}");
    }
    assert_eq!(read(&json!({ "keys": [{ "kty": "EC" }, 7, one] })).expect("is a set").len(), 1);
}

/// SEC-T6.
#[test]
fn keys_are_fetched_when_they_are_old_or_lack_one_and_at_most_once_in_ten_seconds() {
    let (mut cache, start) = (KeyCache::new(), Instant::now());
    let after = |seconds: u64| start + Duration::from_secs(seconds);
    let (known, new) = (key(1).sign(&claims()), key(2).sign(&claims()));
    assert!(cache.wants(&known, start), "nothing is known");
    assert!(!cache.wants(&known, start), "it was asked for");
    assert!(cache.keys(start).is_empty());
    cache.renew(&document(&[&key(1)]), start).expect("keys");
    assert!(!cache.wants(&known, after(1)) && cache.keys(after(1)).len() == 1);
    // Keys that no one has published: a flood of them fetches no more often.
    let every_tenth = |n: u64| after(100) + Duration::from_millis(n * 100);
    let fetched = (0..600).filter(|n| cache.wants(&new, every_tenth(*n)));
    assert_eq!(fetched.count(), 6, "in a minute");
    assert!(!cache.wants("no token", after(200)), "and what is none not at all");
    assert!(cache.wants(&new, after(200)), "a key that was published since");
    cache.renew(&document(&[&key(1), &key(2)]), after(200)).expect("keys");
    assert!(!cache.wants(&new, after(211)) && !cache.wants(&known, after(499)));
    assert!(cache.wants(&known, after(500)), "five minutes later");
}

/// SEC-T6.
#[test]
fn keys_that_can_not_be_fetched_again_are_worth_nothing_in_the_end() {
    let (mut cache, start) = (KeyCache::new(), Instant::now());
    let after = |seconds: u64| start + Duration::from_secs(seconds);
    cache.renew(&document(&[&key(1)]), start).expect("keys");
    assert_eq!(cache.renew(b"<html>", after(400)), Err(BadKeys::Malformed));
    assert_eq!(cache.keys(after(899)).len(), 1, "the server was away for a while");
    assert!(cache.keys(after(900)).is_empty());
    cache.renew(&document(&[&key(2)]), after(1000)).expect("keys");
    let key_of_before = cache.keys(after(1000)).get(key(1).id());
    assert!(key_of_before.is_none(), "what is published no more is accepted no more");
}

#[test]
fn services_have_different_names_and_the_crate_does_no_io() {
    assert_ne!(Service::ALL[0].as_str(), Service::ALL[1].as_str());
    let manifest = include_str!("../Cargo.toml");
    for io in ["tokio", "sqlx", "async-nats", "axum", "reqwest", "hyper", "rand"] {
        assert!(!manifest.lines().any(|line| line.starts_with(io)), "{io}");
    }
}
