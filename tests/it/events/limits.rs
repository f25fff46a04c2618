//! How many streams there may be.

use ajet_protocol::Code;

use crate::support::{World, code, eventually};

/// H3: streams are limited per session and per person, and a client over the limit is told so.
#[tokio::test]
async fn streams_are_counted_by_session_and_by_person() {
    let world = World::with(|config| {
        (config.events.streams_per_session, config.events.streams_per_person) = (2, 3);
    })
    .await;
    let _one = world.bob.live(None).await.expect("opens");
    let two = world.bob.live(None).await.expect("opens");
    assert_eq!(code(world.bob.live(None).await.map(drop)), Code::RateLimited);
    let (again, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let _three = again.live(None).await.expect("opens");
    assert_eq!(code(again.live(None).await.map(drop)), Code::RateLimited);
    let _other = world.ann.live(None).await.expect("others are not concerned");
    drop(two);
    eventually("a place comes free", async || again.live(None).await.is_ok()).await;
    world.end().await;
}
