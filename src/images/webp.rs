//! The chunks of a WebP (RFC 9649): the picture, its animation and a small colour profile are kept.

use super::container::{Noted, le16, le24, le32, take};
use super::{BadImage, profile};

/// The name and length of a chunk.
const HEAD: usize = 8;
const RIFF: usize = 12;
/// The fields of a frame that stand before its own chunks.
const FRAME: usize = 16;
/// That there is EXIF, and XMP.
const METADATA: u8 = 0x08 | 0x04;
/// That there is a colour profile.
const PROFILE: u8 = 0x20;
/// Where that is said: the first byte of the first chunk.
const FLAGS: usize = RIFF + HEAD;
/// Bytes of the chunk that says how an animation repeats.
const REPEATS: usize = 6;
/// Pixels of four bytes, their planes or codes, alpha, and once more to turn them.
const BYTES_PER_PIXEL: u64 = 16;

/// Walks a WebP.
pub fn walk(bytes: &[u8]) -> Result<Noted, BadImage> {
    let mut noted = Noted::new(BYTES_PER_PIXEL, bytes.len() + 1);
    let end = (le32(bytes, 4)? as usize).saturating_add(HEAD).min(bytes.len());
    noted.kept.extend_from_slice(take(bytes, 0, RIFF)?);
    let mut at = RIFF;
    let (mut canvas, mut seen, mut has_profile, mut repeats) = (None, Seen::default(), false, false);
    while at + HEAD <= end {
        let (name, body, next) = chunk(&bytes[..end], at)?;
        let ahead = !seen.pixels && noted.frames == 0;
        match name {
            b"VP8X" if at == RIFF => {
                canvas = Some((le24(body, 4)? + 1, le24(body, 7)? + 1));
                let flags = take(body, 0, 10)?[0] & !METADATA;
                keep(name, &[&[flags][..], &body[1..10]].concat(), &mut noted.kept);
            }
            b"ICCP" if ahead && canvas.is_some() && !has_profile && profile::is_fit(body) => {
                has_profile = true;
                keep(name, body, &mut noted.kept);
            }
            b"ANIM" if ahead && !repeats && body.len() == REPEATS => {
                repeats = true;
                keep(name, body, &mut noted.kept);
            }
            b"ANMF" if !seen.pixels => frame(body, &mut noted)?,
            b"EXIF" if noted.exif.is_none() => noted.exif = Some(without_prefix(body).to_vec()),
            _ if noted.frames == 0 && seen.keeps(name) => still(name, body, &mut noted)?,
            _ => {}
        }
        at = next;
    }
    if canvas.is_some() && !has_profile {
        noted.kept[FLAGS] &= !PROFILE;
    }
    if let Some((width, height)) = canvas {
        noted.measures(width, height);
    }
    noted.frames = noted.frames.max(u32::from(seen.pixels));
    let length = u32::try_from(noted.kept.len() - HEAD).map_err(|_| BadImage::Unreadable)?;
    noted.kept[4..HEAD].copy_from_slice(&length.to_le_bytes());
    Ok(noted)
}

/// A chunk's name, its body, and where the next one begins.
fn chunk(bytes: &[u8], at: usize) -> Result<(&[u8; 4], &[u8], usize), BadImage> {
    let name = take(bytes, at, 4)?.first_chunk::<4>().ok_or(BadImage::Unreadable)?;
    let length = le32(bytes, at + 4)? as usize;
    let body = take(bytes, at + HEAD, length)?;
    Ok((name, body, at + HEAD + length + length % 2))
}

fn keep(name: &[u8; 4], body: &[u8], kept: &mut Vec<u8>) {
    kept.extend_from_slice(name);
    kept.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    kept.extend_from_slice(body);
    if body.len() % 2 == 1 {
        kept.push(0);
    }
}

/// What was seen of a picture's data: its alpha once, if at all, and then its pixels once.
#[derive(Debug, Default)]
struct Seen {
    alpha: bool,
    pixels: bool,
}

impl Seen {
    fn keeps(&mut self, name: &[u8; 4]) -> bool {
        let seen = match name {
            b"VP8 " | b"VP8L" => &mut self.pixels,
            b"ALPH" if !self.pixels => &mut self.alpha,
            _ => return false,
        };
        !std::mem::replace(seen, true)
    }
}

/// Notes the size of a picture's data, and keeps it.
fn still(name: &[u8; 4], body: &[u8], noted: &mut Noted) -> Result<(), BadImage> {
    if name != b"ALPH" {
        let (width, height) = size(name, body)?;
        noted.measures(width, height);
    }
    keep(name, body, &mut noted.kept);
    Ok(())
}

fn size(name: &[u8; 4], body: &[u8]) -> Result<(u32, u32), BadImage> {
    if name == b"VP8L" {
        let bits = le32(body, 1)?;
        return Ok(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1));
    }
    Ok((le16(body, 6)? & 0x3fff, le16(body, 8)? & 0x3fff))
}

/// A frame of an animation, of whose chunks the same are kept as of a picture.
fn frame(body: &[u8], noted: &mut Noted) -> Result<(), BadImage> {
    noted.frame()?;
    noted.declares(le24(body, 6)? + 1, le24(body, 9)? + 1);
    let mut kept = take(body, 0, FRAME)?.to_vec();
    let (mut at, mut seen) = (FRAME, Seen::default());
    while at + HEAD <= body.len() {
        let (name, inner, next) = chunk(body, at)?;
        if seen.keeps(name) {
            if name != b"ALPH" {
                let (width, height) = size(name, inner)?;
                noted.declares(width, height);
            }
            keep(name, inner, &mut kept);
        }
        at = next;
    }
    keep(b"ANMF", &kept, &mut noted.kept);
    Ok(())
}

/// Some writers put JPEG's prefix before the EXIF itself.
fn without_prefix(exif: &[u8]) -> &[u8] {
    exif.strip_prefix(b"Exif\0\0").unwrap_or(exif)
}
