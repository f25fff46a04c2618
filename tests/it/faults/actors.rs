//! Activations that end or crash under load.

use crate::support::{DEADLINE, Load, World, assert_one_order, eventually, history, text};

/// I8.
#[tokio::test]
async fn an_actor_that_is_killed_or_panics_loses_no_message() {
    let world = World::new().await;
    world.expects_crashes();
    let other = world.channel("other", ajet_protocol::Visibility::Public).await;
    let one = Load::start(world.ann.clone(), world.general.clone(), "one");
    let two = Load::start(world.ann.clone(), other.clone(), "two");
    for round in 0..8 {
        let killed = || async { world.server.app().node.channels.kill(world.general.id, round % 2 == 0) };
        eventually("there is an activation to kill", killed).await;
        let request = text(&format!("round {round}"));
        let posting = tokio::time::timeout(DEADLINE, world.bob.post(world.general.id, &request));
        posting.await.expect("in time").expect("accepted again");
    }
    let (one, two) = (one.stop().await, two.stop().await);
    let stored = history(&world.ann, &world.general).await;
    assert_one_order(&stored);
    assert_eq!(stored.len(), one.len() + 8, "each acknowledged one, once");
    assert_eq!(history(&world.ann, &other).await.len(), two.len());
    world.end().await;
}
