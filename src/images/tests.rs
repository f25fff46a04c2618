//! FS-T5 and FS-T6, and corpora of bombs, of pictures that say where they were taken, and of pictures that are something else besides.

use ajet_protocol::limits;
use bytes::Bytes;
use image::{DynamicImage, GenericImageView};

use super::container::{Bounds, Container};
use super::pixels::{attachment, squares};
use super::samples::*;
use super::{BadImage, BadUpload, ImageType, Images, Processed, check_upload};
use crate::config::Uploads;

const BOUNDS: Bounds = Bounds { pixels: 50_000_000, memory: 384 << 20 };

fn refused(bytes: &[u8]) -> Option<BadImage> {
    Container::read(bytes).and_then(|container| container.within(BOUNDS)).err()
}

fn processed(bytes: &[u8]) -> Processed {
    let container = Container::read(bytes).expect("is read");
    container.within(BOUNDS).expect("is within its bounds");
    attachment(container, BOUNDS).expect("is decoded")
}

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).expect("decodes")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn fs_t5_only_images_by_their_bytes() {
    assert_eq!(check_upload(b"%PDF-1.7 pretending to be a.png"), Err(BadUpload::NotAnImage));
    assert_eq!(check_upload(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(BadUpload::NotAnImage));
    assert_eq!(check_upload(b"RIFF....WAVE"), Err(BadUpload::NotAnImage));
    assert_eq!(check_upload(b""), Err(BadUpload::Empty));
    assert_eq!(check_upload(b"\x89PNG\r\n\x1a\n...."), Ok(ImageType::Png));
    assert_eq!(check_upload(b"\xff\xd8\xff\xe0"), Ok(ImageType::Jpeg));
    assert_eq!(check_upload(b"GIF89a"), Ok(ImageType::Gif));
    assert_eq!(check_upload(b"RIFF\0\0\0\0WEBP"), Ok(ImageType::Webp));
}

#[test]
fn fs_t6_at_most_ten_mebibytes() {
    let mut image = vec![0; limits::ATTACHMENT_BYTES + 1];
    image[..6].copy_from_slice(b"GIF89a");
    assert_eq!(check_upload(&image), Err(BadUpload::TooLarge));
    image.pop();
    assert_eq!(check_upload(&image), Ok(ImageType::Gif));
}

/// What reserves memory is told from the container alone: reading it takes no more than a copy of the file.
#[test]
fn a_bomb_is_refused_before_memory_is_taken_for_it() {
    let frame = |width: u32, height: u32| {
        let sizes =
            [(width - 1).to_le_bytes(), (height - 1).to_le_bytes()].map(|side| side[..3].to_vec()).concat();
        riff_chunk(b"ANMF", &[vec![0; 6], sizes, vec![0; 4], still(1, 1)].concat())
    };
    let bombs = [
        ("a PNG", huge_png(65_000, 65_000)),
        ("a PNG with a side beyond all others", huge_png(u32::MAX, 1)),
        ("a PNG of 16 bits", huge_png(7_000, 7_100)),
        ("a JPEG", huge_jpeg(65_500, 65_500)),
        ("a GIF", gif((65_535, 65_535), (1, 1), 1)),
        ("a GIF with a frame beyond its screen", gif((1, 1), (65_535, 65_535), 1)),
        ("a WebP", riff(&[extended(0, 16_000_000, 16_000_000), still(1, 1)])),
        ("a WebP with a frame beyond its canvas", riff(&[extended(2, 1, 1), frame(16_000, 16_000)])),
    ];
    for (what, bomb) in bombs {
        assert!(bomb.len() < 2048, "{what} is small");
        assert_eq!(refused(&bomb), Some(BadImage::TooManyPixels), "{what}");
        if let Ok(container) = Container::read(&bomb) {
            assert!(container.kept.capacity() <= bomb.len() + 2, "{what}: more is reserved than a copy");
        }
    }
}

#[test]
fn a_picture_of_too_many_frames_is_refused() {
    assert_eq!(refused(&gif((1, 1), (1, 1), 2_000)), None);
    assert_eq!(refused(&gif((1, 1), (1, 1), 2_001)), Some(BadImage::TooManyFrames));
    // Each frame is small, and all of them together are not.
    assert_eq!(refused(&gif((5_000, 5_000), (1, 1), 1_999)), Some(BadImage::TooManyFrames));
    let control = [&[0; 4][..], &8_u32.to_be_bytes(), &4_u32.to_be_bytes(), &[0; 14]].concat();
    let animated = vec![chunk(b"fcTL", &control); 3_000];
    assert_eq!(refused(&png_with(&animated)), Some(BadImage::TooManyFrames));
    let scans = jpeg(8, 8);
    let scan = scans.windows(2).position(|two| two == [0xff, 0xda]).expect("a scan");
    let many = [&scans[..scan], &scans[scan..scans.len() - 2].repeat(101), &[0xff, 0xd9]].concat();
    assert_eq!(refused(&many), Some(BadImage::TooManyFrames), "a decoder goes over all pixels for each scan");
}

#[test]
fn a_photo_loses_its_place_and_is_turned_upright() {
    let mut segments = vec![segment(0xe1, &[b"Exif\0\0".to_vec(), exif(6)].concat())];
    segments.push(segment(0xe1, format!("http://ns.adobe.com/xap/1.0/\0<x>{SECRET}</x>").as_bytes()));
    segments.push(segment(0xed, format!("Photoshop 3.0\0{SECRET}").as_bytes()));
    segments.push(segment(0xfe, SECRET.as_bytes()));
    let photo = jpeg_with(64, 32, &segments);
    assert!(holds(&photo, SECRET));
    let kept = processed(&photo);
    assert!(!holds(&kept.bytes, SECRET) && !holds(&kept.bytes, "Exif"));
    assert_eq!((kept.kind, kept.width, kept.height), (ImageType::Jpeg, 32, 64));
    let picture = decoded(&kept.bytes);
    assert_eq!(picture.dimensions(), (32, 64));
    // Turned clockwise, what was left is above.
    let (above, below) = (picture.get_pixel(16, 8).0, picture.get_pixel(16, 56).0);
    assert!(above[0] > 150 && above[2] < 100, "{above:?}");
    assert!(below[2] > 150 && below[0] < 100, "{below:?}");
}

#[test]
fn what_is_upright_already_keeps_its_pixels_as_they_are() {
    let plain = jpeg(64, 32);
    let tagged = jpeg_with(64, 32, &[segment(0xe1, &[b"Exif\0\0".to_vec(), exif(1)].concat())]);
    assert_eq!(decoded(&processed(&tagged).bytes), decoded(&plain));
    assert!(!holds(&processed(&tagged).bytes, SECRET));
}

#[test]
fn texts_of_a_png_go() {
    let text = |name: &[u8; 4]| chunk(name, format!("Comment\0{SECRET}").as_bytes());
    let xmp = format!("XML:com.adobe.xmp\0\0\0\0\0<x>{SECRET}</x>");
    let chunks = [
        text(b"tEXt"),
        text(b"zTXt"),
        chunk(b"iTXt", xmp.as_bytes()),
        chunk(b"eXIf", &exif(1)),
        text(b"prVt"),
    ];
    let kept = processed(&png_with(&chunks));
    assert!(!holds(&kept.bytes, SECRET));
    assert_eq!(kept.bytes, png(8, 4, false), "and nothing else changes");
    let turned = processed(&png_with(&[chunk(b"eXIf", &exif(8))]));
    assert_eq!((turned.kind, turned.width, turned.height), (ImageType::Png, 4, 8));
}

#[test]
fn a_webp_loses_its_place() {
    let chunks = [
        extended(0x0c, 8, 4),
        still(8, 4),
        riff_chunk(b"EXIF", &exif(1)),
        riff_chunk(b"XMP ", SECRET.as_bytes()),
    ];
    let kept = processed(&riff(&chunks));
    assert!(!holds(&kept.bytes, SECRET));
    assert_eq!((kept.width, kept.height, decoded(&kept.bytes).dimensions()), (8, 4, (8, 4)));
    assert_eq!(kept.bytes[20] & 0x0c, 0, "it does not say that there is any");
    assert_eq!(
        u32::from_le_bytes([kept.bytes[4], kept.bytes[5], kept.bytes[6], kept.bytes[7]]) as usize + 8,
        kept.bytes.len()
    );
}

/// Pictures that are pages, archives or programs besides: what is no picture of them goes.
#[test]
fn what_is_something_else_besides_is_a_picture_alone() {
    let archive = format!("PK\x03\x04{SCRIPT}");
    let with_end = |picture: Vec<u8>| [picture, archive.clone().into_bytes()].concat();
    let application = [
        &[0x21, 0xff, 11][..],
        b"XMP DataXMP",
        &[u8::try_from(SCRIPT.len()).expect("is short")],
        SCRIPT.as_bytes(),
        &[0],
    ]
    .concat();
    let pictures = [
        ("a JPEG with an end", with_end(jpeg(8, 8))),
        ("a PNG with an end", with_end(png(8, 4, false))),
        ("a GIF with an end", with_end(gif((1, 1), (1, 1), 1))),
        ("a WebP with an end", with_end(webp(8, 4))),
        ("a JPEG with a comment", jpeg_with(8, 8, &[segment(0xfe, SCRIPT.as_bytes())])),
        ("a GIF with a comment", gif_with(&comment(SCRIPT))),
        ("a GIF with an application's data", gif_with(&application)),
        ("a PNG with a page", png_with(&[chunk(b"tEXt", format!("t\0{SCRIPT}").as_bytes())])),
    ];
    for (what, picture) in pictures {
        assert!(holds(&picture, "script"), "{what}");
        let kept = processed(&picture);
        assert!(!holds(&kept.bytes, "script") && !holds(&kept.bytes, "PK\x03\x04"), "{what}");
        decoded(&kept.bytes);
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    for bytes in [
        &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..],
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"MZ\x90\0",
        b"BM\0\0\0\0",
        b"\0\0\0\x1cftypavif",
    ] {
        assert_eq!(refused(bytes), Some(BadImage::NotAnImage));
    }
    assert_eq!(refused(b""), Some(BadImage::Empty));
    for bytes in [&b"GIF89a/*<svg"[..], b"\xff\xd8\xff\xd9", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"] {
        assert!(refused(bytes).is_some(), "{bytes:?}");
    }
}

/// Whatever the bytes are, walking them ends without a panic, and keeps no more than there is.
#[test]
fn damaged_pictures_are_read_or_refused() {
    for good in [jpeg(8, 8), png(8, 4, true), gif((1, 1), (1, 1), 3), webp(8, 4)] {
        for end in 0..good.len() {
            let _ = Container::read(&good[..end]);
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            for flipped in [0x00, 0x01, 0x80, 0xff] {
                bad[at] = good[at] ^ flipped;
                let read = Container::read(&bad);
                assert!(read.map_or(true, |read| read.kept.len() <= bad.len() + 4));
            }
        }
    }
}

#[test]
fn thumbnails_are_small_and_show_what_shows_through() {
    let opaque = processed(&png(1_000, 200, false)).thumbnail.expect("has one");
    assert_eq!((opaque.kind, opaque.width, opaque.height), (ImageType::Jpeg, 512, 102));
    assert_eq!(decoded(&opaque.bytes).dimensions(), (512, 102));
    let through = processed(&png(600, 600, true)).thumbnail.expect("has one");
    assert_eq!((through.kind, ImageType::of(&through.bytes)), (ImageType::Png, Some(ImageType::Png)));
    assert_eq!(processed(&png(512, 512, false)).thumbnail, None, "is as small");
    let strip = processed(&png(2_000, 1, false)).thumbnail.expect("has one");
    assert_eq!((strip.width, strip.height), (512, 1));
}

#[test]
fn squares_are_cut_from_the_middle() {
    let container = Container::read(&png(300, 100, false)).expect("is read");
    let made = squares(&container, BOUNDS, &[64, 256]).expect("are made");
    let sizes: Vec<_> = made.iter().map(|one| (one.width, one.height)).collect();
    assert_eq!(sizes, [(64, 64), (256, 256)]);
    let small = decoded(&made[0].bytes);
    let (left, right) = (small.get_pixel(8, 32).0, small.get_pixel(56, 32).0);
    assert!(left[0] > 150 && right[2] > 150, "{left:?} {right:?}");
}

#[tokio::test]
async fn pictures_share_their_memory() {
    let images = Images::new(&Uploads { any_type: false, image_memory_mib: 64, image_megapixels: 50 });
    // By itself it needs more than there is for all.
    let refused = images.attachment(huge_png(5_000, 5_000).into()).await;
    assert_eq!(refused, Err(BadImage::TooManyPixels));
    let picture = Bytes::from(png(1_000, 1_000, false));
    let all = (0..40).map(|_| images.attachment(picture.clone()));
    for made in futures::future::join_all(all).await {
        assert!(made.expect("is made").thumbnail.is_some());
    }
    let squares = images.square(picture, &[64, 256]).await.expect("are made");
    assert_eq!(squares.len(), 2);
    assert_eq!(images.square(Bytes::from_static(b"<svg/>"), &[64]).await, Err(BadImage::NotAnImage));
}
