//! Corpora of pictures for tests: bombs, pictures that say where they were taken, pictures that are something else besides, and animations.

use image::DynamicImage;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;

use super::samples::*;

/// Small files that declare more than any memory holds.
pub fn bombs() -> [(&'static str, Vec<u8>); 8] {
    let frame = |width: u32, height: u32| {
        let sizes =
            [(width - 1).to_le_bytes(), (height - 1).to_le_bytes()].map(|side| side[..3].to_vec()).concat();
        riff_chunk(b"ANMF", &[vec![0; 6], sizes, vec![0; 4], still(1, 1)].concat())
    };
    [
        ("a PNG", huge_png(65_000, 65_000)),
        ("a PNG with a side beyond all others", huge_png(u32::MAX, 1)),
        ("a PNG of 16 bits", huge_png(7_000, 7_100)),
        ("a JPEG", huge_jpeg(65_500, 65_500)),
        ("a GIF", gif((65_535, 65_535), (1, 1), 1)),
        ("a GIF with a frame beyond its screen", gif((1, 1), (65_535, 65_535), 1)),
        ("a WebP", riff(&[extended(0, 16_000_000, 16_000_000), still(1, 1)])),
        ("a WebP with a frame beyond its canvas", riff(&[extended(2, 1, 1), frame(16_000, 16_000)])),
    ]
}

/// A photo that lies on its side, and says where it was taken in each way that a JPEG knows.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let segments = [
        segment(0xe1, &[b"Exif\0\0".to_vec(), exif(6)].concat()),
        segment(0xe1, format!("http://ns.adobe.com/xap/1.0/\0<x>{SECRET}</x>").as_bytes()),
        segment(0xed, format!("Photoshop 3.0\0{SECRET}").as_bytes()),
        segment(0xfe, SECRET.as_bytes()),
    ];
    jpeg_with(width, height, &segments)
}

/// A PNG that says it in each of its texts.
pub fn png_of_a_place() -> Vec<u8> {
    let text = |name: &[u8; 4]| chunk(name, format!("Comment\0{SECRET}").as_bytes());
    let xmp = format!("XML:com.adobe.xmp\0\0\0\0\0<x>{SECRET}</x>");
    png_with(&[
        text(b"tEXt"),
        text(b"zTXt"),
        chunk(b"iTXt", xmp.as_bytes()),
        chunk(b"eXIf", &exif(1)),
        text(b"prVt"),
    ])
}

/// A WebP that says it.
pub fn webp_of_a_place() -> Vec<u8> {
    riff(&[
        extended(0x0c, 8, 4),
        still(8, 4),
        riff_chunk(b"EXIF", &exif(1)),
        riff_chunk(b"XMP ", SECRET.as_bytes()),
    ])
}

/// Pictures that are pages, archives or programs besides.
pub fn programs() -> [(&'static str, Vec<u8>); 8] {
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
    [
        ("a JPEG with an end", with_end(jpeg(8, 8))),
        ("a PNG with an end", with_end(png(8, 4, false))),
        ("a GIF with an end", with_end(gif((1, 1), (1, 1), 1))),
        ("a WebP with an end", with_end(webp(8, 4))),
        ("a JPEG with a comment", jpeg_with(8, 8, &[segment(0xfe, SCRIPT.as_bytes())])),
        ("a GIF with a comment", gif_with(&comment(SCRIPT))),
        ("a GIF with an application's data", gif_with(&application)),
        ("a PNG with a page", png_with(&[chunk(b"tEXt", format!("t\0{SCRIPT}").as_bytes())])),
    ]
}

/// The packed pixels of a PNG, and those of another one as the second frame of the first.
fn frame_of(png: &[u8], number: u32) -> Vec<u8> {
    let at = png.windows(4).position(|name| name == b"IDAT").expect("pixels");
    let length = u32::from_be_bytes(png[at - 4..at].try_into().expect("four")) as usize;
    chunk(b"fdAT", &[&number.to_be_bytes()[..], &png[at + 4..at + 4 + length]].concat())
}

/// A PNG of these sizes and of two frames: red on its left and blue on its right, and the other way round. Shown three times, each frame
/// for half a second.
pub fn apng((width, height): (u32, u32), orientation: u8) -> Vec<u8> {
    let packed = |picture: &DynamicImage| {
        let mut out = Vec::new();
        picture.write_with_encoder(PngEncoder::new(&mut out)).expect("encodes");
        out
    };
    let (first, second) = (picture(width, height, false), picture(width, height, false).fliph());
    let control = |number: u32| {
        let numbers = [number, width, height, 0, 0].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &[&numbers[..], &[1, 0xf4, 0x03, 0xe8, 0, 0]].concat())
    };
    let animated = chunk(b"acTL", &[2_u32.to_be_bytes(), 3_u32.to_be_bytes()].concat());
    let before = [animated, chunk(b"eXIf", &exif(orientation)), control(0)];
    let mut out = packed(&first);
    out.splice(33..33, before.concat());
    png_before_its_end(&out, &[control(1), frame_of(&packed(&second), 2)])
}

/// The same as a WebP.
pub fn webp_animation((width, height): (u32, u32), orientation: u8) -> Vec<u8> {
    let still_of = |picture: &DynamicImage| {
        let mut out = Vec::new();
        picture.write_with_encoder(WebPEncoder::new_lossless(&mut out)).expect("encodes");
        out[12..].to_vec()
    };
    let plain = picture(width, height, false);
    let (across, down) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    let frame = |still: Vec<u8>| {
        let head = [&[0; 6][..], &across[..3], &down[..3], &[0xf4, 1, 0, 2]].concat();
        riff_chunk(b"ANMF", &[head, still].concat())
    };
    riff(&[
        extended(0x02 | 0x08, width, height),
        riff_chunk(b"ANIM", &[0, 0, 0, 0, 3, 0]),
        frame(still_of(&plain)),
        frame(still_of(&plain.fliph())),
        riff_chunk(b"EXIF", &exif(orientation)),
    ])
}
