//! The chunks of a PNG (W3C PNG, third edition): the picture, its animation and its colours are kept.

use super::BadImage;
use super::container::{Noted, be32, take};

const SIGNATURE: usize = 8;
/// Length, name and checksum of a chunk.
const AROUND: usize = 12;
const KEPT: [&[u8; 4]; 15] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT",
    b"bKGD", b"acTL", b"fcTL", b"fdAT",
];

/// Walks a PNG.
pub fn walk(bytes: &[u8]) -> Result<Noted, BadImage> {
    let mut noted = Noted::new(0, bytes.len());
    noted.kept.extend_from_slice(take(bytes, 0, SIGNATURE)?);
    let mut at = SIGNATURE;
    loop {
        let length = be32(bytes, at)? as usize;
        let whole = take(bytes, at, length.checked_add(AROUND).ok_or(BadImage::Unreadable)?)?;
        let (name, body) = (&whole[4..8], &whole[8..8 + length]);
        if at == SIGNATURE && name != b"IHDR" {
            return Err(BadImage::Unreadable);
        }
        match name {
            b"IHDR" if at == SIGNATURE => header(body, &mut noted)?,
            b"IHDR" => return Err(BadImage::Unreadable),
            b"fcTL" => {
                noted.declares(be32(body, 4)?, be32(body, 8)?);
                noted.frame()?;
            }
            b"eXIf" => noted.exif = Some(body.to_vec()),
            _ => {}
        }
        if KEPT.iter().any(|kept| kept.as_slice() == name) {
            noted.kept.extend_from_slice(whole);
        }
        at += whole.len();
        if name == b"IEND" {
            noted.frames = noted.frames.max(1);
            return Ok(noted);
        }
    }
}

fn header(body: &[u8], noted: &mut Noted) -> Result<(), BadImage> {
    noted.measures(be32(body, 0)?, be32(body, 4)?);
    let rest = take(body, 8, 5)?;
    let channels = match rest[1] {
        0 | 4 => 2,
        2 | 3 | 6 => 4,
        _ => return Err(BadImage::Unreadable),
    };
    let of_channel = if rest[0] == 16 { 2 } else { 1 };
    noted.bytes_per_pixel = 2 * channels * of_channel;
    Ok(())
}
