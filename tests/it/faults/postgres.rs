//! PostgreSQL crashes and is back.

use crate::support::{
    Load, World, assert_one_order, eventually, history, keyed, next, read_until, start_stack, text,
};

#[tokio::test]
async fn postgres_restarted_at_once_loses_nothing() {
    let mut stack = start_stack("pg-restart").await;
    let world = World::on(&stack, |_| {}).await;
    let load = Load::start(world.ann.clone(), world.general.clone(), "m");
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    for round in 0..3 {
        stack.postgres.kill().await;
        stack.postgres.resume().await.expect("starts again");
        let request = keyed(&format!("after {round}"), &format!("after-{round}"));
        eventually("writes are accepted again", async || {
            world.bob.post(world.general.id, &request).await.is_ok()
        })
        .await;
    }
    let acknowledged = load.stop().await;
    world.ann.post(world.general.id, &text("last")).await.expect("posts");
    read_until(&mut live, "last").await;
    let stored = history(&world.ann, &world.general).await;
    assert_one_order(&stored);
    assert_eq!(stored.len(), acknowledged.len() + 4);
    for body in acknowledged {
        assert_eq!(stored.iter().filter(|message| message.body_md == body).count(), 1, "{body}");
    }
    world.end().await;
    stack.stop().await;
}
