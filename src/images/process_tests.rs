//! That pictures share memory and processors, and wait for both.

use std::time::Duration;

use super::*;
use crate::images::samples::{huge_png, png};

fn images() -> Images {
    Images::new(&Uploads { any_type: false, image_memory_mib: 64, image_megapixels: 50 })
}

#[tokio::test]
async fn many_pictures_are_made_one_after_another() {
    let images = images();
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
    assert_eq!(images.room.available_permits(), 64, "all room is given back");
}

#[tokio::test]
async fn a_picture_waits_for_room_and_for_a_hand() {
    let images = images();
    let picture = Bytes::from(png(8, 4, false));
    for of in [&images.room, &images.hands] {
        let all = of.available_permits();
        let count = u32::try_from(all).expect("are few");
        let taken = of.clone().acquire_many_owned(count).await.expect("is open");
        let mut making = std::pin::pin!(images.attachment(picture.clone()));
        let early = tokio::time::timeout(Duration::from_millis(500), &mut making).await;
        assert!(early.is_err(), "it waits");
        drop(taken);
        making.await.expect("is made");
        assert_eq!(of.available_permits(), all, "what it took is given back");
    }
}

/// What no room can ever be found for is refused, and does not wait.
#[tokio::test]
async fn a_file_beyond_all_room_is_refused() {
    let images = images();
    let mut large = png(8, 4, false);
    large.resize(33 << 20, 0);
    let made = tokio::time::timeout(Duration::from_secs(10), images.attachment(large.into())).await;
    assert_eq!(made.expect("does not wait"), Err(BadImage::TooManyPixels));
}
