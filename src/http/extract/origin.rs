//! Which page a request comes from, as the browser that sends it says: what a cookie authenticates must come from our own.
//!
//! `Sec-Fetch-Site` decides where it is sent; browsers leave it out on plain http, and old ones always. Then `Origin` must be
//! ours: the scheme of the address that people use, with the host and port that this request was sent to.

use ajet_protocol::Code;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use url::{Origin, Url};

use crate::http::error::ApiError;
use crate::http::state::App;

/// In which a browser says from which site a request comes (Fetch Metadata).
pub const FETCH_SITE: &str = "sec-fetch-site";

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// One of our own pages, or the address bar.
    Ours,
    Elsewhere,
    /// No browser says so little of a request that changes something.
    Unsaid,
}

/// A change that a cookie authenticates must come from our own pages.
pub fn same_origin(parts: &Parts, app: &App) -> Result<(), ApiError> {
    let ours = parts.method.is_safe() || source(&parts.headers, scheme(app)) == Source::Ours;
    if ours { Ok(()) } else { Err(refusal()) }
}

/// Whether a page of another site sends this.
pub fn is_foreign(parts: &Parts, app: &App) -> bool {
    !parts.method.is_safe() && source(&parts.headers, scheme(app)) == Source::Elsewhere
}

/// What a request is told that comes from elsewhere.
pub fn refusal() -> ApiError {
    ApiError::new(Code::Csrf, "This request does not come from our own pages.")
}

/// A change that comes from our own pages, signed in or not.
pub struct SameOrigin;

impl FromRequestParts<App> for SameOrigin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        same_origin(parts, app).map(|()| Self)
    }
}

/// Whether a browser says that this page of ours led here.
pub fn comes_from(headers: &HeaderMap, app: &App, path: &str) -> bool {
    let said = headers.get(header::REFERER).and_then(|from| from.to_str().ok());
    let Some(page) = said.and_then(|from| Url::parse(from).ok()) else { return false };
    own(headers, scheme(app)).is_some_and(|own| page.origin() == own) && page.path() == path
}

fn scheme(app: &App) -> &'static str {
    if app.settings.public_url.starts_with("https://") { "https" } else { "http" }
}

fn source(headers: &HeaderMap, scheme: &str) -> Source {
    let said = |ours: bool| if ours { Source::Ours } else { Source::Elsewhere };
    let mut sites = headers.get_all(FETCH_SITE).into_iter().peekable();
    if sites.peek().is_some() {
        return said(sites.all(|site| *site == "same-origin" || *site == "none"));
    }
    let mut origins = headers.get_all(header::ORIGIN).into_iter().peekable();
    if origins.peek().is_none() {
        return Source::Unsaid;
    }
    let own = own(headers, scheme);
    said(own.is_some() && origins.all(|origin| origin.to_str().ok().and_then(origin_of) == own))
}

/// Our own origin: where the request was sent to.
fn own(headers: &HeaderMap, scheme: &str) -> Option<Origin> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok())?;
    origin_of(&format!("{scheme}://{host}"))
}

/// The scheme, host and port of an address, in the form in which they can be compared: hosts in lower case, and the port that
/// a scheme has by default filled in. `null`, which a sandboxed page sends, is no address.
fn origin_of(address: &str) -> Option<Origin> {
    let origin = Url::parse(address).ok()?.origin();
    origin.is_tuple().then_some(origin)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn source_of(scheme: &str, headers: &[(&'static str, &'static str)]) -> Source {
        let mut all = HeaderMap::new();
        for &(name, value) in headers {
            all.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        source(&all, scheme)
    }

    #[test]
    fn origins_are_compared_by_scheme_host_and_port() {
        for (scheme, host, origin) in [
            ("https", "chat.example:443", "https://chat.example"),
            ("https", "chat.example", "https://chat.example:443"),
            ("https", "Chat.Example", "HTTPS://CHAT.example"),
            ("http", "chat.example:80", "http://chat.example"),
            ("http", "127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http", "[::1]:8080", "http://[0:0::1]:8080"),
        ] {
            let found = source_of(scheme, &[("host", host), ("origin", origin)]);
            assert_eq!(found, Source::Ours, "{scheme} {host} {origin}");
        }
        for (scheme, host, origin) in [
            ("https", "chat.example", "http://chat.example"),
            ("https", "chat.example:443", "http://chat.example:443"),
            ("http", "chat.example", "https://chat.example"),
            ("https", "chat.example", "https://chat.example:8443"),
            ("https", "chat.example", "https://evil.example"),
            ("https", "chat.example", "https://chat.example.evil.example"),
            ("https", "chat.example", "null"),
            ("https", "null", "null"),
            ("https", "", ""),
            ("https", "chat.example", "chat.example"),
            ("https", "chat.example", "data:text/html,x"),
        ] {
            let found = source_of(scheme, &[("host", host), ("origin", origin)]);
            assert_eq!(found, Source::Elsewhere, "{scheme} {host} {origin}");
        }
    }

    #[test]
    fn what_a_browser_says_of_the_site_decides() {
        let (host, ours) = (("host", "chat.example"), ("origin", "https://chat.example"));
        for (site, found) in [
            ("same-origin", Source::Ours),
            ("none", Source::Ours),
            ("same-site", Source::Elsewhere),
            ("cross-site", Source::Elsewhere),
            ("", Source::Elsewhere),
        ] {
            assert_eq!(source_of("https", &[host, ours, ("sec-fetch-site", site)]), found, "{site}");
        }
        let twice = [host, ours, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")];
        assert_eq!(source_of("https", &twice), Source::Elsewhere);
        let origins = [host, ours, ("origin", "https://evil.example")];
        assert_eq!(source_of("https", &origins), Source::Elsewhere);
        assert_eq!(source_of("https", &[host]), Source::Unsaid);
        assert_eq!(source_of("https", &[ours]), Source::Elsewhere, "without a host nothing is ours");
    }
}
