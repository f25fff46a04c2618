//! Animations that say by their EXIF how they are to be turned.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::LoopCount;
use image::{AnimationDecoder, Frame, ImageResult};

use super::container::Container;
use super::pixels::{attachment, squares};
use super::samples::*;
use super::{BadImage, ImageType, Processed};

fn processed(bytes: &[u8]) -> Processed {
    let container = Container::read(bytes).expect("is read");
    container.within(BOUNDS).expect("is within its bounds");
    attachment(container).expect("is turned")
}

/// The packed pixels of a PNG, and those of another one as the second frame of the first.
fn frame_of(png: &[u8], number: u32) -> Vec<u8> {
    let at = png.windows(4).position(|name| name == b"IDAT").expect("pixels");
    let length = u32::from_be_bytes(png[at - 4..at].try_into().expect("four")) as usize;
    chunk(b"fdAT", &[&number.to_be_bytes()[..], &png[at + 4..at + 4 + length]].concat())
}

/// A PNG of two frames: red on its left and blue on its right, and the other way round. Shown three times, each frame for half a second.
fn apng(orientation: u8) -> Vec<u8> {
    let (first, second) = (png(8, 4, false), {
        let turned = picture(8, 4, false).fliph();
        let mut out = Vec::new();
        turned.write_with_encoder(image::codecs::png::PngEncoder::new(&mut out)).expect("encodes");
        out
    });
    let control = |number: u32| {
        let numbers = [number, 8, 4, 0, 0].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &[&numbers[..], &[1, 0xf4, 0x03, 0xe8, 0, 0]].concat())
    };
    let animated = chunk(b"acTL", &[2_u32.to_be_bytes(), 3_u32.to_be_bytes()].concat());
    let before = [animated, chunk(b"eXIf", &exif(orientation)), control(0)];
    let mut out = first;
    out.splice(33..33, before.concat());
    png_before_its_end(&out, &[control(1), frame_of(&second, 2)])
}

/// The same as a WebP.
fn webp_animation(orientation: u8) -> Vec<u8> {
    let still_of = |picture: &image::DynamicImage| {
        let mut out = Vec::new();
        picture
            .write_with_encoder(image::codecs::webp::WebPEncoder::new_lossless(&mut out))
            .expect("encodes");
        out[12..].to_vec()
    };
    let plain = picture(8, 4, false);
    let frame = |still: Vec<u8>| {
        let head = [0, 0, 0, 0, 0, 0, 7, 0, 0, 3, 0, 0, 0xf4, 1, 0, 2];
        riff_chunk(b"ANMF", &[&head[..], &still].concat())
    };
    riff(&[
        extended(0x02 | 0x08, 8, 4),
        riff_chunk(b"ANIM", &[0, 0, 0, 0, 3, 0]),
        frame(still_of(&plain)),
        frame(still_of(&plain.fliph())),
        riff_chunk(b"EXIF", &exif(orientation)),
    ])
}

/// The frames of an animation, and how often it is shown.
fn frames(kept: &Processed) -> (Vec<Frame>, LoopCount) {
    let file = Cursor::new(kept.bytes.as_ref());
    let all = |frames: ImageResult<Vec<Frame>>| frames.expect("all are read");
    if kept.kind == ImageType::Webp {
        let decoder = WebPDecoder::new(file).expect("is one");
        let count = decoder.loop_count();
        return (all(decoder.into_frames().collect()), count);
    }
    let decoder = PngDecoder::new(file).and_then(PngDecoder::apng).expect("is one");
    let count = decoder.loop_count();
    (all(decoder.into_frames().collect()), count)
}

/// Turned clockwise, what was left is above.
#[test]
fn each_frame_of_an_animation_is_turned_upright() {
    for (what, animated, kind) in
        [("a PNG", apng(6), ImageType::Png), ("a WebP", webp_animation(6), ImageType::Webp)]
    {
        let container = Container::read(&animated).expect("is read");
        assert!(container.is_animated() && container.turns(), "{what}");
        let kept = processed(&animated);
        assert_eq!((kept.kind, kept.width, kept.height), (kind, 4, 8), "{what}");
        assert!(!kept.bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()), "{what}");
        let (frames, count) = frames(&kept);
        assert!(matches!(count, LoopCount::Finite(times) if times.get() == 3), "{what}");
        assert_eq!(frames.len(), 2, "{what}");
        for (number, frame) in frames.iter().enumerate() {
            let (numerator, denominator) = frame.delay().numer_denom_ms();
            assert_eq!(numerator, 500 * denominator, "{what}: frame {number}");
            assert_eq!(frame.buffer().dimensions(), (4, 8), "{what}: frame {number}");
            let (above, below) = (frame.buffer().get_pixel(2, 1).0, frame.buffer().get_pixel(2, 6).0);
            let (red, blue) = if number == 0 { (above, below) } else { (below, above) };
            assert!(red[0] > 150 && blue[2] > 150, "{what}: frame {number} shows {above:?} over {below:?}");
        }
    }
}

/// A picture of a person shows the first frame, upright as well.
#[test]
fn the_square_of_an_animation_is_upright() {
    for animated in [apng(6), webp_animation(6)] {
        let container = Container::read(&animated).expect("is read");
        let made = squares(&container, &[4]).expect("is made");
        let small = image::load_from_memory(&made[0].bytes).expect("decodes").to_rgba8();
        let (above, below) = (small.get_pixel(2, 0).0, small.get_pixel(2, 3).0);
        assert!(above[0] > 150 && below[2] > 150, "{above:?} {below:?}");
    }
}

#[test]
fn an_animation_that_is_upright_keeps_its_bytes() {
    let kept = processed(&apng(1));
    let (frames, _) = frames(&kept);
    assert_eq!((kept.width, kept.height, frames.len()), (8, 4, 2));
    assert!(kept.bytes.windows(4).all(|name| name != b"eXIf"));
}

/// What turning takes is counted, and bounded before anything is decoded.
#[test]
fn an_animation_that_would_take_too_much_to_turn_is_refused() {
    let of = |orientation| Container::read(&apng(orientation)).expect("is read");
    let (upright, turned) = (of(1), of(6));
    assert!(turned.memory() > upright.memory() + (1 << 20));
    let many = Container { frames: 2_000, largest: 200_000, ..turned };
    assert_eq!(many.within(BOUNDS), Err(BadImage::TooManyFrames));
    assert_eq!(Container { frames: 2_000, largest: 200_000, ..upright }.within(BOUNDS), Ok(()));
}

/// A frame that is cut off ends the animation; what came before it is shown.
#[test]
fn a_damaged_animation_is_turned_as_far_as_it_goes_or_refused() {
    for good in [apng(6), webp_animation(6)] {
        for end in 0..good.len() {
            if let Ok(container) = Container::read(&good[..end]) {
                let _ = attachment(container);
            }
        }
    }
}
