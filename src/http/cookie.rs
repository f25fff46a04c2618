//! The cookie that holds a browser's session: for our pages only, and over TLS only where we are behind it.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};

use super::extract::caller::COOKIE;
use super::state::App;

/// A `Set-Cookie` header of ours.
#[derive(Debug, Clone)]
pub struct SetCookie(HeaderValue);

impl SetCookie {
    /// Gives the browser a session.
    #[must_use]
    pub fn session(app: &App, token: &str) -> Self {
        Self::of(app, token, app.tokens.cookie_seconds())
    }

    /// Takes the browser's session away.
    #[must_use]
    pub fn none(app: &App) -> Self {
        Self::of(app, "", 0)
    }

    fn of(app: &App, token: &str, seconds: u64) -> Self {
        Self::named(app.settings.cookie, token, seconds)
    }

    fn named(name: &str, token: &str, seconds: u64) -> Self {
        let secure = if name == COOKIE { "; Secure" } else { "" };
        let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
        // A token is base64url: it always fits into a header.
        let mut value = HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
        // Or it would be printed.
        value.set_sensitive(true);
        Self(value)
    }
}

impl IntoResponseParts for SetCookie {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let headers: &mut HeaderMap = parts.headers_mut();
        headers.append(header::SET_COOKIE, self.0);
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::extract::caller::DEV_COOKIE;

    fn parts(cookie: &SetCookie) -> Vec<&str> {
        cookie.0.to_str().expect("text").split("; ").collect()
    }

    /// What browsers ask of the prefix `__Host-`, and what we ask of browsers.
    #[test]
    fn in_production_the_cookie_is_for_this_host_over_tls_and_for_our_pages_alone() {
        let expected =
            ["__Host-ajet_session=secret", "Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=60", "Secure"];
        assert_eq!(parts(&SetCookie::named(COOKIE, "secret", 60)), expected);
        let dev = SetCookie::named(DEV_COOKIE, "secret", 60);
        assert_eq!(parts(&dev)[0], "ajet_session=secret");
        assert_eq!(parts(&dev)[1..], expected[1..5]);
    }

    #[test]
    fn a_cookie_is_not_printed() {
        let text = format!("{:?}", SetCookie::named(COOKIE, "secret", 60));
        assert!(!text.contains("secret"), "{text}");
    }
}
