//! Stable error codes and the problem document that carries them (RFC 9457).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)+) => {
        /// A stable, machine-readable error code; each has one HTTP status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $name,)+ }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Code] = &[$(Code::$name),+];

            /// The code as it stands in a problem document.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)+ }
            }

            /// The HTTP status that goes with the code.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status,)+ }
            }

            /// The short human title of the code.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    Malformed = "malformed", 400, "Malformed request";
    /// No session, or one that ended.
    Unauthenticated = "unauthenticated", 401, "Sign in first";
    /// The caller lacks the right.
    Forbidden = "forbidden", 403, "Not allowed";
    /// A cookie-authenticated change that does not come from our own pages.
    Csrf = "csrf", 403, "Cross-site request refused";
    /// The message is too old to be edited.
    EditWindowClosed = "edit_window_closed", 403, "The edit window has closed";
    /// The caller is muted.
    Muted = "muted", 403, "You are muted";
    /// The caller is banned from the community.
    Banned = "banned", 403, "You are banned";
    /// One of two people has blocked the other: nothing is written between them.
    Blocked = "blocked", 403, "Blocked";
    /// It is not there, or the caller may not know of it.
    NotFound = "not_found", 404, "Not found";
    /// The route exists with other methods.
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed";
    /// The request's head did not come to its end in time.
    RequestTimeout = "request_timeout", 408, "Request timeout";
    /// Another object stands in the way.
    Conflict = "conflict", 409, "Conflict";
    /// There are as many of these as there may be.
    Limit = "limit", 409, "Limit reached";
    /// The file is not checked yet.
    Pending = "pending", 409, "Not checked yet";
    /// The channel is read-only.
    Archived = "archived", 409, "The channel is archived";
    /// It was there, and is over.
    Gone = "gone", 410, "Gone";
    /// The body exceeds its limit.
    TooLarge = "too_large", 413, "Too large";
    /// The body's media type is not one the route takes.
    UnsupportedMediaType = "unsupported_media_type", 415, "Unsupported media type";
    /// Well-formed, but some field breaks a rule; `errors` says which.
    Invalid = "invalid", 422, "Invalid request";
    /// The channel is in slow mode, and the caller has posted there a moment ago.
    SlowMode = "slow_mode", 429, "The channel is in slow mode";
    /// Too many requests from this caller.
    RateLimited = "rate_limited", 429, "Too many requests";
    /// The request's line and headers exceed their limit.
    HeadTooLarge = "head_too_large", 431, "Request head too large";
    /// No method of HTTP that this server knows.
    NotImplemented = "not_implemented", 501, "Not implemented";
    /// Our fault; the trace id finds it in the log.
    Internal = "internal", 500, "Internal error";
    /// Too many requests at once: try again after `Retry-After`.
    Overloaded = "overloaded", 503, "Overloaded";
    /// Something we depend on is away: try again after `Retry-After`.
    Unavailable = "unavailable", 503, "Unavailable";
}

/// One field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field's path, such as `body_md`.
    pub field: String,
    /// A stable name of the rule, such as `too_long` or `unknown_field`.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
}

/// An error answer (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference")]
    pub kind: String,
    /// A short title of the kind.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The stable code to act on.
    pub code: Code,
    /// What happened this time, for people.
    pub detail: String,
    /// The request's trace id, by which an operator finds it in the log.
    pub trace_id: Option<Uuid>,
    /// The fields at fault, for `invalid`, and for `conflict` the one whose name is taken (`taken`); empty elsewhere.
    #[serde(default)]
    pub errors: Vec<FieldError>,
}
