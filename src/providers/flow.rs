//! A sign-in that is under way, bound to the browser that began it.
//!
//! The browser holds a secret in a cookie, and the provider is given the flow's *state*. What else a flow needs is made of both: the verifier of PKCE
//! (RFC 7636) and the nonce of OpenID Connect. So the database holds two hashes, and who reads it can finish no sign-in.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

/// How long one request may ask a provider, however often it asks: a request is answered within 9.5 s, and what is made of the answers takes time as well.
pub(super) const ASKING: Duration = Duration::from_secs(7);

/// A flow, as the browser and the provider know it together.
#[derive(Clone)]
pub struct Flow {
    browser: String,
    state: String,
    /// Until when this request may ask the provider.
    until: Instant,
}

/// Without its secrets.
impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flow")
    }
}

/// What a provider gave a browser for somebody, to be shown to the provider.
#[derive(Clone, Copy)]
pub struct Grant<'a> {
    pub code: &'a str,
    /// Where the provider has sent the browser back to.
    pub redirect_uri: &'a str,
}

impl Flow {
    /// The flow of a browser, by the secret in its cookie, and of a state. One request puts it together, and has so long from then on to ask the provider.
    #[must_use]
    pub fn of(browser: &str, state: &str) -> Self {
        Self { browser: browser.to_owned(), state: state.to_owned(), until: Instant::now() + ASKING }
    }

    /// Until when the provider is asked, from the moment on at which the flow was put together.
    pub(super) fn until(&self) -> Instant {
        self.until
    }

    /// What goes to the provider and comes back from it.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The verifier of PKCE: it goes to the provider's server alone.
    #[must_use]
    pub fn verifier(&self) -> String {
        self.made_for("pkce verifier")
    }

    /// What the browser shows the provider of it (S256).
    #[must_use]
    pub fn challenge(&self) -> String {
        challenge_of(&self.verifier())
    }

    /// What an ID token must repeat.
    #[must_use]
    pub fn nonce(&self) -> String {
        self.made_for("nonce")
    }

    /// 256 bits, as text: another one for each use.
    fn made_for(&self, what: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.browser.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(format!("ajet-chat sign-in {what} v1\0{}", self.state).as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flow_has_secrets_of_its_own() {
        let flow = Flow::of("browser", "state");
        let (verifier, nonce) = (flow.verifier(), flow.nonce());
        assert_eq!(
            (verifier.len(), flow.challenge().len()),
            (43, 43),
            "RFC 7636 asks for 43 to 128 characters"
        );
        for other in [Flow::of("browser", "other"), Flow::of("other", "state")] {
            assert!(other.verifier() != verifier && other.nonce() != nonce);
        }
        assert!(verifier != nonce && flow.challenge() != verifier);
        assert_eq!(Flow::of("browser", "state").verifier(), verifier);
        assert!(!format!("{flow:?}").contains("browser"));
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_the_hash_of_a_verifier() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge_of(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
