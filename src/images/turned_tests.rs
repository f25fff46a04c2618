//! Animations that say by their EXIF how they are to be turned.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::LoopCount;
use image::{AnimationDecoder, Frame, ImageResult};

use super::container::Container;
use super::corpora::{apng, webp_animation};
use super::pixels::{attachment, squares};
use super::samples::*;
use super::{BadImage, ImageType, Processed};

fn processed(bytes: &[u8]) -> Processed {
    let container = Container::read(bytes).expect("is read");
    container.within(BOUNDS).expect("is within its bounds");
    attachment(container).expect("is turned")
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
        [("a PNG", apng((8, 4), 6), ImageType::Png), ("a WebP", webp_animation((8, 4), 6), ImageType::Webp)]
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
    for animated in [apng((8, 4), 6), webp_animation((8, 4), 6)] {
        let container = Container::read(&animated).expect("is read");
        let made = squares(&container, &[4]).expect("is made");
        let small = image::load_from_memory(&made[0].bytes).expect("decodes").to_rgba8();
        let (above, below) = (small.get_pixel(2, 0).0, small.get_pixel(2, 3).0);
        assert!(above[0] > 150 && below[2] > 150, "{above:?} {below:?}");
    }
}

#[test]
fn an_animation_that_is_upright_keeps_its_bytes() {
    let kept = processed(&apng((8, 4), 1));
    let (frames, _) = frames(&kept);
    assert_eq!((kept.width, kept.height, frames.len()), (8, 4, 2));
    assert!(kept.bytes.windows(4).all(|name| name != b"eXIf"));
}

/// What turning takes is counted, and bounded before anything is decoded.
#[test]
fn an_animation_that_would_take_too_much_to_turn_is_refused() {
    let of = |orientation| Container::read(&apng((8, 4), orientation)).expect("is read");
    let (upright, turned) = (of(1), of(6));
    assert!(turned.memory() > upright.memory() + (1 << 20));
    let many = Container { frames: 2_000, largest: 200_000, ..turned };
    assert_eq!(many.within(BOUNDS), Err(BadImage::TooManyFrames));
    assert_eq!(Container { frames: 2_000, largest: 200_000, ..upright }.within(BOUNDS), Ok(()));
}

/// A frame that is cut off ends the animation; what came before it is shown.
#[test]
fn a_damaged_animation_is_turned_as_far_as_it_goes_or_refused() {
    for good in [apng((8, 4), 6), webp_animation((8, 4), 6)] {
        for end in 0..good.len() {
            if let Ok(container) = Container::read(&good[..end]) {
                let _ = attachment(container);
            }
        }
    }
}
