//! Pictures that people upload: what they are, and what is kept of them. This knows no store and no HTTP.
//!
//! A picture is read twice. The first time ([`container`]) only its container is walked: its sizes, its frames and scans, and what is
//! kept of it, which is an allow-list of its parts; no pixel is decoded, and nothing is reserved beyond a copy of the file and a small
//! colour profile. A picture over a limit ends here. Only then are its pixels decoded. Both are within a budget of memory that all
//! pictures of the node share.
//!
//! What is kept holds no EXIF, XMP, IPTC, comment, or anything behind the end of the picture, so no place, no device, no script and no
//! second file. An orientation is applied to the pixels first, and what comes of it is no larger than what was uploaded. Small colour
//! profiles stay ([`profile`]).

#[cfg(test)]
mod capped_tests;
mod container;
#[cfg(test)]
mod corpora;
mod gif;
mod jpeg;
mod kind;
mod pixels;
mod png;
mod process;
mod profile;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
mod turned;
#[cfg(test)]
mod turned_tests;
mod webp;

pub use container::{BadImage, Bounds};
pub use kind::{BadUpload, ImageType, check_upload};
pub use pixels::{Processed, Thumbnail};
pub use process::Images;
