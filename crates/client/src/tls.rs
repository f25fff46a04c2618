//! Connections that are encrypted: TLS 1.2 and 1.3 by ring, with the certificate authorities that the machine trusts.

use reqwest::Certificate;

use crate::{Error, TIMEOUT};

/// Has all TLS of this process go by ring, unless another provider was named before. Each [`Client`](crate::Client) does it; a program that
/// makes a `reqwest` client of its own before its first one calls this, or there would be no provider.
pub fn install_tls() {
    // One that was named before stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// An HTTP client for a server. The authorities are read where the server is `https://` alone: it takes milliseconds, and a machine without
/// any can still be a client of its own network.
pub(crate) fn http_client(base: &str) -> Result<reqwest::Client, Error> {
    install_tls();
    let builder = reqwest::Client::builder().connect_timeout(TIMEOUT);
    if is_encrypted(base) {
        return Ok(builder.build()?);
    }
    Ok(builder.tls_certs_only(std::iter::empty::<Certificate>()).build()?)
}

/// Whether a server is spoken to over TLS.
pub(crate) fn is_encrypted(base: &str) -> bool {
    base.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_be_made_of_either_kind_of_server() {
        assert!(is_encrypted("HTTPS://chat.example.org") && !is_encrypted("http://https://"));
        http_client("http://127.0.0.1:1").expect("a client");
        http_client("https://chat.example.org").expect("a client");
    }
}
