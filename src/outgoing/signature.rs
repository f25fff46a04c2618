//! How requests of outgoing webhooks are signed: as Standard Webhooks says (<https://www.standardwebhooks.com>), version 1.
//!
//! The signature is the HMAC-SHA256 of `id.timestamp.body` under the webhook's secret, which people get as `whsec_` and base64.

use ajet_protocol::CommunityId;
use ajet_protocol::outgoing::{ID_HEADER, SECRET_PREFIX, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue};
use sha2::Sha256;

/// What the secret of an outgoing webhook is sealed for, until it signs. It is sealed before the webhook has an id: it opens in its community
/// alone.
#[must_use]
pub fn secret_purpose(community: CommunityId) -> String {
    format!("outgoing-webhook:{community}")
}

/// A secret as people get it.
#[must_use]
pub fn shown(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// The headers of a request with this body, sent at this time in seconds since 1970; `id` has no dot in it.
///
/// # Panics
/// Never: HMAC takes keys of any length, and all three are plain ASCII.
#[must_use]
pub fn headers(secret: &[u8], id: &str, seconds: u64, body: &[u8]) -> HeaderMap {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    let told =
        [(ID_HEADER, id.to_owned()), (TIMESTAMP_HEADER, seconds.to_string()), (SIGNATURE_HEADER, signature)];
    let header = |(name, value): (&'static str, String)| {
        Some((http::HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
    };
    told.into_iter().filter_map(header).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let headers =
            headers(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(headers[SIGNATURE_HEADER], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(
            (&headers[ID_HEADER], &headers[TIMESTAMP_HEADER]),
            (
                &HeaderValue::from_static("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                &HeaderValue::from_static("1614265330")
            )
        );
        assert_eq!(shown(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }
}
