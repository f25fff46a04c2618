//! What a request counts as.

use axum::http::Method;

/// A kind of request that has a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    Read,
    Write,
    /// It brings a file.
    Upload,
    /// It may be a guess at something secret: a sign-in, an invite's code, the operators' token.
    Guess,
}

/// What is answered however often it is asked for: probes of health, files that are the same for everybody, and the sign-in by name,
/// which a development server has for clients on the same machine.
const FREE: [&str; 8] =
    ["/livez", "/live", "/readyz", "/ready", "/health", "/metrics", "/assets/{version}/{name}", "/auth/dev"];
/// Routes below `/auth` at which there is nothing to guess. A device asks with a secret of 256 bits, again and again, and many of them may
/// stand behind one address; a provider tells with its signature who signed out there, of all people at once if need be.
const NO_GUESSES: [&str; 4] =
    ["/auth/logout", "/auth/providers", "/auth/device/token", "/auth/{provider}/backchannel-logout"];
/// How routes begin at which there is.
const GUESSES: [&str; 4] = ["/auth/", "/sign-in/", "/api/invites/", "/invite/"];
/// How routes end that take files.
const FILES: [&str; 6] = ["/attachments", "/uploads", "/complete", "/avatar", "/picture", "/emoji"];

impl Class {
    /// The class of a request, by its method and route; `None` where it has no limit.
    pub fn of(method: &Method, route: &str) -> Option<Self> {
        // The form is answered only where there is the sign-in by name.
        if FREE.contains(&route) || route == "/sign-in" && *method == Method::POST {
            return None;
        }
        let is_guess = GUESSES.iter().any(|prefix| route.starts_with(prefix)) && !NO_GUESSES.contains(&route);
        Some(if is_guess || route == "/ops" && *method == Method::POST {
            Self::Guess
        } else if method.is_safe() {
            Self::Read
        } else if *method != Method::DELETE && FILES.iter().any(|suffix| route.ends_with(suffix)) {
            Self::Upload
        } else {
            Self::Write
        })
    }

    /// Its name in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Upload => "upload",
            Self::Guess => "guess",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_guess_counts_as_one_and_what_brings_a_file_as_an_upload() {
        for (method, route, class) in [
            (Method::GET, "/api/channels/{id}/messages", Some(Class::Read)),
            (Method::POST, "/api/channels/{id}/messages", Some(Class::Write)),
            (Method::POST, "/api/channels/{id}/attachments", Some(Class::Upload)),
            (Method::PUT, "/api/me/avatar", Some(Class::Upload)),
            (Method::DELETE, "/api/me/avatar", Some(Class::Write)),
            (Method::POST, "/settings/picture", Some(Class::Upload)),
            (Method::POST, "/settings/picture/remove", Some(Class::Write)),
            (Method::POST, "/settings/communities/{id}/picture", Some(Class::Upload)),
            (Method::POST, "/settings/communities/{id}/picture/remove", Some(Class::Write)),
            (Method::GET, "/api/communities/{id}/emoji", Some(Class::Read)),
            (Method::GET, "/api/invites/{code}", Some(Class::Guess)),
            (Method::POST, "/invite/{code}", Some(Class::Guess)),
            (Method::POST, "/auth/device", Some(Class::Guess)),
            (Method::POST, "/auth/device/token", Some(Class::Write)),
            (Method::POST, "/auth/{provider}/backchannel-logout", Some(Class::Write)),
            (Method::GET, "/auth/{provider}/callback", Some(Class::Guess)),
            (Method::POST, "/auth/logout", Some(Class::Write)),
            (Method::GET, "/sign-in", Some(Class::Read)),
            (Method::POST, "/ops", Some(Class::Guess)),
            (Method::POST, "/hook/{id}/{token}", Some(Class::Write)),
            (Method::POST, "/csp-reports", Some(Class::Write)),
            (Method::GET, "", Some(Class::Read)),
            (Method::POST, "/auth/dev", None),
            (Method::GET, "/livez", None),
            (Method::GET, "/assets/{version}/{name}", None),
        ] {
            assert_eq!(Class::of(&method, route), class, "{method} {route}");
        }
    }
}
