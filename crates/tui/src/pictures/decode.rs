//! A picture, decoded under limits and made small.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{ImageReader, Limits};

/// Pixels across and down at most, after it was made smaller.
pub const MOST: u32 = 1200;
/// Pixels across and down of what is decoded at most.
const DECODED: u32 = 12_000;
/// Bytes that decoding may take.
const BYTES: u64 = 96 * 1024 * 1024;

/// Pixels, three bytes each, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

/// Without the pixels.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}x{})", self.width, self.height)
    }
}

impl Picture {
    /// The picture of a file's bytes.
    ///
    /// # Errors
    /// Why it can't be shown.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut reader =
            ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| unreadable())?;
        let mut limits = Limits::default();
        (limits.max_image_width, limits.max_image_height) = (Some(DECODED), Some(DECODED));
        limits.max_alloc = Some(BYTES);
        reader.limits(limits);
        let decoded = reader.decode().map_err(|_| unreadable())?;
        let decoded = if decoded.width() > MOST || decoded.height() > MOST {
            decoded.resize(MOST, MOST, FilterType::Triangle)
        } else {
            decoded
        };
        let rgb = decoded.to_rgb8();
        Ok(Self { width: rgb.width(), height: rgb.height(), rgb: rgb.into_raw() })
    }

    /// A pixel; black outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let at = (y as usize * self.width as usize + x as usize) * 3;
        match self.rgb.get(at..at + 3) {
            Some([r, g, b]) if x < self.width => [*r, *g, *b],
            _ => [0; 3],
        }
    }

    /// The size, in units of which each is `unit` pixels, that fits into so many units and keeps its shape; it is never made larger.
    #[must_use]
    pub fn fit(&self, most: (u32, u32), unit: (u32, u32)) -> (u32, u32) {
        let (width, height) = (self.width.max(1), self.height.max(1));
        let room = (most.0 * unit.0, most.1 * unit.1);
        let across =
            (room.0.min(width), (u64::from(room.0.min(width)) * u64::from(height) / u64::from(width)) as u32);
        let fitting = if across.1 <= room.1 {
            across
        } else {
            ((u64::from(room.1) * u64::from(width) / u64::from(height)) as u32, room.1)
        };
        (
            fitting.0.div_ceil(unit.0).clamp(1, most.0.max(1)),
            fitting.1.div_ceil(unit.1).clamp(1, most.1.max(1)),
        )
    }

    /// The picture with other numbers of pixels.
    #[must_use]
    pub fn scaled(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        for y in 0..height {
            for x in 0..width {
                let from =
                    |at: u32, of: u32, all: u32| (u64::from(at) * u64::from(all) / u64::from(of)) as u32;
                rgb.extend(self.pixel(from(x, width, self.width), from(y, height, self.height)));
            }
        }
        Self { width, height, rgb }
    }
}

fn unreadable() -> String {
    "this picture can't be read".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: u32, height: u32) -> Picture {
        Picture { width, height, rgb: vec![7; (width * height * 3) as usize] }
    }

    #[test]
    fn a_picture_keeps_its_shape() {
        assert_eq!(plain(100, 50).fit((80, 40), (1, 2)), (80, 20));
        assert_eq!(plain(50, 100).fit((80, 40), (1, 2)), (40, 40));
        assert_eq!(plain(4, 4).fit((80, 40), (1, 2)), (4, 2), "a small one stays small");
        assert_eq!(plain(5000, 1).fit((80, 40), (1, 2)), (80, 1));
    }

    #[test]
    fn what_is_no_picture_is_told() {
        for bytes in [&b""[..], b"\x1b[2J", b"\x89PNG\r\n\x1a\n", b"GIF89a"] {
            assert!(Picture::decode(bytes).is_err());
        }
    }

    #[test]
    fn a_scaled_picture_has_its_pixels() {
        let mut two = plain(2, 1);
        two.rgb = vec![1, 2, 3, 4, 5, 6];
        let scaled = two.scaled(4, 2);
        assert_eq!((scaled.pixel(1, 1), scaled.pixel(2, 0)), ([1, 2, 3], [4, 5, 6]));
        assert_eq!(scaled.pixel(9, 9), [0; 3]);
    }
}
