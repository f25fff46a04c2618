//! Files that people upload, before and after they are part of a message.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::{AltText, FilenameText, KeyText, MediaTypeText, UploadSize};
use crate::{Attachment, AttachmentId, Timestamp, Trimmed, json, limits, shape};

impl Attachment {
    /// Where a file can be had.
    #[must_use]
    pub fn url_of(id: AttachmentId) -> String {
        format!("/api/attachments/{id}")
    }

    /// Where a small picture of it can be had.
    #[must_use]
    pub fn thumbnail_url_of(id: AttachmentId) -> String {
        format!("/api/attachments/{id}?thumbnail=true")
    }
}

/// A file in a form: `POST /api/channels/{id}/attachments`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachmentForm {
    /// The file itself, with its name.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// What it shows, in words; at most 1000 characters.
    #[schema(value_type = Option<AltText>, required = false)]
    pub alt: Option<String>,
    /// The caller's key for this file; a repetition with the same key gives the first result again.
    #[schema(value_type = Option<KeyText>, required = false)]
    pub client_mutation_id: Option<String>,
}

/// A file that is to be uploaded to the object store directly: `POST /api/channels/{id}/uploads`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginUpload {
    /// What it is called.
    #[validate(custom(function = "filename_rule"))]
    #[schema(value_type = FilenameText)]
    pub filename: Trimmed,
    /// Its media type. What it is in truth is told by its bytes.
    #[validate(custom(function = "media_type_rule"))]
    #[schema(value_type = MediaTypeText)]
    pub content_type: Trimmed,
    /// Its size in bytes: so many are sent then, no more and no fewer.
    #[validate(custom(function = "size_rule"))]
    #[schema(value_type = UploadSize)]
    pub size_bytes: i64,
    /// What it shows, in words; at most 1000 characters.
    #[validate(custom(function = "alt_rule"))]
    #[schema(value_type = Option<AltText>)]
    pub alt: Option<Trimmed>,
    /// The caller's key for this file; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// Where a file is to be uploaded to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadBegun {
    /// The file, still pending; in answer to a repetition as it is now.
    pub attachment: Attachment,
    /// A PUT with the file's bytes goes there. It takes no other number of them than was said, and none once the upload is over.
    #[schema(format = "uri")]
    pub upload_url: String,
    /// The headers that the PUT must have.
    pub headers: BTreeMap<String, String>,
    /// Until when it takes the file; in the past where the upload is over.
    pub expires_at: Timestamp,
}

/// What a file shows, in words: `PATCH /api/attachments/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribeAttachment {
    /// At most 1000 characters after trimming; null or an empty text takes them away, and an absent field changes nothing.
    #[serde(default, deserialize_with = "json::null_as_empty", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "alt_rule"))]
    #[schema(value_type = Option<AltText>)]
    pub alt: Option<Trimmed>,
}

/// A file's name: 1 to 255 characters, one of them visible.
///
/// # Errors
/// Which rule it breaks.
pub fn filename_rule(text: &str) -> Result<(), ValidationError> {
    within(text, 1, limits::FILENAME_CHARS)?;
    if text.chars().any(shape::is_visible) { Ok(()) } else { Err(broken("blank", "shows nothing")) }
}

/// The words for what a file shows: at most 1000 characters.
///
/// # Errors
/// Which rule they break.
pub fn alt_rule(text: &str) -> Result<(), ValidationError> {
    within(text, 0, limits::ALT_CHARS)?;
    if text.contains('\0') { Err(broken("control_character", "holds a NUL character")) } else { Ok(()) }
}

fn media_type_rule(text: &str) -> Result<(), ValidationError> {
    within(text, 1, limits::MEDIA_TYPE_CHARS)?;
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    let essence = text.split(';').next().unwrap_or_default().trim();
    match essence.split_once('/') {
        Some((kind, sub)) if is_part(kind) && is_part(sub) => Ok(()),
        _ => Err(broken("bad_format", "is no media type")),
    }
}

fn size_rule(bytes: i64) -> Result<(), ValidationError> {
    if (1..=limits::UPLOAD_BYTES_MOST).contains(&bytes) {
        return Ok(());
    }
    Err(broken("out_of_range", &format!("must be between 1 and {}", limits::UPLOAD_BYTES_MOST)))
}

fn within(text: &str, least: usize, most: usize) -> Result<(), ValidationError> {
    match text.chars().count() {
        chars if chars < least => Err(broken("too_short", &format!("needs at least {least} characters"))),
        chars if chars > most => Err(broken("too_long", &format!("takes at most {most} characters"))),
        _ => Ok(()),
    }
}

fn broken(code: &'static str, message: &str) -> ValidationError {
    ValidationError::new(code).with_message(message.to_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_of_itself_has_its_shape() {
        let begun = |filename: &str, content_type: &str, size_bytes: i64| {
            let (filename, content_type) = (filename.into(), content_type.into());
            let upload =
                BeginUpload { filename, content_type, size_bytes, alt: None, client_mutation_id: None };
            upload.validate().is_ok()
        };
        assert!(begun("cat.png", "image/png", 1) && begun("cat", "Image/SVG+xml; charset=utf-8", 1));
        for (filename, content_type, size) in [
            ("", "image/png", 1),
            ("\u{200d}", "image/png", 1),
            ("cat.png", "image", 1),
            ("cat.png", "image/", 1),
            ("cat.png", "image/png\r\nx: y", 1),
            ("cat.png", "image/png", 0),
            ("cat.png", "image/png", limits::UPLOAD_BYTES_MOST + 1),
        ] {
            assert!(!begun(filename, content_type, size), "{filename} {content_type} {size}");
        }
        assert!(!begun(&"x".repeat(256), "image/png", 1));
        assert!(
            alt_rule(&"x".repeat(1000)).is_ok()
                && alt_rule(&"x".repeat(1001)).is_err()
                && alt_rule("\0").is_err()
        );
    }
}
