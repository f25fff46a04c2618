//! Reads an answer's body, as far as the limit: what is over is neither read nor unpacked.

use std::io::Read;

use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::OutgoingError;

/// The beginning of a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Beginning {
    pub bytes: Bytes,
    /// Whether that is all of it.
    pub whole: bool,
}

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    Gzip,
}

impl Packing {
    /// What the head of an answer says.
    ///
    /// # Errors
    /// [`OutgoingError::Answer`], of one that was not asked for.
    pub fn of(headers: &HeaderMap) -> Result<Self, OutgoingError> {
        let mut named = headers.get_all(CONTENT_ENCODING).iter();
        let (first, more) = (named.next(), named.next());
        let Some(first) = first else { return Ok(Self::None) };
        let name = first.to_str().unwrap_or_default().trim().to_ascii_lowercase();
        match (name.as_str(), more) {
            ("identity" | "", None) => Ok(Self::None),
            ("gzip" | "x-gzip", None) => Ok(Self::Gzip),
            _ => Err(OutgoingError::Answer),
        }
    }
}

/// Reads up to `most` bytes of a body, as they come.
///
/// # Errors
/// [`OutgoingError::Answer`], if it breaks off before.
pub async fn read(mut body: Incoming, most: usize) -> Result<Beginning, OutgoingError> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| OutgoingError::Answer)?;
        let Ok(data) = frame.into_data() else { continue };
        let room = most - bytes.len();
        bytes.extend_from_slice(data.get(..room).unwrap_or(&data));
        if data.len() > room {
            return Ok(Beginning { bytes: bytes.freeze(), whole: false });
        }
    }
    Ok(Beginning { bytes: bytes.freeze(), whole: true })
}

/// Unpacks up to `most` bytes of what was read. Of what is broken or was not read to its end, as far as it goes.
pub fn unpacked(read: Beginning, packing: Packing, most: usize) -> Beginning {
    if packing == Packing::None {
        return read;
    }
    let mut bytes = Vec::new();
    let mut unpacking = MultiGzDecoder::new(read.bytes.as_ref()).take(most as u64 + 1);
    let ended = unpacking.read_to_end(&mut bytes).is_ok();
    let whole = read.whole && ended && bytes.len() <= most;
    bytes.truncate(most);
    Beginning { bytes: bytes.into(), whole }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::HeaderValue;

    use super::*;

    fn gzip(plain: &[u8]) -> Beginning {
        let mut packing = GzEncoder::new(Vec::new(), Compression::best());
        packing.write_all(plain).expect("packs");
        Beginning { bytes: packing.finish().expect("packs").into(), whole: true }
    }

    #[test]
    fn a_bomb_is_unpacked_as_far_as_the_limit() {
        let bomb = gzip(&vec![0; 64 << 20]);
        assert!(bomb.bytes.len() < 1 << 17, "it is small as it comes");
        let unpacked = unpacked(bomb, Packing::Gzip, 1000);
        assert_eq!((unpacked.bytes.len(), unpacked.whole), (1000, false));
    }

    #[test]
    fn what_fits_is_unpacked_whole() {
        let all = unpacked(gzip(b"as it was"), Packing::Gzip, 9);
        assert_eq!(all, Beginning { bytes: Bytes::from_static(b"as it was"), whole: true });
        let some = unpacked(gzip(b"as it was"), Packing::Gzip, 8);
        assert_eq!(some, Beginning { bytes: Bytes::from_static(b"as it wa"), whole: false });
    }

    #[test]
    fn what_is_no_gzip_is_nothing() {
        let nothing = Beginning { bytes: Bytes::new(), whole: false };
        let plain = Beginning { bytes: Bytes::from_static(b"<html>"), whole: true };
        assert_eq!(unpacked(plain, Packing::Gzip, 9), nothing);
    }

    #[test]
    fn other_packings_are_refused() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            Packing::of(&headers)
        };
        assert_eq!(of(&[]), Ok(Packing::None));
        assert_eq!(of(&["identity"]), Ok(Packing::None));
        assert_eq!(of(&["GZIP"]), Ok(Packing::Gzip));
        for values in [&["br"][..], &["gzip, gzip"], &["gzip", "gzip"]] {
            assert_eq!(of(values), Err(OutgoingError::Answer), "{values:?}");
        }
    }
}
