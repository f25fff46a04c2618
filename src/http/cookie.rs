//! The cookies that we give browsers, for our pages only, and over TLS only where we are behind it: the one that holds a session, and the one that binds a
//! sign-in at a provider to the browser that began it; and the one that holds how the pages look, which is no secret.

use ajet_protocol::limits;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};

use super::extract::caller::{COOKIE, tokens_in};
use super::state::App;
use crate::sessions::tokens::is_well_formed;

/// The name of the cookie that binds a sign-in to a browser, where the session's has the prefix `__Host-` and elsewhere.
const FLOW_COOKIE: &str = "__Host-ajet_sign_in";
const DEV_FLOW_COOKIE: &str = "ajet_sign_in";
/// Seconds for which the cookie outlives the time that somebody has at a provider: the answer then says that it came too late.
const SPARE_SECONDS: u64 = 60;

/// The names of the cookie that holds how somebody wants the pages to look in this browser, where the session's has the prefix `__Host-` and
/// elsewhere, and for how long it does.
pub const LOOK_COOKIES: [&str; 2] = ["__Host-ajet_look", "ajet_look"];
const LOOK_SECONDS: u64 = 400 * 24 * 3600;

fn flow_cookie(app: &App) -> &'static str {
    if app.settings.cookie == COOKIE { FLOW_COOKIE } else { DEV_FLOW_COOKIE }
}

/// The secret that binds sign-ins to the browser of a request.
#[must_use]
pub fn flow_of(app: &App, headers: &HeaderMap) -> Option<String> {
    tokens_in(headers, flow_cookie(app)).find(|secret| is_well_formed(secret))
}

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

    /// Binds a sign-in to the browser.
    #[must_use]
    pub fn flow(app: &App, secret: &str) -> Self {
        Self::of_flow(app, secret, u64::from(limits::AT_PROVIDER_SECONDS) + SPARE_SECONDS)
    }

    /// The browser's sign-in is over.
    #[must_use]
    pub fn no_flow(app: &App) -> Self {
        Self::of_flow(app, "", 0)
    }

    /// Keeps how the pages look; letters and dots, and no secret. A page to which a link of another site leads looks so as well.
    #[must_use]
    pub fn look(app: &App, look: &str) -> Self {
        let [of_host, plain] = LOOK_COOKIES;
        let name = if app.settings.cookie == COOKIE { of_host } else { plain };
        Self::written(app, (name, look), "Lax", LOOK_SECONDS)
    }

    fn of(app: &App, token: &str, seconds: u64) -> Self {
        Self::written(app, (app.settings.cookie, token), "Strict", seconds)
    }

    /// It comes along when a provider sends the browser back, as a cookie with `Strict` does not.
    fn of_flow(app: &App, secret: &str, seconds: u64) -> Self {
        Self::written(app, (flow_cookie(app), secret), "Lax", seconds)
    }

    fn written(app: &App, (name, value): (&str, &str), same_site: &str, seconds: u64) -> Self {
        let secure = if app.settings.cookie == COOKIE { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={seconds}{secure}");
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
