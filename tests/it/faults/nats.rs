//! NATS goes away, or comes back empty.

use std::time::{Duration, Instant};

use crate::support::{
    Load, World, eventually, everything_is_published, history, next, read_until, start_stack, text,
};

/// How long NATS stays away under load.
const NATS_AWAY: Duration = Duration::from_secs(30);

#[tokio::test]
async fn nats_away_under_load_loses_nothing_and_the_node_chats_on() {
    let mut stack = start_stack("nats-away").await;
    let world = World::on(&stack, |_| {}).await;
    let load = Load::start(world.ann.clone(), world.general.clone(), "m");
    eventually("NATS is up", async || world.server.app().bus.is_ready()).await;
    stack.nats.pause().await;
    let away = Instant::now();
    let mut live = world.bob.live(None).await.expect("opens without NATS");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.post(world.general.id, &text("no NATS, no matter")).await.expect("posts");
    read_until(&mut live, "no NATS, no matter").await;
    while away.elapsed() < NATS_AWAY {
        assert!(!next(&mut live).await.data.is_empty(), "events go on");
    }
    stack.nats.resume().await.expect("starts again");
    let acknowledged = load.stop().await;
    assert_eq!(history(&world.ann, &world.general).await.len(), acknowledged.len() + 1);
    everything_is_published(&world).await;
    world.end().await;
    stack.stop().await;
}

/// I16.
#[tokio::test]
async fn nats_wiped_under_load_loses_nothing() {
    let mut stack = start_stack("nats-wiped").await;
    let world = World::on(&stack, |_| {}).await;
    let load = Load::start(world.ann.clone(), world.general.clone(), "m");
    let mut live = world.bob.live(None).await.expect("opens");
    for _ in 0..2 {
        eventually("NATS is up", async || world.server.app().bus.is_ready()).await;
        stack.nats.pause().await;
        stack.nats.wipe().expect("wipes");
        stack.nats.resume().await.expect("starts again");
    }
    eventually("NATS is up", async || world.server.app().bus.is_ready()).await;
    let acknowledged = load.stop().await;
    world.ann.post(world.general.id, &text("last")).await.expect("posts");
    let seen = read_until(&mut live, "last").await;
    let first = seen.first().expect("some").clone();
    let expected: Vec<_> =
        acknowledged.iter().skip_while(|text| **text != first).cloned().chain(["last".into()]).collect();
    assert_eq!(seen, expected, "every event once, in order");
    everything_is_published(&world).await;
    world.end().await;
    stack.stop().await;
}
