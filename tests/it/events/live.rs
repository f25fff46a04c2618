//! What a live stream brings, and to whom.

use ajet_protocol::Visibility;

use crate::support::{World, everything_before_now, next, read_past, read_until, text};

#[tokio::test]
async fn ready_first_then_what_happens() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let posted = world.ann.post(world.general.id, &text("hi")).await.expect("posts");
    let event = next(&mut live).await;
    assert_eq!(event.name, "message.created");
    let envelope = event.envelope().expect("an envelope");
    assert_eq!((envelope.seq, envelope.channel_id), (Some(posted.seq), Some(world.general.id)));
    world.ann.edit(posted.id, "hello").await.expect("edits");
    assert_eq!(next(&mut live).await.name, "message.edited");
    world.ann.delete(posted.id).await.expect("deletes");
    let deleted = next(&mut live).await;
    assert_eq!(deleted.name, "message.deleted");
    assert!(!deleted.data.contains("hello"), "a deletion never carries the text");
    world.end().await;
}

/// I6.
#[tokio::test]
async fn no_event_of_a_channel_one_has_left_or_never_joined() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let open = world.channel("open", Visibility::Public).await;
    world.bob.join(open.id).await.expect("joins");
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.ann.post(open.id, &text("while in")).await.expect("posts");
    assert_eq!(read_until(&mut live, "while in").await, ["while in"]);
    world.bob.leave(open.id).await.expect("leaves");
    world.ann.post(open.id, &text("after leaving")).await.expect("posts");
    world.ann.post(secret.id, &text("hush")).await.expect("posts");
    world.ann.post(world.general.id, &text("for all")).await.expect("posts");
    // Channels are streams of their own, without an order between them: only a cursor says that everything came by.
    let barrier = everything_before_now(&world).await;
    assert_eq!(read_past(&mut live, &world, &barrier).await, ["for all"]);
    world.end().await;
}
