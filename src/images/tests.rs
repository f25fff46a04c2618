//! FS-T5 and FS-T6, and corpora of bombs, of pictures that say where they were taken, and of pictures that are something else besides.

use std::io::Cursor;

use ajet_protocol::limits;
use image::codecs::png::PngDecoder;
use image::{DynamicImage, GenericImageView, ImageDecoder};

use super::container::Container;
use super::corpora::{bombs, photo, png_of_a_place, programs, webp_of_a_place};
use super::pixels::{attachment, squares};
use super::samples::*;
use super::{BadImage, BadUpload, ImageType, Processed, check_upload};

fn refused(bytes: &[u8]) -> Option<BadImage> {
    Container::read(bytes).and_then(|container| container.within(BOUNDS)).err()
}

fn processed(bytes: &[u8]) -> Processed {
    let container = Container::read(bytes).expect("is read");
    container.within(BOUNDS).expect("is within its bounds");
    attachment(container).expect("is decoded")
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
    for (what, bomb) in bombs() {
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
    let animated = [vec![animation(3_000)], vec![control(0, 8, 4); 3_000]].concat();
    assert_eq!(refused(&png_with(&animated)), Some(BadImage::TooManyFrames));
    let scans = jpeg(8, 8);
    let scan = scans.windows(2).position(|two| two == [0xff, 0xda]).expect("a scan");
    let many = [&scans[..scan], &scans[scan..scans.len() - 2].repeat(101), &[0xff, 0xd9]].concat();
    assert_eq!(refused(&many), Some(BadImage::TooManyFrames), "a decoder goes over all pixels for each scan");
}

#[test]
fn a_photo_loses_its_place_and_is_turned_upright() {
    let photo = photo(64, 32);
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
    let kept = processed(&png_of_a_place());
    assert!(!holds(&kept.bytes, SECRET));
    assert_eq!(kept.bytes, png(8, 4, false), "and nothing else changes");
    let turned = processed(&png_with(&[chunk(b"eXIf", &exif(8))]));
    assert_eq!((turned.kind, turned.width, turned.height), (ImageType::Png, 4, 8));
}

#[test]
fn a_webp_loses_its_place() {
    let kept = processed(&webp_of_a_place());
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
    for (what, picture) in programs() {
        assert!(holds(&picture, "script"), "{what}");
        let kept = processed(&picture);
        assert!(!holds(&kept.bytes, "script") && !holds(&kept.bytes, "PK\x03\x04"), "{what}");
        decoded(&kept.bytes);
    }
}

/// The decoder of PNG unpacks a profile while it reads the header.
#[test]
fn a_packed_profile_is_no_bomb() {
    let bomb = png_with(&[iccp("sRGB", &vec![0; 32 << 20], "")]);
    assert!(bomb.len() < 64 << 10, "it is small");
    let container = Container::read(&bomb).expect("is read");
    assert!(!holds(&container.kept, "iCCP"), "its profile goes");
    assert!(container.memory() < 2 << 20, "and needs no memory");
    assert_eq!(processed(&bomb).bytes, png(8, 4, false));
    // One that says so of itself is too large all the same.
    let mut large = colour_profile(&"x".repeat(1 << 20));
    let length = u32::try_from(large.len()).expect("is short");
    large[..4].copy_from_slice(&length.to_be_bytes());
    assert!(!holds(&processed(&png_with(&[iccp("large", &large, "")])).bytes, "iCCP"));
}

#[test]
fn a_small_colour_profile_stays_and_nothing_with_it() {
    let good = colour_profile("");
    let webp = |profile: &[u8]| riff(&[extended(0x20, 8, 4), riff_chunk(b"ICCP", profile), still(8, 4)]);
    let jpeg_kept = processed(&jpeg_with(8, 8, &[icc_segment(&good)]));
    let webp_kept = processed(&webp(&good));
    assert!(holds(&jpeg_kept.bytes, "acsp") && holds(&webp_kept.bytes, "acsp"));
    assert_eq!(webp_kept.bytes[20] & 0x20, 0x20, "it says that there is one");
    let png_kept = processed(&png_with(&[iccp(SECRET, &good, SECRET)]));
    assert!(holds(&png_kept.bytes, "iCCP") && !holds(&png_kept.bytes, SECRET));
    let mut decoder = PngDecoder::new(Cursor::new(&png_kept.bytes[..])).expect("decodes");
    assert_eq!(decoder.icc_profile().expect("is read"), Some(good.clone()));
    let bad = colour_profile(SECRET);
    let late = jpeg(8, 8);
    let (before, end) = late.split_at(late.len() - 2);
    let pictures = [
        ("a JPEG's profile with an end", jpeg_with(8, 8, &[icc_segment(&bad)])),
        ("a JPEG's profile behind its pixels", [before, &icc_segment(&good), end].concat()),
        ("a JPEG's two profiles with ends", jpeg_with(8, 8, &[icc_segment(&bad), icc_segment(&bad)])),
        ("a WebP's profile with an end", webp(&bad)),
        (
            "a WebP's profile behind its pixels",
            riff(&[extended(0x20, 8, 4), still(8, 4), riff_chunk(b"ICCP", &good)]),
        ),
        ("a PNG's profile with an end", png_with(&[iccp("x", &bad, "")])),
    ];
    for (what, picture) in pictures {
        let kept = processed(&picture);
        assert!(!holds(&kept.bytes, "acsp") && !holds(&kept.bytes, "iCCP"), "{what}");
        assert!(!holds(&kept.bytes, SECRET), "{what}");
        assert!(kept.kind != ImageType::Webp || kept.bytes[20] & 0x20 == 0, "{what}: it says so");
    }
}

#[test]
fn what_no_decoder_shows_goes() {
    let frame = |number: u32| chunk(b"fdAT", &[&number.to_be_bytes()[..], SECRET.as_bytes()].concat());
    let plain = png(8, 4, false);
    let animated = png_with(&[animation(1), control(0, 8, 4)]);
    let pictures = [
        ("a frame of no animation", png_before_its_end(&plain, &[control(0, 8, 4), frame(1)])),
        ("a frame before the pixels", png_with(&[frame(0)])),
        ("a frame without control", png_before_its_end(&animated, &[frame(1)])),
        ("a frame past the last", png_before_its_end(&animated, &[control(1, 8, 4), frame(2)])),
        ("an end with a body", png_before_its_end(&plain, &[chunk(b"IEND", SECRET.as_bytes())])),
        (
            "pixels behind the pixels",
            png_before_its_end(&plain, &[chunk(b"tEXt", b"t\0"), chunk(b"IDAT", SECRET.as_bytes())]),
        ),
        ("a long chunk", png_with(&[chunk(b"gAMA", format!("\0\0\0\x01{SECRET}").as_bytes())])),
        ("a JPEG's restart interval", jpeg_with(8, 8, &[segment(0xdd, format!("\0\0{SECRET}").as_bytes())])),
        ("a WebP's second picture", riff(&[still(8, 4), riff_chunk(b"VP8L", SECRET.as_bytes())])),
        ("a WebP's alpha behind its pixels", riff(&[still(8, 4), riff_chunk(b"ALPH", SECRET.as_bytes())])),
    ];
    for (what, picture) in pictures {
        assert!(holds(&picture, SECRET), "{what}");
        assert!(!holds(&processed(&picture).bytes, SECRET), "{what}");
    }
    let shown = png_with(&[animation(2), control(0, 8, 4)]);
    let shown = png_before_its_end(&shown, &[control(1, 8, 4), frame(2)]);
    let container = Container::read(&shown).expect("is read");
    assert_eq!((container.frames, &container.kept), (2, &shown), "what is shown stays");
}

/// Coefficients have two bytes each, and are held until the last scan where the first one is not all there is.
#[test]
fn memory_is_counted_for_what_is_held_between_scans() {
    let plain = jpeg(8, 8);
    let scan = plain.windows(2).position(|two| two == [0xff, 0xda]).expect("a scan");
    let of_pixel = |bytes: &[u8]| Container::read(bytes).expect("is read").bytes_per_pixel;
    assert_eq!(of_pixel(&plain), 6);
    let again = [&plain[..plain.len() - 2], &plain[scan..]].concat();
    assert_eq!(of_pixel(&again), 12, "two scans");
    let one = [&plain[..scan], &segment(0xda, &[1, 1, 0, 0, 63, 0]), &[0, 0xff, 0xd9]].concat();
    assert_eq!(of_pixel(&one), 12, "one scan, of the first component");
    let progressive: Vec<u8> = plain
        .iter()
        .enumerate()
        .map(|(at, byte)| if at > 0 && plain[at - 1] == 0xff && *byte == 0xc0 { 0xc2 } else { *byte })
        .collect();
    assert_eq!(of_pixel(&progressive), 12, "a progressive frame");
}

#[test]
fn a_picture_that_is_turned_is_no_larger_than_it_was() {
    let photo = noise(600, 30, &[segment(0xe1, &[b"Exif\0\0".to_vec(), exif(6)].concat())]);
    assert!(photo.len() > 64 << 10, "is no small one: {}", photo.len());
    let kept = processed(&photo);
    assert_eq!((kept.kind, kept.width), (ImageType::Jpeg, 600));
    assert!(kept.bytes.len() <= photo.len(), "{} of {}", kept.bytes.len(), photo.len());
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
    let made = squares(&container, &[64, 256]).expect("are made");
    let sizes: Vec<_> = made.iter().map(|one| (one.width, one.height)).collect();
    assert_eq!(sizes, [(64, 64), (256, 256)]);
    let small = decoded(&made[0].bytes);
    let (left, right) = (small.get_pixel(8, 32).0, small.get_pixel(56, 32).0);
    assert!(left[0] > 150 && right[2] > 150, "{left:?} {right:?}");
}
