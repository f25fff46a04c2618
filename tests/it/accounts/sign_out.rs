//! Signing out.

use crate::support::{DEADLINE, World, next, text};

/// I14.
#[tokio::test]
async fn a_session_that_ends_ends_its_streams() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.sign_out().await.expect("signs out");
    world.ann.post(world.general.id, &text("after")).await.expect("posts");
    let after = tokio::time::timeout(DEADLINE, live.next()).await.expect("ends in time");
    assert!(after.is_none(), "nothing after the end: {after:?}");
    assert!(world.bob.me().await.is_err());
    world.end().await;
}
