//! The chunks of a PNG (W3C PNG, third edition): the picture, its animation and its colours are kept.
//!
//! What stands in the packed pixels is not looked at: pixels may be stored unpacked, so bytes behind their end hide no more than they do.

use super::container::{Noted, be32, take};
use super::{BadImage, profile};

const SIGNATURE: usize = 8;
/// Length, name and checksum of a chunk.
const AROUND: usize = 12;
/// Bytes of a frame's control.
const CONTROL: usize = 26;
/// Chunks that are kept once, and how many bytes they have at most.
const ONCE: [(&[u8; 4], usize); 8] = [
    (b"PLTE", 768),
    (b"tRNS", 256),
    (b"gAMA", 4),
    (b"cHRM", 32),
    (b"sRGB", 1),
    (b"cICP", 4),
    (b"sBIT", 4),
    (b"bKGD", 6),
];
/// The last chunk.
const END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";

/// Walks a PNG.
pub fn walk(bytes: &[u8]) -> Result<Noted, BadImage> {
    let mut noted = Noted::new(0, bytes.len());
    noted.kept.extend_from_slice(take(bytes, 0, SIGNATURE)?);
    let mut walk =
        Walk { noted, once: [false; ONCE.len()], profile: false, pixels: Pixels::Ahead, left: None };
    let mut at = SIGNATURE;
    loop {
        let length = be32(bytes, at)? as usize;
        let whole = take(bytes, at, length.checked_add(AROUND).ok_or(BadImage::Unreadable)?)?;
        let (name, body) = (&whole[4..8], &whole[8..8 + length]);
        match (name, at == SIGNATURE) {
            (b"IHDR", true) => header(body, &mut walk.noted)?,
            (b"IHDR", false) | (_, true) => return Err(BadImage::Unreadable),
            (b"IEND", false) => break,
            _ => {}
        }
        if walk.keeps(name, body)? {
            walk.noted.kept.extend_from_slice(whole);
        }
        at += whole.len();
    }
    let mut noted = walk.noted;
    noted.kept.extend_from_slice(END);
    noted.frames = noted.frames.max(1);
    Ok(noted)
}

/// How far the walk has come.
struct Walk {
    noted: Noted,
    /// Which of [`ONCE`] are kept already.
    once: [bool; ONCE.len()],
    /// Whether a colour profile is kept already.
    profile: bool,
    pixels: Pixels,
    /// Frames of the animation that are still to come; none: it is no animation.
    left: Option<u32>,
}

/// Whose pixels may stand here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pixels {
    /// Those of the picture, which are still to come.
    Ahead,
    /// Those of the picture.
    Picture,
    /// Those of a frame whose control stands before.
    Frame,
    /// No one's: no decoder shows them.
    Past,
}

impl Walk {
    /// Whether a chunk is kept as it is.
    fn keeps(&mut self, name: &[u8], body: &[u8]) -> Result<bool, BadImage> {
        if self.pixels == Pixels::Picture && name != b"IDAT" {
            self.pixels = Pixels::Past;
        }
        let ahead = self.pixels == Pixels::Ahead;
        Ok(match name {
            b"IHDR" => true,
            b"IDAT" => {
                let shown = matches!(self.pixels, Pixels::Ahead | Pixels::Picture);
                if shown {
                    self.pixels = Pixels::Picture;
                }
                shown
            }
            b"acTL" if ahead && self.left.is_none() && body.len() == 8 => {
                self.left = Some(be32(body, 0)?);
                true
            }
            b"fcTL" => self.frame(body)?,
            b"fdAT" => self.pixels == Pixels::Frame,
            b"iCCP" if ahead && !self.profile => {
                if let Some(chunk) = profile::unpacked(body).as_deref().and_then(profile::packed) {
                    self.noted.kept.extend_from_slice(&chunk);
                    self.profile = true;
                }
                false
            }
            b"eXIf" if self.noted.exif.is_none() => {
                self.noted.exif = Some(body.to_vec());
                false
            }
            _ => self.keeps_once(name, body),
        })
    }

    /// Whether a frame's control is kept: that of the picture itself, or of a frame after it, which are no more than the animation has.
    fn frame(&mut self, body: &[u8]) -> Result<bool, BadImage> {
        let left = self.left.unwrap_or(0);
        if left == 0 || body.len() != CONTROL {
            if self.pixels != Pixels::Ahead {
                self.pixels = Pixels::Past;
            }
            return Ok(false);
        }
        self.left = Some(left - 1);
        self.noted.declares(be32(body, 4)?, be32(body, 8)?);
        self.noted.frame()?;
        if self.pixels != Pixels::Ahead {
            self.pixels = Pixels::Frame;
        }
        Ok(true)
    }

    fn keeps_once(&mut self, name: &[u8], body: &[u8]) -> bool {
        let known = ONCE.iter().position(|(kept, most)| kept.as_slice() == name && body.len() <= *most);
        known.is_some_and(|known| !std::mem::replace(&mut self.once[known], true))
    }
}

fn header(body: &[u8], noted: &mut Noted) -> Result<(), BadImage> {
    if body.len() != 13 {
        return Err(BadImage::Unreadable);
    }
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
