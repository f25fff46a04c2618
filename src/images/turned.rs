//! Animations turned upright: each frame is decoded, turned, and packed without loss, as far as it differs from the one before.
//!
//! One frame is held at a time, with the one before it. What comes of it is no larger than it may be: the work ends at the frame that
//! makes it so.

use std::io::Cursor;

use bytes::Bytes;
use flate2::Crc;
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::{WebPDecoder, WebPEncoder};
use image::metadata::{LoopCount, Orientation};
use image::{
    AnimationDecoder, DynamicImage, ExtendedColorType, Frame, Frames, ImageEncoder, Limits, RgbaImage,
    imageops,
};

use super::container::{Container, be32, take};
use super::{BadImage, ImageType, profile};

/// The bytes that a PNG begins with.
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Milliseconds of a frame at most.
const PNG_LONGEST: u32 = 0xffff;
const WEBP_LONGEST: u32 = 0x00ff_ffff;
/// Of a WebP: that it is animated, that something shows through it, and that it has a colour profile.
const ANIMATED: u8 = 0x02;
const ALPHA: u8 = 0x10;
const PROFILE: u8 = 0x20;
/// Of a frame of a WebP: it takes the place of what was there.
const REPLACES: u8 = 0x02;
/// The head of a WebP, before its chunks.
const RIFF: usize = 12;

/// A part of the picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// An animation turned as its EXIF says, of at most so many bytes.
pub fn animation(container: &Container, profile: Option<&[u8]>, most: usize) -> Result<Bytes, BadImage> {
    let unreadable = |_| BadImage::Unreadable;
    let file = Cursor::new(container.kept.as_slice());
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(container.memory());
    if container.kind == ImageType::Webp {
        let decoder = WebPDecoder::new(file).map_err(unreadable)?;
        let loops = loops(decoder.loop_count());
        let (frames, (width, height)) =
            turned(decoder.into_frames(), container.orientation, most, webp_frame)?;
        return Ok(webp(&frames, (width, height), (loops, profile)));
    }
    let decoder = PngDecoder::with_limits(file, limits).and_then(PngDecoder::apng).map_err(unreadable)?;
    let loops = loops(decoder.loop_count());
    let (frames, (width, height)) = turned(decoder.into_frames(), container.orientation, most, png_frame)?;
    Ok(png(&frames, (width, height), (loops, profile)))
}

/// How often it is shown; 0: without an end.
fn loops(count: LoopCount) -> u32 {
    match count {
        LoopCount::Infinite => 0,
        LoopCount::Finite(times) => times.get(),
    }
}

/// A part of a turned frame, and for how many milliseconds it is shown.
struct Part<'a> {
    number: u32,
    area: Area,
    millis: u32,
    pixels: &'a RgbaImage,
}

/// All frames packed, how many there are, and the sizes of the turned picture.
type Packed = (Vec<u8>, u32);

/// Packs the frames one after the other. A frame that can't be read ends the animation, as it does where it is shown.
fn turned(
    frames: Frames<'_>,
    orientation: Orientation,
    most: usize,
    pack: impl Fn(&Part<'_>, &mut Vec<u8>) -> Result<(), BadImage>,
) -> Result<(Packed, (u32, u32)), BadImage> {
    let (mut out, mut number, mut before) = (Vec::new(), 0, None::<RgbaImage>);
    for frame in frames.map_while(Result::ok) {
        let millis = millis(&frame);
        let mut picture = DynamicImage::ImageRgba8(frame.into_buffer());
        picture.apply_orientation(orientation);
        let picture = picture.into_rgba8();
        let area = before.as_ref().map_or_else(|| whole(&picture), |before| changed(before, &picture));
        let pixels = imageops::crop_imm(&picture, area.x, area.y, area.width, area.height).to_image();
        pack(&Part { number, area, millis, pixels: &pixels }, &mut out)?;
        if out.len() > most {
            return Err(BadImage::TooManyPixels);
        }
        number += 1;
        before = Some(picture);
    }
    let last = before.ok_or(BadImage::Unreadable)?;
    Ok(((out, number), last.dimensions()))
}

fn millis(frame: &Frame) -> u32 {
    let (numerator, denominator) = frame.delay().numer_denom_ms();
    numerator / denominator.max(1)
}

fn whole(picture: &RgbaImage) -> Area {
    Area { x: 0, y: 0, width: picture.width(), height: picture.height() }
}

/// The smallest area outside of which nothing differs, from an even row and an even column on, as a WebP needs it. A frame shows
/// something: where nothing differs it is one pixel.
fn changed(before: &RgbaImage, now: &RgbaImage) -> Area {
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    let both = before.enumerate_pixels().zip(now.pixels());
    for ((x, y, _), _) in both.filter(|((.., old), new)| old != new) {
        (left, top) = (left.min(x), top.min(y));
        (right, bottom) = (right.max(x), bottom.max(y));
    }
    if left == u32::MAX {
        return Area { x: 0, y: 0, width: 1, height: 1 };
    }
    let (x, y) = (left & !1, top & !1);
    Area { x, y, width: right - x + 1, height: bottom - y + 1 }
}

/// The control of a frame and its pixels, as chunks of a PNG.
fn png_frame(part: &Part<'_>, out: &mut Vec<u8>) -> Result<(), BadImage> {
    let Part { number, area, millis, pixels } = part;
    // Its first frame has one number, each further one two: that of its control, and that of its pixels.
    let at = if *number == 0 { 0 } else { 2 * number - 1 };
    let numbers = [at, area.width, area.height, area.x, area.y].map(u32::to_be_bytes).concat();
    let delay = u16::try_from((*millis).min(PNG_LONGEST)).unwrap_or(u16::MAX);
    let times = [delay.to_be_bytes(), 1000_u16.to_be_bytes()].concat();
    // It takes the place of what was there, and stays.
    chunk(b"fcTL", &[&numbers[..], &times, &[0, 0]].concat(), out);
    let mut encoded = Vec::new();
    PngEncoder::new_with_quality(&mut encoded, CompressionType::Fast, FilterType::Adaptive)
        .write_image(pixels.as_raw(), area.width, area.height, ExtendedColorType::Rgba8)
        .map_err(|_| BadImage::Unreadable)?;
    let data = data_of(&encoded)?;
    match number {
        0 => chunk(b"IDAT", &data, out),
        _ => chunk(b"fdAT", &[&(at + 1).to_be_bytes()[..], &data].concat(), out),
    }
    Ok(())
}

/// The packed pixels of a PNG that was just written.
fn data_of(png: &[u8]) -> Result<Vec<u8>, BadImage> {
    let (mut data, mut at) = (Vec::new(), PNG_SIGNATURE.len());
    while at < png.len() {
        let length = be32(png, at)? as usize;
        if take(png, at + 4, 4)? == b"IDAT" {
            data.extend_from_slice(take(png, at + 8, length)?);
        }
        at += length + 12;
    }
    Ok(data)
}

fn png((frames, count): &Packed, sizes: (u32, u32), (loops, profile): (u32, Option<&[u8]>)) -> Bytes {
    let mut out = PNG_SIGNATURE.to_vec();
    let sides = [sizes.0.to_be_bytes(), sizes.1.to_be_bytes()].concat();
    // Eight bits for each of red, green, blue and alpha.
    chunk(b"IHDR", &[&sides[..], &[8, 6, 0, 0, 0]].concat(), &mut out);
    out.extend(profile.and_then(profile::packed).unwrap_or_default());
    chunk(b"acTL", &[count.to_be_bytes(), loops.to_be_bytes()].concat(), &mut out);
    out.extend_from_slice(frames);
    chunk(b"IEND", &[], &mut out);
    out.into()
}

/// A chunk of a PNG.
fn chunk(name: &[u8; 4], body: &[u8], out: &mut Vec<u8>) {
    let mut checksum = Crc::new();
    checksum.update(name);
    checksum.update(body);
    out.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(body);
    out.extend_from_slice(&checksum.sum().to_be_bytes());
}

/// A frame as a chunk of a WebP.
fn webp_frame(part: &Part<'_>, out: &mut Vec<u8>) -> Result<(), BadImage> {
    let Part { area, millis, pixels, .. } = part;
    let mut encoded = Vec::new();
    WebPEncoder::new_lossless(&mut encoded)
        .encode(pixels.as_raw(), area.width, area.height, ExtendedColorType::Rgba8)
        .map_err(|_| BadImage::Unreadable)?;
    let numbers = [area.x / 2, area.y / 2, area.width - 1, area.height - 1, (*millis).min(WEBP_LONGEST)];
    let head = numbers.map(|number| three(number).to_vec()).concat();
    let picture = encoded.get(RIFF..).ok_or(BadImage::Unreadable)?;
    riff_chunk(b"ANMF", &[&head[..], &[REPLACES], picture].concat(), out);
    Ok(())
}

fn webp((frames, _): &Packed, sizes: (u32, u32), (loops, profile): (u32, Option<&[u8]>)) -> Bytes {
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    let flags = ANIMATED | ALPHA | if profile.is_some() { PROFILE } else { 0 };
    let sides = [three(sizes.0 - 1), three(sizes.1 - 1)].concat();
    riff_chunk(b"VP8X", &[&[flags, 0, 0, 0][..], &sides].concat(), &mut out);
    if let Some(profile) = profile {
        riff_chunk(b"ICCP", profile, &mut out);
    }
    let loops = u16::try_from(loops).unwrap_or(0);
    riff_chunk(b"ANIM", &[&[0; 4][..], &loops.to_le_bytes()].concat(), &mut out);
    out.extend_from_slice(frames);
    let length = u32::try_from(out.len() - 8).unwrap_or(u32::MAX);
    out[4..8].copy_from_slice(&length.to_le_bytes());
    out.into()
}

/// A little-endian number of three bytes.
fn three(number: u32) -> [u8; 3] {
    let [low, middle, high, _] = number.to_le_bytes();
    [low, middle, high]
}

/// A chunk of a WebP.
fn riff_chunk(name: &[u8; 4], body: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(name);
    out.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    #[test]
    fn what_differs_is_found_from_an_even_place_on() {
        let before = RgbaImage::new(9, 7);
        let differing = |places: &[(u32, u32)]| {
            let mut now = before.clone();
            places.iter().for_each(|(x, y)| now.put_pixel(*x, *y, Rgba([1; 4])));
            changed(&before, &now)
        };
        let area = |x, y, width, height| Area { x, y, width, height };
        assert_eq!(differing(&[]), area(0, 0, 1, 1));
        assert_eq!(differing(&[(3, 5)]), area(2, 4, 2, 2));
        assert_eq!(differing(&[(8, 0), (4, 6)]), area(4, 0, 5, 7));
        assert_eq!(differing(&[(0, 0), (8, 6)]), whole(&before));
    }
}
