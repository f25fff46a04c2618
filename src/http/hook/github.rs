//! GitHub's webhooks: the event's name and the delivery's id come in headers, and the body may be signed.

use ajet_hook::Endpoint;
use ajet_protocol::Code;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::addressed::AddressedWebhook;
use super::{read, whole};
use crate::http::error::ApiError;
use crate::http::extract::idempotency_key;
use crate::http::state::App;
use crate::usecases::webhooks;

/// Posts into the webhook's channel what GitHub tells.
///
/// A delivery that was seen within 24 hours is answered 200 and posted once. A signature is checked where there is one; its secret
/// is the webhook's.
#[utoipa::path(post, path = "/hook/{id}/{token}/github", operation_id = "webhooks.receive_github", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's id."),
        ("token" = String, Path, description = "The webhook's secret; also the secret of the signature."),
        ("X-GitHub-Event" = Option<String>, Header, nullable = false, description = "What the delivery is about, such as `push`."),
        ("X-GitHub-Delivery" = Option<String>, Header, nullable = false, description = "The delivery's id: the same one is posted once."),
        ("X-Hub-Signature-256" = Option<String>, Header, nullable = false, description = "`sha256=` and the body's HMAC in hexadecimal.")),
    request_body = Object,
    responses(
        (status = 200, description = "Posted, now or before: `ok`.", content((String = "text/plain"))),
        (status = 400, description = "The payload can't be read or says nothing that could be shown (`malformed`)."),
        (status = 403, description = "The signature is not that of this body (`forbidden`)."),
        (status = 404, description = "There is no such webhook, the secret is wrong, or who made it may no longer manage webhooks here (`not_found`)."),
        (status = 422, description = "The idempotency key is no printable ASCII (`invalid`)."),
        (status = 429, description = "Too many addresses that were wrong came from this network (`rate_limited`).")))]
pub async fn receive_github(
    State(app): State<App>,
    addressed: AddressedWebhook,
    request: Request,
) -> Result<&'static str, ApiError> {
    let (headers, body) = whole(request).await?;
    // Gitea sends an empty signature where no secret is set.
    let signature = headers.get(SIGNATURE).map(|value| value.to_str().unwrap_or("unreadable"));
    let signature = signature.filter(|given| !["", "sha256="].contains(given));
    if signature.is_some_and(|given| !is_signed(&addressed.token, &body, given)) {
        return Err(ApiError::new(Code::Forbidden, "X-Hub-Signature-256 is not the signature of this body."));
    }
    let delivery = read(Endpoint::GitHub, &headers, body).await?;
    let key = key_of(&headers)?;
    webhooks::deliver(&app.context, addressed.webhook, delivery, key.as_deref()).await?;
    Ok("ok")
}

const SIGNATURE: &str = "x-hub-signature-256";

/// Whether a signature is that of a body under the webhook's secret.
fn is_signed(token: &str, body: &[u8], signature: &str) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token.as_bytes()) else { return false };
    mac.update(body);
    let digits = signature.strip_prefix("sha256=").unwrap_or_default();
    let byte = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.is_some_and(|bytes| mac.verify_slice(&bytes).is_ok())
}

/// The key that a delivery is posted under: its id, where it has one.
fn key_of(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(id) = headers.get("x-github-delivery").filter(|id| !id.is_empty()) else {
        return idempotency_key(None, headers);
    };
    let key = format!("github:{}", id.to_str().unwrap_or_default());
    if id.to_str().is_ok() && ajet_protocol::shape::idempotency_key(&key).is_ok() {
        return Ok(Some(key));
    }
    // An id of another form than GitHub's.
    let digest: [u8; 32] = Sha256::digest(id.as_bytes()).into();
    Ok(Some(format!("github:{}", Uuid::from_slice(&digest[..16]).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of GitHub's documentation on validating deliveries.
    #[test]
    fn a_signature_is_the_hmac_of_the_body() {
        let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(is_signed("It's a Secret to Everybody", b"Hello, World!", signature));
        assert!(!is_signed("It's a Secret to Everybody", b"Hello, World?", signature));
        for wrong in ["", "sha256=", "sha1=757107ea", "sha256=75710", "sha256=zz", "sha256=é"] {
            assert!(!is_signed("It's a Secret to Everybody", b"Hello, World!", wrong), "{wrong}");
        }
    }
}
