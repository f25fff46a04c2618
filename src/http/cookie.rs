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
        let secure = if app.settings.cookie == COOKIE { "; Secure" } else { "" };
        let text = format!(
            "{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}",
            app.settings.cookie
        );
        // A token is base64url: it always fits into a header.
        Self(HeaderValue::from_str(&text).map_or_else(|_| HeaderValue::from_static(""), hidden))
    }
}

/// The same, which Debug does not show.
fn hidden(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
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

    #[test]
    fn a_cookie_is_not_printed() {
        let cookie = SetCookie(hidden(HeaderValue::from_static("ajet_session=secret")));
        assert!(!format!("{cookie:?}").contains("secret"), "{cookie:?}");
        assert_eq!(cookie.0, "ajet_session=secret", "and sent as it is");
    }
}
