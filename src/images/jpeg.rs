//! The segments of a JPEG (ITU T.81, annex B): what a decoder needs is kept, and a small colour profile.

use super::container::{Noted, be16, take};
use super::{BadImage, profile};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const TEM: u8 = 0x01;
/// Restarts within a scan; markers without a segment.
const RESTARTS: std::ops::RangeInclusive<u8> = 0xd0..=0xd7;
/// Quantization and Huffman tables, arithmetic conditioning.
const TABLES: [u8; 3] = [0xdb, 0xc4, 0xcc];
/// Number of lines, restart interval: two bytes each.
const NUMBERS: [u8; 2] = [0xdc, 0xdd];
/// A frame header but for `TABLES`, which lie between them.
const FRAMES: std::ops::RangeInclusive<u8> = 0xc0..=0xcf;
/// A progressive frame: its coefficients are held while its scans are read.
const PROGRESSIVE: [u8; 4] = [0xc2, 0xc6, 0xca, 0xce];
const EXIF: &[u8] = b"Exif\0\0";
/// A profile that is in this segment as a whole: the first of one. A small one needs no more.
const PROFILE: &[u8] = b"ICC_PROFILE\0\x01\x01";
const ADOBE: &[u8] = b"Adobe";
const JFIF: &[u8] = b"JFIF\0";
/// Bytes of a JFIF segment up to its own thumbnail.
const JFIF_HEAD: usize = 12;

/// Walks a JPEG with at most so many scans.
pub fn walk(bytes: &[u8], most_scans: u32) -> Result<Noted, BadImage> {
    let mut noted = Noted::new(0, bytes.len() + 2);
    noted.kept.extend_from_slice(&[0xff, SOI]);
    let (mut at, mut seen) = (2, Seen::default());
    while let Some(marker) = next_marker(bytes, &mut at) {
        match marker {
            EOI => break,
            SOI | TEM => continue,
            marker if RESTARTS.contains(&marker) => continue,
            _ => {}
        }
        let Ok(length) = be16(bytes, at) else { break };
        let Ok(body) = take(bytes, at + 2, (length as usize).checked_sub(2).ok_or(BadImage::Unreadable)?)
        else {
            break;
        };
        at += length as usize;
        segment(marker, body, &mut noted, &mut seen)?;
        if marker == SOS {
            if seen.scans > most_scans {
                return Err(BadImage::TooManyFrames);
            }
            let end = end_of_scan(bytes, at);
            noted.kept.extend_from_slice(&bytes[at..end]);
            at = end;
        }
    }
    noted.kept.extend_from_slice(&[0xff, EOI]);
    noted.frames = u32::from(seen.scans > 0);
    noted.bytes_per_pixel = seen.bytes_per_pixel();
    Ok(noted)
}

/// What was seen of a JPEG so far.
#[derive(Debug, Default)]
struct Seen {
    /// Colours of a pixel.
    components: u64,
    scans: u32,
    /// Whether the picture is not in one scan alone: its coefficients are held until all scans are read.
    in_parts: bool,
    profile: bool,
}

impl Seen {
    /// A frame header.
    fn frame(&mut self, marker: u8, components: u8) {
        self.components = self.components.max(components.into());
        self.in_parts |= PROGRESSIVE.contains(&marker);
    }

    /// A scan of so many of the components.
    fn scan(&mut self, components: u8) {
        self.in_parts |= self.scans > 0 || u64::from(components) < self.components;
        self.scans += 1;
    }

    /// The pixels, as three bytes each, and once more to turn them. A coefficient has two bytes.
    fn bytes_per_pixel(&self) -> u64 {
        let coefficients = if self.in_parts { 2 * self.components } else { 0 };
        2 * self.components.max(3) + coefficients
    }
}

/// The next marker; its place is left behind. Bytes between segments that are none are passed over.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let from = bytes.get(*at..)?;
        *at += from.iter().position(|byte| *byte == 0xff)? + 1;
        while bytes.get(*at) == Some(&0xff) {
            *at += 1;
        }
        let marker = *bytes.get(*at)?;
        *at += 1;
        if marker != 0 {
            return Some(marker);
        }
    }
}

/// Where the data of a scan ends: at a marker that is no restart.
fn end_of_scan(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xff)) {
        at += found;
        match bytes.get(at + 1) {
            None => return bytes.len(),
            Some(0) => at += 2,
            Some(0xff) => at += 1,
            Some(marker) if RESTARTS.contains(marker) => at += 2,
            Some(_) => return at,
        }
    }
    bytes.len()
}

fn segment(marker: u8, body: &[u8], noted: &mut Noted, seen: &mut Seen) -> Result<(), BadImage> {
    match marker {
        SOS => {
            let components = take(body, 0, 1)?[0];
            seen.scan(components);
            keep(marker, take(body, 0, 4 + 2 * usize::from(components))?, noted);
        }
        marker if TABLES.contains(&marker) => keep(marker, body, noted),
        marker if NUMBERS.contains(&marker) => keep(marker, take(body, 0, 2)?, noted),
        // JPG is reserved, and no frame.
        0xc8 => {}
        marker if FRAMES.contains(&marker) => {
            let (height, width) = (be16(body, 1)?, be16(body, 3)?);
            let components = take(body, 5, 1)?[0];
            noted.measures(width, height);
            seen.frame(marker, components);
            keep(marker, take(body, 0, 6 + 3 * usize::from(components))?, noted);
        }
        0xe0 if body.starts_with(JFIF) && body.len() >= JFIF_HEAD => {
            // A thumbnail of no size stands in place of the one that it may have.
            keep(marker, &[&body[..JFIF_HEAD], &[0, 0]].concat(), noted);
        }
        0xe1 if body.starts_with(EXIF) && noted.exif.is_none() => {
            noted.exif = Some(body[EXIF.len()..].to_vec());
        }
        0xe2 if seen.scans == 0 && !seen.profile => {
            seen.profile = body.strip_prefix(PROFILE).is_some_and(profile::is_fit);
            if seen.profile {
                keep(marker, body, noted);
            }
        }
        // It says how colours are stored.
        0xee if body.starts_with(ADOBE) => keep(marker, &body[..body.len().min(JFIF_HEAD)], noted),
        _ => {}
    }
    Ok(())
}

fn keep(marker: u8, body: &[u8], noted: &mut Noted) {
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    noted.kept.extend_from_slice(&[0xff, marker]);
    noted.kept.extend_from_slice(&length.to_be_bytes());
    noted.kept.extend_from_slice(body);
}
