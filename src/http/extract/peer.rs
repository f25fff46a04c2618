//! Who is at the other end: the address that a request comes from, and whether that is this machine.

use std::net::{IpAddr, SocketAddr};

use ajet_protocol::Code;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};
use tokio::sync::OwnedSemaphorePermit;

use crate::http::error::ApiError;
use crate::http::state::App;

/// The address at the other end of a connection; the server puts it into every request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Headers by which a proxy says for whom it asks.
const FORWARDING: &[&str] = &[
    "cf-connecting-ip",
    "fastly-client-ip",
    "forwarded",
    "forwarded-for",
    "true-client-ip",
    "via",
    "wl-proxy-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-original-host",
    "x-proxyuser-ip",
    "x-real-ip",
];

/// The address that a request comes from: the peer's, or where that is a proxy of ours what it says.
pub fn address_of(parts: &Parts, app: &App) -> Option<IpAddr> {
    let peer = parts.extensions.get::<Peer>()?.0.ip().to_canonical();
    let trusted = |ip: IpAddr| app.settings.trusted_proxies.iter().any(|network| network.contains(ip));
    if !trusted(peer) {
        return Some(peer);
    }
    let lines = parts.headers.get_all("x-forwarded-for").into_iter().filter_map(|line| line.to_str().ok());
    let told: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    // The last address that is not one of our proxies. Clients can forge everything before it.
    let readable = told.into_iter().rev().map_while(|one| one.trim().parse::<IpAddr>().ok());
    Some(readable.map(|ip| ip.to_canonical()).find(|ip| !trusted(*ip)).unwrap_or(peer))
}

/// A client on this machine that came through no proxy, and called us by an address of this machine: no client on another one,
/// and no web page whose host name was made to point here. A request whose target is a whole address was meant for a proxy, and
/// the address may name another host than the header does.
pub fn is_local(parts: &Parts) -> bool {
    let peer = parts.extensions.get::<Peer>().is_some_and(|peer| peer.0.ip().to_canonical().is_loopback());
    let direct = parts.uri.scheme().is_none() && parts.uri.authority().is_none();
    peer && direct
        && names_this_machine(&parts.headers)
        && !FORWARDING.iter().any(|name| parts.headers.contains_key(*name))
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).into_iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let Ok(host) = host.to_str() else { return false };
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let (name, rest) = (authority.host(), host.strip_prefix(authority.host()));
    if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':')) {
        return false;
    }
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The sign-in by name, where it is there for this caller; elsewhere there is no such address, whatever is sent to it.
pub struct DevSignInOnly;

impl FromRequestParts<App> for DevSignInOnly {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(DevSignInHere(here)) = DevSignInHere::from_request_parts(parts, app).await;
        if here { Ok(Self) } else { Err(ApiError::not_found()) }
    }
}

/// Whether the sign-in by name is there for this caller.
pub struct DevSignInHere(pub bool);

impl FromRequestParts<App> for DevSignInHere {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(app.settings.dev_sign_in && is_local(parts)))
    }
}

/// Where a caller is, to count what they get wrong.
pub struct Address(pub Option<IpAddr>);

impl FromRequestParts<App> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(address_of(parts, app)))
    }
}

impl Address {
    /// A turn to look something up, where too much was wrong that came from here.
    pub async fn turn(&self, app: &App) -> Option<OwnedSemaphorePermit> {
        let over = self.0.is_some_and(|ip| app.settings.failures.is_over(ip));
        if over { app.settings.failures.turn().await } else { None }
    }

    /// Counts what turned out not to be there, and passes other failures on.
    pub fn counted(&self, app: &App, failure: ApiError) -> ApiError {
        if failure.code == Code::NotFound { self.failed(app, failure) } else { failure }
    }

    /// Counts a wrong token, code or address. Returns 429 after too many, else the given refusal.
    pub fn failed(&self, app: &App, refusal: ApiError) -> ApiError {
        match self.0 {
            Some(ip) if !app.settings.failures.allows(ip) => app.settings.failures.too_many(ip),
            _ => refusal,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(peer: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        parts.extensions.insert(Peer(peer.parse().expect("an address")));
        parts
    }

    #[test]
    fn only_a_client_on_this_machine_is_local() {
        for host in ["localhost:8080", "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "LOCALHOST"] {
            assert!(is_local(&parts("127.0.0.1:9", &[("host", host)])), "{host}");
        }
        for host in [
            "chat.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:8080",
            "",
            "[::1",
            "[::1]evil.example",
            "10.0.0.1",
        ] {
            assert!(!is_local(&parts("127.0.0.1:9", &[("host", host)])), "{host}");
        }
        assert!(!is_local(&parts("192.0.2.1:9", &[("host", "localhost")])), "from elsewhere");
        assert!(!is_local(&parts("127.0.0.1:9", &[])), "without a host");
        assert!(!is_local(&parts("127.0.0.1:9", &[("host", "localhost"), ("host", "evil.example")])));
        for target in ["http://localhost/", "http://chat.example/", "http://localhost:8080/auth/dev"] {
            let mut parts = parts("127.0.0.1:9", &[("host", "localhost")]);
            parts.uri = target.parse().expect("an address");
            assert!(!is_local(&parts), "{target}");
        }
        for &name in FORWARDING {
            assert!(
                !is_local(&parts("127.0.0.1:9", &[("host", "localhost"), (name, "127.0.0.1")])),
                "{name}"
            );
        }
    }
}
