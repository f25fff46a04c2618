//! How a stream that is open learns of a community that its reader has joined.

use crate::support::{World, joins_unannounced, next, read_until, text};

#[tokio::test]
async fn joining_a_community_reaches_a_stream_that_is_open() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    carol.accept_invite(&invite.code).await.expect("joins");
    assert_eq!(next(&mut live).await.name, "member.joined");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    assert_eq!(read_until(&mut live, "welcome").await, ["welcome"]);
    world.end().await;
}

/// M2: a session learns of a community although its notice was lost: the watermark finds it, and nothing is missed.
#[tokio::test]
async fn a_notice_that_got_lost_is_made_up_for() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    assert_eq!(read_until(&mut live, "welcome").await, ["welcome"]);
    world.end().await;
}

/// M3: what was said between a joining and its notice is read from the log.
#[tokio::test]
async fn joining_while_much_was_said_misses_nothing() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    for n in 0..300 {
        world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts");
    }
    let said = read_until(&mut live, "299").await;
    let missing: Vec<String> = (0..300).map(|n| n.to_string()).filter(|text| !said.contains(text)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    world.end().await;
}
