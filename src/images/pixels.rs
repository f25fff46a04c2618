//! The pixels of a picture whose container was found to be within its bounds: thumbnails, squares, and a picture turned upright.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType as Sampling;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageResult, Limits};

use super::container::Container;
use super::{BadImage, ImageType, turned};

/// Pixels of the longer side of a thumbnail.
const THUMBNAIL: u32 = 512;
/// Of a thumbnail.
const SMALL_QUALITY: u8 = 80;
/// Of a picture that is turned upright: the first that makes it no larger than what was uploaded.
const UPRIGHT_QUALITIES: [u8; 5] = [92, 80, 60, 40, 20];
/// A turned picture may have this many bytes however small what was uploaded is.
const UPRIGHT_BYTES: usize = 64 * 1024;
/// Bytes of a colour profile that a thumbnail carries at most.
const PROFILE_BYTES: usize = 16 * 1024;

/// What is kept of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Processed {
    pub kind: ImageType,
    /// The picture without what was not kept, its orientation applied.
    pub bytes: Bytes,
    pub width: u32,
    pub height: u32,
    /// None where the picture itself is as small.
    pub thumbnail: Option<Thumbnail>,
}

/// A small picture of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// A JPEG, or a PNG where something shows through it.
    pub kind: ImageType,
    pub bytes: Bytes,
    pub width: u32,
    pub height: u32,
}

/// Decoded pixels, of an animation those of its first frame.
struct Decoded {
    picture: DynamicImage,
    /// Only one of pictures in red, green and blue.
    profile: Option<Vec<u8>>,
}

/// Makes what is kept of a picture.
pub fn attachment(container: Container) -> Result<Processed, BadImage> {
    let Decoded { mut picture, profile } = decode(&container)?;
    let turns = container.turns();
    if turns {
        picture.apply_orientation(container.orientation);
    }
    let (width, height) = (picture.width(), picture.height());
    let thumbnail = if width.max(height) > THUMBNAIL {
        Some(encode(&picture.thumbnail(THUMBNAIL, THUMBNAIL), profile.clone())?)
    } else {
        None
    };
    let (kind, bytes) =
        if turns { upright(&container, picture, profile)? } else { (container.kind, container.kept.into()) };
    Ok(Processed { kind, bytes, width, height, thumbnail })
}

/// Makes squares of these sizes from the middle of a picture.
pub fn squares(container: &Container, sizes: &[u32]) -> Result<Vec<Thumbnail>, BadImage> {
    let Decoded { mut picture, profile } = decode(container)?;
    if container.turns() {
        picture.apply_orientation(container.orientation);
    }
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    if side != width.max(height) {
        picture = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    }
    sizes
        .iter()
        .map(|size| {
            let small = if *size < side {
                picture.thumbnail_exact(*size, *size)
            } else {
                picture.resize_exact(*size, *size, Sampling::Triangle)
            };
            encode(&small, profile.clone())
        })
        .collect()
}

fn decode(container: &Container) -> Result<Decoded, BadImage> {
    let mut limits = Limits::no_limits();
    // As much as room was taken for.
    limits.max_alloc = Some(container.memory());
    let file = Cursor::new(container.kept.as_slice());
    match container.kind {
        ImageType::Jpeg => pixels(JpegDecoder::new(file), limits),
        ImageType::Png => pixels(PngDecoder::with_limits(file, limits.clone()), limits),
        ImageType::Gif => pixels(GifDecoder::new(file), limits),
        ImageType::Webp => pixels(WebPDecoder::new(file), limits),
    }
}

fn pixels(decoder: ImageResult<impl ImageDecoder>, limits: Limits) -> Result<Decoded, BadImage> {
    // What the decoder says may hold texts of the file.
    let unreadable = |_| BadImage::Unreadable;
    let mut decoder = decoder.map_err(unreadable)?;
    decoder.set_limits(limits).map_err(unreadable)?;
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_of_rgb(profile));
    let picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    Ok(Decoded { picture, profile })
}

/// Whether a colour profile is one of red, green and blue, and small: what is written here holds these colours alone.
fn is_of_rgb(profile: &[u8]) -> bool {
    profile.len() <= PROFILE_BYTES && profile.get(16..20) == Some(b"RGB ".as_slice())
}

/// A small picture in the format that suits it.
fn encode(picture: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Thumbnail, BadImage> {
    let (width, height) = (picture.width(), picture.height());
    let rgba = picture.color().has_alpha().then(|| picture.to_rgba8());
    let shows_through = rgba.filter(|rgba| rgba.pixels().any(|pixel| pixel.0[3] < u8::MAX));
    let (kind, bytes) = match shows_through {
        Some(rgba) => (ImageType::Png, png(&DynamicImage::ImageRgba8(rgba), profile)?),
        None => {
            let opaque = DynamicImage::ImageRgb8(picture.to_rgb8());
            (ImageType::Jpeg, jpeg(&opaque, SMALL_QUALITY, profile)?)
        }
    };
    Ok(Thumbnail { kind, bytes, width, height })
}

/// A whole picture that was turned, without what was said of it. What was uploaded is within every limit, and so is what is no larger.
fn upright(
    container: &Container,
    picture: DynamicImage,
    profile: Option<Vec<u8>>,
) -> Result<(ImageType, Bytes), BadImage> {
    if container.is_animated() {
        // The picture is the first frame alone.
        drop(picture);
        let bytes = turned::animation(container, profile.as_deref(), container.turned_bytes())?;
        return Ok((container.kind, bytes));
    }
    let has_alpha = picture.color().has_alpha();
    // The encoder of WebP knows lossless pictures alone, which are many times as large.
    if container.kind == ImageType::Png || (container.kind == ImageType::Webp && has_alpha) {
        let bytes = png(&picture, profile.clone())?;
        if bytes.len() <= container.turned_bytes() {
            return Ok((ImageType::Png, bytes));
        }
        if has_alpha {
            return Err(BadImage::TooManyPixels);
        }
    }
    let picture = DynamicImage::ImageRgb8(picture.into_rgb8());
    for quality in UPRIGHT_QUALITIES {
        let bytes = jpeg(&picture, quality, profile.clone())?;
        if bytes.len() <= container.length.max(UPRIGHT_BYTES) {
            return Ok((ImageType::Jpeg, bytes));
        }
    }
    Err(BadImage::TooManyPixels)
}

fn png(picture: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Bytes, BadImage> {
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive);
    write(picture, encoder, profile)?;
    Ok(out.into())
}

/// An opaque picture of eight bits a colour, as a JPEG.
fn jpeg(picture: &DynamicImage, quality: u8, profile: Option<Vec<u8>>) -> Result<Bytes, BadImage> {
    let mut out = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut out, quality);
    write(picture, encoder, profile)?;
    Ok(out.into())
}

fn write(
    picture: &DynamicImage,
    mut encoder: impl ImageEncoder,
    profile: Option<Vec<u8>>,
) -> Result<(), BadImage> {
    if let Some(profile) = profile {
        // Without it the picture is the same to most eyes.
        let _ = encoder.set_icc_profile(profile);
    }
    picture.write_with_encoder(encoder).map_err(|_| BadImage::Unreadable)
}
