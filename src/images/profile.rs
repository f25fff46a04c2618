//! Colour profiles (ICC.1): a small one that is what it says it is stays with its picture. Others go: a profile may hold anything, and a
//! packed one may be much larger than its file.

use std::io::{Read, Write};

use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::container::be32;

/// Bytes of a profile at most. Profiles of screens and cameras have a few KiB.
const MOST: usize = 64 * 1024;
/// Bytes of its header.
const HEAD: usize = 128;
/// The chunk of a PNG up to its packed profile: its own name, that of the profile, and the method of packing.
const CHUNK: &[u8] = b"iCCPicc\0\0";
/// Characters of a profile's name in a PNG at most.
const NAME: usize = 79;

/// Whether these bytes are a small profile, and nothing behind it.
pub fn is_fit(profile: &[u8]) -> bool {
    (HEAD..=MOST).contains(&profile.len())
        && profile.get(36..40) == Some(b"acsp".as_slice())
        && be32(profile, 0).is_ok_and(|said| said as usize == profile.len())
}

/// The profile in the body of a PNG's chunk, if it is fit. No more is unpacked than a profile has at most.
pub fn unpacked(body: &[u8]) -> Option<Vec<u8>> {
    let name = body.iter().take(NAME + 1).position(|byte| *byte == 0)?;
    let (method, packed) = body.get(name + 1..)?.split_first()?;
    let mut profile = Vec::new();
    ZlibDecoder::new(packed).take(MOST as u64 + 1).read_to_end(&mut profile).ok()?;
    (*method == 0 && is_fit(&profile)).then_some(profile)
}

/// The chunk of a PNG that holds this profile and nothing else.
pub fn packed(profile: &[u8]) -> Option<Vec<u8>> {
    let mut packing = ZlibEncoder::new(CHUNK.to_vec(), Compression::default());
    packing.write_all(profile).ok()?;
    let named = packing.finish().ok()?;
    let length = u32::try_from(named.len() - 4).ok()?;
    let mut checksum = Crc::new();
    checksum.update(&named);
    Some([&length.to_be_bytes()[..], &named, &checksum.sum().to_be_bytes()].concat())
}
