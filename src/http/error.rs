//! Every way to fail, as a problem document: the one place where refusals become codes.

use std::time::Duration;

use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::{channel, community};
use ajet_protocol::{Code, FieldError, Problem, limits};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::store::StoreError;

/// Fields with longer names than this are not named in a detail; no field of ours has one.
const NAMED_CHARS: usize = 60;

/// After this time a refused caller may try again, unless its refusal says otherwise.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// An error answer, still without its trace id, which the outermost layer adds.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub code: Code,
    pub detail: String,
    pub errors: Vec<FieldError>,
    /// When to try again, where that helps at all.
    retry_after: Duration,
    /// How often it would have been allowed in that time.
    limit: Option<u32>,
}

impl ApiError {
    /// An error with a detail for people; never a secret, never an internal.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: RETRY_AFTER, limit: None }
    }

    /// The same, of what is allowed so often in a time.
    #[must_use]
    pub fn limited(self, most: u32, window: Duration) -> Self {
        Self { retry_after: window, limit: Some(most), ..self }
    }

    /// What is not there, or not for the caller to know of.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is no such thing here, or you may not see it.")
    }

    /// Fields that break a rule. A client may have made up their names: a long one is cut, and shown once.
    pub fn invalid(mut errors: Vec<FieldError>) -> Self {
        let texts: Vec<_> = errors
            .iter_mut()
            .map(|error| {
                cut(&mut error.field, limits::ECHOED_CHARS);
                let named = error.field.chars().nth(NAMED_CHARS).is_none();
                format!("{} {}", if named { error.field.as_str() } else { "A field" }, error.message)
            })
            .collect();
        Self { errors, ..Self::new(Code::Invalid, format!("{}.", texts.join("; "))) }
    }

    /// One field that breaks a rule.
    pub fn field(field: &str, code: &str, message: &str) -> Self {
        Self::invalid(vec![FieldError { field: field.into(), code: code.into(), message: message.into() }])
    }

    /// Whether a key was used for something else: a conflict, but no other kind of one.
    pub fn is_key_reuse(&self) -> bool {
        self.code == Code::Conflict && self.detail == KEY_REUSED
    }

    /// The problem document, with its trace id.
    pub fn problem(&self, trace_id: Option<uuid::Uuid>) -> Problem {
        Problem {
            kind: format!("/api/docs#{}", self.code.as_str()),
            title: self.code.title().into(),
            status: self.code.status(),
            code: self.code,
            detail: self.detail.clone(),
            trace_id,
            errors: self.errors.clone(),
        }
    }
}

/// Cuts a text after so many characters.
fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&status) {
            response.headers_mut().insert(header::RETRY_AFTER, self.retry_after.as_secs().into());
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(limit) = self.limit {
            let headers = response.headers_mut();
            headers.insert("ratelimit-limit", limit.into());
            headers.insert("ratelimit-remaining", 0.into());
            headers.insert("ratelimit-reset", self.retry_after.as_secs().into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(source) => {
                tracing::warn!(error = %source, "store away");
                Self::new(
                    Code::Unavailable,
                    "The database can't be reached or is busy; try again in a moment.",
                )
            }
            StoreError::Constraint(name) => {
                tracing::warn!(constraint = name, "unexpected constraint");
                Self::new(Code::Conflict, "Another object stands in the way.")
            }
            StoreError::Fault(source) => {
                tracing::error!(error = %source, "store fault");
                Self::new(
                    Code::Internal,
                    "Something went wrong on our side; the trace id finds it in our log.",
                )
            }
        }
    }
}

impl<R: Into<ApiError>> From<AskError<R>> for ApiError {
    fn from(error: AskError<R>) -> Self {
        match error {
            AskError::Refused(refusal) => refusal.into(),
            AskError::NoSuchEntity => Self::not_found(),
            AskError::Poison => Self::new(
                Code::Internal,
                "This request can't be carried out; the trace id finds it in our log.",
            ),
            AskError::Unavailable(Unavailable::Busy) => {
                Self::new(Code::Overloaded, "Too many requests wait here; try again in a moment.")
            }
            AskError::Unavailable(_) => Self::new(
                Code::Unavailable,
                "No answer just now; try again with the same client_mutation_id.",
            ),
        }
    }
}

impl From<channel::Refusal> for ApiError {
    fn from(refusal: channel::Refusal) -> Self {
        use channel::Refusal as R;
        match refusal {
            R::NotFound => Self::not_found(),
            R::NotJoined => Self::new(Code::Forbidden, "Join the channel first."),
            R::Forbidden => Self::new(Code::Forbidden, "You may not do this."),
            R::Muted => Self::new(Code::Muted, "You are muted here."),
            R::EditWindowClosed => Self::new(Code::EditWindowClosed, "A message can be edited for one hour."),
            R::Gone => Self::new(Code::Gone, "The message was deleted."),
            R::KeyReused => key_reused(),
            R::ParentUnknown => Self::field("parent_id", "not_found", "names no message of this channel"),
            R::ParentIsReply => {
                Self::field("parent_id", "nested", "names a reply; threads are one level deep")
            }
            R::TooLarge => too_large("body_md"),
            R::WebhookOff => Self::new(
                Code::NotFound,
                "This webhook is off: who made it may no longer manage webhooks here.",
            ),
        }
    }
}

impl From<community::Refusal> for ApiError {
    fn from(refusal: community::Refusal) -> Self {
        use community::Refusal as R;
        match refusal {
            R::NotFound => Self::not_found(),
            R::Forbidden => Self::new(Code::Forbidden, "You may not do this."),
            R::Banned => Self::new(Code::Banned, "You are banned from this community."),
            R::InviteOver => Self::new(Code::Gone, "The invite is used up, expired or revoked."),
            R::NameTaken => Self::new(Code::Conflict, "A channel of this name is already there."),
            R::KeyReused => key_reused(),
            R::CategoryUnknown => {
                Self::field("category_id", "not_found", "names no category of this community")
            }
            R::AlreadyExpired => Self::field("expires_at", "out_of_range", "must be in the future"),
            R::UserUnknown => Self::field("user_id", "not_found", "names no user"),
            R::TooLarge => too_large("name"),
        }
    }
}

/// What would make an event that is larger than the bus takes.
fn too_large(field: &str) -> ApiError {
    ApiError::field(field, "too_long", "makes an event that is too large to be delivered")
}

const KEY_REUSED: &str = "This client_mutation_id already made something else.";

/// A idempotency key that already made something else.
pub fn key_reused() -> ApiError {
    ApiError::new(Code::Conflict, KEY_REUSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_shown_once() {
        let long = "ä".repeat(5000);
        let error = ApiError::field(&long, "unknown_field", "is not a field of this request");
        assert_eq!(error.errors[0].field, "ä".repeat(100));
        assert_eq!(error.detail, "A field is not a field of this request.");
        let error = ApiError::field("nope", "unknown_field", "is not a field of this request");
        assert_eq!(
            (error.errors[0].field.as_str(), error.detail.as_str()),
            ("nope", "nope is not a field of this request.")
        );
    }
}
