//! Why a use case failed, as callers are told: the one place where refusals, bad pictures, and stores that are away, become codes.

use std::time::Duration;

use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::{Refusal, Said};
use ajet_protocol::{Code, FieldError, limits};

use crate::blobs::BlobError;
use crate::images::BadImage;
use crate::store::StoreError;

/// Fields with longer names than this are not named in a detail; no field of ours has one.
const NAMED_CHARS: usize = 60;
/// After this time a refused caller may try again, unless its refusal says otherwise.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// What a caller is told whose idempotency key made something else.
const KEY_REUSED: &str = "This client_mutation_id already made something else.";
/// What a caller is told of a fault of ours.
const OUR_FAULT: &str = "Something went wrong on our side; the trace id finds it in our log.";

/// Why a request failed, in words for people; never a secret, never an internal.
#[derive(Debug, Clone)]
pub struct Failure {
    pub code: Code,
    pub detail: String,
    pub errors: Vec<FieldError>,
    /// When to try again, where that helps at all.
    pub retry_after: Duration,
    /// How often it is allowed, within the time of its limit.
    pub limit: Option<u32>,
}

impl Failure {
    /// A failure with a detail for people.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: RETRY_AFTER, limit: None }
    }

    /// The same, of what is allowed so often, and again after this time.
    #[must_use]
    pub fn limited(self, most: u32, again_after: Duration) -> Self {
        Self { retry_after: whole_seconds(again_after), limit: Some(most), ..self }
    }

    /// That the caller is not signed in.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "Sign in, or send a valid token.")
    }

    /// What is not there, or not for the caller to know of.
    pub fn not_found() -> Self {
        ajet_domain::Denied::NotFound.said().into()
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

    /// The same, because of one field of the request. The detail stays a sentence of its own, also beside the field's name.
    #[must_use]
    pub fn because_of(self, field: &str, code: &str) -> Self {
        let error = FieldError { field: field.into(), code: code.into(), message: self.detail.clone() };
        Self { errors: vec![error], ..self }
    }

    /// An idempotency key that already made something else.
    pub fn key_reused() -> Self {
        Self::new(Code::Conflict, KEY_REUSED)
    }

    /// Whether a key was used for something else: a conflict, but no other kind of one.
    pub fn is_key_reuse(&self) -> bool {
        self.code == Code::Conflict && self.detail == KEY_REUSED
    }
}

/// What was looked for, or the failure that it is not there.
pub trait Found<T> {
    /// Not there: [`Failure::not_found`].
    ///
    /// # Errors
    /// [`Code::NotFound`]
    fn or_not_found(self) -> Result<T, Failure>;
}

impl<T> Found<T> for Option<T> {
    fn or_not_found(self) -> Result<T, Failure> {
        self.ok_or_else(Failure::not_found)
    }
}

/// Whole seconds after which the time is over, at least one.
pub fn whole_seconds(time: Duration) -> Duration {
    let begun = u64::from(time.subsec_nanos() > 0);
    Duration::from_secs((time.as_secs() + begun).max(1))
}

/// Cuts a text after this many characters.
fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
}

impl From<Said> for Failure {
    fn from(said: Said) -> Self {
        match said.field {
            Some((field, wrong)) if said.code == Code::Invalid => Self::field(field, wrong, said.detail),
            Some((field, wrong)) => Self::new(said.code, said.detail).because_of(field, wrong),
            None => Self::new(said.code, said.detail),
        }
    }
}

impl Failure {
    /// Why an entity gave no answer; `largest` names the field that makes an event too large.
    pub fn asked<R: Refusal>(error: AskError<R>, largest: &str) -> Self {
        match error {
            AskError::Refused(refusal) => refusal.said().into(),
            AskError::KeyReused => Self::key_reused(),
            AskError::TooLarge => {
                Self::field(largest, "too_long", "makes an event that is too large to be delivered")
            }
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

impl From<StoreError> for Failure {
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
                Self::new(Code::Internal, OUR_FAULT)
            }
        }
    }
}

impl From<BadImage> for Failure {
    fn from(bad: BadImage) -> Self {
        let code = match bad {
            BadImage::NotAnImage => "not_an_image",
            BadImage::Unreadable => "unreadable",
            BadImage::TooManyPixels => "too_many_pixels",
            BadImage::TooManyFrames => "too_many_frames",
            BadImage::Empty => "empty",
        };
        Self::field("file", code, &format!("is not taken: {bad}"))
    }
}

impl From<BlobError> for Failure {
    fn from(error: BlobError) -> Self {
        tracing::warn!(%error, "the object store failed a request");
        Self::new(Code::Unavailable, "Files can't be reached just now; try again in a moment.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_as_told_has_waited_long_enough() {
        let told = |millis| {
            let limited = Failure::new(Code::RateLimited, "").limited(1, Duration::from_millis(millis));
            limited.retry_after.as_secs()
        };
        assert_eq!([told(0), told(1), told(1_000), told(2_001)], [1, 1, 1, 3]);
    }

    #[test]
    fn what_a_field_is_to_blame_for_keeps_its_code_and_words() {
        let of = |code| Failure::from(Said { code, field: Some(("name", "taken")), detail: "is taken" });
        let named = |failure: &Failure| {
            failure.errors.iter().map(|error| (error.field.clone(), error.code.clone())).collect::<Vec<_>>()
        };
        let (invalid, conflict) = (of(Code::Invalid), of(Code::Conflict));
        assert_eq!((invalid.code, invalid.detail.as_str()), (Code::Invalid, "name is taken."));
        assert_eq!((conflict.code, conflict.detail.as_str()), (Code::Conflict, "is taken"));
        assert_eq!(named(&conflict), [("name".to_owned(), "taken".to_owned())]);
        assert_eq!(named(&conflict), named(&invalid));
    }

    #[test]
    fn a_long_name_is_cut_and_shown_once() {
        let long = "ä".repeat(5000);
        let error = Failure::field(&long, "unknown_field", "is not a field of this request");
        assert_eq!(error.errors[0].field, "ä".repeat(100));
        assert_eq!(error.detail, "A field is not a field of this request.");
        let error = Failure::field("nope", "unknown_field", "is not a field of this request");
        assert_eq!(
            (error.errors[0].field.as_str(), error.detail.as_str()),
            ("nope", "nope is not a field of this request.")
        );
    }
}
