//! Which server is asked, and what operators show it. Only this file reads the environment.

use std::net::IpAddr;

use ajet_protocol::ops::DEV_TOKEN;
use url::Url;

/// Where a server listens that was told nothing else.
const LOCAL: &str = "http://127.0.0.1:8080";

/// The server's address: the one given, that of `AJET_CHAT_SERVER`, or the usual one on this machine.
pub fn address(given: Option<String>) -> String {
    let address = given.or_else(|| variable("AJET_CHAT_SERVER")).unwrap_or_else(|| LOCAL.to_owned());
    with_scheme(&address)
}

/// The operators' token, from `AJET_OPS_TOKEN`; a development server on this machine takes a fixed one.
///
/// # Errors
/// When the variable is not set and the server is on another machine.
pub fn ops_token(address: &str) -> anyhow::Result<String> {
    let token = variable("AJET_OPS_TOKEN").or_else(|| is_local(address).then(|| DEV_TOKEN.to_owned()));
    token.ok_or_else(|| anyhow::anyhow!("AJET_OPS_TOKEN is not set: it is the server's ops.token"))
}

/// A variable; an empty one counts as not set.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn with_scheme(address: &str) -> String {
    if address.contains("://") { address.to_owned() } else { format!("http://{address}") }
}

/// Whether an address names this machine.
fn is_local(address: &str) -> bool {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_scheme_is_http() {
        assert_eq!(with_scheme("10.0.0.1:8080"), "http://10.0.0.1:8080");
        assert_eq!(with_scheme("https://chat.example.org"), "https://chat.example.org");
    }

    #[test]
    fn the_development_token_stays_on_this_machine() {
        for local in [LOCAL, "http://localhost:9000", "http://[::1]:8080/", "http://127.8.8.8"] {
            assert!(is_local(local), "{local}");
        }
        for remote in ["http://10.0.0.1:8080", "http://localhost.example.org", "http://", "nonsense"] {
            assert!(!is_local(remote), "{remote}");
        }
    }
}
