//! What may be uploaded as a picture, told by its bytes and not by its name (FS-6), of a bounded size (FS-7).

use ajet_protocol::limits;

/// An image format that we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageType {
    Jpeg,
    Png,
    Gif,
    Webp,
}

/// Why an upload is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadUpload {
    /// The bytes are no image that we take.
    #[error("only JPEG, PNG, GIF and WebP images can be uploaded")]
    NotAnImage,
    /// Larger than 10 MiB.
    #[error("the file is larger than 10 MiB")]
    TooLarge,
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
}

impl ImageType {
    /// The format's media type.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            ImageType::Jpeg => "image/jpeg",
            ImageType::Png => "image/png",
            ImageType::Gif => "image/gif",
            ImageType::Webp => "image/webp",
        }
    }

    /// The format that the first bytes of a file are those of.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(ImageType::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(ImageType::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(ImageType::Gif),
            _ if webp => Some(ImageType::Webp),
            _ => None,
        }
    }
}

/// Tells an upload's format from its bytes.
///
/// # Errors
/// [`BadUpload`], when it can't be taken.
pub fn check_upload(bytes: &[u8]) -> Result<ImageType, BadUpload> {
    if bytes.is_empty() {
        return Err(BadUpload::Empty);
    }
    if bytes.len() > limits::ATTACHMENT_BYTES {
        return Err(BadUpload::TooLarge);
    }
    ImageType::of(bytes).ok_or(BadUpload::NotAnImage)
}
