//! Pictures for tests, honest and hostile, built byte by byte.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};

use super::container::Bounds;

/// What a picture may ask for in tests.
pub const BOUNDS: Bounds = Bounds { pixels: 50_000_000, memory: 384 << 20 };
/// What must be in nothing that is kept.
pub const SECRET: &str = "SECRET-PLACE";
/// What a browser must not be led to run.
pub const SCRIPT: &str = "<script>alert(1)</script>";

/// A picture whose left half is red and whose right half is blue; with holes, if it is to have some.
pub fn picture(width: u32, height: u32, holes: bool) -> DynamicImage {
    let pixels = RgbaImage::from_fn(width, height, |x, y| {
        let alpha = if holes && (x + y) % 2 == 0 { 0 } else { 255 };
        if x < width / 2 { Rgba([220, 10, 10, alpha]) } else { Rgba([10, 10, 220, alpha]) }
    });
    let pixels = DynamicImage::ImageRgba8(pixels);
    if holes { pixels } else { DynamicImage::ImageRgb8(pixels.into_rgb8()) }
}

fn encoded(picture: &DynamicImage, encode: impl FnOnce(&DynamicImage, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    encode(picture, &mut out);
    out
}

fn write(picture: &DynamicImage, encoder: impl ImageEncoder) {
    picture.write_with_encoder(encoder).expect("encodes");
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(&picture(width, height, false), |picture, out| {
        write(picture, JpegEncoder::new_with_quality(out, 95))
    })
}

pub fn png(width: u32, height: u32, holes: bool) -> Vec<u8> {
    encoded(&picture(width, height, holes), |picture, out| write(picture, PngEncoder::new(out)))
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    encoded(&picture(width, height, false), |picture, out| write(picture, WebPEncoder::new_lossless(out)))
}

/// A GIF of frames of one pixel, each of which says that it has these sizes.
pub fn gif(screen: (u16, u16), frame: (u16, u16), frames: usize) -> Vec<u8> {
    let mut out = b"GIF89a".to_vec();
    out.extend(screen.0.to_le_bytes());
    out.extend(screen.1.to_le_bytes());
    // A table of two colours.
    out.extend([0x80, 0, 0, 220, 10, 10, 10, 10, 220]);
    for _ in 0..frames {
        out.extend([0x21, 0xf9, 4, 0, 10, 0, 0, 0]);
        out.extend([0x2c, 0, 0, 0, 0]);
        out.extend(frame.0.to_le_bytes());
        out.extend(frame.1.to_le_bytes());
        out.extend([0, 2, 2, 0x44, 1, 0]);
    }
    out.push(0x3b);
    out
}

/// The same with a block before its first frame.
pub fn gif_with(block: &[u8]) -> Vec<u8> {
    let mut out = gif((1, 1), (1, 1), 1);
    out.splice(19..19, block.iter().copied());
    out
}

/// A comment of a GIF.
pub fn comment(text: &str) -> Vec<u8> {
    let mut block = vec![0x21, 0xfe, u8::try_from(text.len()).expect("is short")];
    block.extend(text.bytes());
    block.push(0);
    block
}

/// A chunk of a PNG.
pub fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), body].concat();
    let length = u32::try_from(body.len()).expect("is short");
    [&length.to_be_bytes()[..], &named, &checksum(&named).to_be_bytes()].concat()
}

/// CRC-32, as PNG has it.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// A PNG with these chunks behind its header.
pub fn png_with(chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut out = png(8, 4, false);
    // The signature, and the header with what is around it.
    out.splice(33..33, chunks.concat());
    out
}

/// A PNG with these chunks behind its pixels.
pub fn png_before_its_end(picture: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    let end = picture.len() - 12;
    [&picture[..end], &chunks.concat(), &picture[end..]].concat()
}

/// The control of a frame of a PNG of these sizes.
pub fn control(number: u32, width: u32, height: u32) -> Vec<u8> {
    let numbers = [number, width, height, 0, 0].map(u32::to_be_bytes).concat();
    chunk(b"fcTL", &[numbers, vec![0; 6]].concat())
}

/// The chunk that makes a PNG an animation of so many frames.
pub fn animation(frames: u32) -> Vec<u8> {
    chunk(b"acTL", &[frames.to_be_bytes(), [0; 4]].concat())
}

/// A colour profile of red, green and blue, with some bytes behind its end.
pub fn colour_profile(behind: &str) -> Vec<u8> {
    let mut out = vec![0; 132];
    out[..4].copy_from_slice(&132_u32.to_be_bytes());
    out[16..20].copy_from_slice(b"RGB ");
    out[36..40].copy_from_slice(b"acsp");
    out.extend(behind.bytes());
    out
}

/// The chunk of a PNG that holds some bytes as its profile, under this name, with others behind them.
pub fn iccp(name: &str, profile: &[u8], behind: &str) -> Vec<u8> {
    let mut packing = ZlibEncoder::new([name.as_bytes(), &[0, 0]].concat(), Compression::best());
    packing.write_all(profile).expect("packs");
    chunk(b"iCCP", &[packing.finish().expect("packs"), behind.as_bytes().to_vec()].concat())
}

/// The segment of a JPEG that holds some bytes as its profile.
pub fn icc_segment(profile: &[u8]) -> Vec<u8> {
    segment(0xe2, &[&b"ICC_PROFILE\0\x01\x01"[..], profile].concat())
}

/// A JPEG of noise, which is small because it is of this quality, with these segments before all others.
pub fn noise(side: u32, quality: u8, segments: &[Vec<u8>]) -> Vec<u8> {
    let mut state = 1_u32;
    let pixels = RgbImage::from_fn(side, side, |_, _| {
        let color = [0; 3].map(|_: u8| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        Rgb(color)
    });
    let mut out = Vec::new();
    write(&DynamicImage::ImageRgb8(pixels), JpegEncoder::new_with_quality(&mut out, quality));
    out.splice(2..2, segments.concat());
    out
}

/// A PNG that declares these sizes and has no pixels.
pub fn huge_png(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[16, 6, 0, 0, 0]].concat();
    let signature = b"\x89PNG\r\n\x1a\n".to_vec();
    [signature, chunk(b"IHDR", &header), chunk(b"IDAT", &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]), chunk(b"IEND", &[])]
        .concat()
}

/// A segment of a JPEG.
pub fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).expect("is short");
    [&[0xff, marker][..], &length.to_be_bytes(), body].concat()
}

/// A JPEG with these segments before all others.
pub fn jpeg_with(width: u32, height: u32, segments: &[Vec<u8>]) -> Vec<u8> {
    let mut out = jpeg(width, height);
    out.splice(2..2, segments.concat());
    out
}

/// A JPEG whose frame declares these sizes.
pub fn huge_jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut out = jpeg(8, 8);
    let frame = out.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame");
    out[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    out[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    out
}

/// EXIF with an orientation, and a place.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut out = b"II*\0\x08\0\0\0\x02\0".to_vec();
    out.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    out.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
    out.extend([0, 0, 0, 0]);
    out.extend(SECRET.bytes());
    out
}

/// A chunk of a WebP.
pub fn riff_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("is short");
    let mut out = [name.as_slice(), &length.to_le_bytes(), body].concat();
    if body.len() % 2 == 1 {
        out.push(0);
    }
    out
}

/// A WebP of these chunks.
pub fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [b"WEBP".to_vec(), chunks.concat()].concat();
    riff_chunk(b"RIFF", &body)
}

/// The chunk of an extended WebP with these flags and sizes.
pub fn extended(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let (width, height) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    riff_chunk(b"VP8X", &[&[flags, 0, 0, 0][..], &width[..3], &height[..3]].concat())
}

/// The data of a plain WebP, as a chunk.
pub fn still(width: u32, height: u32) -> Vec<u8> {
    webp(width, height)[12..].to_vec()
}
