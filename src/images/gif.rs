//! The blocks of a GIF (GIF89a): its frames, their timing and how often it repeats are kept.
//!
//! What stands in the packed pixels is not looked at: their codes can spell almost any bytes, so those behind their end hide no more.

use super::BadImage;
use super::container::{Noted, le16, take};

const SCREEN: usize = 13;
const IMAGE: u8 = 0x2c;
const EXTENSION: u8 = 0x21;
const TRAILER: u8 = 0x3b;
const CONTROL: u8 = 0xf9;
const APPLICATION: u8 = 0xff;
/// Applications whose extension says how often the animation repeats.
const LOOPS: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];
/// Four bytes for a pixel of the canvas, four for one of a frame, and once more to cut it.
const BYTES_PER_PIXEL: u64 = 12;

/// Walks a GIF.
pub fn walk(bytes: &[u8]) -> Result<Noted, BadImage> {
    let mut noted = Noted::new(BYTES_PER_PIXEL, bytes.len() + 1);
    noted.measures(le16(bytes, 6)?, le16(bytes, 8)?);
    let mut at = SCREEN + colours(take(bytes, 10, 1)?[0]);
    noted.kept.extend_from_slice(take(bytes, 0, at)?);
    // Many files lack their trailer, or have something else at their end.
    while let Some(block) = bytes.get(at) {
        let end = match *block {
            IMAGE => image(bytes, at, &mut noted)?,
            EXTENSION => extension(bytes, at)?,
            TRAILER => break,
            _ if noted.frames > 0 => break,
            _ => return Err(BadImage::Unreadable),
        };
        if *block == IMAGE || is_kept(&bytes[at..end]) {
            noted.kept.extend_from_slice(&bytes[at..end]);
        }
        at = end;
    }
    noted.kept.push(TRAILER);
    Ok(noted)
}

/// Bytes of the colour table that these flags announce.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where a frame ends.
fn image(bytes: &[u8], at: usize, noted: &mut Noted) -> Result<usize, BadImage> {
    let head = take(bytes, at, 10)?;
    noted.declares(le16(head, 5)?, le16(head, 7)?);
    noted.frame()?;
    // Behind the table stands the size of the first codes.
    blocks(bytes, at + 10 + colours(head[9]) + 1)
}

fn extension(bytes: &[u8], at: usize) -> Result<usize, BadImage> {
    blocks(bytes, at + 2)
}

/// Where a row of blocks ends, each with its length before it; an empty one is the last.
fn blocks(bytes: &[u8], mut at: usize) -> Result<usize, BadImage> {
    loop {
        let length = usize::from(take(bytes, at, 1)?[0]);
        at += 1 + length;
        if length == 0 {
            return Ok(at);
        }
    }
}

/// Whether an extension is kept: not comments, text, or what applications add.
fn is_kept(extension: &[u8]) -> bool {
    match extension.get(1) {
        Some(&CONTROL) => extension.len() == 8,
        // The name, a block of three bytes, and the end.
        Some(&APPLICATION) => {
            extension.len() == 19 && extension.get(3..14).is_some_and(|name| LOOPS.contains(&name))
        }
        _ => false,
    }
}
