//! Pictures, and how they are uploaded.

use ajet_client::Client;
use ajet_protocol::{Attachment, ChannelId, Code, PostMessage};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, RgbImage};

use super::wait::POLL;

/// What stands in [`photo`], and may stand in nothing that others get.
pub const PLACE: &str = "SECRET-PLACE";

fn plain(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90])))
}

/// A PNG.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    plain(width, height).write_with_encoder(PngEncoder::new(&mut out)).expect("encodes");
    out
}

/// A JPEG that says where it was taken, and that it is to be turned clockwise.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend(PLACE.bytes());
    let length = u16::try_from(exif.len() + 2).expect("is short");
    let mut out = Vec::new();
    plain(width, height).write_with_encoder(JpegEncoder::new(&mut out)).expect("encodes");
    out.splice(2..2, [&[0xff, 0xe1][..], &length.to_be_bytes(), &exif].concat());
    out
}

/// Uploads a file; the bucket may be made just now.
pub async fn uploaded(client: &Client, channel: ChannelId, file: (&str, &[u8])) -> Attachment {
    loop {
        match client.upload(channel, file, None).await {
            Ok(attachment) => return attachment,
            Err(error) if error.code() == Some(Code::Unavailable) => tokio::time::sleep(POLL).await,
            Err(error) => panic!("{error}"),
        }
    }
}

/// A message with files.
pub fn with_files(body: &str, files: &[&Attachment]) -> PostMessage {
    PostMessage {
        body_md: body.into(),
        attachment_ids: files.iter().map(|file| file.id).collect(),
        ..PostMessage::default()
    }
}
