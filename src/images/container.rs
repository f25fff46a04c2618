//! What a picture's container says, read without decoding a pixel, and what is kept of its parts.

use image::metadata::Orientation;

use super::{ImageType, gif, jpeg, png, webp};

/// Frames that an animation has at most. For a JPEG these are its scans.
const FRAMES: u32 = 2_000;
/// Pixels of all frames of an animation at most, by its canvas: those who look at it decode them all.
const ANIMATED_PIXELS: u64 = 4_000_000_000;
/// The same of an animation that is turned: we decode and pack them all.
const TURNED_PIXELS: u64 = 200_000_000;
/// Bytes a pixel that turning an animation takes beside decoding it: the canvas as it is now and as it was, a frame, the same turned, the
/// turned one before it, what differs, and that packed.
const TURNED_BYTES_PER_PIXEL: u64 = 48;
/// Scans of a JPEG at most: a decoder goes over all pixels for each.
const SCANS: u32 = 100;
/// Pixels of a side at most; no format but PNG has more.
const SIDE: u32 = 65_535;
/// A picture that is turned and packed without loss may have this many bytes however small what was uploaded is.
const TURNED_BYTES: usize = 1024 * 1024;
/// Bytes that decoders take whatever the picture: windows, tables, rows, a colour profile.
const BESIDE: u64 = 1024 * 1024;

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadImage {
    /// The bytes begin as none of the formats that we take.
    #[error("only JPEG, PNG, GIF and WebP images can be uploaded")]
    NotAnImage,
    /// The bytes are damaged, or of a kind that can't be decoded.
    #[error("the picture can't be read")]
    Unreadable,
    /// It has more pixels than are decoded, or needs more memory.
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// It has more frames or scans than are decoded.
    #[error("the picture has too many frames")]
    TooManyFrames,
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
}

/// How much a picture may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Pixels of one frame.
    pub pixels: u64,
    /// Bytes that decoding may take.
    pub memory: u64,
}

/// A picture's container, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    pub kind: ImageType,
    /// Of the whole picture, before its orientation is applied.
    pub width: u32,
    pub height: u32,
    /// The most pixels that any part of it declares: a decoder may reserve room by these.
    pub largest: u64,
    pub frames: u32,
    /// Bytes a pixel that decoding it takes at most, a second copy for turning or cutting it included.
    pub bytes_per_pixel: u64,
    /// As its EXIF says; it is not among what is kept.
    pub orientation: Orientation,
    /// Bytes of the file as it came.
    pub length: usize,
    /// The file without what is not kept.
    pub kept: Vec<u8>,
}

/// What the walk over a container notes of it.
#[derive(Debug)]
pub struct Noted {
    pub width: u32,
    pub height: u32,
    pub largest: u64,
    pub frames: u32,
    pub bytes_per_pixel: u64,
    pub exif: Option<Vec<u8>>,
    pub kept: Vec<u8>,
}

impl Noted {
    /// Nothing so far, of a file of which so many bytes are kept at most.
    pub fn new(bytes_per_pixel: u64, at_most: usize) -> Self {
        Self {
            width: 0,
            height: 0,
            largest: 0,
            frames: 0,
            bytes_per_pixel,
            exif: None,
            kept: Vec::with_capacity(at_most),
        }
    }

    /// A part of it declares these sizes.
    pub fn declares(&mut self, width: u32, height: u32) {
        self.largest = self.largest.max(u64::from(width) * u64::from(height));
    }

    /// The whole has these sizes.
    pub fn measures(&mut self, width: u32, height: u32) {
        (self.width, self.height) = (width, height);
        self.declares(width, height);
    }

    /// One frame more.
    ///
    /// # Errors
    /// [`BadImage::TooManyFrames`]
    pub fn frame(&mut self) -> Result<(), BadImage> {
        self.frames += 1;
        if self.frames > FRAMES { Err(BadImage::TooManyFrames) } else { Ok(()) }
    }
}

impl Container {
    /// Walks a picture's container.
    ///
    /// # Errors
    /// [`BadImage`]
    pub fn read(bytes: &[u8]) -> Result<Self, BadImage> {
        if bytes.is_empty() {
            return Err(BadImage::Empty);
        }
        let kind = ImageType::of(bytes).ok_or(BadImage::NotAnImage)?;
        let walked = match kind {
            ImageType::Jpeg => jpeg::walk(bytes, SCANS),
            ImageType::Png => png::walk(bytes),
            ImageType::Gif => gif::walk(bytes),
            ImageType::Webp => webp::walk(bytes),
        };
        let Noted { width, height, largest, frames, bytes_per_pixel, exif, kept } = walked?;
        if width == 0 || height == 0 || frames == 0 {
            return Err(BadImage::Unreadable);
        }
        if width > SIDE || height > SIDE {
            return Err(BadImage::TooManyPixels);
        }
        let orientation = exif.as_deref().and_then(Orientation::from_exif_chunk);
        let orientation = orientation.unwrap_or(Orientation::NoTransforms);
        let length = bytes.len();
        Ok(Self { kind, width, height, largest, frames, bytes_per_pixel, orientation, length, kept })
    }

    /// Whether it has several frames.
    pub fn is_animated(&self) -> bool {
        self.kind != ImageType::Jpeg && self.frames > 1
    }

    /// Whether its pixels are to be turned.
    pub fn turns(&self) -> bool {
        self.orientation != Orientation::NoTransforms
    }

    /// Bytes of memory that it takes at most while it is decoded: the file, what is kept of it, and its pixels. A PNG that is turned is
    /// packed again, which takes as much once more; an animation that is turned is there twice in the end, packed.
    pub fn memory(&self) -> u64 {
        let (of_pixel, packed) = match (self.turns(), self.is_animated(), self.kind) {
            (true, true, _) => (self.bytes_per_pixel + TURNED_BYTES_PER_PIXEL, 2 * self.turned_bytes()),
            (true, false, ImageType::Png) => (2 * self.bytes_per_pixel, 0),
            _ => (self.bytes_per_pixel, 0),
        };
        let files = self.length as u64 + self.kept.len() as u64;
        self.largest.saturating_mul(of_pixel).saturating_add(files + packed as u64 + BESIDE)
    }

    /// Bytes that it may have once it is turned, packed without loss.
    pub fn turned_bytes(&self) -> usize {
        self.length.max(TURNED_BYTES)
    }

    /// Refuses what asks for too much, before anything is decoded.
    ///
    /// # Errors
    /// [`BadImage::TooManyPixels`], [`BadImage::TooManyFrames`]
    pub fn within(&self, bounds: Bounds) -> Result<(), BadImage> {
        if self.largest > bounds.pixels || self.memory() > bounds.memory {
            return Err(BadImage::TooManyPixels);
        }
        let shown = self.largest.saturating_mul(self.frames.into());
        let most = if self.turns() { TURNED_PIXELS } else { ANIMATED_PIXELS };
        if self.is_animated() && shown > most {
            return Err(BadImage::TooManyFrames);
        }
        Ok(())
    }
}

/// So many bytes of a file from a place on.
///
/// # Errors
/// [`BadImage::Unreadable`], where the file ends before.
pub fn take(bytes: &[u8], at: usize, count: usize) -> Result<&[u8], BadImage> {
    let end = at.checked_add(count).ok_or(BadImage::Unreadable)?;
    bytes.get(at..end).ok_or(BadImage::Unreadable)
}

/// A big-endian number of two bytes.
pub fn be16(bytes: &[u8], at: usize) -> Result<u32, BadImage> {
    let two = take(bytes, at, 2)?;
    Ok((u32::from(two[0]) << 8) | u32::from(two[1]))
}

/// A big-endian number of four bytes.
pub fn be32(bytes: &[u8], at: usize) -> Result<u32, BadImage> {
    Ok((be16(bytes, at)? << 16) | be16(bytes, at + 2)?)
}

/// A little-endian number of two bytes.
pub fn le16(bytes: &[u8], at: usize) -> Result<u32, BadImage> {
    be16(bytes, at).map(|number| ((number & 0xff) << 8) | (number >> 8))
}

/// A little-endian number of three bytes.
pub fn le24(bytes: &[u8], at: usize) -> Result<u32, BadImage> {
    Ok(le16(bytes, at)? | (u32::from(take(bytes, at + 2, 1)?[0]) << 16))
}

/// A little-endian number of four bytes.
pub fn le32(bytes: &[u8], at: usize) -> Result<u32, BadImage> {
    Ok(le16(bytes, at)? | (le16(bytes, at + 2)? << 16))
}
