//! The key pair by which push services know this server (RFC 8292). A browser subscribes for its public half, and its push service then takes
//! messages alone that are signed by the private one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use secrecy::{ExposeSecret, SecretSlice};
use serde_json::json;
use url::Url;

/// What the private half is sealed for.
pub const PURPOSE: &str = "push-key";
/// Seconds for which a signature holds: push services allow a day at most, and clocks differ.
const HOLDS_SECONDS: u64 = 12 * 3600;

/// A key pair. Debug shows the public half alone.
#[derive(Debug)]
pub struct VapidKey(EcdsaKeyPair);

impl VapidKey {
    /// A new one, and its private half as it is kept; `None` where the system has no randomness.
    #[must_use]
    pub fn fresh() -> Option<(Self, SecretSlice<u8>)> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let private: SecretSlice<u8> = made.ok()?.as_ref().to_vec().into();
        Some((Self::of(private.expose_secret())?, private))
    }

    /// One that was kept; `None` of what is none.
    #[must_use]
    pub fn of(private: &[u8]) -> Option<Self> {
        let rng = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private, &rng).ok().map(Self)
    }

    /// The public half: a point of P-256, uncompressed.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// The header `Authorization` of a request to this address, made at this time in seconds since 1970. `contact` is where operators of push
    /// services find who runs this server.
    #[must_use]
    pub fn authorization(&self, endpoint: &Url, contact: &str, seconds: u64) -> Option<HeaderValue> {
        let audience = endpoint.origin().ascii_serialization();
        let claims = json!({ "aud": audience, "exp": seconds + HOLDS_SECONDS, "sub": contact });
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let head = encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", encode(&claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        let (signature, public) = (URL_SAFE_NO_PAD.encode(signature), URL_SAFE_NO_PAD.encode(self.public()));
        let mut value = HeaderValue::try_from(format!("vapid t={signed}.{signature}, k={public}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_request_is_signed_for_its_push_service_alone() {
        let (key, private) = VapidKey::fresh().expect("a key");
        let url = Url::parse("https://push.example:8443/for/one?of=them").expect("an address");
        let header = key.authorization(&url, "https://chat.example", 1000).expect("is signed");
        let text = header.to_str().expect("ASCII");
        let (token, public) =
            text.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).expect("both");
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let verifies = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(public));
        assert!(verifies.verify(signed.as_bytes(), &decode(signature)).is_ok());
        let claims: serde_json::Value =
            serde_json::from_slice(&decode(signed.split_once('.').expect("claims").1)).expect("JSON");
        let expected = json!({
            "aud": "https://push.example:8443", "exp": 1000 + HOLDS_SECONDS, "sub": "https://chat.example",
        });
        assert_eq!(claims, expected);
        assert!(header.is_sensitive(), "it is printed nowhere");
        let again = VapidKey::of(private.expose_secret()).expect("is one");
        assert_eq!(again.public(), decode(public));
        assert!(VapidKey::of(b"none").is_none());
    }
}
